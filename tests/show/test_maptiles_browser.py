"""The base map in Chromium without a network: drawn, enlarged, switched off, and nothing loaded."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from forensics.pixels.tiles.drawing import redrawn
from forensics.pixels.tiles.grid import box_around, wanted
from forensics.show.map import map_page
from forensics.show.maptiles import BaseMap
from forensics.show.view import Boundaries, ReportView

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SPOT = box_around(33_352_000, 120_163_000, 1_200)
"""The position of a clue of the invented case."""
HOSTILE = "<img src=x onerror=alert(1)> Example Maps"

PROBE = """
function tell(v) { var p = document.createElement("pre"); p.id = "probe";
  p.textContent = JSON.stringify(v); document.body.appendChild(p); }
function tiles() {
  return [].slice.call(document.querySelectorAll(".leaflet-tiles-pane canvas[data-tile]"));
}
function look() {
  var all = tiles();
  return {tiles: all.map(function (t) { return t.getAttribute("data-tile"); }),
    colours: all.map(function (t) {
      return [].slice.call(t.getContext("2d").getImageData(t.width - 40, t.height - 40, 1, 1).data);
    }),
    shares: document.querySelector(".leaflet-shares-pane").style.opacity,
    credit: [].slice.call(document.querySelectorAll(".tiles-source")).map(function (n) {
      return n.textContent; }),
    base: (document.getElementById("base") || {}).textContent};
}
addEventListener("load", function () { setTimeout(function () {
  var seen = {start: look()};
  var rows = [].slice.call(document.querySelectorAll("button.go"));
  rows.filter(function (b) { return b.parentNode.textContent.indexOf("±") > 0; })[0].click();
  setTimeout(function () {
    seen.near = look();
    document.querySelector("#switches input").click();
    setTimeout(function () {
      seen.off = look();
      seen.loaded = performance.getEntriesByType("resource").map(function (e) { return e.name; });
      seen.images = document.images.length;
      tell(seen);
    }, 400);
  }, 900);
}, 600); });
"""


@pytest.fixture(scope="module")
def seen(
    browser: Any, view: ReportView, boundaries: Boundaries, draw_tile: Callable[..., bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:  # fmt: skip
    pictures, places = [], {}
    for zoom in (4, 5, 10):
        for column, row in wanted([SPOT], zoom):
            media, data = redrawn(draw_tile(zoom, column, row, "JPEG" if zoom == 4 else "PNG"))
            places[f"{zoom}/{column}/{row}"] = len(pictures)
            pictures.append((media, base64.b64encode(data).decode("ascii")))
    base = BaseMap("streets.mbtiles", HOSTILE, (HOSTILE,), 10, tuple(pictures), places)
    page = map_page(view, boundaries, base)
    digest = base64.b64encode(hashlib.sha256(PROBE.encode()).digest()).decode()
    page = page.replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    folder = tmp_path_factory.mktemp("page")
    path = folder / "map.html"
    path.write_text(page.replace("</body>", f"<script>{PROBE}</script></body>"), encoding="utf-8")
    dom = browser.dom(path, folder / "profile")  # fails on any message in the console
    found = re.search(r'<pre id="probe">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None, "the probe did not run"
    told: dict[str, Any] = json.loads(unescape(found[1]))
    return told


def test_tiles_are_drawn_where_they_belong(seen: dict[str, Any]) -> None:
    start = seen["start"]
    assert start["tiles"]
    for name, colour in zip(start["tiles"], start["colours"], strict=True):
        zoom, column, row = (int(part) for part in re.findall(r"\d+", name)[:3])
        drawn = re.search(r" from (\d+)", name)
        up = zoom - int(drawn[1]) if drawn else 0
        wanted_colour = (60 + 12 * (zoom - up), 120 + (column >> up) % 100, 200 - (row >> up) % 90)
        far = max(abs(a - b) for a, b in zip(colour, wanted_colour, strict=False))
        assert far <= 6, (name, colour, wanted_colour)


def test_a_position_is_shown_with_enlarged_tiles(seen: dict[str, Any]) -> None:
    near = seen["near"]["tiles"]
    assert any(name.endswith(" from 10") for name in near), "the map goes one zoom past the tiles"
    assert seen["near"]["shares"] == "0.15", "among streets shading would cover all"


def test_it_can_be_switched_off(seen: dict[str, Any]) -> None:
    assert seen["start"]["shares"] == "0.5"
    assert seen["off"]["tiles"] == []
    assert seen["off"]["shares"] == "1"
    assert seen["off"]["credit"] == []


def test_words_of_the_file_are_text_and_nothing_is_loaded(seen: dict[str, Any]) -> None:
    assert seen["start"]["credit"] == [f"Base map supplied by the user: {HOSTILE}"]
    assert "supplied by the user, not evidence" in seen["start"]["base"]
    assert seen["loaded"] == []
    assert seen["images"] == 0
