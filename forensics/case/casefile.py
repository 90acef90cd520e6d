"""`case.toml`: the question and settings for people to read, and sections that people may edit.

The question and the settings that count are those in the first line of the record; the file repeats
them. Hypotheses, priors, groups, judgements, remarks on clues, periods and assumptions are written
by hand and read at every run.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args

from forensics.case import canonical
from forensics.case.files import open_regular
from forensics.errors import CaseError
from forensics.model import MOVING_ROLES, Access, Category, Hypothesis, Json, Rung, SetBy

SECTIONS = (
    "hypotheses", "priors", "groups", "judgements", "clues", "periods", "assumptions",
    "people",
)  # fmt: skip
"""Lists of tables a user may add by hand."""
_ALLOWED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "hypotheses": (
        frozenset({"id", "statement", "rung", "prior_ppm", "prior_reason"}),
        frozenset({"kind", "areas", "zone"}),
    ),
    "priors": (frozenset({"hypothesis", "prior_ppm", "reason"}), frozenset()),
    "groups": (frozenset({"id", "clues", "reason"}), frozenset()),
    "judgements": (
        frozenset(
            {"id", "unit", "statement", "reason", "category", "set_by", "role"}
            | {"planted_chance_ppm", "weights"}
        ),
        frozenset({"group", "grade", "access", "accounts", "valid_from", "valid_to"}),
    ),
    "clues": (frozenset({"id", "reason"}), frozenset({"grade", "access", "confirmed_by"})),
    "periods": (frozenset({"first", "last", "reason"}), frozenset({"unit"})),
    "assumptions": (frozenset({"statement", "because"}), frozenset()),
    "people": (frozenset({"name", "role"}), frozenset({"key"})),
}
"""Section -> keys it must have, keys it may have."""
_ENDS = frozenset({"mdb", "low_mdb", "high_mdb"})
_WORDS: Mapping[str, tuple[str, ...]] = {
    "category": get_args(Category),
    "set_by": get_args(SetBy),
    "role": tuple(sorted(MOVING_ROLES)),
    "access": get_args(Access),
}
"""Keys whose values come from a closed list. A judgement in another role would move nothing."""
_FORMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "grade": (re.compile("[A-F][1-6]"), "write a letter A to F and a digit 1 to 6, such as C3"),
    "id": (re.compile(r".*\S.*"), "write a name"),
}
_DAYS = frozenset({"first", "last", "valid_from", "valid_to"})
_HIGHEST_PLANTED = 900_000
_MOST_MDB = 60_000
"""A million to one; nobody can judge more by hand."""
_KINDS = ("place", "audience", "scheduler", "imitation", "none")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_HEAD = """\
# This file is for people. The question and the settings that count stand in the first line of
# record.jsonl; a copy follows. Changing the copy changes nothing, and gnomon verify reports it.
"""
_GUIDE = """
# ---- From here on you may write by hand. Take away the marks in front of a section to use it. ----
#
# Hypotheses: the stories that could explain the data. Without any, Gnomon makes its own.
# prior_ppm is a probability in millionths, before any clue (200000 = 20 %). rung is one of zone,
# country, province, city, organisation. kind is one of place, audience, scheduler, imitation, none;
# a place names its areas (ISO 3166 codes, or a code below them), an audience its time zone.
#
# [[hypotheses]]
# id = "H1"
# statement = "The operators worked in the city of Yancheng."
# rung = "city"
# prior_ppm = 200000
# prior_reason = "Named by the platform before we looked."
# kind = "place"
# areas = ["CN-JS.3209"]
#
# Priors: another prior for a hypothesis that Gnomon made.
#
# [[priors]]
# hypothesis = "audience"
# prior_ppm = 100000
# reason = "The accounts wrote for readers in another zone."
#
# Groups: clues that would fail together and must be weighed once.
#
# [[groups]]
# id = "same photographer"
# clues = ["image_position:A:1", "image_clock:A:1"]
# reason = "Both come from one camera that may have been lent."
#
# Judgements: clues that no finder gives, weighed by hand. A weight is in milli-decibans (5000 =
# about 3 to 1) for each hypothesis that it bears on, with its low and high end; the chance that
# somebody planted it caps it. group names what it would fail with. They are shown as judged, and
# one of the standing tests leaves them all out.
#
# [[judgements]]
# id = "dialect"
# unit = "A"
# statement = "Two listeners place the voice of a video in the north of Jiangsu."
# reason = "Both know the dialect; neither was told what the other said."
# category = "contextual"
# set_by = "operator"
# role = "operator_present"
# group = ["content:video 3"]
# planted_chance_ppm = 200000
# weights = { H1 = { mdb = 5000, low_mdb = 2000, high_mdb = 7000 } }
#
# Clues: how far you trust the source of a clue (A to F) and what it says (1 to 6), and who can look
# at it (open, proprietary, classified). 1 means confirmed: name a clue of another group.
#
# [[clues]]
# id = "image_position:A:1"
# grade = "C2"
# access = "proprietary"
# reason = "The file came from the platform, not from its page."
#
# Periods: the time that you ask about, if it is not that of the posts. Clues that hold for another
# time are set aside.
#
# [[periods]]
# unit = "A"
# first = "2022-01-01"
# last = "2022-06-30"
# reason = "The accounts were sold in July."
#
# Assumptions: what you take for granted. The report prints them.
#
# [[assumptions]]
# statement = "The exporter's computer ran on Shanghai time."
# because = "Its log shows the zone."
#
# People: who has which role. The report names it beside what they wrote. key is the fingerprint of
# the key they sign with, as they told you.
#
# [[people]]
# name = "B. Reader"
# role = "second reviewer"
# key = "sha256:..."
"""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What stands in a `case.toml`."""

    question: str
    settings: Mapping[str, Json]
    """Without the settings that were null: TOML has no null."""
    hypotheses: tuple[Hypothesis, ...] = ()
    priors: tuple[Mapping[str, Json], ...] = ()
    """Each: hypothesis, prior_ppm, reason."""
    groups: tuple[Mapping[str, Json], ...] = ()
    """Each: id, clues (list of clue ids), reason."""
    assumptions: tuple[Mapping[str, Json], ...] = ()
    """Each: statement, because."""
    judgements: tuple[Mapping[str, Json], ...] = ()
    """Each: id, unit, statement, reason, category, set_by, role, planted_chance_ppm, weights
    (hypothesis -> mdb, low_mdb, high_mdb), and what else is allowed."""
    clues: tuple[Mapping[str, Json], ...] = ()
    """Each: id, reason, and some of grade, access, confirmed_by (list of clue ids)."""
    periods: tuple[Mapping[str, Json], ...] = ()
    """Each: first, last (days), reason, and the unit it is for (all units if it names none)."""
    people: tuple[Mapping[str, Json], ...] = ()
    """Each: name, role, and perhaps key (fingerprint)."""


