"""Every format is shown to every reader: only its own takes it, and plain tables stay plain."""

from __future__ import annotations

import importlib.util
import io
import json
import sqlite3
import sys
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from openpyxl import Workbook

from forensics.read.registry import READERS, detect

ROOT = Path(__file__).resolve().parents[2]
PLAIN = {"parquet", "json", "csv"}
"""Readers of any table; they come last and may recognise what others have taken."""
HEAD = 1 << 16


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


FILES = _module(ROOT / "benchmarks" / "platform_files.py")
POSTS = 25


def _workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["account", "time", "text"])
    sheet.append(["ada", "2023-01-02T03:04:05Z", "one"])
    book.save(out)
    return out.getvalue()


def _base() -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as con:
        con.execute("CREATE TABLE posts (account, time, text)")
        con.execute("INSERT INTO posts VALUES ('ada', '2023-01-02T03:04:05Z', 'one')")
        return con.serialize()


def _commit() -> bytes:
    who = b"Ada <ada@example.org> 1709601164 +0800"
    body = (
        b"tree " + b"4b825dc6" * 5 + b"\nauthor " + who + b"\ncommitter " + who + b"\n\nMend it\n"
    )
    return zlib.compress(b"commit %d\0" % len(body) + body)


def _repository() -> bytes:
    """The beginning of a CAR archive: a header of CBOR with one root."""
    header = bytes.fromhex("a265726f6f747381d82a582500") + bytes.fromhex("01711220") + bytes(32)
    header += b"gversion\1"
    return bytes([len(header)]) + header


MEMBERS = b"""[{"id": "U01", "team_id": "T1", "name": "ada", "real_name": "Ada", "tz": "Asia/Tokyo",
  "profile": {"real_name": "Ada", "display_name": "ada"}}]"""
OWN = b"""{"Activity": {"Favorite Effects": {}, "Favorite Sounds": {}},
  "Comment": {"Comments": {"CommentsList": [{"date": "2024-03-05 01:13:00", "comment": "hi"}]}},
  "Direct Messages": {"Chat History": {}}, "Video": {"Videos": {"VideoList": []}}}"""
OTHERS: dict[str, Callable[[], bytes]] = {
    "slack-users": lambda: MEMBERS,
    "tiktok-own-data": lambda: OWN,
    "xlsx": _workbook,
    "sqlite": _base,
    "git-object": _commit,
    "git-pack": (ROOT / "fixtures" / "readers" / "git" / "history.pack").read_bytes,
    "git-bundle": (ROOT / "fixtures" / "readers" / "git" / "history.bundle").read_bytes,
    "bluesky-archive": _repository,
    "parquet": (ROOT / "fixtures" / "readers" / "table.parquet").read_bytes,
}
SAMPLES = {name: FILES.written(name, POSTS) for name in FILES.FORMS} | {
    name: make() for name, make in OTHERS.items()
}
PLAIN_SAMPLES: dict[str, tuple[str, bytes]] = {
    "a table": ("csv", b"account,time,text\nada,2023-01-02T03:04:05Z,hello\n"),
    "tabs": ("csv", b"time\taccount\ttext\n2023-01-02T03:04:05Z\tada\thello\n"),
    "no header": ("csv", b"2023-01-02 03:04:05,ada,hello\n2023-01-02 03:04:06,bob,hello\n"),
    "dates first": ("csv", b"[date],[who]\n[2023-01-02 03:04:05],ada\n"),
    "ids and authors": ("csv", b"id,created_at,author_id,text\n1,2023-01-02T03:04:05Z,7,hello\n"),
    "names of mail": ("csv", b"From,Date,Subject\nada,2023-01-02T03:04:05Z,hello\n"),
    "commit in a table": ("csv", b"commit,author,date\nabc,ada,2023-01-02T03:04:05Z\n"),
    "half of 4cat": ("csv", b"id,author,body,timestamp\n1,ada,hello,2023-01-02T03:04:05Z\n"),
    "half of the archive": ("csv", b"tweetid,tweet_time,tweet_text\n1,2023-01-02 03:04,hello\n"),
    "half of minet": ("csv", b"id,timestamp_utc,user_screen_name\n1,1672628645,ada\n"),
    "lines": ("json", b'{"account": "ada", "time": "2023-01-02T03:04:05Z", "text": "hi"}\n' * 3),
    "an array": ("json", b'[{"user": {"name": "ada"}, "created_at": "2023-01-02T03:04:05Z"}]'),
    "posts": ("json", b'{"posts": [{"author": "ada", "date": "2023-01-02T03:04:05Z"}]}'),
    "messages": ("json", b'{"messages": [{"from": "ada", "ts": "2023-01-02T03:04:05Z"}]}'),
    "items": ("json", b'{"items": [{"id": 1, "from": "ada", "date": "2023-01-02T03:04:05Z"}]}'),
    "data": ("json", b'{"data": [{"id": "1", "text": "x", "created_at": "2023-01-02T03:04:05Z"}]}'),
    "feed": ("json", b'{"feed": [{"post": "x", "author": "ada", "at": "2023-01-02T03:04:05Z"}]}'),
    "comments": ("json", b'{"comments": [{"author": "ada", "timestamp": 1672628645}]}'),
    "kind of a message": (
        "json",
        b'[{"type": "message", "author": "ada", "time": "2023-01-02T03:04:05Z"}]',
    ),
    "a page of statuses": (
        "json",
        b'{"statuses": [{"user": "ada", "time": "2023-01-02T03:04:05Z", "text": "x"}]}',
    ),
}
"""Tables that somebody made: near other formats, and none of them."""


