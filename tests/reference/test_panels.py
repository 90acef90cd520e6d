"""Panels about accounts and pages: stores, managers, phone countries."""

from __future__ import annotations

import pytest

from forensics.reference.panels import read_managers, read_phone_country, read_store

SENTENCE = "Primary country/region location for people who manage this Page includes"


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("China App Store", ("CN",)),
        ("United States App Store", ("US",)),
        ("Connected via: China App Store", ("CN",)),
        ("Connected via Philippines Android App", ("PH",)),
        ("Nigeria Android App", ("NG",)),
        ("Россия App Store", ("RU",)),
    ],
)
def test_stores(text: str, areas: tuple[str, ...]) -> None:
    assert read_store(text).areas == areas


def test_a_store_of_a_wide_region_names_its_countries() -> None:
    found = read_store("South Asia App Store")
    assert {"IN", "PK", "BD"} <= set(found.areas)
    assert found.note == "a wide region, no country"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("Web", "names_no_place"), ("App Store", "names_no_place"), ("Moon App", "unknown_label")],
)
def test_stores_without_a_place(text: str, reason: str) -> None:
    assert (read_store(text).areas, read_store(text).refusal) == ((), reason)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Vietnam (12), United States (1)", [(("VN",), 12), (("US",), 1)]),
        (f"{SENTENCE}: Korea, South (3), Vietnam (2)", [(("KR",), 3), (("VN",), 2)]),
        ("Ukraine: 4; Moldova: 1", [(("UA",), 4), (("MD",), 1)]),
        ("RU", [(("RU",), 1)]),
        ("Not available (3)", [((), 3)]),
    ],
)
def test_managers(text: str, counts: list[tuple[tuple[str, ...], int]]) -> None:
    assert [(one.reading.areas, one.n) for one in read_managers(text)] == counts


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("+98", ("IR",)),
        ("86", ("CN",)),
        ("7", ("KZ", "RU")),
        ("cn", ("CN",)),
        ("VN", ("VN",)),
        ("Iran", ("IR",)),
        ("999", ()),
        ("", ()),
    ],
)
def test_phone_countries(text: str, areas: tuple[str, ...]) -> None:
    assert read_phone_country(text).areas == areas
