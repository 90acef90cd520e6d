"""The flow: the originals of a case, read, searched, weighed and reported again, then compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from forensics.case import Case
from forensics.case.refs import files_in
from forensics.errors import CaseError, ForensicsError
from forensics.job.again.compare import lines_again, tables_again
from forensics.job.again.pages import pages_again
from forensics.job.again.parts import Part, Rerun, VersionNote
from forensics.job.again.people import conclusions_again
from forensics.job.again.reading import WITH_OCR, boundaries_again, read_again, settings_of
from forensics.job.again.stage import Stage, set_up
from forensics.job.again.versions import version_notes
from forensics.job.gather import gather
from forensics.job.image_intake import CREDENTIALS
from forensics.job.run import look, silent, weigh
from forensics.model import Progress

SCRATCH = "gnomon-rerun-"
"""How the name of the temporary folder begins."""


def rerun(root: str | Path, progress: Progress = silent) -> Rerun:
    """Work a case out again from its originals, in a temporary folder that is removed.

    Nothing in the case is changed, and nothing but its folder is needed. What people did (notes,
    reviews, `case.toml`, which file is a control) is taken as it stands.

    Args:
        root: The case folder.
        progress: Called with (stage, done, total).

    Raises:
        CaseError: no case, a damaged record, or no space for the temporary folder.
    """
    source = Case.open(Path(root))
    with tempfile.TemporaryDirectory(prefix=SCRATCH) as home:
        stage = set_up(source, Path(home))
        notes = version_notes(source, stage)
        if stage.last("read") is None:
            said = "nothing was worked out in this case yet"
            return Rerun((Part("the case", "not repeated", said),), notes)
        return Rerun(tuple(_repeated(source, stage, notes, progress)), notes)


def _repeated(
    source: Case, stage: Stage, notes: tuple[VersionNote, ...], progress: Progress
) -> Iterator[Part]:
    """All parts; a step that fails is a difference, and what comes after it is not repeated."""
    try:
        yield from _steps(source, stage, notes, progress)
    except ForensicsError as error:
        if isinstance(error, CaseError) and "no space" in error.what:
            raise
        yield Part("the run", "differs", f"it stops: {error.line()}")
    yield from _not_repeated(source, stage)


def _steps(
    source: Case, stage: Stage, notes: tuple[VersionNote, ...], progress: Progress
) -> Iterator[Part]:
    told = settings_of(source)
    case, evidence, missing = read_again(source, stage, told, progress)
    yield from missing
    boundaries_again(source, case)
    assessments = []
    if stage.last("clue") is not None:
        evidence, findings = look(case, evidence, told, progress)
    if stage.last("weigh") is not None:
        assessments = weigh(case, evidence, findings, told, progress)
    progress("compare", 0, None)
    yield from lines_again(stage, case)
    taken = frozenset(WITH_OCR | {CREDENTIALS}) if missing else frozenset[str]()
    changed = any(one.then and one.then != one.now for one in notes)
    yield from tables_again(source, stage, case, taken, versions_changed=changed)
    yield from conclusions_again(source, assessments)
    if stage.report is not None:
        view = gather(case, evidence, findings, assessments, told)
        yield from pages_again(source, stage, case, view)


def _not_repeated(source: Case, stage: Stage) -> Iterator[Part]:
    """What nobody can repeat here: answers of the network, exports, a report of another time."""
    asked = [one.seq + 1 for one in source.entries() if one.kind == "network"]
    if asked:
        said = f"answers of others, {len(asked):,} lines; nothing is sent to ask again"
        yield Part("network", "not repeated", said, asked[0])
    if stage.old_report is not None:
        said = "the case was read or weighed again since: gnomon report writes a new one"
        yield Part("report", "not repeated", said, stage.old_report.seq + 1)
    written = [one for one in source.entries() if one.kind == "export"]
    if written:
        count = sum(len(files_in(one.body)) for one in written)
        said = f"{len(written):,} exports ({count:,} files named) of what is compared here"
        yield Part("exports", "not repeated", said, written[-1].seq + 1)
