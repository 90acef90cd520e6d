"""A record cut at any byte is readable up to there; the torn rest is kept, told and recorded."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.case import Case, verify
from forensics.case.record import Record, digest_part, raw_lines, read_entry
from forensics.errors import CaseError

STAMP = {"at": "2024-01-01T00:00:00Z", "who": "me", "tool": "test"}
TEXTS = st.text(max_size=30) | st.sampled_from(
    ['","body":{"a":1},"kind":"x', '\\",\\"kind\\":', ',"prev":', "\u2028", "\ud83d", "🎈"]
)


def made(bodies: list[tuple[str, str]], folder: Path) -> Path:
    path = folder / "record.jsonl"
    path.touch()
    record = Record(path)
    for kind, text in bodies:
        body = {"text": text, "kind": text, "nested": {"body": text}}
        record.append(kind, body, **{**STAMP, "at": text, "who": text})
    return path


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4), st.data())
@settings(max_examples=60)
def test_cut_anywhere_with_anything_behind(bodies, data):
    with tempfile.TemporaryDirectory() as folder:
        path = made(bodies, Path(folder))
        whole = path.read_bytes()
        cut = data.draw(st.integers(0, len(whole)))
        behind = data.draw(st.binary(max_size=20)).replace(b"\n", b"\0")
        path.write_bytes(whole[:cut] + behind)
        kept = whole[:cut].count(b"\n")
        torn = (whole[:cut] + behind).rpartition(b"\n")[2]
        record = Record(path)
        assert (record.length, record.torn_bytes) == (kept, len(torn))
        told = record.open_for_writing(**STAMP)
        assert len(told) == bool(torn)
        again = Record(path)
        assert again.length == kept + bool(torn)
        aside = list(Path(folder).glob("aside/*"))
        assert [one.read_bytes() for one in aside] == ([torn] if torn else [])
        if torn:
            last = list(again.entries())[-1]
            assert last.kind == "recover"
            assert last.body["files"][0]["sha256"] == hashlib.sha256(torn).hexdigest()
            assert aside[0].name in told[0]


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
@settings(max_examples=60)
def test_what_a_line_adds_to_the_digest_is_cut_out_of_it_rightly(bodies):
    with tempfile.TemporaryDirectory() as folder:
        for line in raw_lines(made(bodies, Path(folder))):
            entry = read_entry(line.data)
            assert digest_part(entry, line.data) == digest_part(entry)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_cut_case_verifies_after_the_next_opening(finished, data):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "out" / "case"
        shutil.copytree(finished.parent, root.parent)
        path = root / "record.jsonl"
        whole = path.read_bytes()
        start = whole.rindex(b"\n", 0, -1) + 1
        path.write_bytes(whole[: data.draw(st.integers(start + 1, len(whole) - 1))])
        told: list[str] = []
        Case.open(root, who="me", now=lambda: "later", tell=told.append)
        assert len(told) == 1
        assert verify(root).ok


def test_kinds_of_a_later_version_are_kept_and_break_nothing(finished):
    case = Case.open(finished, who="me", now=lambda: "later")
    table = case.write_table("later.jsonl", [{"a": 1}])
    body = {"tables": [table.as_json()], "files": [], "what": ["nobody", {"knows": None}]}
    case.append("invented later", body)
    again = Case.open(finished, who="me", now=lambda: "later")
    with again.exclusively():
        again.append("note", {"statement": "after it"})
    assert [entry.kind for entry in again.entries()][-2:] == ["invented later", "note"]
    assert again.last("invented later").body == body
    found = verify(finished)
    assert found.ok
    assert "1 of a kind unknown to this version" in found.checks[0].detail
    command = [sys.executable, "-I", str(finished / "check.py"), str(finished)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert found.digest in done.stdout
    (finished / "tables/later.jsonl").write_bytes(b"")
    assert not verify(finished).ok


def test_a_line_longer_than_allowed_is_not_written_with_others(tmp_path, monkeypatch):
    path = tmp_path / "record.jsonl"
    path.touch()
    record = Record(path)
    monkeypatch.setattr("forensics.case.record.MAX_LINE_BYTES", 1000)
    try:
        record.append_all([("note", {}), ("note", {"pad": "x" * 1000})], **STAMP)
    except CaseError as error:
        assert "longer than 1000 bytes" in error.what
    assert path.read_bytes() == b""
    assert [one.seq for one in record.append_all([("note", {}), ("note", {})], **STAMP)] == [0, 1]
