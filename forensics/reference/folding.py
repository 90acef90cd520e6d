"""One spelling for what means the same: forms of signs, digits of all scripts, Persian letters.

Texts and tables are folded alike before they are compared.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache


def fold(text: str) -> str:
    """The text in one spelling; letter case stays.

    Invisible marks (direction, joiners) are dropped: they stand inside numbers in Arabic and
    Persian text, and between digits where somebody hides a number.
    """
    folded = unicodedata.normalize("NFKC", text)
    return folded if folded.isascii() else folded.translate(_folding())


def lower(folded: str) -> str:
    """The text in lower case, character by character, so that offsets stay."""
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    # The one common letter that grows is the Turkish capital I with a dot.
    return "".join(low if len(low := sign.lower()) == 1 else low[0] for sign in folded)


@cache
def _folding() -> Mapping[int, str | None]:
    """Code point -> what it becomes; None for marks that are dropped."""
    table: dict[int, str | None] = {}
    # Digits and marks stand below 0x20000; the tags are the one block of marks above.
    for point in (*range(0x80, 0x20000), *range(0xE0001, 0xE0080)):
        category = unicodedata.category(chr(point))
        if category == "Nd":
            table[point] = str(unicodedata.decimal(chr(point)))
        elif category == "Cf":
            table[point] = None
    table.update({ord("٫"): ".", ord("٬"): ",", ord("−"): "-", ord("،"): ","})
    table.update({ord("ي"): "ی", ord("ى"): "ی", ord("ك"): "ک", ord("‐"): "-", ord("‑"): "-"})
    return table
