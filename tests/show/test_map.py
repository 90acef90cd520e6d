"""The interactive map: folium without a network and without trust."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import branca.element
import folium
import pytest

from forensics.errors import ShowError
from forensics.model import AreaLikelihood, KindLikelihood
from forensics.show import map as show_map
from forensics.show import write_map
from forensics.show.map import EvidenceLayer, map_page, vendored
from forensics.show.mapdata import UNITS_ON_MAP, countries_in_detail, map_data
from forensics.show.outline import Shapes
from forensics.show.view import Boundaries, ReportView

SHOW = Path(show_map.__file__).parent
BLOCK = re.compile(r'<script type="application/json" id="gnomon-data">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def page(view: ReportView, boundaries: Boundaries) -> str:
    return map_page(view, boundaries)


def test_same_input_same_bytes(
    view: ReportView, boundaries: Boundaries, page: str, tmp_path: Path
) -> None:
    path = write_map(view, boundaries, tmp_path / "map.html")
    assert path.read_text(encoding="utf-8") == page


def test_input_is_left_as_it_was(view: ReportView, boundaries: Boundaries) -> None:
    before = json.dumps(boundaries.countries)
    map_page(view, boundaries)
    assert json.dumps(boundaries.countries) == before


def test_nothing_loads(page: str, dom: Callable) -> None:
    parsed = dom(page)
    for node in parsed.nodes:
        assert not {"src", "srcset", "style", "action"} & set(node.attrs)
        assert not any(name.startswith("on") for name in node.attrs)
        assert node.attrs.get("href", "#").startswith("#")
        assert node.tag not in {"link", "iframe", "img"}
    assert parsed.all("html")[0].attrs["lang"] == "en"
    assert len(parsed.all("h1")) == 1
    head = page.partition("<head>")[2]
    assert head.startswith('<meta charset="utf-8"><meta http-equiv="Content-Security-Policy"')
    assert "unsafe" not in head[:2_000]
    assert "user-scalable" not in page


def test_notices_travel_along(page: str, dom: Callable) -> None:
    text = dom(page).all("aside")[0].text
    for words in ("Volodymyr Agafonkin", "David Leaver", "Vladimir Agafonkin"):
        assert words in text
    assert "Boundaries are not an opinion on status" in text


def test_size_of_a_usual_map(page: str) -> None:
    assert len(page.encode()) < 1_000_000


def test_layers_come_from_the_closed_list(page: str) -> None:
    keys = re.findall(r'gnomon\.layer\(\s*"(\w+)"', page)
    assert keys == [key for key, _, _ in show_map.LAYERS]
    with pytest.raises(ShowError, match="no layer"):
        EvidenceLayer("{{ 1 }}")


def test_areas_stay_areas(view: ReportView, boundaries: Boundaries) -> None:
    data = map_data(view, Shapes(boundaries))
    unit, other = data["units"]
    clues = {clue["number"]: clue for clue in unit["clues"]}
    assert clues["C2"]["areas"] == ["CN-JS"]
    assert clues["C2"]["spot"] is None, "no pin for an area"
    assert clues["C3"]["spot"] == {
        "lat": "33.352",
        "lon": "120.163",
        "radius_m": 1_200,
        "text": "33.352, 120.163 ± 1,200 m",
    }
    assert clues["C5"]["areas"] == ["CN-JS"]
    assert clues["C5"]["remark"] == "CN-JS.3209 has no outline here; CN-JS is drawn"
    assert clues["C1"]["remark"] == "about time zones: no outline is drawn"
    assert clues["C6"]["subject"]
    assert clues["C6"]["weight"] == "not weighed"
    assert unit["assessed"] == ["CN-JS"]
    assert unit["claimed"] == ["US"]
    assert [photo["name"] for photo in unit["photos"]] == ["photos/IMG_2031.jpg"]
    assert other["areas"] == []
    assert other["number"] == "no place named"


def test_claims_without_area_have_no_line(
    view: ReportView, boundaries: Boundaries, with_unit: Callable
) -> None:
    claim = replace(view.units[0].claimed[0], claimed_area=None)
    data = map_data(with_unit(view, claimed=(claim,)), Shapes(boundaries))
    assert data["units"][0]["claims"][0]["line"] is None
    assert data["units"][0]["claimed"] == []


def test_area_without_any_outline_is_said(
    view: ReportView, boundaries: Boundaries, with_unit: Callable
) -> None:
    item = view.units[0].clues[1]
    odd = (
        replace(item.clue, likelihood=AreaLikelihood(("CN-JS", "CN-JS.1", "ZZ-1"), 1)),
        replace(item.clue, likelihood=KindLikelihood({"scheduler": 1})),
    )
    views = tuple(replace(item, clue=clue) for clue in odd)
    areas, kinds = map_data(with_unit(view, clues=views), Shapes(boundaries))["units"][0]["clues"]
    assert areas["areas"] == ["CN-JS"]
    assert areas["remark"] == "ZZ-1 has no outline here"
    assert kinds["areas"] == []
    assert kinds["remark"].startswith("about who posts")


def test_provinces_only_where_they_matter(view: ReportView, with_unit: Callable) -> None:
    assert countries_in_detail(view) == {"CN"}
    assert countries_in_detail(replace(view, units=view.units[1:])) == frozenset()


def test_units_left_out_are_counted(view: ReportView, boundaries: Boundaries) -> None:
    many = replace(view, units=view.units[1:] * (UNITS_ON_MAP + 7))
    assert map_data(many, Shapes(boundaries))["left_out"] == 7


# --- nothing untrusted reaches folium -------------------------------------------------------------


def test_canary_stays_in_the_data_block(
    hostile_view: ReportView, boundaries: Boundaries, dom: Callable
) -> None:
    os.environ.pop("GNOMON_CANARY", None)
    page = map_page(hostile_view, boundaries)
    assert "GNOMON_CANARY" not in os.environ, "a string of the case ran as a template"
    (block,) = BLOCK.findall(page)
    assert block.count("canarybird") > 300
    assert "canarybird" not in BLOCK.sub("", page)
    assert not set("<>&\u2028\u2029") & set(block)
    data = json.loads(block)
    assert len(data["units"]) == len(hostile_view.units)
    texts = [unit["name"] for unit in data["units"]]
    assert any("{{ cycler" in text for text in texts), "shown as the text it is"
    assert any("⟨U+202E⟩" in text for text in texts)
    assert len([n for n in dom(page).all("script") if n.attrs.get("type")]) == 1


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"properties": {"code": "{{ 1 }}", "name": "x"}}, "code"),
        ({"geometry": {"type": "Point", "coordinates": [1, 2]}}, "type"),
        ({"geometry": {"type": "Polygon", "coordinates": [[["{{ 1 }}", 2]]]}}, "coordinates"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[True, 2]]]}}, "numbers"),
    ],
)
def test_outlines_that_could_run_are_refused(
    view: ReportView, boundaries: Boundaries, change: dict[str, object], where: str
) -> None:
    feature = {**boundaries.countries["features"][0], **change}
    bad = replace(boundaries, countries={"type": "FeatureCollection", "features": [feature]})
    with pytest.raises(ShowError, match="not a plain area"):
        map_page(view, bad)


def test_names_of_outlines_stay_out_of_the_page(view: ReportView, boundaries: Boundaries) -> None:
    hostile = [
        {**feature, "properties": {**feature["properties"], "name": "{{ canarybird }}"}}
        for feature in boundaries.countries["features"]
    ]
    page = map_page(
        view, replace(boundaries, countries={"features": hostile}, attribution="canarybird </b>")
    )
    assert "canarybird" not in BLOCK.sub("", page)


def test_banned_names_are_not_used() -> None:
    banned = {"Popup", "Tooltip", "DivIcon", "GeoJsonTooltip", "GeoJsonPopup", "TileLayer",
              "Marker", "plugins", "Icon", "Element", "Html", "JavascriptLink"}  # fmt: skip
    for path in sorted(SHOW.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = {getattr(node, "attr", ""), getattr(node, "id", "")}
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names |= {alias.name.rpartition(".")[2] for alias in node.names}
                names |= set((getattr(node, "module", "") or "").split("."))
            used = names & banned
            if path.name == "map.py" and used == {"Element"}:  # as a base class and in annotations
                continue
            if path.name == "printsvg.py" and used == {"Element"}:  # that of xml.etree
                continue
            assert not used, (path.name, used)


def test_element_is_only_a_base_class() -> None:
    tree = ast.parse((SHOW / "map.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not any(getattr(call.func, "attr", "") == "Element" for call in calls)


def test_folium_is_still_built_as_we_rely_on() -> None:
    base = folium.Map(tiles=None)
    figure = base.get_root()
    for part in ("header", "html", "script"):
        assert isinstance(getattr(figure, part), branca.element.Element)
    assert isinstance(figure._id, str)
    assert callable(figure.render)


# --- vendored files -------------------------------------------------------------------------------


def test_vendored_files_are_the_published_ones() -> None:
    """The hashes of the npm packages, as the manifest beside the files states them."""
    manifest = json.loads((SHOW / "vendor" / "MANIFEST.json").read_text(encoding="utf-8"))
    listed = {name: entry["sha256"] for name, entry in manifest["files"].items()}
    assert set(listed) == {*show_map.VENDORED_SCRIPTS, *show_map.VENDORED_STYLES}
    assert listed["leaflet.js"].startswith("db49d009c841f5ca")
    for name, digest in listed.items():
        assert hashlib.sha256((SHOW / "vendor" / name).read_bytes()).hexdigest() == digest


def test_vendored_styles_load_no_image() -> None:
    for name in show_map.VENDORED_STYLES:
        assert "url(" not in vendored(name)
    for name in show_map.VENDORED_SCRIPTS:
        assert "sourceMappingURL" not in vendored(name)


def test_vendored_file_that_ends_its_element_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "bad.js").write_text("x = '</script>'", encoding="utf-8")
    monkeypatch.setattr(show_map, "HERE", tmp_path)
    with pytest.raises(ShowError, match="cannot stand"):
        vendored("bad.js")


def test_folium_without_figure_is_refused(
    view: ReportView, boundaries: Boundaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(show_map.OfflineMap, "get_root", lambda self: self)
    with pytest.raises(ShowError, match="no figure"):
        map_page(view, boundaries)
