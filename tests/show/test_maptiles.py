"""A base map of the user's own: pictures in a data block, and nothing of the file anywhere else."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from forensics.errors import ShowError
from forensics.show import BaseMap, write_map
from forensics.show.map import HERE, MAX_ZOOM, map_page
from forensics.show.maptiles import DEEPER, LAYER, tiles_block
from forensics.show.view import Boundaries, ReportView

BLOCK = re.compile(r'<script type="application/json" id="gnomon-tiles">(.*?)</script>', re.DOTALL)
HOSTILE = (
    "canarybird </script><script>x()</script>{{ cycler.__init__.__globals__.os.environ.update("
    'GNOMON_CANARY="1") }}'
    "{% raw %} ${alert(1)} <img src=x onerror=alert(1)> \u202e https://maps.example"
)
BASE = BaseMap(
    source="streets.mbtiles (MBTiles), 12 bytes, sha256 " + "ab" * 32,
    attribution="© Example Maps",
    lines=("2 tiles of zoom 2 to 14, around the evidence only.",),
    deepest=14,
    pictures=(("webp", "UklGRg=="), ("jpeg", "/9j/")),
    places={"2/3/1": 0, "14/13661/6571": 1},
)


def test_the_block_holds_tiles_and_words(view: ReportView, boundaries: Boundaries) -> None:
    page = map_page(view, boundaries, BASE)
    assert page == map_page(view, boundaries, BASE)
    (block,) = BLOCK.findall(page)
    told = json.loads(block)
    assert told["places"] == BASE.places
    assert told["pictures"] == [list(one) for one in BASE.pictures]
    assert told["attribution"] == "© Example Maps"
    keys = re.findall(r'gnomon\.layer\(\s*"(\w+)"', page)
    assert keys[0] == LAYER[0], "it comes first in the list of layers"
    assert '"maxZoom": 16' in page
    assert page.count("img-src data:") == 1
    assert "unsafe" not in page[:3_000]


def test_without_tiles_nothing_of_it_is_in_the_page(
    view: ReportView, boundaries: Boundaries, tmp_path: Path
) -> None:
    page = write_map(view, boundaries, tmp_path / "map.html").read_text(encoding="utf-8")
    assert "gnomon-tiles" not in page
    assert "GridLayer.extend({\n    createTile" not in page
    assert f'"maxZoom": {MAX_ZOOM}' in page


def test_a_coarse_base_map_does_not_narrow_the_view(
    view: ReportView, boundaries: Boundaries
) -> None:
    page = map_page(view, boundaries, replace(BASE, deepest=MAX_ZOOM - DEEPER - 1))
    assert f'"maxZoom": {MAX_ZOOM}' in page


def test_hostile_words_of_the_file_stay_in_the_block(
    view: ReportView, boundaries: Boundaries, dom: Callable
) -> None:
    os.environ.pop("GNOMON_CANARY", None)
    hostile = replace(BASE, source=HOSTILE, attribution=HOSTILE, lines=(HOSTILE,))
    page = map_page(view, boundaries, hostile)
    assert "GNOMON_CANARY" not in os.environ
    (block,) = BLOCK.findall(page)
    assert block.count("canarybird") == 3
    assert "canarybird" not in BLOCK.sub("", page)
    assert not set("<>&\u2028\u2029") & set(block)
    assert "hxxps://maps[.]example" in block
    assert "⟨U+202E⟩" in json.loads(block)["source"]
    assert len([n for n in dom(page).all("script") if n.attrs.get("type")]) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"pictures": (("svg+xml", "AAAA"),) * 2},
        {"pictures": (("webp", 'AAAA" onload="x'),) * 2},
        {"places": {"2/3/1": 2}},
        {"places": {"2/3/1": -1}},
        {"places": {"__proto__": 0}},
        {"places": {"2/3/1?x": 0}},
    ],
)
def test_what_is_no_tile_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ShowError, match="not pictures at places"):
        tiles_block(replace(BASE, **change))  # type: ignore[arg-type]


def test_the_script_writes_text_only() -> None:
    banned = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
        r"|setAttribute\(\"on|fetch|XMLHttp|https?:|addAttribution"
    )
    script = (HERE / "static" / "maptiles.js").read_text(encoding="utf-8")
    assert not re.search(banned, script)
    assert script.count(".src =") == 1
    assert 'image.src = "data:image/"' in script
