"""The main job: files in, report out. `run` is the whole flow; what follows it are its steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from platform import python_version

from forensics.case import Case
from forensics.case.brought import evidence_in
from forensics.case.files import Tell, untold
from forensics.case.inputs import InputFile, find_files
from forensics.case.receiving import Received
from forensics.clock import zone
from forensics.clues import Evidence, find_clues
from forensics.clues.sun.finding import refused_lines
from forensics.engine.runner import check_engine
from forensics.errors import CaseError, UsageError
from forensics.job.boundaries import named_codes, with_second_level
from forensics.job.clue_numbers import write_numbers
from forensics.job.controls_intake import control_warnings, receive_controls, same_controls
from forensics.job.fresh import taken_back_if_refused
from forensics.job.gather import gather
from forensics.job.group_numbers import write_group_numbers
from forensics.job.image_texts import text_notes
from forensics.job.intake import read_evidence
from forensics.job.judgements import judged, remarked
from forensics.job.lines import note_made
from forensics.job.moments import write_moment
from forensics.job.prints import Printed, Prints, print_more
from forensics.job.report_numbers import write_report_numbers
from forensics.job.settings import RunSettings
from forensics.job.ties_view import write_ties
from forensics.job.tiles import MEMBER, MapTiles, TileSource
from forensics.job.together import write_places, write_same_place
from forensics.job.tying import tie
from forensics.job.weighing import weigh_units
from forensics.model import REFUSAL_REASONS, Finding, Json, Progress
from forensics.pixels.ocr import require_ocr
from forensics.show import boundaries_for, write_map, write_report, write_summary
from forensics.show.view import ReportView
from forensics.weigh import Assessment

NOTES_SHOWN = 8


def machine_clock() -> str:
    """This machine's clock as ISO 8601 UTC: claimed, not proved. Nothing else here reads it."""
    return datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """Progress that goes nowhere."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """Where everything is, and what to print."""

    report: Path
    map: Path
    summary: Path
    case: Path
    lines: tuple[str, ...]
    """The conclusion of each unit, one line each."""
    warnings: tuple[str, ...]
    """What was refused or must not be overlooked, one line each."""
    printed: Printed = field(default_factory=Printed)
    """What was made besides, where it was asked for."""


def run(
    inputs: Sequence[str | Path],
    out: str | Path,
    settings: RunSettings | None = None,
    *,
    controls: Sequence[str | Path] = (),
    tiles: MapTiles | None = None,
    who: str = "analyst",
    now: Callable[[], str] = machine_clock,
    progress: Progress = silent,
    tell: Tell = untold,
) -> RunResult:
    """Files in, report out. The whole flow, in order.

    Run again with the same inputs after an interruption, it keeps what was finished. Run again
    after it was done, it changes nothing. If the inputs of a new case are refused, no case is left.

    Args:
        inputs: Exports of posts, images, or folders of them.
        out: Folder for `report.html`, `map.html`, `summary.json` and `case/`.
        settings: What to assume and how to split; see `RunSettings`.
        controls: Exports of comparable accounts, or folders of them: never assessed.
        tiles: A file of map tiles to draw under the map.
        who: Name or role written into the record.
        now: Clock for the record; claimed times only.
        progress: Called with (stage, done, total).
        tell: Takes lines for the user that are no results: whom this waits for, what it mended.

    Raises:
        ReadError: nothing could be read, or an input is not there.
        CaseError: the folder holds another case, or cannot be written.
    """
    settings = settings or RunSettings()
    for name in (settings.assume_zone, settings.audience_zone):
        if name is not None:
            zone(name)  # an unknown zone is refused before anything is written
    if settings.assume_because and not settings.assume_zone:
        raise UsageError("a reason without an assumption", todo="add --assume-zone ZONE")
    check_engine(settings.engine)
    if settings.ocr:
        require_ocr()
    if tiles is not None:
        tiles.check()
    if Path(out).exists() and not Path(out).is_dir():
        raise UsageError("is not a folder", where=str(out), todo="choose another --out")
    files = find_files([Path(item) for item in inputs])
    compared = find_files([Path(item) for item in controls])
    with taken_back_if_refused(Path(out) / "case"):
        case = Case.open_or_create(
            Path(out) / "case",
            question=settings.question,
            settings=settings.as_json(),
            who=who,
            now=now,
            tell=tell,
        )
        with case.exclusively():
            receive(case, files, progress)
            same_controls(case, compared)
            receive_controls(case, compared, progress)
            evidence = rested(read_evidence(case, settings, progress))
            evidence, findings = look(case, evidence, settings, progress)
            assessments = weigh(case, rested(evidence), findings, settings, progress)
            view = gather(case, rested(evidence), findings, assessments, settings)
            rested(evidence)
            done = write(case, view, Path(out), tiles=tiles, progress=progress)
    notes = (
        *text_notes(evidence.text_search),
        *refused_lines(findings),
        *control_warnings(evidence.controls),
    )
    return replace(done, warnings=(*done.warnings, *notes))


def rested(evidence: Evidence) -> Evidence:
    """The same evidence, its table of posts closed until it is asked again.

    What a statement was answered with stays in the database's memory until the next one: beside all
    that a stage holds, it would count twice.
    """
    if evidence.posts is not None:
        evidence.posts.close()
    return evidence


def receive(case: Case, files: Sequence[InputFile], progress: Progress) -> None:
    """Take every file into the case under its hash. A case may grow: files are added, none go.

    Raises:
        CaseError: the case has a file that was not given, or cannot be written.
    """
    wanted = {file.name for file in files}
    known = {item.name_as_received for item in evidence_in(case)}
    if odd := known - wanted:
        raise CaseError(
            f"holds a case with other inputs ({min(odd)!r})",
            where=str(case.root),
            todo="give that file too, or choose another --out",
        )
    more = len(wanted - known)
    if more and case.last("read"):
        files_more = "1 file more" if more == 1 else f"{more:,} files more"
        case.tell(f"{case.root}: {files_more} than before: the case grows")
    items = [Received(file.path, file.name, note=file.note or None) for file in files]
    case.add_files(items, progress)


def look(
    case: Case, evidence: Evidence, told: RunSettings, progress: Progress
) -> tuple[Evidence, list[Finding]]:
    """Ask what ties the accounts, then every finder about every unit; all stands in the record.

    The evidence comes back in the units that are assessed: those may be made of the ties.
    """
    tied = tie(evidence, told, progress)
    evidence = tied.evidence
    edited = case.edited()
    findings = [*find_clues(evidence, progress), *tied.units, *tied.whole]
    findings += judged(edited, evidence.units)
    findings = remarked(findings, edited)
    observations = [item for finding in findings for item in finding.observations]
    clues = [clue for finding in findings for clue in finding.clues]
    tables = [
        case.write_table("observations.jsonl", map(asdict, observations)),
        case.write_table("clues.jsonl", map(asdict, clues)),
        case.write_table("findings.jsonl", map(finding_row, findings)),
        *write_numbers(case, evidence, findings),
        *write_ties(case, tied.ties),
        tied.write(case),
    ]
    note_made(case, "clue", {"findings": len(findings), "clues": len(clues)}, tables)
    return evidence, findings


def weigh(
    case: Case,
    evidence: Evidence,
    findings: Sequence[Finding],
    settings: RunSettings,
    progress: Progress,
) -> list[Assessment]:
    """Weigh the clues of each unit against the hypotheses; the table stands in the record."""
    assessments = list(weigh_units(case, evidence, findings, settings, progress))
    weights = ({"unit": one.unit} | asdict(weight) for one in assessments for weight in one.weights)
    tests = ({"unit": one.unit} | asdict(test) for one in assessments for test in one.tests)
    tables = [
        case.write_table("weights.jsonl", weights),
        case.write_table("tests.jsonl", tests),
        case.write_table("conclusions.jsonl", (asdict(one.conclusion) for one in assessments)),
        write_places(case, assessments),
        write_same_place(case, evidence, findings),
        write_group_numbers(case, evidence, assessments),
        write_report_numbers(case, assessments, findings),
        write_moment(case, assessments, findings),
    ]
    note_made(case, "weigh", {"units": len(assessments)}, tables)
    return assessments


def write(
    case: Case,
    view: ReportView,
    out: Path,
    prints: Prints | None = None,
    *,
    tiles: TileSource | None = None,
    progress: Progress = silent,
) -> RunResult:
    """Write report, map and summary beside the case, and their hashes into the record.

    Args:
        case: A case that can be added to.
        view: Everything to print.
        out: Folder that holds the case.
        prints: PDF, figures and brief, if any are wanted besides.
        tiles: Where the base map of the map comes from, if there is one.
        progress: Called with (stage, done, total).
    """
    codes = {
        area.code
        for unit in view.units
        if unit.assessment.places
        for area in (*unit.assessment.places.countries[:1], *unit.assessment.places.provinces[:1])
    }
    outlines, view = with_second_level(boundaries_for(codes), case, view, named_codes(view))
    base = tiles.base(case, view, outlines, progress) if tiles is not None else None
    if base is not None and base.credit:
        view = replace(view, attributions=(*view.attributions, base.credit))
    report = write_report(view, out / "report.html", outlines)
    page = write_map(view, outlines, out / "map.html", base.shown if base else None)
    summary = write_summary(view, out / "summary.json")
    more = print_more(view, outlines, out, report, prints) if prints else Printed()
    files = [case.file_ref(path) for path in (report, page, summary, *more.files)]
    said: dict[str, Json] = {"figures": more.figures} if more.figures else {}
    said["versions"] = {**view.versions, "python": python_version()}
    if base is not None:
        said |= {MEMBER: base.told, "tables": [base.table.as_json()] if base.table else []}
    note_made(case, "report", {"digest": view.digest, **said}, files)
    conclusions = [unit.assessment.conclusion for unit in view.units]
    lines = [f"{one.unit}: {one.statement}" for one in conclusions]
    heard = (*warnings(view), *(base.warnings if base else ()), *more.warnings)
    return RunResult(report, page, summary, case.root, tuple(lines), heard, more)


def warnings(view: ReportView) -> tuple[str, ...]:
    """What must not be overlooked, briefly: refusals by kind, and notes on files."""
    found = [
        f"refused: {item.n:,} x {item.reason} of {item.of}: {REFUSAL_REASONS[item.reason]}"
        for item in view.refusals
    ]
    notes = [
        text if text.startswith(source.name) else f"{source.name}: {text}"
        for source in view.sources
        for text in source.notes
    ]
    more = len(notes) - NOTES_SHOWN
    found += notes[:NOTES_SHOWN]
    found += [f"{more} more notes on files: see the report"] if more > 0 else []
    return (*view.collection.lines(), *found)


def finding_row(finding: Finding) -> dict[str, Json]:
    """A finding as a row; its observations and clues stand in tables of their own, by id."""
    return {
        "finder": finding.finder,
        "unit": finding.unit,
        "status": finding.status,
        "statement": finding.statement,
        "observations": [item.id for item in finding.observations],
        "clues": [clue.id for clue in finding.clues],
        "limits": list(finding.limits),
        "details": dict(finding.details),
    }
