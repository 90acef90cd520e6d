"""Decibans, odds, ICD 203 terms, and the check that words do not outrun numbers.

Weights are integer milli-decibans (mdb): 10,000 mdb is a likelihood ratio of ten. Probabilities
are integer parts per million (ppm). Floats appear inside a computation and never leave it.
The one row of ICD 203 terms used here, its edges, and the linter's rules W1 to W7, W11 and W12
are those of `docs/methods/weighing.md`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from forensics.errors import WeighError
from forensics.model import Confidence, Rung

MILLION = 1_000_000
MDB_PER_TEN = 10_000
"""Milli-decibans of a likelihood ratio of ten."""

TERMS: tuple[str, ...] = (
    "almost no chance",
    "very unlikely",
    "unlikely",
    "roughly even chance",
    "likely",
    "very likely",
    "almost certain",
)
"""The row of ICD 203 that this program prints, from the weakest to the strongest."""

OTHER_ROW: tuple[str, ...] = (
    "remote",
    "highly improbable",
    "improbable",
    "roughly even odds",
    "probable",
    "highly probable",
    "nearly certain",
)
"""The other row of ICD 203, known so that it can be refused beside the first."""

CONFIDENCES: tuple[Confidence, ...] = ("low", "moderate", "high")
NO_CLAIM = ("No place can be named", "Nothing can be said")
"""Openings of sentences that claim nothing; they need no hedge and no clue."""

_EDGES_PPM = (50_000, 200_000, 450_000, 550_000, 800_000, 950_000)
EVEN = 3
"""Index of "roughly even chance" in TERMS."""


def toward_zero(value: float) -> int:
    """The integer next to a number on the side of zero.

    Noise of the last float digits is removed first, so that 9,999.9999999 counts as 10,000.
    """
    return math.trunc(round(value, 6))


def mdb_of_ratio(ratio: float) -> int:
    """Milli-decibans of a likelihood ratio, rounded towards zero: 2 gives 3,010.

    Raises:
        WeighError: the ratio is not a positive finite number.
    """
    if not (ratio > 0 and math.isfinite(ratio)):
        raise WeighError("a likelihood ratio must be a positive number", where=str(ratio))
    return toward_zero(MDB_PER_TEN * math.log10(ratio))


def ratio_of_mdb(mdb: float) -> float:
    """Likelihood ratio of a weight in milli-decibans: 10,000 gives 10."""
    return float(10.0 ** (mdb / MDB_PER_TEN))


def odds(ppm: int) -> float:
    """Odds of a probability: 500,000 ppm gives 1; certainty gives infinity."""
    return math.inf if ppm >= MILLION else ppm / (MILLION - ppm)


def ppm_of_odds(value: float) -> int:
    """Probability of odds, to the nearest ppm: 10 gives 909,091."""
    return MILLION if math.isinf(value) else round(MILLION * value / (1 + value))


def shares_ppm(sums_mdb: Sequence[float], priors_ppm: Sequence[int]) -> tuple[int, ...]:
    """Posterior probability of each row: prior times 10^(sum/10), normalised, each to the ppm.

    A row with prior 0 is closed and gets 0. Sums far apart do not overflow.

    Raises:
        WeighError: no row is open.
    """
    logs = [
        total / MDB_PER_TEN * math.log(10) + math.log(prior) if prior > 0 else -math.inf
        for total, prior in zip(sums_mdb, priors_ppm, strict=True)
    ]
    top = max(logs, default=-math.inf)
    if top == -math.inf:
        raise WeighError("no hypothesis is open", todo="give at least one row a prior above 0")
    parts = [math.exp(value - top) for value in logs]
    whole = math.fsum(parts)
    return tuple(round(MILLION * part / whole) for part in parts)


def probability_text(ppm: int) -> str:
    """A probability as printed: `70 %`, and at the ends `<1 %` and `>99 %`, never 0 or 100 %."""
    if ppm < MILLION // 100:
        return "<1 %"
    if ppm > MILLION * 99 // 100:
        return ">99 %"
    return f"{(ppm + 5_000) // 10_000} %"


def term_index(ppm: int) -> int:
    """Index in TERMS of the term for a probability; an edge belongs to the weaker term.

    Weaker means nearer to even: 80 % is "likely", 20 % is "unlikely", 55 and 45 % are even.
    """
    if ppm <= MILLION // 2:
        return sum(ppm >= edge for edge in _EDGES_PPM[:EVEN])
    return EVEN + sum(ppm > edge for edge in _EDGES_PPM[EVEN:])


def term(ppm: int) -> str:
    """ICD 203 term for a probability: 700,000 gives `likely`."""
    return TERMS[term_index(ppm)]


def term_range(word: str) -> str:
    """The range a term stands for, as printed: `55 to 80 %`."""
    index = TERMS.index(word)
    edges = (10_000, *_EDGES_PPM, 990_000)
    return f"{edges[index] // 10_000} to {edges[index + 1] // 10_000} %"


def strongest_term(lowest_ppm: int, *, leader_changes: bool) -> str:
    """The strongest term that the lowest standing test carries.

    `almost certain` is not given where any test changes the leader (rule W4).
    """
    index = term_index(lowest_ppm)
    return TERMS[min(index, len(TERMS) - 2) if leader_changes else index]


def decibans_text(mdb: int) -> str:
    """A weight as printed: `+9 dB ▲`, `-3 dB ▼`, `0 dB ·`; to the nearest dB, halves towards 0."""
    whole = (abs(mdb) + 499) // 1_000
    if whole == 0:
        return "0 dB ·"
    return f"+{whole} dB ▲" if mdb > 0 else f"-{whole} dB ▼"


def confidence_text(confidence: Confidence) -> str:
    """The sentence that carries the confidence: apart from any likelihood, by rule W1."""
    return f"Confidence: {confidence}."


# --- the linter ---------------------------------------------------------------------------------

Rule = Literal["W1", "W2", "W3", "W4", "W5", "W6", "W7", "W11", "W12"]


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing the linter found."""

    rule: Rule
    severity: Literal["refused", "reason_wanted"]
    """`refused` stops a conclusion; `reason_wanted` asks for a reason in the record."""
    sentence: str
    message: str


