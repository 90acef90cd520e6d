"""The clocks inside ids as SQL, one rule a platform: what `forensics.ids` reads, in bulk.

A rule is applied where the reader knows the platform (`Table.platform`). In files whose platform
nobody knows only Twitter/X ids are looked for, and they count only if most of them lie near the
column: ids of several platforms have one form, and none is chosen in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from forensics.ids.codes import SORTABLE
from forensics.ids.reading import day_us
from forensics.ids.snowflakes import DISCORD_EPOCH_MS, INSTAGRAM_EPOCH_MS, WEIBO_EPOCH_S
from forensics.read.database import integers, literal
from forensics.read.fields import snowflake_us

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Strength = Literal["clock", "claim", "start"]
"""`clock`: the platform's own, of the same moment as the time. `claim`: made by whoever made the
time, or out of it, so that it denies but proves nothing. `start`: the upload, before the time."""


@dataclass(frozen=True, slots=True)
class IdRule:
    """How the ids of one platform hold a time, and what that time is to the time of the post."""

    platform: str
    method: str
    """Its name in `forensics.ids`, which describes and sources it."""
    us: Callable[[str], str]
    """SQL: microseconds UTC in a text column; NULL where it is no such id."""
    named: str
    """What the ids are called in sentences."""
    strength: Strength = "clock"
    early_s: int = 1
    """Seconds by which the time may lie before the id's clock and still agree with it."""
    late_s: int = 1
    """Seconds by which it may lie after it."""
    where: str = "TRUE"
    """SQL: rows whose ids follow the rule. Weibo's posts of before September 2011 got their ids
    later, and its comments follow another rule."""


def _number(pattern: str, clock: str) -> Callable[[str], str]:
    """SQL of a clock in a whole number of that form; `n` stands for the number."""

    def us(column: str) -> str:
        number = f"TRY_CAST({column} AS BIGINT)"
        return f"""CASE WHEN regexp_full_match({column}, {literal(pattern)})
            AND {number} IS NOT NULL THEN {clock.replace("n", number)} END"""

    return us


def _instagram_us(column: str) -> str:
    first = f"TRY_CAST(split_part({column}, '_', 1) AS BIGINT)"
    return f"""CASE WHEN regexp_full_match({column}, '[1-9][0-9]{{14,18}}(_[0-9]{{1,20}})?')
        THEN (({first} >> 23) + {INSTAGRAM_EPOCH_MS}) * 1000 END"""


def _linkedin_us(column: str) -> str:
    number = f"TRY_CAST(regexp_extract({column}, '([1-9][0-9]{{18}})\\)?$', 1) AS BIGINT)"
    form = "(urn:li:(activity|share|ugcPost):)?[1-9][0-9]{18}"
    return f"""CASE WHEN regexp_full_match({column}, {literal(form)})
        THEN ({number} >> 22) * 1000 END"""


def _tid_us(column: str) -> str:
    """The record key at the end of an address, or alone: 13 digits of base 32."""
    key = f"right({column}, 13)"
    digit = f"CAST(strpos('{SORTABLE}', substr({key}, {{}}, 1)) - 1 AS BIGINT) << {{}}"
    # The last two digits are the ten bits that name the clock.
    digits = " + ".join(f"({digit.format(place, 5 * (11 - place))})" for place in range(1, 12))
    return f"""CASE WHEN regexp_full_match({column}, '(at://.*/)?[2-7a-j][2-7a-z]{{12}}')
        THEN {digits} END"""


_SHORT_VIDEO = _number("[1-9][0-9]{18}", "(n >> 32) * 1000000")
TWITTER = IdRule("twitter", "x_snowflake", snowflake_us, "ids")
_RULES = (
    TWITTER,
    IdRule(
        "discord",
        "discord_snowflake",
        _number("[1-9][0-9]{14,18}", f"((n >> 22) + {DISCORD_EPOCH_MS}) * 1000"),
        "Discord ids",
    ),
    IdRule(
        "weibo",
        "weibo_mid",
        _number("[1-9][0-9]{15}", f"((n >> 22) + {WEIBO_EPOCH_S}) * 1000000"),
        "mids",
        early_s=2,
        late_s=2,
        where=f"kind IS DISTINCT FROM 'reply' AND local_us >= {day_us(2011, 9, 1)}",
    ),
    IdRule(
        "mastodon",
        "mastodon_status",
        _number("[1-9][0-9]{15,18}", "(n >> 16) * 1000"),
        "status ids",
        "claim",
        early_s=300,
        late_s=300,
    ),
    IdRule(
        "bluesky", "bluesky_tid", _tid_us, "record keys", "claim", early_s=300, late_s=300
    ),
    IdRule("tiktok", "tiktok_item", _SHORT_VIDEO, "ids", "start", early_s=5, late_s=600),
    IdRule("douyin", "tiktok_item", _SHORT_VIDEO, "ids", "start", early_s=5, late_s=600),
    IdRule("instagram", "instagram_media", _instagram_us, "ids", "start", early_s=5, late_s=600),
    IdRule("linkedin", "linkedin_activity", _linkedin_us, "ids", early_s=5, late_s=60),
)  # fmt: skip
_LOOKED_AT = 1_000
"""Ids that must all be addresses of one platform."""
RULES: Mapping[str, IdRule] = {rule.platform: rule for rule in _RULES}
"""Platform -> rule."""


_BY_ADDRESS = (("urn:li:", "linkedin"), ("at://", "bluesky"))


def rule_of_addresses(con: DuckDBPyConnection, source: str) -> IdRule:
    """The rule of files whose ids are addresses that name their platform; else Twitter/X's.

    Args:
        con: Where the rows are.
        source: SELECT with a column `id`.
    """
    for start, platform in _BY_ADDRESS:
        ids, such = integers(
            con,
            f"""SELECT count(*), count(*) FILTER (starts_with(id, {literal(start)}))
            FROM (SELECT id FROM ({source}) WHERE id IS NOT NULL LIMIT {_LOOKED_AT})""",
        )
        if ids and ids == such:
            return RULES[platform]
    return TWITTER


def rule_of(platform: str | None) -> IdRule:
    """The rule of a platform; that of Twitter/X where it is not known or has none."""
    return RULES.get(platform or "", TWITTER)
