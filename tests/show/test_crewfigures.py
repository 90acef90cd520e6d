"""The matrix of crews."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from forensics.show.crewfigures import MOST_DRAWN, crew_matrix

EVIL = '<script>alert(1)</script>"&\u202e'


def crew(**more: Any) -> dict[str, Any]:
    return {
        "size": 15,
        "members": ["a"],
        "first_hour_utc": 6,
        "last_hour_utc": 15,
        "stability_ppm": 974_000,
        **more,
    }


def details(number: int = 2, **more: Any) -> dict[str, Any]:
    between = [[2400 if a == b else -1234 for b in range(number)] for a in range(number)]
    return {
        "crews": [crew() for _ in range(number)],
        "crews_total": number,
        "between_milli": between,
        "considered": 60,
        **more,
    }


def nodes(svg: str, name: str) -> list[ET.Element]:
    tree = ET.fromstring(svg)  # noqa: S314 - our own drawing, parsed to prove that it is well formed
    return [one for one in tree.iter() if one.attrib.get("class") == name]


def test_own_crew_is_shaded_and_strangers_are_dashed() -> None:
    svg = str(crew_matrix("s", title="t", details=details()))
    assert [one.attrib["fill-opacity"] for one in nodes(svg, "cell")] == [".60", ".60"]
    assert len(nodes(svg, "less")) == 2
    assert [one.text for one in nodes(svg, "in")] == ["2.4", "-1.2", "-1.2", "2.4"]


def test_more_crews_than_are_drawn_are_counted() -> None:
    svg = str(crew_matrix("s", title="t", details=details(MOST_DRAWN + 3, crews_total=70)))
    assert len(nodes(svg, "cell")) == MOST_DRAWN
    assert "58 more crews" in svg


def test_no_crews_is_said() -> None:
    svg = str(crew_matrix("s", title="t", details=details(0)))
    assert "no crews among 60 accounts" in svg
    assert not nodes(svg, "cell")


def test_titles_are_text_and_bytes_are_the_same_again() -> None:
    svg = str(crew_matrix("s", title=EVIL, details=details()))
    assert "<script" not in svg
    assert "\u202e" not in svg
    assert svg == str(crew_matrix("s", title=EVIL, details=details()))
