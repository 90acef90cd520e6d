"""Speed of custody: verifying beside `sha256sum` on the same files, and taking many files in.

    python benchmarks/custody.py [--lines 1000000] [--gigabytes 10] [--files 10000] [--rounds 3]
                                 [--work FOLDER]

The originals are sparse files: they take no room on the disk and are read at the speed of memory,
which is the hardest case, since no disk can be waited for. `sha256sum` and `gnomon verify` take
turns on them, both as programs of their own; the ratio of the best times is what counts. Memory is
the peak of the process. Small files are taken in one at a time and then in batches, on the disk
that holds the folder.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from forensics.case import Case
from forensics.case.receiving import Received
from forensics.case.record import entry_bytes
from forensics.model import Entry, Json, Original
from forensics.version import __version__

AT = "2024-05-01T00:00:00Z"
GIGABYTE = 1_000_000_000
WANTED_PERCENT = 80


def make_case(root: Path, lines: int, gigabytes: int) -> None:
    """A case with that many lines, one original of 1 GB for each gigabyte, and no tables."""
    Case.create(root, question="Q", settings={}, who="x", now=lambda: AT)
    originals = [sparse(root / "originals", number) for number in range(gigabytes)]
    path = root / "record.jsonl"
    head = hashlib.sha256(path.read_bytes().removesuffix(b"\n")).hexdigest()
    with path.open("ab") as handle:
        for seq, (kind, body) in enumerate(bodies(originals, lines), 1):
            data = entry_bytes(Entry(seq, head, AT, "x", f"gnomon {__version__}", kind, body))
            head = hashlib.sha256(data).hexdigest()
            handle.write(data + b"\n")


def bodies(originals: list[Original], lines: int) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Lines about the originals, then notes of about 400 bytes, in text that is not all ASCII."""
    for one in originals:
        yield "ingest", asdict(one)
    for number in range(lines - 1 - len(originals)):
        text = f"Seen in row {number:,}: a post of that account names the place. " * 4
        yield "note", {"topic": "note", "text": text + ("wörtlich" if number % 50 == 0 else "")}


def sparse(folder: Path, number: int) -> Original:
    """An original of 1 GB that begins with its number and has only zeros behind it."""
    path = folder / "new"
    with path.open("wb") as handle:
        handle.write(b"original %d\n" % number)
        handle.truncate(GIGABYTE)
    with path.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    (folder / sha256[:2]).mkdir(exist_ok=True)
    path.rename(folder / sha256[:2] / sha256)
    return Original(sha256, GIGABYTE, "application/octet-stream", f"disk-{number}.img")


def timed(command: list[str]) -> tuple[float, float, float]:
    """Seconds, seconds of processors, and peak of memory in MB of a command that must succeed."""
    began = time.monotonic()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    ])  # fmt: skip
    _pid, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def verifying(work: Path, lines: int, gigabytes: int, rounds: int) -> bool:
    """Print the times of both; True if verifying is fast enough."""
    root = work / "case"
    make_case(root, lines, gigabytes)
    files = [str(path) for path in sorted((root / "originals").glob("*/*"))]
    sha256sum = [shutil.which("sha256sum") or "/usr/bin/sha256sum", str(root / "record.jsonl")]
    verify = [sys.executable, "-m", "forensics.verbs.main", "verify", str(root)]
    size = (root / "record.jsonl").stat().st_size
    print(f"{lines:,} lines ({size / 1e6:,.0f} MB) and {gigabytes} GB of originals")
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, command in (("sha256sum", [*sha256sum, *files]), ("verify", verify)):
            took, cpu, memory = timed(command)
            best[name] = min(took, best.get(name, took))
            print(
                f"  {name:<10}{took:7.1f} s{cpu:7.1f} s of processors{memory:7.0f} MB", flush=True
            )
    percent = 100 * best["sha256sum"] / best["verify"]
    print(f"verify runs at {percent:.0f} % of the speed of sha256sum")
    return percent >= WANTED_PERCENT


def taking_in(work: Path, count: int) -> None:
    """Print how long many small files take, one at a time and together."""
    inputs = work / "inputs"
    inputs.mkdir()
    items = []
    for number in range(count):
        path = inputs / f"{number:06}.jpg"
        path.write_bytes(b"\xff\xd8\xff" + b"%d " % number * 200)
        items.append(Received(path, f"inputs/{path.name}"))
    subprocess.run(["/bin/sync"], check=True)
    for name in ("one at a time", "together"):
        case = Case.create(work / name, question="Q", settings={}, who="x", now=lambda: AT)
        began = time.monotonic()
        with case.exclusively():
            if name == "together":
                case.add_files(items)
            else:
                for item in items:
                    case.add_file(item.path, item.name)
        took = time.monotonic() - began
        print(
            f"{count:,} small files {name}: {took:.1f} s, {count / took:,.0f} files/s", flush=True
        )


def main() -> int:
    """Measure both; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--gigabytes", type=int, default=10)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=None)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gnomon-custody-", dir=told.work) as folder:
        good = verifying(Path(folder), told.lines, told.gigabytes, told.rounds)
        if told.files:
            taking_in(Path(folder), told.files)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
