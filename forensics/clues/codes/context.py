"""Words that stand in the tables of facts: currencies, payment, papers, hotlines, offices.

They are context and never proof: who writes of the police of a town need not be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from forensics.clues.codes.code import Code, CodeReader, Found
from forensics.clues.codes.words import WordFinder, pattern_of, re2_of
from forensics.reference.code_tables import CONTEXT_KINDS, Fact, load_facts
from forensics.reference.folding import lower

REQUIRED_DISTANCE = 16
"""How far away a required word may stand."""
_NUMBER = re.compile(r"\d+")
_BESIDE_NUMBER = re.compile(r"[\d.,:/+-]")


@cache
def _facts() -> tuple[Fact, ...]:
    return tuple(fact for fact in load_facts() if fact.kind in CONTEXT_KINDS)


@cache
def _finder() -> WordFinder:
    return WordFinder(_facts())


def read(text: str) -> Iterator[Found]:
    """Words of context in one folded text; a word of two tables gives one code with both areas."""
    low = lower(text)
    for start, end, facts in _finder().find(text):
        if _NUMBER.fullmatch(facts[0].text) and _part_of_number(low, start, end):
            continue
        for fact in facts:
            if _has_required(fact, low, start, end):
                yield _code(fact, start, end)
                break
    for fact in _facts():
        if fact.match == "pattern":
            for match in pattern_of(fact.text).finditer(text):
                if _has_required(fact, low, *match.span()):
                    yield _code(fact, *match.span())


def _part_of_number(low: str, start: int, end: int) -> bool:
    """True if a number goes on before or after: a price, a time, a range."""
    after = low[end : end + 2]
    return bool(
        (start and _BESIDE_NUMBER.match(low[start - 1]) and low[start - 2 : start - 1].isdigit())
        or (len(after) == 2 and _BESIDE_NUMBER.match(after[0]) and after[1].isdigit())
    )


def _has_required(fact: Fact, low: str, start: int, end: int) -> bool:
    if not fact.requires:
        return True
    around = (
        f"{low[max(0, start - REQUIRED_DISTANCE) : start]}\n{low[end : end + REQUIRED_DISTANCE]}"
    )
    return any(cue in around for cue in fact.requires)


def _code(fact: Fact, start: int, end: int) -> Code:
    shown = fact.text.strip("# ")
    return Code(
        "context",
        start,
        end,
        shown,
        f"{fact.kind}:{fact.text}",
        fact.areas,
        sort=fact.kind,
        note=fact.note,
    )


def candidates() -> str:
    """RE2 pattern of all words; those that need another word beside them only with a digit."""
    return re2_of(fact.text for fact in _facts())


READER = CodeReader("context", candidates, read)
