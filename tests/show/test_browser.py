"""The report and the map in headless Chromium, with no network interface where that is possible.

Results come back through the printed DOM: a probe script is added to a copy of the page, with its
own hash in the policy, and writes what it saw into one element.
"""

from __future__ import annotations

import base64
import hashlib
import http.server
import itertools
import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from forensics import words
from forensics.show.map import map_page
from forensics.show.page import report_page
from forensics.show.view import Boundaries, ReportView

pytestmark = pytest.mark.browser


def probed(page: str, script: str, early: str = "") -> str:
    """The page with a script that runs last (and one that runs first), allowed by the policy."""
    for code in (script, early):
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        page = page.replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    head, policy, rest = page.partition('<meta name="referrer" content="no-referrer">')
    return f"{head}{policy}<script>{early}</script>{rest}<script>{script}</script>"


def result(dom: str) -> Any:
    """What the probe wrote."""
    found = re.search(r'<pre id="probe">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None, "the probe did not run"
    return json.loads(unescape(found[1]))


WRITE = """
function tell(value) {
  var pre = document.createElement("pre");
  pre.id = "probe";
  pre.textContent = JSON.stringify(value);
  document.body.appendChild(pre);
}
"""
LOADED = 'performance.getEntriesByType("resource").map(function (e) { return e.name; })'


def run(browser: Any, tmp_path: Path, page: str, width: int = 1_200) -> str:
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    return str(browser.dom(path, tmp_path / "profile", width))


@pytest.fixture(scope="module")
def report(view: ReportView, boundaries: Boundaries) -> str:
    return report_page(view, boundaries)


def test_report_runs_clean_and_loads_nothing(browser: Any, report: str, tmp_path: Path) -> None:
    script = WRITE + (
        "tell({loaded: " + LOADED + ", scripted: document.documentElement.className,"
        'status: document.querySelector("[data-status]").textContent,'
        'shown: getComputedStyle(document.querySelector("tfoot.js")).display});'
    )
    seen = result(run(browser, tmp_path, probed(report, script)))
    assert seen["loaded"] == []
    assert seen["scripted"] == "scripted"
    assert seen["shown"] == "table-footer-group"
    assert seen["status"].startswith("0 of 5 groups left out. Leader H1, >99 %, ahead of H2 by")
    assert seen["status"].endswith("The leader did not change.")


def test_one_changed_character_stops_the_script(browser: Any, report: str, tmp_path: Path) -> None:
    script = WRITE + "tell(document.documentElement.className);"
    broken = report.replace('"use strict";', '"use strict"; ', 1)
    path = tmp_path / "page.html"
    path.write_text(probed(broken, script), encoding="utf-8")
    with pytest.raises(AssertionError, match="Executing inline script violates"):
        browser.dom(path, tmp_path / "profile")


SUBSETS = """
var box = document.querySelector("[data-leave]");
var boxes = Array.prototype.slice.call(box.querySelectorAll("[data-box]"));
var seen = [];
for (var bits = 0; bits < 1 << boxes.length; bits++) {
  boxes.forEach(function (b, i) { b.checked = !!(bits & 1 << i); });
  boxes[0].dispatchEvent(new Event("change"));
  var outs = Array.prototype.slice.call(box.querySelectorAll("[data-out]"));
  seen.push({
    ppm: outs.map(function (o) { return +o.getAttribute("data-ppm"); }),
    text: outs.map(function (o) { return o.textContent; }),
    status: box.querySelector("[data-status]").textContent,
    struck: box.querySelectorAll("td.left-out").length
  });
}
box.querySelector("[data-all]").click();
var ticked = boxes.map(function (b) { return b.checked; });
var said = Array.prototype.slice.call(box.querySelectorAll("[data-said]"));
said = said.map(function (s) { return s.textContent; });
box.querySelector("[data-none]").click();
tell({seen: seen, all: ticked, said: said, none: boxes.some(function (b) { return b.checked; })});
"""


@pytest.mark.parametrize("wide", [0, 8])
def test_leaving_out_gives_the_numbers_of_python(
    browser: Any, build_view: Callable[..., ReportView], tmp_path: Path, wide: int
) -> None:
    """Every subset of the groups of a small table; both layouts."""
    view = build_view(1, wide=wide)
    a = view.units[0].assessment
    script = WRITE + SUBSETS
    if wide:  # 2^13 subsets would take long: the five groups that differ are enough
        script = script.replace("1 << boxes.length", "1 << 5")
    seen = result(run(browser, tmp_path, probed(report_page(view), script)))
    weights = {(w.group, w.hypothesis): w.mdb for w in a.weights}
    priors = [row.hypothesis.prior_ppm for row in a.rows]
    count = 5 if wide else len(a.groups)
    assert len(seen["seen"]) == 2**count
    for out, got in zip(itertools.product([False, True], repeat=count), seen["seen"], strict=True):
        skip = {group.id for group, left in zip(a.groups, reversed(out), strict=False) if left}
        sums = [
            sum(weights[g.id, row.hypothesis.id] for g in a.groups if g.id not in skip)
            for row in a.rows
        ]
        shares = words.shares_ppm(sums, priors)
        for mine, theirs in zip(shares, got["ppm"], strict=True):
            assert abs(mine - theirs) <= 1
        assert got["text"] == [words.probability_text(ppm) for ppm in got["ppm"]]
        leader = a.rows[max(range(len(shares)), key=lambda i: (shares[i], -i))].hypothesis.id
        assert f"{len(skip)} of {len(a.groups)} groups left out. Leader {leader}," in got["status"]
        assert ("did not change" in got["status"]) == (leader == "H1")
        assert not any(term in got["status"] for term in words.TERMS)
        assert got["struck"] == len(skip) * len(a.rows)
    assert seen["all"] == [g.set_by in {"operator", "unknown"} for g in a.groups]
    if not wide:
        assert seen["said"] == [" left out" if out else "" for out in seen["all"]]
    assert seen["none"] is False


def test_rows_counted_together_are_summed(
    browser: Any, view: ReportView, with_unit: Callable[..., ReportView], tmp_path: Path
) -> None:
    a = view.units[0].assessment
    odd = with_unit(view, assessment=replace(a, claim_rows=("H1", "H2"), claim_label="China (CN)"))
    script = WRITE + (
        'var box = document.querySelector("[data-leave]");'
        'box.querySelector("[data-all]").click();'
        'tell(box.querySelector("[data-status]").textContent);'
    )
    seen = result(run(browser, tmp_path, probed(report_page(odd), script)))
    left = [sum(w.mdb for w in a.weights if (w.group, w.hypothesis) == ("G2", row.hypothesis.id))
            for row in a.rows]  # fmt: skip
    shares = words.shares_ppm(left, [row.hypothesis.prior_ppm for row in a.rows])
    together = words.probability_text(shares[0] + shares[1])
    assert f"rows of the conclusion together {together}. The leader did not change." in seen


@pytest.mark.parametrize("which", ["report", "map", "hostile"])
def test_page_does_not_scroll_sideways_at_320_px(
    browser: Any,
    report: str,
    view: ReportView,
    hostile_view: ReportView,
    boundaries: Boundaries,
    tmp_path: Path,
    which: str,
) -> None:
    """Chromium has no window that narrow; a frame of 320 px lays the page out as one."""
    page = {
        "report": lambda: report,
        "map": lambda: map_page(view, boundaries),
        "hostile": lambda: report_page(hostile_view, boundaries),
    }[which]()
    script = (
        "var d = document.documentElement; parent.postMessage([d.scrollWidth, d.clientWidth], '*');"
    )
    inner = probed(page, f'addEventListener("load", function () {{ {script} }});')
    (tmp_path / "inner.html").write_text(inner, encoding="utf-8")
    outer = (
        '<!DOCTYPE html><meta charset="utf-8"><body><script>' + WRITE + "onmessage = function (e) "
        "{ tell(e.data); };</script>"
        '<iframe width="320" height="600" src="inner.html"></iframe>'
    )
    scroll, client = result(run(browser, tmp_path, outer))
    assert client <= 320
    assert scroll == client


def test_hostile_report_is_inert(
    browser: Any, hostile_view: ReportView, boundaries: Boundaries, tmp_path: Path
) -> None:
    page = report_page(hostile_view, boundaries)
    script = WRITE + (
        "tell({loaded: " + LOADED + ", hit: document.documentElement.dataset.hit || '',"
        "title: document.title.slice(0, 20), images: document.images.length});"
    )
    seen = result(run(browser, tmp_path, probed(page, script)))
    assert seen == {"loaded": [], "hit": "", "title": "canarybird 盐城市 <img ", "images": 0}


RECORDER = """
window.writes = [];
["innerHTML", "outerHTML"].forEach(function (name) {
  var old = Object.getOwnPropertyDescriptor(Element.prototype, name);
  Object.defineProperty(Element.prototype, name, {
    get: old.get, set: function (v) { writes.push(String(v)); return old.set.call(this, v); }
  });
});
var insert = Element.prototype.insertAdjacentHTML;
Element.prototype.insertAdjacentHTML = function (where, v) {
  writes.push(String(v));
  return insert.call(this, where, v);
};
document.write = function (v) { writes.push(String(v)); };
"""
WALK = """
function walk() {
  var choice = document.getElementById("unit"), opened = 0, rows = 0;
  function all(sel) { return Array.prototype.slice.call(document.querySelectorAll(sel)); }
  all(".leaflet-control-layers-overlays input").forEach(function (box) {
    if (!box.checked) box.click();
  });
  for (var i = 0; i < choice.options.length; i++) {
    choice.selectedIndex = i;
    choice.dispatchEvent(new Event("change"));
    all("button.go").forEach(function (b) {
      b.click();
      opened += all(".leaflet-popup-content").some(function (note) {
        var row = document.getElementById(note.querySelector("a").getAttribute("href").slice(1));
        return row && row.contains(b) && note.textContent.indexOf(b.textContent + " ") === 0;
      }) ? 1 : 0;
    });
    rows += document.querySelectorAll("#clues tbody tr").length;
  }
  tell({
    loaded: LOADED, hit: document.documentElement.dataset.hit || "", opened: opened, rows: rows,
    bad: writes.filter(function (w) { return w.indexOf("canarybird") >= 0; }),
    writes: writes.length, title: document.title.slice(0, 15)
  });
}
addEventListener("load", function () { setTimeout(walk, 50); });
""".replace("LOADED", LOADED)


def test_map_runs_clean(
    browser: Any, view: ReportView, boundaries: Boundaries, tmp_path: Path
) -> None:
    page = probed(map_page(view, boundaries), WRITE + WALK, RECORDER)
    seen = result(run(browser, tmp_path, page))
    assert seen["loaded"] == []
    assert seen["opened"] == 4, "C2, C3, C5 and C6 have a place; note and row belong together"
    assert seen["rows"] == 6
    assert seen["title"] == "Map: Where, and"


def test_hostile_map_is_inert(
    browser: Any, hostile_view: ReportView, boundaries: Boundaries, tmp_path: Path
) -> None:
    page = probed(map_page(hostile_view, boundaries), WRITE + WALK, RECORDER)
    seen = result(run(browser, tmp_path, page))
    assert seen["loaded"] == []
    assert seen["hit"] == ""
    assert seen["bad"] == [], "no sink that reads HTML got a string of the case"
    assert seen["opened"] == 4 * len(hostile_view.units)
    assert seen["writes"] > 0, "the recorder was in place"


# --- the policy, with a positive control ----------------------------------------------------------


class Counter(http.server.BaseHTTPRequestHandler):
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def counting() -> Iterator[tuple[str, list[str]]]:
    handler = type("Handler", (Counter,), {"seen": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler.seen
    server.shutdown()
    server.server_close()
    thread.join()


LEAKS = """
var u = "BASE/";
function tryTo(f) { try { f(); } catch (e) { } }
tryTo(function () { fetch(u + "fetch").catch(function () {}); });
tryTo(function () { var x = new XMLHttpRequest(); x.open("GET", u + "xhr"); x.send(); });
tryTo(function () { new Image().src = u + "image"; });
tryTo(function () { new EventSource(u + "events"); });
[
  ["script", "src"], ["iframe", "src"], ["embed", "src"], ["video", "src"], ["link", "href"]
].forEach(function (p) {
  tryTo(function () {
    var e = document.createElement(p[0]);
    e.rel = "stylesheet";
    e[p[1]] = u + p[0];
    document.body.appendChild(e);
  });
});
tryTo(function () { document.body.style.backgroundImage = "url(" + u + "background)"; });
"""


@pytest.mark.parametrize("which", ["report", "map"])
def test_policy_holds_and_the_control_leaks(
    browser: Any,
    report: str,
    view: ReportView,
    boundaries: Boundaries,
    tmp_path: Path,
    counting: tuple[str, list[str]],
    which: str,
) -> None:
    """A script inside the page asks for the network: nothing arrives; without policy much does."""
    address, seen = counting
    page = probed(report if which == "report" else map_page(view, boundaries),
                  LEAKS.replace("BASE", address))  # fmt: skip
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    counts = []
    for name, text in (("bare", bare), ("sealed", page)):
        seen.clear()
        path = tmp_path / f"{name}.html"
        path.write_text(text, encoding="utf-8")
        subprocess.run(
            [browser.command[-1], "--headless=new", "--no-sandbox", "--disable-gpu",
             "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage",
             f"--user-data-dir={tmp_path / name}", "--timeout=1500", "--dump-dom", path.as_uri()],
            capture_output=True, timeout=120, check=True,
        )  # fmt: skip
        counts.append(len(set(seen)))
    assert counts[0] >= 8, "the control must leak, or this test shows nothing"
    assert counts[1] == 0


# --- print ----------------------------------------------------------------------------------------


def test_print_opens_details_and_numbers_pages(
    browser: Any, report: str, view: ReportView, tmp_path: Path
) -> None:
    import shutil

    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here: the printed text was not checked")
    page = tmp_path / "page.html"
    page.write_text(report, encoding="utf-8")
    browser.pdf(page, tmp_path / "profile", tmp_path / "page.pdf")
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode()
    sheets = text.split("\f")[:-1]
    assert len(sheets) > 3
    for number, sheet in enumerate(sheets, start=1):
        assert view.digest in sheet, f"the digest stands on sheet {number}"
        assert f"{number} of {len(sheets)}" in sheet
    plain = " ".join(text.split())
    assert "江苏" in plain, "Han as characters"
    for says in ("Rows this rests on", "Posts per hour of the week", "one login", "Standing tests"):
        assert says.lower() in plain.lower()
    assert "Leave out all" not in plain, "screen only"
