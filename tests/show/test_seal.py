"""The seal: what may stand in a page, and the policy that holds the rest back."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.errors import ShowError
from forensics.show.seal import json_block, seal

SCRIPT = "var a = 1;"
PAGE = (
    "<!DOCTYPE html><html><head><style>p{}</style></head><body>{}<script>%s</script></body></html>"
)


def page(body: str = "", script: str = SCRIPT) -> str:
    return (PAGE % script).replace("{}</style>", "</style>").replace("{}", body)


def test_policy_comes_first_and_names_the_hashes() -> None:
    sealed = seal(page("<p>x</p>"), scripts={SCRIPT})
    head = sealed.partition("<head>")[2]
    assert head.startswith('<meta charset="utf-8"><meta http-equiv="Content-Security-Policy"')
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in head
    assert "unsafe" not in head
    assert "default-src 'none'" in head
    assert head.index("no-referrer") < head.index("<style>")


@pytest.mark.parametrize(
    "body",
    [
        '<img src="x.png">',
        '<img src="data:text/html,x">',
        '<a href="https:&#47;&#47;x">x</a>',
        '<a href="javascript:x">x</a>',
        '<p style="color:red">x</p>',
        '<p onclick="x()">x</p>',
        "<iframe></iframe>",
        "<base>",
        '<link rel="preload">',
        '<form action="x"></form>',
        '<object data="x"></object>',
        '<svg><use xlink:href="x#y"></use></svg>',
        '<svg><rect fill="url(http://x)"/></svg>',
        "<svg><foreignObject></foreignObject></svg>",
        '<meta http-equiv="refresh" content="0">',
        "<script/>",
        "<style>@import 'x';</style>",
        "<style>p{background:url(x.png)}</style>",
        "<script>var b;</script>",
        "<video></video>",
        '<body background="x">',
    ],
)
def test_what_loads_or_runs_is_refused(body: str) -> None:
    with pytest.raises(ShowError, match="must not hold"):
        seal(page(body), scripts={SCRIPT})


@pytest.mark.parametrize(
    "body",
    [
        '<img src="data:image/png;base64,AA==" alt="">',
        '<a href="#c1">x</a>',
        '<svg><rect fill="url(#h)"/></svg>',
        '<script type="application/json">{"a":1}</script>',
        "<style>p{background:url(data:image/png;base64,AA==)}</style>",
        '<meta name="viewport" content="x">',
    ],
)
def test_what_stays_inside_passes(body: str) -> None:
    assert body in seal(page(body), scripts={SCRIPT})


def test_generated_scripts_must_match_in_order() -> None:
    body = "<script>var map_1 = 2;</script>"
    assert seal(page(body), scripts={SCRIPT}, generated=[re.compile(r"var map_\d = 2;")])
    with pytest.raises(ShowError):
        seal(page(body), scripts={SCRIPT}, generated=[re.compile("something else")])
    with pytest.raises(ShowError, match="0 scripts"):
        seal(page(), scripts={SCRIPT}, generated=[re.compile("x")])


def test_a_changed_script_is_refused() -> None:
    with pytest.raises(ShowError):
        seal(page(script=SCRIPT + " "), scripts={SCRIPT})


def test_a_page_needs_one_head() -> None:
    with pytest.raises(ShowError, match="head"):
        seal("<p>x</p>", scripts=set())


def test_a_page_without_script_allows_none() -> None:
    assert "script-src 'none'; style-src 'none'" in seal("<head></head>", scripts=set())


@given(st.text(alphabet=st.characters(codec=None)))
def test_json_block_is_inert_and_true(text: str) -> None:
    block = json_block({"x": text, "key " + text: [1, None, True]})
    assert not set(block) & set("<>&\u2028\u2029")
    block.encode("utf-8")
    clean = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert json.loads(block)["x"] == clean


def test_json_block_refuses_what_json_cannot_hold() -> None:
    for value in (float("nan"), {"x": b"bytes"}, {("a",): 1}):
        with pytest.raises(ShowError, match="JSON"):
            json_block(value)


def test_json_block_has_one_spelling() -> None:
    assert json_block({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