def render(question: str, settings: Mapping[str, Json]) -> str:
    """The text of a new `case.toml`.

    Raises:
        CaseError: a setting is null inside a list, which TOML cannot hold.
    """
    lines = [_HEAD, f"question = {_value(canonical.clean_text(question))}", "", "[settings]"]
    unset = []
    for name in sorted(settings):
        value = canonical.clean(settings[name])
        if value is None:
            unset.append(name)
        else:
            lines.append(f"{_key(name)} = {_value(without_nulls(value))}")
    if unset:
        lines.append(f"# not set: {', '.join(_key(name) for name in unset)}")
    return "\n".join(lines) + "\n" + _GUIDE


def without_nulls(value: Json) -> Json:
    """The value without object members that are null, at any depth."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def load(path: Path) -> CaseFile:
    """Read a `case.toml`, strictly: a misspelt key must not pass for one that was left out.

    Raises:
        CaseError: not there, not TOML, a float or date, an unknown section or key, a missing one,
            or a value of the wrong type.
    """
    with open_regular(path) as handle:
        try:
            found = tomllib.load(handle, parse_float=_no_float)
        except CaseError as error:
            raise CaseError(error.what, where=str(path), todo=error.todo) from None
        except (ValueError, RecursionError) as error:  # also a number of thousands of digits
            raise CaseError(f"is not TOML ({error})", where=str(path)) from None
    if odd := sorted(set(found) - {"question", "settings", *SECTIONS}):
        raise _wrong(path, f"unknown section {odd[0]!r:.60}", "check the spelling")
    question, settings = found.get("question"), found.get("settings")
    if not isinstance(question, str) or not isinstance(settings, dict):
        raise _wrong(path, "question or settings are missing", "put them back from record.jsonl")
    sections = {name: _section(path, name, found.get(name, [])) for name in SECTIONS}
    return CaseFile(
        question,
        {key: _json(path, item) for key, item in settings.items()},
        tuple(
            _hypothesis(path, number, row)
            for number, row in enumerate(sections["hypotheses"], start=1)
        ),
        sections["priors"],
        sections["groups"],
        sections["assumptions"],
        sections["judgements"],
        sections["clues"],
        sections["periods"],
        sections["people"],
    )


def _section(path: Path, name: str, value: object) -> tuple[dict[str, Json], ...]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise _wrong(path, f"{name} is not a list of tables", f"write [[{name}]]")
    needed, allowed = _ALLOWED[name]
    rows = []
    for number, row in enumerate(value, start=1):
        where = f"{name} {number}"
        if missing := sorted(needed - set(row)):
            raise _wrong(path, f"{where} has no {missing[0]}", "add it")
        if odd := sorted(set(row) - needed - allowed):
            raise _wrong(path, f"{where} has an unknown key {odd[0]!r:.60}", "check the spelling")
        for key, item in row.items():
            _check_type(path, f"{where}: {key}", key, item)
        rows.append({key: _json(path, item) for key, item in row.items()})
    return tuple(rows)


def _check_type(path: Path, where: str, key: str, item: object) -> None:
    if key in {"prior_ppm", "planted_chance_ppm"}:
        most = 999_999 if key == "prior_ppm" else _HIGHEST_PLANTED
        if type(item) is not int or not 0 < item <= most:
            raise _wrong(path, f"{where} is not an integer from 1 to {most}", "20 % is 200000")
    elif key in {"areas", "clues", "group", "accounts", "confirmed_by"}:
        if not isinstance(item, list) or not all(isinstance(part, str) for part in item):
            raise _wrong(path, f"{where} is not a list of texts", 'write ["one", "two"]')
    elif key == "weights":
        _check_weights(path, where, item)
    elif not isinstance(item, str):
        raise _wrong(path, f"{where} is not text", "put it in quotes")
    elif key in _WORDS and "people" not in where and item not in _WORDS[key]:
        raise _wrong(path, f"{where} is none of {', '.join(_WORDS[key])}", "check the spelling")
    elif key in _DAYS and not _is_day(item):
        raise _wrong(path, f"{where} is {item!r:.40}", 'write a day as "2024-05-31"')
    elif key in _FORMS and _FORMS[key][0].fullmatch(item) is None:
        raise _wrong(path, f"{where} is {item!r:.40}", _FORMS[key][1])


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_weights(path: Path, where: str, item: object) -> None:
    """Weights of a judgement: a table of three integers for each hypothesis, in order."""
    example = "write { H1 = { mdb = 5000, low_mdb = 2000, high_mdb = 7000 } }"
    if not isinstance(item, dict) or not item:
        raise _wrong(path, f"{where} is not a table of hypotheses", example)
    for name, ends in item.items():
        if not isinstance(ends, dict) or set(ends) != _ENDS:
            raise _wrong(path, f"{where}: {name!r:.40} needs mdb, low_mdb and high_mdb", example)
        if not all(type(end) is int and abs(end) <= _MOST_MDB for end in ends.values()):
            raise _wrong(path, f"{where}: {name!r:.40} is not in whole milli-decibans", example)
        if not ends["low_mdb"] <= ends["mdb"] <= ends["high_mdb"]:
            raise _wrong(path, f"{where}: {name!r:.40} is not between its ends", example)


def _hypothesis(path: Path, number: int, row: Mapping[str, Json]) -> Hypothesis:
    if row["rung"] not in get_args(Rung):
        allowed = ", ".join(get_args(Rung))
        raise _wrong(path, f"hypotheses {number}: rung is none of {allowed}", "")
    if row.get("kind", "place") not in _KINDS:
        raise _wrong(path, f"hypotheses {number}: kind is none of {', '.join(_KINDS)}", "")
    plain = {key: tuple(item) if isinstance(item, list) else item for key, item in row.items()}
    return Hypothesis(**plain)  # type: ignore[arg-type]


def _wrong(path: Path, what: str, todo: str) -> CaseError:
    return CaseError(what, where=str(path), todo=todo)


def _json(path: Path, value: object) -> Json:
    try:
        return canonical.clean(value)
    except canonical.NotCanonical as error:
        raise _wrong(path, error.what, "use text or integers") from None


def _no_float(text: str) -> object:
    raise CaseError(f"{text:.40} is a float", todo="write an integer, such as prior_ppm = 200000")


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _value(name)


def _value(value: Json) -> str:
    """A value as TOML; the forms are the plainest ones that TOML has."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(_escaped(char) for char in value) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, dict):
        inside = (f"{_key(key)} = {_value(value[key])}" for key in sorted(value))
        return "{" + ", ".join(inside) + "}"
    raise CaseError("a setting is null inside a list", todo="leave it out")


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char < " " or char == "\x7f":
        return _ESCAPES.get(char, f"\\u{ord(char):04x}")
    return char
