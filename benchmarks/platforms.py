"""Nested platform exports: megabytes a second and memory, beside the usual pandas notebook.

    python benchmarks/platforms.py [--posts N]

Both read the same invented files in one run, each in a process of its own; ratios are what counts.
pandas here parses every line with `json.loads`, picks account, time and text, and calls
`to_datetime`; it checks no id, counts no bad row and writes no table.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from forensics.clock import TWITTER_EPOCH_MS
from forensics.read import ReadOptions, SourceFile, read_posts

START = datetime(2021, 3, 1, tzinfo=UTC)
Work: TypeAlias = Callable[[Path, Path], None]
Answers: TypeAlias = "multiprocessing.Queue[tuple[float, int]]"
WORDS = ("river", "lamp", "bread", "evening", "window", "paper", "bridge", "garden")


def twitter(path: Path, posts: int) -> None:
    """API v1.1 statuses, one a line, with the members that make real ones long."""
    draw = random.Random(1)  # noqa: S311 - invented data with a fixed seed
    with path.open("w", encoding="utf-8") as out:
        for number in range(posts):
            moment = START + timedelta(seconds=37 * number)
            milliseconds = int(moment.timestamp() * 1000)
            status = {
                "created_at": moment.strftime("%a %b %d %H:%M:%S +0000 %Y"),
                "id_str": str((milliseconds - TWITTER_EPOCH_MS) << 22),
                "full_text": " ".join(draw.choices(WORDS, k=20)),
                "source": '<a href="https://example.org" rel="nofollow">Invented Client</a>',
                "user": {"id_str": str(number % 50), "screen_name": f"invented-{number % 50}",
                         "description": " ".join(draw.choices(WORDS, k=30)), "followers_count": 7},
                "entities": {"hashtags": [], "urls": [], "user_mentions": []},
                "lang": "en", "retweet_count": 3, "favorite_count": 9,
            }  # fmt: skip
            out.write(json.dumps(status) + "\n")


def telegram(path: Path, posts: int) -> None:
    """One chat as the desktop program exports it."""
    draw = random.Random(2)  # noqa: S311 - invented data with a fixed seed
    with path.open("w", encoding="utf-8") as out:
        out.write('{"name": "invented", "type": "public_channel", "id": 1, "messages": [\n')
        for number in range(posts):
            moment = START + timedelta(seconds=61 * number)
            message = {
                "id": number + 1, "type": "message",
                "date": (moment + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S"),
                "date_unixtime": str(int(moment.timestamp())),
                "from": f"Invented {number % 20}", "from_id": f"user{number % 20}",
                "text": [{"type": "plain", "text": " ".join(draw.choices(WORDS, k=30))}],
                "text_entities": [],
            }  # fmt: skip
            out.write(json.dumps(message) + (",\n" if number + 1 < posts else "\n"))
        out.write("]}\n")


def ours(path: Path, folder: Path) -> None:
    """Everything `gnomon run` does to read the file."""
    source = SourceFile(sha256="0" * 64, name=path.name, path=path)
    read_posts([source], ReadOptions(), folder, lambda _stage, _done, _total: None)


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


def measured(work: Work, path: Path) -> tuple[float, int]:
    """Seconds and peak megabytes of the work in a fresh process."""
    context = multiprocessing.get_context("spawn")
    answers: Answers = context.Queue()
    process = context.Process(target=_run, args=(work, path, answers))
    process.start()
    answer = answers.get()
    process.join()
    return answer


def _run(work: Work, path: Path, answers: Answers) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before = time.perf_counter()
        work(path, Path(folder))
        seconds = time.perf_counter() - before
    answers.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def main() -> None:
    """Print one line a format."""
    parser = argparse.ArgumentParser(description="nested exports against pandas")
    parser.add_argument("--posts", type=int, default=100_000)
    posts: int = parser.parse_args().posts
    print(f"{'format':<18}{'MB':>6}{'ours MB/s':>11}{'pandas MB/s':>13}{'ratio':>7}{'ours MB':>9}"
          f"{'pandas MB':>11}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for name, make, rival in (
            ("twitter api 1.1", twitter, pandas_lines),
            ("telegram json", telegram, pandas_document),
        ):
            path = Path(folder) / f"{name.replace(' ', '_')}.json"
            make(path, posts)
            size = path.stat().st_size / 1e6
            mine, theirs = measured(ours, path), measured(rival, path)
            print(
                f"{name:<18}{size:>6.0f}{size / mine[0]:>11.0f}{size / theirs[0]:>13.0f}"
                f"{theirs[0] / mine[0]:>7.2f}{mine[1]:>9}{theirs[1]:>11}"
            )


if __name__ == "__main__":
    main()
