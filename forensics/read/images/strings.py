"""Text inside image metadata: which encoding it was, and a tidy form of it."""

from __future__ import annotations

import re

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_LONE_HAN = re.compile(rf"(?<![{_HAN}])[{_HAN}](?![{_HAN}])")
_LATIN_BEFORE = re.compile(rf"[A-Za-z][{_HAN}](?![{_HAN}])")
MAX_CHARS = 4096


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of the encoding it was read in.

    UTF-8 first, then GB 18030, then Latin-1. GB 18030 accepts nearly anything, and an accented
    Latin letter with its neighbour looks like one Han character to it: a lone Han character behind
    a Latin letter means Latin-1.

    Example: `decode("Crémieux".encode("latin-1"))` gives `("Crémieux", "latin-1")`.
    """
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"
    if _LATIN_BEFORE.search(text) or (_LONE_HAN.search(text) and not _two_han(text)):
        return data.decode("latin-1"), "latin-1"
    return text, "gb18030"


def _two_han(text: str) -> bool:
    return re.search(rf"[{_HAN}]{{2}}", text) is not None


def tidy(value: str | bytes) -> str:
    """The value cut at the first NUL, white space collapsed, at most 4,096 characters."""
    text = value if isinstance(value, str) else decode(value.split(b"\0", 1)[0])[0]
    return " ".join(text.split("\0", 1)[0].split())[:MAX_CHARS]
