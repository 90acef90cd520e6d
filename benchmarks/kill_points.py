"""Kills `gnomon run` and `gnomon add` at many points and sees whether anything is lost.

    python benchmarks/kill_points.py [--points 200] [--seed 1]

At half of the points a command kills itself (signal 9) at a chosen call that changes the disk; a
write is cut short before. At the other half it is killed from outside after a chosen time, wherever
it is then, also inside DuckDB. After each: what `verify` says at once; whether it passes when the
next command has opened the case; whether the same command, given again, ends; and whether tables,
originals, record digest, report, map and summary are then byte for byte those of a run that was
never disturbed, with nothing left over. Seeds choose the points; where a killed machine is after a
time is not repeatable, of course. Exit status 1 if a point failed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from forensics.case import Case, verify
from forensics.errors import ForensicsError
from forensics.verbs.main import app

AT = "2024-05-01T00:00:00Z"
CHANGING = ("write", "fsync", "open", "replace", "rename", "link", "unlink", "mkdir", "rmdir",
            "ftruncate", "truncate", "chmod")  # fmt: skip
"""Functions of `os` at which a command can kill itself."""
LINE_NUMBER = re.compile(rb"(?<=>)\d+</th>")
FILES = 300
WEEKDAYS = 5
Point = tuple[str, float]
"""("call", number of the call) or ("time", seconds)."""


def make_inputs(folder: Path) -> None:
    """An export of posts, three pictures, and a folder of many small files."""
    from PIL import Image

    rng = random.Random(1)  # noqa: S311 - made-up posts
    rows, start = ["account,time,text"], datetime(2024, 1, 1, tzinfo=UTC)
    for day in (start + timedelta(days=number) for number in range(60)):
        for number in range(4 if day.weekday() < WEEKDAYS else 0):
            when = day + timedelta(hours=rng.randrange(1, 10), minutes=rng.randrange(60))
            rows.append(f"b{number % 2},{when.isoformat()},text {number} of {day.date()}")
    (folder / "photos").mkdir(parents=True)
    (folder / "posts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for number in range(3):
        Image.new("RGB", (64, 48), (number * 40, 9, 200)).save(folder / f"photos/{number}.jpg")
    (folder / "many").mkdir()
    for number in range(FILES):
        (folder / f"many/{number:04}.txt").write_bytes(b"%d" % number * (number % 90 + 1))


def die_at(number: int, share: float) -> None:
    """Make this process kill itself at its call of that number that changes the disk."""
    seen = 0

    def hooked(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            nonlocal seen
            seen += not (name == "open" and not args[1] & os.O_CREAT)
            if seen == number:
                if name == "write":
                    real(args[0], bytes(args[1])[: int(len(args[1]) * share)])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **more)

        return call

    for name in CHANGING:
        setattr(os, name, hooked(name, getattr(os, name)))


def count_calls(seen: list[int]) -> None:
    """Count the calls that change the disk which this process makes from here on."""
    for name in CHANGING:
        real = getattr(os, name)

        def call(*args: Any, real: Any = real, name: str = name, **more: Any) -> Any:
            seen[0] += not (name == "open" and not args[1] & os.O_CREAT)
            return real(*args, **more)

        setattr(os, name, call)


def command(
    words: list[str],
    before: Callable[[], None] = lambda: None,
    after: Callable[[], object] = lambda: None,
) -> int:
    """Start a command in a process of its own; gives its number. Nothing is imported anew."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        before()
        app(words, standalone_mode=False)
        code = 0
    except SystemExit as done:
        code = int(done.code or 0)
    finally:
        after()
        os._exit(code)


