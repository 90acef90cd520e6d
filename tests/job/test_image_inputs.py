"""Images in files, folders and archives: names, order, what is refused, what is left behind."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from forensics.errors import ReadError
from forensics.job.image_inputs import STAGE, Told, image_inputs, read_inputs


def photo(make: str = "Acme") -> bytes:
    exif = Image.Exif()
    exif[0x010F] = make
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def read(*paths: Path, **how: bool) -> list[Told]:
    with image_inputs(paths) as inputs:
        found = list(read_inputs(inputs, **how))
        assert inputs.total == len(found)
        kept = [path for path in inputs.scratch.rglob("*") if path.is_file()]
        assert not kept, "members are removed as soon as they were read"
    assert not inputs.scratch.exists()
    return found


def test_files_folders_and_archives_come_in_order_under_traced_names(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "z.jpg").write_bytes(photo())
    (folder / "c.jpg").write_bytes(photo())
    (folder / ".hidden.jpg").write_bytes(photo())
    zipped(folder / "a.zip", {"x/IMG_20240314_102030.jpg": photo(), "y.txt": b"words, no image"})
    with tarfile.open(tmp_path / "t.tar.gz", "w:gz") as archive:
        archive.add(folder / "c.jpg", "deep/c.jpg")
    found = read(folder, tmp_path / "t.tar.gz")
    assert [one.given.shown.removeprefix(str(tmp_path)) for one in found] == [
        "/in/a.zip!x/IMG_20240314_102030.jpg",
        "/in/a.zip!y.txt",
        "/in/b/z.jpg",
        "/in/c.jpg",
        "/t.tar.gz!deep/c.jpg",
    ]
    assert [bool(one.image) for one in found] == [True, False, True, True, True]
    assert found[0].image is not None
    assert any(claim.field.startswith("name_") for claim in found[0].image.times)
    assert not [one for one in found if one.given.named]


HOSTILE: dict[str, Callable[[Path], Path]] = {
    "nested_archive": lambda at: zipped(at, {"in.zip": zipped(at, {"a": b"x"}).read_bytes()}),
    "too_large": lambda at: zipped(at, {"bomb.jpg": bytes(80 << 20)}),
    "damaged": lambda at: _cut(zipped(at, {"a.jpg": photo() * 50})),
    "empty_file": lambda at: zipped(at, {}),
}


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-30])
    return path


@pytest.mark.parametrize("reason", HOSTILE)
def test_hostile_archives_are_refused_and_the_rest_is_read(tmp_path: Path, reason: str) -> None:
    bad = HOSTILE[reason](tmp_path / "bad.zip")
    good = tmp_path / "good.jpg"
    good.write_bytes(photo())
    found = read(bad, good)
    assert [one.reason for one in found[0].refusals] == [reason]
    assert found[0].given.named == (found[0].given.shown == str(bad))
    assert found[-1].image is not None
    assert len(found) == 2


def test_a_member_cannot_leave_its_folder(tmp_path: Path) -> None:
    inside = tmp_path / "deep" / "deeper"
    inside.mkdir(parents=True)
    found = read(zipped(inside / "a.zip", {"../../evil.jpg": photo()}))
    assert found[0].given.shown.endswith("a.zip!../../evil.jpg")
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["a.zip"]


def test_a_path_that_is_not_there_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="there is no such file or folder"):
        read(tmp_path / "no.jpg")


def test_progress_counts_members_as_they_come(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    path = zipped(tmp_path / "a.zip", {f"{n}.jpg": photo() for n in range(3)})
    with image_inputs([path]) as inputs:
        for _ in read_inputs(inputs, lambda *step: told.append(step)):
            pass
    assert told == [(STAGE, number, 3) for number in (1, 2, 3)]


def test_text_comes_with_the_picture_it_stands_in(
    stand_in_ocr: Callable[..., Path], tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    stand_in_ocr(folder / "a.png", "first")
    (folder / "b.txt").write_text("no image", encoding="utf-8")
    stand_in_ocr(folder / "c.png", "third\nline")
    (folder / "d.txt").write_text("no image", encoding="utf-8")
    found = read(folder, text=True)
    assert [one.given.name for one in found] == ["a.png", "b.txt", "c.png", "d.txt"]
    texts = [one.text for one in found]
    assert [text and [line.text for line in text] for text in texts] == [  # type: ignore[union-attr]
        ["first"], None, ["third", "line"], None,
    ]  # fmt: skip
