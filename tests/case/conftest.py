"""A small finished case, and ways to break it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from forensics.case import Case

KEY = ("account", "t_us", "original", "row")


def fixed_now() -> str:
    return "2024-01-02T03:04:05Z"


@pytest.fixture
def now() -> Callable[[], str]:
    return fixed_now


@pytest.fixture
def write_posts(side_database: Callable[[], duckdb.DuckDBPyConnection]) -> Callable[..., None]:
    """Writes a Parquet table of posts; `order` and `text` change its bytes."""

    def posts_table(
        path: Path, *, rows: int = 100, order: str = ", ".join(KEY), text: str = "hi"
    ) -> None:
        with side_database() as connection:
            connection.execute(
                "copy (select repeat('a', 64) as original, i as row, 'b' || (i % 7) as account, "
                "1600000000000000 + i * 1000 as t_us, 1::integer as precision_s, "
                f"$${text}$$ || i as text, null::smallint as offset_min from range(1, {rows + 1}) "
                f"t(i) order by {order}) to '{path}' (format parquet, compression zstd)"
            )

    return posts_table


@pytest.fixture
def finished(tmp_path: Path, write_posts: Callable[..., None]) -> Path:
    """The folder of a finished case beside its report: 7 lines, 2 originals, 2 tables."""
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    (inputs / "posts.csv").write_bytes(b"account,time\nb1,2021-01-01T00:00:00Z\n")
    (inputs / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 not much of a photo")
    out = tmp_path / "out"
    case = Case.create(
        out / "case", question="Where?", settings={"by": None, "n": 3}, who="me", now=fixed_now
    )
    for path in sorted(inputs.iterdir()):
        case.add_file(path, f"inputs/{path.name}", how="by hand")
    write_posts(case.tables / "posts.parquet")
    images = case.write_table("images.jsonl", [{"name": "photo.jpg", "text": "a\u2028b 🎈"}, {}])
    posts = case.adopt_table("posts.parquet", key=KEY)
    body = {"rows_present": 102, "rows_read": 100, "rows_refused": 2, "key": "k1"}
    case.append("read", {**body, "tables": [posts.as_json(), images.as_json()]})
    case.append("clue", {"statement": "Text with \u2028, \u202e, \x1b and \ud83d in it."})
    report = out / "report.html"
    report.write_bytes(b"<!doctype html>")
    files = [case.file_ref(report).as_json()]
    case.append("report", {"digest": case.digest(), "files": files, "key": "k2"})
    case.append("note", {"statement": "Read by a colleague."})
    return case.root


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB, where the machine lets us make one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        pytest.skip("no mount command")
    if done.returncode != 0:
        pytest.skip("may not mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
