"""What a text, or each line of a file, says about places: codes, names, labels, and how wide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from forensics.clues.codes import MAX_TEXT, REFUSED, Code, RefusedCode, codes_in
from forensics.clues.placenames.lexicon import SCRIPTS, lexicon, scripts_of
from forensics.clues.placenames.meanings import place_of
from forensics.clues.placenames.search import names_in
from forensics.errors import UsageError
from forensics.model import Json, Position
from forensics.reference.folding import fold
from forensics.reference.names import people_of
from forensics.reference.places import Gazetteer, load_gazetteer
from forensics.reference.regions import read_label
from forensics.reference.spelling import Script, script_of

MOST_BYTES = 64 << 20
MOST_LINES = 200_000
KINDS: Mapping[str, str] = {
    "phone": "where the number plan has given it out; a holder may be elsewhere",
    "plate": "where the car is registered",
    "filing": "where the website's owner registered it; typed text proves nothing",
    "company": "the registered seat",
    "resident_id": "first registration of a person; the number itself is not kept",
    "division": "an area of the table of divisions",
    "postal": "the area a post office serves",
    "text_position": "coordinates as written, to their last digit",
    "context": "a word that belongs to a country or an institution: context, not proof",
    "label": "what a platform shows; a proxy moves it",
    "name": "a place that is written about, which is no place of work",
}
"""Kind -> what such a finding stands for."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding in a text."""

    line: int
    """Line of the file, from 1."""
    start: int
    kind: str
    """A key of KINDS."""
    shown: str
    """As written, masked where it is a number of a person."""
    areas: tuple[str, ...]
    """What it resolves to: a set. Empty for a position."""
    resolves: str
    """The same in words."""
    wide: str
    """How wide that is."""
    why: str
    """What the kind stands for, and what had to be given up."""
    position: Position | None = None
    refused: str = ""
    """Why it is none, where it only has the shape."""

    def as_json(self) -> dict[str, Json]:
        """The finding for `--json`."""
        at: dict[str, Json] = {}
        if self.position is not None:
            at = {
                "lat_udeg": self.position.lat_udeg,
                "lon_udeg": self.position.lon_udeg,
                "radius_m": self.position.radius_m,
            }
        return {
            "line": self.line,
            "start": self.start,
            "kind": self.kind,
            "shown": self.shown,
            "areas": list(self.areas),
            "resolves": self.resolves,
            "wide": self.wide,
            "why": self.why,
            "refused": self.refused,
            **at,
        }


def ask_places(asked: str) -> Iterator[Found]:
    """Everything that names a place in a text, or in each line of the file of that name.

    Args:
        asked: A path to a text file, or the text itself.

    Raises:
        UsageError: the text is empty, or the file is no text or too large.
    """
    for number, text in _lines(asked):
        # One set of names for a whole file: loading another for each line would take seconds.
        yield from find_places(text, number, None if text is asked else frozenset(SCRIPTS))


def find_places(text: str, line: int = 1, scripts: frozenset[Script] | None = None) -> list[Found]:
    """Everything that names a place in one text, in order; a name inside a code is not repeated.

    Args:
        text: Any text.
        line: Number to give to what is found.
        scripts: Scripts of which names are looked for; None takes those of the text.
    """
    gazetteer = load_gazetteer()
    codes = codes_in(text)
    found = [_code(line, one, gazetteer) for one in codes]
    taken = [(one.start, one.end) for one in codes if isinstance(one, Code)]
    label = read_label(text) if len(text) <= 60 else None
    # A label that was read in part only is more likely a sentence: its names are looked up below.
    if label is not None and label.refusal is None and not label.note and not found:
        shown = text.strip()
        why = KINDS["label"]
        return [_areas(line, 0, "label", shown, label.areas, why=why, places=gazetteer)]
    folded = fold(text[:MAX_TEXT])
    names = names_in(folded, lexicon(_scripts(folded) if scripts is None else scripts))
    found += [
        _name(line, one.start, one.text, one.keys, gazetteer)
        for one in names
        if not any(start <= one.start < end for start, end in taken)
    ]
    return sorted(found, key=lambda one: (one.start, one.kind))


def _scripts(text: str) -> frozenset[Script]:
    """The scripts of the words of a text: names of others need not be loaded."""
    return scripts_of(script_of(word) for word in text.split())


