"""Images of a case: finished files are not done again, and what is kept decides nothing."""

from __future__ import annotations

import base64
import io
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from forensics.case import Case
from forensics.errors import CaseError
from forensics.job import image_files, image_intake
from forensics.job.image_intake import (
    CREDENTIALS,
    SETS,
    THUMBNAILS,
    accounts_of,
    cache_of,
    sheet_order,
)
from forensics.job.run import run
from forensics.job.settings import RunSettings
from forensics.model import Image
from forensics.pixels import looking, same_pictures
from forensics.pixels.cache import Cache
from forensics.pixels.picture import hashed
from forensics.read.images import Credentials

FILES = 12
KILLED = """
import os, signal, sys
from forensics.job import image_intake
from forensics.job.run import run
from forensics.job.settings import RunSettings
image_intake._CLAIMS_AT_ONCE = 2
stage, number, given, out = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
def kill(name, done, total):
    if (name, done) == (stage, number):
        os.kill(os.getpid(), signal.SIGKILL)
run([given], out, progress=kill)
"""


def drawn(seed: int, size: tuple[int, int] = (96, 72)) -> Pillow.Image:
    """A picture full of detail, different for every seed."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (9, 12, 3), dtype=np.uint8)
    return Pillow.fromarray(coarse).resize(size, Pillow.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve pictures, two of them the same one saved twice, and one blank."""
    out = tmp_path_factory.mktemp("given") / "photos"
    out.mkdir()
    for number in range(FILES - 2):
        drawn(number).save(out / f"p{number:02d}.jpg", quality=90)
    drawn(0).save(out / "p10.jpg", quality=55)
    Pillow.new("RGB", (64, 64), "white").save(out / "p11.png")
    return out


@pytest.fixture(scope="module")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole")
    run([folder], out)
    return out


def tables(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((out / "case" / "tables").iterdir())}


