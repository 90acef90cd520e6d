"""The time slider of the map, and clues that are marked in the table when chosen on the map."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from forensics.model import (
    Finding,
    Image,
    ImageTime,
    Instant,
    LocalTime,
    PointLikelihood,
    Position,
)
from forensics.show.map import LAYERS, map_page
from forensics.show.view import Boundaries, ReportView
from forensics.weigh.assessment import CredibleSet

pytestmark = pytest.mark.browser
FIRST_US = 1_740_960_000_000_000
"""2025-03-03T00:00:00Z."""


def dated_images(account: str, count: int) -> tuple[Image, ...]:
    """Images on a line across China, one an hour; the last has no time at all."""
    images = []
    for number in range(count):
        at = Instant(FIRST_US + number * 3_600_000_000, "platform_utc", "camera")
        times = (ImageTime("exif_original", "camera", None, at),) if number < count - 1 else ()
        row, column = divmod(number, 100)
        lat_udeg, lon_udeg = 33_000_000 + column * 10_000, 110_000_000 + row * 50_000
        where = Position(lat_udeg, lon_udeg, 50, "exif")
        images.append(Image(f"{number:064x}", f"p{number}.jpg", "jpeg", times, (where,),
                            accounts=(account,)))  # fmt: skip
    return tuple(images)


@pytest.fixture(scope="module")
def dated(view: ReportView, with_unit: Callable[..., ReportView]) -> ReportView:
    unit = view.units[0]
    clues = [
        replace(item, clue=replace(item.clue, valid_from="2025-03-03T00:00:00Z",
                                   valid_to="2025-03-05T00:00:00Z"))
        if item.number == "C2" else item
        for item in unit.clues
    ]  # fmt: skip
    changed = with_unit(view, clues=tuple(clues))
    return replace(changed, images=dated_images(unit.accounts[0], 241))


def probe(browser: Any, tmp_path: Path, page: str, script: str) -> Any:
    code = (
        "function tell(v) { var p = document.createElement('pre'); p.id = 'probe';"
        "p.textContent = JSON.stringify(v); document.body.appendChild(p); }"
        f"addEventListener('load', function () {{ setTimeout(function () {{ {script} }}, 50); }});"
    )
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    page = page.replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    path = tmp_path / "map.html"
    path.write_text(page.replace("</body>", f"<script>{code}</script></body>"), encoding="utf-8")
    dom = browser.dom(path, tmp_path / "profile")
    found = re.search(r'<pre id="probe">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None, "the probe did not run"
    return json.loads(unescape(found[1]))


SLIDE = """
var knob = document.getElementById("when"), span = document.getElementById("span"), seen = [];
var rows = [].slice.call(document.querySelectorAll("#clues tbody tr"));
function look() {
  var said = document.getElementById("shown").textContent;
  seen.push({said: said, dots: gnomon.dots.getLayers().length,
    off: rows.filter(function (r) { return r.classList.contains("off"); }).length,
    text: rows.map(function (r) { return r.querySelector("[data-off]").textContent; }).join("")});
}
function set(at, days, then) {
  knob.value = at; span.value = days;
  knob.dispatchEvent(new Event("input"));
  setTimeout(function () { look(); then(); }, 80);
}
look();
set(500, 0, function () { set(1000, 1, function () { set(0, 0, function () {
  set(1000, 0, function () { tell({hidden: document.getElementById("time").hidden, seen: seen}); });
}); }); });
"""


def test_slider_shows_what_lies_in_the_time(
    browser: Any, dated: ReportView, boundaries: Boundaries, tmp_path: Path
) -> None:
    seen = probe(browser, tmp_path, map_page(dated, boundaries), SLIDE)
    assert seen["hidden"] is False
    start, half, day, first, end = seen["seen"]
    assert start["said"].endswith("241 of 241 images, 6 of 6 clues")
    # 239 hours from first to last: half of them is 119.5, so 120 hours, and the one without a date
    assert half["said"] == "up to 2025-03-07 23:30 UTC: 121 of 241 images, 6 of 6 clues"
    assert half["dots"] == 121
    # the last day holds 25 full hours, both ends counted; the clue ended long before
    assert day["said"] == "1 d to 2025-03-12 23:00 UTC: 26 of 241 images, 5 of 6 clues"
    assert (day["dots"], day["off"]) == (26, 1)
    assert day["text"] == " (outside the time shown)", "said in words, not by colour alone"
    assert first["dots"] == 2
    assert end["dots"] == 241
    assert end["off"] == 0


def test_without_dates_there_is_no_slider(
    browser: Any, dated: ReportView, with_unit: Callable[..., ReportView], boundaries: Boundaries,
    tmp_path: Path,
) -> None:  # fmt: skip
    clues = tuple(
        replace(item, clue=replace(item.clue, valid_from=None, valid_to=None))
        for item in dated.units[0].clues
    )
    bare = replace(with_unit(dated, clues=clues), images=())
    script = 'tell(document.getElementById("time").hidden);'
    assert probe(browser, tmp_path, map_page(bare, boundaries), script) is True


def test_a_clue_chosen_on_the_map_is_marked_in_the_table(
    browser: Any, view: ReportView, boundaries: Boundaries, tmp_path: Path
) -> None:
    script = """
