"""Platform exports: megabytes a second and memory, X and Telegram beside the usual pandas notebook.

    python benchmarks/platforms.py [--megabytes N] [--threads N] [--only READER,READER]

Every file is read in a process of its own by all that `gnomon run` does to read it, and so is its
rival, in the same run: machines differ, ratios and processor time hold. A megabyte is 10^6 bytes.
pandas here parses every line with `json.loads`, picks account, time and text, and calls
`to_datetime`; it checks no id, counts no bad row and writes no table.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parent))

import platform_files as files

from forensics.read import ReadOptions, SourceFile, read_posts

Work: TypeAlias = Callable[[Path, Path], None]
SINGLE = frozenset(("eml",))
"""One post a file: nothing to measure."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one reading took."""

    wall_s: float
    processor_s: float
    peak_mb: int


Answers: TypeAlias = "multiprocessing.Queue[Cost]"


def ours(reader: str, threads: int, path: Path, folder: Path) -> None:
    """Everything `gnomon run` does to read the file."""
    source = SourceFile(sha256="0" * 64, name=path.name, path=path)
    options = ReadOptions(
        threads=threads,
        columns={"account": "=invented"} if reader in files.NAMELESS else {},
        assume_zone="UTC" if reader in files.NAIVE else None,
    )
    read = read_posts([source], options, folder, lambda _stage, _done, _total: None).sources[0]
    if read.reader != reader or read.rows_refused > 1:
        raise SystemExit(f"{reader}: {read.reader} read it and refused {read.rows_refused} rows")


def pandas_lines(path: Path, folder: Path) -> None:
    """The usual notebook, for one object a line."""
    import pandas as pd

    del folder
    rows = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            rows.append((item["user"]["screen_name"], item["created_at"], item["full_text"]))
    table = pd.DataFrame(rows, columns=["account", "time", "text"])
    table["time"] = pd.to_datetime(table["time"], format="%a %b %d %H:%M:%S %z %Y")


def pandas_document(path: Path, folder: Path) -> None:
    """The usual notebook, for one document."""
    import pandas as pd

    del folder
    messages = json.loads(path.read_text(encoding="utf-8"))["messages"]
    table = pd.DataFrame(messages)
    table["time"] = pd.to_datetime(table["date_unixtime"].astype("int64"), unit="s", utc=True)


RIVALS: dict[str, Work] = {"twitter-api-1": pandas_lines, "telegram-json": pandas_document}


def measured(work: Work, path: Path) -> Cost:
    """What the work takes in a fresh process, imports included."""
    context = multiprocessing.get_context("spawn")
    answers: Answers = context.Queue()
    process = context.Process(target=_run, args=(work, path, answers))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"reading {path.name} failed")
    return answers.get()


def _run(work: Work, path: Path, answers: Answers) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before, spent = time.perf_counter(), time.process_time()
        work(path, Path(folder))
        cost = time.perf_counter() - before, time.process_time() - spent
    answers.put(Cost(*cost, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def main() -> None:
    """Print one line a format."""
    parser = argparse.ArgumentParser(description="platform exports against pandas")
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", default="", help="names of readers, with commas")
    args = parser.parse_args()
    wanted = [name for name in args.only.split(",") if name] or [
        name for name in files.FORMS if name not in SINGLE
    ]
    print("MB/s: of processor time (of wall clock); memory: peak of the process")
    print(f"{'format':<22}{'posts':>9}{'MB':>5}{'MB/s':>12}{'memory':>8}   pandas")
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            path = Path(folder) / name
            posts = args.megabytes * 1_000_000 // (len(files.written(name, 200)) // 200)
            files.write(name, posts, path)
            size = path.stat().st_size / 1e6
            mine = measured(partial(ours, name, args.threads), path)
            line = f"{name:<22}{posts:>9,}{size:>5.0f}{_speed(size, mine):>12}{mine.peak_mb:>8}"
            if name in RIVALS:
                theirs = measured(RIVALS[name], path)
                line += f"   {_speed(size, theirs)}, {theirs.peak_mb} MB"
            print(line, flush=True)
            path.unlink()


def _speed(size: float, cost: Cost) -> str:
    return f"{size / cost.processor_s:.0f} ({size / cost.wall_s:.0f})"


if __name__ == "__main__":
    main()
