"""Codes in one text: what phone numbers, plates, filings, coordinates and the like look like.

`READERS` lists one reader for each family, in the order in which they claim a stretch of text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from forensics.clues.codes import (
    companies,
    context,
    divisions,
    domestic,
    filings,
    phones,
    plates,
    plates_abroad,
    positions,
    postal,
    residents,
)
from forensics.clues.codes.code import MAX_TEXT, Code, CodeKind, CodeReader, RefusedCode
from forensics.clues.codes.refusals import REFUSED
from forensics.reference.folding import fold

__all__ = [
    "MAX_CODES",
    "MAX_TEXT",
    "READERS",
    "REFUSED",
    "Code",
    "CodeKind",
    "CodeReader",
    "RefusedCode",
    "candidates",
    "codes_in",
    "fold",
]

READERS: tuple[CodeReader, ...] = (
    positions.READER,
    filings.READER,
    companies.READER,
    residents.READER,
    postal.READER,
    domestic.READER,
    phones.READER,
    plates.READER,
    plates_abroad.READER,
    divisions.READER,
    context.READER,
)
"""In the order in which they claim a stretch of text."""
JOINED = 300
"""Characters of a pattern up to which it is joined with others."""
_DIGIT = re.compile(r"[0-9〇零一二三四五六七八九十百]")
"""Without one of these there is nothing but words of context."""
MAX_CODES = 50
"""Codes taken from one text: a list of a thousand numbers says nothing about its writer."""


@cache
def candidates() -> tuple[str, ...]:
    """RE2 patterns for DuckDB: a text that may hold a code matches one of them, and others do.

    Short ones are joined, long ones are not: an automaton of all of them does not fit into its
    memory, and the search is then a hundred times slower.
    """
    patterns = [reader.candidates() for reader in READERS]
    short = "|".join(pattern for pattern in patterns if len(pattern) <= JOINED)
    return (short, *(pattern for pattern in patterns if len(pattern) > JOINED))


def codes_in(text: str) -> list[Code | RefusedCode]:
    """Codes and refused candidates of one text, in order of their start.

    Where two readers see the same stretch, a code goes before a refusal, and the earlier reader
    before the later one.

    Args:
        text: The post, bio or line, as it was written.
    """
    folded = fold(text[:MAX_TEXT])
    readers = READERS if _DIGIT.search(folded) else (context.READER,)
    found = [code for reader in readers for code in islice(reader.read(folded), MAX_CODES)]
    kept = list(_claimed(found))
    kept.sort(key=lambda code: (code.start, code.kind))
    return kept[:MAX_CODES]


def _claimed(found: list[Code | RefusedCode]) -> Iterator[Code | RefusedCode]:
    """Those whose stretch no other one took before."""
    taken: list[tuple[int, int]] = []
    for code in sorted(found, key=lambda one: isinstance(one, RefusedCode)):
        if all(code.end <= start or end <= code.start for start, end in taken):
            taken.append((code.start, code.end))
            yield code
