"""What a collection log says of one item, and nothing that it does not say.

The fields are those that the Berkeley Protocol on Digital Open Source Investigations asks for:
where an item was, who collected it, with what, when, and by which clock. A log states some of them;
what it does not state is None here and counted as missing later. All of it is claimed by the log.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forensics.case.canonical import clean_text
from forensics.clock import EARLIEST_US, LATEST_US, instant
from forensics.errors import ClockError
from forensics.model import Basis, ClockWriter, Refusal

TEXT_CHARS = 2_000
"""Characters of a stated text that are kept; the log itself has the rest."""
MAX_ITEMS = 100_000
"""Items of one log (judged): a million lines fill a table that nobody reads."""
MAX_LOG_BYTES = 64 << 20
"""Bytes of a log that is read as a whole."""
MAX_JSON_BYTES = 32 << 20
"""Bytes of one that is JSON: a value of three bytes takes 72 in memory."""
MAX_REFUSALS = 1_000
"""Refusals of one log that are listed; one more says that there were more."""

ALGORITHMS = {
    "md5": 32,
    "sha1": 40,
    "sha224": 56,
    "sha256": 64,
    "sha384": 96,
    "sha512": 128,
    "sha3_256": 64,
    "sha3_512": 128,
    "blake2b": 128,
    "blake2s": 64,
}
"""Hash algorithms that can be checked, by the name Python has for them -> hex digits."""
_SPELT = {name.replace("_", ""): name for name in ALGORITHMS}
_HEX = re.compile(r"[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True)
class Digest:
    """A hash as a log states it."""

    algorithm: str
    """A key of `ALGORITHMS`, or the log's own word where it is none of them."""
    value: str
    """Hex digits in lower case; as written where the algorithm is not known."""

    @property
    def known(self) -> bool:
        """True if it can be checked."""
        digits = ALGORITHMS.get(self.algorithm)
        return len(self.value) == digits and _HEX.fullmatch(self.value) is not None

    def __str__(self) -> str:
        """`sha256:ab12…`."""
        return f"{self.algorithm}:{self.value}"


@dataclass(frozen=True, slots=True)
class Captured:
    """A time of capture as a log states it."""

    raw: str
    """The text it was read from."""
    us: int | None
    """UTC microseconds; None where the text names no instant."""
    basis: Basis | None = None
    """How its zone is known; None where it is not."""
    clock_writer: ClockWriter = "collector"
    """Whose clock wrote it."""
    precision_s: int = 1
    why_not: str = ""
    """Why there is no instant."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Bytes that lie in the log itself, such as a response in a web archive."""

    sha256: str
    """Of the bytes as stored."""
    size: int
    decoded_sha256: str | None = None
    """Of the bytes without transfer and content encoding, where there is one."""
    fits: bool | None = None
    """True if the stated hash is that of the bytes, None if none can be checked."""
    ours: Digest | None = None
    """Our hash in the algorithm that was stated."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a log says was collected."""

    row: int
    """Number of the record in the log, from 1; 0 for the log as a whole."""
    file: str | None = None
    """What the log calls the file; its last part is compared with names as received."""
    source_url: str | None = None
    title: str | None = None
    collector: str | None = None
    """Person or role, as stated."""
    tool: str | None = None
    tool_version: str | None = None
    method: str | None = None
    captured: Captured | None = None
    clock_offset_ms: int | None = None
    """How far the collector's clock was ahead of UTC, as stated."""
    clock: str | None = None
    """What is said of the clock: how it was set, or which it was."""
    digests: tuple[Digest, ...] = ()
    received: str | None = None
    """How it came from the collector to whoever holds it, as stated."""
    http_status: int | None = None
    media_type: str | None = None
    inside: Inside | None = None
    itself: bool = False
    """True for what a file says of itself as a whole: a saved page, a web archive."""
    part: bool = False
    """True for a part of a package whose hash is stated; no capture."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Log:
    """What was read out of one collection log."""

    format: str
    items: tuple[Item, ...]
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    uncertain: str = ""
    """Why a hash that does not fit may be no alteration; empty where the format settles what was
    hashed."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file that is read as a collection log."""

    sha256: str
    name: str
    path: Path

    def refusal(self, where: str, reason: str, raw: str) -> Refusal:
        """A refusal of a part of it."""
        return Refusal(self.sha256, clean_text(where)[:300], reason, clean_text(raw)[-200:])


@dataclass(frozen=True, slots=True)
class LogReader:
    """One kind of collection log."""

    name: str
    detects: Callable[[Path, bytes], bool]
    """Given the file and its first 64 KiB."""
    reads: Callable[[LogFile], Log]
    about: str
    """One line for the documentation."""


class DamagedLogError(Exception):
    """A log that cannot be read any further: (reason, sentence)."""

    def __init__(self, reason: str, what: str) -> None:
        """Keep a key of `model.REFUSAL_REASONS` beside the sentence."""
        self.reason = reason
        self.what = what
        super().__init__(what)


