"""The readers, in the order in which they are asked."""

from __future__ import annotations

from pathlib import Path

from forensics.read import (
    chats,
    collectors,
    columnar,
    delimited,
    files,
    jsonfile,
    networks,
    twitter,
)
from forensics.read.options import Reader, UnreadableFileError

READERS: tuple[Reader, ...] = (
    *twitter.READERS,
    *chats.READERS,
    *networks.READERS,
    *collectors.READERS,
    *files.READERS,
    Reader(
        "twitter-io",
        delimited.is_information_operations,
        delimited.open_information_operations,
        "CSV of Twitter's published information-operations archives; tweet_time is UTC",
    ),
    Reader("parquet", columnar.is_parquet, columnar.open_parquet, "Parquet"),
    Reader(
        "json",
        jsonfile.is_json,
        jsonfile.open_json,
        "one JSON object a line, an array of objects, or an object that holds one array",
    ),
    Reader(
        "csv",
        delimited.is_delimited,
        delimited.open_delimited,
        "CSV, TSV and other delimited text with a header line",
    ),
)
"""Asked in this order; the first that recognises the content reads the file. Names do not count."""

_KNOWN = (
    (b"PK\x03\x04", "a zip or spreadsheet workbook", "export the sheet as CSV (UTF-8)"),
    (b"%PDF", "a PDF", "ask for the data as CSV or JSON"),
    (b"\x89PNG", "an image", "give it as an image, not as posts"),
    (b"\xff\xd8\xff", "an image", "give it as an image, not as posts"),
    (b"BZh", "a bzip2 file", "unpack it first"),
    (b"\xfd7zXZ", "an xz file", "unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"Rar!", "a rar archive", "unpack it first"),
)


def detect(path: Path, head: bytes | None = None) -> Reader | None:
    """The reader that recognises the (unpacked) bytes at `path`, or None."""
    if head is None:
        with path.open("rb") as file:
            head = file.read(1 << 16)
    return next((reader for reader in READERS if reader.detects(path, head)), None)


def unknown(head: bytes, name: str) -> UnreadableFileError:
    """The error for bytes no reader recognises, naming what they are where that is known."""
    for mark, what, todo in _KNOWN:
        if head.startswith(mark):
            return UnreadableFileError(
                f"this is {what}, not a table of posts",
                reason="unknown_format",
                where=name,
                todo=todo,
            )
    return UnreadableFileError(
        "this is binary data that no reader knows",
        reason="unknown_format",
        where=name,
        todo="give CSV, TSV, JSON, JSON lines or Parquet",
    )
