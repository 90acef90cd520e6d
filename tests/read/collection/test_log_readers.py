"""Each log as its program writes it, with every field that it states and none that it does not."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from forensics.read.collection import LOGS, Log, reader_of
from forensics.read.collection import items as limits

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "collection"
NOON_US = 1_772_357_400_000_000
POSTS = hashlib.sha256((FIXTURES / "posts.csv").read_bytes()).hexdigest()
Logs = Callable[..., tuple[str, Log]]


def test_the_script_makes_these_bytes() -> None:
    script = FIXTURES.parents[1] / "tools" / "make_collection_fixtures.py"
    done = subprocess.run([sys.executable, script, "--check"], check=False, capture_output=True)
    assert done.returncode == 0, done.stdout


KNOWN = {
    "autoarchiver.csv": ("auto-archiver", 3),
    "autoarchiver.json": ("auto-archiver", 3),
    "autoarchiver.html": ("auto-archiver", 2),
    "page.mhtml": ("mhtml", 1),
    "crawl.warc": ("warc", 3),
    "crawl.warc.gz": ("warc", 3),
    "crawl.wacz": ("wacz", 7),
    "altered.wacz": ("wacz", 8),
    "collection.csv": ("list by hand", 3),
    "collection.toml": ("list by hand", 1),
}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_each_log_is_known_by_its_content(log: Logs, name: str, tmp_path: Path) -> None:
    reader, found = log(name)
    assert (reader, len(found.items)) == KNOWN[name]
    elsewhere = tmp_path / "named_otherwise"
    elsewhere.write_bytes((FIXTURES / name).read_bytes())
    known = reader_of(elsewhere)
    assert known is not None
    assert known.name == reader


@pytest.mark.parametrize("name", ["posts.csv", "screenshot.pdf", "hunchly.zip"])
def test_what_is_no_log_is_left_to_others(name: str) -> None:
    assert reader_of(FIXTURES / name) is None


def test_every_fixture_of_posts_is_left_to_its_own_reader() -> None:
    """No file that a reader of posts has as a fixture is taken for a log, but for saved pages."""
    for path in sorted((FIXTURES.parent / "readers").rglob("*")):
        assert path.is_dir() or reader_of(path) is None, path


def test_every_reader_says_what_it_reads() -> None:
    assert all(reader.name and reader.about for reader in LOGS)


@pytest.mark.parametrize(
    "header", ["hash,source_url,captured_at,author,text", "file,source_url,collector,username,time"]
)
def test_a_table_of_posts_that_tells_of_its_collection_stays_one(
    tmp_path: Path, header: str
) -> None:
    path = tmp_path / "x"
    path.write_text(f"{header}\na,b,c,d,e\n", encoding="utf-8")
    assert reader_of(path) is None


def test_a_title_in_a_character_set_that_is_none(log: Logs) -> None:
    page = (FIXTURES / "page.mhtml").read_bytes().replace(b"=?utf-8?", b"=?utf\xff8?")
    (item,) = log(page)[1].items
    assert item.title is not None


# ---- auto-archiver -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["autoarchiver.csv", "autoarchiver.json"])
def test_results_of_auto_archiver(log: Logs, name: str) -> None:
    posts, inner, shot = log(name)[1].items
    assert posts.file == "2026/posts.csv"
    assert [str(one) for one in posts.digests] == [f"sha256:{POSTS}"]
    assert posts.source_url == "https://social.example/export.csv"
    assert (posts.tool, posts.tool_version, posts.method) == (
        "auto-archiver", None, "generic_extractor",
    )  # fmt: skip
    assert posts.captured is not None
    assert (posts.captured.us, posts.captured.clock_writer) == (NOON_US + 250_000, "collector")
    assert (posts.collector, posts.clock_offset_ms, posts.received) == (None, None, None)
    assert (inner.file, inner.digests) == ("2026/t.jpg", ())
    assert shot.file == "2026/screenshot.pdf"


def test_the_three_forms_of_a_result_say_the_same(log: Logs) -> None:
    def told(name: str) -> list[tuple[object, ...]]:
        return [
            (one.file, one.source_url, one.title, one.digests, one.captured and one.captured.us)
            for one in log(name)[1].items
            if one.file != "2026/t.jpg"  # the page of our fixture leaves it out
        ]

    assert told("autoarchiver.csv") == told("autoarchiver.json") == told("autoarchiver.html")


def test_the_page_alone_names_the_version(log: Logs) -> None:
    assert {one.tool_version for one in log("autoarchiver.html")[1].items} == {"1.2.9"}


def test_the_time_of_publication_is_no_time_of_capture(log: Logs) -> None:
    about = {"_processed_at": None, "timestamp": "2026-01-01T00:00:00Z", "url": "https://a.example"}
    one = {"status": "x: success", "metadata": about, "media": []}
    (item,) = log(json.dumps(one).encode())[1].items
    assert item.captured is None
    assert item.notes == ("no file was kept",)


def test_seconds_since_1970_as_its_interface_writes_them(log: Logs) -> None:
    one = {"status": "s", "metadata": {"_processed_at": 1772357400.123456, "url": "u"}, "media": []}
    (item,) = log(json.dumps(one).encode())[1].items
    assert item.captured is not None
    assert item.captured.us == NOON_US + 123_456
    assert "the program says: s" in item.notes


BROKEN_CSV = {
    "a call in a cell": ('x,"{\'a\': open(1)}","[]"', "unknown_format"),
    "no values": ("x,,", "unknown_format"),
    "more than a result holds": ('x,"' + " " * 5_000_000 + '","[]"', "too_large"),
    "nested": ('x,"' + "[" * 10_000 + '","[]"', "unknown_format"),
}


@pytest.mark.parametrize("name", sorted(BROKEN_CSV))
def test_rows_that_are_no_values_are_refused_and_the_others_kept(log: Logs, name: str) -> None:
    row, reason = BROKEN_CSV[name]
    good = "ok: success,{'url': 'https://a.example'},[]"
    _, found = log(f"status,metadata,media\n{row}\n{good}\n".encode())
    assert [item.source_url for item in found.items] == ["https://a.example"]
    assert [(one.where, one.reason) for one in found.refusals] == [("row 1", reason)]


HOSTILE_MARKUP = ("<a", "<!--", "<![", '<a b="', "</", "<?", "<!x>", "<?x>", "<")


@pytest.mark.parametrize("piece", HOSTILE_MARKUP)
def test_markup_that_would_keep_the_parser_busy_is_refused_at_once(log: Logs, piece: str) -> None:
    good = (FIXTURES / "autoarchiver.html").read_bytes()
    _, found = log(good.replace(b"</body>", piece.encode() * 200_000 + b"</body>"))
    assert not found.items
    assert [one.reason for one in found.refusals] == ["damaged"]


@pytest.mark.parametrize("piece", ["<b>", "<td>", "<span class='copy'>", "<script>", "&#", "&amp;"])
def test_many_elements_are_read_in_little_time(log: Logs, piece: str) -> None:
    good = (FIXTURES / "autoarchiver.html").read_bytes()
    _, found = log(good.replace(b"</body>", piece.encode() * 20_000 + b"</body>"))
    assert len(found.items) == 2


# ---- Hunchly and saved pages -------------------------------------------------------------------


def test_lists_of_hunchly(log: Logs) -> None:
    page = {"id": 1, "url": "https://a.example", "title": "T", "content_hash": POSTS,
            "timestamp_created": "2026-03-01T09:30:00.5Z"}  # fmt: skip
    reader, found = log(json.dumps([page]).encode())
    assert reader == "hunchly"
    (item,) = found.items
    assert (item.file, item.tool, item.tool_version) == ("pages/1.mhtml", "Hunchly", None)
    assert item.captured is not None
    assert item.captured.us == NOON_US + 500_000
    head, row = ",".join(page), ",".join(map(str, page.values()))
    (mirrored,) = log(f"{head}\n{row}\n".encode())[1].items
    assert mirrored == item


def test_a_file_added_by_hand_has_no_address_unless_one_is_written(log: Logs) -> None:
    row = {"ID": 1, "Filename": "a.pdf", "Source": "Added Manually", "Hash": POSTS,
           "AttachedDate": "2026-03-01T09:30:00Z"}  # fmt: skip
    other = {**row, "Source": "https://a.example/a.pdf"}
    by_hand, linked = log(json.dumps([row, other]).encode())[1].items
    assert (by_hand.source_url, by_hand.method) == (None, "Added Manually")
    assert (linked.source_url, linked.method) == ("https://a.example/a.pdf", None)


def test_photos_with_a_caption(log: Logs) -> None:
    row = {"ID": 1, "PageId": 1, "PhotoUrl": "https://a.example/p.jpg", "PhotoHash": POSTS,
           "PhotoTimestamp": "2026-03-01T09:30:00Z", "LocalFile": "tagged\\p.jpg",
           "Caption": "c"}  # fmt: skip
    (item,) = log(json.dumps([row]).encode())[1].items
    assert (item.file, item.title) == ("tagged/p.jpg", "c")


def test_a_saved_page_names_address_time_and_title(log: Logs) -> None:
    (item,) = log("page.mhtml")[1].items
    assert item.source_url == "https://social.example/about"
    assert item.title == "About 盐城"
    assert item.tool == "browser (Blink)"
    assert item.itself
    assert item.captured is not None
    assert (item.captured.us, item.captured.raw) == (NOON_US, "Sun, 1 Mar 2026 09:30:00 -0000")


@pytest.mark.parametrize(
    "date", ["Sun, 1 Mar 2026 09:30:00", "yesterday", "Sun, 41 Mar 2026 09:30:00 GMT"]
)
def test_dates_of_saved_pages_that_name_no_instant(log: Logs, date: str) -> None:
    page = (
        (FIXTURES / "page.mhtml")
        .read_bytes()
        .replace(b"Sun, 1 Mar 2026 09:30:00 -0000", date.encode())
    )
    (item,) = log(page)[1].items
    assert item.captured is not None
    assert item.captured.us is None


# ---- lists kept by hand ------------------------------------------------------------------------


def test_a_list_kept_by_hand(log: Logs) -> None:
    _, found = log("collection.csv")
    good, wrong, gone = found.items
    assert good.captured is not None
    assert good.captured.us == NOON_US
    assert (good.clock_offset_ms, good.clock, good.received) == (-1_250, "NTP", "courier")
    assert (good.collector, good.tool_version) == ("Desk one", "140.0")
    assert wrong.captured is not None
    assert wrong.captured.us is None
    assert wrong.notes == ("evening shift",)
    assert (gone.file, gone.digests, gone.tool) == ("video.mp4", (), None)
    assert [(one.where, one.reason) for one in found.refusals] == [
        ("row 2, captured_at", "bad_time")
    ]


def test_times_and_numbers_of_toml(log: Logs) -> None:
    (item,) = log("collection.toml")[1].items
    assert item.captured is not None
    assert (item.captured.us, item.clock_offset_ms) == (NOON_US, 500)
    assert item.digests[0].algorithm == "md5"


def test_semicolons_old_line_ends_and_unknown_columns(log: Logs) -> None:
    _, found = log(
        b"\xef\xbb\xbfFile;Source_URL;Collector;weather\r\na;https://a.example;Desk;rain\r\n"
    )
    assert [(one.file, one.collector) for one in found.items] == [("a", "Desk")]
    assert found.notes == ("columns that are not read: 'weather'",)


BROKEN_BY_HAND = {
    "no file named": (b"file,source_url,collector\n,https://a.example,x\n", "unknown_format", 0),
    "offset no number": (b"file,source_url,clock_offset_s\na,u,soon\n", "unknown_format", 1),
    "offset infinite": (b"file,source_url,clock_offset_s\na,u,Infinity\n", "unknown_format", 1),
    "offset of no size": (b"file,source_url,clock_offset_s\na,u,1e9999999\n", "unknown_format", 1),
    "offset of years": (b"file,source_url,clock_offset_s\na,u,1e12\n", "unknown_format", 1),
    "not UTF-8": (b"file,source_url,collector\n\xff\xfe,u,x\n", "bad_encoding", 0),
    "a column twice": (b"file,source_url,collector,file\na,u,x,b\n", "unknown_format", 0),
    "header alone": (b"file,source_url,collector\n", "", 0),
    "TOML cut": (b'[[item]]\nfile = "a"\nsource_url = "u"\ncollector = "x\n', "damaged", 0),
    "TOML nested": (
        b"[[item]]\nfile='a'\nsource_url='u'\ncollector='x'\nz = " + b"[" * 5_000, "damaged", 0),
    "an item that is no table": (b"item = [1]\n#\n[[x]]\n", None, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BROKEN_BY_HAND))
def test_broken_lists_are_refused_in_a_line(log: Logs, name: str, tmp_path: Path) -> None:
    data, reason, count = BROKEN_BY_HAND[name]
    if reason is None:
        (tmp_path / "x").write_bytes(data)
        assert reader_of(tmp_path / "x") is None
        return
    _, found = log(data)
    assert len(found.items) == count
    assert {one.reason for one in found.refusals} == ({reason} if reason else set())
    assert all(len(one.raw) <= 200 for one in found.refusals)


STARTED = (
    b'[{"id": 1, "url": "u", "title": "t", "timestamp_created": "x", "content_hash": "y", "z": '
)
BROKEN_JSON = {
    "cut": STARTED[:-7] + b"}, {",
    "nested": STARTED + b"[" * 200_000,
    "a number without end": STARTED + b"9" * 100_000 + b"}]",
}


@pytest.mark.parametrize("name", sorted(BROKEN_JSON))
def test_broken_json_is_refused_in_a_line(log: Logs, name: str) -> None:
    _, found = log(BROKEN_JSON[name])
    assert not found.items
    assert [one.reason for one in found.refusals] == ["bad_json"]


def test_records_of_another_shape_are_refused_one_by_one(log: Logs) -> None:
    good = {"id": 1, "url": "u", "title": "t", "timestamp_created": "x", "content_hash": "y"}
    _, found = log(json.dumps([good, 7, {"id": 2}, good]).encode())
    assert len(found.items) == 2
    assert [one.where for one in found.refusals] == ["row 2", "row 3"]


@pytest.mark.parametrize("name", ["autoarchiver.csv", "autoarchiver.json", "collection.csv"])
def test_a_log_of_more_items_than_are_read_says_so(
    log: Logs, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from forensics.read.collection import autoarchiver, byhand

    for module in (limits, autoarchiver, byhand):
        monkeypatch.setattr(module, "MAX_ITEMS", 2)
    _, found = log(name)
    assert len(found.items) == 2
    assert "too_large" in {one.reason for one in found.refusals}


def test_blank_files_of_any_kind_are_recognised_as_nothing_at_once(tmp_path: Path) -> None:
    for blank in (b"\n", b" ", b"\t\n", b"a\n", b"[", b"{"):
        (tmp_path / "x").write_bytes(blank * 70_000)
        assert reader_of(tmp_path / "x") is None


def test_a_log_too_large_to_be_read_as_a_whole(log: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_LOG_BYTES", 100)
    _, found = log("collection.csv")
    assert not found.items
    assert [one.reason for one in found.refusals] == ["too_large"]


def test_markup_in_titles_stays_text(log: Logs) -> None:
    titles = {one.title for one in log("autoarchiver.html")[1].items}
    assert len(titles) == 1
    (title,) = titles
    assert title is not None
    assert title.startswith('Lamps <script>alert(1)</script> & "evening"')


def test_half_characters_become_their_escape(log: Logs) -> None:
    page = {"id": 1, "url": "u\ud83d", "title": "t", "timestamp_created": "", "content_hash": ""}
    (item,) = log(json.dumps([page]).encode())[1].items
    assert item.source_url == "u\\ud83d"
    assert (item.captured, item.digests) == (None, ())
