"""What people add to a case: notes, assumptions, objections, dissent, answers, conclusions.

Each act is one line of the record, with who and when. Nothing is edited: a later line answers an
earlier one. What is read back here is printed in the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from forensics.case import Case
from forensics.errors import UsageError
from forensics.model import Conclusion, Entry, Json
from forensics.words import LintContext, lint, split_sentences

Topic = Literal["note", "assumption", "objection", "dissent", "motive", "past", "sources", "other"]
TOPICS: tuple[Topic, ...] = get_args(Topic)
_KIND: Mapping[Topic, str] = {"assumption": "assume", "objection": "object", "dissent": "object"}
DECEPTION: Mapping[Topic, str] = {
    "motive": "Had anyone a motive, the opportunity and the means to plant these clues?",
    "past": "Has this actor deceived in this way before?",
    "sources": "Could the actor control or feed the sources used here?",
    "other": "Is there other evidence, got in another way, and does it agree?",
}
"""The four questions of a deception check; one without an answer is printed as open."""
MOST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Act:
    """One note, assumption, objection, dissent or answer."""

    seq: int
    who: str
    topic: Topic
    text: str
    about: str
    """Unit, clue or group it is about; empty for the whole case."""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Concluded:
    """A conclusion as a person recorded it."""

    seq: int
    who: str
    body: Mapping[str, Any]
    stale: bool
    """True if the weights have changed since."""
    replaced: int
    """How many earlier conclusions on this unit and rung it answers."""


def add_act(
    case: Case, topic: str, text: str, *, about: str = "", because: str = ""
) -> tuple[Entry, tuple[str, ...]]:
    """Write one act into the record; gives the line and what the linter says of its words.

    Raises:
        UsageError: an unknown topic, an empty or overlong text, an assumption without reason.
    """
    if topic not in TOPICS:
        raise UsageError(
            f"no topic {topic!r:.40}", where="--as", todo=f"one of: {', '.join(TOPICS)}"
        )
    if not text.strip() or len(text) > MOST_TEXT:
        raise UsageError(f"a text of 1 to {MOST_TEXT:,} characters is needed", where="note")
    if topic == "assumption" and not because.strip():
        raise UsageError("an assumption needs a reason", todo="add --because TEXT")
    body: dict[str, Json] = {"topic": topic, "text": text}
    if about:
        body["about"] = about
    if because:
        body["because"] = because
    found = lint(split_sentences(text), LintContext(conclusion=False))
    entry = case.append(_KIND.get(topic, "note"), body)
    return entry, tuple(f"{one.rule}: {one.message}" for one in found)


def acts(case: Case) -> Iterator[Act]:
    """All acts of people in order; lines that the program wrote for itself are left out."""
    for entry in case.entries():
        topic = entry.body.get("topic")
        if entry.kind in {"note", "assume", "object"} and topic in TOPICS:
            yield Act(
                entry.seq,
                entry.who,
                topic,
                str(entry.body.get("text", "")),
                str(entry.body.get("about", "")),
                str(entry.body.get("because", "")),
            )


def weights_hash(case: Case) -> str:
    """Hash of the table of weights as last written; empty if nothing was weighed."""
    last = case.last("weigh")
    tables: Any = last.body.get("tables", []) if last else []
    return next((str(one["sha256"]) for one in tables if one["name"] == "weights.jsonl"), "")


def concluded(case: Case) -> tuple[Concluded, ...]:
    """The latest conclusion of people on each unit and rung, in the order of the record."""
    now = weights_hash(case)
    found: dict[tuple[str, str], Concluded] = {}
    for entry in case.entries():
        if entry.kind != "conclude" or "unit" not in entry.body:
            continue
        key = str(entry.body["unit"]), str(entry.body["rung"])
        before = found.pop(key, None)
        replaced = before.replaced + 1 if before else 0
        stale = entry.body.get("weights") != now
        found[key] = Concluded(entry.seq, entry.who, entry.body, stale, replaced)
    return tuple(found.values())


def as_line(value: Conclusion, weights: str, **more: Json) -> dict[str, Json]:
    """A conclusion as it stands in the record: its fields, the weights it rests on, and more."""
    body: dict[str, Any] = asdict(value)
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in body.items()}
    return {**plain, "weights": weights, **more}
