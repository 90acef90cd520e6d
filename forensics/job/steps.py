"""One step at a time on a case that exists: add files, weigh, conclude, write the report.

`run.py` does all of it in one go; here each step opens the case, does what must come before it from
the tables that are there, and leaves its line in the record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from forensics.case import Case
from forensics.case.brought import evidence_in
from forensics.case.inputs import find_files
from forensics.case.receiving import Received
from forensics.clues import Evidence
from forensics.errors import CaseError, UsageError
from forensics.job.acts import as_line, weights_hash
from forensics.job.controls_intake import receive_controls
from forensics.job.gather import gather
from forensics.job.intake import read_evidence
from forensics.job.prints import Prints
from forensics.job.run import RunResult, look, machine_clock, silent, weigh, write
from forensics.job.settings import RunSettings
from forensics.job.tiles import MapTiles
from forensics.model import Conclusion, Finding, Json, Original, Progress
from forensics.weigh import Assessment
from forensics.weigh.stated import Wish, state


@dataclass(frozen=True, slots=True)
class Weighed:
    """A case as far as it has been weighed."""

    case: Case
    settings: RunSettings
    evidence: Evidence
    findings: Sequence[Finding]
    assessments: Sequence[Assessment]

    def of(self, unit: str) -> Assessment:
        """The assessment of a unit; an empty name is enough where there is only one.

        Raises:
            UsageError: no such unit, or several and none named.
        """
        names = [one.unit for one in self.assessments]
        if not unit and len(names) == 1:
            return self.assessments[0]
        for one in self.assessments:
            if one.unit == unit:
                return one
        shown = ", ".join(repr(name) for name in names[:8])
        raise UsageError(
            f"no unit {unit!r:.60}" if unit else "there are several units",
            where="--unit",
            todo=f"one of: {shown}{' ...' if len(names) > 8 else ''}",
        )


@dataclass(frozen=True, slots=True)
class Claims:
    """What is claimed about files that are added. All of it is stored as claimed."""

    received_at: str | None = None
    received_from: str | None = None
    received_by: str | None = None
    how: str | None = None
    note: str | None = None


def new_case(
    root: Path,
    settings: RunSettings,
    *,
    purpose: str,
    legal_basis: str,
    who: str,
    now: Callable[[], str] = machine_clock,
) -> Case:
    """Start a case folder for one question.

    Raises:
        CaseError: something lies there already.
        UsageError: no purpose or no legal basis was given.
    """
    for name, text in (("--purpose", purpose), ("--legal-basis", legal_basis)):
        if not text.strip():
            raise UsageError("is empty", where=name, todo="write a sentence: the report prints it")
    case = Case.create(
        root, question=settings.question, settings=settings.as_json(), who=who, now=now
    )
    case.append("note", {"purpose": purpose, "legal_basis": legal_basis})
    return case


def add_files(
    case: Case,
    paths: Sequence[Path],
    claims: Claims,
    progress: Progress = silent,
    *,
    as_controls: bool = False,
) -> tuple[Original, ...]:
    """Copy files and folders into a case, with what is claimed about where they came from.

    Args:
        case: A case that can be added to.
        paths: Files and folders.
        claims: What is claimed about them.
        progress: Called with (stage, done, total).
        as_controls: True if they hold accounts to compare with: those are never assessed.

    Raises:
        ReadError: a path is not there.
        CaseError: the case cannot be written.
    """
    files = find_files(list(paths))
    if as_controls:
        said = {**asdict(claims), "note": claims.note or ""}
        with case.exclusively():
            return receive_controls(case, files, progress, **said)
    items = []
    for file in files:
        note = "; ".join(text for text in (claims.note, file.note) if text) or None
        items.append(Received(file.path, file.name, **asdict(replace(claims, note=note))))
    return case.add_files(items, progress)


def weigh_case(case: Case, progress: Progress = silent) -> Weighed:
    """Read what is not read yet, find clues and weigh them; the lines stand in the record.

    Raises:
        CaseError: no file was added yet.
    """
    if not evidence_in(case):
        raise CaseError("holds no files yet", where=str(case.root), todo="gnomon add CASE FILE")
    settings = RunSettings.from_json(case.question, case.settings)
    with case.exclusively():
        evidence = read_evidence(case, settings, progress)
        evidence, findings = look(case, evidence, settings, progress)
        assessments = weigh(case, evidence, findings, settings, progress)
    return Weighed(case, settings, evidence, findings, assessments)


def conclude_case(
    case: Case, wish: Wish, *, reviewer: str = "", progress: Progress = silent
) -> Conclusion:
    """Check a conclusion against the numbers and write it into the record.

    Args:
        case: A case that can be added to.
        wish: What a person wants to conclude; an empty unit is enough where there is one.
        reviewer: Who has agreed to it besides, if anybody; a city and an organisation stay marked
            as waiting for one.
        progress: Called with (stage, done, total).

    Raises:
        WeighError: the rules refuse it; nothing is written.
    """
    weighed = weigh_case(case, progress)
    assessment = weighed.of(wish.unit)
    wish = replace(wish, unit=assessment.unit)
    conclusion = state(assessment, wish, weighed.evidence.places)
    more: dict[str, Json] = {"because": wish.because, "dissent": list(wish.dissent)}
    if wish.rung == "organisation":
        more["responsibility"] = wish.responsibility
        more["ethics"] = dict(asdict(wish.ethics)) if wish.ethics else None
    if reviewer.strip():
        more["agreed"] = reviewer
    case.append("conclude", as_line(conclusion, weights_hash(case), **more))
    return conclusion


def report_case(
    case: Case,
    out: Path,
    progress: Progress = silent,
    prints: Prints | None = None,
    tiles: MapTiles | None = None,
) -> RunResult:
    """Write report, map and summary of a case into a folder beside it.

    Args:
        case: A case that can be added to.
        out: Folder that holds the case.
        progress: Called with (stage, done, total).
        prints: PDF, figures and brief, if any are wanted besides.
        tiles: A file of map tiles to draw under the map.

    Raises:
        ReadError: the tiles cannot be drawn; nothing was read then.
        CaseError: no file was added yet, or the folder does not hold the case.
        ShowError: an extra that is wanted is missing; nothing was read then.
    """
    if prints is not None:
        prints.check()
    if tiles is not None:
        tiles.check()
    weighed = weigh_case(case, progress)
    with case.exclusively():
        view = gather(
            case, weighed.evidence, weighed.findings, weighed.assessments, weighed.settings
        )
        return write(case, view, out, prints, tiles=tiles, progress=progress)
