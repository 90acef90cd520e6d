"""The record: only ever added to, chained, and readable after a crash at any byte."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from forensics.case import NotCanonical, canonical
from forensics.case.record import GENESIS, Record, raw_lines, read_entry
from forensics.errors import CaseError

STAMP = {"at": "2024-01-01T00:00:00Z", "who": "me", "tool": "test"}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "record.jsonl"
    path.touch()
    return path


@pytest.fixture
def three(path):
    record = Record(path)
    for number in range(3):
        record.append("note", {"n": number, "text": "a\u2028b\x85c\x1ed 🎈 \ud83d"}, **STAMP)
    return path


def test_lines_are_chained(three):
    lines = three.read_bytes().split(b"\n")
    assert lines.pop() == b""
    previous = GENESIS
    for number, line in enumerate(lines):
        value = json.loads(line)
        assert (value["seq"], value["prev"], value["body"]["n"]) == (number, previous, number)
        assert canonical.dumps(value) == line
        previous = hashlib.sha256(line).hexdigest()
    record = Record(three)
    assert (record.head, record.length) == (previous, 3)
    assert [entry.body["n"] for entry in record.entries()] == [0, 1, 2]


def test_the_digest_knows_neither_time_nor_person(three, tmp_path):
    other = tmp_path / "other" / "record.jsonl"
    other.parent.mkdir()
    other.touch()
    again = Record(other)
    for entry in Record(three).entries():
        again.append(entry.kind, entry.body, at="2030", who="somebody else", tool="later")
    assert again.digest() == Record(three).digest()
    assert again.head != Record(three).head
    again.append("report", {}, **STAMP)
    assert again.digest() == Record(three).digest()
    again.append("note", {}, **STAMP)
    assert again.digest() != Record(three).digest()


def test_the_digest_as_it_is_described(three):
    digest = hashlib.sha256()
    for line in three.read_bytes().splitlines():
        value = json.loads(line)
        part = [value["kind"], value["body"]]
        text = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest.update(text.encode() + b"\n")
    assert digest.hexdigest() == Record(three).digest()


@pytest.mark.parametrize("kept", ["none", "all"])
def test_a_crash_at_every_byte_of_the_last_line(three, kept):
    whole = three.read_bytes()
    start = len(b"".join(whole.splitlines(keepends=True)[:2]))
    for end in range(start + 1, len(whole)):
        torn = whole[start:end] if kept == "none" else whole[start:end] + b"\0" * 3
        three.write_bytes(whole[:start] + torn)
        for old in three.parent.glob("aside/*"):
            old.unlink()
        looked = Record(three)
        assert (looked.length, looked.torn_bytes) == (2, len(torn))
        looked.append("note", {"n": "new"}, **STAMP)
        record = Record(three)
        notes = [entry.body for entry in record.entries()]
        assert [body.get("n") for body in notes] == [0, 1, None, "new"]
        (aside,) = three.parent.glob("aside/*")
        assert aside.read_bytes() == torn
        (named,) = notes[2]["files"]
        assert named == {
            "path": f"aside/{aside.name}",
            "sha256": hashlib.sha256(torn).hexdigest(),
            "size": len(torn),
        }
        assert record.torn_bytes == 0


def test_a_crash_while_setting_aside_is_mended(three, monkeypatch):
    with three.open("ab") as handle:
        handle.write(b'{"half')
    record = Record(three)
    monkeypatch.setattr(Record, "_add", lambda *_args, **_kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        record.append("note", {}, **STAMP)
    monkeypatch.undo()
    Record(three).open_for_writing(**STAMP)
    bodies = [entry.body for entry in Record(three).entries()]
    assert len(bodies) == 4
    assert bodies[3]["files"][0]["size"] == 6
    Record(three).open_for_writing(**STAMP)
    assert Record(three).length == 4


def test_opening_changes_nothing_that_is_whole(three):
    before = three.read_bytes()
    Record(three).open_for_writing(**STAMP)
    assert three.read_bytes() == before
    assert not three.with_name("aside").exists()


PROGRAM = """
import sys
from pathlib import Path
from forensics.case.record import Record
record = Record(Path(sys.argv[1]))
for number in range(60):
    record.append("note", {"writer": sys.argv[2], "n": number, "pad": "x" * 5000},
                  at="now", who=sys.argv[2], tool="test")
