"""Printing of text and numbers: what the reader sees is what is there."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.model import Position
from forensics.show import phrases
from forensics.show.phrases import TEXT_LIMIT, visible

HOSTILE = [
    ("plain Han", "江苏省盐城市", "江苏省盐城市"),
    ("right-to-left override", "a\u202egpj.exe", "a⟨U+202E⟩gpj.exe"),
    ("zero width", "ad\u200bmin", "ad⟨U+200B⟩min"),
    ("line separator", "a\u2028b", "a ⏎ b"),
    ("control character", "bell\x07", "bell⟨U+0007⟩"),
    ("terminal code", "\x1b[31mred", "⟨U+001B⟩[31mred"),
    ("tab", "a\tb", "a b"),
    ("lone surrogate", "x\ud83dy", "x\ufffdy"),
    ("invisible letter", "a\u3164b", "a⟨U+3164⟩b"),
    ("grapheme joiner", "a\u034fb", "a⟨U+034F⟩b"),
    ("tag characters", "a\U000e0041b", "a⟨U+E0041⟩b"),
    ("private use", "\ue000", "⟨U+E000⟩"),
    ("picture form of a heart", "❤\ufe0f", "❤\ufe0f"),
    ("selector after a letter", "a\ufe0f", "a⟨U+FE0F⟩"),
    ("link", "see https://evil.example.org/a.b?c=d", "see hxxps://evil[.]example[.]org/a.b?c=d"),
    ("capital link", "HTTP://EVIL.ORG", "hxxp://EVIL[.]ORG"),
    ("ftp", "ftp://a.b/c", "fxp://a[.]b/c"),
    ("socket", "wss://a.b/c", "wxs://a[.]b/c"),
    ("bare www", "www.evil.org/x", "www[.]evil[.]org/x"),
    ("script scheme", "javascript:alert(1)", "javascript[:]alert(1)"),
    ("data scheme", "data:text/html,x", "data[:]text/html,x"),
    ("file name stays", "posts.csv", "posts.csv"),
]


@pytest.mark.parametrize(("name", "text", "shown"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_hidden_things_are_shown(name: str, text: str, shown: str) -> None:
    assert visible(text) == shown


def test_long_text_is_cut_with_its_length() -> None:
    shown = visible("x" * 100_000)
    assert shown.startswith("x" * TEXT_LIMIT + " … (cut: 500 of 100,000")
    assert len(shown) < TEXT_LIMIT + 60
    assert visible("x" * TEXT_LIMIT) == "x" * TEXT_LIMIT


def test_stacked_marks_are_counted() -> None:
    assert visible("a" + "\u0301" * 300) == "a" + "\u0301" * 4 + "⟨296 more combining marks⟩"
    assert visible("a" + "\u0301" * 6 + "b").endswith("⟨2 more combining marks⟩b")
    assert visible("กุ้ง") == "กุ้ง"


@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_nothing_invisible_is_left(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown, "printing twice must change nothing"
    for before, char in zip(" " + shown, shown, strict=False):
        if char in "\ufe0e\ufe0f":
            assert unicodedata.category(before)[0] in "SN"
            continue
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    shown.encode("utf-8")
    assert "://" not in shown.replace("hxxp", "").lower().partition("http")[2]


@given(
    st.sampled_from(["http", "https", "ftp", "ftps", "ws", "wss"]), st.from_regex(r"[a-z.]{1,20}")
)
def test_no_scheme_survives(scheme: str, rest: str) -> None:
    assert f"{scheme}://" not in visible(f"{scheme}://{rest}")


@pytest.mark.parametrize(
    ("radius_m", "text"),
    [
        (2, "33.35234, 120.16312 ± 2 m"),
        (20, "33.3523, 120.1631 ± 20 m"),
        (200, "33.352, 120.163 ± 200 m"),
        (50, "33.3523, 120.1631 ± 50 m"),
        (1_200, "33.352, 120.163 ± 1,200 m"),
        (12_000, "33.35, 120.16 ± 12,000 m"),
        (120_000, "33.4, 120.2 ± 120,000 m"),
        (1_200_000, "33, 120 ± 1,200,000 m"),
    ],
)
def test_position_is_no_finer_than_its_radius(radius_m: int, text: str) -> None:
    assert phrases.position(Position(33_352_340, 120_163_120, radius_m, "exif")) == text


@given(
    st.integers(1, 3_000_000), st.integers(-90_000_000, 90_000_000),
    st.integers(-180_000_000, 180_000_000),
)  # fmt: skip
def test_printing_moves_a_position_by_less_than_half_its_radius(
    radius_m: int, lat_udeg: int, lon_udeg: int
) -> None:
    where = Position(lat_udeg, lon_udeg, radius_m, "exif")
    lat, lon = phrases.position(where).replace("−", "-").partition(" ±")[0].split(", ")
    off = [abs(float(text) * 1e6 - udeg) for text, udeg in ((lat, lat_udeg), (lon, lon_udeg))]
    assert (off[0] ** 2 + off[1] ** 2) ** 0.5 * 0.11132 <= max(radius_m / 2, 0.1)
    digits = len(lat.partition(".")[2])
    assert 111_320 / 10**digits > radius_m / 20 or digits == 0, "no finer than its radius"


@pytest.mark.parametrize(
    ("lat_udeg", "lon_udeg", "radius_m", "text"),
    [
        (33_351_200, 120_159_800, 10, "33.3512, 120.1598 ± 10 m"),  # as written, no fifth decimal
        (33_351_200, 120_159_810, 10, "33.35120, 120.15981 ± 10 m"),
        (33_360_000, 120_200_000, 50, "33.3600, 120.2000 ± 50 m"),  # these zeros were measured
        (33_350_000, 120_160_000, 1_200, "33.35, 120.16 ± 1,200 m"),
    ],
)
def test_a_decimal_that_nobody_wrote_is_not_printed(
    lat_udeg: int, lon_udeg: int, radius_m: int, text: str
) -> None:
    assert phrases.position(Position(lat_udeg, lon_udeg, radius_m, "exif")) == text


def test_degrees_south_and_west() -> None:
    assert phrases.degrees(-3_266_000, 2) == "−3.27"
    assert phrases.degrees(-300, 2) == "−0.00"


@pytest.mark.parametrize(
    ("ppm", "text"),
    [(0, "0.0 %"), (1, "<0.1 %"), (499, "<0.1 %"), (1_923, "0.2 %"), (1_000_000, "100.0 %")],
)
def test_counted_shares(ppm: int, text: str) -> None:
    assert phrases.share(ppm) == text


def test_small_words() -> None:
    assert phrases.plural(1, "account") == "1 account"
    assert phrases.plural(1_447, "account") == "1,447 accounts"
    assert phrases.plural(2, "country", "countries") == "2 countries"
    assert phrases.size(1) == "1 byte"
    assert phrases.size(412_880) == "412,880 bytes"
    assert phrases.tail("SN0012345678") == "…5678"
    assert phrases.tail("77") == "77"
