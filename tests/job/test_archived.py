"""Archives in the main job: the same numbers as from their members, traced to a hashed archive."""

from __future__ import annotations

import hashlib
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from forensics.case import verify
from forensics.errors import ReadError
from forensics.job.ask import ask_hours, ask_read, hours
from forensics.job.run import RunResult, run

pytestmark = pytest.mark.slow

AT = "2026-01-02T03:04:05Z"


@pytest.fixture(scope="module")
def archive(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Posts, three pictures, a link and an archive inside, as a zip."""
    path = tmp_path_factory.mktemp("given") / "given.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for file in sorted(small.rglob("*")):
            if file.is_file():
                made.write(file, file.relative_to(small).as_posix())
        made.writestr("inner.zip", b"PK\x05\x06" + bytes(18))
    return path


@pytest.fixture(scope="module")
def packed(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return run([archive], tmp_path_factory.mktemp("packed"), now=lambda: AT)


@pytest.fixture(scope="module")
def plain(small: Path, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return run([small], tmp_path_factory.mktemp("plain"), now=lambda: AT)


def table(result: RunResult, name: str) -> list[dict[str, Any]]:
    text = (result.case / "tables" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_conclusions_are_those_of_the_members(packed: RunResult, plain: RunResult) -> None:
    assert packed.lines == plain.lines
    for name in ("weights.jsonl", "tests.jsonl", "conclusions.jsonl"):
        assert table(packed, name) == table(plain, name), name
    assert digest(packed.case / "tables" / "posts.parquet") == digest(
        plain.case / "tables" / "posts.parquet"
    )
    assert [image["original"] for image in table(packed, "images.jsonl")] == [
        image["original"] for image in table(plain, "images.jsonl")
    ]


def test_every_source_and_image_is_a_member_of_a_hashed_archive(
    packed: RunResult, archive: Path, small: Path
) -> None:
    record = (packed.case / "record.jsonl").read_text(encoding="utf-8").splitlines()
    (body,) = [line["body"] for line in map(json.loads, record) if line["kind"] == "read"]
    assert [path.name for path in (packed.case / "originals").glob("??/*")] == [digest(archive)]
    members = {item["sha256"]: item for item in body["members"]}
    assert {item["parent"] for item in members.values()} == {digest(archive)}
    for file in small.rglob("*"):
        if file.is_file():
            item = members.pop(digest(file))
            assert item["name"] == f"given.zip/{file.relative_to(small).as_posix()}"
            assert item["size"] == file.stat().st_size
    assert not members
    named = {row["original"] for row in table(packed, "sources.jsonl")}
    assert named == {digest(archive), digest(small / "posts.csv")}


def test_the_case_checks_and_the_report_names_the_member(packed: RunResult) -> None:
    assert verify(packed.case).ok
    page = packed.report.read_text(encoding="utf-8")
    assert "given.zip/posts.csv" in page
    assert not [path for path in (packed.case / "tables").iterdir() if path.name[0] == "."]
    assert any("nested_archive of 5 members of archives" in line for line in packed.warnings)


def test_a_second_run_changes_nothing(packed: RunResult, archive: Path) -> None:
    before = (packed.case / "record.jsonl").read_bytes()
    run([archive], packed.case.parent, now=lambda: "2027-01-01T00:00:00Z")
    assert (packed.case / "record.jsonl").read_bytes() == before


def test_hours_and_read_look_inside(archive: Path, small: Path, tmp_path: Path) -> None:
    path = tmp_path / "posts.tar.gz"
    with tarfile.open(path, "w:gz") as made:
        made.add(small / "posts.csv", "export/posts.csv")
    assert hours([path]).equals(hours([small / "posts.csv"]))
    with ask_hours([archive]) as found:
        assert "nested_archive" in {item.reason for item in found.reading.refused}
    asked = {one.source.name: one for one in ask_read([archive])}
    assert asked["given.zip/posts.csv"].source.reader == "csv"
    (reason, number, _examples) = asked["given.zip"].refused[0]
    assert (reason, number) == ("nested_archive", 1)


def test_an_archive_with_nothing_in_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "empty.zip"
    path.write_bytes(b"PK\x05\x06" + bytes(18))
    with pytest.raises(ReadError, match=r"empty\.zip"):
        run([path], tmp_path / "out")
    with pytest.raises(ReadError, match=r"empty\.zip"):
        hours([path])
    assert [one.source.name for one in ask_read([path])] == ["empty.zip"]
