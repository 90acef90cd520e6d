"""The words of the brief: one file of strings for each language, checked against the English one.

A language is added by adding one file to `strings/`. Sentences that the program writes about a
case are found by their pattern and said again in the language; what has no pattern (a person's
own words, a statement written by hand) stays as it is and is marked as being in English.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from forensics.errors import ShowError, UsageError

FOLDER = Path(__file__).resolve().parent / "strings"
FIRST = "en"
"""The language whose file says which keys there are."""
SECTIONS = ("page", "terms", "confidences", "rungs", "set_by", "said")
META = ("name", "lang", "local_names_of", "list_mark", "quote_mark")
SAID_AGAIN = frozenset(["term", "place", "row", "test", "label", "conflict", "why"])
"""Blanks whose filling is our own phrase; all others (units, numbers, ids) stay as they are."""
_BLANK = re.compile(r"\{(\w+)\}")
_CODED = re.compile(r"(.+) \(([A-Z]{2}(?:-[A-Z0-9]{1,4}(?:\.[A-Z0-9]{1,12})?)?)\)")
_AFTER_SHARE = re.compile(r"(?<=%\)), ")
"""Between the entries of a list whose entries end with a probability."""
_MORE = re.compile(r"(\d+) more")
_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")


@dataclass(frozen=True, slots=True)
class Text:
    """Words to print, with the language they are in."""

    words: str
    foreign: bool = False
    """True if they could not be said in the language of the brief."""


@dataclass(frozen=True, slots=True)
class Strings:
    """All words of one language."""

    code: str
    lang: str
    local_names_of: frozenset[str]
    """Countries whose areas are called by their local names."""
    list_mark: str
    quote_mark: str
    tables: Mapping[str, Mapping[str, str]]
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    places: Mapping[str, str]

    def page(self, key: str, **blanks: object) -> str:
        """A string of the page with its blanks filled."""
        return self.tables["page"][key].format(**blanks)

    def word(self, table: str, key: str) -> str:
        """A word of a closed list."""
        return self.tables[table][key]

    def say(self, text: str) -> Text:
        """A sentence of ours in this language; one that is not ours as it is."""
        found = self._again(text)
        return Text(text, foreign=self.code != FIRST) if found is None else Text(found)

    def label(self, text: str) -> str:
        """A short phrase of ours, such as the label of a group; parts of it each alone."""
        return self._phrase(text)

    def place(self, name: str, code: str) -> str:
        """Name of an area in this language where it is known, else the name given."""
        if code in self.places:
            return self.places[code]
        if code[:2] in self.local_names_of:
            from forensics.reference.places import load_areas

            area = load_areas().get(code)
            return area.name_local if area is not None and area.name_local else name
        return name

    def _again(self, text: str) -> str | None:
        """The text in this language, or None if it fits no pattern."""
        known = self.tables["said"].get(text)
        if known is not None:
            return known
        for pattern, wanted in self.patterns:
            found = pattern.fullmatch(text)
            if found:
                values = {key: self._value(key, value) for key, value in found.groupdict().items()}
                return wanted.format(**values)
        return None

    def _value(self, key: str, value: str) -> str:
        """What fills a blank."""
        if key == "gaps":
            return self.list_mark.join(self._phrase(part) for part in value.split("; "))
        if key == "rung":
            return self.tables["rungs"].get(value.lower(), value)
        if key == "open":
            return self.list_mark.join(self._phrase(one) for one in value.split(" or "))
        if key == "further":
            return self.list_mark.join(self._further(one) for one in _AFTER_SHARE.split(value))
        return self._phrase(value) if key in SAID_AGAIN else value

    def _further(self, value: str) -> str:
        """One entry of a list of clues that may still be found: `a name (78 %)`, or `6 more`."""
        more = _MORE.fullmatch(value)
        if more:
            return self.page("further_more", n=more[1])
        names, opened, share = value.rpartition(" (")
        one, both, other = names.partition(" with ")
        told = self._phrase(one)
        if both:
            told = self.page("further_two", one=told, other=self._phrase(other))
        return f"{told}{opened}{share}"

    def _phrase(self, value: str) -> str:
        """One of our short phrases; parts joined by ` + ` each by themselves."""
        if " + " in value:
            return " + ".join(self._phrase(part) for part in value.split(" + "))
        if value in self.tables["terms"]:
            return self.tables["terms"][value]
        place, outside, part = value.partition(" outside ")
        if outside and _CODED.fullmatch(place):
            return self.page("outside", place=self._phrase(place), part=self._phrase(part))
        coded = _CODED.fullmatch(value)
        if coded:
            return f"{self.place(coded[1], coded[2])} ({coded[2]})"
        again = self._again(value)
        return value if again is None else again


def languages() -> tuple[str, ...]:
    """Codes of all languages there are, in order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def strings(code: str) -> Strings:
    """The words of a language.

    Raises:
        UsageError: there is no file for it.
        ShowError: its file lacks a key, has one too many, or a blank differs from the English one.
    """
    if not _CODE.fullmatch(code) or code not in languages():
        raise UsageError(
            f"no strings for {code!r:.20}",
            where="--language",
            todo=f"one of: {', '.join(languages())}",
        )
    told = _load(FOLDER / f"{code}.toml")
    check(told, _load(FOLDER / f"{FIRST}.toml"), f"strings/{code}.toml")
    meta = told["meta"]
    return Strings(
        code=code,
        lang=meta["lang"],
        local_names_of=frozenset(meta["local_names_of"]),
        list_mark=meta["list_mark"],
        quote_mark=meta["quote_mark"],
        tables={name: told[name] for name in SECTIONS},
        patterns=_patterns(told["said"]),
        places=told.get("places", {}),
    )


