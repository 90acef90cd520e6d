"""The control accounts of a case: posts and profiles of accounts that are never assessed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forensics.engine import PostTable
from forensics.model import Profile

if TYPE_CHECKING:
    from forensics.clues.controls.naming import Naming
    from forensics.clues.controls.sets import Matched


@dataclass(slots=True)
class Memo:
    """What was worked out already; it follows from the rest."""

    matched: dict[str, Matched] = field(default_factory=dict)
    naming: Naming | None = None


@dataclass(frozen=True, slots=True)
class Controls:
    """Accounts to compare with. Nothing here enters a unit, an hour curve or a sum of weights."""

    posts: PostTable
    """May also hold posts of assessed accounts: only `accounts` counts."""
    accounts: tuple[str, ...]
    """Control accounts, in order: those of the table without the assessed ones."""
    in_both: tuple[str, ...]
    """Accounts that are assessed and stand among the controls too: refused as controls."""
    profiles: tuple[Profile, ...] = ()
    """What their exports say of them; of control accounts only."""
    platforms: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of a file -> its platform, where its format tells."""
    named_areas: tuple[str, ...] = ()
    """Areas that hypotheses of `case.toml` name: places that were named before looking."""
    memo: Memo = field(default_factory=Memo, compare=False, repr=False)


def plain(account: str) -> str:
    """An account name as two exports may write it alike."""
    return account.strip().removeprefix("@").casefold()


def controls_of(
    posts: PostTable,
    assessed: Collection[str],
    *,
    profiles: Sequence[Profile] = (),
    platforms: Mapping[str, str] | None = None,
    named_areas: Sequence[str] = (),
) -> Controls:
    """The control accounts of a table; assessed accounts among them are refused.

    Args:
        posts: The table the control files were read into.
        assessed: Accounts of the evidence, with those that post pictures only.
        profiles: Facts of the same files.
        platforms: File -> platform.
        named_areas: Areas that were named before looking.
    """
    mine = {plain(name) for name in assessed}
    names = [one.account for one in posts.accounts()]
    accounts = tuple(name for name in names if plain(name) not in mine)
    wanted = set(accounts)
    return Controls(
        posts=posts,
        accounts=accounts,
        in_both=tuple(name for name in names if name not in wanted),
        profiles=tuple(one for one in profiles if one.account in wanted),
        platforms=dict(platforms or {}),
        named_areas=tuple(named_areas),
    )
