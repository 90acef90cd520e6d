"""How inputs of the fuzzer are made from seeds: a few changes each, by a repeatable generator."""

from __future__ import annotations

import random
import re
from functools import lru_cache

LIMITS = (b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00",
          b"\x00\x00\x00\x01", b"0", b"-1", b"9" * 40, b"\n", b"\r", b" ", b'"', b"\\", b"<", b"&",
          b"\x1b[31m", "\u202e".encode(), b"\xed\xa0\x80", b"\xef\xbb\xbf",
          b"%s", b"{{7*7}}")  # fmt: skip
LARGEST = 20_000
VALUES = (
    b"null", b"true", b"false", b"0", b"-1", b"1.5", b"1e999", b"NaN", b"-0", b"1e-400",
    b"9223372036854775808", b"-62135596801", b"253402300800", b"1709601164", b"1709601164000",
    b'""', b'"x"', b'" "', b'"0"', b'"-1"', b'"1e5"', b'"\\ud83d"', b'"\\u0000"', b'"\\n"',
    b'"2024-03-05T01:13:00Z"', b'"0000-00-00"', b'"9999-12-31T23:59:60+24:00"', b'"2024-02-30"',
    b'"@x"', b'"https://[::1"', b'"<b>&#x110000;"', b'"%s"', b'"a|b"', b"[]", b"{}", b"[null]",
    b"[[]]", b"[{}]", b'["x"]', b'[{"id":1}]', b'{"a":1}', b'{"id":null}', b"[" * 90 + b"]" * 90,
    b'{"a":' * 90 + b"1" + b"}" * 90, b'"' + b"9" * 5_000 + b'"', b"9" * 5_000,
    b'"' + b"a@b " * 500 + b'"',
)  # fmt: skip
"""Values of JSON that stand where others are expected."""
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]|-?\d[\d.eE+-]*|true|false|null')
_KEY = re.compile(rb"\s*:")
Span = tuple[int, int]


def changed(
    seed: bytes, rng: random.Random, seeds: list[bytes], words: tuple[bytes, ...], *, shaped: bool
) -> bytes:
    """A seed after a few changes, no longer than `LARGEST`.

    Args:
        seed: Where it begins.
        rng: Says which changes.
        seeds: Others, of which pieces are taken.
        words: Pieces that mean something.
        shaped: The seeds hold JSON: more often than not its values are exchanged first, and then
            it may stay as it is, so that what lies behind the parser is reached.
    """
    data = bytearray(seed)
    if shaped and rng.random() < 0.7:
        _exchange(data, rng, _spans(seed), seed)
        if rng.random() < 0.7:
            return bytes(data[:LARGEST])
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8))):
        _change(data, rng, seeds, words or (b"0",))
    return bytes(data[:LARGEST])


def _change(
    data: bytearray, rng: random.Random, seeds: list[bytes], words: tuple[bytes, ...]
) -> None:
    """One change of bytes in place."""
    at = rng.randrange(len(data) + 1)
    end = min(len(data), at + rng.choice((1, 2, 4, 16, 200)))
    kind = rng.randrange(9)
    if kind == 0 and at < len(data):
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1 and at < len(data):
        data[at] = rng.randrange(256)
    elif kind == 2:
        data[at:end] = b""
    elif kind == 3:
        data[at:at] = data[at:end] * rng.choice((1, 2, 50))
    elif kind == 4:
        data[at:end] = rng.choice(LIMITS)
    elif kind == 5:
        data[at:at] = rng.choice(words)
    elif kind == 6:
        other = rng.choice(seeds)
        start = rng.randrange(len(other) + 1)
        data[at:end] = other[start : start + rng.choice((4, 40, 400))]
    elif kind == 7:
        del data[at:]
    else:
        data[at:at] = rng.choice(words) * rng.choice((2, 30, 300))


@lru_cache(maxsize=1_000)
def _spans(seed: bytes) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Where the values of JSON stand in a seed, and where its keys stand."""
    values: list[Span] = []
    keys: list[Span] = []
    opened: list[int] = []
    for match in _TOKEN.finditer(seed):
        first = match[0][:1]
        if first in b"{[":
            opened.append(match.start())
        elif first in b"}]":
            if opened:
                values.append((opened.pop(), match.end()))
        elif first == b'"' and _KEY.match(seed, match.end()):
            keys.append(match.span())
        else:
            values.append(match.span())
    return tuple(values), tuple(keys)


def _exchange(
    data: bytearray,
    rng: random.Random,
    spans: tuple[tuple[Span, ...], tuple[Span, ...]],
    seed: bytes,
) -> None:
    """Put other values, or keys, in the place of a few, from the last to the first."""
    values, keys = spans
    last = len(data)
    for start, end in sorted(_some(values, keys, rng), reverse=True):
        if end > last or not values:
            continue  # inside of one that was exchanged already
        if (start, end) in keys:
            other = seed[slice(*rng.choice(keys))]
        elif rng.random() < 0.3:
            other = seed[slice(*rng.choice(values))]
        else:
            other = rng.choice(VALUES)
        data[start:end] = other
        last = start


def _some(values: tuple[Span, ...], keys: tuple[Span, ...], rng: random.Random) -> set[Span]:
    """A few places: values, and now and then a key."""
    return {
        rng.choice(keys if keys and rng.random() < 0.1 else values)
        for _ in range(rng.choice((1, 1, 1, 2, 4)))
        if values
    }
