"""A redacted table keeps the columns that are listed, and no name of an account."""

from __future__ import annotations

import json

from forensics.export.handed import Handed
from forensics.export.redaction import BODIES, COUNTED, KEPT, Redaction

from .conftest import HOSTILE_ACCOUNT, KNOWN_TEXT


def test_only_listed_columns_stay(fresh: Handed) -> None:
    redaction = Redaction(fresh.case)
    tables = dict(redaction.tables())
    assert set(tables) <= {f"{name}.jsonl" for name in KEPT}
    assert {"clues.jsonl", "conclusions.jsonl", "sources.jsonl"} <= set(tables)
    for name, data in tables.items():
        allowed = {*KEPT[name.removesuffix(".jsonl")], *(f"{one}_count" for one in COUNTED)}
        for line in data.splitlines():
            assert set(json.loads(line)) <= allowed
    for note in redaction.notes:
        assert note["rows"] == len(tables[note["path"].removeprefix("tables/")].splitlines())
        assert len(note["from_sha256"]) == 64


def test_no_account_stands_in_what_stays(fresh: Handed) -> None:
    redaction = Redaction(fresh.case)
    everything = b"".join([*(data for _, data in redaction.tables()), redaction.record_lines()])
    text = everything.decode().casefold()
    for needle in ("demo-a0", "demo-w0", "evil", HOSTILE_ACCOUNT, KNOWN_TEXT, "posts.csv"):
        assert needle not in text


def test_a_name_is_found_as_written_and_as_shown(fresh: Handed) -> None:
    redaction = Redaction(fresh.case)
    assert redaction._named(f"Posts of {HOSTILE_ACCOUNT.upper()}")
    assert redaction._named(["x", "by ‹»<script>alert(1)</script>⟨U+202E⟩evil⟨U+200B⟩"])
    assert redaction._named({"any": "mapping"})
    assert not redaction._named("Nobody here")
    assert redaction._unit("demo-a01") == redaction._unit("demo-a01") == "unit 1"
    assert redaction._unit("A") == "A"


def test_lines_of_the_record_lose_who_and_what_was_said(fresh: Handed) -> None:
    fresh.case.append("note", {"text": f"Mr X said {KNOWN_TEXT}", "topic": "dissent"})
    lines = [json.loads(line) for line in Redaction(fresh.case).record_lines().splitlines()]
    assert len(lines) == sum(1 for _ in fresh.case.entries())
    for line in lines:
        assert "who" not in line
        assert "who" in line["left_out"]
        assert set(line["body"]) <= set(BODIES.get(line["kind"], ()))
    assert lines[-1]["body"] == {}
    assert lines[-1]["left_out"] == ["text", "topic", "who"]
