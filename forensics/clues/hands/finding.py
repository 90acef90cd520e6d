"""Changes of hands, and pieces that keep other hours, as findings."""

from __future__ import annotations

import math
from collections.abc import Sequence

from forensics import clock
from forensics.clues.hands import scan, splits
from forensics.clues.hands.answer import (
    JUMP_H,
    LEAST_MOVED,
    LONG_GAP_DAYS,
    Change,
    HandsAnswer,
)
from forensics.clues.hands.splits import Pair, SplitsAnswer
from forensics.model import Finding, Json, Observation
from forensics.version import __version__

HANDS = "hands"
SPLITS = "splits"
DAY_US = 86_400_000_000
MILLION = 1_000_000
SHOWN = 8

WORDS = {
    "hours": "hours of the day",
    "weekdays": "weekdays",
    "language": "language",
    "client": "client",
    "kind": "kind of post",
}
VERDICTS = {
    "hands": "as after a change of hands",
    "schedule": "hours only: a move, another job or another shift does that",
    "client": "client only: the same owner with a new client looks like this",
    "task": "what is posted changed, not who: a new task does that",
}
NO_TWIN = (
    "A hand-over to somebody with the same hours, language and client leaves no trace here, and "
    "new staff with new tasks look like a new owner."
)
BEFORE = (
    "Posts before the date belong to a previous owner: they are analysed apart and move no "
    "hypothesis about the present one."
)
HABITS = (
    "One person may use a telephone on the way and a computer at work: other hours by client mean "
    "other people or other habits, not which."
)


def finding(unit: str, answers: Sequence[HandsAnswer]) -> Finding:
    """The finding about one unit from the answers about its accounts."""
    looked = [one for one in answers if one.looked]
    if not looked:
        most = max((one.active_hours for one in answers), default=0)
        statement = (
            f"Change of hands was not tested: {most} active hours at most in one account, twice "
            f"{scan.ENOUGH_HOURS} are needed."
        )
        return Finding(HANDS, unit, "insufficient", statement, details=_details(answers))
    handed = [one for one in looked if one.hand_overs]
    statement = _statement(looked, handed)
    limits = (NO_TWIN, BEFORE) if handed else (NO_TWIN,)
    return Finding(
        finder=HANDS,
        unit=unit,
        status="found" if handed else "nothing_found",
        statement=statement,
        observations=tuple(
            _observation(unit, one, change) for one in handed[:SHOWN] for change in one.hand_overs
        ),
        limits=limits,
        details=_details(answers),
    )


def _statement(looked: Sequence[HandsAnswer], handed: Sequence[HandsAnswer]) -> str:
    """One or two sentences with the date and what changed."""
    if not handed:
        others = [change for one in looked for change in one.changes]
        said = f"No change of hands in {_accounts(len(looked))}"
        if len(looked) == 1 and others:
            return f"{said}; on {_day(others[0].day)} it {described(others[0])}."
        return f"{said}; {len(others)} other changes." if others else f"{said}."
    if len(looked) == 1:
        return described_in_full(handed[0].hand_overs[-1])
    return (
        f"{len(handed)} of {len(looked)} accounts changed as after a change of hands. The first: "
        f"{described_in_full(handed[0].hand_overs[-1])}"
    )


def described_in_full(change: Change) -> str:
    """A change of hands as a sentence or two."""
    silence = (
        f" after {change.gap_days} days of silence" if change.gap_days >= LONG_GAP_DAYS else ""
    )
    span = f"{_day(change.first_day)} to {_day(change.last_day)}"
    return (
        f"From {_day(change.day)} on ({span}){silence} the account {described(change)}. Before it "
        f"lie {change.hours_before} active hours, after it {change.hours_after}; they are analysed "
        "apart."
    )


def described(change: Change) -> str:
    """What changed, as a clause with numbers."""
    parts = []
    for effect in change.effects:
        if effect.name == "hours":
            parts.append(
                f"hours of the day by {change.shift_h:+.1f} h (distance {change.distance_h:.1f} h)"
            )
        else:
            text = f"{effect.before} to {effect.after}, " if effect.before != effect.after else ""
            parts.append(f"{WORDS[effect.name]} ({text}{round(effect.moved * 100)} % moved)")
    return f"changed in {', '.join(parts)}: {VERDICTS[change.verdict]}"


def _observation(unit: str, one: HandsAnswer, change: Change) -> Observation:
    account = one.posts.accounts[0] if len(one.posts.accounts) == 1 else one.posts.unit
    after = one.posts.t_s >= change.day * 86_400
    return Observation(
        id=f"{HANDS}:{unit}:{account}:{_day(change.day)}",
        about=account,
        statement=described_in_full(change),
        value=_day(change.day),
        interval=(change.first_day, change.last_day),
        unit="UTC day",
        rows=one.posts.examples(after),
        rows_total=len(one.posts),
        method="change-of-hands",
        version=f"gnomon {__version__}",
        settings={
            "enough_hours": scan.ENOUGH_HOURS,
            "jump_min": round(JUMP_H * 60),
            "least_moved_ppm": round(LEAST_MOVED * MILLION),
            "permutations": scan.PERMUTATIONS,
        },
        seed=scan.SEED,
    )


