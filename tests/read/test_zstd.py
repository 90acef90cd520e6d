"""zstd: any frames, long windows, every break found, bounds kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from forensics.errors import ReadError
from forensics.read import unpack, zstd

Read = Callable[..., Any]
LINE = b'{"account": "a", "created_at": "2019-03-04T12:34:56Z", "text": "%06d"}\n'
DATA = b"".join(LINE % number for number in range(6_000))


def packed(data: bytes, **more: Any) -> bytes:
    return zstandard.ZstdCompressor(level=1, **more).compress(data)


FRAME = packed(DATA)
HALF = len(DATA) // 2
SKIPPED = b"\x51\x2a\x4d\x18\x04\x00\x00\x00abcd"


def long_window() -> bytes:
    made = zstandard.ZstdCompressionParameters.from_level(1, window_log=31, enable_ldm=True)
    return zstandard.ZstdCompressor(compression_params=made).compress(DATA)


WHOLE = {
    "one frame": FRAME,
    "checksum": packed(DATA, write_checksum=True),
    "no size": packed(DATA, write_content_size=False),
    "two frames": packed(DATA[:HALF]) + packed(DATA[HALF:]),
    "skippable first": SKIPPED + FRAME,
    "skippable last": FRAME + SKIPPED,
    "long window": long_window(),
}


@pytest.mark.parametrize("form", WHOLE)
def test_whole_files_give_their_bytes(tmp_path: Path, form: str) -> None:
    path = tmp_path / "x.zst"
    path.write_bytes(WHOLE[form])
    found = unpack.unpack(path, "x.zst", tmp_path)
    assert found.path.read_bytes() == DATA
    assert found.steps == ("zstd",)
    assert found.head == DATA[: unpack.HEAD]


def test_an_rle_block(tmp_path: Path) -> None:
    path = tmp_path / "x.zst"
    path.write_bytes(packed(b"a" * 5_000_000))
    assert unpack.unpack(path, "x", tmp_path).path.stat().st_size == 5_000_000


@pytest.mark.parametrize("form", ["one frame", "checksum", "two frames"])
def test_every_break_is_found(tmp_path: Path, form: str) -> None:
    data = WHOLE[form]
    between = len(packed(DATA[:HALF])) if form == "two frames" else -1
    for cut in [5, 7, 10, 20, *range(50, len(data), 997), len(data) - 4, len(data) - 1]:
        if cut == between:
            continue
        path = tmp_path / "x.zst"
        path.write_bytes(data[:cut])
        with pytest.raises(ReadError, match="zstd file is damaged after"):
            unpack.unpack(path, "x.zst", tmp_path)


BROKEN = {
    "garbage behind": FRAME + b"garbage",
    "skippable cut": FRAME + SKIPPED[:-1],
    "skippable header cut": FRAME + SKIPPED[:6],
    "reserved block": FRAME[:6] + b"\xff\xff\xff" + FRAME[9:],
    "wrong checksum": WHOLE["checksum"][:-1] + bytes([WHOLE["checksum"][-1] ^ 1]),
    "header alone": zstd.MAGIC,
}


@pytest.mark.parametrize("form", BROKEN)
def test_damage_is_named(read: Read, form: str) -> None:
    with pytest.raises(ReadError, match="damaged"):
        read(BROKEN[form], name="x.zst")


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "SUSPECT_AFTER", 1 << 20)
    path = tmp_path / "x.zst"
    path.write_bytes(packed(b"a" * 8_000_000))
    with pytest.raises(ReadError, match="more than 100 times its size"):
        unpack.unpack(path, "x.zst", tmp_path)
    assert (tmp_path / "unpacked").stat().st_size < 3 << 20


def test_what_is_no_zstd() -> None:
    assert not zstd.is_zstd(b"")
    assert not zstd.is_zstd(b"\x4f\x2a\x4d\x18\x00")
    assert zstd.is_zstd(SKIPPED)
