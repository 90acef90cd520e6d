"""In the clean copy a record's number is its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from forensics.read import census
from forensics.read.cleancopy import FILLER, write_clean


def copied(tmp_path: Path, data: bytes, fields: int = 2) -> list[bytes]:
    source, target = tmp_path / "source", tmp_path / "clean"
    source.write_bytes(data)
    found = census.take(source, delimiter=",", fields=fields, data_start=0)
    write_clean(source, found, target, fields=fields)
    return target.read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"a,b\nshort\nc,d\n", [b"a,b\n", b"\0,\n", b"c,d\n"]),
        (b"short\na,b\n", [b"\0,\n", b"a,b\n"]),
        (b"a,b\nlo,n,g\nlo,n,g\n", [b"a,b\n", b"\0,\n", b"\0,\n"]),
        (b"short\n", [b"\0,\n"]),
        (b"\na,b\n\n\nc,d", [b"a,b\n", b"c,d\n"]),
        (b"a,b\r\nc,d\r\n", [b"a,b\n", b"c,d\n"]),
        (b'a,"x\r\ny"\r\n', [b'a,"x\n', b'y"\n']),
        (b"a,b\nc,d\r", [b"a,b\n", b"c,d\n"]),
    ],
    ids=["middle", "first", "end", "all", "blank", "crlf", "quoted", "half a crlf at the end"],
)
def test_fillers_stand_for_broken_records(tmp_path: Path, data: bytes, wanted: list[bytes]) -> None:
    assert copied(tmp_path, data) == wanted


def test_no_good_record_can_look_like_a_filler(tmp_path: Path) -> None:
    lines = copied(tmp_path, b"a,b\n\0,\nc,d\n")
    assert lines == [b"a,b\n", f"{FILLER},\n".encode(), b"c,d\n"]
    found = census.take(tmp_path / "source", delimiter=",", fields=2, data_start=0)
    assert [(bad.row, bad.reason) for bad in found.bad] == [(2, "bad_encoding")]