def ended(child: int) -> int:
    """The exit status of a command; below zero for the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die(words: list[str], point: Point, share: float) -> int:
    """Run a command that is killed at that point; gives its status."""
    kind, where = point
    if kind == "call":
        return ended(command(words, lambda: die_at(int(where), share)))
    child = command(words)
    time.sleep(where)
    os.kill(child, signal.SIGKILL)
    return ended(child)


def content(path: Path) -> bytes:
    """The bytes of a file; of the report without the numbers of lines of the record.

    A line about what was mended moves those after it by one, and the report leads to them.
    """
    data = path.read_bytes()
    return LINE_NUMBER.sub(b"n</th>", data) if path.name == "report.html" else data


def state(out: Path) -> dict[str, str]:
    """Everything that must be equal, by name: hashes of files, and the digest of the record."""
    found = {
        path.relative_to(out).as_posix(): hashlib.sha256(content(path)).hexdigest()
        for path in out.rglob("*")
        if path.is_file() and path.name not in ("record.jsonl", "images.sqlite")
        if path.relative_to(out).parts[1:2] != ("aside",)
    }
    return found | {"digest": Case.open(out / "case").digest()}


def open_next(case: Path, seen: list[str]) -> str:
    """Open a case as the next command does; gives what is wrong then, if anything is."""
    told: list[str] = []
    try:
        opened = Case.open(case, who="next", now=lambda: AT, tell=told.append)
        with opened.exclusively(wait_s=20):
            pass
    except ForensicsError as error:
        return f"cannot be opened: {error.line()}"
    seen += ["mended, said and recorded"] if told else []
    if told and not any(entry.kind == "recover" for entry in opened.entries()):
        return "mended, but not recorded"
    found = verify(case)
    return "" if found.ok else f"mended, but {found.misfits[0].text()}"


class Job:
    """One command that is killed and given again."""

    def __init__(self, name: str, work: Path, words: list[str], start: Path | None) -> None:
        """Run it once undisturbed, for its time, its calls and what it makes."""
        self.name, self.out, self.words, self.start = name, work / "out", words, start
        self.fresh()
        began = time.monotonic()
        calls = [0]
        tell = partial((work / "calls").write_text, encoding="utf-8")
        if ended(command(words, lambda: count_calls(calls), lambda: tell(str(calls[0])))) != 0:
            raise SystemExit(f"{name}: does not even run undisturbed")
        self.seconds = time.monotonic() - began
        self.calls = int((work / "calls").read_text(encoding="utf-8"))
        self.wanted = state(self.out)

    def fresh(self) -> None:
        """The folder as it is before the command."""
        shutil.rmtree(self.out, ignore_errors=True)
        if self.start is not None:
            shutil.copytree(self.start, self.out)

    def try_point(self, point: Point, share: float) -> tuple[list[str], str]:
        """Kill it there; gives what came of it, and what went wrong if anything did."""
        self.fresh()
        status = die(self.words, point, share)
        seen = ["killed" if status == -signal.SIGKILL else "had ended before"]
        case = self.out / "case"
        if (case / "record.jsonl").is_file():
            seen.append("verify passes at once" if verify(case).ok else "verify asks for mending")
            if wrong := open_next(case, seen):
                return seen, wrong
        else:
            seen.append("no case yet")
        if ended(command(self.words)) != 0:
            return seen, "does not go on"
        if not (found := verify(case)).ok:
            return seen, f"at the end: {found.misfits[0].text()}"
        if differs := set(self.wanted.items()) ^ set(state(self.out).items()):
            return seen, f"not equal at the end: {sorted({name for name, _ in differs})}"
        return [*seen, "equal in the end"], ""


def jobs(work: Path) -> list[Job]:
    """`gnomon run` into an empty folder, and `gnomon add` to a case with nothing in it."""
    inputs = work / "inputs"
    make_inputs(inputs)
    start = work / "start"
    Case.create(start / "case", question="Q", settings={}, who="x", now=lambda: AT)
    out = str(work / "out")
    run = ["run", str(inputs / "posts.csv"), str(inputs / "photos"), "--out", out, "--at", AT]
    add = ["add", f"{out}/case", str(inputs / "many"), "--at", AT]
    # Once in this process, so that forked ones have everything imported and loaded.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        app(run, standalone_mode=False)
        shutil.rmtree(work / "out")
        shutil.copytree(start, work / "out")
        app(add, standalone_mode=False)
    return [Job("run", work, run, None), Job("add", work, add, start)]


def main() -> int:
    """Try all points and print what came of them; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    rng, failed = random.Random(told.seed), 0  # noqa: S311 - points, no secrets
    with tempfile.TemporaryDirectory(prefix="gnomon-kill-") as folder:
        for job in jobs(Path(folder)):
            print(f"{job.name}: {job.seconds:.1f} s and {job.calls} calls undisturbed", flush=True)
            counts: Counter[str] = Counter()
            for number in range(told.points // 2):
                point: Point = ("time", rng.random() * job.seconds)
                if number % 2:
                    point = ("call", rng.randint(1, job.calls))
                seen, wrong = job.try_point(point, rng.random())
                counts.update(seen)
                if wrong:
                    failed += 1
                    print(f"  FAILED at {point[0]} {point[1]:.4g}: {wrong}", flush=True)
            for what, count in counts.most_common():
                print(f"  {count:>4} {what}", flush=True)
    print(f"{failed} of {told.points} points failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
