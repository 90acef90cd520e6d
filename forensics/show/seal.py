"""Sealing a page: a policy by hash, first in the head, and a refusal of everything that could load.

The policy stops every load and every script or style that was not there when the page was made.
It does not stop navigation, so it is the second wall; the first is that no string of a case ever
becomes markup, script or link (see docs/methods/report.md).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from forensics.errors import ShowError

DATA_TYPE = "application/json"
"""Type of script blocks that are data: browsers never run them, so they need no hash."""
FORBIDDEN_TAGS = frozenset(
    [
        "applet",
        "audio",
        "base",
        "embed",
        "form",
        "frame",
        "frameset",
        "iframe",
        "link",
        "object",
        "portal",
        "source",
        "track",
        "video",
        "foreignobject",
        "animate",
        "set",
    ]
)
LOADING_ATTRIBUTES = frozenset(
    [
        "src",
        "srcset",
        "href",
        "xlink:href",
        "action",
        "formaction",
        "data",
        "poster",
        "background",
        "ping",
        "manifest",
        "cite",
        "longdesc",
        "codebase",
        "classid",
        "archive",
        "profile",
        "usemap",
        "srcdoc",
    ]
)
_CSS_LOADS = re.compile(r"url\(\s*['\"]?(?!data:)|@import|image-set\(|expression\(", re.IGNORECASE)
_HEAD = re.compile(r"<head>", re.IGNORECASE)


def json_block(value: object) -> str:
    """JSON that can stand inside a script element: the one door for data into a page.

    `&`, `<`, `>`, U+2028 and U+2029 are written as escapes, lone surrogates become U+FFFD (one of
    them would make the page unwritable). Keys are sorted, so that equal data give equal bytes.

    Raises:
        ShowError: the value holds something JSON cannot hold (NaN, bytes ...).
    """
    try:
        text = json.dumps(
            value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        )
    except (TypeError, ValueError) as error:
        raise ShowError(f"data cannot be written as JSON ({error})") from error
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for char in "&<>\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


@dataclass
class _Found(HTMLParser):
    """Scripts, styles and everything forbidden in a page."""

    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._inside: list[str] | None = None
        self._parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in FORBIDDEN_TAGS:
            self.faults.append(f"element {tag}")
        if tag == "meta" and values.get("http-equiv", "content-type").lower() != "content-type":
            self.faults.append("meta http-equiv")
        self.faults.extend(_bad_attributes(tag, values))
        if tag == "script" and values.get("type") != DATA_TYPE:
            self._inside = self.scripts
        elif tag == "style":
            self._inside = self.styles

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self.faults.append(f"self-closed {tag}")
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            self._parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"} and self._inside is not None:
            self._inside.append("".join(self._parts))
            self._inside, self._parts = None, []


def _bad_attributes(tag: str, values: dict[str, str]) -> list[str]:
    """What is wrong with the attributes of one element."""
    faults = []
    for name, value in values.items():
        if name == "style" or name.startswith("on"):
            faults.append(f"attribute {name}")
        if name in LOADING_ATTRIBUTES:
            image = tag == "img" and name == "src" and value.startswith("data:image/")
            inside = name in {"href", "xlink:href"} and value.startswith("#")
            if not image and not inside:
                faults.append(f"attribute {name} of {tag}")
        if "url(" in value.lower() and not re.fullmatch(r"url\(#[\w-]+\)", value):
            faults.append(f"url in attribute {name}")
    return faults


def source_hash(text: str) -> str:
    """`'sha256-…'` as a policy names a script or style with exactly these characters."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def seal(page: str, *, scripts: Collection[str], generated: Sequence[re.Pattern[str]] = ()) -> str:
    """The page with a policy that lets only its own scripts and styles run.

    Args:
        page: A whole HTML page with `<head>` and no policy yet.
        scripts: The scripts that may stand in it, exactly.
        generated: Patterns of further scripts, each of which one script must match in order.

    Raises:
        ShowError: the page holds an element, attribute, style or script that must not be there.
    """
    found = _Found()
    found.feed(page)
    found.close()
    faults = list(found.faults)
    faults += ["style that loads" for style in found.styles if _CSS_LOADS.search(style)]
    strange = [script for script in found.scripts if script not in scripts]
    if len(strange) != len(generated) or not all(
        pattern.fullmatch(script) for pattern, script in zip(generated, strange, strict=False)
    ):
        faults.append(f"{len(strange)} scripts that are not ours, {len(generated)} expected")
    if len(_HEAD.findall(page)) != 1 and not faults:
        faults.append("not exactly one <head>")
    if faults:
        raise ShowError(
            f"the page holds what it must not hold: {', '.join(sorted(set(faults)))}",
            todo="this is a defect of the template, or an upgrade of folium; do not publish it",
        )
    return _HEAD.sub(lambda _: "<head>" + _policy(found.scripts, found.styles), page, count=1)


def _policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """The meta elements that must come before everything else."""
    allowed_scripts = " ".join(dict.fromkeys(map(source_hash, scripts))) or "'none'"
    allowed_styles = " ".join(dict.fromkeys(map(source_hash, styles))) or "'none'"
    policy = (
        f"default-src 'none'; script-src {allowed_scripts}; style-src {allowed_styles}; "
        "img-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'"
    )
    return (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="referrer" content="no-referrer">'
    )
