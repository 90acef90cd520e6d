"""Names of places in one text, with everything each of them may mean.

A name that is also an everyday word, a person or one of very many counts only in a context: after
`in` or `from`, before a comma and the area it lies in, with a level or a neighbouring area in Han.
A neighbour also narrows what a name may mean: `Paris, Texas`, 北京朝阳.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from forensics.clues.placenames.lexicon import Entry, Lexicon, entry_of
from forensics.reference.names import Named, is_inside, named
from forensics.reference.spelling import Script, fold

MAX_TEXT = 50_000
"""Characters of one post that are read; the rest is left."""
_MASKED = re.compile(
    r"https?://\S+|www\.\S+|[@＠][\w.]+|(?<![^\s@,;()<>])[^\s@,;()<>]+@\S+"
    r"|(?<![\w-])[\w-]+\.(?:com|org|net|ru|cn|ir)\b"
)
"""Addresses and account names: names in them are no text."""
_LETTERS_AFTER = re.compile(r"[^\W\d_]*")
_ARABIC_PREFIXES = frozenset(
    [
        "و",
        "ف",
        "ب",
        "ل",
        "ک",
        "ال",
        "وال",
        "بال",
        "فال",
        "کال",
        "لل",
        "ول",
        "وب",
        "فب",
        "ولل",
        "وبال",
    ]
)
"""Letters written together with the word that follows them, as `fold` leaves them."""
# No `from`, `to` or `at`: people follow these words as often as places do.
_BEFORE_LATIN = re.compile(
    r"(?:^|[^\w])(?:in|near|around|outside|en|em|à|bei)\s+$",
    re.IGNORECASE,
)
_BEFORE_CYRILLIC = re.compile(
    r"(?:^|[^\w])(?:в|во|из|под|около|у|до|с|г\.|город|городе|города|м\.|місто|місті|у|з|із)\s*$",
    re.IGNORECASE,
)
_BEFORE_ARABIC = re.compile(
    r"(?:^|[^\w])(?:در|از|به|شهر|استان|في|فی|من|إلى|الی|مدینه|محافظه|ولایه)\s+$"
)
_BEFORE_HAN = re.compile(
    r"(?:在|到|去|往|赴|抵达|抵|来自|位于|前往|飞|回|家住|老家|坐标|住|驻|返)$"
)
_AFTER_HAN = re.compile(
    r"(?:人民|市民|人|话|方言|站|机场|火车|高铁|大学|政府|市委|公安|警方|法院|街头|本地|当地|日报|晚报|"
    r"电视台|网友|天气|疫情|地区|境内|周边|一带|的天)"
)
_MASTHEAD = re.compile(
    r" (?:post|times|tribune|herald|globe|journal|chronicle|examiner|gazette|telegraph|observer)\b"
)
"""After the name of a city these words make a newspaper of it."""
LARGE = 1_000_000
"""People from which a name is the place's, whatever stands beside it."""
_NAME_BEFORE = re.compile(r"[A-ZÀ-ÞЀ-Я][\w'’.-]*\s$")
_NAME_AFTER = re.compile(r"\s[A-ZÀ-ÞЀ-Я][\w'’-]")
_BETWEEN_LATIN = re.compile(r"\s*[,،(]\s*")
_BETWEEN_HAN = re.compile(r"[\s·•/,，、-]?")
_WINDOW = 16
"""Characters looked at before and after a name."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of a place in a text."""

    start: int
    end: int
    text: str
    """As written."""
    keys: tuple[str, ...]
    """Everything it may mean: keys of the table of names, in order."""


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    entry: Entry
    keys: tuple[str, ...]


def names_in(text: str, lexicon: Lexicon) -> list[Mention]:
    """The names of places in a text, in order; longest first where they overlap."""
    text = text[:MAX_TEXT]
    folded = fold(text)
    found = lexicon.automaton.find_matches_as_indexes(folded)
    if not found:
        return []
    hits = []
    for pattern, start, end in found:
        # Most words that are also names stand in small letters: they are out at once.
        if text[start].islower() and folded[start - 1 : start] != "#":
            continue
        for row, endings in lexicon.rows[pattern]:
            entry = entry_of(row)
            stop = _end(text, folded, (start, end), entry.script, endings)
            if stop:
                hits.append(_Hit(start, stop, entry, entry.keys))
                break
    if hits and ("." in text or "@" in text or "＠" in text):
        masked = [found.span() for found in _MASKED.finditer(text)]
        hits = [hit for hit in hits if not any(a <= hit.start < b for a, b in masked)]
    return [
        Mention(hit.start, hit.end, text[hit.start : hit.end], hit.keys)
        for hit in _in_context(text, folded, hits)
    ]


