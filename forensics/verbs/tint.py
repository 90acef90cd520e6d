"""Heat maps in a terminal: the blocks in shades of one blue where the terminal has colours.

A picture is complete without: the height of a block says the same as its shade. So colour is only
for terminals, never for a pipe or a file, and `NO_COLOR` (or TERM=dumb) turns it off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

SHADES: Mapping[str, int] = {
    "▁": 153, "▂": 117, "▃": 111, "▄": 75, "▅": 69, "▆": 33, "▇": 27, "█": 21,
}  # fmt: skip
"""Block -> colour of the 256 that terminals share: from a light blue to a deep one."""
LIFTED: Mapping[str, int] = {
    "▁": 24, "▂": 25, "▃": 31, "▄": 32, "▅": 38, "▆": 74, "▇": 117, "█": 159,
}  # fmt: skip
"""The same for a dark background: from a deep blue to a light one."""
_RUN = re.compile("([▁▂▃▄▅▆▇█])\\1*")


class Stream(Protocol):
    """What is asked of an output."""

    def isatty(self) -> bool:
        """True for a terminal."""


def wants_colour(stream: Stream, environ: Mapping[str, str]) -> bool:
    """True if the output is a terminal that may be coloured."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def dark_background(environ: Mapping[str, str]) -> bool:
    """True unless the terminal says that its background is light (`COLORFGBG`, such as `0;15`).

    Most terminals say nothing, and most are dark.
    """
    behind = environ.get("COLORFGBG", "").rpartition(";")[2]
    return behind not in {"7", "15"}


def tinted(line: str, *, dark: bool = True) -> str:
    """The line with each run of blocks in its shade; taken out, the codes leave the same line."""
    shades = LIFTED if dark else SHADES

    def colour(found: re.Match[str]) -> str:
        return f"\x1b[38;5;{shades[found[1]]}m{found[0]}\x1b[39m"

    return _RUN.sub(colour, line)
