"""Repeatable draws: every number hangs on the seed and on the name of what it is drawn for.

Keyed draws, not a running generator: adding an account or a day leaves all others as they were,
and nothing depends on how a Python version implements its generator.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

SEED = "gnomon demonstration case 1"

T = TypeVar("T")


def below(limit: int, *key: object) -> int:
    """A number from 0 to limit - 1, fixed by the seed and the key."""
    text = "|".join([SEED, *(str(part) for part in key)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % limit


def chance(percent: int, *key: object) -> bool:
    """True in that many of a hundred keys."""
    return below(100, "chance", *key) < percent


def pick(choices: Sequence[T], *key: object) -> T:
    """One of the choices, each equally likely."""
    return choices[below(len(choices), "pick", *key)]


def hump(low: int, high: int, *key: object) -> int:
    """A number from low to high, likelier in the middle (mean of two even draws)."""
    width = high - low + 1
    return low + (below(width, "hump1", *key) + below(width, "hump2", *key)) // 2