_ENDINGS = frozenset({".txt", ".md", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".log", ".html"})


def _meant_as_file(asked: str) -> bool:
    """True for a folder, and for one word that ends as a text file: a slip, not a text."""
    if len(asked) >= 4096 or "\0" in asked or "://" in asked or len(asked.split()) != 1:
        return False
    try:
        return Path(asked).is_dir() or Path(asked).suffix.lower() in _ENDINGS
    except OSError:
        return False


def _lines(asked: str) -> Iterator[tuple[int, str]]:
    """Numbered lines of a file, or the text as line 1."""
    try:
        is_file = len(asked) < 4096 and Path(asked).is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        if _meant_as_file(asked):
            raise UsageError(
                "is no file", where=asked, todo="check the name; a text has spaces or other endings"
            )
        if not asked.strip():
            raise UsageError("the text is empty", todo="give a text in quotes, or a file")
        yield 1, asked
        return
    path = Path(asked)
    if path.stat().st_size > MOST_BYTES:
        raise UsageError(
            f"is larger than {MOST_BYTES >> 20} MB", where=asked, todo="use gnomon run for exports"
        )
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as handle:
            for number, text in enumerate(handle, start=1):
                if number > MOST_LINES:
                    raise UsageError(
                        f"has more than {MOST_LINES:,} lines", where=asked, todo="use gnomon run"
                    )
                yield number, text
    except UnicodeDecodeError as error:
        raise UsageError(
            f"is no UTF-8 text (byte {error.start})",
            where=asked,
            todo="pictures: gnomon image; exports of posts: gnomon run",
        ) from error
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", where=asked) from error


def _code(line: int, code: Code | RefusedCode, gazetteer: Gazetteer) -> Found:
    if isinstance(code, RefusedCode):
        why = REFUSED[code.reason]
        return Found(line, code.start, code.kind, "", (), "refused", "", why, None, code.reason)
    parts = [KINDS[code.kind], code.note]
    if code.mobile:
        parts.append("a mobile prefix: where the card was issued")
    why = "; ".join(part for part in parts if part)
    if code.position is not None:
        return _point(line, code, code.position, why, gazetteer)
    found = _areas(line, code.start, code.kind, code.shown, code.areas, why=why, places=gazetteer)
    return replace(found, resolves=f"{code.finer}, {found.resolves}") if code.finer else found


def _point(line: int, code: Code, at: Position, why: str, gazetteer: Gazetteer) -> Found:
    """A position with the nearest place and the areas that hold it."""
    lat, lon = at.lat_udeg / 1e6, at.lon_udeg / 1e6
    near = gazetteer.nearest(lat, lon, 1)[0]
    inside = gazetteer.area_of_point(lat, lon)
    held = gazetteer.label(inside[-1]) if inside else "no land"
    km = round(near.distance_m / 1000)
    text = f"{lat:.5f}, {lon:.5f}: {km} km from {near.name}, in {held}"
    return Found(
        line, code.start, code.kind, code.shown, inside, text, f"{at.radius_m:,} m", why, at
    )


def _areas(
    line: int,
    start: int,
    kind: str,
    shown: str,
    areas: Sequence[str],
    *,
    why: str,
    places: Gazetteer,
) -> Found:
    """A set of areas."""
    names = " or ".join(places.label(code) for code in areas)
    return Found(line, start, kind, shown, tuple(areas), names, _width(areas, places), why)


def _name(line: int, start: int, text: str, keys: tuple[str, ...], gazetteer: Gazetteer) -> Found:
    place = place_of(keys)
    why = KINDS["name"]
    if place.candidates > 1:
        why += f"; {place.candidates} places are called so"
    if place.smaller:
        why += f"; {place.smaller} much smaller ones are left out"
    wide = _width(place.areas, gazetteer)
    return Found(line, start, "name", text, place.areas, place.label, wide, why)


def _width(areas: Sequence[str], gazetteer: Gazetteer) -> str:
    """How many areas of which level, with how many people in places of 5,000 and more."""
    words = {"country": "country", "admin1": "first level", "admin2": "second level"}
    levels = sorted({words[gazetteer.areas[code].level] for code in areas})
    people = sum(people_of(code) for code in areas)
    count = f"{len(areas)} areas" if len(areas) > 1 else "1 area"
    return f"{count}, {' and '.join(levels)}, {people / 1e6:,.1f} M people"
