"""Handing a case over: bring it up to date, write one format, and say so in the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from forensics.case import Case
from forensics.case.brought import HOW
from forensics.case.files import sha256_of
from forensics.errors import UsageError
from forensics.export.handed import Handed, iso_of
from forensics.job.boundaries import named_codes, with_second_level
from forensics.job.gather import gather
from forensics.job.run import machine_clock, silent
from forensics.job.steps import weigh_case
from forensics.model import Json, Progress
from forensics.show import boundaries_for
from forensics.version import __version__


@dataclass(frozen=True, slots=True)
class Format:
    """One format: which function writes it, and what it must be handed."""

    writer: str
    """`module:function` in `forensics.export`."""
    name: str
    """Name of the file or folder where none is given."""
    says: str
    needs: str = "view"
    """tables: the tables as they stand; view: everything weighed anew; map: outlines besides."""


FORMATS: Mapping[str, Format] = {
    "csv": Format("csvfiles:write", "csv", "tables as CSV, in a folder", "tables"),
    "geojson": Format("geojson:write", "places.geojson", "areas and positions", "map"),
    "kml": Format("kml:write", "places.kml", "areas and positions", "map"),
    "kmz": Format("kml:write_kmz", "places.kmz", "the same, zipped", "map"),
    "gpkg": Format("geopackage:write", "places.gpkg", "areas and positions", "map"),
    "stix": Format("stix:write", "case.stix.json", "a STIX 2.1 bundle"),
    "ro-crate": Format("rocrate:write", "ro-crate", "tables with provenance, in a folder"),
    "case": Format("caseuco:write", "case-uco.jsonld", "files and actions as CASE/UCO"),
    "timesketch": Format("timesketch:write", "timesketch.csv", "a timeline", "tables"),
    "misp": Format("misp:write", "misp-event.json", "a MISP event"),
    "graphml": Format("ties:write", "accounts.graphml", "accounts and their ties", "tables"),
    "zip": Format("handover:write", "case.zip", "the case folder, redacted", "tables"),
}
"""All formats, in the order of the help."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    format: str
    path: Path
    """The file, or the folder that holds the files."""
    files: tuple[tuple[Path, str, int], ...]
    """Each file with its SHA-256 and its size."""
    digest: str
    """State of the case that was exported."""
    notes: tuple[str, ...] = ()
    """What the reader must know, one line each."""


def export(
    case: Case | str | Path,
    format: str,  # noqa: A002 - the word of the command line
    out: str | Path | None = None,
    *,
    redact: bool = True,
    without: Sequence[str] = (),
    reason: str = "",
    who: str = "analyst",
    now: Callable[[], str] = machine_clock,
    progress: Progress = silent,
) -> Exported:
    """Write a case in another format; a line of the record says what left it, with the hashes.

    Args:
        case: An open case, or its folder.
        format: A key of `FORMATS`.
        out: File or folder to write; by default in `export/` beside the case.
        redact: For `zip`: leave originals, texts and what belongs to persons out.
        without: For a redacted `zip`: tables (`posts`) and rows (`clues:3`) left out besides.
        reason: For `zip` without redaction: why; it stands in the record.
        who: Name or role written into the record, where a folder is given.
        now: Clock for the record, where a folder is given.
        progress: Called with (stage, done, total).

    Raises:
        UsageError: no such format, a target inside the case, or no reason for leaving all in.
        ExportError: the case holds nothing for this format.
        CaseError: no case, a damaged one, or the disk refuses.
    """
    if format not in FORMATS:
        raise UsageError(
            f"no format {format!r:.40}", where="--format", todo=f"one of: {', '.join(FORMATS)}"
        )
    if not redact and format != "zip":
        raise UsageError("only a zip is redacted", where="--no-redact", todo="leave it out")
    if not redact and not reason.strip():
        raise UsageError(
            "the whole case leaves with originals and texts", where="--no-redact",
            todo="say why: --reason TEXT",
        )  # fmt: skip
    if without and (format != "zip" or not redact):
        raise UsageError("only a redacted zip leaves rows out", where="--without")
    opened = case if isinstance(case, Case) else _open(Path(case), who, now)
    wanted = FORMATS[format]
    target = _target(opened, wanted, Path(out) if out is not None else None)
    handed, progress_notes = _hand(opened, wanted.needs, progress)
    module, _, function = wanted.writer.partition(":")
    write: Any = getattr(import_module(f"forensics.export.{module}"), function)
    extra: dict[str, Any] = {} if format != "zip" else {"redact": redact, "without": without}
    with opened.exclusively():
        paths: list[Path] = write(handed, target, **extra)
        files = tuple((path, *sha256_of(path)) for path in paths)
        _record(
            opened,
            format,
            target,
            files,
            {"redacted": redact, "reason": reason, "without": [*without]},
        )
    return Exported(format, target, files, handed.digest, progress_notes)


def _open(folder: Path, who: str, now: Callable[[], str]) -> Case:
    return Case.open(folder, who=who, now=now)


def _target(case: Case, wanted: Format, out: Path | None) -> Path:
    """Where to write: never inside the case, whose files all stand in its record.

    Raises:
        UsageError: inside the case, or a file where a folder is needed.
    """
    path = out if out is not None else case.root.resolve().parent / "export" / wanted.name
    folder = "." not in wanted.name
    if not folder and path.is_dir():
        path /= wanted.name
    if path.resolve().is_relative_to(case.root.resolve()):
        raise UsageError("lies inside the case", where=str(path), todo="choose another --out")
    if folder and path.exists() and not path.is_dir():
        raise UsageError("is a file: a folder is needed", where=str(path), todo="name a folder")
    return path


def _hand(case: Case, needs: str, progress: Progress) -> tuple[Handed, tuple[str, ...]]:
    """The case as the format needs it.

    Formats that only write tables take them as they stand in the record, unless files were added
    since they were made; the others weigh anew, as the report does.
    """
    if needs == "tables" and _current(case):
        return _handed(case), ()
    weighed = weigh_case(case, progress)
    if needs == "tables":
        return _handed(case), ()
    with case.exclusively():
        view = gather(
            case, weighed.evidence, weighed.findings, weighed.assessments, weighed.settings
        )
    handed = _handed(case)
    if needs == "map":
        codes = named_codes(view)
        outlines, view = with_second_level(boundaries_for(codes), case, view, codes)
        return Handed(case, handed.digest, handed.tool, handed.at, view, outlines), ()
    return Handed(case, handed.digest, handed.tool, handed.at, view), ()


def _handed(case: Case) -> Handed:
    line = case.last("weigh") or next(case.entries())
    return Handed(case, case.digest(), f"gnomon {__version__}", iso_of(line.at))


def _current(case: Case) -> bool:
    """True if the case was weighed after the last file of evidence came in."""
    added = weighed = -1
    for entry in case.entries():
        if entry.kind == "ingest" and entry.body.get("how") != HOW:
            added = entry.seq
        if entry.kind == "weigh":
            weighed = entry.seq
    return weighed > added


def _record(
    case: Case,
    format_: str,
    target: Path,
    files: tuple[tuple[Path, str, int], ...],
    zipped: Mapping[str, Json],
) -> None:
    """One line for what left the case. The files are not the case's: `verify` looks for none."""
    base = target if target.is_dir() else target.parent
    made: list[Json] = [
        {"name": path.relative_to(base).as_posix(), "sha256": sha256, "size": size}
        for path, sha256, size in files
    ]
    body: dict[str, Json] = {"format": format_, "made": made}
    if format_ == "zip":
        body |= {key: value for key, value in zipped.items() if value not in ("", [])}
    case.append("export", body)
