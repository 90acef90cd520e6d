"""Decoding: what is refused and why, and that a picture is seen as a viewer sees it."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from forensics.model import REFUSAL_REASONS
from forensics.pixels.decode import NotDecodedError, decode, decoder, open_checked
from forensics.pixels.limits import Limits
from forensics.pixels.picture import look
from forensics.pixels.worker import answer

LIMITS = Limits()


def saved(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, format=kind, **options)
    return out.getvalue()


def png(width: int, height: int, body: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def jpeg_claiming(width: int, height: int, scene: Image.Image) -> bytes:
    data = bytearray(saved(scene, "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def gif(width: int, height: int) -> bytes:
    return (
        b"GIF89a"
        + struct.pack("<HH", width, height)
        + b"\0\0\0,\0\0\0\0"
        + struct.pack("<HH", width, height)
        + b"\0\x02\0;"
    )


def reason(path: Path, limits: Limits = LIMITS) -> tuple[str, str]:
    with pytest.raises(NotDecodedError) as refused:
        decode(path, limits)
    assert refused.value.reason in REFUSAL_REASONS
    return refused.value.reason, refused.value.raw


def test_a_bomb_is_refused_from_its_header(tmp_path: Path, scene, monkeypatch) -> None:
    def never(*_args: object) -> None:
        pytest.fail("a pixel was decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", never)
    bombs = {
        "bomb.png": png(50_000, 50_000, zlib.compress(bytes(100_000))),
        "bomb.jpg": jpeg_claiming(50_000, 50_000, scene(1)),
        "bomb.gif": gif(50_000, 50_000),
        "wide.png": png(2_000_000_000, 1),
    }
    for name, data in bombs.items():
        path = tmp_path / name
        path.write_bytes(data)
        why, raw = reason(path)
        assert why == "too_large", name
        assert " x " in raw


def test_a_large_jpeg_is_decoded_in_part_and_a_large_png_is_not(tmp_path: Path, scene) -> None:
    small = Limits(full_pixels=100_000)
    photo, drawing = tmp_path / "a.jpg", tmp_path / "a.png"
    photo.write_bytes(saved(scene(1), "JPEG"))
    drawing.write_bytes(saved(scene(1)))
    picture, whole = decode(photo, small)
    assert not whole
    assert picture.size == (320, 240)
    assert look(photo, "", small).pixels_sha256 is None
    assert reason(drawing, small) == ("too_large", "640 x 480")
    assert decode(photo, LIMITS)[1]


def test_what_is_no_picture_is_refused_by_name(tmp_path: Path, scene) -> None:
    whole = saved(scene(1), "JPEG")
    cases = {
        "empty.jpg": (b"", "empty_file"),
        "cut.jpg": (whole[: len(whole) // 2], "damaged"),
        "cut.png": (saved(scene(1))[:20_000], "damaged"),
        "head.jpg": (whole[:4], "damaged"),
        "text.jpg": (b"not a picture at all", "unsupported_container"),
        "post.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "unsupported_container"),
        "layers.psd": (b"8BPS\0\1" + bytes(40), "unsupported_container"),
        "fractions.tif": (saved(Image.new("F", (80, 80)), "TIFF"), "unsupported_container"),
    }  # fmt: skip
    for name, (data, expected) in cases.items():
        path = tmp_path / name
        path.write_bytes(data)
        assert reason(path)[0] == expected, name
    assert reason(tmp_path / "cut.jpg")[1] == "truncated"
    assert reason(tmp_path)[0] == "not_a_file"
    assert reason(tmp_path / "nowhere.jpg")[0] == "not_a_file"
    (tmp_path / "long.jpg").write_bytes(whole)
    assert reason(tmp_path / "long.jpg", Limits(max_bytes=100))[0] == "too_large"


UPRIGHT_FROM = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the stored pixels are turned, so that the stated orientation brings them upright."""


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_every_orientation_gives_the_same_picture(tmp_path: Path, scene, kind: str) -> None:
    upright = scene(3, (200, 120))
    found = set()
    for value, turn in UPRIGHT_FROM.items():
        exif = Image.Exif()
        exif[0x0112] = value
        lying = upright if turn is None else upright.transpose(turn)
        path = tmp_path / f"{value}.{kind}"
        options = {"lossless": True} if kind == "WEBP" else {}
        path.write_bytes(saved(lying, kind, exif=exif, **options))
        seen = look(path, "", LIMITS)
        assert (seen.width_px, seen.height_px) == (200, 120)
        found.add((seen.pixels_sha256, seen.pdq, seen.phash, seen.dhash))
    assert len(found) == 1


def test_metadata_does_not_change_the_pixels(tmp_path: Path, scene) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    bare, dressed = tmp_path / "bare.jpg", tmp_path / "dressed.jpg"
    bare.write_bytes(saved(scene(1), "JPEG", quality=80))
    dressed.write_bytes(saved(scene(1), "JPEG", quality=80, exif=exif, comment=b"hello"))
    assert bare.read_bytes() != dressed.read_bytes()
    assert look(bare, "", LIMITS) == look(dressed, "", LIMITS)


