"""Declared locations -> areas: known answers, refusals, jokes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.reference.locations import LOCATION_REFUSALS, read_location
from forensics.reference.places import load_areas

KNOWN = {
    "Houston, TX": "US-TX",
    "Texas, USA": "US-TX",
    "St. Louis, MO": "US-MO",
    "Washington, D.C.": "US-DC",
    "Nowhere Creek, TX": "US-TX",
    "Atlanta": "US-GA",
    "United States": "US",
    "Estados Unidos": "US",
    "Москва": "RU-MOW",
    "Москва, Россия": "RU-MOW",
    "Санкт-Петербург": "RU-SPE",
    "Россия": "RU",
    "تهران": "IR-23",
    "Lagos, Nigeria": "NG-LA",
    "北京": "CN-BJ",
    "江苏 盐城": "CN-JS.3209",
    "Hà Nội": "VN-HN",
    "~ Toronto ~": "CA-ON",
    "Springfield": "US",
    "朝阳区": "CN",
}


@pytest.mark.parametrize("text", KNOWN)
def test_known_locations(text: str) -> None:
    found = read_location(text)
    assert (found.areas, found.refusal) == ((KNOWN[text],), None)


@pytest.mark.parametrize(
    ("defect", "text", "reason"),
    [
        ("nothing", "", "empty"),
        ("ornaments", "~*~ !!", "empty"),
        ("a picture", "🌍", "empty"),
        ("digits", "12345", "no_place"),
        ("a joke", "the moon", "no_place"),
        ("everywhere", "everywhere", "no_place"),
        ("a wish", "in your heart", "no_place"),
        ("a sentence about a place", "I love China", "no_place"),
        ("country and state", "Georgia", "several_places"),
        ("letters of a country and a state", "CA", "several_places"),
        ("too long", "Houston " * 20, "too_long"),
        ("markup", "<script>", "no_place"),
    ],
)
def test_refused_locations(defect: str, text: str, reason: str) -> None:
    found = read_location(text)
    assert (found.areas, found.refusal) == ((), reason)
    assert reason in LOCATION_REFUSALS


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = read_location(text)
    assert (found.refusal is None) == bool(found.areas)
    assert set(found.areas) <= set(load_areas())
    assert len({code[:2] for code in found.areas}) <= 1
