"""What the writers share: ids, times, inert text, JSON with fixed bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from forensics.errors import CaseError, ExportError
from forensics.export import handed as shared
from forensics.export.handed import Handed


def test_ids_depend_on_the_digest_and_the_key(handed: Handed) -> None:
    assert handed.uid("a", 1) == handed.uid("a", 1)
    assert handed.uid("a", 1) != handed.uid("a", 2)
    assert handed.uid("a") != replace(handed, digest="0" * 64).uid("a")
    assert UUID(handed.uid("a")).version == 5


def test_a_format_that_lacks_its_view_says_so(fresh: Handed) -> None:
    with pytest.raises(ExportError, match="not weighed"):
        _ = fresh.seen
    with pytest.raises(ExportError, match="outlines"):
        _ = fresh.drawn


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (0, "1970-01-01T00:00:00.000000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (1_709_600_523_000_001, "2024-03-05T01:02:03.000001Z"),
    ],
)
def test_times(us: int, text: str) -> None:
    assert shared.iso_us(us) == text
    assert shared.iso_us(us, digits=3) == f"{text[:-4]}Z"


def test_a_claimed_time_that_cannot_be_read_is_the_stand_in() -> None:
    assert shared.iso_of("2025-08-01T02:00:00+02:00") == "2025-08-01T00:00:00.000Z"
    assert shared.iso_of("last Tuesday") == shared.STAND_IN_TIME


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "a\u202eb", "nul\x00", "zero\u200bwidth", "lone\ud800"]
)
def test_inert(text: str) -> None:
    shown = shared.inert(text)
    assert not {"<", ">", "\u202e", "\x00", "\u200b", "\ud800"} & set(shown)


def test_json_has_fixed_bytes_and_no_nan() -> None:
    data = shared.json_bytes({"b": "x\ud800", "a": "\u00e4"})
    assert json.loads(data) == {"a": "\u00e4", "b": "x\ufffd"}
    assert data.index(b'"a"') < data.index(b'"b"')
    with pytest.raises(ValueError, match="JSON"):
        shared.json_bytes(float("nan"))


def test_small_helpers() -> None:
    assert shared.kept({"a": None, "b": "", "c": [], "d": 0, "e": False}) == {"d": 0, "e": False}
    assert shared.listed(["a", 1]) == "a; 1"
    assert shared.sound("a\udfffb") == "a\ufffdb"


def test_saving_to_what_is_no_folder_is_explained(tmp_path: Path) -> None:
    assert shared.save(tmp_path / "new" / "a", b"x").read_bytes() == b"x"
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CaseError):
        shared.save(tmp_path / "file" / "a", b"x")
