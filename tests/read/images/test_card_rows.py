"""Rows of a card as sentences, and the key of what was read before."""

from __future__ import annotations

import pytest

from forensics.model import Image, ImageTime, LocalTime
from forensics.read.images import card
from forensics.read.images.versions import reader_key

EDITED = Image(
    "s",
    "x.jpg",
    "jpeg",
    times=tuple(
        ImageTime("xmp_history", "editor", LocalTime(f"2024-03-1{n}T00:00:00")) for n in range(5)
    ),
)


@pytest.mark.parametrize(
    ("history", "lines", "named"),
    [(1, 1, "xmp history, the last of 5"), (3, 3, "xmp history, the last 3 of 5"),
     (9, 5, "xmp history, the last 5 of 5")],
)  # fmt: skip
def test_the_last_entries_of_a_history(history: int, lines: int, named: str) -> None:
    said = card.when(EDITED, history=history)
    assert len(said) == lines
    assert all(named in line for line in said)
    assert said[-1].startswith("2024-03-14")


def test_a_silent_file_says_only_what_it_is() -> None:
    silent = Image("s", "x.png", "png")
    rows = (card.when, card.where, card.device, card.clock, card.marks, card.ids)
    assert [row(silent) for row in rows] == [[]] * len(rows)
    assert card.signed(silent, None) == []
    assert card.sort(silent) == ["PNG"]


def test_the_key_names_code_and_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    before = reader_key()
    assert "exifread" in before
    assert reader_key() == before
    reader_key.cache_clear()
    monkeypatch.setattr("forensics.read.images.versions._BESIDE", ())
    assert reader_key() != before, "other code, another key"
    reader_key.cache_clear()
