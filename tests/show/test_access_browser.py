"""Can everybody use the pages: axe-core in headless Chromium, light and dark, wide and narrow."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from forensics.show.brief import brief_page
from forensics.show.map import map_page
from forensics.show.page import report_page
from forensics.show.view import Boundaries, ReportView

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
DARK = "--blink-settings=preferredColorScheme=0"
LIGHT = "--blink-settings=preferredColorScheme=1"
ASK = """
function tell(value) {
  var pre = document.createElement("pre");
  pre.id = "probe";
  pre.textContent = JSON.stringify(value);
  document.body.appendChild(pre);
}
addEventListener("load", function () {
  axe.run(document, {resultTypes: ["violations"], preload: false}).then(function (found) {
    tell({
      dark: matchMedia("(prefers-color-scheme: dark)").matches,
      passes: found.passes.length,
      bad: found.violations.map(function (v) {
        return [v.impact, v.id, v.nodes.slice(0, 4).map(function (n) {
          return n.target.join(" ") + ": " + n.failureSummary.slice(0, 200);
        })];
      })
    });
  }, function (error) { tell({error: String(error)}); });
});
"""


def asked(page: str, *scripts: str) -> str:
    """The page with further scripts at its end, allowed by its policy."""
    allowed, added = [], []
    for code in scripts:
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        allowed.append(f"'sha256-{digest}'")
        added.append(f"<script>{code}</script>")
    found = re.search(r"script-src ([^;]*);", page)
    assert found is not None
    before = "" if found[1] == "'none'" else f"{found[1]} "
    policy = f"script-src {before}{' '.join(allowed)};"
    return page.replace(found[0], policy, 1).replace("</body>", f"{''.join(added)}</body>")


def run(browser: Any, tmp_path: Path, page: str, *arguments: str) -> Any:
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    dom = browser._run(["--dump-dom", *arguments], tmp_path / "profile", path)
    found = re.search(r'<pre id="probe">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None, "the probe did not run"
    return json.loads(unescape(found[1]))


@pytest.fixture(scope="module")
def pages(view: ReportView, boundaries: Boundaries) -> dict[str, str]:
    return {
        "report": report_page(view, boundaries),
        "map": map_page(view, boundaries),
        "brief": brief_page(view, boundaries, "en"),
        "brief.zh": brief_page(view, boundaries, "zh"),
    }


@pytest.fixture(scope="module")
def axe() -> str:
    text = AXE.read_text(encoding="utf-8")
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256
    return text


def grave(seen: dict[str, Any]) -> list[Any]:
    return [item for item in seen["bad"] if item[0] in {"serious", "critical"}]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", ["report", "map", "brief", "brief.zh"])
def test_axe_finds_nothing_serious(
    browser: Any, pages: dict[str, str], axe: str, tmp_path: Path, which: str, scheme: str
) -> None:
    colours = DARK if scheme == "dark" else LIGHT
    seen = run(browser, tmp_path, asked(pages[which], axe, ASK), "--window-size=1200,900", colours)
    assert "error" not in seen, seen
    assert seen["dark"] == (scheme == "dark")
    assert seen["passes"] > 10
    assert not grave(seen)


def test_axe_would_see_a_fault(
    browser: Any, pages: dict[str, str], axe: str, tmp_path: Path
) -> None:
    """The control: the same page with a button without a name."""
    broken = pages["brief"].replace("</main>", "<button></button></main>")
    seen = run(browser, tmp_path, asked(broken, axe, ASK), LIGHT)
    assert [item[1] for item in grave(seen)] == ["button-name"]
