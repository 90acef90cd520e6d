"""The map of a shadow: nothing loads, nothing untrusted is markup, same input same bytes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from forensics.errors import ShowError
from forensics.show.sunmap import (
    LAYERS,
    Band,
    Circle,
    Spot,
    SunLayer,
    SunView,
    sun_map_page,
    write_sun_map,
)

HOSTILE = "canarybird </script>{{ cycler.__init__ }}<img src=x onerror=alert(1)>\u202e"
BLOCK = re.compile(r'<script type="application/json" id="gnomon-data">(.*?)</script>', re.DOTALL)
SQUARE = [["10.00", "10.00"], ["10.00", "20.00"], ["20.00", "20.00"], ["10.00", "10.00"]]


@pytest.fixture(scope="module")
def view() -> SunView:
    return SunView(
        title="court",
        said=("sun 52.0 ± 2.0° high; 2024-05-09 06:30 UTC",),
        ruled_out="88% of the land",
        cell="0.25 degrees",
        note="By people and by land.",
        bands=(Band(90, "holds 90 %", [[SQUARE]]), Band(50, "holds 50 %", [[SQUARE]])),
        circles=(Circle("sun 52.0° high", True, [SQUARE]),),
        overhead=(Spot("overhead", ["17.51", "81.61"]),),
        points=(Spot("point", ["33.36", "120.16"], 100_000),),
        tested=(Spot("Lagos: ruled out", ["6.45", "3.40"], out=True),),
        countries=({"name": "China", "people": "57.2%", "land": "13.0%"},),
    )


def test_same_input_same_bytes(view: SunView, tmp_path: Path) -> None:
    path = write_sun_map(view, tmp_path / "sun.html")
    assert path.read_text(encoding="utf-8") == sun_map_page(view)


def test_nothing_loads(view: SunView, dom: Callable[..., Any]) -> None:
    page = sun_map_page(view)
    for node in dom(page).nodes:
        assert not {"src", "srcset", "style", "action"} & set(node.attrs)
        assert not any(name.startswith("on") for name in node.attrs)
        assert node.attrs.get("href", "#").startswith("#")
        assert node.tag not in {"link", "iframe", "img"}
    head = page.partition("<head>")[2]
    assert head.startswith('<meta charset="utf-8"><meta http-equiv="Content-Security-Policy"')
    assert "unsafe" not in head[:2_000]
    assert "Volodymyr Agafonkin" in page
    assert len(page.encode()) < 1_200_000


def test_layers_come_from_the_closed_list(view: SunView) -> None:
    keys = re.findall(r'gnomon\.layer\(\s*"(\w+)"', sun_map_page(view))
    assert keys == list(LAYERS)
    with pytest.raises(ShowError, match="no layer"):
        SunLayer("{{ 1 }}")


def test_text_stays_in_the_data_block(view: SunView) -> None:
    os.environ.pop("GNOMON_CANARY", None)
    hostile = replace(
        view,
        title=HOSTILE,
        said=(HOSTILE,),
        tested=(Spot(HOSTILE, ["0.00", "0.00"]),),
        countries=({"name": HOSTILE, "people": "1%", "land": "1%"},),
    )
    page = sun_map_page(hostile)
    (block,) = BLOCK.findall(page)
    assert block.count("canarybird") == 4
    assert "canarybird" not in BLOCK.sub("", page)
    assert not set("<>&") & set(block)
    assert "⟨U+202E⟩" in json.loads(block)["title"]


@pytest.mark.browser
def test_the_page_runs_clean_and_draws(view: SunView, browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(sun_map_page(view), encoding="utf-8")
    dom = str(browser.dom(path, tmp_path / "profile", 1_200))
    assert "<bdi>China</bdi>" in dom
    assert "N ↑" in dom
    assert "leaflet-control-scale-line" in dom
    assert "GeoNames (CC BY 4.0)" in dom
