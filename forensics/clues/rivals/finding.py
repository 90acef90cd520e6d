"""The statement about the standing alternatives."""

from __future__ import annotations

from forensics.clues.rivals.answer import Kind, Rival, RivalsAnswer, Verdict
from forensics.model import Finding, Json

FINDER = "rivals"
NAMES: dict[Kind, str] = {
    "shifted": "another zone with shifted habits",
    "audience": "an audience's clock",
    "scheduler": "a scheduler",
    "night_crew": "a night crew",
    "mixed_crew": "a mixed crew",
    "after_work": "somebody who posts after work",
}
HEADS: dict[Verdict, str] = {
    "fits": "Fits as well",
    "open": "Not excluded",
    "against": "Spoken against",
}
LIMIT = (
    "An alternative that is spoken against is not ruled out: each rests on its own statement, with "
    "the limits of that one."
)
MILLION = 1_000_000


def finding(answer: RivalsAnswer) -> Finding:
    """The answer as a finding; `found` where an alternative fits as well as an ordinary day."""
    unit = answer.activity.unit
    if not answer.rivals:
        return Finding(FINDER, unit, "insufficient", "Too few active hours to compare stories.")
    fits = any(rival.verdict == "fits" for rival in answer.rivals)
    return Finding(
        finder=FINDER,
        unit=unit,
        status="found" if fits else "nothing_found",
        statement=statement_of(answer),
        limits=(LIMIT,),
        details=details_of(answer),
    )


def statement_of(answer: RivalsAnswer) -> str:
    """Every alternative under its verdict, with the reason."""
    parts = []
    for verdict, head in HEADS.items():
        chosen = [_text(rival) for rival in answer.rivals if rival.verdict == verdict]
        if chosen:
            parts.append(f"{head}: {'; '.join(chosen)}.")
    return " ".join(parts)


def _text(rival: Rival) -> str:
    return f"{NAMES[rival.kind]} ({rival.reason})"


def details_of(answer: RivalsAnswer) -> dict[str, Json]:
    """All of it as values."""
    return {
        "zone": answer.zone,
        "night_ppm": round(answer.night * MILLION),
        "office_ppm": round(answer.office * MILLION),
        "weekend_ppm": round(min(answer.weekend, 1000.0) * MILLION),
        "rivals": [
            {"kind": rival.kind, "verdict": rival.verdict, "reason": rival.reason}
            for rival in answer.rivals
        ],
    }
