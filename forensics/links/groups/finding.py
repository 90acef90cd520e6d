"""The groups of a case as one finding. It carries no clue: who works together says no place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from forensics.engine import POOL
from forensics.links.groups.answer import AccountGroup, GroupsAnswer
from forensics.links.groups.first import First
from forensics.links.groups.noise import noise_of, noise_sentence
from forensics.model import Finding, Json, Observation, RowRef
from forensics.version import __version__

FINDER = "groups"
MOST_MEMBERS = 50
MOST_GROUPS = 50
MOST_DRAWN = 12
LIMITS = (
    (
        "Accounts of one group may share an employer, a tool, a source or a taste without sharing "
        "hands; who bought accounts of one seller forms a group with his other customers."
    ),
    "A group is as good as the weights of its ties: see its kinds, and what each rests on.",
    "Small groups with few ties are not found among many accounts.",
)


def finding(told: GroupsAnswer) -> Finding:
    """The answer as a finding about all accounts."""
    rows: list[RowRef] = sorted(
        {row for one in told.groups for edge in one.support.strongest for row in edge.rows},
        key=lambda row: (row.original, row.row),
    )
    observation = Observation(
        id=f"{FINDER}:{POOL}:groups",
        about=POOL,
        statement=f"{len(told.groups):,} groups among {told.accounts:,} accounts.",
        value=len(told.groups),
        interval=None,
        unit="groups",
        rows=tuple(rows[:10]),
        rows_total=len(rows),
        method=FINDER,
        version=f"gnomon {__version__}",
        settings={"cost_mdb": told.cost_mdb, "draws": told.draws, "resamples": told.resamples},
        seed=told.seed,
    )
    return Finding(
        finder=FINDER,
        unit=POOL,
        status=told.status,
        statement=statement_of(told),
        observations=() if told.status == "insufficient" else (observation,),
        limits=LIMITS,
        details=details_of(told),
    )


def statement_of(told: GroupsAnswer) -> str:
    """The answer in a few plain sentences."""
    if told.status == "insufficient":
        return f"{told.accounts:,} accounts: too few to form groups."
    parts = []
    if told.groups:
        inside = sum(len(one.members) for one in told.groups)
        many = "group" if len(told.groups) == 1 else "groups"
        parts.append(
            f"{len(told.groups):,} {many} of {inside:,} among {told.accounts:,} accounts, held by "
            f"{told.facts:,} ties that count once each."
        )
        shaky = sum(not one.stable for one in told.groups)
        narrow = sum(one.support.word == "one kind" for one in told.groups)
        if shaky:
            parts.append(
                f"{shaky:,} of them {_is(shaky)} unstable: resampled ties shape them anew."
            )
        if narrow:
            parts.append(f"{narrow:,} {_rests(narrow)} on ties of one kind.")
    else:
        parts.append(
            f"No group: the {told.facts:,} ties between {told.tied:,} of {told.accounts:,} "
            "accounts lie as ties dealt out at random do."
        )
    if told.things:
        count = len(told.things)
        many = "set" if count == 1 else "sets"
        parts.append(
            f"{count:,} more {many} of accounts {'is' if count == 1 else 'are'} tied by one shared "
            "thing alone and not called a group."
        )
    parts.append(noise_sentence(told.accounts))
    return " ".join(parts)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _rests(number: int) -> str:
    return "rests" if number == 1 else "rest"


def rows_of(told: GroupsAnswer, firsts: Sequence[First | None] = ()) -> Iterator[dict[str, Json]]:
    """One row a group, all members named; sets tied by one thing follow.

    Args:
        told: The answer.
        firsts: Who posted first in each of them, in the same order.
    """
    made = (*told.groups, *told.things)
    known = (*firsts, *(None for _ in made[len(firsts) :]))
    for number, (one, first) in enumerate(zip(made, known, strict=True), start=1):
        yield {
            "group": group_name(number),
            **_group(one, len(one.members)),
            "first": None if first is None else first.as_json(),
        }


def group_name(number: int) -> str:
    """`g1` for the first."""
    return f"g{number}"


def details_of(told: GroupsAnswer) -> dict[str, Json]:
    """Every number of the answer, as integers; long lists are cut and say so."""
    return {
        "accounts": told.accounts,
        "tied": told.tied,
        "edges": dict(told.edges),
        "facts": told.facts,
        "cost_mdb": told.cost_mdb,
        "draws": told.draws,
        "resamples": told.resamples,
        "left_to_chance": told.by_chance,
        "noise": noise_of(told.accounts).as_json(),
        "groups_total": len(told.groups),
        "groups": _groups(told.groups),
        "things_total": len(told.things),
        "things": _groups(told.things),
        "between_mdb": [list(row[:MOST_DRAWN]) for row in told.between_mdb[:MOST_DRAWN]],
        "sweep": [dict(asdict(one)) for one in told.sweep],
    }


def _groups(groups: Sequence[AccountGroup]) -> list[Json]:
    return [_group(one, MOST_MEMBERS) for one in groups[:MOST_GROUPS]]


def _group(one: AccountGroup, most: int) -> dict[str, Json]:
    """One group as integers and words."""
    support = one.support
    return {
        "size": len(one.members),
        "members": list(one.members[:most]),
        "shares_ppm": list(one.shares_ppm[:most]),
        "loose": list(one.loose[:most]),
        "loose_total": len(one.loose),
        "stable": one.stable,
        "stability_ppm": one.stability_ppm,
        "pairs_tied": one.pairs_tied,
        "mean_mdb": one.mean_mdb,
        "excess_mdb": one.excess_mdb,
        "p_ppm": one.p_ppm,
        "bound_mdb": one.bound_mdb,
        "support": support.word,
        "kinds": dict(support.kinds),
        "families_ppm": dict(support.shares_ppm),
        "first_us": support.first_us,
        "last_us": support.last_us,
        "strongest": [
            {"a": edge.a, "b": edge.b, "kind": edge.kind, "mdb": edge.mdb, "n": edge.n,
             "statement": edge.statement, "rows_total": edge.rows_total,
             "rows": [[row.original, row.row] for row in edge.rows]}
            for edge in support.strongest
        ],
    }  # fmt: skip
