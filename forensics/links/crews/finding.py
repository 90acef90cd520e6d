"""Crews, watches, hand-overs and turn-taking pairs of a unit as one finding.

It carries no clue about places: who works together says nothing about where.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forensics.links.crews.answer import BOOTSTRAPS, Crew, CrewsAnswer
from forensics.links.handover import HandOver, Watch
from forensics.links.turns.answer import Turns, TurnsAnswer
from forensics.model import Finding, Json, Observation, RowRef, Status
from forensics.version import __version__

FINDER = "crews"
MILLION = 1_000_000
MOST_MEMBERS = 200
MOST_CREWS = 50
MOST_PAIRS = 100
EXAMPLES = 5

LIMITS = (
    (
        "Shared days are those of one shift, one employer, one campaign or one holiday; they do "
        "not tell whose hands they are."
    ),
    (
        "Crews that differ by neither days nor hours cannot be told apart, and one crew that is "
        "the whole unit leaves nothing to compare it with."
    ),
    "Turn-taking is also what a program does that sends for one account after another.",
)


@dataclass(frozen=True, slots=True)
class Links:
    """All that is said about how the accounts of one unit go together."""

    crews: CrewsAnswer
    watches: tuple[Watch, ...]
    hand_overs: tuple[HandOver, ...]
    turns: TurnsAnswer | None
    rows: Mapping[tuple[int, int], RowRef]
    """(Account, minute) -> a row, for the examples of turn-taking."""

    @property
    def status(self) -> Status:
        """Found if there are crews or pairs."""
        if self.crews.crews or (self.turns is not None and self.turns.pairs):
            return "found"
        return self.crews.status


def finding(links: Links) -> Finding:
    """The answers as a finding."""
    return Finding(
        finder=FINDER,
        unit=links.crews.group.unit,
        status=links.status,
        statement=statement_of(links),
        observations=_observations(links),
        clues=(),
        limits=LIMITS,
        details=details_of(links),
    )


def statement_of(links: Links) -> str:
    """The answers in a few plain sentences."""
    crews = links.crews
    looked = len(crews.considered)
    parts = []
    if crews.crews:
        sizes = ", ".join(str(len(one.members)) for one in crews.crews[:8])
        more = ", ..." if len(crews.crews) > 8 else ""
        inside = sum(len(one.members) for one in crews.crews)
        many = "crew shares" if len(crews.crews) == 1 else "crews share"
        groups = "" if len(crews.crews) == 1 else f" in groups of {sizes}{more}"
        worst = max(one.p for one in crews.crews)
        parts.append(
            f"{len(crews.crews)} {many} days at work and days off beyond what all {looked} "
            f"accounts have in common: {inside} accounts{groups} "
            f"(p at most {worst:.3f})."
        )
    elif crews.status == "insufficient":
        parts.append("Too little to look for crews. " + " ".join(crews.reasons))
    else:
        parts.append(
            f"No crews: the days of {looked} accounts have no structure beyond what all share "
            f"(p = {crews.best_p:.2f}). Two accounts of one crew with a quarter of their days off "
            f"would reach a score of {crews.expected_link:.1f}."
        )
    if links.hand_overs:
        one = links.hand_overs[0]
        number = len(links.hand_overs)
        word = "hand-over" if number == 1 else "hand-overs"
        parts.append(f"{number} {word} between watches, the first about {one.hour:02d}:00 UTC.")
    parts += _turns_text(links.turns)
    return " ".join(parts)


def _turns_text(turns: TurnsAnswer | None) -> list[str]:
    """What is said about turn-taking."""
    if turns is None or not turns.precise:
        return []
    if not turns.pairs:
        return [f"No two accounts take turns ({turns.tested} pairs tested)."]
    first = turns.pairs[0]
    many = "pair of accounts takes" if len(turns.pairs) == 1 else "pairs of accounts take"
    return [
        (
            f"{len(turns.pairs)} {many} turns: one stops and the other starts within minutes, "
            f"and they are next to never active at once (surest pair: "
            f"{first.test.reliefs} reliefs where {first.test.reliefs_expected:.0f} are expected, "
            f"{first.test.overlaps} overlaps where {first.test.overlaps_expected:.0f} are)."
        )
    ]


def _observations(links: Links) -> tuple[Observation, ...]:
    """Number of crews and of pairs."""
    crews = links.crews
    found = []
    if crews.status != "insufficient":
        text = f"{len(crews.crews)} crews among {len(crews.considered)} accounts."
        settings: dict[str, Json] = {"draws": crews.draws, "bootstraps": BOOTSTRAPS}
        found.append(_observation(links, "crews", text, len(crews.crews), settings))
    if links.turns is not None and links.turns.precise:
        text = f"{len(links.turns.pairs)} of {links.turns.tested} tested pairs take turns."
        found.append(_observation(links, "turns", text, len(links.turns.pairs), {}))
    return tuple(found)


def _observation(
    links: Links, what: str, text: str, value: int, settings: Mapping[str, Json]
) -> Observation:
    group = links.crews.group
    return Observation(
        id=f"{FINDER}:{group.unit}:{what}",
        about=group.unit,
        statement=text,
        value=value,
        interval=None,
        unit=what,
        rows=group.rows,
        rows_total=group.posts,
        method=FINDER,
        version=f"gnomon {__version__}",
        settings=settings,
        seed=links.crews.seed,
    )


def details_of(links: Links) -> dict[str, Json]:
    """Every number of the answers, as integers."""
    crews = links.crews
    names = crews.group.accounts
    details: dict[str, Json] = {
        "accounts": len(names),
        "considered": len(crews.considered),
        "first_day": crews.first_day,
        "days": crews.days,
        "cut_hour_utc": crews.cut_hour,
        "expected_link_milli": round(1000 * crews.expected_link),
        "best_p_ppm": round(MILLION * crews.best_p),
        "draws": crews.draws,
        "hashed": crews.wide,
        "reasons": list(crews.reasons),
        "crews_total": len(crews.crews),
        "crews": [_crew(one, names) for one in crews.crews[:MOST_CREWS]],
        "between_milli": [[round(1000 * v) for v in row[:MOST_CREWS]]
                          for row in crews.between[:MOST_CREWS]],
        "watches": [_watch(one, names) for one in links.watches[:MOST_CREWS]],
        "hand_overs": [
            {
                "from": one.before,
                "to": one.after,
                "hour_utc": one.hour,
                "correlation_milli": round(1000 * one.correlation),
                "p_ppm": round(MILLION * one.p),
            }
            for one in links.hand_overs
        ],
    }  # fmt: skip
    if links.turns is not None and links.turns.precise:
        turns = links.turns
        details["turns"] = {
            "pairs_seen": turns.pairs_seen,
            "tested": turns.tested,
            "left_off": turns.left_off,
            "moments_skipped": turns.skipped,
            "pairs_total": len(turns.pairs),
            "pairs": [_pair(one, names, links.rows) for one in turns.pairs[:MOST_PAIRS]],
        }
    return details


def _crew(one: Crew, names: tuple[str, ...]) -> Json:
    return {
        "size": len(one.members),
        "members": [names[i] for i in one.members[:MOST_MEMBERS]],
        "p_ppm": round(MILLION * one.p),
        "stability_ppm": round(MILLION * one.stability),
        "strength_milli": round(1000 * one.strength),
        "score_milli": round(1000 * one.score),
        "first_hour_utc": round(one.first_hour),
        "last_hour_utc": round(one.last_hour),
        "days_off_total": one.days_off_total,
        "days_off": [
            {
                "day": off.day,
                "active_hours": round(off.active),
                "expected_milli": round(1000 * off.expected),
            }
            for off in one.days_off
        ],
    }


def _watch(one: Watch, names: tuple[str, ...]) -> Json:
    return {
        "crew": one.crew,
        "size": len(one.members),
        "members": [names[i] for i in one.members[:MOST_MEMBERS]],
        "first_hour_utc": one.first_hour,
        "last_hour_utc": one.last_hour,
    }


def _pair(one: Turns, names: tuple[str, ...], rows: Mapping[tuple[int, int], RowRef]) -> Json:
    test = one.test
    return {
        "a": names[one.a],
        "b": names[one.b],
        "shared_days": test.shared_days,
        "reliefs": test.reliefs,
        "reliefs_within_10_min": sum(start - end <= 10 for end, start in test.moments),
        "reliefs_expected_milli": round(1000 * test.reliefs_expected),
        "overlaps": test.overlaps,
        "overlaps_expected_milli": round(1000 * test.overlaps_expected),
        "p_ppm": round(MILLION * test.p),
        "q_ppm": round(MILLION * one.q),
        "examples": _examples(one, rows),
    }


def _examples(one: Turns, rows: Mapping[tuple[int, int], RowRef]) -> list[Json]:
    """The first reliefs: minutes and the rows on both sides."""
    found: list[Json] = []
    for end, start in one.test.moments[:EXAMPLES]:
        for first, second in ((one.a, one.b), (one.b, one.a)):
            last, next_one = rows.get((first, end)), rows.get((second, start))
            if last is not None and next_one is not None:
                found.append(
                    {
                        "minutes_utc": [end, start],
                        "originals": [last.original, next_one.original],
                        "rows": [last.row, next_one.row],
                    }
                )
                break
    return found
