"""Media types come from the content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.case.media import HEAD_BYTES, media_type

CASES = {
    "jpeg": (b"\xff\xd8\xff\xe1..Exif", "image/jpeg"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
    "gif": (b"GIF89a...", "image/gif"),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    "riff that is no webp": (b"RIFF\x10\0\0\0WAVEfmt ", "application/octet-stream"),
    "text with WEBP at byte 8": (b"abcdefghWEBP", "text/plain"),
    "bmp": (b"BM\x36\x10\0\0\0\0\0\0\x36\0", "image/bmp"),
    "text that begins with BM": (b"BMW drivers", "text/plain"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
    "avif": (b"\0\0\0\x18ftypavif\0\0\0\0", "image/avif"),
    "quicktime": (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
    "mp4": (b"\0\0\0\x18ftypisom\0\0\0\0", "video/mp4"),
    "zip": (b"PK\x03\x04....", "application/zip"),
    "gzip": (b"\x1f\x8b\x08\0", "application/gzip"),
    "parquet": (b"PAR1....", "application/vnd.apache.parquet"),
    "empty": (b"", "application/octet-stream"),
    "noise": (b"\x80\x81\x82", "application/octet-stream"),
    "text with a zero byte": (b"ab\0c", "application/octet-stream"),
    "csv": (b"account,time\na,2021\n", "text/csv"),
    "csv with a mark": (b"\xef\xbb\xbfaccount;time\na;2021\n", "text/csv"),
    "csv in utf-16": ("account,time\na,b\n".encode("utf-16"), "text/csv"),
    "quoted newline in csv": (b'a,text\n1,"two\nlines"\n', "text/csv"),
    "tsv": (b"account\ttime\na\tb\n", "text/tab-separated-values"),
    "a program with commas": (b"import os, sys\nprint(1)\n", "text/plain"),
    "header alone": (b"account,time", "text/plain"),
    "json": (b' [{"a": 1}]', "application/json"),
    "json lines": (b'{"a":1}\n{"a":2}\n', "application/x-ndjson"),
    "twitter archive": (b"window.YTD.tweets.part0 = [", "text/javascript"),
    "html": (b"<!DOCTYPE html><p>", "text/html"),
    "svg": (b"<svg xmlns=", "image/svg+xml"),
    "plain": ("Grüße".encode(), "text/plain"),
    "csv field too long for the reader": (b"a," + b"x" * 8000, "text/plain"),
}


@pytest.mark.parametrize(("head", "expected"), CASES.values(), ids=CASES.keys())
def test_media_type(head, expected):
    assert media_type(head) == expected


def test_a_character_cut_at_the_end_of_the_head_is_forgiven():
    head = ("x" + "é" * HEAD_BYTES).encode()[:HEAD_BYTES]
    assert media_type(head) == "text/plain"


@given(st.binary(max_size=300))
def test_never_fails(head):
    assert "/" in media_type(head)
