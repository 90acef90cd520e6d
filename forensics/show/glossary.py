"""The words of the report, one sentence each; printed at its end."""

from __future__ import annotations

GLOSSARY: tuple[tuple[str, str], ...] = (
    ("account, unit", "One login on one platform; accounts that are assessed together."),
    (
        "base rate",
        "How often the clue appears among comparable accounts that nobody suspects.",
    ),
    ("ceiling", "The most a group can weigh, given the chance that it was planted."),
    ("claimed", "Written down by someone and not checked."),
    (
        "clue, group",
        "A finding that bears on a hypothesis; clues that would fail together and count once.",
    ),
    ("clock writer", "The machine or service that wrote a time."),
    ("confidence", "How good the basis is: low, moderate or high; it is not a probability."),
    ("control", "A comparable account used for the base rate."),
    (
        "deciban (dB)",
        (
            "How much more often we would see this if the hypothesis were true than in the "
            "reference: 10 dB is ten times, 20 dB a hundred times."
        ),
    ),
    (
        "digest",
        (
            "One hash over every step of this case, without times and names of who ran it: equal "
            "input gives an equal digest."
        ),
    ),
    ("hypothesis", "One of the stories that could explain the data."),
    ("interval", "The range in which a value lies, with its level."),
    (
        "judged, modelled, measured",
        "Set by a person with a reason; from a stated model; counted.",
    ),
    ("likelihood term", "A fixed word for a range of probability (ICD 203)."),
    ("make-up working day", "A day of the weekend worked in exchange for a holiday."),
    ("observation", "A computed value with its method, version, settings and rows."),
    ("original", "A file as it was received, named by its SHA-256."),
    ("planted", "Put there to mislead; we allow for a stated chance of it."),
    ("prior", "The probability of a hypothesis before any clue of this case."),
    ("proof level", "What tampering the seals would show, from 0 to 3."),
    ("record", "The list of all steps, each holding the hash of the one before it."),
    ("refused", "Input that was not used, with the reason, and counted."),
    ("rung", "How far a claim goes: zone, country, province, city or organisation."),
    ("seal", "A signature over the last hash of the record."),
    ("standing test", "The result computed again under a fixed worse assumption."),
    ("zone set", "Time zones that the data cannot tell apart."),
)