def room(count: int) -> None:
    """Stop where a log has more items than are read.

    Raises:
        DamagedLogError: it has.
    """
    if count > MAX_ITEMS:
        raise DamagedLogError("too_large", f"more than {MAX_ITEMS:,} items")


def text_of(value: object) -> str | None:
    """A stated text without the space around it, cut; None for nothing, and for no text at all."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = " ".join(clean_text(str(value)).split())
    if len(text) > TEXT_CHARS:
        text = f"{text[:TEXT_CHARS]}… ({len(text):,} characters)"
    return text or None


def captured_of(
    text: object, *, writer: ClockWriter = "collector", utc: bool = False
) -> Captured | None:
    """A stated time; None where none is stated.

    Args:
        text: ISO 8601; anything but text counts as nothing stated.
        writer: Whose clock wrote it.
        utc: True where the format says that times without an offset are UTC.
    """
    raw = text_of(text)
    if raw is None:
        return None
    try:
        found = instant(raw, clock_writer=writer, assume_zone="UTC" if utc else None)
    except ClockError as error:
        return Captured(raw, None, clock_writer=writer, why_not=error.what)
    basis: Basis = found.basis if found.offset_as_written_min is not None else "stated"
    return Captured(raw, found.utc_us, basis, writer, found.precision_s)


def captured_us(us: int, raw: str, *, writer: ClockWriter = "collector") -> Captured:
    """A time that the format counts in UTC."""
    if not EARLIEST_US <= us < LATEST_US:
        return Captured(raw, None, clock_writer=writer, why_not="lies outside 2000 to 2037")
    return Captured(raw, us, "stated", writer)


def digest_of(text: object, algorithm: str | None = None) -> Digest | None:
    """A stated hash: `SHA-256:ab…`, `sha1:` with base 32, or hex digits alone; None for none.

    Args:
        text: The hash as written.
        algorithm: What it is where the text does not say; by its length where nobody does.
    """
    raw = text_of(text)
    if raw is None:
        return None
    before, colon, after = raw.partition(":")
    named, value = (before, after.strip()) if colon else (algorithm or "", raw)
    name = _SPELT.get(re.sub(r"[^a-z0-9]", "", named.lower()), "")
    if not named:
        lengths = {64: "sha256", 40: "sha1", 32: "md5", 128: "sha512"}
        name = lengths.get(len(value), "") if _HEX.fullmatch(value) else ""
    hexed = _hex_of(value, ALGORITHMS[name]) if name else None
    if hexed is None:
        return Digest(named.strip().lower()[:40] or "unnamed", value[:200])
    return Digest(name, hexed)


def _hex_of(value: str, digits: int) -> str | None:
    """Hex digits of a hash in hex, base 32 or base 64 (also with `-` and `_`)."""
    if _HEX.fullmatch(value) and len(value) == digits:
        return value.lower()
    size = digits // 2
    padded = value + "=" * (-len(value) % 8)
    for decode in (base64.b32decode, base64.urlsafe_b64decode, base64.b64decode):
        try:
            found = decode(
                padded if decode is base64.b32decode else value + "=" * (-len(value) % 4)
            )
        except (binascii.Error, ValueError):
            continue
        if len(found) == size:
            return found.hex()
    return None


def json_of(file: LogFile) -> Any:
    """What a log in JSON holds; numbers with a point as text.

    Raises:
        DamagedLogError: too large, or no JSON.
    """
    text = whole_text(file, MAX_JSON_BYTES)
    try:
        return json.loads(text, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise DamagedLogError("bad_json", str(error)) from None


def whole_text(file: LogFile, most: int | None = None) -> str:
    """The text of a log that is read as a whole.

    Raises:
        DamagedLogError: too large, or no UTF-8 text.
    """
    size = file.path.stat().st_size
    if size > min(most or MAX_LOG_BYTES, MAX_LOG_BYTES):
        raise DamagedLogError("too_large", f"a log of {size:,} bytes")
    try:
        return file.path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DamagedLogError("bad_encoding", f"no UTF-8 text at byte {error.start:,}") from None


class Refused:
    """Collects the refusals of a log; a hostile one must not fill a table."""

    def __init__(self, file: LogFile) -> None:
        """Start with none."""
        self._file = file
        self._found: list[Refusal] = []
        self.count = 0

    def add(self, where: str, reason: str, raw: str) -> None:
        """Refuse a part of the log."""
        self.count += 1
        if self.count <= MAX_REFUSALS:
            self._found.append(self._file.refusal(where, reason, raw))

    def all(self) -> tuple[Refusal, ...]:
        """The refusals, and how many more there were."""
        more = self.count - MAX_REFUSALS
        if more <= 0:
            return tuple(self._found)
        last = self._file.refusal("file", "too_large", f"{more:,} more refusals are not listed")
        return (*self._found, last)
