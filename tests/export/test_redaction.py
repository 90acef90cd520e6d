"""A redacted table keeps the columns that are listed, and no name of an account."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forensics.case import merkle
from forensics.case.parts import BODIES, KEPT, KEPT_TOGETHER
from forensics.errors import UsageError
from forensics.export.handed import Handed
from forensics.export.redaction import COUNTED, Redaction

from .conftest import HOSTILE_ACCOUNT, KNOWN_TEXT


def _tables(redaction: Redaction, scratch: Path) -> dict[str, bytes]:
    scratch.mkdir()
    return {name: path.read_bytes() for name, path in redaction.write(scratch)}


def _lines(redaction: Redaction, scratch: Path, lines: int = 10**6) -> bytes:
    return next(redaction.record_lines(lines, scratch))[1].read_bytes()


def test_only_listed_columns_stay(fresh: Handed, tmp_path: Path) -> None:
    redaction = Redaction(fresh.case)
    tables = _tables(redaction, tmp_path / "x")
    listed = {**KEPT, **KEPT_TOGETHER}
    assert set(tables) <= {f"tables/{name}.jsonl" for name in listed}
    assert {f"tables/{one}.jsonl" for one in ("clues", "posts", "sources")} <= set(tables)
    made = {*(f"{one}_count" for one in COUNTED), "unit", "account_number"}
    for name, data in tables.items():
        allowed = {*listed[name[len("tables/") : -len(".jsonl")]], "derived"}
        for line in data.splitlines():
            row = json.loads(line)
            assert set(row) <= allowed
            assert set(row.get("derived", {})) <= made
            assert "unit" not in row.get("derived", {}) or "unit" not in row
    for note in redaction.notes:
        assert note["rows"] == len(tables[note["path"]].splitlines())
        assert len(note["from_sha256"]) == 64


def test_no_account_stands_in_what_stays(fresh: Handed, tmp_path: Path) -> None:
    redaction = Redaction(fresh.case, secret=bytes(32))
    tables = _tables(redaction, tmp_path / "x")
    everything = b"".join([*tables.values(), _lines(redaction, tmp_path / "x")])
    text = everything.decode().casefold()
    for needle in ("demo-a0", "demo-w0", "evil", HOSTILE_ACCOUNT, KNOWN_TEXT, "posts.csv"):
        assert needle not in text


def test_a_name_is_found_as_written_and_as_shown(fresh: Handed) -> None:
    redaction = Redaction(fresh.case)
    assert redaction.names(f"Posts of {HOSTILE_ACCOUNT.upper()}")
    assert redaction._named(["x", "by ‹»<script>alert(1)</script>⟨U+202E⟩evil⟨U+200B⟩"])
    assert redaction._named({"any": "mapping"})
    assert redaction._deep({"a": [{"demo-a01": 1}]})
    assert not redaction._deep({"a": [{"b": 1}], "c": None})
    assert not redaction._named("Nobody here")
    assert redaction._unit("demo-a01") == redaction._unit("demo-a01") == "unit 1"


def test_lines_of_the_record_lose_who_and_what_was_said(fresh: Handed, tmp_path: Path) -> None:
    fresh.case.append("note", {"text": f"Mr X said {KNOWN_TEXT}", "topic": "dissent"})
    redaction = Redaction(fresh.case)
    _tables(redaction, tmp_path / "x")
    lines = [json.loads(line) for line in _lines(redaction, tmp_path / "x").splitlines()]
    assert len(lines) == sum(1 for _ in fresh.case.entries())
    for line in lines:
        assert not {"who", "prev"} & set(line)
        assert "who" in line["derived"]["left_out"]
        body = {name.removeprefix("body.") for name in line if name.startswith("body.")}
        assert body <= set(BODIES.get(line["kind"], ()))
    assert set(lines[-1]) == {"seq", "kind", "at", "tool", "derived"}
    assert lines[-1]["derived"]["left_out"] == ["text", "topic", "who"]
    assert any("body.tables" in line for line in lines)
    assert len(_lines(redaction, tmp_path / "x", 3).splitlines()) == 3


def test_tables_and_rows_are_left_out_by_name(fresh: Handed, tmp_path: Path) -> None:
    without = ["posts", "clues:2", "clues.jsonl:1"]
    redaction = Redaction(fresh.case, secret=bytes(32), without=without)
    tables = _tables(redaction, tmp_path / "x")
    assert "tables/posts.jsonl" not in tables
    assert [line == b"{}" for line in tables["tables/clues.jsonl"].splitlines()[:3]] == [
        True, True, False,
    ]  # fmt: skip
    proofs = [json.loads(line) for line in tables["proofs/clues.jsonl"].splitlines()]
    assert [len(proof) == 1 for proof in proofs[:3]] == [True, True, False]
    whole = Redaction(fresh.case, secret=bytes(32))
    _tables(whole, tmp_path / "y")
    assert whole.roots["clues.jsonl"] == redaction.roots["clues.jsonl"]
    for wrong in ("nothing", "clues:0", "clues:99999", "clues:x", "clues:-1"):
        with pytest.raises(UsageError, match="no table or row"):
            Redaction(fresh.case, without=[wrong])


def test_a_guess_cannot_be_tried_without_the_secret(fresh: Handed, tmp_path: Path) -> None:
    """The same row behind another secret has another commitment, so knowing the row is no help."""
    found = []
    for number in (1, 2):
        redaction = Redaction(fresh.case, secret=bytes([number]) * merkle.SALT_BYTES)
        found.append(_tables(redaction, tmp_path / f"{number}")["proofs/clues.jsonl"])
    first, second = ([json.loads(line) for line in one.splitlines()] for one in found)
    assert len(first) == len(second) > 0
    for one, other in zip(first, second, strict=True):
        assert not set(one) & set(other)
        assert len(set(one)) == len(one)
