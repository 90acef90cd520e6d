"""Codes in pictures: telephone numbers, plates, filings and the like that text in images shows.

A shop sign, a van or a screenshot names the place it is from, and that is what the picture shows:
where its poster is, it does not say. So these clues are shown and move nothing (content_subject).
Copies of one picture are one clue. What a code says is decided by the readers of `codes`; methods:
docs/methods/image-text.md and docs/methods/places.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from forensics.clues.codes import Code, codes_in
from forensics.clues.codes.code import HAN
from forensics.clues.evidence import Evidence
from forensics.clues.image_clues import LOOSE
from forensics.clues.text_codes import MISS_PPM, PLANTED_PPM
from forensics.model import (
    AreaLikelihood,
    Clue,
    Finding,
    Image,
    Json,
    Likelihood,
    Observation,
    PointLikelihood,
    RowRef,
)
from forensics.pixels import ImageText
from forensics.read.images import degrees_text
from forensics.reference.places import Gazetteer
from forensics.version import __version__

METHOD = "picture_codes"
LEAST_SCORE_PPM = 800_000
"""Below this the engine is not sure of the characters, and one wrong digit is another number."""
MISREAD_PPM = 50_000
"""Chance that a code was misread into another one of a wrong area; judged, not measured."""
MAX_CLUES = 20
EXAMPLES = 10
LIMITS = (
    "A code in a picture is about what the picture shows, not about who posted it.",
    "A number names where it was issued or registered, not where its holder is.",
    "Engines misread characters: look at the picture before a number is used.",
)


@dataclass
class _Group:
    """Codes of one kind and place in the pictures of one unit."""

    code: Code
    identities: set[str] = field(default_factory=set)
    shown: Counter[str] = field(default_factory=Counter)
    rows: dict[tuple[str, int], None] = field(default_factory=dict)
    scenes: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)

    def add(self, code: Code, line: ImageText, scene: str, accounts: Sequence[str]) -> None:
        """Count one code of one line."""
        self.identities.add(code.identity)
        self.shown[code.shown] += 1
        self.rows[line.original, line.line] = None
        self.scenes.add(scene)
        self.accounts.update(accounts)


def find(evidence: Evidence) -> list[Finding]:
    """One finding for every unit with pictures that have text, and one for those no post names.

    Nothing at all where nobody asked for text to be read.
    """
    if evidence.text_search is None:
        return []
    lines: dict[str, list[ImageText]] = {}
    for line in evidence.image_texts:
        lines.setdefault(line.original, []).append(line)
    images = [image for image in evidence.images if image.original in lines]
    known = {account for accounts in evidence.units.values() for account in accounts}
    found = []
    for unit, accounts in evidence.units.items():
        mine = [image for image in images if set(accounts).intersection(image.accounts)]
        if mine:
            found.append(_finding(unit, mine, lines, evidence, frozenset(accounts)))
    loose = [image for image in images if not known.intersection(image.accounts)]
    if loose:
        found.append(_finding(LOOSE, loose, lines, evidence, frozenset()))
    return found


def _codes(lines: Sequence[ImageText], refused: Counter[str]) -> Iterator[tuple[ImageText, Code]]:
    """The codes in the lines of one picture; what is none is counted."""
    chinese = any(HAN.search(line.text) for line in lines)
    for line in lines:
        for code in codes_in(line.text):
            if not isinstance(code, Code):
                refused[code.reason] += 1
            elif line.score_ppm < LEAST_SCORE_PPM:
                refused["unsure"] += 1
            elif code.needs_china and not chinese:
                refused["phone_not_chinese"] += 1
            elif code.areas or code.position is not None:
                yield line, code


def _finding(
    unit: str,
    images: Sequence[Image],
    lines: Mapping[str, Sequence[ImageText]],
    evidence: Evidence,
    own: frozenset[str],
) -> Finding:
    """The codes in the pictures of one unit, or that there are none."""
    groups: dict[tuple[str, str], _Group] = {}
    refused = Counter[str]()
    for image in {one.original: one for one in images}.values():
        accounts = [name for name in image.accounts if name in own]
        for line, code in _codes(lines[image.original], refused):
            group = groups.setdefault((code.kind, _where(code)), _Group(code))
            group.add(code, line, evidence.set_of(image.original), accounts)
    order = sorted(groups.items(), key=lambda item: (-len(item[1].scenes), item[0]))
    shown = order[:MAX_CLUES]
    observations = [_observation(unit, key, group, evidence) for key, group in shown]
    details: dict[str, Json] = {
        "files": len({image.original for image in images}),
        "refused": dict(sorted(refused.items())),
        "not_shown": max(0, len(order) - MAX_CLUES),
    }
    if not shown:
        text = f"No code that names a place in the text of {details['files']} image files."
        return Finding(METHOD, unit, "nothing_found", text, (), (), LIMITS, details)
    clues = [
        _clue(unit, key, group, observation)
        for (key, group), observation in zip(shown, observations, strict=True)
    ]
    places = "; ".join(_short(group, evidence.places) for _, group in shown[:5])
    more = f"; and {len(order) - 5} more." if len(order) > 5 else "."
    text = f"Codes that name places, in pictures: {places}{more}"
    return Finding(METHOD, unit, "found", text, tuple(observations), tuple(clues), LIMITS, details)


def _where(code: Code) -> str:
    """Key of a place: area codes, or a position to about 100 m."""
    if code.position is None:
        return "+".join(code.areas)
    return f"{code.position.lat_udeg // 1000},{code.position.lon_udeg // 1000}"


def _place(code: Code, places: Gazetteer) -> str:
    if code.position is None:
        return " or ".join(places.label(area) for area in code.areas)
    return f"{degrees_text(code.position.lat_udeg)}, {degrees_text(code.position.lon_udeg)}"


def _short(group: _Group, places: Gazetteer) -> str:
    """`phone: 0515••• (Yancheng), in 2 pictures`."""
    masked = ", ".join(sorted(group.shown)[:3])
    many = len(group.scenes)
    kind = group.code.kind.replace("_", " ")
    pictures = "picture" if many == 1 else "pictures"
    return f"{kind}: {masked} ({_place(group.code, places)}), in {many} {pictures}"


def _observation(unit: str, key: tuple[str, str], group: _Group, evidence: Evidence) -> Observation:
    search = evidence.text_search
    carried = f" of {len(group.accounts)} accounts" if group.accounts else " that no post names"
    text = (
        f"{_short(group, evidence.places)}{carried}. It is about what the pictures show: "
        "not counted for the operators."
    )
    return Observation(
        id=f"{METHOD}:{unit}:{':'.join(key)}",
        about=unit,
        statement=text[0].upper() + text[1:],
        value={
            "pictures": len(group.scenes),
            "files": len({original for original, _ in group.rows}),
            "accounts": len(group.accounts),
            "different_codes": len(group.identities),
            "shown": list[Json](sorted(group.shown)[:EXAMPLES]),
            "areas": list[Json](group.code.areas),
        },
        interval=None,
        unit="pictures, accounts",
        rows=tuple(RowRef(*at) for at in sorted(group.rows)[:EXAMPLES]),
        rows_total=len(group.rows),
        method=METHOD,
        version=f"gnomon {__version__}; {evidence.places.version}; {search and search.engine}",
        settings={"least_score_ppm": LEAST_SCORE_PPM},
    )


def _clue(unit: str, key: tuple[str, str], group: _Group, observation: Observation) -> Clue:
    code = group.code
    likelihood: Likelihood
    if code.position is not None:
        likelihood = PointLikelihood(code.position)
    else:
        sort = ("mobile" if code.mobile else "landline") if code.kind == "phone" else code.kind
        miss = MISS_PPM.get(sort, max(MISS_PPM.values())) + MISREAD_PPM
        likelihood = AreaLikelihood(code.areas, miss)
    return Clue(
        id=f"{key[0]}:{unit}:picture:{key[1]}",
        kind=code.kind,
        unit=unit,
        statement=observation.statement,
        observations=(observation.id,),
        group=tuple(f"scene:{scene}" for scene in sorted(group.scenes)),
        role="content_subject",
        set_by="operator",
        category="contextual",
        grade="F6",
        planted_chance_ppm=PLANTED_PPM,
        likelihood=likelihood,
        accounts=tuple(sorted(group.accounts)),
    )