class Counted:
    """How many files were read and decoded: what was found out goes into the cache once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: list[str] = []
        self.decoded: list[str] = []
        put = Cache.put

        def putting(cache: Cache, name: str, answer) -> None:
            if cache._key.startswith("claims"):
                self.read.append(name)
            if cache._key.startswith("pixels"):
                self.decoded.append(name)
            put(cache, name, answer)

        monkeypatch.setattr(Cache, "put", putting)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "number", "read", "decoded"),
    [("images", 7, FILES - 6, FILES), ("pictures", 10, 0, FILES - 8)],
)
def test_a_killed_run_does_no_finished_file_again(
    folder: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    stage: str, number: int, read: int, decoded: int,
) -> None:  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, stage, str(number), str(folder), str(tmp_path)],
        cwd=Path(image_intake.__file__).parents[2],
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    counted = Counted(monkeypatch)
    run([folder], tmp_path)
    assert (len(counted.read), len(counted.decoded)) == (read, decoded)
    assert tables(tmp_path) == tables(whole)
    for name in ("report.html", "summary.json"):
        assert (tmp_path / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.slow
def test_tables_come_out_equal_with_what_was_kept_and_without_it(
    folder: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(whole, tmp_path / "c")
    case = tmp_path / "c" / "case"
    counted = Counted(monkeypatch)
    for change in ("kept", "none"):
        for path in (case / "tables").iterdir():
            path.unlink()
        if change == "none":
            shutil.rmtree(case / "cache")
        counted.decoded.clear()
        counted.read.clear()
        run([folder], tmp_path / "c")
        assert len(counted.read) == len(counted.decoded) == (0 if change == "kept" else FILES), (
            change
        )
        assert tables(tmp_path / "c") == tables(whole)


def test_what_was_kept_is_made_anew_if_it_is_damaged(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case", question="?", settings={}, who="a", now=lambda: "now")
    path = cache_of(case)
    with Cache(path, "k") as kept:
        kept.put("a", {"row": 1})
    assert cache_of(case) == path
    with Cache(path, "k") as kept:
        assert kept.get("a") == {"row": 1}
    for damage in (b"no database, and long" * 400, path.read_bytes()[:6_000]):
        path.write_bytes(damage)
        assert not cache_of(case).exists()


def test_a_report_is_made_without_decoding(
    folder: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(whole, tmp_path / "c")
    shutil.rmtree(tmp_path / "c" / "case" / "cache")
    (tmp_path / "c" / "report.html").unlink()
    monkeypatch.setattr(looking, "work", lambda *_args, **_more: pytest.fail("decoded"))
    run([folder], tmp_path / "c")
    page = (tmp_path / "c" / "report.html").read_text("utf-8")
    assert page == (whole / "report.html").read_text("utf-8")
    assert page.count("data:image/jpeg;base64,") == FILES - 1
    assert "<b>2 copies</b>" in page


@pytest.mark.slow
def test_thumbnails_are_drawn_anew_and_bounded(
    folder: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = list(map(json.loads, tables(whole)[THUMBNAILS].splitlines()))
    assert len(rows) == FILES - 1
    originals = {path.read_bytes() for path in folder.iterdir()}
    for row in rows:
        jpeg = base64.b64decode(row["jpeg"])
        assert jpeg not in originals
        with Pillow.open(io.BytesIO(jpeg)) as small:
            assert max(small.size) <= 112
    used = sum(len(base64.b64decode(row["jpeg"])) for row in rows[:4])
    monkeypatch.setattr(image_intake, "SHEET_BYTES", used)
    run([folder], tmp_path)
    assert [json.loads(row) for row in tables(tmp_path)[THUMBNAILS].splitlines()] == rows[:4]
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "12 files, 11 different pictures, 4 drawn here; 7 more are not drawn" in page


def test_sets_stand_in_a_table(whole: Path) -> None:
    (group,) = map(json.loads, tables(whole)[SETS].splitlines())
    assert len(group["originals"]) == 2
    assert group["how"] == "pdq"
    summary = json.loads((whole / "summary.json").read_bytes())["images"]
    assert (summary["files_all"], summary["pictures"], summary["sets_all"]) == (12, 11, 1)
    assert [one["files"] for one in summary["sets"]] == [2]
    assert sum(one["set"] is not None for one in summary["files"]) == 2


def test_order_of_the_sheet() -> None:
    looks = [hashed(drawn(n), f"{n:064x}") for n in range(5)]
    looks.append(hashed(Pillow.new("RGB", (64, 64)), f"{5:064x}"))
    looks.append(hashed(Pillow.new("RGB", (64, 64)), f"{6:064x}"))
    images = [Image(one.original, f"{n}.jpg", "jpeg") for n, one in enumerate(looks)]
    carriers = {"0.jpg": ("a",), "1.jpg": ("a",), "2.jpg": ("b",), "3.jpg": ("a", "b"),
                "5.jpg": ("a", "b", "c")}  # fmt: skip
    order = sheet_order(images, looks, same_pictures(looks), carriers)
    assert [int(name, 16) for name in order] == [3, 0, 2, 1, 4, 5]
    assert accounts_of(images[3], carriers) == ("a", "b")


@pytest.mark.slow
def test_signatures_are_checked_where_the_extra_is_there(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = image_files.read_image

    def signed(path: Path, sha256: str, name: str):
        from dataclasses import replace

        image, refusals = read(path, sha256, name)
        return replace(image, documents={"c2pa": "present"}), refusals

    monkeypatch.setattr(image_files, "read_image", signed)
    monkeypatch.setattr(image_intake, "can_validate", lambda: True)
    monkeypatch.setattr(image_intake, "version", lambda _name: "9.9")
    monkeypatch.setattr(
        image_intake,
        "read_credentials",
        lambda _path, _format: Credentials("valid", "Acme Signing", "Editor 1", failures=("x.y",)),
    )
    one = tmp_path / "in"
    one.mkdir()
    shutil.copy(folder / "p00.jpg", one)
    run([one], tmp_path / "out")
    (row,) = map(json.loads, tables(tmp_path / "out")[CREDENTIALS].splitlines())
    assert (row["state"], row["issuer"]) == ("valid", "Acme Signing")
    record = (tmp_path / "out" / "case" / "record.jsonl").read_text("utf-8")
    assert "c2pa-python 9.9" in record
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "C2PA valid: the signature holds, nobody vouches for the signer" in page
    assert "by Acme Signing, with Editor 1" in page
    assert "failed: x.y" in page


def test_another_run_reuses_what_an_earlier_one_found_out(
    folder: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other settings make another case; the pictures are the same."""
    counted = Counted(monkeypatch)
    told = RunSettings(question="Another question?", reuse=whole)
    run([folder], tmp_path / "other", told)
    assert (counted.read, counted.decoded) == ([], [])
    assert tables(tmp_path / "other") == tables(whole)
    with pytest.raises(CaseError, match="holds nothing that could be reused"):
        run([folder], tmp_path / "third", RunSettings(reuse=tmp_path))
