"""Many images in watched processes: same answers, same order, and a bad file costs itself."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from forensics.job import image_files
from forensics.job.image_files import CHUNK, Claims, of_one_file, read_files
from forensics.job.image_worker import answer
from forensics.pixels import Limits
from forensics.read import SourceFile
from forensics.read.images import read_image

STAND_IN = """
import os
from forensics.job import image_worker
from forensics.pixels.worker import serve_with

def answer(job, limits):
    for path, sha256, name in job["files"]:
        if name == "abort.jpg":
            os.abort()
        if name == "eat.jpg":
            try:
                bytearray(10 ** 12)
            except MemoryError:
                return {"reason": "too_large", "raw": "needs more than it may have"}
    return image_worker.answer(job, limits)

def serve(limits):
    serve_with(answer, limits)
"""


def photo(make: str) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = make
    exif[0x8769] = {0x9003: "2024:03:14 10:20:30", 0x9011: "+08:00"}
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def some(folder: Path, count: int) -> list[SourceFile]:
    """Photographs, with something that is no image at every fifth place."""
    files = []
    for number in range(count):
        path = folder / f"{number:03d}.jpg"
        path.write_bytes(b"none" if number % 5 == 4 else photo(f"Maker {number}"))
        files.append(SourceFile(f"{number:064x}", path.name, path))
    return files


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "server"
    home.mkdir()
    (home / "dying_reader.py").write_text(STAND_IN, encoding="utf-8")
    monkeypatch.syspath_prepend(home)
    monkeypatch.setattr(image_files, "_SERVER", "dying_reader")


@pytest.mark.parametrize("workers", [1, 2])
def test_processes_say_what_the_reader_says_in_order(tmp_path: Path, workers: int) -> None:
    files = some(tmp_path, CHUNK + 7)
    expected = [Claims(file, *read_image(file.path, file.sha256, file.name)) for file in files]
    assert list(read_files(files, workers=workers)) == expected
    assert list(read_files(files[:3], workers=workers)) == expected[:3]
    assert list(read_files([])) == []


def test_a_handful_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_files, "_SERVER", "no_such_module")
    assert all(found.image for found in read_files(some(tmp_path, 4)))


@pytest.mark.slow
@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize(
    ("name", "reason", "raw", "fresh"),
    [
        ("abort.jpg", "damaged", "the decoder ended with status -6", False),
        ("eat.jpg", "too_large", "needs more than it may have", True),
    ],
)
def test_a_file_that_ends_its_process_costs_itself(
    tmp_path: Path, name: str, reason: str, raw: str, fresh: bool
) -> None:
    files = some(tmp_path, 12)
    bad = SourceFile("b" * 64, name, tmp_path / "000.jpg")
    limits = Limits(memory_mb=1_000, cpu_s=20)
    found = list(read_files([*files[:6], bad, *files[6:]], workers=1, limits=limits))
    assert [one.file.name for one in found] == [
        *(file.name for file in files[:6]), name, *(file.name for file in files[6:])
    ]  # fmt: skip
    (refusal,) = found[6].refusals
    assert (refusal.original, refusal.where) == ("b" * 64, "file")
    assert (refusal.reason, refusal.raw) == (reason, raw)
    assert (found[6].image, found[6].fresh) == (None, fresh)
    others = found[:6] + found[7:]
    assert [bool(one.image) for one in others] == [number % 5 != 4 for number in range(12)]


def test_what_is_known_is_not_read_again(tmp_path: Path) -> None:
    files = some(tmp_path, 40)
    known = {file.name: Claims(file, None, (), fresh=False) for file in files[1::2]}
    found = list(read_files(files, known=lambda file: known.get(file.name)))
    assert [one.file for one in found] == files
    assert [one.fresh for one in found] == [True, False] * 20
    everything = {file.name: Claims(file, None, (), fresh=False) for file in files}
    for file in files:
        file.path.unlink()
    again = list(read_files(files, known=lambda file: everything.get(file.name)))
    assert not [one for one in again if one.fresh]


def test_files_are_taken_a_few_hundred_at_a_time(tmp_path: Path) -> None:
    (file,) = some(tmp_path, 1)
    taken = 0

    def endless() -> Iterator[SourceFile]:
        nonlocal taken
        while True:
            taken += 1
            yield file

    found = read_files(endless(), workers=1)
    for _ in range(CHUNK + 1):
        assert next(found).image
    found.close()
    assert taken <= 7 * CHUNK


def test_a_reader_without_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from forensics.job import image_worker

    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(image_worker, "read_image", full)
    monkeypatch.setattr(image_worker, "limit_time", lambda _: None)
    with tempfile.TemporaryDirectory() as folder:
        job = {"files": [[f"{folder}/a.jpg", "a" * 64, "a.jpg"]]}
        assert answer(job, of_one_file())["reason"] == "too_large"