def check(told: Mapping[str, Any], first: Mapping[str, Any], where: str) -> None:
    """Nothing, if a file of strings has just the keys and blanks of the English one.

    Raises:
        ShowError: it has not; all that is wrong is named.
    """
    wrong = [f"[meta] {key} is missing" for key in META if key not in told.get("meta", {})]
    for section in SECTIONS:
        mine, wanted = told.get(section, {}), first[section]
        wrong += [f"[{section}] {key!r} is missing" for key in wanted if not mine.get(key)]
        wrong += [f"[{section}] {key!r} is not known" for key in mine if key not in wanted]
        wrong += [
            f"[{section}] {key!r} has other blanks"
            for key in wanted
            if key in mine and _blanks(str(mine[key])) != _blanks(wanted[key])
        ]
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise ShowError(
            f"{'; '.join(wrong[:5])}{more}", where=where, todo="compare it with strings/en.toml"
        )


def _blanks(text: str) -> frozenset[str]:
    return frozenset(_BLANK.findall(text))


def _load(path: Path) -> dict[str, Any]:
    """A file of strings.

    Raises:
        ShowError: it is not TOML, or not UTF-8.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ShowError(f"cannot be read ({error})", where=f"strings/{path.name}") from error


def _patterns(said: Mapping[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of the sentences with blanks, those with most fixed letters first."""
    keys = sorted((key for key in said if _BLANK.search(key)), key=_fixed, reverse=True)
    return tuple((_pattern(key), said[key]) for key in keys)


def _fixed(key: str) -> tuple[int, str]:
    return len(_BLANK.sub("", key)), key


def _pattern(key: str) -> re.Pattern[str]:
    """A pattern that gives back what fills each blank."""
    parts = _BLANK.split(key)
    texts = [re.escape(part) for part in parts[::2]]
    names = [f"(?P<{name}>.+?)" for name in parts[1::2]]
    joined = "".join(a + b for a, b in zip(texts, [*names, ""], strict=True))
    return re.compile(joined, re.DOTALL)
