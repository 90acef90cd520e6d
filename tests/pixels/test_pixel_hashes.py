"""Hashes of how a picture looks, held against the reference implementation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from forensics.pixels.hashes import dhash, distance, pdq, phash


def drawn(seed: int, height: int, width: int) -> np.ndarray:
    """Waves and blocks in whole numbers: the same array on every machine."""
    y, x = np.mgrid[0:height, 0:width]
    parts = [
        (x * (3 + seed) + y * 5) % 256,
        ((x // 17) * 40 + (y // 13) * 23 * (seed + 1)) % 256,
        ((x * y) // (7 + seed)) % 256,
    ]
    return np.stack(parts, axis=2).astype(np.uint8)


VECTORS = [
    (0, 512, 512, "cbb2e2ff212344562bfd45f4ab5d41deab55fe51542a570754a2761414a0f744", 100),
    (1, 300, 450, "aacb36daeafc37deeab041e4987d40eff5aa5b04f980520c87974f1297880f22", 100),
    (2, 450, 300, "07e1734205e09042f7ebf582ef25f44bff78f6acdfe6ca2ce6604828e160e246", 100),
    (3, 64, 64, "666646e62999cc9985662dfcdaa231ee9b11ba0526667764999bb2bd66683652", 100),
    (4, 97, 511, "6e03ab71de719cfbb5e3e1faa1ef65ae54aaab559a51f6501a054a1c4664820a", 100),
    (5, 256, 384, "af9506c03f95fec0fc05a9dda887f952bf98fbd7be9803d0bfd860c04a8029c0", 100),
]
"""Seed, height, width, hash and quality as the package pdqhash 0.2.8 (the reference code in C++)
computes them."""


@pytest.mark.parametrize(("seed", "height", "width", "expected", "quality"), VECTORS)
def test_pdq_is_that_of_the_reference(
    seed: int, height: int, width: int, expected: str, quality: int
) -> None:
    assert pdq(drawn(seed, height, width)) == (expected, quality)


def test_pdq_is_that_of_the_reference_where_it_is_installed(scene) -> None:
    package = pytest.importorskip("pdqhash")
    for seed in range(40):
        size = (64 + seed * 11, 512 - seed * 11)
        rgb = np.ascontiguousarray(np.asarray(scene(seed, size)))
        bits, quality = package.compute(rgb)
        assert pdq(rgb) == (f"{int(''.join(map(str, bits)), 2):064x}", quality)


def test_half_of_the_bits_are_set_and_nearly_flat_is_of_low_quality(scene) -> None:
    hashed, quality = pdq(np.asarray(scene(1, (500, 400))))
    assert int(hashed, 16).bit_count() == 128
    assert quality == 100
    flat = np.full((300, 400, 3), 77, dtype=np.uint8)
    flat[100:120, 100:300] = 90
    assert pdq(flat)[1] < 10


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 9))
def test_every_shape_has_a_hash(height: int, width: int, seed: int) -> None:
    hashed, quality = pdq(drawn(seed, height, width))
    assert len(hashed) == 64
    assert 0 <= quality <= 100


def test_strangers_are_far_apart_and_copies_near(scene) -> None:
    hashes = [pdq(np.asarray(scene(seed, (400, 300))))[0] for seed in range(12)]
    apart = [distance(a, b) for at, a in enumerate(hashes) for b in hashes[at + 1 :]]
    assert min(apart) > 70
    assert 120 < sum(apart) / len(apart) < 136
    half = scene(0, (400, 300)).resize((200, 150), Image.Resampling.LANCZOS)
    assert distance(pdq(np.asarray(half))[0], hashes[0]) <= 31


def test_phash_and_dhash_follow_their_definitions() -> None:
    ramp = np.tile(np.linspace(0, 255, 90).astype(np.uint8), (80, 1))
    rising = Image.fromarray(ramp)
    assert dhash(rising) == "f" * 16
    assert dhash(rising.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) == "0" * 16
    checks = Image.fromarray(((np.indices((32, 32)).sum(axis=0) % 2) * 255).astype(np.uint8))
    assert phash(checks)[0] in "89abcdef"  # the constant part is the first bit and the largest


def test_phash_is_that_of_its_definition_in_floats(scene) -> None:
    fft = pytest.importorskip("scipy.fft")
    for seed in range(20):
        picture = scene(seed, (300, 200))
        grey = np.asarray(picture.convert("L").resize((32, 32), Image.Resampling.LANCZOS))
        low = fft.dct(fft.dct(grey.astype(float), axis=0), axis=1)[:8, :8]
        bits = (low > np.median(low)).ravel()
        assert phash(picture) == f"{int(''.join('01'[int(bit)] for bit in bits), 2):016x}"


def test_distance_counts_bits() -> None:
    assert distance("0f", "00") == 4
    assert distance("a" * 64, "5" * 64) == 256