def takers(path: Path, data: bytes) -> list[str]:
    """All readers that recognise the bytes, in their order."""
    path.write_bytes(data)
    return [reader.name for reader in READERS if reader.detects(path, data[:HEAD])]


def test_there_is_a_sample_for_every_reader() -> None:
    assert {reader.name for reader in READERS} == {*SAMPLES, "json", "csv"}


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_its_own_reader_takes_it_and_no_other(name: str, tmp_path: Path) -> None:
    found = takers(tmp_path / "sample", SAMPLES[name])
    assert found[:1] == [name]
    assert set(found[1:]) <= PLAIN
    reader = detect(tmp_path / "sample")
    assert reader is not None
    assert reader.name == name


@pytest.mark.parametrize("name", sorted(FILES.FORMS))
def test_marks_and_line_ends_do_not_count(name: str, tmp_path: Path) -> None:
    data = SAMPLES[name]
    marked = data if name == "mbox" else b"\xef\xbb\xbf" + data  # mail programs write no mark
    for other in (marked, data.replace(b"\n", b"\r\n")):
        found = takers(tmp_path / "sample", other)
        assert found[:1] == [name]
        assert set(found[1:]) <= PLAIN


@pytest.mark.parametrize("name", sorted(PLAIN_SAMPLES))
def test_nothing_is_taken_from_the_plain_readers(name: str, tmp_path: Path) -> None:
    expected, data = PLAIN_SAMPLES[name]
    found = takers(tmp_path / "sample", data)
    assert found[:1] == [expected]
    assert set(found) <= PLAIN


@pytest.mark.parametrize("name", sorted(FILES.FORMS))
def test_words_of_other_formats_in_a_text_do_not_count(name: str, tmp_path: Path) -> None:
    """A post may quote an export; what it quotes is not what it is."""
    quoted = SAMPLES[name].decode()[:400]
    rows = FILES.pieces(FILES.Form(lambda n: FILES.line(f"a{n}", n, quoted), "account,n,text\n"), 5)
    table = "".join(rows).encode()
    lines = b"".join(
        json.dumps({"account": "ada", "n": n, "text": quoted}).encode() + b"\n" for n in range(5)
    )
    assert set(takers(tmp_path / "sample", table)) <= PLAIN
    assert set(takers(tmp_path / "sample", lines)) <= PLAIN


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(FILES.FORMS) - {"eml"}))
def test_every_sample_is_read_whole(name: str, read: Callable[..., Any]) -> None:
    options: dict[str, Any] = {}
    if name in FILES.NAMELESS:
        options["columns"] = {"account": "=invented"}
    if name in FILES.NAIVE:
        options["assume_zone"] = "UTC"
    outcome = read(SAMPLES[name], "export", **options)
    source = outcome.source
    film = name == "yt-dlp"  # the film itself is a post beside its comments
    assert (source.reader, source.rows_read) == (name, POSTS + film)
    start, step = FILES.START_S, FILES.STEP_S
    cut = 60 if name == "twitter-io" else 1
    expected = {(start + step * n) // cut * cut for n in range(POSTS)}
    assert {post["t_us"] // 1_000_000 for post in outcome.posts} >= expected
