"""Train all that ships on one GPU: `python -m scripts.train_shipped FOLDER [MINUTES]`.

FOLDER holds what the configs name: starts/ (bge-small-en-v1.5, all-mpnet-base-v2, and biomedical by
`scripts.unexport`), texts.jsonl (`scripts.domain_texts`), physics.jsonl, held-out.jsonl (ids of devel and test),
citations/ and ner/. The stages run side by side on the one GPU, each in a process of its own that begins once what it
needs is there and ends at its minute of the whole, MINUTES (9.2). A stage that needs what is neither there nor made by
another is left out. FOLDER/stages.json tells the minute at which each began.
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
BORNE = {"teacher"}  # a stage without which those that need it go on
WHOLE = 9.2  # the minutes that `Stage.until` is given in


@dataclass(frozen=True)
class Stage:
    """A training: its config below `litdex/`, the paths that it waits for, and the minute it must have ended at."""

    name: str
    config: str
    needs: tuple[str, ...]
    until: float


STAGES = (
    Stage("biomedical", "encoder/configs/biomedical.toml", ("texts.jsonl", "starts/biomedical"), 5.3),
    Stage("teacher-encoder", "encoder/configs/teacher.toml", ("texts.jsonl", "starts/all-mpnet-base-v2"), 3.4),
    Stage("encoder", "encoder/configs/small.toml", ("physics.jsonl", "starts/bge-small-en-v1.5", "texts.jsonl"), 8.9),
    Stage("teacher", "ner/configs/teacher.toml", ("teacher-encoder/model", "ner"), 5.2),
    Stage("tagger", "ner/configs/small.toml", ("biomedical/model", "teacher/best"), 9.0),
)
NAMES = {stage.name for stage in STAGES}


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


def lost(folder: Path, failed: set[str]) -> set[str]:
    """The stages that will bring nothing: those that failed, and those that need what nobody brings."""
    gone = set(failed)

    def missing(need: str) -> bool:
        name = need.split("/")[0]
        return name in gone - BORNE if name in NAMES else not (folder / need).exists()

    while more := {stage.name for stage in STAGES if any(map(missing, stage.needs))} - gone:
        gone |= more
    return gone


def main() -> None:
    """Start the stages as they become ready, and wait for the last."""
    folder = Path(sys.argv[1]).resolve()
    if len(sys.argv) > 3:
        run(next(stage for stage in STAGES if stage.name == sys.argv[2]), folder, float(sys.argv[3]))
        return
    factor = (float(sys.argv[2]) if len(sys.argv) > 2 else WHOLE) / WHOLE
    begun, begins = time.monotonic(), {}
    running: dict[str, subprocess.Popen[bytes]] = {}
    while True:
        ended = {name: process.poll() for name, process in running.items()}
        gone = lost(folder, {name for name, code in ended.items() if code})
        over = gone | {name for name, code in ended.items() if code == 0}
        if over == NAMES:
            print(f"came to nothing: {', '.join(sorted(gone)) or 'no stage'}")
            return
        for stage in STAGES:
            before = {need.split("/")[0] for need in stage.needs} & NAMES
            if stage.name in {*running, *gone} or not before <= over:
                continue
            begins[stage.name] = round((time.monotonic() - begun) / 60, 2)
            (folder / "stages.json").write_text(json.dumps(begins))
            left = max(0.1, stage.until * factor - begins[stage.name])
            command = [sys.executable, "-m", "scripts.train_shipped", str(folder), stage.name, f"{left:.2f}"]
            with (folder / f"{stage.name}.log").open("w") as output:
                running[stage.name] = subprocess.Popen(command, stdout=output, stderr=output)
        time.sleep(0.5)


if __name__ == "__main__":
    main()