def test_one_changed_pixel_changes_the_pixel_hash_and_nothing_else(tmp_path: Path, scene) -> None:
    picture = scene(1)
    one, other = tmp_path / "one.png", tmp_path / "other.png"
    one.write_bytes(saved(picture))
    red, green, blue = picture.getpixel((5, 5))
    picture.putpixel((5, 5), (red, green, blue ^ 1))
    other.write_bytes(saved(picture))
    first, second = look(one, "", LIMITS), look(other, "", LIMITS)
    assert first.pixels_sha256 != second.pixels_sha256
    assert first.pdq == second.pdq


def test_pictures_of_other_shape_have_other_pixel_hashes(tmp_path: Path) -> None:
    found = set()
    for size in ((100, 50), (50, 100)):
        path = tmp_path / f"{size[0]}.png"
        path.write_bytes(saved(Image.new("RGB", size, (9, 9, 9))))
        found.add(look(path, "", LIMITS).pixels_sha256)
    assert len(found) == 2


def test_transparency_is_seen_on_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([255, 0, 0])
    for number, data in enumerate(
        (saved(clear), saved(palette, transparency=0), saved(palette, "GIF", transparency=0))
    ):
        path = tmp_path / f"{number}"
        path.write_bytes(data)
        assert decode(path, LIMITS)[0].getpixel((5, 5)) == (255, 255, 255)


def test_sixteen_bits_are_scaled_not_cut_off(tmp_path: Path) -> None:
    steps = np.arange(256, dtype=np.uint16).repeat(4).reshape(32, 32)
    for kind in ("PNG", "TIFF"):
        path = tmp_path / kind
        path.write_bytes(saved(Image.fromarray(steps * 256), kind))
        grey = np.asarray(decode(path, LIMITS)[0])[:, :, 0]
        assert np.array_equal(grey, steps.astype(np.uint8))


def test_other_colour_models_are_read(tmp_path: Path, scene) -> None:
    for mode, kind in (("CMYK", "JPEG"), ("L", "JPEG"), ("1", "PNG"), ("P", "PNG"), ("LA", "PNG")):
        path = tmp_path / f"{mode}.{kind}"
        path.write_bytes(saved(scene(1).convert(mode), kind))
        assert decode(path, LIMITS)[0].mode == "RGB"


def test_broken_exif_does_not_cost_the_picture(tmp_path: Path, scene) -> None:
    for number, block in enumerate(
        (b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b"Exif\0\0")
    ):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(saved(scene(1), "JPEG", exif=block))
        assert decode(path, LIMITS)[0].size == (640, 480)


def test_only_the_header_is_read_on_opening(tmp_path: Path, scene) -> None:
    whole = saved(scene(1), "JPEG")
    path = tmp_path / "cut.jpg"
    path.write_bytes(whole[: len(whole) // 2])
    with open_checked(path, LIMITS) as picture:
        assert picture.size == (640, 480)


def test_a_side_asked_for_makes_a_smaller_decoding(tmp_path: Path, scene) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(saved(scene(1), "JPEG"))
    assert decode(path, LIMITS, side_px=160)[0].size == (160, 120)
    assert decode(path, LIMITS, side_px=10_000)[0].size == (640, 480)


def test_heif_is_read_with_the_extra(shared_data: Path) -> None:
    pytest.importorskip("pi_heif")
    folder = shared_data / "images" / "exif-samples"
    files = [path for path in folder.rglob("*") if path.suffix.lower() in {".heic", ".heif"}]
    assert files
    for path in files:
        assert min(decode(path, LIMITS)[0].size) > 100


def test_the_decoder_is_named_with_its_version() -> None:
    import PIL

    assert decoder().startswith(f"Pillow {PIL.__version__}, libjpeg_turbo ")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"])
def test_mutants_become_a_picture_or_a_refusal(tmp_path: Path, scene, kind: str) -> None:
    whole = saved(scene(1, (96, 72)), kind)
    draw = random.Random(kind)  # noqa: S311 - test data
    path = tmp_path / "mutant"
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(draw.randint(1, 12)):
            data[draw.randrange(min(len(data), draw.choice((64, 600, 100_000))))] = draw.randrange(
                256
            )
        path.write_bytes(bytes(data[: draw.choice((len(data), draw.randrange(8, len(data))))]))
        got = answer({"kind": "look", "path": str(path), "original": "x"}, LIMITS)
        assert "row" in got or got["reason"] in REFUSAL_REASONS


def test_another_library_cannot_make_cut_pictures_whole(
    tmp_path: Path, scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as the library for PDF does
    path = tmp_path / "cut.jpg"
    whole = saved(scene(1), "JPEG")
    path.write_bytes(whole[: len(whole) // 2])
    assert reason(path) == ("damaged", "truncated")
