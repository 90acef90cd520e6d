"""Which files show one picture: equal bytes, equal pixels, near copies, candidates, refusals."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from forensics.errors import ReadError
from forensics.job.ask.about_same import SameFiles, same_images


def scene(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Soft shapes with detail, from a seed."""
    rng = np.random.default_rng(seed)
    whole = np.zeros((size[1], size[0], 3))
    for across, weight in ((4, 120), (9, 70), (24, 40)):
        noise = rng.integers(0, 256, (across * 3 // 4, across, 3), dtype=np.uint8)
        grown = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
        whole += (np.asarray(grown).astype(float) - 128) * weight / 120
    return Image.fromarray(np.clip(whole + 128, 0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SameFiles]:
    folder = tmp_path_factory.mktemp("same")
    first = scene(1)
    first.save(folder / "a.png")
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes())
    first.save(folder / "c.webp", lossless=True)
    first.resize((200, 150)).save(folder / "d.jpg", quality=60)
    ImageOps.mirror(first).save(folder / "e.jpg", quality=80)
    with zipfile.ZipFile(folder / "f.zip", "w") as archive:
        archive.writestr("in/g.png", (folder / "a.png").read_bytes())
        archive.writestr("in/x.txt", "words")
    first.crop((8, 6, 312, 234)).save(folder / "h.png")
    scene(2).save(folder / "i.png")
    Image.new("RGB", (64, 64), "white").save(folder / "j.png")
    (folder / "k.jpg").write_bytes(b"\xff\xd8\xff")
    return folder, same_images([folder])


def test_groups_say_what_ties_each_file(found: tuple[Path, SameFiles]) -> None:
    folder, same = found
    (group,) = same.groups
    ties = [(one.shown.removeprefix(f"{folder}/"), one.how) for one in group.members]
    assert ties[0][1] == "first"
    assert sorted(name for name, _ in ties) == [
        "a.png", "b.png", "c.webp", "d.jpg", "e.jpg", "f.zip!in/g.png",
    ]  # fmt: skip
    how = dict(ties)
    assert {how["b.png"], how["f.zip!in/g.png"]} == {"bytes"}
    assert sorted((how["a.png"], how["c.webp"])) == ["first", "pixels"]
    assert (how["d.jpg"], how["e.jpg"]) == ("pdq", "pdq_mirror")
    assert all(one.bits == 0 for one in group.members if one.how in {"bytes", "pixels"})
    assert all(0 <= one.bits <= 31 for one in group.members)
    assert group.telling


def test_candidates_come_with_both_distances(found: tuple[Path, SameFiles]) -> None:
    folder, same = found
    assert {name for one in same.candidates for name in (one.first, one.second)} >= {
        f"{folder}/h.png"
    }
    assert all(one.phash_bits <= 8 and one.dhash_bits <= 8 for one in same.candidates)


def test_everything_is_counted(found: tuple[Path, SameFiles]) -> None:
    _, same = found
    assert (same.files, same.pictures, same.too_flat) == (9, 7, 1)
    assert same.refused == (("damaged", 1), ("unsupported_container", 1))
    assert same.false_pairs_milli == 0
    assert not same.crowded


def test_a_path_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReadError):
        same_images([tmp_path / "no.jpg"])
