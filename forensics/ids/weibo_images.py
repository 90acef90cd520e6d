"""The account that first uploaded a picture to Weibo, from the picture's file name.

Pictures on Weibo's image servers (sinaimg) are named by their first uploader: the first eight
characters are that account's number, in base 62 if they begin with `00`, else in hexadecimal.
Letter case matters. It names the uploader and not the poster: a repost keeps the name, and default
covers belong to another account altogether.

Source: found by comparing names with the accounts of newspapers; known answers in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forensics.ids.reading import based

BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWEST, HIGHEST = 1_000_000_000, 9_999_999_999
"""Account numbers have ten digits."""
_NAME = r"([0-9A-Za-z]{8})(?:[a-z][wy][0-9a-z])[0-9a-z]{8,26}"
_FILE = re.compile(rf"^(?:.*[/\\])?{_NAME}(?:\.(?:jpe?g|png|gif|webp|heic|bmp|mov|mp4))?$")
_LINK = re.compile(rf"sinaimg\.cn/[A-Za-z0-9.%;_/-]{{0,120}}?/{_NAME}(?![0-9A-Za-z])")
LINK_RE2 = r"sinaimg\.cn/"
"""Texts that may hold such an address, for the database."""


def uploader_of_file(name: str) -> int | None:
    """Number of the account that uploaded a picture first; None if the name is not Weibo's.

    Args:
        name: File name or path, with or without its ending, such as `593793e5tw1dxxxxxxxxxxj.jpg`.
    """
    match = _FILE.match(name[-200:])
    return _number(match[1]) if match else None


def uploaders_in_text(text: str) -> Iterator[int]:
    """Numbers of uploaders of the picture addresses in a text, in their order."""
    for match in _LINK.finditer(text):
        number = _number(match[1])
        if number is not None:
            yield number


def _number(code: str) -> int | None:
    """The account number in eight characters; None if they hold none."""
    if code.startswith("00"):
        number = based(code, BASE62)
    elif re.fullmatch(r"[0-9a-f]{8}", code):
        number = int(code, 16)
    else:
        return None
    return number if LOWEST <= number <= HIGHEST else None
