"""WARC and WACZ: captures with their hashes; bombs, lies and damage end in a line, never worse."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.case import canonical
from forensics.read.archives import Limits
from forensics.read.collection import Log, items, read_log, reader_of
from forensics.read.collection.items import LogFile
from forensics.read.collection.wacz import read_wacz
from forensics.read.collection.warc import captures, read_warc
from forensics.read.collection.warclines import MAX_HEADERS
from forensics.read.options import SourceFile

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "fixtures" / "collection"
Logs = Callable[..., tuple[str, Log]]


def made() -> Any:
    """The script that makes the fixtures: its parts make broken ones too."""
    path = ROOT / "tools" / "make_collection_fixtures.py"
    spec = importlib.util.spec_from_file_location("make_collection_fixtures", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = made()
PIECES = (
    b"", b"'", b"[", b"{", b"\\", b"\x00", b"\r\n\r\n", b"WARC/1.0\r\n", b"9" * 40, b"-1", b",",
    b"\xed\xa0\xbd", b"\\ud83d", b"<span class='copy'>", b"datetime.datetime(", b"=?x?q?",
)  # fmt: skip
"""What is put in the place of a few bytes: marks of every format that is read."""
PAGE = MAKE.response("https://a.example/", b"hello")


def read(data: bytes, **more: Any) -> Any:
    return captures(LogFile("0" * 64, "x", Path("x")), io.BytesIO(data), len(data), **more)


def test_captures_with_address_time_program_and_payload(log: Logs) -> None:
    whole, export, page = log("crawl.warc.gz")[1].items
    assert (export.source_url, export.http_status) == ("https://social.example/export.csv", 200)
    assert (export.collector, export.tool, export.tool_version) == (
        "Desk three", "Browsertrix-Crawler", "1.2.3",
    )  # fmt: skip
    assert export.inside is not None
    assert export.inside.fits is True
    posts = (FIXTURES / "posts.csv").read_bytes()
    assert export.inside.sha256 == hashlib.sha256(posts).hexdigest()
    assert (whole.itself, whole.source_url, whole.captured) == (True, None, None)
    assert page.source_url == "https://social.example/about"


def test_packed_and_plain_records_say_the_same(log: Logs) -> None:
    assert log("crawl.warc")[1].items == log("crawl.warc.gz")[1].items


def test_the_library_reads_the_same_captures_and_says_that_they_fit(log: Logs) -> None:
    from warcio.archiveiterator import ArchiveIterator

    told = []
    with (FIXTURES / "crawl.warc.gz").open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests=True):
            sha256 = hashlib.sha256(record.content_stream().read()).hexdigest()
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                told.append((url, sha256, record.digest_checker.passed))
    ours = [
        (one.source_url, one.inside and one.inside.sha256, one.inside and one.inside.fits)
        for one in log("crawl.warc.gz")[1].items[1:]
    ]
    assert ours == told


def test_a_payload_that_is_not_what_was_hashed() -> None:
    wrong = MAKE.response("https://a.example/", b"hello", digest="sha256:" + "0" * 64)
    (item,) = read(wrong).items
    assert item.inside.fits is False
    assert item.inside.ours.value == hashlib.sha256(b"hello").hexdigest()


@pytest.mark.parametrize(("digest", "fits"), [("tiger:abc", None), ("sha1:short", None)])
def test_a_digest_nobody_can_check(digest: str, fits: bool | None) -> None:
    (item,) = read(MAKE.response("https://a.example/", b"hello", digest=digest)).items
    assert item.inside.fits is fits


def test_bodies_without_their_encodings_are_hashed_too() -> None:
    packed = gzip.compress(b"plain text")
    (item,) = read(MAKE.response("https://a.example/", packed, "Content-Encoding: gzip\r\n")).items
    assert item.inside.decoded_sha256 == hashlib.sha256(b"plain text").hexdigest()
    chunked = b"5\r\nplain\r\n5\r\n text\r\n0\r\n\r\n"
    extra = "Transfer-Encoding: chunked\r\n"
    over_body = f"sha256:{hashlib.sha256(b'plain text').hexdigest()}"
    (item,) = read(MAKE.response("https://a.example/", chunked, extra, over_body)).items
    assert item.inside.decoded_sha256 == hashlib.sha256(b"plain text").hexdigest()
    assert item.inside.fits is True, "the standard lets the digest leave out the chunks"


@pytest.mark.parametrize(
    "extra",
    ["Content-Encoding: gzip\r\n", "Transfer-Encoding: chunked\r\n", "Content-Encoding: br\r\n"],
)
def test_bodies_that_are_not_encoded_as_they_say_keep_their_stored_hash(extra: str) -> None:
    (item,) = read(MAKE.response("https://a.example/", b"not packed", extra)).items
    assert item.inside.sha256 == hashlib.sha256(b"not packed").hexdigest()


def lying(length: str) -> bytes:
    return PAGE.replace(b"Content-Length: ", b"Content-Length: " + length.encode() + b"\r\nX: ")


BROKEN: dict[str, tuple[bytes, str, int]] = {
    "shorter than it says": (PAGE + lying("5000"), "damaged", 1),
    "longer than it says": (lying("20") + PAGE, "damaged", 1),
    "length of a planet": (lying("9" * 400), "damaged", 0),
    "length below zero": (lying("-1"), "damaged", 0),
    "length in words": (lying("many"), "damaged", 0),
    "length in other digits": (lying("²"), "damaged", 0),
    "no length": (b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: x:y\r\n\r\n", "damaged", 0),
    "text after a record": (PAGE + b"and more\r\n", "damaged", 1),
    "blank lines without end": (PAGE + b"\r\n" * 1_000, "damaged", 1),
    "a line without end": (b"WARC/1.0\r\nX: " + b"a" * 1_000_000, "damaged", 0),
    "headers without end": (b"WARC/1.0\r\n" + b"X: y\r\n" * (MAX_HEADERS // 5), "damaged", 0),
    "HTTP headers without end": (
        MAKE.record("response", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * (MAX_HEADERS // 5),
                    WARC_Target_URI="https://a.example/"), "damaged", 0),
    "no address": (MAKE.record("response", b"HTTP/1.1 200 OK\r\n\r\nx") + PAGE, "damaged", 0),
    "cut in the headers": (PAGE + PAGE[:40], "damaged", 1),
    "nothing": (b"", "", 0),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_broken_records_end_in_one_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    data, reason, kept = BROKEN[name]
    found = read(data)
    assert [one.reason for one in found.refusals] == ([reason] if reason else [])
    assert len(found.items) == kept
    assert all("the rest was not read" in one.raw or "cut off" in one.raw for one in found.refusals)
    assert capsys.readouterr().err == ""


@given(st.integers(0, 4_200))
@settings(max_examples=60)
def test_cut_anywhere_what_came_before_is_read(cut: int) -> None:
    data = b"".join(MAKE.warc_records())
    whole, found = read(data).items, read(data[:cut]).items
    assert found == whole[: len(found)]


@given(st.integers(0, 4_000), st.integers(0, 255))
@settings(max_examples=60)
def test_any_byte_changed_never_raises(at: int, byte: int) -> None:
    data = bytearray(MAKE.warc())
    data[at % len(data)] = byte
    stream = gzip.GzipFile(fileobj=io.BytesIO(bytes(data)))
    captures(LogFile("0" * 64, "x", Path("x")), stream, len(data))


def test_gzip_cut_off_and_spoilt(tmp_path: Path) -> None:
    packed = gzip.compress(PAGE) + gzip.compress(PAGE * 200)
    for data in (packed[:-9], packed[:-8] + b"\0" * 8, gzip.compress(PAGE) + b"rubbish"):
        path = tmp_path / "x.warc.gz"
        path.write_bytes(data)
        found = read_warc(LogFile("0" * 64, "x", path))
        assert [one.reason for one in found.refusals] == ["damaged"]
        assert len(found.items) > 1


def test_a_bomb_is_stopped_by_its_ratio() -> None:
    bomb = MAKE.response("https://a.example/", b"\0" * (3 << 20))
    limits = Limits(ratio_after=1 << 20)
    found = captures(LogFile("0" * 64, "x", Path("x")), io.BytesIO(bomb), 3_000, limits=limits)
    assert [one.reason for one in found.refusals] == ["too_large"]
    assert not found.items


def test_odd_addresses_stay_as_they_are_and_nothing_is_printed(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    odd = read(MAKE.response("https://a.example/a b\x1b[31m", b"x")).items[0]
    wget = read(MAKE.response("<https://a.example/>", b"x")).items[0]
    assert odd.source_url == "https://a.example/a b\x1b[31m"
    assert wget.source_url == "https://a.example/"
    assert (capsys.readouterr().err, caplog.records) == ("", [])


def test_more_captures_than_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "MAX_ITEMS", 3)
    found = read(PAGE * 9)
    assert len(found.items) == 3
    assert [one.reason for one in found.refusals] == ["too_large"]


def test_repeated_captures_have_no_bytes_of_their_own() -> None:
    again = MAKE.record("revisit", b"HTTP/1.1 200 OK\r\n\r\n", WARC_Target_URI="https://a.example/",
                        WARC_Payload_Digest="sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")  # fmt: skip
    (item,) = read(again).items
    assert item.inside is None
    assert item.notes


# ---- packages ----------------------------------------------------------------------------------


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def changed(**parts: bytes | None) -> bytes:
    """The good package with members replaced, added or left out; `__` stands for `/`."""
    found = parts_of(MAKE.wacz())
    for spelt, data in parts.items():
        name = spelt.replace("__", "/").replace("_DOT_", ".")
        if data is None:
            found.pop(name)
        else:
            found[name] = data
    return MAKE.zipped(found)


def test_a_package_with_its_parts(log: Logs) -> None:
    _, found = log("crawl.wacz")
    whole, export, page, *parts = found.items
    assert (whole.source_url, whole.title) == ("https://social.example/about", "Export and page")
    assert whole.captured is not None
    assert page.title is not None
    assert page.title.startswith("Lamps <script>")
    assert export.title is None
    assert {one.file: one.inside.fits for one in parts if one.inside} == {
        "archive/data.warc.gz": True, "indexes/index.cdx": True, "pages/pages.jsonl": True,
        "datapackage.json": True,
    }  # fmt: skip
    assert found.refusals == ()
    assert "packed at 2026-03-01T10:00:00Z by invented-packer 2.0" in whole.notes


def test_records_added_to_a_package_later_do_not_fit_its_hash(log: Logs) -> None:
    wrong = [
        one.file for one in log("altered.wacz")[1].items if one.inside and one.inside.fits is False
    ]
    assert wrong == ["archive/data.warc.gz"]


def test_a_description_changed_later_does_not_fit_either(log: Logs) -> None:
    package = json.loads(parts_of(MAKE.wacz())["datapackage.json"])
    package["title"] = "Another title"
    data = changed(datapackage_DOT_json=json.dumps(package).encode())
    wrong = [one.file for one in log(data)[1].items if one.inside and one.inside.fits is False]
    assert wrong == ["datapackage.json"]


def test_members_that_no_list_names_are_named(log: Logs) -> None:
    _, found = log(changed(archive__late_DOT_warc=PAGE))
    assert any("archive/late.warc" in note for note in found.notes)
    assert "https://a.example/" in {one.source_url for one in found.items}


def resources(*listed: Any) -> bytes:
    return json.dumps({"resources": list(listed), "software": 7, "mainPageDate": "soon"}).encode()


ODD = resources(1, None, {}, {"path": 3}, {"path": "gone"})
BROKEN_PACKAGES: dict[str, tuple[bytes, set[str]]] = {
    "described by a list": (changed(datapackage_DOT_json=b"[]"), {"bad_json"}),
    "description cut": (changed(datapackage_DOT_json=b'{"resources": ['), {"bad_json"}),
    "description nested": (changed(datapackage_DOT_json=b"[" * 200_000), {"bad_json"}),
    "description no text": (changed(datapackage_DOT_json=b"\xff\xfe"), {"bad_json"}),
    "resources of any shape": (changed(datapackage_DOT_json=ODD), set()),
    "a page that is no object": (
        changed(pages__pages_DOT_jsonl=b'{"url": 1}\nnonsense\n[]\n'), {"bad_json"}),
    "pages that are binary": (changed(pages__pages_DOT_jsonl=b"\xff" * 1_000), {"bad_json"}),
    "records that are none": (changed(archive__data_DOT_warc_DOT_gz=b"rubbish"), {"damaged"}),
    "records cut": (changed(archive__data_DOT_warc_DOT_gz=MAKE.warc()[:-30]), {"damaged"}),
    "names that lead out": (
        MAKE.zipped({**parts_of(MAKE.wacz()), "../../slip.txt": b"x", "/etc/slip": b"x"}),
        {"not_a_file"}),
    "zstd inside": (changed(archive__x_DOT_warc_DOT_zst=b"x"), {"unsupported_container"}),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BROKEN_PACKAGES))
def test_broken_packages_end_in_lines(log: Logs, name: str) -> None:
    data, reasons = BROKEN_PACKAGES[name]
    reader, found = log(data)
    assert reader == "wacz"
    assert {one.reason for one in found.refusals} == reasons
    assert all(len(one.raw) <= 200 for one in found.refusals)
    assert found.items[0].itself


def test_nothing_of_a_package_is_written_anywhere(log: Logs, tmp_path: Path) -> None:
    log(BROKEN_PACKAGES["names that lead out"][0], "x.wacz")
    assert [path.name for path in tmp_path.iterdir()] == ["x.wacz"]
    assert not (tmp_path.parent / "slip.txt").exists()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("datapackage.json", b"{}")
        package.writestr("archive/data.warc", b"WARC/1.0\r\n" + b"\0" * (3 << 20))
    return out.getvalue()


def test_a_bomb_in_a_package_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    path.write_bytes(bomb())
    found = read_wacz(LogFile("0" * 64, "x", path), Limits(ratio_after=1 << 20))
    assert {one.reason for one in found.refusals} == {"too_large"}
    total = read_wacz(LogFile("0" * 64, "x", path), Limits(total_bytes=1 << 10))
    assert "too_large" in {one.reason for one in total.refusals}


def test_a_package_of_too_many_members(tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    path.write_bytes(MAKE.wacz())
    found = read_wacz(LogFile("0" * 64, "x", path), Limits(members=2))
    assert "too_large" in {one.reason for one in found.refusals}


def test_lists_of_pages_without_end(log: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "MAX_ITEMS", 5)
    line = b'{"url": "https://a.example", "ts": "2026-03-01T09:30:00Z", "title": "t"}\n'
    _, found = log(changed(pages__pages_DOT_jsonl=line * 50))
    assert "too_large" in {one.reason for one in found.refusals}


def test_a_package_cut_in_two_is_no_package_and_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    path.write_bytes(MAKE.wacz()[:2_000])
    assert reader_of(path) is None


@pytest.mark.parametrize("name", sorted(MAKE.files()))
@given(data=st.data())
@settings(max_examples=20)
def test_any_log_with_pieces_changed_is_read_or_refused(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever happens to the bytes: items and refusals that fit into a table, or no log at all."""
    spoilt = bytearray(MAKE.files()[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(spoilt) - 1))
        piece = data.draw(st.sampled_from(PIECES))
        spoilt[at : at + data.draw(st.integers(0, 9))] = piece
    path = tmp_path_factory.getbasetemp() / "spoilt"
    path.write_bytes(spoilt)
    if reader_of(path) is None:
        return
    _, found = read_log(SourceFile("0" * 64, "x", path))
    for item in found.items:
        canonical.dumps([item.source_url, item.title, item.file, *map(str, item.digests)])
    for refusal in found.refusals:
        canonical.dumps([refusal.where, refusal.raw])
