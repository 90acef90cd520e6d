"""Pictures that look like photographs to a hash: soft shapes with detail, made from a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from forensics.pixels import ImageFile

Scene = Callable[..., Image.Image]


def make_scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture of soft shapes and finer detail; another seed gives a stranger."""
    rng = np.random.default_rng(seed)
    whole = np.zeros((size[1], size[0], 3))
    for across, weight in ((4, 120), (9, 70), (24, 40), (80, 15)):
        rows = max(across * size[1] // size[0], 2)
        noise = rng.integers(0, 256, (rows, across, 3), dtype=np.uint8)
        grown = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
        whole += (np.asarray(grown).astype(float) - 128) * weight / 120
    return Image.fromarray(np.clip(whole + 128, 0, 255).astype(np.uint8))


@pytest.fixture(scope="session")
def scene() -> Scene:
    """Function from a seed to a picture."""
    return make_scene


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[str, bytes], ImageFile]:
    """Function that writes bytes under a name and gives the file with its hash."""

    def store(name: str, data: bytes) -> ImageFile:
        path = tmp_path / name
        path.write_bytes(data)
        return ImageFile(hashlib.sha256(data).hexdigest(), path)

    return store
