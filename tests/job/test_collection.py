"""The collection log of a case: joined, counted, recorded, and the same whoever reads it again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forensics.case import Case, verify
from forensics.errors import ReadError
from forensics.job.collection import KEY, TABLE, collection_view, listing
from forensics.job.intake import read_evidence
from forensics.job.run import silent
from forensics.job.settings import RunSettings
from forensics.show.collectionview import FIELDS, CollectionView

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "collection"
AT = "2026-03-02T08:00:00Z"
Make = Callable[..., Case]


def made(root: Path, names: tuple[str, ...], **claims: str) -> Case:
    """A case with some of the fixtures, read."""
    told = RunSettings()
    case = Case.create(
        root, question=told.question, settings=told.as_json(), who="t", now=lambda: AT
    )
    for name in names:
        case.add_file(FIXTURES / name, f"in/{name}", **claims)
    return case


def read(root: Path, *names: str, **claims: str) -> Case:
    case = made(root, names, **claims)
    read_evidence(case, RunSettings(), silent)
    return case


ALL = ("posts.csv", "screenshot.pdf", "autoarchiver.csv", "collection.csv", "crawl.wacz",
       "altered.wacz", "hunchly.zip")  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return read(tmp_path_factory.mktemp("whole") / "case", *ALL)


@pytest.fixture(scope="module")
def view(whole: Case) -> CollectionView:
    return collection_view(whole)


def rows(case: Case, **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in listing(case) if all(row[name] == wanted[name] for name in wanted)]


def test_a_hash_that_does_not_fit_is_named_with_both_hashes(view: CollectionView) -> None:
    found = [(one.name, one.log) for one in view.mismatches]
    assert found == [
        ("in/altered.wacz", "in/altered.wacz"),
        ("in/screenshot.pdf", "in/collection.csv"),
    ]
    assert all(one.stated != one.ours and one.ours.startswith("sha256:") for one in view.mismatches)
    assert view.lines()[0].startswith("HASH MISMATCH: in/altered.wacz")


def test_items_are_joined_to_originals_and_to_members_of_archives(whole: Case) -> None:
    (posts,) = rows(whole, log_name="in/collection.csv", row=1)
    assert (posts["name"], posts["joined_by"], posts["hash"]) == ("in/posts.csv", "hash", "match")
    (page,) = rows(whole, log_name="in/hunchly.zip/case_data/pages.json")
    assert (page["name"], page["hash"]) == ("in/hunchly.zip/pages/1.mhtml", "match")
    export = rows(whole, log_name="in/crawl.wacz", kind="capture", row=1)[0]
    assert (export["name"], export["joined_by"]) == ("in/posts.csv", "hash")
    (gone,) = rows(whole, file="video.mp4")
    assert (gone["original"], gone["hash"]) == (None, "not_stated")


def test_what_is_missing_is_null_and_counted(whole: Case, view: CollectionView) -> None:
    (wrong,) = rows(whole, log_name="in/collection.csv", row=2)
    assert wrong["captured_us"] is None
    assert (wrong["captured_raw"], wrong["clock_offset_ms"]) == ("2026-03-01 09:31", None)
    counts = {one.field: one.files for one in view.fields}
    assert list(counts) == list(FIELDS)
    assert (
        view.files == len(ALL) - 3 + 1
    )  # two lists and the archive hold no evidence; one member does
    assert counts["source_url"] == view.logged == view.files
    assert counts["clock_offset"] == counts["received"] == 1
    lacking = {one.name: one.missing for one in view.lacking}
    assert "in/posts.csv" not in lacking
    assert lacking["in/crawl.wacz"] == ("clock_offset", "received")


def test_a_log_whose_hash_does_not_fit_documents_nothing(tmp_path: Path) -> None:
    found = collection_view(
        read(tmp_path / "case", "posts.csv", "screenshot.pdf", "collection.csv")
    )
    gaps = {one.name: one for one in found.lacking}
    assert gaps["in/screenshot.pdf"].missing == tuple(FIELDS)
    assert gaps["in/screenshot.pdf"].logged
    assert found.logged == 1


def test_without_a_log_everything_is_missing_and_nothing_is_recorded(tmp_path: Path) -> None:
    case = read(tmp_path / "case", "posts.csv")
    found = collection_view(case)
    assert (found.files, found.logged, found.logs) == (1, 0, ())
    assert {one.files for one in found.fields} == {0}
    assert found.lines() == ()
    assert not (case.tables / TABLE).exists()
    entry = case.last("read")
    assert entry is not None
    assert KEY not in entry.body


def test_what_was_claimed_on_receipt_counts_as_how_it_came(tmp_path: Path) -> None:
    case = read(tmp_path / "case", "posts.csv", received_from="a source", how="memory stick")
    counts = {one.field: one.files for one in collection_view(case).fields}
    assert counts["received"] == 1


def test_the_record_names_the_logs_and_the_hash_of_the_table(whole: Case) -> None:
    entry = whole.last("read")
    assert entry is not None
    logs: Any = entry.body[KEY]
    assert [one["reader"] for one in logs if one["name"] == "in/crawl.wacz"] == ["wacz"]
    assert sum(one["mismatches"] for one in logs) == 2
    tables: Any = entry.body["tables"]
    assert TABLE in {one["name"] for one in tables}
    assert verify(whole.root).ok


def test_a_changed_row_of_the_table_is_caught(tmp_path: Path) -> None:
    case = read(tmp_path / "case", "posts.csv", "collection.csv")
    path = case.tables / TABLE
    path.write_bytes(path.read_bytes().replace(b"Desk one", b"Desk two"))
    assert not verify(case.root).ok


def test_read_again_it_has_the_same_bytes_and_the_same_digest(tmp_path: Path, whole: Case) -> None:
    again = read(tmp_path / "case", *reversed(ALL))
    assert (again.tables / TABLE).read_bytes() == (whole.tables / TABLE).read_bytes()


def test_deleted_it_comes_out_equal(tmp_path: Path) -> None:
    case = read(tmp_path / "case", "posts.csv", "collection.csv")
    before = (case.tables / TABLE).read_bytes()
    (case.tables / TABLE).unlink()
    read_evidence(case, RunSettings(), silent)
    assert (case.tables / TABLE).read_bytes() == before


def test_no_row_holds_a_float(whole: Case) -> None:
    text = (whole.tables / TABLE).read_text(encoding="utf-8")
    found: list[str] = []
    for line in text.splitlines():
        json.loads(line, parse_float=found.append)
    assert not found


def test_before_it_was_read_a_case_can_be_listed_and_keeps_nothing(tmp_path: Path) -> None:
    case = made(tmp_path / "case", ("posts.csv", "collection.csv"))
    assert [row["name"] for row in listing(case)] == ["in/posts.csv", None, None]
    before = collection_view(case)
    assert (before.files, before.logged, before.items) == (1, 1, 3)
    assert before.refused == ("time without offset '2026-03-01 09:31'",)
    assert not list(case.tables.iterdir())


def test_logs_alone_are_no_evidence_to_assess(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="only collection logs"):
        read(tmp_path / "case", "collection.csv")


def test_a_saved_page_is_no_longer_a_mail(tmp_path: Path) -> None:
    """Its headers look like those of a message; nobody posted it."""
    case = read(tmp_path / "case", "posts.csv", "page.mhtml")
    sources = {row["name"]: row["reader"] for row in case.read_table("sources.jsonl")}
    assert sources == {"in/page.mhtml": "mhtml", "in/posts.csv": "csv"}
