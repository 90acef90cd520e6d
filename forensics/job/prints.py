"""What `gnomon report` makes besides the page: PDF, figures as files, the brief."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from forensics.errors import UsageError
from forensics.model import Json
from forensics.show.view import Boundaries, ReportView


@dataclass(frozen=True, slots=True)
class Prints:
    """What is wanted."""

    pdf: bool = False
    figures: Path | None = None
    """Folder for the figures; None makes none."""
    brief: bool = False
    language: str = "en"
    """Language of the brief: the name of one of its files of strings."""

    def check(self) -> None:
        """Nothing, if all of it can be made here; asked before anything is read or weighed.

        Raises:
            ShowError: an extra is missing, or the file of strings is not whole.
            UsageError: the language is not known, or the folder of figures is a file.
        """
        from forensics.show.briefstrings import strings
        from forensics.show.printpdf import require_pdf

        if self.pdf:
            require_pdf()
        if self.brief:
            strings(self.language)
        elif self.language != "en":
            raise UsageError("only the brief has languages", where="--language", todo="add --brief")
        if self.figures is not None and self.figures.exists() and not self.figures.is_dir():
            raise UsageError("is no folder", where=str(self.figures), todo="--figures FOLDER")


@dataclass(frozen=True, slots=True)
class Printed:
    """What was made."""

    files: tuple[Path, ...] = ()
    """Files that stand beside the report."""
    lines: tuple[str, ...] = ()
    """What to print about them, one line each."""
    warnings: tuple[str, ...] = ()
    figures: Json = None
    """What the record says about the figures."""


def print_more(
    view: ReportView, outlines: Boundaries, out: Path, report: Path, wanted: Prints
) -> Printed:
    """PDF, figures and brief, as wanted; the report page is there already.

    Raises:
        ShowError: something cannot be drawn or written.
    """
    files: list[Path] = []
    lines: list[str] = []
    warnings: list[str] = []
    noted: Json = None
    if wanted.pdf:
        from forensics.show.printpdf import write_pdf

        path = out / "report.pdf"
        page = report.read_text(encoding="utf-8")
        warnings += write_pdf(page, path, label="Gnomon report", digest=view.digest)
        files.append(path)
        lines.append(f"pdf     {path}")
    if wanted.figures is not None:
        from forensics.show.printfiles import write_figures

        made = write_figures(view, outlines, wanted.figures)
        warnings += made.warnings
        lines.append(f"figures {made.index} ({made.figures} figures, {made.files} files)")
        noted = {
            "figures": made.figures,
            "files": made.files,
            "index_sha256": made.index_sha256,
        }
    if wanted.brief:
        from forensics.show.brief import write_brief

        brief = write_brief(view, outlines, out, wanted.language)
        warnings += brief.warnings
        files += brief.files
        lines += [f"brief   {path}" for path in brief.files]
    return Printed(tuple(files), tuple(lines), tuple(warnings), noted)
