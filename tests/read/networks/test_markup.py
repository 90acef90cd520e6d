"""Text of posts that are written in HTML: the quick way says what the parser says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.read.networks import markup

PIECES = st.sampled_from(
    ["<p>", "</p>", "<br>", "<br />", "<br/>", '<a href="https://x.example/?a=1">', "</a>",
     '<span class="h">', "</span>", "word", " ", "\n", "&amp;", "&lt;", "&#39;", "&nbsp;", "&", ">",
     "<", "<!-- x -->", "<li>", "<script>", '<a title="a>b">', "你好", "<P>", "<pre>", "&amp;lt;"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=8))
def test_both_ways_agree(pieces: list[str]) -> None:
    html = "".join(pieces)
    found = markup.plain_text(html)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markup, "_SIMPLE", markup.re.compile(r"(?!)"))
        assert found == markup.plain_text(html)


def test_paragraphs_and_links() -> None:
    html = '<p>Hello &amp; <a href="x">good</a></p><p>day<br>now</p>'
    assert markup.plain_text(html) == "Hello & good\nday\nnow"
