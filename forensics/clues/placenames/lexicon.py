"""What to look for in texts: spellings of places as one automaton for the scripts that occur.

The search is that of the Rust library aho-corasick: all spellings at once, leftmost and longest
first, at a speed that does not depend on how many spellings there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from forensics.reference.inflection import patterns
from forensics.reference.names import row_of, text_rows
from forensics.reference.spelling import Script

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

SCRIPTS: Mapping[Script, str] = {
    "latin": "[A-ZÀ-Þ]",
    "han": "[㐀-鿿]",
    "cyrillic": "[Ѐ-Я]",
    "arabic": "[ؠ-ۓ]",
}
"""Script -> RE2 pattern of letters without which no name of that script can stand in a text."""
_WHOLE = frozenset([""])


@dataclass(frozen=True, slots=True)
class Entry:
    """What a spelling stands for."""

    keys: tuple[str, ...]
    """Keys of the table of names."""
    script: Script
    weak: bool
    """It counts in a context only."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Spellings and their automaton."""

    automaton: AhoCorasick
    rows: tuple[tuple[tuple[str, frozenset[str]], ...], ...]
    """By number of the pattern: rows of the table of names, each with the endings it may carry."""


@lru_cache(maxsize=2)
def lexicon(scripts: frozenset[Script]) -> Lexicon:
    """The automaton for some scripts, kept for the next question."""
    import ahocorasick_rs

    found: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {}
    for script in sorted(scripts):
        for row in text_rows(script):
            name = row[: row.index("\t")]
            if script != "cyrillic":
                found[name] = ((row, _WHOLE),)
                continue
            # Two names may share a stem, with other endings each.
            for pattern, endings in patterns(name):
                found[pattern] = (*found.get(pattern, ()), (row, endings))
    automaton = ahocorasick_rs.AhoCorasick(
        found,
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        store_patterns=False,
    )
    return Lexicon(automaton, tuple(found.values()))


@lru_cache(maxsize=50_000)
def entry_of(row: str) -> Entry:
    """What a row of the table of names stands for."""
    read = row_of(row)
    letter = row[row.index("\t") + 1]
    script = next(name for name in SCRIPTS if name[0] == letter)
    return Entry(read.keys, script, read.trust == "w")


def scripts_of(found: Iterable[str]) -> frozenset[Script]:
    """The scripts among the names of marks that occur."""
    names = frozenset(found)
    return frozenset(script for script in SCRIPTS if script in names)
