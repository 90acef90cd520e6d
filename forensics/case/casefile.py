"""`case.toml`: the question and settings for people to read, and sections that people may edit.

The question and the settings that count are those in the first line of the record; the file repeats
them. Hypotheses, priors, groups and assumptions are written by hand and read at every run.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from forensics.case import canonical
from forensics.case.files import open_regular
from forensics.errors import CaseError
from forensics.model import Hypothesis, Json, Rung

SECTIONS = ("hypotheses", "priors", "groups", "assumptions")
"""Lists of tables a user may add by hand."""
_ALLOWED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "hypotheses": (
        frozenset({"id", "statement", "rung", "prior_ppm", "prior_reason"}),
        frozenset({"kind", "areas", "zone"}),
    ),
    "priors": (frozenset({"hypothesis", "prior_ppm", "reason"}), frozenset()),
    "groups": (frozenset({"id", "clues", "reason"}), frozenset()),
    "assumptions": (frozenset({"statement", "because"}), frozenset()),
}
"""Section -> keys it must have, keys it may have."""
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
# Assumptions: what you take for granted. The report prints them.
#
# [[assumptions]]
# statement = "The exporter's computer ran on Shanghai time."
# because = "Its log shows the zone."
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
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise CaseError(f"is not TOML ({error})", where=str(path)) from None
        except CaseError as error:
            raise CaseError(error.what, where=str(path), todo=error.todo) from None
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
    if key == "prior_ppm":
        if type(item) is not int or not 0 < item < 1_000_000:
            raise _wrong(path, f"{where} is not an integer from 1 to 999999", "20 % is 200000")
    elif key in {"areas", "clues"}:
        if not isinstance(item, list) or not all(isinstance(part, str) for part in item):
            raise _wrong(path, f"{where} is not a list of texts", 'write ["one", "two"]')
    elif not isinstance(item, str):
        raise _wrong(path, f"{where} is not text", "put it in quotes")


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
