"""Blind grades: a reviewer grades clues before the analyst's grades are shown.

Two axes of the Admiralty scale, graded apart, and the category of each clue. What is shown is what
the clue says and what it rests on: never its grade, its category or its weight. The answers are
lines of the record, one for each clue, with the analyst's grade as it stood at that moment, so that
nobody can move a grade towards the reviewer's afterwards. The first answer of a name counts.

Gnomon cannot know what a reviewer has read elsewhere: the report shows the grades. Grade first.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forensics.case import Case
from forensics.case.files import explained, open_regular
from forensics.case.record import ATTENDING
from forensics.case.seals import same_person
from forensics.errors import UsageError
from forensics.export.cells import BOM, line, unguarded
from forensics.job.kappa import kappa
from forensics.job.reviewing import CLUES, plain_name, roles_of
from forensics.model import Json
from forensics.show.reviews import RegradeRow, RegradeView, ScaleView

RELIABILITY = "ABCDEF"
CREDIBILITY = "123456"
CATEGORIES = ("technical", "behavioural", "contextual")
COLUMNS = ("clue", "reliability", "credibility", "category")
"""Columns that a file of grades must have; it may have others."""
ROWS_SHOWN = 5
MOST_BYTES = 1 << 22
_SCALES = (
    ("reliability", RELIABILITY, "F", True),
    ("credibility", CREDIBILITY, "6", True),
    ("category", CATEGORIES, "", False),
)
"""Name, grades, the grade for "cannot be judged", ordered."""


@dataclass(frozen=True, slots=True)
class Question:
    """One clue as it is put to the reviewer."""

    clue: str
    unit: str
    kind: str
    statement: str
    rests_on: tuple[str, ...]
    """Statements of the observations behind it, with their intervals."""
    rows: tuple[str, ...]
    """Rows of originals it rests on, `NAME row N (sha256 ab12…)`; at most `ROWS_SHOWN`."""
    rows_total: int


@dataclass(frozen=True, slots=True)
class BlindGrade:
    """What the reviewer says of one clue."""

    clue: str
    reliability: str
    credibility: str
    category: str


def blind_questions(case: Case, *, sample: int | None = None, seed: int = 0) -> list[Question]:
    """The clues that this reviewer has not graded yet, in an order that the seed decides.

    Args:
        case: The case, opened under the reviewer's name.
        sample: How many clues to draw; None asks for all.
        seed: Of the draw. The same seed draws the same clues.

    Raises:
        UsageError: no clues, or the reviewer is who found them.
    """
    clues = _clues(case)
    finder = case.last("clue")
    if finder is not None and same_person(finder.who, case.who):
        raise UsageError(
            "found these clues and cannot grade them blind", where="--who",
            todo="let somebody else grade them",
        )  # fmt: skip
    order = sorted(clues, key=lambda name: hashlib.sha256(f"{seed}\n{name}".encode()).digest())
    drawn = order if sample is None else order[:sample]
    done = {one["clue"] for one in _answers(case).get(plain_name(case.who), [])}
    about = _observations(case)
    names = {item.sha256: item.name_as_received for item in case.originals()}
    return [_question(clues[name], about, names) for name in drawn if name not in done]


def _question(
    clue: Mapping[str, Any], about: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]
) -> Question:
    behind = [about[name] for name in clue["observations"] if name in about]
    said = []
    for one in behind:
        ends = one["interval"]
        between = f" (interval {ends[0]:,} to {ends[1]:,} {one['unit']})" if ends else ""
        said.append(f"{one['statement']}{between}")
    rows = [
        f"{names.get(ref['original'], 'unknown file')} row {ref['row']} ({ref['original'][:12]})"
        for one in behind
        for ref in one["rows"]
    ]
    return Question(
        clue["id"], clue["unit"], clue["kind"], clue["statement"], tuple(said),
        tuple(dict.fromkeys(rows))[:ROWS_SHOWN], sum(one["rows_total"] for one in behind),
    )  # fmt: skip


def add_blind_grades(
    case: Case, answers: Sequence[BlindGrade], *, sample: int | None = None, seed: int = 0
) -> int:
    """Write answers into the record, one line each, all or none; gives back how many.

    Raises:
        UsageError: a clue that is not asked, or graded already, or graded twice.
    """
    with case.exclusively():
        clues = _clues(case)
        asked = {one.clue for one in blind_questions(case, sample=sample, seed=seed)}
        over, head = case.digest(), case.head()
        bodies: list[dict[str, Json]] = []
        for answer in answers:
            if answer.clue not in asked:
                raise UsageError(
                    "is no clue that is asked, or was graded before", where=f"{answer.clue!r:.60}",
                    todo="--questions writes those that are asked",
                )  # fmt: skip
            asked.remove(answer.clue)
            clue = clues[answer.clue]
            grades: dict[str, Json] = {
                "clue": answer.clue,
                "grade": answer.reliability + answer.credibility,
                "category": answer.category,
                "stood": {"grade": clue["grade"], "category": clue["category"]},
                "sample": sample, "seed": seed, "of": len(clues),
            }  # fmt: skip
            bodies.append({"blind": grades, "over": over, "head": head})
        for body in bodies:
            case.append("review", body)
    return len(bodies)


# ---- files -------------------------------------------------------------------------------------


def questions_csv(asked: Sequence[Question]) -> bytes:
    """The questions as a CSV file with empty columns for the grades."""
    lines = [line((*COLUMNS, "unit", "kind", "statement", "rests_on", "rows", "rows_total"))]
    lines += [
        line((one.clue, None, None, None, one.unit, one.kind, one.statement,
              "\n".join(one.rests_on), "\n".join(one.rows), one.rows_total))
        for one in asked
    ]  # fmt: skip
    return BOM + "".join(lines).encode()


def read_grades(path: Path) -> list[BlindGrade]:
    """The answers in a CSV file; rows whose three grades are empty are left out.

    Raises:
        UsageError: a column is missing, or a grade is none; names the row.
        CaseError: the file cannot be read.
    """
    with open_regular(path) as handle, explained(path):
        data = handle.read(MOST_BYTES)
    try:
        rows = csv.DictReader(io.StringIO(data.removeprefix(BOM).decode("utf-8"), newline=""))
        if missing := set(COLUMNS) - set(rows.fieldnames or ()):
            raise UsageError(f"has no column {min(missing)}", where=str(path))
        found = [*enumerate(rows, start=1)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"is no CSV in UTF-8 ({error})", where=str(path)) from None
    answers = []
    for number, row in found:
        cells = [unguarded((row[name] or "").strip()) for name in COLUMNS]
        if any(cells[1:]):
            answers.append(answer_of(*cells, where=f"{path} row {number}"))
    return answers


def answer_of(
    clue: str, reliability: str, credibility: str, category: str, *, where: str
) -> BlindGrade:
    """An answer, checked.

    Raises:
        UsageError: a grade is none of its scale.
    """
    given = (reliability.strip().upper(), credibility.strip(), category.strip().lower())
    for (name, scale, _, _), value in zip(_SCALES, given, strict=True):
        if value not in tuple(scale):
            words = ", ".join(scale)
            raise UsageError(f"{name} {value!r:.20} is none of {words}", where=where)
    return BlindGrade(clue, *given)


# ---- reading back ------------------------------------------------------------------------------


def regrade_views(case: Case) -> tuple[RegradeView, ...]:
    """Each reviewer's blind grades beside the analyst's, in the order in which they began."""
    roles = roles_of(case)
    work = max((one.seq for one in case.entries() if one.kind not in ATTENDING), default=-1)
    units = {}
    if (case.tables / CLUES).is_file():
        units = {str(row["id"]): str(row["unit"]) for row in case.read_table(CLUES)}
    found = []
    for name, answers in _answers(case).items():
        scales = tuple(_scale(answers, number) for number in range(len(_SCALES)))
        rows = tuple(_row(one, units.get(one["clue"], "")) for one in answers)
        last = answers[-1]
        drawn = "all clues were asked, in an order drawn with seed {seed}"
        if last["sample"] is not None:
            drawn = "{sample} clues were drawn with seed {seed}"
        found.append(RegradeView(
            last["who"], roles.get(name, ""), len(answers), last["of"],
            drawn.format(**last), work > last["seq"], scales, rows,
        ))  # fmt: skip
    return tuple(found)


def _row(answer: Mapping[str, Any], unit: str) -> RegradeRow:
    analyst = f"{answer['stood']['grade']} {answer['stood']['category']}"
    reviewer = f"{answer['grade']} {answer['category']}"
    return RegradeRow(answer["clue"], unit, analyst, reviewer, analyst != reviewer)


def _scale(answers: Sequence[Mapping[str, Any]], number: int) -> ScaleView:
    name, scale, unjudged, ordered = _SCALES[number]
    pairs = []
    for one in answers:
        both = [
            grades["category"] if name == "category" else grades["grade"][number]
            for grades in (one["stood"], one)
        ]
        pairs.append((str(both[0]), str(both[1])))
    judged = [pair for pair in pairs if not unjudged or unjudged not in pair]
    found = kappa(judged, [one for one in scale if one != unjudged], ordered=ordered)
    return ScaleView(
        name, found.n, found.equal, len(pairs) - len(judged), found.milli, found.low_milli,
        found.high_milli, found.weighted, found.why,
    )  # fmt: skip


def _answers(case: Case) -> dict[str, list[dict[str, Any]]]:
    """Plain name -> the first answer on each clue, in the order of the record."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for entry in case.entries():
        blind = entry.body.get("blind")
        if entry.kind == "review" and isinstance(blind, dict) and _is_answer(blind):
            row = {**blind, "who": entry.who, "seq": entry.seq}
            found.setdefault(plain_name(entry.who), {}).setdefault(str(blind["clue"]), row)
    return {name: list(rows.values()) for name, rows in found.items()}


def _is_answer(blind: Mapping[str, Any]) -> bool:
    """True for a line of this form; a record may come from anybody."""
    stood = blind.get("stood")
    if not isinstance(stood, dict) or type(blind.get("of")) is not int:
        return False
    return all(
        isinstance(grade := one.get("grade"), str)
        and len(grade) == len("F6")
        and grade[0] in RELIABILITY
        and grade[1] in CREDIBILITY
        and one.get("category") in CATEGORIES
        for one in (stood, blind)
    ) and {"clue", "sample", "seed"} <= set(blind)


def _clues(case: Case) -> dict[str, dict[str, Any]]:
    rows: Iterator[dict[str, Any]] = iter(())
    if (case.tables / CLUES).is_file():
        rows = case.read_table(CLUES)
    found = {str(row["id"]): row for row in rows}
    if not found:
        raise UsageError("has no clues to grade", where=str(case.root), todo="gnomon weigh CASE")
    return found


def _observations(case: Case) -> dict[str, dict[str, Any]]:
    if not (case.tables / "observations.jsonl").is_file():
        return {}
    return {str(row["id"]): row for row in case.read_table("observations.jsonl")}
