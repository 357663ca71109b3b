"""Everything that can go wrong at once, and a model that says what must be left: nothing lost, nothing doubled.

    python -m benchmarks.torture --kills 200 [--seed 1] [--keep FOLDER]

Random interleavings of changed files, ingest (with --prune, --again), tagging, remove, rebuild, rollback, backup, check
and search, each in a process of its own, which is killed by SIGKILL at a random moment or SQL statement, finds the disk
full or read-only, the clock decades off, or another process at work at the same time. After each, `check` (every
paper), a plain model of the library (`benchmarks.torture_world`) and searches by words and by vectors must agree; a
backup made meanwhile is restored and looked at as well. A step that was disturbed may have done a part of its work; one
that was not must have done all of it. Prints what it did, and every disagreement; exit code 1 if there is one.

As root on Linux the library lies on a small tmpfs of its own, which can be filled and made read-only; elsewhere a
limit on the size of files and the folder's permissions take their place.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.torture_harm import Child, Ended, ballast, frozen, mount
from benchmarks.torture_steps import Place, Step, look, small_batches, take
from benchmarks.torture_world import Fate, Record, World, papers_in, strays
from litdex.maintenance.backup import restore

DECADES = (-1e9, -1e6, 1e6, 1e9)  # seconds that the clock is off
KINDS = {"ingest": 8, "tag": 3, "remove": 3, "rebuild": 3, "rollback": 1, "search": 2, "backup": 2, "check": 1}
HARMS = {"kill": 12, "none": 2, "full": 1, "readonly": 1, "clock": 1, "together": 3}
READERS = frozenset({"search", "backup"})


class Torture:
    """One run: a world, a library, and what is known of both."""

    def __init__(self, place: Place, scratch: Path, seed: int, mounted: bool) -> None:
        self.chance = random.Random(seed)
        self._place, self._scratch, self._mounted = place, scratch, mounted
        self.world = World(place.papers, self.chance)
        self.counts: Counter[str] = Counter()
        self.defects: list[str] = []
        self._usual: dict[str, tuple[float, int]] = {}  # step -> seconds and SQL statements, when nothing happened
        self._history: list[str] = []

    def run(self, kills: int, seconds: float) -> None:
        """Until there were so many kills, or so many seconds are over, or three disagreements."""
        begun = time.monotonic()
        while self.counts["kills"] < kills and time.monotonic() - begun < seconds and len(self.defects) < 3:
            if self.chance.random() < 0.6:
                self.world.change_files()
            harm = self._choose(HARMS)
            getattr(self, f"_{harm}")(self._step())
            if self.chance.random() < 0.3:
                self._none(self._step("ingest"))
        self._none(self._step("tag"))
        self._none(self._step("rebuild"))

    def _choose(self, weights: dict[str, int]) -> str:
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def _step(self, kind: str | None = None) -> Step:
        kind, chance = kind or self._choose(KINDS), self.chance
        there = sorted(papers_in(self.world.state))
        numbers = tuple(chance.sample(there or [0], k=min(len(there) or 1, chance.randint(1, 4))))
        return Step(
            kind,
            prune=kind in ("ingest", "tag") and chance.random() < 0.3,
            again=kind in ("ingest", "tag") and chance.random() < 0.15,
            numbers=numbers if kind == "remove" else (),
        )

    def _after(self, before: dict[Record, Fate], step: Step) -> dict[Record, Fate]:
        if step.kind in ("ingest", "tag"):
            return self.world.after_ingest(before, prune=step.prune, again=step.again)
        return self.world.after_remove(before, step.numbers) if step.kind == "remove" else dict(before)

    def _child(self, step: Step, *, die_at: int | None = None, jump: float = 0.0, limit: int | None = None) -> Child:
        return Child(lambda: take(step, self._place, die_at, jump), self._scratch, limit)

    def _none(self, step: Step) -> None:
        """Nothing happens."""
        self._undisturbed(step, 0.0, "")

    def _clock(self, step: Step) -> None:
        """The clock is far off."""
        self._undisturbed(step, self.chance.choice(DECADES), "on another clock")

    def _undisturbed(self, step: Step, jump: float, how: str) -> None:
        begun = time.monotonic()
        ended = self._child(step, jump=jump).wait()
        if ended.whole:
            self._usual[step.kind] = time.monotonic() - begun, ended.result["statements"]
        self._expect([step], [ended], how)

    def _kill(self, step: Step) -> None:
        """SIGKILL, at a moment or before an SQL statement."""
        seconds, statements = self._usual.get(step.kind, (0.3, 200))
        if self.chance.random() < 0.5:
            ended = self._child(step).wait(kill_after=self.chance.uniform(0, seconds * 0.9))
        else:
            ended = self._child(step, die_at=self.chance.randint(1, max(2, statements))).wait()
        self._expect([step], [ended], "killed")

    def _full(self, step: Step) -> None:
        """The disk is full, or soon will be."""
        room = self.chance.choice((0, 4096, 50_000, 200_000, 1_000_000))
        if self._mounted:
            with ballast(self._place.library.parent, room):
                ended = self._child(step).wait()
        else:
            ended = self._child(step, limit=room).wait()
        self._expect([step], [ended], f"full but for {room} bytes")

    def _readonly(self, step: Step) -> None:
        """Nothing can be written."""
        with frozen(self._place.library, self._mounted):
            ended = self._child(step).wait()
        self._expect([step], [ended], "read-only")

    def _together(self, step: Step) -> None:
        """Two processes at once; one of them may be killed."""
        other = self._step()
        children = [self._child(step), self._child(other)]
        killed = self.chance.random() < 0.5
        seconds = self._usual.get(step.kind, (0.3, 0))[0]
        first = children[0].wait(kill_after=self.chance.uniform(0, seconds) if killed else None)
        self._expect([step, other], [first, children[1].wait()], "at once")

    def _expect(self, steps: Sequence[Step], ended: Sequence[Ended], how: str) -> None:
        """Compare what is there with what must be."""
        self._note(steps, ended, how)
        before = dict(self.world.state)
        allowed, exact = [before], []
        for order in (steps, list(reversed(steps))) if len(steps) > 1 else (steps,):
            state = before
            for step in order:
                allowed.append(self._after(before, step))
                state = self._after(state, step)
                allowed.append(state)
            exact.append(state)
        seen = self._look(self._place.library)
        if seen is None:
            return
        revived = any(step.again for step in steps)
        for line in strays(seen, allowed, revived=revived):
            self._defect(line)
        if all(one.whole for one in ended) and seen not in exact:
            self._defect(
                f"a step that ended well left something else: {sorted(set(seen.items()) ^ set(exact[0].items()))}"
            )
        self.world.state = seen
        if any(step.kind == "backup" and one.whole for step, one in zip(steps, ended, strict=True)):
            self._restore(allowed, revived)

    def _note(self, steps: Sequence[Step], ended: Sequence[Ended], how: str) -> None:
        self.counts["steps"] += len(steps)
        self.counts["interleavings"] += 1
        for step, one in zip(steps, ended, strict=True):
            self.counts["kills"] += one.signal == signal.SIGKILL
            self.counts["other signals"] += one.signal not in (0, signal.SIGKILL)
            self.counts[f"{how.split(' but ')[0] or 'undisturbed'}"] += 1
            end = f"signal {one.signal}" if one.signal else f"{one.error}: {one.message}" if one.error else "done"
            self._history.append(f"{step} {how}: {end}")
            if one.error and not (one.expected and (how or one.error in ("UserError", "LibraryBusy"))):
                self._defect(f"{step} {how} ended by {one.error}: {one.message}")

    def _look(self, library: Path) -> dict[Record, Fate] | None:
        ended = Child(lambda: look(library), self._scratch).wait()
        if not ended.whole:
            self._defect(f"looking ended by {ended.signal or ended.error}: {ended.message}")
            return None
        for line in ended.result["wrong"]:
            self._defect(line)
        return {(name, number, version): fate for name, number, version, fate in ended.result["records"]}

    def _restore(self, allowed: Sequence[dict[Record, Fate]], revived: bool) -> None:
        """A backup holds the library as it was at some moment meanwhile."""
        folder = self._scratch / "restored"
        shutil.rmtree(folder, ignore_errors=True)
        ended = Child(lambda: {"papers": restore(self._place.pack, folder).papers}, self._scratch).wait()
        seen = self._look(folder) if ended.whole else None
        if seen is None:
            self._defect(f"a backup does not restore: {ended.error}: {ended.message}")
        else:
            self.counts["backups restored"] += 1
            for line in strays(seen, allowed, revived=revived):
                self._defect(f"in the restored backup: {line}")

    def _defect(self, line: str) -> None:
        self.defects.append(line)
        print(f"DEFECT: {line}\n  after " + "\n        ".join(self._history[-4:]), flush=True)


def main(arguments: Sequence[str]) -> int:
    """Run it, and print what it did."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    small_batches()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        mounted = mount(scratch / "disk")
        try:
            place = Place(scratch / "disk" / "library", scratch / "papers", scratch / "names.tsv", scratch / "pack.zip")
            place.papers.mkdir()
            place.names.write_text("".join(f"T{n}\ttopic{n}\t\tTopic\n" for n in range(8)))
            torture = Torture(place, scratch, asked.seed, mounted)
            torture.run(asked.kills, asked.seconds)
        finally:
            if mounted:
                subprocess.run(["umount", "-l", scratch / "disk"], check=True)
    counts = ", ".join(f"{count} {what}" for what, count in torture.counts.most_common())
    print(f"seed {asked.seed}: {counts}; {time.monotonic() - begun:.0f} s; {len(torture.defects)} defects")
    return 1 if torture.defects else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