document.querySelector("button.go").click();
var row = document.querySelector("tr.here");
var popup = document.querySelector(".leaflet-popup-content").textContent;
document.querySelectorAll("button.go")[1].click();
var next = document.querySelector("tr.here");
tell({row: row.id, popup: popup, current: next.getAttribute("aria-current"), next: next.id,
  marked: document.querySelectorAll("tr.here, tr[aria-current]").length});
"""
    seen = probe(browser, tmp_path, map_page(view, boundaries), script)
    number = seen["row"].removeprefix("ev-")
    assert seen["popup"].startswith(f"{number} ")
    assert seen["next"] != seen["row"]
    assert seen["current"] == "true"
    assert seen["marked"] == 1


def test_times_of_images_reach_the_page(dated: ReportView, boundaries: Boundaries) -> None:
    page = map_page(dated, boundaries)
    assert '"when":"2025-03-03T00:00:00Z"' in page
    local = ImageTime("exif_original", "camera", LocalTime("2025-03-04T08:00:00"), None)
    one = replace(dated.images[0], times=(local,))
    assert '"when":"2025-03-04T08:00:00Z"' in map_page(replace(dated, images=(one,)), boundaries)


def test_ten_thousand_positions_stay_small(dated: ReportView, boundaries: Boundaries) -> None:
    account = dated.units[0].accounts[0]
    page = map_page(replace(dated, images=dated_images(account, 10_000)), boundaries)
    assert len(page.encode()) < 5_000_000


CHOOSE = """
function box(text) {
  var labels = [].slice.call(document.querySelectorAll("#choices label"));
  return labels.filter(function (l) { return l.textContent.indexOf(text) === 0; })[0].firstChild;
}
function look() {
  return {said: document.getElementById("chosen").textContent,
    off: [].slice.call(document.querySelectorAll("tr.off")).map(function (r) { return r.id; }),
    text: document.querySelector("tr.off [data-off]").textContent};
}
function texts(what) {
  return [].slice.call(document.querySelectorAll(what)).map(function (l) { return l.textContent; });
}
var seen = {fields: texts("legend"),
  switches: document.querySelectorAll("#switches input").length,
  north: document.querySelector(".north").textContent,
  attribution: document.querySelector(".leaflet-control-attribution").textContent};
function click(text, then) { box(text).click(); setTimeout(function () { then(look()); }, 60); }
click("phone", function (kind) { seen.kind = kind; box("phone").click();
click("position", function (rung) { seen.rung = rung; box("position").click();
click("crew 1", function (crew) { seen.crew = crew;
  var shade = document.getElementById("shade");
  seen.shades = [].slice.call(shade.options).map(function (o) { return o.value; });
  shade.value = "set:country";
  shade.dispatchEvent(new Event("change"));
  seen.bands = document.getElementById("bands").textContent;
  tell(seen);
}); }); });
"""


def test_clues_are_chosen_by_kind_rung_and_crew(
    browser: Any, view: ReportView, with_unit: Callable[..., ReportView], boundaries: Boundaries,
    tmp_path: Path,
) -> None:  # fmt: skip
    unit = view.units[0]
    mine, other = unit.accounts[0], unit.accounts[1]
    crews = Finding("crews", "A", "found", "", details={"crews": [{"members": [mine]}]})
    clues = tuple(
        replace(item, clue=replace(
            item.clue, kind="phone" if item.number == "C2" else "label",
            accounts=(mine,) if item.number == "C4" else (mine, other),
        ))
        for item in unit.clues
    )  # fmt: skip
    places = unit.assessment.places
    assert places is not None
    sets = (CredibleSet("country", 800_000, ("CN",), 1, 900_000),)
    judged = replace(unit.assessment, places=replace(places, credible=sets))
    shown = with_unit(view, clues=clues, findings=(crews,), assessment=judged)
    seen = probe(browser, tmp_path, map_page(shown, boundaries), CHOOSE)
    assert seen["fields"] == ["Kind of clue", "Rung the clue bears on", "Carried by"]
    assert seen["switches"] == len(LAYERS), "the list of layers stands beside the map, not on it"
    assert seen["north"] == "N ↑"
    assert "no opinion on status" in seen["attribution"]
    assert seen["kind"]["off"] == ["ev-C2"]
    assert seen["kind"]["text"] == " (left out by the layers)", "said in words"
    assert seen["kind"]["said"].endswith("5 of 6 clues.")
    points = [i.number for i in clues if isinstance(i.clue.likelihood, PointLikelihood)]
    assert seen["rung"]["off"] == [f"ev-{number}" for number in points]
    assert seen["crew"]["off"] == ["ev-C4"], "what others carry too stays"
    assert seen["shades"] == ["finest", "level:country", "level:admin1", "set:country"]
    assert seen["bands"].strip() == "80 %: 1 area"
