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

from fuzz_targets import TARGETS, Target, emptied

CPU_S = 1.0
MEMORY_BYTES = 256 << 20
WALL_S = 30.0
"""A process that says nothing for so long is ended: what hangs outside of Python."""
LIMITS = (b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00",
          b"\x00\x00\x00\x01", b"0", b"-1", b"9" * 40, b"\n", b"\r", b" ", b'"', b"\\", b"<", b"&",
          b"\x1b[31m", "\u202e".encode(), b"\xed\xa0\x80", b"\xef\xbb\xbf",
          b"%s", b"{{7*7}}")  # fmt: skip
LARGEST = 20_000
UNSOUND = -1


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
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8))):
        _change(data, rng, seeds, target.words or (b"0",))
    return bytes(data[:LARGEST])


def _change(
    data: bytearray, rng: random.Random, seeds: list[bytes], words: tuple[bytes, ...]
) -> None:
    """One change in place."""
    at = rng.randrange(len(data) + 1)
    end = min(len(data), at + rng.choice((1, 2, 4, 16, 200)))
    kind = rng.randrange(9)
    if kind == 0 and at < len(data):
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1 and at < len(data):
        data[at] = rng.randrange(256)
    elif kind == 2:
        data[at:end] = b""
    elif kind == 3:
        data[at:at] = data[at:end] * rng.choice((1, 2, 50))
    elif kind == 4:
        data[at:end] = rng.choice(LIMITS)
    elif kind == 5:
        data[at:at] = rng.choice(words)
    elif kind == 6:
        other = rng.choice(seeds)
        start = rng.randrange(len(other) + 1)
        data[at:end] = other[start : start + rng.choice((4, 40, 400))]
    elif kind == 7:
        del data[at:]
    else:
        data[at:at] = rng.choice(words) * rng.choice((2, 30, 300))


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


def _serve(name: str, seed: int, numbers: range, answers: Connection) -> None:
    """Run inputs and say before each which one it is: a dead process names its killer."""
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
            answers.send((number, None))
            what = _once(target, made(target, name, seed, number), folder)
            if what:
                answers.send((number, what))
    answers.send((numbers.stop, None))


def fuzz(name: str, *, seed: int = 0, first: int = 0, executions: int) -> list[Finding]:
    """Run inputs `first` to `first + executions` of one target, in processes that may end."""
    found: list[Finding] = []
    stop, at = first + executions, first
    context = multiprocessing.get_context("fork")
    while at < stop:
        answers, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_serve, args=(name, seed, range(at, stop), theirs))
        process.start()
        theirs.close()
        ended = ""
        while at < stop:
            try:
                if not answers.poll(WALL_S):
                    ended = f"hang: no answer in {WALL_S:g} s"
                    break
                at, what = answers.recv()
            except EOFError:
                process.join()
                ended = f"crash: the process ended with status {process.exitcode}"
                break
            if at == UNSOUND:
                raise RuntimeError(f"{name}: an unchanged seed fails:\n{what}")
            if what:
                found.append(Finding(name, at, what, made(TARGETS[name], name, seed, at)))
        process.kill()
        process.join()
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
    total = 0
    for name in TARGETS if asked.target == "all" else [asked.target]:
        begun = time.monotonic()
        found = fuzz(name, seed=asked.seed, first=asked.first, executions=asked.executions)
        rate = asked.executions / max(time.monotonic() - begun, 0.001)
        print(
            f"{name}: {asked.executions:,} executions, {rate:,.0f}/s, {len(found)} findings",
            flush=True,
        )
        kinds: dict[str, list[Finding]] = {}
        for one in found:
            kinds.setdefault(one.what, []).append(one)
        for what, same in kinds.items():
            print(f"  {what!a} ({len(same)} times, first: --first {same[0].number})")
            if asked.findings is not None:
                asked.findings.mkdir(parents=True, exist_ok=True)
                digest = hashlib.sha256(same[0].data).hexdigest()[:12]
                (asked.findings / f"{name}-{same[0].number}-{digest}").write_bytes(same[0].data)
        total += len(found)
    return int(total > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
