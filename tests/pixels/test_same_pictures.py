"""From changed copies to groups: what is proof, what is a candidate, what is neither."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageOps

from forensics.pixels import ImageFile, Limits, Picture, same_pictures
from forensics.pixels.picture import look, picture_from_row
from forensics.pixels.same import PDQ_SAME_BITS

Store = Callable[[str, bytes], ImageFile]


def saved(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, format=kind, **options)
    return out.getvalue()


def seen(file: ImageFile) -> Picture:
    return look(file.path, file.sha256, Limits())


def framed(picture: Image.Image) -> Image.Image:
    """A picture between the bars of a telephone's screen, of one tone."""
    return ImageOps.expand(picture, (0, 220), fill=(0, 0, 0))


CHANGES: dict[str, tuple[Callable[[Image.Image], bytes], str]] = {
    "saved again": (lambda one: saved(one, "JPEG", quality=50), "pdq"),
    "halved": (lambda one: saved(one.resize((320, 240), Image.Resampling.LANCZOS)), "pdq"),
    "grey": (lambda one: saved(one.convert("L"), "JPEG", quality=85), "pdq"),
    "darker": (lambda one: saved(one.point(lambda v: v * 3 // 4)), "pdq"),
    "mirrored": (
        lambda one: saved(one.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "JPEG", quality=80),
        "pdq_mirror",
    ),
    "framed": (lambda one: saved(framed(one), "JPEG", quality=90), "pdq_inner"),
    "other container": (lambda one: saved(one, "WEBP", lossless=True), "pixels"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_the_same_picture(stored: Store, scene, change: str) -> None:
    make, how = CHANGES[change]
    original, stranger = scene(1), scene(2)
    one, copy, other = (
        seen(stored(name, data))
        for name, data in (
            ("a.png", saved(original)),
            ("b", make(original)),
            ("c.png", saved(stranger)),
        )
    )
    found = same_pictures([one, copy, other])
    (group,) = found.groups
    assert set(group.originals) == {one.original, copy.original}
    assert group.how == how
    assert group.telling
    assert group.widest_bits <= PDQ_SAME_BITS
    assert not found.candidates
    assert found.looked_at == 3


def fake(number: int, **values) -> Picture:
    """A picture of random hashes."""
    draw = random.Random(number)  # noqa: S311 - test data
    plain = Picture(
        original=f"{number:064d}",
        width_px=100,
        height_px=100,
        pixels_sha256=f"{draw.getrandbits(256):064x}",
        pdq=f"{draw.getrandbits(256):064x}",
        pdq_mirror=f"{draw.getrandbits(256):064x}",
        pdq_inner=None,
        phash=f"{draw.getrandbits(64):016x}",
        dhash=f"{draw.getrandbits(64):016x}",
        quality=100,
    )
    return replace(plain, **values)


def turned(hashed: str, bits: int) -> str:
    return f"{int(hashed, 16) ^ ((1 << bits) - 1):0{len(hashed)}x}"


def test_candidates_need_both_hashes_and_never_make_a_group() -> None:
    one = fake(1)
    both = fake(2, phash=turned(one.phash, 8), dhash=turned(one.dhash, 3))
    only_one = fake(3, phash=one.phash)
    nine_others = f"{int(one.phash, 16) ^ (0x1FF << 50):016x}"
    far = fake(4, phash=nine_others, dhash=one.dhash)
    found = same_pictures([one, both, only_one, far])
    assert not found.groups
    assert [(pair.first, pair.second, pair.bits) for pair in found.candidates] == [
        (one.original, both.original, 8)
    ]
    assert not same_pictures([one, both], candidates=False).candidates


def test_what_is_proved_is_no_candidate_besides() -> None:
    one = fake(1)
    copy = fake(2, pdq=turned(one.pdq, 20), phash=one.phash, dhash=one.dhash)
    third = fake(3, pdq=turned(copy.pdq, 31), phash=one.phash, dhash=one.dhash)
    found = same_pictures([one, copy, third])
    assert [group.originals for group in found.groups] == [
        (one.original, copy.original, third.original)
    ]
    assert not found.candidates


def test_the_threshold_is_where_it_is_said_to_be() -> None:
    one = fake(1)
    within = fake(2, pdq=turned(one.pdq, PDQ_SAME_BITS))
    beyond = fake(3, pdq=turned(one.pdq, PDQ_SAME_BITS + 1))
    assert same_pictures([one, within]).groups
    assert not same_pictures([one, beyond]).groups


def test_flat_pictures_are_counted_and_compared_by_pixels_only(stored: Store) -> None:
    plain = [
        seen(stored(f"{tone}.png", saved(Image.new("RGB", (300, 300), (tone,) * 3))))
        for tone in (10, 200)
    ]
    twin = seen(
        stored("twin.webp", saved(Image.new("RGB", (300, 300), (10,) * 3), "WEBP", lossless=True))
    )
    found = same_pictures([*plain, twin])
    (group,) = found.groups
    assert set(group.originals) == {plain[0].original, twin.original}
    assert group.how == "pixels"
    assert not group.telling, "an empty area ties nobody to anybody"
    assert found.too_flat == 3
    assert not found.candidates


def test_mirrored_hashes_alone_tie_nothing() -> None:
    one = fake(1)
    assert not same_pictures([one, fake(2, pdq_mirror=one.pdq_mirror)]).groups
    symmetric = fake(3, pdq_mirror=fake(3).pdq)
    assert not same_pictures([symmetric]).groups


def test_several_mirrored_copies_of_one_hash_are_all_tied() -> None:
    one = fake(1)
    copies = [fake(number, pdq_mirror=turned(one.pdq, 5)) for number in (2, 3, 4)]
    (group,) = same_pictures([one, *copies]).groups
    assert len(group.originals) == 4
    assert group.how == "pdq_mirror"


def test_the_weakest_tie_of_a_group_is_named() -> None:
    one = fake(1)
    near = fake(2, pdq=turned(one.pdq, 4))
    pixels = fake(3, pixels_sha256=one.pixels_sha256)
    mirrored = fake(4, pdq_mirror=turned(near.pdq, 2))
    assert same_pictures([one, pixels]).groups[0].how == "pixels"
    assert same_pictures([one, near, pixels]).groups[0].widest_bits == 4
    assert same_pictures([one, near, pixels, mirrored]).groups[0].how == "pdq_mirror"


def test_order_and_repetition_change_nothing() -> None:
    pictures = [fake(number) for number in range(60)]
    pictures += [fake(100 + at, pdq=turned(one.pdq, at % 40)) for at, one in enumerate(pictures)]
    pictures += [fake(200 + at, phash=one.phash, dhash=turned(one.dhash, at % 12))
                 for at, one in enumerate(pictures[:30])]  # fmt: skip
    expected = same_pictures(pictures)
    assert expected.groups
    assert expected.candidates
    random.Random(3).shuffle(pictures)  # noqa: S311 - test data
    assert same_pictures([*pictures, *pictures[:20]]) == expected


def test_no_pictures_are_no_error() -> None:
    assert same_pictures([]).groups == ()


def test_a_thousand_copies_stay_a_thousand_ties() -> None:
    one = fake(1)
    copies = [fake(number, pdq=one.pdq, pixels_sha256=None) for number in range(2, 1002)]
    found = same_pictures([one, *copies])
    assert len(found.groups[0].originals) == 1001
    assert len(found.pairs) == 1000


def test_a_picture_survives_its_row() -> None:
    import json

    one = fake(1)
    row = json.loads(json.dumps(one.row()))
    assert picture_from_row(row) == one
    assert not [value for value in row.values() if isinstance(value, float)]


def test_a_frame_is_cut_off_and_a_picture_without_one_has_no_inner_hash(
    stored: Store, scene
) -> None:
    plain = seen(stored("plain.png", saved(scene(1))))
    assert plain.pdq_inner is None
    noise = np.asarray(framed(scene(1))).copy()
    noise[::7, ::5] ^= 3  # what saving as JPEG leaves in a black bar
    bars = seen(stored("bars.png", saved(Image.fromarray(noise))))
    assert bars.pdq_inner is not None