@dataclass(frozen=True, slots=True)
class LintContext:
    """What the linter must know about the numbers behind the words."""

    lowest_ppm: int | None = None
    """Probability of the assessed row under the lowest standing test; None where there is none."""
    leader_changes: bool = False
    """True if any standing test has another leader."""
    reason: str | None = None
    """Reason given for a term weaker than the numbers allow."""
    ids: frozenset[str] = frozenset()
    """Ids of clues, groups and assumptions that exist; empty: any id of the right form passes."""
    names: Mapping[str, Rung | None] = field(default_factory=dict)
    """Names that stand in the text as data (units: None; places with their rung); their letters
    are not read as words."""
    conclusion: bool = True
    """False for a note: W3, W4, W5 and W7 are rules for conclusions only."""


_TERM_WORDS: tuple[tuple[str, int, int], ...] = (
    *((text, 0, index) for index, text in enumerate(TERMS)),
    *((text, 1, index) for index, text in enumerate(OTHER_ROW) if text != "remote"),
    ("almost certainly", 0, 6),
    ("nearly certainly", 1, 6),
    ("probably", 1, 4),
    ("highly probably", 1, 5),
    ("remote chance", 1, 0),
    ("is remote", 1, 0),
)
_TERM_BY_TEXT = {text: (row, index) for text, row, index in _TERM_WORDS}
_TERM = re.compile(
    r"\b(" + "|".join(sorted(map(re.escape, _TERM_BY_TEXT), key=len, reverse=True)) + r")\b"
)
_CONFIDENCE = re.compile(r"\bconfiden(?:ce|t|tly)\b")
_PLAIN = re.compile(r"\b(?:is|are|was|were|has been|have been)\b")
_ABSOLUTE = re.compile(
    r"(?<!\bnot )(?<!\bcannot )(?<!\bnever )"
    r"\b(confirm(?:s|ed)|prove[sdn]?|(?<!almost )(?<!nearly )certainly|undoubtedly|definitely"
    r"|(?:without|beyond) (?:any )?doubt)\b"
)
_CONDITIONAL = re.compile(r"\bif\b.*\bwould\b")
_LINK = re.compile(
    r"\b(?:link(?:ed|s)|tied|ties|associated|affiliated|connect(?:ed|s)) (?:to|with)\b"
)
_LINK_KIND = re.compile(
    r"\b(?:by|through|via|shares?|same)\b[^.;]*\b(?:image|device|document|text|phone|number|filing"
    r"|address|domain|certificate|serial|post|account|shift|rota|position)"
)
_ID = re.compile(r"\[([A-Z]{1,2}\d+(?:, ?[A-Z]{1,2}\d+)*)\]")
_GRADE = re.compile(r"\([A-F][1-6]\)")
_RUNG_WORDS: tuple[tuple[Rung, re.Pattern[str]], ...] = (
    ("zone", re.compile(r"\b(?:time )?zones?\b|\butc[+-]\d")),
    ("country", re.compile(r"\b(?:country|countries)\b")),
    ("province", re.compile(r"\b(?:province|oblast)s?\b")),
    ("city", re.compile(r"\b(?:city|cities|towns?|prefectures?|county|counties|districts?)\b")),
    (
        "organisation",
        re.compile(
            r"\b(?:bureaus?|agency|ministry|organi[sz]ation|company|police|army|department)\b"
        ),
    ),
)
_AS_OTHERS_SAY = re.compile(
    r"\bas (?!(?:we|i)\b)(?:[\w-]+ ){1,3}?(?:has |have )?"
    r"(?:confirmed|attributed|established|found|showed|proved|identified|stated|reported)\b"
)
_PLATFORM = r"(?:Meta|Facebook|Instagram|Twitter|X|Google|YouTube|Microsoft|TikTok|Telegram|Weibo)"
_PLATFORM_ATTRIBUTES = re.compile(
    rf"\b{_PLATFORM}(?: has| have)? (?:confirm|attribut|establish|prove|identif|link|tie)\w*\b"
)
_PLATFORM_SAYS = re.compile(rf"\b{_PLATFORM} (?:states?|stated|says?|said|reports?|reported)\b")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(\[])")


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text; a full stop ends one only before a capital letter or a quote."""
    return tuple(part for part in _SENTENCE_END.split(text.strip()) if part)


def check_term(
    word: str, lowest_ppm: int, *, leader_changes: bool = False, reason: str | None = None
) -> LintFinding | None:
    """What is wrong with one likelihood term beside the lowest standing test; None if nothing.

    A term may be as far from even as the lowest standing test is above even, and may be the term
    of that test itself; further is refused (W3), and so is "almost certain" where a test changes
    the leader (W4). A term nearer to even than the numbers allow wants a reason.
    """
    _, index = _TERM_BY_TEXT[word]
    allowed = term_index(lowest_ppm)
    strength, limit = abs(index - EVEN), allowed - EVEN
    if index == len(TERMS) - 1 and leader_changes:
        return LintFinding("W4", "refused", word, "a standing test has another leader")
    if strength > limit and index != allowed:
        text = f"{word!r} is stronger than the lowest standing test ({probability_text(lowest_ppm)}"
        return LintFinding("W3", "refused", word, f"{text}, {TERMS[allowed]!r})")
    capped = TERMS.index(strongest_term(lowest_ppm, leader_changes=leader_changes))
    if index >= EVEN and index < capped and not reason:
        message = f"the numbers allow {TERMS[capped]!r}: say why {word!r} is chosen"
        return LintFinding("W3", "reason_wanted", word, message)
    return None


def lint(sentences: Sequence[str], context: LintContext) -> tuple[LintFinding, ...]:
    """Everything that rules W1 to W7, W11 and W12 refuse in these sentences, in order.

    The rules read words, not meaning: a text can pass and still be wrong. Names given in the
    context are blanked before reading, so that a unit called "likely" is no likelihood.
    """
    found: list[LintFinding] = []
    rows: set[int] = set()
    for sentence in sentences:
        masked, named = _mask(sentence, context.names)
        lowered = masked.lower()
        terms = [match.group(1) for match in _TERM.finditer(lowered)]
        rows |= {_TERM_BY_TEXT[word][0] for word in terms}
        found += _scales(sentence, lowered, terms, named)
        found += _sources(sentence, masked, lowered)
        if context.conclusion:
            found += _numbers(sentence, terms, context)
            found += _claims(sentence, masked, context)
    if len(rows) > 1:
        message = "terms from both rows of ICD 203 in one text"
        found.append(LintFinding("W2", "refused", " ".join(sentences), message))
    return tuple(found)


def _mask(sentence: str, names: Mapping[str, Rung | None]) -> tuple[str, set[Rung]]:
    """The sentence with all known names blanked, and the rungs of the places among them."""
    rungs: set[Rung] = set()
    for name in sorted(names, key=lambda text: (-len(text), text)):
        blanked = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "§", sentence) if name else sentence
        if blanked != sentence:
            sentence, rung = blanked, names[name]
            if rung is not None:
                rungs.add(rung)
    return sentence, rungs


def _scales(sentence: str, lowered: str, terms: list[str], named: set[Rung]) -> list[LintFinding]:
    """W1 and W11: one scale and one rung in a sentence."""
    out = []
    if terms and _CONFIDENCE.search(lowered):
        out.append(
            LintFinding("W1", "refused", sentence, "likelihood and confidence in one sentence")
        )
    rungs = named | {rung for rung, pattern in _RUNG_WORDS if pattern.search(lowered)}
    if terms and len(rungs) > 1:
        names = ", ".join(sorted(rungs))
        out.append(LintFinding("W11", "refused", sentence, f"one term over several rungs: {names}"))
    return out


def _numbers(sentence: str, terms: list[str], context: LintContext) -> list[LintFinding]:
    """W3 and W4: no term stronger than the numbers."""
    if context.lowest_ppm is None:
        message = "a likelihood term without standing tests"
        return [LintFinding("W3", "refused", sentence, message) for _ in terms]
    results = [
        check_term(
            word,
            context.lowest_ppm,
            leader_changes=context.leader_changes,
            reason=context.reason,
        )
        for word in terms
    ]
    return [
        LintFinding(item.rule, item.severity, sentence, item.message) for item in results if item
    ]


def _claims(sentence: str, masked: str, context: LintContext) -> list[LintFinding]:
    """W5 and W7: a claim is hedged and cites a clue or an assumption."""
    if sentence.startswith(NO_CLAIM):
        return []
    out = []
    lowered = masked.lower()
    if not _CONDITIONAL.search(lowered):
        for clause in re.split(r"[;:]", lowered):
            hit = _ABSOLUTE.search(clause)
            if hit is None and not _TERM.search(clause):
                hit = _PLAIN.search(clause)
            if hit:
                out.append(LintFinding("W5", "refused", sentence, f"unhedged {hit[0]!r}"))
                break
    cited = {part.strip() for match in _ID.finditer(masked) for part in match[1].split(",")}
    if not lowered.startswith("confidence:"):
        if not cited:
            out.append(LintFinding("W7", "refused", sentence, "cites no clue and no assumption"))
        elif context.ids and not cited <= context.ids:
            missing = ", ".join(sorted(cited - context.ids))
            out.append(LintFinding("W7", "refused", sentence, f"no such clue: {missing}"))
    return out


def _sources(sentence: str, masked: str, lowered: str) -> list[LintFinding]:
    """W6 and W12: links name their kind and clue, others' attributions stay theirs."""
    out = []
    cites = bool(_ID.search(masked))
    if _LINK.search(lowered) and not (cites and _LINK_KIND.search(lowered)):
        message = "a link without the clue and the kind of link"
        out.append(LintFinding("W6", "refused", sentence, message))
    borrowed = _AS_OTHERS_SAY.search(lowered) or _PLATFORM_ATTRIBUTES.search(masked)
    if borrowed or (_PLATFORM_SAYS.search(masked) and not _GRADE.search(masked)):
        message = "another's attribution used as ours: write who states it, with its grade"
        out.append(LintFinding("W12", "refused", sentence, message))
    return out
