"""How fast the report and the map of a large case open. `python benchmarks/report_page.py [CLUES]`.

The demonstration case is run, and the clues and groups of its first unit are repeated until there
are as many as asked for (1,000); the map gets 10,000 images with positions. Headless Chromium, with
no network interface where that is possible, opens both on a real clock and measures. Printed:
size, time to write, first paint, and the time of a click on a leave-out box with the layout after
it; on the map, of a step of a hundredth of the period, as Play makes them. A page of twelve groups
and one of a group for every fifth clue are measured: above twelve, the table turns into one for
each hypothesis.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from forensics.job.run import run
from forensics.job.settings import RunSettings
from forensics.model import Image, ImageTime, Instant, Position
from forensics.show import write_map, write_report
from forensics.show.view import Boundaries, ReportView

DEMO = Path(__file__).resolve().parents[1] / "fixtures" / "demo"
CLUES, POINTS = 1_000, 10_000
MANY_GROUPS_OF = 5
FIRST_US = 1_740_960_000_000_000
WAIT_S = 6
LEAVE_OUT = """
var boxes = [].slice.call(document.querySelectorAll("[data-box]")).slice(0, 12);
var took = boxes.map(function (box) {
  var from = performance.now();
  box.click();
  document.body.offsetHeight;
  return performance.now() - from;
});
return {took: took, boxes: document.querySelectorAll("[data-box]").length};
"""
SLIDE = """
var knob = document.getElementById("when"), took = [];
knob.value = 905;
gnomon.now();
[900, 910, 920, 930, 920, 910, 900, 890].forEach(function (at) {
  var from = performance.now();
  knob.value = at;
  knob.dispatchEvent(new Event("input"));
  gnomon.now();
  document.body.offsetHeight;
  took.push(performance.now() - from);
});
return {took: took, boxes: gnomon.dots.getLayers().length};
"""


def demo_view(folder: Path) -> tuple[ReportView, Boundaries]:
    """The demonstration case as values, before anything is multiplied."""
    kept: list[tuple[ReportView, Boundaries]] = []

    def keep(view: ReportView, outlines: Boundaries, path: Path) -> Path:
        kept.append((view, outlines))
        return write_map(view, outlines, path)

    files = [DEMO / "western.csv", DEMO / "weibo.ndjson", DEMO / "photos"]
    settings = RunSettings(question="Where?", by="crew")
    with patch("forensics.job.run.write_map", keep):
        run(files, folder, settings, now=lambda: "2025-01-01T00:00:00Z")
    return kept[0]


def multiplied(view: ReportView, clues: int, groups: int) -> ReportView:
    """The view with that many clues and groups in its first unit."""
    unit = view.units[0]
    judged = unit.assessment
    known = judged.groups
    columns = tuple(replace(known[n % len(known)], id=f"G{n + 1}") for n in range(groups))
    weights = tuple(
        replace(weight, group=column.id, mdb=weight.mdb // 10)
        for n, column in enumerate(columns)
        for weight in judged.weights
        if weight.group == known[n % len(known)].id
    )
    many = tuple(
        replace(unit.clues[n % len(unit.clues)], number=f"C{n + 1}", group=columns[n % groups].id)
        for n in range(clues)
    )
    assessment = replace(judged, groups=columns, weights=weights)
    rest = tuple(replace(other, clues=()) for other in view.units[1:])
    return replace(view, units=(replace(unit, assessment=assessment, clues=many), *rest))


def with_points(view: ReportView, points: int) -> ReportView:
    """The view with that many dated images of its first unit, on a grid."""
    images = []
    for n in range(points):
        row, column = divmod(n, 100)
        at = Instant(FIRST_US + n * 3_600_000_000, "platform_utc", "camera")
        where = Position(28_000_000 + column * 50_123, 105_000_000 + row * 90_457, 50, "exif")
        time_ = ImageTime("exif_original", "camera", None, at)
        name = view.units[0].accounts[n % len(view.units[0].accounts)]
        images.append(Image(f"{n:064x}", f"p{n}.jpg", "jpeg", (time_,), (where,), accounts=(name,)))
    return replace(view, images=tuple(images))


class Chromium:
    """A headless browser that is spoken to over two pipes, on a real clock."""

    def __init__(self, profile: str) -> None:
        take, self._write = os.pipe()
        self._read, give = os.pipe()
        # the browser reads its pipe at 3 and writes to 4
        shell = 'exec 3<&"$0" 4>&"$1"; shift; exec "$@"'
        self._run = subprocess.Popen(
            ["bash", "-c", shell, str(take), str(give), *_alone(), _chromium(),
             "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--remote-debugging-pipe", f"--user-data-dir={profile}", "--window-size=1440,1000",
             "about:blank"],
            pass_fds=(take, give), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(take)
        os.close(give)
        self._number, self._rest = 0, b""

    def ask(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """The answer to one message."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            told = json.loads(self._message())
            if told.get("id") == self._number:
                if "error" in told:
                    sys.exit(f"Chromium: {told['error']}")
                return dict(told["result"])

    def _message(self) -> bytes:
        while b"\0" not in self._rest:
            more = os.read(self._read, 65_536)
            if not more:
                sys.exit("Chromium ended")
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        return message

    def close(self) -> None:
        """End the browser."""
        self.ask("Browser.close")
        self._run.wait(timeout=30)
        os.close(self._write)
        os.close(self._read)


