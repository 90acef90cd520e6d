"""Words of the tables in a text: one pass, whatever the number of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from forensics.reference.code_tables import Fact
from forensics.reference.folding import lower

_UNSPACED = re.compile(r"[㐀-鿿぀-ヿ฀-๿가-힯]")
"""Scripts written without spaces, or whose words take endings: no word ends there."""
_ENDING = 12
"""Letters that may follow a word given by its beginning."""


class WordFinder:
    """Finds the words of some facts in folded texts."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        """Sort the words by their first two signs, the longest first."""
        self._by_start: dict[str, list[Fact]] = {}
        for fact in facts:
            if fact.match != "pattern":
                self._by_start.setdefault(fact.text[:2], []).append(fact)
        for group in self._by_start.values():
            group.sort(key=lambda fact: (-len(fact.text), fact.text))
        signs = sorted({re.escape(start[0]) for start in self._by_start})
        self._first = re.compile(f"[{''.join(signs)}]") if signs else None

    def find(self, text: str) -> Iterator[tuple[int, int, tuple[Fact, ...]]]:
        """(Start, end, facts of that word) from left to right, the longest word at each place."""
        if self._first is None:
            return
        low = lower(text)
        done = 0
        for match in self._first.finditer(low):
            start = match.start()
            if start < done:
                continue
            hit = self._at(low, start)
            if hit is not None:
                done = hit[0]
                yield start, hit[0], hit[1]

    def _at(self, low: str, start: int) -> tuple[int, tuple[Fact, ...]] | None:
        group = self._by_start.get(low[start : start + 2]) or self._by_start.get(low[start])
        for fact in group or ():
            if not low.startswith(fact.text, start):
                continue
            end = start + len(fact.text)
            if _inside(low, start - 1, fact.text[0]):
                continue
            if fact.match == "prefix":
                end = _word_end(low, end)
            elif _inside(low, end, fact.text[-1]):
                continue
            return end, tuple(
                one for one in group or () if one.text == fact.text and one.match == fact.match
            )
        return None


def _inside(low: str, place: int, edge: str) -> bool:
    """True if the sign at a place belongs to the same word as the edge beside it."""
    if not 0 <= place < len(low) or _UNSPACED.match(edge) or not edge.isalnum():
        return False
    sign = low[place]
    return (sign.isalnum() or sign == "_") and not _UNSPACED.match(sign)


def _word_end(low: str, end: int) -> int:
    limit = min(len(low), end + _ENDING)
    while end < limit and low[end].isalnum() and not _UNSPACED.match(low[end]):
        end += 1
    return end


@cache
def pattern_of(text: str) -> re.Pattern[str]:
    """The expression of a pattern: `#` a digit, `@` a capital Latin letter, the rest as it is."""
    body = re.escape(text.replace("#", "\0").replace("@", "\1"))
    body = body.replace("\0", r"\d").replace("\1", "[A-Z]").replace(r"\ ", r"\s?")
    ahead = r"(?<![A-Za-z0-9_])" if text[0] == "@" else ""
    behind = r"(?![A-Za-z0-9_])" if text[-1] in "#@" or text[-1].isalnum() else ""
    return re.compile(ahead + body + behind, re.IGNORECASE if "@" not in text else 0)


def re2_of(words: Iterable[str]) -> str:
    """RE2 pattern for raw texts that hold one of some folded words."""
    return "(?i:" + "|".join(sorted({_re2(word) for word in words})) + ")"


def _re2(word: str) -> str:
    escaped = re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", word)
    for folded, raw in (
        (" ", r"[ \x{a0}\x{200b}-\x{200f}]{1,2}"),
        ("ی", "[یيى]"),
        ("ک", "[کك]"),
        ("i", "[iıİ]"),
    ):
        escaped = escaped.replace(folded, raw)
    return escaped.replace("#", r"\p{Nd}").replace("@", "[A-Z]")
