"""Cyrillic lines: what is taken from Tesseract's table, and when it goes before rapidocr."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from forensics.pixels.cyrillic import cyrillic_lines, lines_of, version
from forensics.pixels.recognise import TextLine, merged

HEAD = "level page_num block_num par_num line_num word_num left top width height conf text"


def table(*words: tuple[int, int, str, str]) -> str:
    """A table of words: line, left edge, confidence, text."""
    rows = [
        ["5", "1", "1", "1", str(line), "1", str(left), "20", "30", "10", sure, text]
        for line, left, sure, text in words
    ]
    return "\n".join("\t".join(row) for row in [HEAD.split(), *rows]) + "\n"


def test_words_of_a_line_are_joined_with_their_box() -> None:
    (line,) = lines_of(table((1, 10, "90", "Сдаю"), (1, 50, "80.5", "комнату"), (1, 0, "-1", " ")))
    assert line.text == "Сдаю комнату"
    assert line.score_ppm == 852_500
    assert line.box_px == (10, 20, 80, 30)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([(1, 0, "95", "Coffee")], id="no Cyrillic letter"),
        pytest.param([(1, 0, "95", "ОР 12")], id="too few"),
        pytest.param([(1, 0, "40", "Автосервис")], id="guessed"),
        pytest.param([], id="nothing"),
    ],
)
def test_what_is_no_cyrillic_line_is_left(words: list[tuple[int, int, str, str]]) -> None:
    assert list(lines_of(table(*words))) == []
    assert list(lines_of("")) == []


def at(text: str, left: int = 0, engine: str = "rapidocr") -> TextLine:
    return TextLine(text, 900_000, (left, 0, left + 100_000, 50_000), engine)


def test_the_longer_reading_of_a_place_counts() -> None:
    russian = at("ул. Ленина, дом 14", engine="tesseract")
    assert merged([at(". ,  14")], [russian]) == [russian]
    whole = at("Lenina street, house 14")
    assert merged([whole], [russian]) == [whole], "the other reading has as many letters"
    han = at("盐城")
    assert merged([han], [russian]) == [han], "Han is never given up"
    beside = at("14", left=500_000)
    assert merged([beside], [russian]) == [beside, russian], "another place"
    assert merged([], []) == []


@pytest.mark.skipif(version() is None, reason="Tesseract with Russian is not installed")
def test_the_program_reads_cyrillic() -> None:
    picture = Image.new("RGB", (700, 120), "white")
    text = "Автосервис Рассвет"
    try:
        font = ImageFont.truetype("NotoSansCJK-Regular.ttc", 48)
    except OSError:
        pytest.skip("no font with Cyrillic letters")
    ImageDraw.Draw(picture).text((30, 30), text, fill="black", font=font)
    assert [line.text for line in cyrillic_lines(picture)] == [text]