def measured(page: Path, script: str) -> dict[str, Any]:
    """What Chromium measured: first paint in ms, and what the script gives back."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Chromium(profile)
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.ask("Page.navigate", session, url=page.as_uri())
        time.sleep(WAIT_S)
        code = (
            "(function () { var paint = performance.getEntriesByName('first-contentful-paint')[0];"
            f"var said = (function () {{ {script} }})();"
            "said.paint = paint ? paint.startTime : null; return JSON.stringify(said); })()"
        )
        said = browser.ask("Runtime.evaluate", session, expression=code)
        browser.close()
    if "exceptionDetails" in said:
        sys.exit(f"the page failed: {said['exceptionDetails']}")
    return dict(json.loads(said["result"]["value"]))


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    sys.exit("no Chromium here: nothing can be measured")


def _alone() -> tuple[str, ...]:
    if os.geteuid() or shutil.which("unshare") is None:
        return ()
    free = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    return () if free.returncode else ("unshare", "-n")


def line(name: str, write: Callable[[], Path], script: str, what: str) -> None:
    """Write a page, measure it, print one line."""
    started = time.perf_counter()
    page = write()
    took = time.perf_counter() - started
    seen = measured(page, script)
    each = sorted(seen["took"]) or [0.0]
    paint = "no paint seen" if seen["paint"] is None else f"first paint {seen['paint']:.0f} ms"
    print(
        f"{name}: {page.stat().st_size / 1e6:.2f} MB, written in {took:.1f} s, {paint}; {what} of "
        f"{seen['boxes']:,}: {each[len(each) // 2]:.1f} ms, longest {each[-1]:.1f} ms"
    )


def main(clues: int) -> None:
    """Measure the report with few and with many groups, and the map."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        view, outlines = demo_view(folder / "demo")
        for groups in (12, max(12, clues // MANY_GROUPS_OF)):
            large = multiplied(view, clues, groups)
            line(
                f"report, {clues:,} clues in {groups:,} groups",
                lambda large=large: write_report(large, folder / "report.html", outlines),  # type: ignore[misc]
                LEAVE_OUT,
                "a click on one box",
            )
        dotted = with_points(view, POINTS)
        line(
            f"map, {POINTS:,} positions",
            lambda: write_map(dotted, outlines, folder / "map.html"),
            SLIDE,
            "a step of Play, dots",
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CLUES)
