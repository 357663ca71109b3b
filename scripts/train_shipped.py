"""Train all that ships on one GPU: `python -m scripts.train_shipped FOLDER [MINUTES]`.

FOLDER holds what the configs name: starts/ (bge-small-en-v1.5, all-mpnet-base-v2, and minilm-pruned by
`scripts.prune_vocabulary`), texts.jsonl (`scripts.domain_texts`), tokenizer/ (`litdex encoder train-tokenizer` with
biomedical.toml), physics.jsonl, held-out.jsonl (ids of devel and test), citations/ and ner/. The stages run side by
side on the one GPU, each in a process of its own that begins once what it needs is there and ends at its minute of
the whole, MINUTES (11). A line in FOLDER/stages.jsonl tells when each began.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

CONFIGS = Path(__file__).resolve().parents[1] / "litdex"
WHOLE = 11.0  # the minutes that `Stage.until` is given in


@dataclass(frozen=True)
class Stage:
    """A training: its config below `litdex/`, the paths that it waits for, and the minute it must have ended at."""

    name: str
    config: str
    needs: tuple[str, ...]
    until: float


STAGES = (
    Stage(
        "biomedical", "encoder/configs/biomedical.toml", ("texts.jsonl", "tokenizer", "starts/bge-small-en-v1.5"), 4.6
    ),
    Stage("teacher-encoder", "encoder/configs/teacher.toml", ("texts.jsonl", "starts/all-mpnet-base-v2"), 2.7),
    Stage("encoder", "encoder/configs/small.toml", ("physics.jsonl", "starts/bge-small-en-v1.5", "texts.jsonl"), 9.7),
    Stage("teacher", "ner/configs/teacher.toml", ("teacher-encoder/model", "ner"), 5.2),
    Stage("tagger", "ner/configs/small.toml", ("biomedical/model", "teacher/best", "starts/minilm-pruned"), 10.6),
)


def run(stage: Stage, folder: Path, minutes: float) -> None:
    """One stage, in this process."""
    config = folder / f"{stage.name}.toml"
    shutil.copy(CONFIGS / stage.config, config)
    if stage.config.startswith("ner"):
        from litdex.ner.training.config import Teacher
        from litdex.ner.training.config import read_config as read_tagger
        from litdex.ner.training.loop import train

        found = read_tagger(config)
        if not all(tagger.exists() for tagger in found.teacher.taggers):
            found = replace(found, teacher=Teacher())  # better a tagger without a teacher than none
        train(replace(found, training=replace(found.training, minutes=minutes)))
        return
    from litdex.encoder.config import read_config

    read = read_config(config)
    if read.finetune is not None:
        from litdex.encoder.finetune import finetune

        finetune(replace(read, finetune=replace(read.finetune, minutes=minutes)))
    elif read.pretrain is not None:
        from litdex.encoder.pretrain import pretrain

        pretrain(replace(read, pretrain=replace(read.pretrain, minutes=minutes)))


def ready(stage: Stage, folder: Path, running: dict[str, subprocess.Popen[bytes]]) -> bool:
    """Whether all that it needs is there, and no other process is still writing it; a teacher that failed is missed."""
    busy = {name for name, process in running.items() if process.poll() is None}
    missed = {"teacher"} & {name for name, process in running.items() if process.poll()}
    parts = {need: need.split("/")[0] for need in stage.needs}
    return all(parts[need] in missed or ((folder / need).exists() and parts[need] not in busy) for need in stage.needs)


def main() -> None:
    """Start the stages as they become ready, and wait for the last."""
    folder = Path(sys.argv[1]).resolve()
    if len(sys.argv) > 3:
        run(next(stage for stage in STAGES if stage.name == sys.argv[2]), folder, float(sys.argv[3]))
        return
    factor = (float(sys.argv[2]) if len(sys.argv) > 2 else WHOLE) / WHOLE
    begun, waiting = time.monotonic(), list(STAGES)
    running: dict[str, subprocess.Popen[bytes]] = {}
    with (folder / "stages.jsonl").open("w") as log:
        while waiting or any(process.poll() is None for process in running.values()):
            for stage in [one for one in waiting if ready(one, folder, running)]:
                waiting.remove(stage)
                left = stage.until * factor - (time.monotonic() - begun) / 60
                command = [sys.executable, "-m", "scripts.train_shipped", str(folder), stage.name, f"{left:.2f}"]
                output = (folder / f"{stage.name}.log").open("w")
                running[stage.name] = subprocess.Popen(command, stdout=output, stderr=output)
                print(
                    json.dumps({"stage": stage.name, "minute": round((time.monotonic() - begun) / 60, 2), "for": left}),
                    file=log,
                    flush=True,
                )
            failed = {name for name, process in running.items() if process.poll()} - {"teacher"}
            waiting = [one for one in waiting if not any(need.split("/")[0] in failed for need in one.needs)]
            time.sleep(0.5)


if __name__ == "__main__":
    main()
