"""`gnomon image` as its users meet it: lines, JSON, refusals, exit codes."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from PIL import Image as Picture
from PIL.TiffImagePlugin import IFDRational
from typer.testing import CliRunner

from forensics.errors import ReadError, UsageError
from forensics.model import Image, ImageTime, LocalTime
from forensics.verbs.console import printable
from forensics.verbs.image import image, image_record
from forensics.verbs.image_text import WIDTH, image_block, image_line

KEYS = [
    "path",
    "lat",
    "lon",
    "altitude_m",
    "gps_utc",
    "taken_local",
    "taken_offset_min",
    "make",
    "model",
    "body_serial",
    "lens_serial",
    "software",
    "xmp_document_id",
    "xmp_original_document_id",
    "icc_description",
    "thumbnail_bytes",
    "refused",
]
CLAIMS = [
    "format", "width_px", "height_px", "stripped", "positions", "altitude_mm", "gps", "times",
    "clock", "camera", "documents", "place_names", "hashes", "marks", "credentials",
]  # fmt: skip


def _photo(*, lat: str = "N", offset: str = "", gps: bool = True, make: str = "NIKON") -> bytes:
    exif = Picture.Exif()
    exif[0x010F] = make
    exif[0x0110] = "COOLPIX"
    inner = {0x9003: "2008:10:22 16:28:39"}
    if offset:
        inner[0x9011] = offset
    exif[0x8769] = inner
    if gps:
        exif[0x8825] = {
            1: lat, 2: (IFDRational(43), IFDRational(28), IFDRational(2814, 1000)),
            3: "E", 4: (IFDRational(11), IFDRational(53), IFDRational(6456, 1000)),
            5: b"\1", 6: IFDRational(125, 10),
            7: (IFDRational(14), IFDRational(27), IFDRational(7)), 29: "2008:10:23",
        }  # fmt: skip
    out = io.BytesIO()
    Picture.new("RGB", (32, 24), (1, 2, 3)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def run():
    """Run the verb; gives back (exit code, stdout, stderr, error)."""
    app = typer.Typer()
    app.command()(image)

    def call(*words: str | Path):
        result = CliRunner().invoke(app, [str(word) for word in words])
        return result.exit_code, result.stdout, result.stderr, result.exception

    return call


def test_json_has_exactly_the_documented_keys(run, tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(_photo(offset="+02:00"))
    code, out, err, _ = run(path, "--json")
    assert (code, err) == (0, "")
    record = json.loads(out)
    assert list(record) == KEYS + CLAIMS
    assert {key: record[key] for key in KEYS} == {
        "path": str(path), "lat": 43.467448, "lon": 11.88512700, "altitude_m": -12.5,
        "gps_utc": "2008-10-23T14:27:07Z", "taken_local": "2008-10-22T16:28:39",
        "taken_offset_min": 120, "make": "NIKON", "model": "COOLPIX", "body_serial": None,
        "lens_serial": None, "software": None, "xmp_document_id": None,
        "xmp_original_document_id": None, "icc_description": None, "thumbnail_bytes": None,
        "refused": None,
    }  # fmt: skip


def test_refused_fields_stand_in_the_json(run, tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(_photo(lat="?"))
    record = json.loads(run(path, "--json")[1])
    assert record["lat"] is None
    assert record["refused"] == [{"field": "GPSLatitudeRef", "reason": "no_hemisphere"}]


def test_one_line_an_image_says_when_whose_clock_where_and_device(run, tmp_path):
    for name in ("a.jpg", "b_with_a_rather_long_name_indeed.jpg"):
        (tmp_path / name).write_bytes(_photo(offset="+02:00"))
    code, out, _, _ = run(tmp_path)
    first, second = out.splitlines()
    assert code == 0
    assert first.split() == [
        "a.jpg", "2008-10-22", "16:28", "UTC+2", "camera", "43.47,11.89", "NIKON", "COOLPIX",
    ]  # fmt: skip
    assert "b_with_a_rather_lon…" in second


def test_lines_fit_80_columns_whatever_stands_in_them():
    bare = Image(original="s", name="x.jpg", format="jpeg")
    assert image_line("x.jpg", bare, ()).split() == ["x.jpg", "no", "time", "no", "place", "-"]
    loud = replace(bare, camera={"make": "\x1b[31m" + "M" * 90})
    line = image_line("y" * 90, loud, ())
    assert len(line) <= WIDTH
    assert "\x1b" not in line


def test_text_fits_80_columns_and_names_clocks(run, tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(_photo(offset="+02:00"))
    code, out, _, _ = run(path, "--full")
    assert code == 0
    lines = out.splitlines()
    assert all(len(line) <= WIDTH for line in lines[1:])
    text = " ".join(out.split())
    assert "2008-10-22 16:28:39 UTC+2, by the camera's clock" in text
    assert "2008-10-23T14:27:07Z by the satellites' clock" in text
    assert "43.467448, 11.885127 within 50 m (exif), height -12.5 m" in text
    assert "NIKON COOLPIX" in text
    assert "UTC+2 against the satellites (remainder +92 s: strong)" in text
    assert "UTC+2 as the camera wrote it" in text


def test_folders_are_walked_in_sorted_order_and_others_counted(run, tmp_path):
    for name in ("b/2.jpg", "b/1.jpg", "a/9.jpg", "c.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(_photo())
    (tmp_path / "notes.txt").write_text("not an image")
    (tmp_path / "empty.jpg").write_bytes(b"")
    code, out, err, _ = run(tmp_path, "--json")
    assert code == 0
    names = [str(Path(json.loads(line)["path"]).relative_to(tmp_path)) for line in out.splitlines()]
    assert names == ["a/9.jpg", "b/1.jpg", "b/2.jpg", "c.jpg"]
    assert "notes.txt: no reader knows this format" in err
    assert "not read as images: 2 (1 empty_file, 1 unknown_format)" in err


def test_a_named_file_that_is_no_image_fails_and_the_others_are_shown(run, tmp_path):
    (tmp_path / "a.jpg").write_bytes(_photo())
    (tmp_path / "notes.txt").write_text("not an image")
    code, out, err, _ = run(tmp_path / "a.jpg", tmp_path / "notes.txt", "--json")
    assert code == 1
    assert len(out.splitlines()) == 1
    assert "notes.txt" in err


def test_a_folder_without_images_is_one_clear_line(run, tmp_path):
    (tmp_path / "notes.txt").write_text("not an image")
    code, out, _, error = run(tmp_path)
    assert code == 1
    assert out == ""
    assert isinstance(error, ReadError)
    assert "no images found" in error.line()
    assert "\n" not in error.line()


def test_a_missing_path(run, tmp_path):
    code, _, err, error = run(tmp_path / "missing.jpg")
    assert code == 1
    assert err == ""
    assert isinstance(error, ReadError)
    assert "no such file" in error.line()


def test_control_characters_are_never_printed_raw(run, tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(_photo(make="EVIL\x1b[2J\x07"))
    _, out, _, _ = run(path)
    assert "\x1b" not in out
    assert "\x07" not in out
    assert printable("\x1b") in out
    _, out, _, _ = run(path, "--json")
    assert "\x1b" not in out
    assert json.loads(out)["make"] == "EVIL\x1b[2J\x07"


def test_many_refusals_are_cut_short_but_counted(run, tmp_path):
    (tmp_path / "a.jpg").write_bytes(_photo())
    for number in range(25):
        (tmp_path / f"{number}.txt").write_text("x")
    _, _, err, _ = run(tmp_path)
    assert len(err.splitlines()) == 11
    assert "not read as images: 25 (25 unknown_format)" in err


def test_a_silent_image_says_so():
    text = image_block("x.jpg", Image(original="s", name="x.jpg", format="jpeg"), ())
    assert text.splitlines() == [
        "x.jpg", "  file   JPEG", "  says nothing about time, place or device",
    ]  # fmt: skip


def test_only_the_last_step_of_a_history_is_shown():
    steps = tuple(
        ImageTime("xmp_history", "editor", local=LocalTime(f"2021-08-1{day}T10:00:00", 120))
        for day in range(1, 5)
    )
    found = Image(original="s", name="x", format="png", times=(*steps, ImageTime("odd", "device")))
    text = image_block("x", found, ())
    assert "2021-08-14" in text
    assert "the last of 4" in " ".join(text.split())
    assert "2021-08-13" not in text


def test_south_and_west_are_negative_in_text_and_json():
    from forensics.model import Position

    place = Position(-500_000, -12_000_001, 50, "exif")
    found = Image(original="s", name="x", format="jpeg", positions=(place,))
    assert "-0.500000, -12.000001" in image_block("x", found, ())
    record = image_record("x", found, ())
    assert (record["lat"], record["lon"]) == (-0.5, -12.000001)


def test_provenance_is_checked_only_for_the_card_and_the_json(run, tmp_path, monkeypatch):
    from forensics.job import image_files
    from forensics.read import images

    path = tmp_path / "a.jpg"
    path.write_bytes(_photo())
    signed = Image(original="s", name="a.jpg", format="jpeg", documents={"c2pa": "present"})
    asked = []

    def check(file: Path, container: str) -> images.Credentials:
        asked.append((file, container))
        return images.Credentials("invalid", failures=("hash.mismatch",))

    monkeypatch.setattr(image_files, "read_image", lambda *_: (signed, ()))
    monkeypatch.setattr(images, "read_credentials", check)
    run(path)
    assert asked == []
    assert "hash.mismatch" in run(path, "--full")[1]
    assert json.loads(run(path, "--json")[1])["credentials"]["state"] == "invalid"
    assert asked == [(path, "jpeg")] * 2


def test_a_video_a_drawing_and_a_document_are_named(run, tmp_path):
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    (tmp_path / "c.psd").write_bytes(b"8BPS\0\1" + bytes(6) + b"\0\3" + bytes(12) + bytes(12))
    _, out, _, _ = run(tmp_path, "--full")
    assert [line.split()[1] for line in out.splitlines() if line.startswith("  file")] == [
        "SVG", "PDF", "PSD",
    ]  # fmt: skip


def test_members_of_an_archive_are_named_by_both(run, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("trip/b.jpg", _photo())
        archive.writestr("notes.txt", "words")
    code, out, err, _ = run(tmp_path / "a.zip", "--json")
    assert code == 0
    assert json.loads(out)["path"] == f"{tmp_path}/a.zip!trip/b.jpg"
    assert f"{tmp_path}/a.zip!notes.txt: no reader knows this format" in err


def test_an_archive_that_is_refused_is_an_error(run, tmp_path):
    (tmp_path / "good.jpg").write_bytes(_photo())
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", bytes(1000))
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data[:-10])
    code, out, err, _ = run(tmp_path / "a.zip", tmp_path / "good.jpg")
    assert code == 1
    assert "good.jpg" in out
    assert "the file is damaged" in err


def test_text_stands_below_the_image_and_in_the_json(run, tmp_path, stand_in_ocr):
    path = stand_in_ocr(tmp_path / "a.png", "Pottery class\n电话\x1b[31m")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    _, out, _, _ = run(path, tmp_path / "b.pdf", "--text")
    lines = out.splitlines()
    assert lines[1:3] == ["  text   Pottery class", "         电话[31m"]
    assert lines[-1] == "  text   not read: the container format is not supported"
    record = json.loads(run(path, "--text", "--json")[1])
    assert record["text"][0] == {
        "text": "Pottery class", "score_ppm": 900_000, "box_ppm": [50000, 100000, 450000, 180000],
        "engine": "rapidocr",
    }  # fmt: skip
    assert record["text_refused"] is None
    assert "text" not in json.loads(run(path, "--json")[1])


def test_text_without_the_extra_is_one_line(run, tmp_path, monkeypatch):
    from forensics.pixels import recognise

    (tmp_path / "a.jpg").write_bytes(_photo())
    monkeypatch.setattr(recognise, "PACKAGES", ("nosuchpackage",))
    code, out, _, error = run(tmp_path / "a.jpg", "--text")
    assert (code, out) == (1, "")
    assert isinstance(error, ReadError)
    assert error.todo == "install gnomon-forensics[ocr]"


def test_same_stands_alone(run, tmp_path):
    error = run(tmp_path, "--same", "--full")[3]
    assert isinstance(error, UsageError)
