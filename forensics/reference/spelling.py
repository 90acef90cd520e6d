"""How names of places are compared: one letter for one letter, so that positions stay the same."""

from __future__ import annotations

import re
from typing import Literal

Script = Literal["latin", "han", "cyrillic", "arabic", "other"]
_SAME = str.maketrans(
    {
        "İ": "i",
        **dict.fromkeys("\u2019\u2018\u02bc\u02bb\u0060\u00b4", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013", "-"),
        "ё": "е",
        "Ё": "е",
        **dict.fromkeys("يى", "ی"),
        "ك": "ک",
        "ة": "ه",
        "ۀ": "ه",
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("\u200c\u200e\u200f\u00a0", " "),
    }
)
"""Letters that writers use for each other: apostrophes, hyphens, ё and е, Arabic and Persian
forms. A joiner of no width becomes a space, so that the names beside it stand alone."""
_SCRIPTS: tuple[tuple[Script, re.Pattern[str]], ...] = (
    ("han", re.compile(r"[㐀-鿿]")),
    ("cyrillic", re.compile(r"[Ѐ-ӿ]")),
    ("arabic", re.compile(r"[؀-ۿ]")),
    ("latin", re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")),
)


def fold(text: str) -> str:
    """The text as names are compared, of the same length: small letters, one form each.

    `Ростов-на-Дону` and `Ростов–на–Дону`, Arabic `ي` and Persian `ی` become equal. Marks over Latin
    letters are kept: the table of names holds the plain spellings beside the marked ones.
    """
    return text.translate(_SAME).lower()


def script_of(text: str) -> Script:
    """The script of a name: that of its first letter that belongs to a known one."""
    found = [(hit.start(), name) for name, pattern in _SCRIPTS if (hit := pattern.search(text))]
    return min(found)[1] if found else "other"