"""


def test_two_processes_lose_nothing(path, root):
    writers = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, path, name], cwd=root) for name in "ab"
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    record = Record(path)
    assert record.length == 120
    for name in "ab":
        mine = [entry.body["n"] for entry in record.entries() if entry.who == name]
        assert mine == list(range(60))


def test_an_open_record_sees_what_others_add(three):
    first, second = Record(three), Record(three)
    first.append("note", {"n": 3}, **STAMP)
    second.append("note", {"n": 4}, **STAMP)
    first.refresh()
    assert first.head == second.head
    assert first.digest() == second.digest()


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_an_error_of_the_disk_leaves_the_record_as_it_was(three, monkeypatch, call, number):
    before, record, real = three.read_bytes(), Record(three), os.write

    def fail(descriptor, *data):
        if data:
            real(descriptor, data[0][:7])
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(CaseError) as caught:
        record.append("note", {"n": 3}, **STAMP)
    assert caught.value.where == str(three)
    assert three.read_bytes() == before
    monkeypatch.undo()
    record.append("note", {"n": 3}, **STAMP)
    assert Record(three).length == 4


def test_if_even_cutting_back_fails_the_next_opening_mends_it(three, monkeypatch):
    record, real = Record(three), os.write

    def fail(descriptor, data):
        real(descriptor, data[:7])
        raise OSError(errno.EIO, "Input/output error")

    def no_truncate(*_args):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "write", fail)
    monkeypatch.setattr(os, "ftruncate", no_truncate)
    with pytest.raises(CaseError):
        record.append("note", {}, **STAMP)
    monkeypatch.undo()
    record.append("note", {"n": 3}, **STAMP)
    assert [entry.body.get("n") for entry in Record(three).entries()] == [0, 1, 2, None, 3]


def test_a_full_disk(tiny_disk: Path):
    path = tiny_disk / "record.jsonl"
    path.touch()
    record = Record(path)
    record.append("note", {"n": 0}, **STAMP)
    before = path.read_bytes()
    with pytest.raises(CaseError, match="no space left on the disk"):
        record.append("note", {"pad": "x" * 200_000}, **STAMP)
    assert path.read_bytes() == before
    record.append("note", {"n": 1}, **STAMP)
    assert Record(path).length == 2


REFUSED = {
    "float": {"a": 0.5},
    "key not ASCII": {"é": 1},
    "integer too large": {"id": 2**60},
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_canonical_is_not_written(three, body):
    before = three.read_bytes()
    with pytest.raises(NotCanonical):
        Record(three).append("note", body, **STAMP)
    assert three.read_bytes() == before


def test_lone_surrogates_in_names_are_written_as_data(three):
    entry = Record(three).append("note", {}, at="now", who="\udcff", tool="t")
    assert entry.who == "\\udcff"
    assert Record(three).length == 4


def edited(data: bytes, **changes) -> bytes:
    return canonical.dumps({**json.loads(data), **changes})


DAMAGE = {
    "line removed": lambda lines: [lines[0], lines[2]],
    "line doubled": lambda lines: [lines[0], lines[1], lines[1], lines[2]],
    "lines swapped": lambda lines: [lines[0], lines[2], lines[1]],
    "line edited": lambda lines: [lines[0], edited(lines[1], who="you"), lines[2]],
    "seq edited": lambda lines: [*lines[:2], edited(lines[2], seq=7)],
    "seq is true": lambda lines: [lines[0], edited(lines[1], seq=True), lines[2]],
    "field missing": lambda lines: [lines[0], b'{"seq":1}', lines[2]],
    "not an object": lambda lines: [lines[0], b"[]", lines[2]],
    "empty line": lambda lines: [lines[0], b"", *lines[1:]],
    "not JSON": lambda lines: [lines[0], b"{", *lines[1:]],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_record_is_not_opened(three, damage):
    lines = damage(three.read_bytes().split(b"\n")[:-1])
    three.write_bytes(b"".join(line + b"\n" for line in lines))
    with pytest.raises(CaseError, match=r"record\.jsonl: line \d \(byte \d+\): .*gnomon verify"):
        Record(three)


def test_a_record_that_becomes_shorter_is_noticed(three):
    record = Record(three)
    three.write_bytes(three.read_bytes()[:50])
    with pytest.raises(CaseError, match="has become shorter"):
        record.append("note", {}, **STAMP)


def test_lines_longer_than_the_limit(three, monkeypatch):
    monkeypatch.setattr("forensics.case.record.MAX_LINE_BYTES", 1000)
    with pytest.raises(CaseError, match="longer than 1000 bytes"):
        Record(three).append("note", {"pad": "x" * 1000}, **STAMP)
    three.write_bytes(three.read_bytes() + b"x" * 2000)
    with pytest.raises(NotCanonical, match="line 4 is longer than 1000 bytes"):
        list(raw_lines(three))


def test_unknown_kinds_are_kept(three):
    Record(three).append("something new", {"n": 1}, **STAMP)
    assert list(Record(three).entries())[-1].kind == "something new"


def test_read_entry_names_the_odd_field():
    with pytest.raises(NotCanonical, match="fields missing or unknown: extra"):
        read_entry(
            canonical.dumps(
                {"at": "", "body": {}, "kind": "", "prev": "", "seq": 0, "tool": "", "who": ""}
                | {"extra": 1}
            )
        )
