"""Location labels -> areas: what a platform shows beside a post, read as a set of places.

Chinese platforms show a province for users at home and a country for users abroad; X, Facebook
and others show a country, in the language of whoever looks, or a wide region. A label is read
exactly or refused; nothing is guessed from a part of a word. Since when each platform shows one:
`platform_labels`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from forensics.reference.divisions import prefecture_by_name
from forensics.reference.pack import DATA
from forensics.reference.places import load_areas
from forensics.reference.territories import territories, world_regions

LabelRefusal = Literal[
    "empty", "names_no_place", "unknown_label", "too_many_areas", "too_long", "marked_inaccurate"
]
LABEL_REFUSALS: Mapping[LabelRefusal, str] = {
    "empty": "the label is empty",
    "names_no_place": "the label says that the place is unknown",
    "unknown_label": "no area is known by this label",
    "too_many_areas": "the label fits more than three areas",
    "too_long": "the label is too long to be one",
    "marked_inaccurate": "the platform itself marks the place as not accurate",
}
"""Closed list of reasons, each with its sentence."""

_MAX_LABEL = 120
_PREFIX = re.compile(
    r"(?:IP\s*属地|IP\s*归属地|IP\s*所在地|IP\s*位置|发布于|发表于|编辑于|来自于|来自|发自|所在地|"
    r"IP\s*location|IP\s*address|IP|posted from|account based in|based in|located in|from)"
    r"(?:\s*[:：]\s*|\s+|(?=[㐀-鿿]))",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"(?<=[㐀-鿿])\s*(?:IP|网友|網友|用户)$", re.IGNORECASE)
_INACCURATE = re.compile(r"\((?:marked (?:by the platform )?as not accurate|may not be accurate)\)")
_NO_PLACE = frozenset(
    [
        "其他",
        "其它",
        "未知",
        "保密",
        "海外",
        "国外",
        "境外",
        "unknown",
        "other",
        "others",
        "none",
        "hidden",
        "worldwide",
        "global",
        "earth",
        "internet",
        "n/a",
        "null",
        "undefined",
        "-",
    ]
)
_ENGLISH = {
    "usa": ("US",), "u.s.": ("US",), "u.s.a.": ("US",), "united states of america": ("US",),
    "the united states": ("US",), "america": ("US",),
    "uk": ("GB",), "u.k.": ("GB",), "great britain": ("GB",), "britain": ("GB",),
    "england": ("GB",), "scotland": ("GB",), "wales": ("GB",),
    "russia": ("RU",), "russian federation": ("RU",), "south korea": ("KR",), "korea": ("KR", "KP"),
    "republic of korea": ("KR",), "north korea": ("KP",), "mainland china": ("CN",),
    "people's republic of china": ("CN",), "prc": ("CN",), "hong kong sar": ("HK",),
    "hong kong sar china": ("HK",), "macau": ("MO",), "macao sar": ("MO",),
    "macao sar china": ("MO",), "viet nam": ("VN",), "türkiye": ("TR",), "turkiye": ("TR",),
    "uae": ("AE",), "czechia": ("CZ",), "czech republic": ("CZ",), "holland": ("NL",),
    "the netherlands": ("NL",), "burma": ("MM",), "ivory coast": ("CI",), "iran": ("IR",),
    "islamic republic of iran": ("IR",), "syria": ("SY",), "laos": ("LA",), "moldova": ("MD",),
    "tanzania": ("TZ",), "bolivia": ("BO",), "venezuela": ("VE",), "brunei": ("BN",),
    "korea, south": ("KR",), "korea, north": ("KP",), "taiwan, province of china": ("TW",),
    "congo, democratic republic of the": ("CD",), "iran, islamic republic of": ("IR",),
    "palestine": ("PS",), "congo": ("CG", "CD"), "inner mongolia": ("CN-NM",), "xizang": ("CN-XZ",),
}  # fmt: skip
"""Common English names beside those of the tables. `Korea` and `Congo` name two countries each."""


@dataclass(frozen=True, slots=True)
class LabelReading:
    """A label as areas, or why it was refused."""

    label: str
    """The label as it was written."""
    areas: tuple[str, ...]
    """Codes, in order; empty if refused. Several if the words fit several areas."""
    script: Literal["han", "latin"]
    """`han` if it holds Chinese characters, as labels of Chinese platforms do; else `latin`,
    whatever its letters."""
    refusal: LabelRefusal | None
    note: str = ""
    """What had to be given up, as a clause; empty if nothing."""


def read_label(label: str) -> LabelReading:
    """The areas that a platform's location label names.

    Known forms: `江苏`, `发布于 江苏`, `IP属地：江苏`, `来自江苏`, `中国江苏`, `江苏 盐城`,
    `江苏IP`, `中国香港`, `美国`, `Jiangsu`, `Jiangsu, China`, `United States`, `Россия`, `ایران`,
    `Việt Nam`, `アメリカ合衆国`, `South Asia`.

    Args:
        label: As the platform or the exporter wrote it.
    """
    text = " ".join(label.split())
    if len(text) > _MAX_LABEL or _INACCURATE.search(text):
        refusal: LabelRefusal = "too_long" if len(text) > _MAX_LABEL else "marked_inaccurate"
        return LabelReading(label[:_MAX_LABEL], (), "latin", refusal)
    stripped = _PREFIX.match(text)
    text = text[stripped.end() :] if stripped else text
    text = _SUFFIX.sub("", text).strip(" ·•,，。;；")
    script: Literal["han", "latin"] = "han" if re.search(r"[㐀-鿿]", text) else "latin"
    if not text or text.casefold() in _NO_PLACE:
        return LabelReading(label, (), script, "names_no_place" if text else "empty")
    areas, note = _han(text) if script == "han" else _latin(text)
    if not areas:
        areas, note = territories(text), ""
    if not areas:
        region = world_regions().get(text.casefold(), ())
        note = "a wide region, no country"
        refused = None if region else "unknown_label"
        return LabelReading(label, region, script, refused, note if region else "")  # type: ignore[arg-type]
    if len(areas) > 3:
        return LabelReading(label, (), script, "too_many_areas")
    return LabelReading(label, tuple(sorted(areas)), script, None, note)


@cache
def chinese_labels() -> Mapping[str, str]:
    """Chinese name of a province or country -> area code."""
    rows = (DATA / "codes" / "labels.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in rows)


def _han(text: str) -> tuple[tuple[str, ...], str]:
    """Areas of a Chinese label: whole, or province and then prefecture."""
    table = chinese_labels()
    joined = re.sub(r"[\s·•/|,，-]+", "", text)
    if joined in table:
        return (table[joined],), ""
    for cut in range(len(joined) - 1, 1, -1):
        province, rest = joined[:cut], joined[cut:]
        code = table.get(province, "")
        if not code.startswith("CN-"):
            continue
        # 北京北京 and 上海市 repeat the municipality; anything else must be a prefecture of it.
        if table.get(rest) == code:
            return (code,), ""
        inner = prefecture_by_name(code, rest)
        if inner:
            return (inner,), ""
    # `美国 纽约`, `北京 朝阳`: a part that stands apart and is not in the table is given up.
    first = re.split(r"[\s·•/|,，-]", text, maxsplit=1)[0]
    if first != text and first in table:
        return (table[first],), "the finer part of the label is not in the table"
    return (), ""


@cache
def _english() -> Mapping[str, tuple[str, ...]]:
    """Lower-case English name of a country or first-level area -> codes."""
    out: dict[str, set[str]] = {}
    for area in load_areas().values():
        if area.level in {"country", "admin1"}:
            out.setdefault(area.name.casefold(), set()).add(area.code)
    # A country with a province of its own name (Singapore, Luxembourg) is one answer: the country.
    table = {
        name: tuple(sorted(c for c in codes if not (c[:2] in codes and len(c) > 2)))
        for name, codes in out.items()
    }
    return {**table, **_ENGLISH}


def _latin(text: str) -> tuple[tuple[str, ...], str]:
    """Areas of an English label; of a list with commas, the finest part inside the last one."""
    table, areas = _english(), load_areas()
    if whole := _ENGLISH.get(text.casefold()):
        return whole, ""
    parts = [part.strip().casefold() for part in text.split(",") if part.strip()]
    found = table.get(parts[-1], ())
    if not found and len(text) == 2 and text.isupper() and text in areas:
        return (text,), ""
    note = ""
    for part in reversed(parts[:-1]):
        inner = tuple(
            code for code in _inside(part) if any(areas[code].parent == outer for outer in found)
        )
        if not inner:
            note = "the finer part of the label is not in the table"
            break
        found = inner
    return found, note


@cache
def _second_level() -> Mapping[str, tuple[str, ...]]:
    """Lower-case English name of a Chinese prefecture -> codes."""
    out: dict[str, list[str]] = {}
    for area in load_areas().values():
        if area.level == "admin2" and area.code.startswith("CN-"):
            out.setdefault(area.name.casefold(), []).append(area.code)
    return {name: tuple(sorted(codes)) for name, codes in out.items()}


def _inside(part: str) -> tuple[str, ...]:
    """Codes of first- and second-level areas of that English name."""
    return (*_english().get(part, ()), *_second_level().get(part, ()))


def first_level_by_name(country: str, name: str) -> tuple[str, ...]:
    """First-level areas of a country by English name, with or without a word such as Province."""
    prefix = f"{country}-"
    return tuple(
        code for code in _plain_names().get(name.casefold(), ()) if code.startswith(prefix)
    )


@cache
def _plain_names() -> Mapping[str, tuple[str, ...]]:
    """Lower-case English name of a first-level area, its level word dropped -> codes."""
    words = r"\b(province|oblast|region|state|governorate|krai|republic of|county)\b"
    out: dict[str, list[str]] = {}
    for area in load_areas().values():
        if area.level == "admin1":
            plain = " ".join(re.sub(words, "", area.name.casefold()).split())
            for key in {plain, area.name.casefold()}:
                out.setdefault(key, []).append(area.code)
    return {name: tuple(sorted(codes)) for name, codes in out.items()}
