"""Names of countries in the languages of interfaces, and wide regions."""

from __future__ import annotations

import hashlib
import json

import pytest

from forensics.reference.pack import DATA
from forensics.reference.places import load_areas
from forensics.reference.regions import read_label
from forensics.reference.territories import territories, territory_names, world_regions


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Россия", "RU"),
        ("Китай", "CN"),
        ("ایران", "IR"),
        ("چین", "CN"),
        ("Việt Nam", "VN"),
        ("Trung Quốc", "CN"),
        ("アメリカ合衆国", "US"),
        ("ベトナム", "VN"),
        ("중국", "CN"),
        ("美國", "US"),
        ("إسرائيل", "IL"),
        ("Deutschland", "DE"),
        ("Türkiye", "TR"),
    ],
)
def test_labels_in_the_language_of_the_reader(name: str, code: str) -> None:
    assert territories(name) == (code,)
    assert read_label(name).areas == (code,)
    assert read_label(f"Account based in {name}").areas == (code,)


def test_every_name_means_known_countries() -> None:
    known = {area.code for area in load_areas().values() if area.level == "country"}
    named = territory_names()
    assert len(named) > 12_000
    assert {code for codes in named.values() for code in codes} <= known
    assert len({code for codes in named.values() for code in codes}) > 230
    assert territories("kongo") == ("CD", "CG")
    assert territories("Atlantis") == ()


def test_regions_hold_known_countries_in_order() -> None:
    known = load_areas()
    for name, codes in world_regions().items():
        assert name == name.casefold()
        assert list(codes) == sorted(set(codes)), name
        assert all(known[code].level == "country" for code in codes), name
    assert "IN" in read_label("South Asia").areas
    assert read_label("South Asia").note == "a wide region, no country"


def test_the_table_is_the_one_its_file_describes() -> None:
    about = json.loads((DATA / "territory_names.json").read_text(encoding="utf-8"))
    packed = (DATA / about["file"]).read_bytes()
    assert hashlib.sha256(packed).hexdigest() == about["sha256"]
    assert (DATA / about["licence_file"]).is_file()
