"""Collection logs without a case, as a table and as lines of `gnomon read`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import forensics
from forensics.case import Case
from forensics.errors import ReadError
from forensics.job.ask import ask_hours, ask_read, collection, profiles
from forensics.job.ask.about_collection import COLUMNS
from forensics.job.settings import RunSettings

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "collection"
BESIDE = ("posts.csv", "page.mhtml", "collection.csv", "crawl.wacz", "autoarchiver.csv")
POSTS = hashlib.sha256((FIXTURES / "posts.csv").read_bytes()).hexdigest()
AT = "2026-03-02T08:00:00Z"


def test_the_table_of_files_and_of_a_case_that_holds_them(tmp_path: Path) -> None:
    names = ("posts.csv", "screenshot.pdf", "collection.csv")
    table = collection([FIXTURES / name for name in names])
    assert list(table.columns) == list(COLUMNS)
    assert list(table["hash"]) == ["match", "mismatch", "not_stated"]
    assert table["captured_at"][0] == "2026-03-01T09:30:00Z"
    assert table["captured_at"].isna()[1]
    told = RunSettings()
    case = Case.create(
        tmp_path / "case", question="q", settings=told.as_json(), who="t", now=lambda: AT
    )
    for name in names:
        case.add_file(FIXTURES / name, name)
    assert list(forensics.collection(tmp_path / "case")["hash"]) == list(table["hash"])


def test_reading_says_that_a_log_is_a_log_and_what_does_not_fit() -> None:
    found = {one.source.name: one for one in ask_read([FIXTURES])}
    listed = found["collection/collection.csv"]
    assert (listed.source.holds, listed.source.rows_read) == ("items", 3)
    assert any(note.startswith("HASH MISMATCH") for note in listed.source.notes)
    assert [reason for reason, _, _ in listed.refused] == ["bad_time"]
    posts = found["collection/hunchly.zip/attachments/posts.csv"].source  # equal bytes: read once
    assert (posts.holds, posts.rows_read) == ("posts", 56)
    package = found["collection/crawl.wacz"].source
    assert package.format == "collection log, WACZ; 7 items"


def test_hours_and_profiles_pass_over_logs() -> None:
    """A saved page has the headers of a mail; nobody posted it at that hour."""
    with ask_hours([FIXTURES / name for name in BESIDE], by=None) as found:
        assert {source.name for source in found.reading.sources} == {"posts.csv"}
        assert found.posts.count() == 56
    assert set(profiles([FIXTURES / name for name in BESIDE])["original"]) <= {POSTS}
    logs = [FIXTURES / "page.mhtml", FIXTURES / "crawl.wacz"]
    with pytest.raises(ReadError, match="only collection logs"):
        profiles(logs)
    with pytest.raises(ReadError, match="only collection logs"), ask_hours(logs):
        pass


def test_a_log_that_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "collection.toml"
    path.write_bytes(b'[[item]]\nfile = "a"\nsource_url = "u"\ncollector = "x\n')
    (found,) = ask_read([path])
    assert "no TOML" in found.failure
