"""Feed broken bytes to everything that reads them; say what crashed, hung or ate memory.

    python tools/fuzz.py --target image --executions 20000
    python tools/fuzz.py --target all --executions 1000 --findings /tmp/findings

Input number n of a target follows from the seed and n alone, so a finding is repeated with
`--first n --executions 1`. Inputs are made from small seeds by a few changes each (bytes flipped,
cut, doubled, joined, numbers at their limits, words that mean something to the target). Work is
done in a process that may end at any time: one execution has 1 second of processor time and
256 MB beyond what the process needs to start. Nothing is learnt from coverage.
"""

from __future__ import annotations

import argparse
import hashlib
import mmap
import multiprocessing
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from fuzz_change import changed
from fuzz_target import Target, emptied
from fuzz_targets import TARGETS

CPU_S = 1.0
MEMORY_BYTES = 256 << 20
STUCK_S = 30.0
"""Processor time after which a process that is still at one input is ended: what hangs outside of
Python, where no signal is heeded."""
WALL_S = 300.0
"""The same on the clock: what waits for something that never comes."""
LOOK_S = 1.0
"""Between two looks at a process that says nothing."""
UNSOUND, DONE = -1, -2


class HangError(BaseException):
    """The time of one execution is used up. No target may swallow it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One input that did what no input may do."""

    target: str
    number: int
    what: str
    data: bytes


def made(target: Target, name: str, seed: int, number: int) -> bytes:
    """Input number `number`: always the same bytes."""
    rng = random.Random(f"{name}:{seed}:{number}")  # noqa: S311 - repeatable, no secret
    seeds = target.seeds()
    return changed(rng.choice(seeds), rng, seeds, target.words, shaped=target.shaped)


def _late(_number: int, _frame: FrameType | None) -> None:
    raise HangError


def _limited() -> None:
    """Bound what one process may take beyond what it has taken by now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    amount = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (amount, amount))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _once(target: Target, data: bytes, folder: Path) -> str:
    """What went wrong, as one line; empty if nothing did."""
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    try:
        target.run(data, emptied(folder))
    except target.answers:
        return ""
    except HangError:
        return f"hang: more than {CPU_S:g} s"
    except MemoryError:
        return f"memory: more than {MEMORY_BYTES >> 20} MB"
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {error}"[
            :200
        ]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return ""


def _serve(name: str, seed: int, numbers: range, answers: Connection, shown: mmap.mmap) -> None:
    """Run inputs and show before each which one it is: a dead process names its killer."""
    target = TARGETS[name]
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    signal.signal(signal.SIGPROF, _late)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as home:
        folder = Path(home) / "one"
        try:
            for data in target.seeds():  # imports and tables are paid for before limits are set
                with suppress(*target.answers):
                    target.run(data, emptied(folder))
        except Exception:  # noqa: BLE001 - told to the parent, which ends
            answers.send((UNSOUND, traceback.format_exc(limit=-3)))
            return
        _limited()
        for number in numbers:
            shown[:] = number.to_bytes(8, "little")
            what = _once(target, made(target, name, seed, number), folder)
            if what:
                answers.send((number, what))
    answers.send((DONE, ""))


def _processor_s(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:  # it has ended: that is noticed elsewhere
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _heard(answers: Connection, pid: int, shown: mmap.mmap) -> bool:
    """True once there is something to hear; False if one input takes beyond all bounds.

    A busy machine may let a sound process wait for long: so it is its processor time that counts,
    and the clock only far beyond.
    """
    at, used, begun = b"", 0.0, 0.0
    while not answers.poll(LOOK_S):
        if at != shown[:]:
            at, used, begun = shown[:], _processor_s(pid), time.monotonic()
        elif _processor_s(pid) - used > STUCK_S or time.monotonic() - begun > WALL_S:
            return False
    return True


def _one_process(name: str, seed: int, numbers: range, found: list[Finding]) -> tuple[int, str]:
    """Run inputs in a process; gives the last one it came to, and why it ended before its time."""
    shown = mmap.mmap(-1, 8)
    shown[:] = numbers.start.to_bytes(8, "little")
    context = multiprocessing.get_context("fork")
    answers, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(name, seed, numbers, theirs, shown))
    process.start()
    theirs.close()
    try:
        while _heard(answers, process.pid or 0, shown):
            at, what = answers.recv()
            if at == DONE:
                return numbers.stop, ""
            if at == UNSOUND:
                raise RuntimeError(f"{name}: an unchanged seed fails:\n{what}")
            found.append(Finding(name, at, what, made(TARGETS[name], name, seed, at)))
        ended = f"hang: no end in {STUCK_S:g} s"
    except EOFError:
        process.join()
        ended = f"crash: the process ended with status {process.exitcode}"
    finally:
        process.kill()
        process.join()
    return int.from_bytes(shown[:], "little"), ended


def fuzz(name: str, *, seed: int = 0, first: int = 0, executions: int) -> list[Finding]:
    """Run inputs `first` to `first + executions` of one target, in processes that may end."""
    found: list[Finding] = []
    stop, at = first + executions, first
    while at < stop:
        at, ended = _one_process(name, seed, range(at, stop), found)
        if ended:
            found.append(Finding(name, at, ended, made(TARGETS[name], name, seed, at)))
            at += 1
    return found


def main(arguments: Sequence[str]) -> int:
    """Run, print findings, give 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--target", required=True, choices=["all", *TARGETS])
    parser.add_argument("--executions", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--findings", type=Path, help="folder for the inputs that did it")
    asked = parser.parse_args(arguments)
    names = [*TARGETS] if asked.target == "all" else [asked.target]
    return int(sum(_told(name, asked) for name in names) > 0)


def _told(name: str, asked: argparse.Namespace) -> bool:
    """Run one target and print what came out; True if there is a finding."""
    begun = time.monotonic()
    try:
        found = fuzz(name, seed=asked.seed, first=asked.first, executions=asked.executions)
    except RuntimeError as unsound:
        print(unsound, flush=True)
        return True
    rate = asked.executions / max(time.monotonic() - begun, 0.001)
    print(
        f"{name}: {asked.executions:,} executions, {rate:,.0f}/s, {len(found)} findings", flush=True
    )
    kinds: dict[str, list[Finding]] = {}
    for one in found:
        kinds.setdefault(one.what, []).append(one)
    for what, same in kinds.items():
        print(f"  {what!a} ({len(same)} times, first: --first {same[0].number})", flush=True)
        if asked.findings is not None:
            asked.findings.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256(same[0].data).hexdigest()[:12]
            (asked.findings / f"{name}-{same[0].number}-{digest}").write_bytes(same[0].data)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
