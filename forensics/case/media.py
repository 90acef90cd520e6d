"""The media type of a file from its first bytes. Names are claims and are not looked at."""

from __future__ import annotations

import csv

HEAD_BYTES = 8192
"""How many bytes `media_type` wants to see."""
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (257, b"ustar", "application/x-tar"),
    (0, b"\x1aE\xdf\xa3", "video/x-matroska"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
)
_BRANDS: tuple[tuple[bytes, str], ...] = (
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"heim", "image/heic"),
    (b"heis", "image/heic"),
    (b"mif1", "image/heif"),
    (b"msf1", "image/heif"),
    (b"avif", "image/avif"),
    (b"avis", "image/avif"),
    (b"qt  ", "video/quicktime"),
)
_MARKUP: tuple[tuple[str, str], ...] = (
    ("<!doctype html", "text/html"),
    ("<html", "text/html"),
    ("<svg", "image/svg+xml"),
    ("<?xml", "application/xml"),
    ("window.", "text/javascript"),
)


def media_type(head: bytes) -> str:
    """The media type of a file that begins with these bytes; at worst `application/octet-stream`.

    Args:
        head: The first `HEAD_BYTES` bytes, or all of them if there are fewer.
    """
    for offset, magic, name in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            # "RIFF" alone is a family; "BM" alone is two letters that text may begin with
            if (name == "image/webp" and head[:4] != b"RIFF") or (
                name == "image/bmp" and head[6:10] != b"\x00\x00\x00\x00"
            ):
                continue
            return name
    if head[4:8] == b"ftyp":
        return next((name for brand, name in _BRANDS if head[8:12] == brand), "video/mp4")
    text = _text(head)
    return "application/octet-stream" if text is None else _text_type(text)


def _text(head: bytes) -> str | None:
    """The bytes as text, or None if they are none; a character cut at the end is forgiven."""
    if not head:
        return None
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    if b"\x00" in head:
        return None
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(head) >= HEAD_BYTES and error.start >= len(head) - 4:
            return head[: error.start].decode("utf-8-sig")
        return None


def _text_type(text: str) -> str:
    start = text.lstrip()
    lowered = start[:64].lower()
    for prefix, name in _MARKUP:
        if lowered.startswith(prefix):
            return name
    lines = start.split("\n", 2)
    if start[:1] == "{" and len(lines) > 1 and lines[1][:1] == "{":
        return "application/x-ndjson"
    if start[:1] in ("{", "["):
        return "application/json"
    for mark, name in (("\t", "text/tab-separated-values"), (",", "text/csv"), (";", "text/csv")):
        records = csv.reader(start.splitlines(keepends=True), delimiter=mark)
        widths = [len(record) for record, _ in zip(records, range(2), strict=False)]
        if len(widths) == 2 and widths[0] == widths[1] > 1:
            return name
    return "text/plain"
