"""What people wrote into the record, put together for the report."""

from __future__ import annotations

from typing import Any

from forensics.case import Case
from forensics.job.acts import DECEPTION, Act, Concluded, acts, concluded
from forensics.job.reviewing import concurring
from forensics.show.people import NoteView, PeopleView, StatedView

NEEDS_SECOND = frozenset({"city", "organisation"})


def people_view(case: Case) -> PeopleView:
    """Purpose, conclusions, notes and answers of a case, in the order of the record."""
    first: dict[str, Any] = {}
    for entry in case.entries():
        if entry.kind == "note" and "purpose" in entry.body and not first:
            first = dict(entry.body)
    said = [_note(one) for one in acts(case)]
    answers = {
        question: tuple(one for one in said if one.topic == topic)
        for topic, question in DECEPTION.items()
    }
    return PeopleView(
        purpose=str(first.get("purpose", "")),
        legal_basis=str(first.get("legal_basis", "")),
        concluded=tuple(
            _stated(one, concurring(case, one.seq + 1, one.who)) for one in concluded(case)
        ),
        notes=tuple(one for one in said if one.topic not in DECEPTION),
        deception=tuple(answers.items()),
    )


def _note(one: Act) -> NoteView:
    return NoteView(one.seq + 1, one.who, one.topic, one.text, one.about, one.because)


def _stated(one: Concluded, concurs: str) -> StatedView:
    body = one.body
    ethics: Any = body.get("ethics") or {}
    agreed = concurs or str(body.get("agreed", ""))
    return StatedView(
        line=one.seq + 1,
        who=one.who,
        unit=str(body["unit"]),
        statement=str(body["statement"]),
        rung=str(body["rung"]),
        likelihood=str(body["likelihood"]),
        confidence=str(body["confidence"]),
        probability_ppm=int(body["probability_ppm"]),
        lowest_test=str(body["lowest_test"]),
        reasons=_texts(body["reasons"]),
        would_change=_texts(body["would_change"]),
        does_not_say=_texts(body["does_not_say"]),
        dissent=_texts(body["dissent"]),
        because=str(body["because"]),
        agreed=agreed,
        waits=body["rung"] in NEEDS_SECOND and not agreed,
        stale=one.stale,
        replaced=one.replaced,
        responsibility=str(body.get("responsibility", "")).replace("_", " "),
        ethics=tuple((key.replace("_", " "), str(value)) for key, value in ethics.items()),
    )


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
