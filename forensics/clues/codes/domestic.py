"""Phone numbers in domestic form, tried only beside a contact word of a language or country.

The words stand in `tables/contact.csv`, with the countries whose number plan is asked and, for
English words, the signs of a country that the text has to show. Chinese forms: `phones`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from forensics.clues.codes.code import Code, CodeReader, Found, RefusedCode
from forensics.clues.codes.cues import OTHER_NUMBER
from forensics.clues.codes.phones import INTERNATIONAL
from forensics.clues.codes.words import WordFinder, re2_of
from forensics.reference import phones
from forensics.reference.code_tables import Fact, facts_of
from forensics.reference.folding import lower

BEFORE, AFTER = 24, 8
"""How many characters before or behind the number its word may stand."""
MAX_TRIED = 30
"""Numbers of one text that are looked up in the plans."""
_NUMBER = re.compile(r"(?<![\w+./-])\(?\d[\d\s().-]{6,18}\d(?![A-Za-z0-9_/]|[.-]\d)")
_UKRAINIAN, _RUSSIAN = re.compile(r"[іїєґ]"), re.compile(r"[ыэёъ]")


@cache
def _finder() -> WordFinder:
    return WordFinder(facts_of("contact"))


def read(text: str) -> Iterator[Found]:
    """Domestic numbers of one folded text."""
    low = lower(text)
    words = _words(text, low)
    if not words:
        return
    # With a plus sign it is no domestic form: such numbers are blanked out.
    text = INTERNATIONAL.sub(lambda match: "+" * len(match.group()), text)
    place, tried = 0, 0
    for match in _NUMBER.finditer(text):
        if not 8 <= sum(sign.isdigit() for sign in match.group()) <= 15:
            continue
        while place < len(words) and words[place][1] < match.start() - BEFORE:
            place += 1
        countries = _announced(match, islice(words, place, None), low)
        if countries:
            tried += 1
            yield from _read(match, sorted(countries), low)
        if tried >= MAX_TRIED:
            return


def _announced(
    match: re.Match[str], words: Iterable[tuple[int, int, frozenset[str]]], low: str
) -> set[str]:
    """Countries of the words before a number; of those behind it only if none stands before."""
    ahead: set[str] = set()
    behind: set[str] = set()
    for start, end, named in words:
        if start > match.end() + AFTER:
            break
        if start >= match.end():
            behind |= named
        elif end <= match.start() + 1 and not OTHER_NUMBER.search(low[end : match.start()]):
            ahead |= named
    return ahead or behind


def _words(text: str, low: str) -> list[tuple[int, int, frozenset[str]]]:
    """Contact words of a text, each with the countries whose signs the text shows."""
    countries: dict[Fact, frozenset[str]] = {}
    words = []
    for start, end, facts in _finder().find(text):
        named = frozenset[str]()
        for fact in facts:
            if fact not in countries:
                shown = not fact.requires or any(sign in low for sign in fact.requires)
                countries[fact] = frozenset(fact.areas) if shown else frozenset()
            named |= countries[fact]
        if named:
            words.append((start, end, named))
    return words


def _read(match: re.Match[str], countries: list[str], low: str) -> Iterator[Found]:
    """The number in the plan of one of the countries; nothing if it is in none of them."""
    written = match.group()
    for _ in range(3):
        found = {}
        for country in countries:
            reading = phones.read_phone(written, country)
            if reading is not None and reading[0].country in countries:
                found[reading[1]] = reading[0]
        if len(found) > 1:
            found = {key: one for key, one in found.items() if _speaks(one.country, low)}
        if len(found) == 1:
            ((identity, reading_found),) = found.items()
            yield Code(
                "phone", match.start(), match.start() + len(written), reading_found.masked,
                identity, reading_found.areas, own=True, mobile=reading_found.kind == "mobile",
                note=reading_found.note,
            )  # fmt: skip
            return
        if len(found) > 1:
            yield RefusedCode("phone", *match.span(), "phone_ambiguous")
            return
        # Another number may follow after a space: try again without the last part.
        shorter = re.sub(r"[\s.-]+\(?\d+\)?$", "", written)
        if shorter == written:
            return
        written = shorter


def _speaks(country: str, low: str) -> bool:
    """False if letters of the text speak against a country whose neighbours share the plan."""
    if _UKRAINIAN.search(low):
        return country == "UA"
    if _RUSSIAN.search(low):
        return country != "UA"
    return True


def candidates() -> str:
    """RE2 pattern of raw texts that may hold such a code."""
    # `.*` and no counted gap: counting makes the automaton of the whole pattern explode.
    words = re2_of(fact.text for fact in facts_of("contact"))
    return rf"{words}(?s:.*)\p{{Nd}}{{2}}|\p{{Nd}}{{2}}(?s:.*){words}"


READER = CodeReader("phone", candidates, read)
