"""What a code is, how a text is folded before it is searched, and what stands beside a code.

Every pattern of this package is bounded, so that the time grows with the length of the text and
not faster. Numbers and plates are personal data: what leaves the package for a table is `shown`,
which is masked; `identity` serves to see the same number again and stays in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from forensics.model import Position

CodeKind = Literal[
    "phone",
    "plate",
    "filing",
    "company",
    "resident_id",
    "division",
    "postal",
    "text_position",
    "context",
]
MAX_TEXT = 100_000
"""Characters of one text that are searched; longer ones are cut."""
CUE_DISTANCE = 12
"""How many characters away a word such as 电话 may stand from the number it announces."""
WINDOW = CUE_DISTANCE + 10
"""Characters looked at on each side: the distance and the length of a word."""
HAN = re.compile(r"[㐀-鿿]")


@dataclass(frozen=True, slots=True)
class Code:
    """One code found in a text."""

    kind: CodeKind
    start: int
    """Offset in the folded text (see `forensics.reference.folding`)."""
    end: int
    shown: str
    """What may be shown: masked for numbers of people."""
    identity: str
    """Canonical form; equal for equal codes. Never written anywhere."""
    areas: tuple[str, ...]
    """Area codes; empty for a position."""
    position: Position | None = None
    own: bool = False
    """True if a word beside it presents it as the writer's own contact or car."""
    mobile: bool = False
    needs_china: bool = False
    """True for a domestic number form in a text without Han: Chinese only if seen so elsewhere."""
    finer: str = ""
    """What is known below the areas, such as the county `320902 亭湖区`."""
    sort: str = ""
    """Which of its kind: `uscc`, `inn`, `currency` ...; empty where there is one."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RefusedCode:
    """Something with the shape of a code that is none, with the reason."""

    kind: CodeKind
    start: int
    end: int
    reason: str
    """A key of `forensics.clues.codes.REFUSED`."""


Found: TypeAlias = Code | RefusedCode


@dataclass(frozen=True, slots=True)
class CodeReader:
    """One family of codes."""

    kind: CodeKind
    candidates: Callable[[], str]
    """RE2 pattern for DuckDB: every raw text that may hold such a code, and others. A function, so
    that importing the package reads no tables."""
    read: Callable[[str], Iterator[Found]]
    """Codes and refused candidates of one folded text, in any order."""


def near(
    pattern: re.Pattern[str], text: str, start: int, end: int, distance: int = CUE_DISTANCE
) -> bool:
    """True if the pattern occurs within so many characters before or after."""
    return before(pattern, text, start, distance) or after(pattern, text, end, distance)


def before(pattern: re.Pattern[str], text: str, start: int, distance: int = CUE_DISTANCE) -> bool:
    """True if the pattern ends within so many characters before a place."""
    window = text[max(0, start - distance - 10) : start]
    return any(len(window) - cue.end() <= distance for cue in pattern.finditer(window))


def after(pattern: re.Pattern[str], text: str, end: int, distance: int = CUE_DISTANCE) -> bool:
    """True if the pattern starts within so many characters after a place."""
    cue = pattern.search(text[end : end + distance + 10])
    return cue is not None and cue.start() <= distance
