r"""Canonical JSON: one value, one sequence of bytes, in every language and in ten years.

Every line of the record and of the small tables is written by `dumps` and read by `loads`. The
rules are those of RFC 8785 made narrower, so that no library has to agree with another about
floats or about the order of keys:

- UTF-8, no byte order mark, no spaces, keys sorted; text is escaped only where JSON demands it
  (`"`, backslash, and U+0000 to U+001F as `\b \t \n \f \r` or `\u00` and lower-case hex).
- No floats, no NaN. Integers lie within +-(2^53 - 1), beyond which other parsers round; post ids
  are therefore strings.
- Keys are ASCII: sorting by code point and by UTF-16 unit differ above U+FFFF.
- A lone surrogate has no UTF-8 form. Hostile posts contain it (`"\ud83d"` parses as JSON), so it
  is replaced, before hashing, by the six characters of its escape: backslash, `u`, and four
  lower-case hex digits. Nothing is lost, and the text is valid everywhere.
- No Unicode normalisation: it would change evidence.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Mapping

from forensics.errors import CaseError
from forensics.model import Json

MAX_INT = 2**53 - 1
"""Largest integer, positive or negative, that every JSON parser reads exactly."""
MAX_DEPTH = 64
"""Deepest nesting of lists and objects; hostile input nests until a parser breaks."""
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotCanonical(CaseError):  # noqa: N818 - names the state of the bytes, as errors.py does
    """Bytes or a value that canonical JSON does not allow.

    Attributes:
        byte: Offset of the first byte that does not fit, counted from 0, or None if unknown.
    """

    def __init__(self, what: str, *, byte: int | None = None) -> None:
        """Keep the position apart from the text."""
        self.byte = byte
        super().__init__(what)


def clean_text(text: str) -> str:
    """The text with every lone surrogate replaced by its six-character escape, as data.

    `clean_text(clean_text(x)) == clean_text(x)`; text without surrogates comes back unchanged.
    """
    if text.isascii():
        return text
    return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def clean(value: object) -> Json:
    """The value as plain JSON types, ready to be written: mappings become dicts, tuples lists.

    Raises:
        NotCanonical: float, integer too large, key that is not ASCII text, nesting deeper than
            `MAX_DEPTH`, or a type that JSON does not have.
    """
    return _clean(value, 0)


def _clean(value: object, depth: int) -> Json:
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise NotCanonical("integer outside +-(2^53-1); write it as text")
        return int(value)
    if depth >= MAX_DEPTH:
        raise NotCanonical(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        plain: dict[str, Json] = {}
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"key {key!r:.60} is not ASCII text")
            plain[key] = _clean(item, depth + 1)
        return plain
    if isinstance(value, list | tuple):
        return [_clean(item, depth + 1) for item in value]
    raise NotCanonical(f"{type(value).__name__} is not allowed; use integers with a unit or text")


def dumps(value: object) -> bytes:
    """The canonical bytes of a value, without a newline.

    Raises:
        NotCanonical: see `clean`.
    """
    text = json.dumps(
        clean(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def loads(data: bytes) -> Json:
    """The value of canonical bytes; anything but canonical bytes is refused.

    Raises:
        NotCanonical: not UTF-8, not JSON, a float, a key that stands twice, or bytes that would be
            written otherwise, which is how a hand edit that keeps the meaning shows.
    """
    if data.isascii() and b"\\u" not in data and data.count(b"{") + data.count(b"[") <= MAX_DEPTH:
        # Nothing in it needs a closer look than the standard parser takes: no key that is not
        # ASCII, no lone surrogate, no deep nesting. A key that stands twice comes out once, and
        # like all other odd spellings differs from the data; what follows says how.
        with contextlib.suppress(NotCanonical, ValueError):
            plain: Json = _PLAIN_DECODER.decode(data.decode("ascii"))
            if _PLAIN_ENCODER.encode(plain).encode("ascii") == data:
                return plain
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_pairs,
            parse_float=_no_float,
            parse_int=_bounded_int,
            parse_constant=_no_float,
        )
    except UnicodeDecodeError as error:
        raise NotCanonical("not valid UTF-8", byte=error.start) from None
    except json.JSONDecodeError as error:
        byte = len(error.doc[: error.pos].encode())
        raise NotCanonical(f"not valid JSON ({error.msg})", byte=byte) from None
    except RecursionError:
        raise NotCanonical(f"nested deeper than {MAX_DEPTH} levels") from None
    again = dumps(value)
    if again != data:
        raise NotCanonical("not in canonical form", byte=_first_difference(again, data))
    return value


def sha256(value: object) -> str:
    """SHA-256 of the canonical bytes of a value, 64 lower-case hex digits."""
    return hashlib.sha256(dumps(value)).hexdigest()


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise NotCanonical(f"key {twice!r:.60} stands twice")
    return found


def _no_float(text: str) -> Json:
    raise NotCanonical(f"{text:.40} is a float; only integers are allowed")


def _bounded_int(text: str) -> int:
    if len(text) > len(str(-MAX_INT)):  # int() of a hostile million digits is slow or raises
        raise NotCanonical("integer outside +-(2^53-1); write it as text")
    return int(text)


def _exact_int(text: str) -> Json:
    number = _bounded_int(text)
    if not isinstance(number, int) or not -MAX_INT <= number <= MAX_INT:
        raise NotCanonical("integer outside +-(2^53-1); write it as text")
    return number


_PLAIN_DECODER = json.JSONDecoder(
    parse_float=_no_float, parse_int=_exact_int, parse_constant=_no_float
)
_PLAIN_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def _first_difference(left: bytes, right: bytes) -> int:
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))
