"""What accounts are matched by: platform, language, quarter and amount of activity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forensics.engine import PostTable
from forensics.engine.samples import days, majority
from forensics.engine.texts import marks

By = Literal["language", "script"]
FIRST_YEAR, LAST_YEAR = 1970, 2100
ENOUGH_KNOWN = 2
"""The stated language is used if at least one in so many accounts on both sides has one."""
SCRIPTS: Mapping[str, str] = {
    "han": "[㐀-鿿]",
    "kana": "[぀-ヿ]",
    "hangul": "[가-힣]",
    "cyrillic": "[Ѐ-ӿ]",
    "arabic": "[ؠ-ۓ]",
    "latin": "[A-Za-zÀ-ɏ]",
}
"""Script -> RE2 pattern; in the order in which a tie is settled."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One account in outline."""

    account: str
    platform: str
    """Of most of its posts; empty where the format of the file does not tell."""
    tongue: str
    """Language or script of most of its posts; empty if unknown."""
    quarter: int
    """Calendar quarter (UTC) with most of its posts: 4 x year + 0 to 3."""
    band: int
    """Posts, as the whole part of log2: 0 for 1, 1 for 2-3, 2 for 4-7 ..."""


def quarter_starts() -> NDArray[np.int64]:
    """First day of each calendar quarter from 1970, as days since 1970."""
    months = np.arange(
        np.datetime64(f"{FIRST_YEAR}-01", "M"), np.datetime64(f"{LAST_YEAR}-01", "M"), 3
    )
    return months.astype("datetime64[D]").astype(np.int64)


def tongues(posts: PostTable, by: By) -> dict[str, str]:
    """Account -> the language its posts state, or the script most of its texts are written in."""
    if by == "language":
        return {
            name: value.split("-")[0].split("_")[0].lower()
            for name, value in majority(posts, "language").items()
        }
    order = list(SCRIPTS)
    return {
        account: max(order, key=lambda name: (found[name], -order.index(name)))
        for account, _, found in marks(posts, SCRIPTS)
        if any(found.values())
    }


def choose_by(case: PostTable, controls: PostTable) -> By:
    """`language` if half of the accounts on both sides state one, else `script`."""
    for posts in (case, controls):
        if len(majority(posts, "language")) * ENOUGH_KNOWN < len(posts.accounts()):
            return "script"
    return "language"


def strata(posts: PostTable, platforms: Mapping[str, str], by: By) -> dict[str, Stratum]:
    """Account -> its outline, in order of account.

    Args:
        posts: The table.
        platforms: SHA-256 of a file -> platform.
        by: Whether the stated language or the script of the texts is matched.
    """
    names, code, day, n = days(posts)
    quarter = np.searchsorted(quarter_starts(), day, side="right") - 1
    files = majority(posts, "original")
    spoken = tongues(posts, by)
    found = {}
    edges = np.searchsorted(code, np.arange(len(names) + 1))
    for number, name in enumerate(names):
        mine = slice(int(edges[number]), int(edges[number + 1]))
        first = int(quarter[mine][0])
        counts = np.bincount(quarter[mine] - first, weights=n[mine])
        found[name] = Stratum(
            account=name,
            platform=platforms.get(files.get(name, ""), ""),
            tongue=spoken.get(name, ""),
            quarter=4 * FIRST_YEAR + first + int(counts.argmax()),
            band=int(n[mine].sum()).bit_length() - 1,
        )
    return found
