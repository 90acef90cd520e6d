"""Workbooks: dates are naive, numbers are numbers, and hostile parts are refused by name."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.xml.functions import fromstring

from forensics.read import UnreadableFileError, registry
from forensics.read.files.workbook import is_workbook

ROWS: list[list[Any]] = [
    ["account", "time", "text"],
    ["a", "2023-01-02T03:04:05Z", "eins"],
    ["b", "2023-01-02T11:04:06+08:00", 7],
    ["c", "2023-01-02T03:04:07Z", None],
    ["", "2023-01-02T03:04:08Z", "no account"],
    ["d", "soon", True],
]
SHEET = "xl/worksheets/sheet1.xml"

naive = dt.datetime.fromisoformat
"""Cells hold times without a zone."""


def book(rows: Sequence[Sequence[Any]], **more: Sequence[Sequence[Any]]) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for title, other in more.items():
        extra = made.create_sheet(title)
        for row in other:
            extra.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry.filename, change(body) if entry.filename == part else body)
    return out.getvalue()


def shared(data: bytes, *, lost: bool = False) -> bytes:
    """The workbook with its texts in the part that cells share, as Excel writes them."""
    texts: list[bytes] = []

    def moved(found: re.Match[bytes]) -> bytes:
        texts.append(found.group(1))
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    data = changed(
        data, SHEET, lambda body: re.sub(b't="inlineStr"><is><t>(.*?)</t></is>', moved, body)
    )
    mark = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    told = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + mark + b'"/></Types>'
    data = changed(data, "[Content_Types].xml", lambda body: body.replace(b"</Types>", told))
    items = b"".join(b"<si><t>" + text + b"</t></si>" for text in texts[: 2 if lost else None])
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", 8) as archive:
        archive.writestr(
            "xl/sharedStrings.xml", b'<sst xmlns="' + space + b'">' + items + b"</sst>"
        )
    return out.getvalue()


def test_shared_texts_are_found(read: Callable[..., Any]) -> None:
    plain, moved = read(book(ROWS)), read(shared(book(ROWS)))
    assert [post["text"] for post in moved.posts] == ["eins", "7", None]
    assert moved.times == plain.times


def test_rows_come_out_as_they_stand(read: Callable[..., Any]) -> None:
    found = read(book(ROWS, Second=[["x"]], Third=[]), name="posts.xlsx")
    assert [(post["row"], post["account"], post["t_us"], post["text"]) for post in found.posts] == [
        (1, "a", 1_672_628_645_000_000, "eins"),
        (2, "b", 1_672_628_646_000_000, "7"),
        (3, "c", 1_672_628_647_000_000, None),
    ]
    assert found.reasons == [(4, "no_account"), (5, "bad_time")]
    assert found.source.reader == "xlsx"
    assert found.source.format.startswith("xlsx, sheet 'Sheet'")
    others = "2 other sheets not read (--map table=NAME reads one): 'Second', 'Third'"
    assert others in found.source.notes
    assert "dates in Excel carry no zone" in found.source.clock.statement


def test_date_cells_are_naive_and_need_a_zone(read: Callable[..., Any]) -> None:
    rows: list[list[Any]] = [["account", "time"]]
    rows += [["a", naive(f"2023-07-01T12:{minute:02d}:05")] for minute in range(3)]
    found = read(book(rows), assume_zone="Asia/Tokyo", assume_because="said so")
    assert found.times == [1_688_180_405_000_000 + 60_000_000 * n for n in range(3)]
    assert {post["basis"] for post in found.posts} == {"stated"}
    with pytest.raises(Exception, match="naive_time"):
        read(book(rows))


def test_a_date_without_hours_is_no_midnight(read: Callable[..., Any]) -> None:
    rows = [["account", "time"], ["a", dt.date(2023, 7, 1)], ["a", naive("2023-07-01")]]
    found = read(
        book([*rows, ["a", "2023-07-01T00:00:00Z"]]), assume_zone="UTC", assume_because="said so"
    )
    assert [post["row"] for post in found.posts] == [2, 3]
    assert found.reasons == [(1, "bad_time")]


def test_the_sheet_and_the_header_are_found(read: Callable[..., Any]) -> None:
    first: list[list[Any]] = [["Notes of the exporter"], ["nothing", "here"]]
    second: list[list[Any]] = [
        ["Export of 2023"],
        [],
        ["user name", None, "created at", "user name"],
    ]
    second += [["a", 1, "2023-01-01T00:00:00Z", 2], [], [None], ["b", 1, "2023-01-01T00:00:01Z"]]
    found = read(book(first, Posts=second), by="column 2")
    assert [(post["row"], post["account"], post["unit"]) for post in found.posts] == [
        (1, "a", "1"),
        (2, "b", "1"),
    ]
    assert found.source.columns == {
        "account": "user name",
        "time": "created at",
        "unit": "column 2",
    }
    assert found.source.notes[0].startswith("header in row 3 of the sheet, 2 blank rows")


def test_columns_may_be_named_by_hand(read: Callable[..., Any]) -> None:
    rows = [["wer", "wann"], ["a", "2023-01-01T00:00:00Z"]]
    found = read(book(rows), columns={"account": "wer", "time": "wann"})
    assert [post["account"] for post in found.posts] == ["a"]


def test_formulas_give_what_was_computed_last(read: Callable[..., Any]) -> None:
    data = changed(
        book([["account", "time"], ["a", 1], ["b", 1672628647]]),
        SHEET,
        lambda body: body.replace(
            b'<c r="B2" t="n"><v>1</v></c>', b'<c r="B2"><f>NOW()</f><v>1672628646</v></c>'
        ).replace(b'<c r="B3" t="n"><v>1672628647</v></c>', b'<c r="B3"><f>NOW()</f></c>'),
    )
    found = read(data)
    assert found.times == [1_672_628_646_000_000]
    assert found.reasons == [(2, "no_time")]


def test_long_ids_kept_as_numbers_are_warned_of(read: Callable[..., Any]) -> None:
    rows = [["account", "time", "id"], ["a", "2023-01-01T00:00:00Z", 1609348028104835072.0]]
    found = read(book(rows))
    assert found.posts[0]["id"] == "1609348028104835072"
    assert any("more than 15 digits" in note for note in found.source.notes)


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;">]><worksheet>&c;</worksheet>'
)


def far_row(body: bytes) -> bytes:
    return body.replace(b'<row r="6"', b'<row r="999999999"')


def out_of_order(body: bytes) -> bytes:
    return body.replace(b'<row r="6"', b'<row r="2"')


def deep(_body: bytes) -> bytes:
    return b"<a>" * 5000 + b"</a>" * 5000


HOSTILE: dict[str, tuple[bytes, str, str]] = {
    "billion laughs": (changed(book(ROWS), SHEET, lambda _: LAUGHS), "damaged", "document type"),
    "billion laughs in the styles": (
        changed(book(ROWS), "xl/styles.xml", lambda _: LAUGHS), "damaged", "document type",
    ),
    "bomb": (
        changed(book(ROWS), SHEET, lambda body: body + bytes(80 << 20)), "too_large", "unpacks to",
    ),
    "row beyond the last": (changed(book(ROWS), SHEET, far_row), "damaged", "out of order"),
    "rows out of order": (changed(book(ROWS), SHEET, out_of_order), "damaged", "out of order"),
    "deep": (changed(book(ROWS), SHEET, deep), "damaged", "nested deeper"),
    "no XML": (changed(book(ROWS), SHEET, lambda body: body[:300]), "damaged", "no XML"),
    "shared text that is not there": (shared(book(ROWS), lost=True), "damaged", "damaged"),
    "cut off": (book(ROWS)[:-200], "damaged", "damaged"),
    "empty": (book([]), "empty_file", "no sheet with a header"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_workbooks(name: str, read: Callable[..., Any], tmp_path: Path) -> None:
    data, reason, says = HOSTILE[name]
    (tmp_path / "good.csv").write_text("account,time\na,2023-01-01T00:00:00Z\n")
    with pytest.raises(Exception, match=says):
        read(data, name="x.xlsx")
    found = read(data, name="x.xlsx", nothing_is_an_error=False)
    assert [item.reason for item in found.reading.refused] == [reason]


def test_the_library_itself_expands_no_entities() -> None:
    try:
        root = fromstring(LAUGHS)
    except ValueError as error:
        assert "EntitiesForbidden" in str(error)
    else:  # with lxml installed it leaves them as they are
        assert "".join(root.itertext()) == "&c;"


def test_what_a_sheet_says_about_its_size_is_not_believed(read: Callable[..., Any]) -> None:
    for told in (b"A1:XFD1048576", b"A1", b"ZZZ9:A1"):
        data = changed(
            book(ROWS[:3]),
            SHEET,
            lambda body, told=told: body.replace(b'ref="A1:C3"', b'ref="' + told + b'"'),
        )
        assert data != book(ROWS[:3])
        assert [post["account"] for post in read(data).posts] == ["a", "b"]


def random_text(size: int) -> bytes:
    """Text that packs badly, so that nothing takes it for a bomb."""
    return b"".join(b"%x" % (n * 2_654_435_761 % (1 << 32)) for n in range(size // 4))[:size]


def test_cells_beyond_the_header_and_huge_ones(read: Callable[..., Any]) -> None:
    wide = changed(book(ROWS[:3]), SHEET, lambda body: body.replace(b'<c r="C3"', b'<c r="XFD3"'))
    assert [post["text"] for post in read(wide).posts] == ["eins", None]
    long = changed(
        book(ROWS[:3]), SHEET, lambda body: body.replace(b"eins", random_text(1_000_001))
    )
    assert read(long).reasons == [(1, "too_large")]


def test_only_workbooks_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "x"
    data = book(ROWS)
    path.write_bytes(data)
    found = registry.detect(path)
    assert found is not None
    assert found.name == "xlsx"
    for other in (b"account,time\n", b"PK\x03\x04", b"", b"{}"):
        path.write_bytes(other)
        assert not is_workbook(path, other)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("posts.csv", "account,time\n")
    path.write_bytes(out.getvalue())
    assert not is_workbook(path, out.getvalue())


def test_a_failure_names_the_file(tmp_path: Path, read: Callable[..., Any]) -> None:
    del tmp_path
    with pytest.raises(Exception, match="bad\\.xlsx") as caught:
        read(book(ROWS)[:-200], name="bad.xlsx")
    assert not isinstance(caught.value, UnreadableFileError)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.datetimes(naive("2000-01-03"), naive("2037-12-01")),
        min_size=15, max_size=30,
    )
)  # fmt: skip
def test_any_date_cell_comes_back_to_the_millisecond(
    tmp_path_factory: pytest.TempPathFactory, read_into: Callable[..., Any], when: list[dt.datetime]
) -> None:
    when = [one.replace(microsecond=one.microsecond // 1000 * 1000) for one in when]
    folder = tmp_path_factory.mktemp("x")
    path = folder / "x.xlsx"
    path.write_bytes(book([["account", "time"], *[["a", one] for one in when]]))
    found = read_into([path], folder / "t", assume_zone="UTC", assume_because="x")
    expected = [(one - naive("1970-01-01")) // dt.timedelta(microseconds=1) for one in when]
    assert found.times == expected


def test_a_sheet_may_be_asked_for_by_name(read: Callable[..., Any]) -> None:
    rows = [["account", "time"], ["a", "2023-01-01T00:00:00Z"]]
    data = book(rows, Second=[["account", "time"], ["b", "2023-01-02T00:00:00Z"]])
    found = read(data, "x.xlsx", columns={"table": "Second"})
    assert [post["account"] for post in found.posts] == ["b"]
    with pytest.raises(Exception, match="has no sheet 'Third'") as caught:
        read(data, "x.xlsx", columns={"table": "Third"})
    assert "'Second'" in str(getattr(caught.value, "todo", ""))
