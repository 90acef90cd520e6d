"""Parquet files with one byte changed: each costs itself, and nothing of the files beside it."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forensics.errors import ReadError
from forensics.read import posts

Read = Callable[..., Any]
TWO_POSTS = zlib.decompress(
    base64.b85decode(
        "c-m!A(MrQG6uoWZ?86iW-jF~ZiqKM_jH;VYMQ{uR8Dk9bRobRv(XHs#eTBaJWqyDUeuuZM8x=#6o12_-"
        "a&9uanx7(|k3oQp79H#W98F9BV1`9=tm7&qMM9?vofhnH(7@hazO#24v>#yD0`S`gum?@+{6;k8WC-Fwm+6yE?pNt!"
        "wup&<UDp)*ahew8a_v?)%Go+!WbQE_qr}X$tAI19WaNRuu0)VK3Ywhp8$R{yNLb`pSmd6AzgzcuAQibIWwKETn6*HC"
        "N6o(EBkwK}tg1(_sxsoYvi}OKRv=?Ff6C|HhY?+XZ*Qv=_O|}NWd3Pz=Gpwq0N)?eQ;bK>CVO4w#nRcF^}~MX_(_>R"
        "Yex?UX_92;`r$-I3ZUt5Z2-*Z|9${}n@On"
    )
)
"""Columns account, time and id, written by DuckDB 2.0. Kept, for other versions write otherwise."""
CHANGES = {
    "header of a page that is none": (43, 0x00),
    "header of a page of a type that is none": (43, 0xFF),
    "a length beyond the end": (48, 0x80),
    "a page that ends early": (62, 0x00),
    "a value that is too large": (67, 0xFF),
    "number of values below zero: ends the whole database": (274, 0x1B),
    "statistics of another type": (285, 0x1B),
    "bytes outside the file": (341, 0x1B),
}


def test_unchanged_it_is_read(read: Read) -> None:
    found = read(TWO_POSTS, "p.parquet")
    assert [post["id"] for post in found.posts] == ["5", "6"]


@pytest.mark.parametrize("name", CHANGES)
def test_one_byte_costs_one_file(read_many: Read, tmp_path: Path, name: str) -> None:
    at, value = CHANGES[name]
    damaged, sound = tmp_path / "a.parquet", tmp_path / "b.csv"
    damaged.write_bytes(TWO_POSTS[:at] + bytes([value]) + TWO_POSTS[at + 1 :])
    sound.write_bytes(b"account,time\nada,1709601164\n")
    found = read_many([damaged, sound])
    assert found.times == [1_709_601_164_000_000]
    assert found.reasons == [(0, "damaged")]
    assert [source.rows_read for source in found.reading.sources] == [0, 1]
    with pytest.raises(ReadError, match=r"^a\.parquet: .*damaged.*export it again"):
        read_many([damaged], "alone")


def test_files_that_end_the_database_are_not_read_around_for_ever(
    read_many: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posts, "MOST_ENDED", 2)
    at, value = CHANGES["number of values below zero: ends the whole database"]
    paths = [tmp_path / f"{number}.parquet" for number in range(3)]
    for number, path in enumerate(paths):  # three different files
        data = bytearray(TWO_POSTS)
        data[at], data[4 + number] = value, data[4 + number] ^ 1
        path.write_bytes(bytes(data))
    with pytest.raises(ReadError, match=r"as 2 files before it are; leave the damaged files out"):
        read_many(paths)
