"""Text that is not UTF-8 is read by a stated encoding or refused with a proposal; never guessed."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.errors import ReadError
from forensics.read import encodings
from forensics.read.unpack import unpack

Read = Callable[..., Any]
CHINESE = "用户昵称,发布时间,正文\n" + "".join(
    f"张三,2024-03-05T09:12:{n:02d}+08:00,今天天气很好，我们去公园\n" for n in range(30)
)
RUSSIAN = "account,time,text\n" + "Анна,2024-03-05T09:12:44+03:00,привет, мир\n".replace(
    ", м", " м"
)
WESTERN = "account,time,text\nJosé,2024-03-05T09:12:44+01:00,« déjà vu » à Orléans\n"


@pytest.mark.parametrize(
    ("text", "codec", "stated"),
    [
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "GB2312"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "UTF-16BE"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (WESTERN, "latin-1", "latin-1"),
        (WESTERN, "cp1252", "windows-1252"),
    ],
)
def test_a_stated_encoding(read: Read, text: str, codec: str, stated: str) -> None:
    expected = read(text.encode(), "u.csv")
    outcome = read(text.encode(codec), "x.csv", columns={"encoding": stated})
    keys = ("row", "account", "t_us", "text")
    assert [[p[k] for k in keys] for p in outcome.posts] == [
        [p[k] for k in keys] for p in expected.posts
    ]
    assert outcome.source.format.endswith("as stated")


def test_what_is_utf8_already_stays_so(read: Read, tmp_path: Path) -> None:
    outcome = read(CHINESE.encode(), columns={"encoding": "gb18030"})
    assert {post["account"] for post in outcome.posts} == {"张三"}
    assert "as stated" not in outcome.source.format
    late = "account,time\n" + "a,2024-03-05T09:12:44Z\n" * 9_000
    mixed = late.encode() + "张三,2024-03-05T09:12:44Z\n".encode("gb18030")
    found = read(mixed, columns={"encoding": "gb18030"})
    assert found.source.rows_refused == 0
    assert "张三" in {post["account"] for post in found.posts}


@pytest.mark.parametrize(
    ("text", "codec", "proposed"),
    [
        (CHINESE, "gb18030", r"gb18030 \(用户昵称,发布时间,正文\).*--map encoding=gb18030"),
        (CHINESE, "utf-16-le", "--map encoding=utf-16-le"),
        (CHINESE, "utf-16-be", "--map encoding=utf-16-be"),
    ],
)
def test_a_file_whose_header_is_foreign_is_refused_with_a_proposal(
    read: Read, text: str, codec: str, proposed: str
) -> None:
    with pytest.raises(ReadError) as caught:
        read(text.encode(codec), "x.csv")
    assert "not UTF-8" in caught.value.what
    import re

    assert re.search(proposed, caught.value.todo), caught.value.todo


def test_rows_that_are_foreign_are_refused_with_a_proposal(read: Read) -> None:
    data = WESTERN.encode("cp1252") + b"Eve,2024-03-05T09:12:44+01:00,plain\n"
    outcome = read(data)
    assert outcome.reasons == [(1, "bad_encoding")]
    assert any("cp1252 (é" in note for note in outcome.source.notes)


def test_a_few_damaged_lines_are_no_other_encoding(read: Read) -> None:
    data = CHINESE.encode() + b"\xff\xfe\xff,2024-03-05T09:12:44Z,x\n"
    outcome = read(data)
    assert outcome.source.rows_refused == 1
    assert not any("--map encoding" in note for note in outcome.source.notes)


@pytest.mark.parametrize(
    "bad", ["zlib", "rot13", "utf-7", "idna", "base64", "x" * 50, "", "\0", "utf-8x"]
)
def test_what_is_no_encoding_of_text(read: Read, bad: str) -> None:
    if not bad:
        assert encodings.decoded(None, "x", Path(), bad) is None  # type: ignore[arg-type]
        return
    with pytest.raises(ReadError, match="no encoding is called"):
        read(WESTERN.encode("latin-1"), columns={"encoding": bad})


def test_bytes_that_are_not_in_the_stated_encoding(read: Read) -> None:
    with pytest.raises(ReadError, match="is not shift_jis near byte"):
        read(
            b"account,time\n\xfd\xfe\xff,2024-03-05T09:12:44Z\n", columns={"encoding": "shift_jis"}
        )


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=5, max_size=40))
def test_chinese_is_proposed_as_it_reads(text: str) -> None:
    data = text.encode("gb18030")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert f"gb18030 ({text[:16]}" in encodings.proposal(data)


def test_marks_are_still_enough(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le"))
    plain = unpack(path, "x", tmp_path)
    assert plain.steps == ("utf-16-le",)
    assert encodings.proposal(plain.head) == ""
    assert encodings.proposal(b"%PDF-1.7\n\x00\x01\xff") == ""