def _end(
    text: str, folded: str, span: tuple[int, int], script: Script, endings: frozenset[str]
) -> int:
    """Where the name ends with its ending; 0 if what stands there is no such name."""
    start, end = span
    if script == "han":
        return end
    before = folded[start - 1 : start]
    if script == "arabic":
        first = start
        while first and folded[first - 1].isalpha() and start - first < 4:
            first -= 1
        alone = first == start or folded[first:start] in _ARABIC_PREFIXES
        return end if alone and not folded[end : end + 1].isalpha() else 0
    # A name may begin with an apostrophe, which has no capital.
    begins = text[start].isupper() or before == "#" or text[start] == "'"
    if before.isalnum() or before == "_" or not begins:
        return 0
    if script == "cyrillic":
        tail = _LETTERS_AFTER.match(folded, end)
        rest = tail.group() if tail else ""
        return end + len(rest) if rest in endings else 0
    after = folded[end : end + 1]
    whole = not (after.isalnum() or after == "_") and not _MASTHEAD.match(folded, end)
    return end if whole else 0


def _in_context(text: str, folded: str, hits: Sequence[_Hit]) -> list[_Hit]:
    """Hits narrowed by their neighbours; weak ones without a context are left out."""
    out = []
    for number, hit in enumerate(hits):
        keys = _narrowed(folded, hits, number)
        if keys:
            out.append(replace(hit, keys=keys))
        elif _has_context(folded, hit) or not (hit.entry.weak or _like_a_person(text, hit)):
            out.append(hit)
    return out


def _like_a_person(text: str, hit: _Hit) -> bool:
    """True for one word of Latin or Cyrillic script beside another one with a capital.

    `Diego Rivera`, `Vladimir Putin`: only the name of a large city or area stands that.
    """
    if hit.entry.script in {"han", "arabic"} or _is_large(hit.keys):
        return False
    if " " in text[hit.start : hit.end] or text.isupper():
        return False
    before = text[max(0, hit.start - 2 * _WINDOW) : hit.start]
    return bool(_NAME_BEFORE.search(before) or _NAME_AFTER.match(text, hit.end))


@lru_cache(maxsize=20_000)
def _is_large(keys: tuple[str, ...]) -> bool:
    return any(meaning(key).population >= LARGE for key in keys)


def _narrowed(folded: str, hits: Sequence[_Hit], number: int) -> tuple[str, ...]:
    """What is left of a name's meanings beside the area it lies in; empty without one."""
    hit = hits[number]
    if hit.entry.script == "han":
        if number == 0:
            return ()
        outer = hits[number - 1]
        if outer.entry.script == "han" and _BETWEEN_HAN.fullmatch(folded[outer.end : hit.start]):
            return _inside(hit.keys, outer.keys)
        return ()
    if number + 1 < len(hits):
        outer = hits[number + 1]
        if _BETWEEN_LATIN.fullmatch(folded[hit.end : outer.start]):
            return _inside(hit.keys, outer.keys)
    return ()


def _has_context(folded: str, hit: _Hit) -> bool:
    """True if the words beside a name say that it is a place."""
    before = folded[max(0, hit.start - _WINDOW) : hit.start]
    if hit.entry.script == "han":
        after = folded[hit.end : hit.end + _WINDOW]
        return bool(_BEFORE_HAN.search(before) or _AFTER_HAN.match(after))
    pattern = {"cyrillic": _BEFORE_CYRILLIC, "arabic": _BEFORE_ARABIC}.get(
        hit.entry.script, _BEFORE_LATIN
    )
    return bool(pattern.search(before))


@lru_cache(maxsize=20_000)
def _inside(inner: tuple[str, ...], outer: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of a name that lie in one of the meanings of its neighbour."""
    wider = [meaning(key) for key in outer]
    return tuple(key for key in inner if any(is_inside(meaning(key), one) for one in wider))


@lru_cache(maxsize=50_000)
def meaning(key: str) -> Named:
    """The place or area behind a key."""
    return named(key, "")
