"""Pictures that stand in several files of a unit: counted, tied to accounts, never a clue."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image as Pillow

from forensics.clues import Evidence
from forensics.links.pictures import find
from forensics.model import Image
from forensics.pixels import ImageFile, Picture, pictures


def drawn(path: Path, seed: int, quality: int = 90) -> Path:
    """A picture full of detail, different for every seed."""
    import numpy as np

    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (12, 12, 3), dtype=np.uint8)
    Pillow.fromarray(coarse).resize((240, 240), Pillow.Resampling.BICUBIC).save(
        path, quality=quality
    )
    return path


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Picture, ...], list[str]]:
    """Three files of one picture at three qualities, and two others."""
    folder = tmp_path_factory.mktemp("pictures")
    files = [drawn(folder / f"same{n}.jpg", 1, 60 + 15 * n) for n in range(3)]
    files += [drawn(folder / f"other{n}.jpg", 10 + n) for n in range(2)]
    given = [ImageFile(file.stem.ljust(64, "0"), file) for file in files]
    found = tuple(one for one in pictures(given) if isinstance(one, Picture))
    assert len(found) == 5
    return found, [one.original for one in found]


def evidence(
    looked: tuple[tuple[Picture, ...], list[str]], carriers: list[tuple[str, ...]]
) -> Evidence:
    seen, names = looked
    images = tuple(
        Image(original=name, name=f"{name[:6]}.jpg", format="jpeg", accounts=who)
        for name, who in zip(names, carriers, strict=True)
    )
    units = {"u": ("a", "b"), "w": ("c",), "none": ("d",)}
    return Evidence(None, images, units, None, pictures=seen)  # type: ignore[arg-type]


def test_one_picture_posted_by_two_accounts(
    looked: tuple[tuple[Picture, ...], list[str]],
) -> None:
    said = find(evidence(looked, [("a",), ("b",), ("c",), ("a",), ("c",)]))
    assert [one.unit for one in said] == ["u", "w"]
    first, second = said
    assert first.status == "found"
    assert first.clues == ()
    assert first.details["pictures"] == first.details["by_several_accounts"] == 1
    (group,) = first.details["groups"]  # type: ignore[misc]
    assert group["accounts"] == ["a", "b"]  # type: ignore[index]
    assert len(group["files"]) == 2, "the file of another unit is not this unit's"  # type: ignore[index]
    assert second.status == "nothing_found"
    assert "No picture" in second.statement


def test_images_that_nobody_looked_at_give_no_answer() -> None:
    assert find(Evidence(None, (), {"u": ("a",)}, None)) == []  # type: ignore[arg-type]
