"""Text in pictures: said when the extra is missing, read offline where it is installed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from forensics.errors import ReadError
from forensics.model import Refusal
from forensics.pixels import ImageFile, recognise
from forensics.pixels.ocr import read_text, read_texts

needs_ocr = pytest.mark.skipif(
    bool(recognise.missing_packages()), reason="the extra ocr is not installed"
)


def written(folder: Path, text: str) -> ImageFile:
    picture = Image.new("RGB", (700, 200), "white")
    ImageDraw.Draw(picture).text((40, 110), text, fill="black", font=ImageFont.load_default(36))
    path = folder / "text.png"
    picture.save(path)
    return ImageFile("a" * 64, path)


def test_a_missing_extra_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognise, "PACKAGES", ("nosuchpackage", "json"))
    with pytest.raises(ReadError) as missing:
        read_text(tmp_path / "a.png")
    line = missing.value.line()
    assert line == ("reading text in pictures needs nosuchpackage; install gnomon-forensics[ocr]")
    with pytest.raises(ReadError):
        read_texts([])


def test_asking_for_the_extra_imports_nothing() -> None:
    code = (
        "import sys; from forensics.pixels.recognise import missing_packages;"
        " missing_packages(); print('onnxruntime' in sys.modules, 'rapidocr' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@needs_ocr
def test_lines_come_with_boxes_and_scores(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    file = written(tmp_path, "Pottery class 10:42")
    ((name, lines),) = read_texts([file], progress=lambda *step: told.append(step), total=1)
    assert name == file.sha256
    assert not isinstance(lines, Refusal)
    (line,) = lines
    assert line.text.replace(" ", "") == "Potteryclass10:42"
    assert line.score_ppm > 800_000
    left, top, right, bottom = line.box_ppm
    assert 0 < left < 100_000 < right < 900_000
    assert 450_000 < top < bottom < 850_000
    assert told == [("text in pictures", 1, 1)]


@needs_ocr
def test_a_picture_without_text_has_no_lines(tmp_path: Path, scene: Callable) -> None:
    path = tmp_path / "plain.png"
    Image.new("RGB", (300, 200), "grey").save(path)
    assert read_text(path) == ()


@needs_ocr
def test_a_broken_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"\xff\xd8\xff")
    found = read_text(path)
    assert isinstance(found, Refusal)
    assert found.reason == "damaged"


@needs_ocr
def test_chinese_is_read(tmp_path: Path) -> None:
    try:
        font = ImageFont.truetype("NotoSansCJK-Regular.ttc", 40)
    except OSError:
        pytest.skip("no font with Chinese characters")
    wanted = ["欢迎来到盐城", "苏ICP备12345678号-1"]
    picture = Image.new("RGB", (700, 200), "white")
    for at, text in enumerate(wanted):
        ImageDraw.Draw(picture).text((40, 20 + 90 * at), text, fill="black", font=font)
    picture.save(tmp_path / "sign.png")
    lines = read_text(tmp_path / "sign.png")
    assert not isinstance(lines, Refusal)
    assert [line.text for line in lines] == wanted


WATCHED = """
import sys
from pathlib import Path
calls = []
sys.addaudithook(lambda event, args: calls.append(event) if event.startswith("socket.") else None)
from forensics.pixels.limits import Limits
from forensics.pixels.recognise import recognise
lines = recognise(Path(sys.argv[1]), Limits())
print(len(lines), [c for c in calls if c in {"socket.connect", "socket.getaddrinfo"}])
"""


@needs_ocr
def test_reading_text_opens_no_connection(tmp_path: Path) -> None:
    file = written(tmp_path, "Tea stall")
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, file.path], capture_output=True, text=True, check=False
    )
    assert done.stdout.split("\n")[-2] == "1 []", done.stderr[-500:]


def test_the_pipeline_reads_refuses_and_remembers(
    stand_in_ocr: Callable[..., Path], tmp_path: Path
) -> None:
    """With an engine that cannot be wrong: lines, a picture that kills its worker, the cache."""
    files = [
        ImageFile("a" * 64, stand_in_ocr(tmp_path / "a.png", "one  line\nand \x07another")),
        ImageFile("b" * 64, stand_in_ocr(tmp_path / "b.png", "abort")),
        ImageFile("c" * 64, stand_in_ocr(tmp_path / "c.png", "")),
    ]
    cache = tmp_path / "cache.sqlite"
    (_, lines), (_, refused), (_, empty) = read_texts(files, cache=cache)
    assert not isinstance(lines, Refusal)
    assert [line.text for line in lines] == ["one line", "and another"]
    assert lines[0].box_ppm == (50_000, 100_000, 450_000, 180_000)
    assert (lines[0].score_ppm, lines[0].engine) == (900_000, "rapidocr")
    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.where) == ("damaged", "pixels")
    assert empty == ()
    for file in files:
        file.path.unlink()
    again = dict(read_texts(files, cache=cache))
    assert again["a" * 64] == lines
    assert again["c" * 64] == ()
    gone = again["b" * 64]
    assert isinstance(gone, Refusal)
    assert gone.reason == "not_a_file", (
        "that a worker died is not kept: it may have been the memory"
    )