def _details(answers: Sequence[HandsAnswer]) -> dict[str, Json]:
    changed = [one for one in answers if one.changes]
    return {
        "accounts_tested": sum(one.looked for one in answers),
        "accounts_handed_over": sum(bool(one.hand_overs) for one in answers),
        "accounts_changed": len(changed),
        "active_hours_most": max((one.active_hours for one in answers), default=0),
        "changes": [
            _change(one, change)
            for one in sorted(changed, key=lambda one: not one.hand_overs)[:SHOWN]
            for change in one.changes
        ],
    }


def _change(one: HandsAnswer, change: Change) -> dict[str, Json]:
    return {
        "account": one.posts.unit,
        "verdict": change.verdict,
        "from": _day(change.day),
        "from_earliest": _day(change.first_day),
        "from_latest": _day(change.last_day),
        "p_ppm": round(change.p * MILLION),
        "changed": list(change.changed),
        "moved_ppm": {effect.name: round(effect.moved * MILLION) for effect in change.effects},
        "distance_min": round(change.distance_h * 60),
        "shift_min": round(change.shift_h * 60),
        "gap_days": change.gap_days,
        "hours_before": change.hours_before,
        "hours_after": change.hours_after,
        "rate_ratio_ppm": round(change.rate_ratio * MILLION),
    }


def splits_finding(answer: SplitsAnswer) -> Finding:
    """How far the pieces of one unit agree, as a finding."""
    unit = answer.posts.unit
    if answer.status == "insufficient":
        statement = (
            f"No two clients, kinds or languages have {splits.ENOUGH_HOURS} active hours on "
            f"{splits.ENOUGH_DAYS} days each: pieces were not compared."
        )
        return Finding(SPLITS, unit, "insufficient", statement)
    first = answer.pairs[0]
    if answer.status == "nothing_found":
        statement = (
            f"{len(answer.pairs)} pairs of pieces (by client, kind or language) keep the same "
            f"hours as far as can be told; smallest p {first.holm_p:.2f} after correction."
        )
    else:
        advice = (
            "Their hours are not read as one."
            if any(pair.apart for pair in answer.pairs)
            else "Look at both."
        )
        statement = (
            f"Pieces disagree by {first.distance_h:.1f} h: posts by {first.column} {first.first} "
            f"and {first.second} keep other hours ({_chance(first.holm_p)} after correction for "
            f"{len(answer.pairs)} pairs); likely different people or habits. {advice}"
        )
    return Finding(
        finder=SPLITS,
        unit=unit,
        status=answer.status,
        statement=statement,
        observations=(_pair_observation(answer, statement),),
        limits=(HABITS,) if answer.status == "found" else (),
        details={
            "disagreement_min": round(answer.disagreement_h * 60),
            "pieces_apart": any(pair.apart for pair in answer.pairs),
            "pairs": [_pair(pair) for pair in answer.pairs],
        },
    )


def _pair_observation(answer: SplitsAnswer, statement: str) -> Observation:
    first = answer.pairs[0]
    return Observation(
        id=f"{SPLITS}:{answer.posts.unit}:{first.column}",
        about=answer.posts.unit,
        statement=statement,
        value=round(first.distance_h * 60),
        interval=None,
        unit="min",
        rows=answer.posts.examples(),
        rows_total=len(answer.posts),
        method=SPLITS,
        version=f"gnomon {__version__}",
        settings={"permutations": splits.PERMUTATIONS, "draws": splits.DRAWS},
        seed=splits.SEED,
    )


def _pair(pair: Pair) -> dict[str, Json]:
    return {
        "column": pair.column,
        "first": pair.first,
        "second": pair.second,
        "hours": list(pair.hours),
        "distance_min": round(pair.distance_h * 60),
        "shift_min": round(pair.shift_h * 60),
        "p_ppm": round(pair.p * MILLION),
        "holm_p_ppm": round(pair.holm_p * MILLION),
        "permuted": pair.by,
        "auc_ppm": None if math.isnan(pair.auc) else round(pair.auc * MILLION),
        "differ": pair.differ,
        "apart": pair.apart,
    }


def _chance(p: float) -> str:
    """A p value as text."""
    return "p < .001" if p < 0.001 else f"p {p:.3f}"


def _accounts(number: int) -> str:
    return "the account" if number == 1 else f"{number} accounts"


def _day(day: int) -> str:
    """A UTC day as YYYY-MM-DD."""
    return clock.utc_text(day * DAY_US)[:10]
