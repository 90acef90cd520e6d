"""Broken images against the reader: nothing may be raised, nothing may take long.

Usage: python benchmarks/image_mutants.py [FOLDER] [--count N] [--seed S]

Mutants are made from the small files of FOLDER (labelled images; see benchmarks/images.py):
flipped bits, cuts, length fields set to extremes, stretches removed, doubled and swapped between
files. Prints exceptions, the slowest mutants in CPU milliseconds, and how many ended in a refusal
made of an exception (`damaged` with the name of the exception).
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
DEFAULT = ROOT.parent / "shared" / "data" / "images"
LARGEST = 300_000
LIMIT_MS = 50
EXTREMES = (
    b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\1",
    b"\1\0\0\0", b"\x80\0\0\0", b"\0\0\xff\xff", b"\xff\xff\0\0", b"\0\1\0\0",
)  # fmt: skip


def mutant(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """One broken copy of a file."""
    out = bytearray(data)
    # Most of what can go wrong stands near the front; the rest anywhere.
    for _ in range(chance.randint(1, 16)):
        if not out:
            break
        near = chance.random() < 0.7
        at = chance.randrange(min(len(out), 4000) if near else len(out))
        kind = chance.randrange(7)
        if kind == 0:
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            out[at] = chance.randrange(256)
        elif kind == 2:
            out[at : at + 4] = chance.choice(EXTREMES)
        elif kind == 3:
            out[at : at + 2] = chance.choice(EXTREMES)[:2]
        elif kind == 4:
            del out[at : at + chance.randint(1, 60)]
        elif kind == 5:
            out[at:at] = out[at : at + chance.randint(1, 400)] * chance.randint(1, 4)
        else:
            start = chance.randrange(max(len(other), 1))
            out[at : at + 64] = other[start : start + 64]
    if chance.random() < 0.25 and out:
        del out[chance.randrange(len(out)) :]
    return bytes(out)


def run(seeds: list[tuple[str, bytes]], count: int, seed: int) -> tuple[list[str], list[str]]:
    """Read `count` mutants; gives back what was raised, and the slow ones, slowest first."""
    from forensics.read.images import read_image

    chance = random.Random(seed)  # noqa: S311 - seeded mutants, no secret
    raised: list[str] = []
    slow: list[tuple[float, str]] = []
    caught: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutant"
        for number in range(count):
            name, data = chance.choice(seeds)
            broken = mutant(data, chance.choice(seeds)[1], chance)
            path.write_bytes(broken)
            gc.disable()
            start = time.process_time()
            try:
                _, refusals = read_image(path, "s", name)
            except Exception as error:  # noqa: BLE001 - this is what the run looks for
                raised.append(f"mutant {number} of {name}: {type(error).__name__}: {error}")
                continue
            finally:
                spent_ms = (time.process_time() - start) * 1000
                gc.enable()
            slow.append((spent_ms, f"mutant {number} of {name}"))
            for item in refusals:
                if item.reason == "damaged" and item.raw.endswith(("Error", "Exception")):
                    caught[f"{item.where}: {item.raw}"] += 1
            if spent_ms > LIMIT_MS:
                Path(f"{tempfile.gettempdir()}/slow-{seed}-{number}").write_bytes(broken)
    slow.sort(reverse=True)
    for text, times in caught.most_common(10):
        print(f"caught {times:>6} x {text}")
    return raised, [f"{spent:.1f} ms {text}" for spent, text in slow if spent > LIMIT_MS] or [
        f"{spent:.1f} ms {text}" for spent, text in slow[:3]
    ]


def main() -> int:
    """Print the figures; 1 if anything was raised or took longer than the limit."""
    parser = argparse.ArgumentParser(description="broken images against the reader")
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    seeds = [
        (path.name, path.read_bytes())
        for path in sorted(given.folder.rglob("*"))
        if path.is_file() and path.stat().st_size <= LARGEST and path.suffix != ".jsonl"
    ]
    if not seeds:
        print(f"no files in {given.folder.name}: nothing to break")
        return 0
    raised, slow = run(seeds, given.count, given.seed)
    print(f"{given.count} mutants of {len(seeds)} files: {len(raised)} exceptions")
    for line in raised[:20]:
        print("raised:", line)
    for line in slow[:20]:
        print("slowest:", line)
    return 1 if raised or float(slow[0].split()[0]) > LIMIT_MS else 0


if __name__ == "__main__":
    sys.exit(main())
