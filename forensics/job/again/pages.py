"""The report, the map and the summary, held against those that come out again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from forensics.case import Case, FileRef
from forensics.case.files import CHUNK_BYTES, sha256_of
from forensics.case.refs import files_in
from forensics.case.seals import LEVELS, level_means
from forensics.errors import CaseError
from forensics.job.again.differences import first_in
from forensics.job.again.parts import Part
from forensics.job.again.stage import Stage
from forensics.job.again.tiles import tiles_again
from forensics.job.run import write
from forensics.model import Json
from forensics.show.view import ReportView

PAGES = frozenset({"report.html", "map.html", "summary.json"})
AROUND = 40
"""Bytes shown on either side of the first difference of a page."""


def pages_again(source: Case, stage: Stage, case: Case, view: ReportView) -> Iterator[Part]:
    """Every file that the latest report line names.

    The sentence about seals tells of the seals there were when the report was written; it is taken
    over where it is one that this program writes. So are the versions that the pages print: those
    that differ are told apart elsewhere, and would hide whether anything else does.
    """
    if stage.report is None:
        return
    line = stage.report.seq + 1
    refs = [ref for ref in files_in(stage.report.body) if ref is not None]
    out = stage.root.parent
    printed = _with_versions(view, stage.report.body.get("versions"))
    under = tiles_again(source, stage.report)
    yield from under.parts
    write(case, _with_level(source, refs, printed), out, tiles=under.tiles)
    for ref in refs:
        name = Path(ref.path).name
        if name == "map.html" and not under.whole:
            continue
        if name not in PAGES:
            said = "a print; its numbers are those of the report"
            yield Part(ref.path, "not repeated", said, line)
            continue
        part = page_again(source.root / ref.path, out / name, (line, ref))
        if part.verdict == "equal" and printed is not view:
            part = replace(part, verdict="equal rows", detail="but for the versions it prints")
        yield part
    if stage.report.body.get("figures"):
        said = "prints; their numbers are those of the report"
        yield Part("figures", "not repeated", said, line)


def _with_versions(view: ReportView, recorded: Json) -> ReportView:
    """The view with the versions of the case; the same object where they are those of now."""
    told = recorded if isinstance(recorded, dict) else {}
    then = {name: str(told.get(name, now)) for name, now in view.versions.items()}
    return view if then == dict(view.versions) else replace(view, versions=then)


def _with_level(source: Case, refs: list[FileRef], view: ReportView) -> ReportView:
    """The view with the level of proof that the recorded summary names."""
    path = next((source.root / one.path for one in refs if one.path.endswith("summary.json")), None)
    told = _summary(path) if path is not None else {}
    integrity = told.get("integrity")
    said = integrity.get("proof_says") if isinstance(integrity, dict) else None
    if said not in {level_means(0, level) for level in range(len(LEVELS))}:
        return view
    return replace(view, integrity=replace(view.integrity, proof_says=str(said)))


def page_again(then: Path, now: Path, named: tuple[int, FileRef]) -> Part:
    """One file: its bytes, else where they differ first."""
    line, ref = named
    if sha256_of(now)[0] == ref.sha256:
        return Part(ref.path, "equal", line=line)
    try:
        if not then.is_file() or sha256_of(then)[0] != ref.sha256:
            said = "what comes out is not what the record names, nor is the file there"
            return Part(ref.path, "differs", said, line)
        if ref.path.endswith(".json"):
            said = _values(_summary(then), _summary(now))
        else:
            said = _bytes(then, now)
    except CaseError as error:
        said = error.what
    return Part(ref.path, "differs", said, line)


def _values(then: dict[str, Json], now: dict[str, Json]) -> str:
    """The first value that differs; the digest of the record is named only if nothing else does."""
    left, right = ({name: one[name] for name in one if name != "digest"} for one in (then, now))
    return first_in(left, right) or first_in(then, now) or "only spaces or order differ"


def _summary(path: Path) -> dict[str, Json]:
    """A summary as values; nothing where it is none."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _bytes(then: Path, now: Path) -> str:
    """The first byte at which two files differ, with what stands around it."""
    place = 0
    with then.open("rb") as one, now.open("rb") as other:
        while True:
            left, right = one.read(CHUNK_BYTES), other.read(CHUNK_BYTES)
            if left != right or not left:
                break
            place += len(left)
        place += next(
            (at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b),
            min(len(left), len(right)),
        )
        texts = []
        for file in (one, other):
            file.seek(max(0, place - AROUND))
            texts.append(file.read(2 * AROUND).decode("utf-8", "replace"))
    return f"byte {place:,}: {texts[0]!r} in the case, {texts[1]!r} worked out again"
