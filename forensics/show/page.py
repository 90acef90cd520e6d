"""The report: one HTML file, complete before any script runs.

`write_report(view, path)` is the whole interface. Templates print what `context.page_context` hands
them; every string passes `phrases.visible` (as Jinja's `finalize`) and is then escaped.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from forensics import words
from forensics.clock import utc_text
from forensics.errors import ShowError
from forensics.model import REFUSAL_REASONS
from forensics.show import groups, phrases
from forensics.show.context import page_context
from forensics.show.figures import DAYS
from forensics.show.outline import Shapes
from forensics.show.reviews import kappa_text
from forensics.show.seal import seal
from forensics.show.ties import KIND_WORDS
from forensics.show.view import Boundaries, ReportView

HERE = Path(__file__).resolve().parent
_STATIC = ("report.css", "report.js")
LIMITS = {"row_limit": 300, "account_limit": 5_000}
"""Rows of the long tables; what lies beyond is counted under the table."""


SENTENCE_LIMIT = 20_000
"""Backstop for sentences of our own, which quote foreign text in parts."""


def write_report(view: ReportView, path: Path, boundaries: Boundaries | None = None) -> Path:
    """The path, after the report was written there in one step.

    Args:
        view: Everything to print.
        path: File to write; replaced if it exists.
        boundaries: Outlines for the maps inside the page; without them the tables stand alone.

    Raises:
        ShowError: the page cannot be made or written.
    """
    return write_text(path, report_page(view, boundaries))


def report_page(view: ReportView, boundaries: Boundaries | None = None) -> str:
    """The page as text: same view, same characters."""
    shapes = Shapes(boundaries) if boundaries is not None else None
    page = templates().get_template("report.html").render(**page_context(view, shapes), **LIMITS)
    return seal(page, scripts={static_text("report.js")})


def static_text(name: str) -> str:
    """A file of static/, as the template includes it (without the last line feed)."""
    return (HERE / "static" / name).read_text(encoding="utf-8").removesuffix("\n")


def write_text(path: Path, text: str) -> Path:
    """Write a whole file or nothing: into a neighbour first, then renamed over it.

    Raises:
        ShowError: the text holds lone surrogates or the folder cannot be written.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ShowError(
            "the page holds characters that cannot be written", where=str(path)
        ) from error
    return write_bytes(path, data)


def write_bytes(path: Path, data: bytes) -> Path:
    """Write a whole file or nothing: into a neighbour first, then renamed over it.

    Raises:
        ShowError: the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            Path(scratch).chmod(0o644)
            Path(scratch).replace(path)
        except OSError:
            Path(scratch).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ShowError(
            f"cannot write ({error.strerror})",
            where=str(path),
            todo="check the folder and its space",
        ) from error
    return path


@cache
def templates() -> jinja2.Environment:
    """Templates with escaping always on and one door for strings."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([HERE / "templates", HERE / "static"]),
        autoescape=True,
        finalize=_finalize,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        n=phrases.count,
        short=phrases.visible,
        pct=words.probability_text,
        share=phrases.share,
        db=words.decibans_text,
        db_plain=_plain_decibans,
        band=_band,
        triangle=_triangle,
        size=phrases.size,
        position=phrases.position,
        json=_json,
        finder=lambda word: phrases.TIME_WORDS[word],
        status=lambda word: phrases.STATUS_WORDS[word],
        day_class=lambda word: phrases.DAY_CLASS_WORDS[word],
        thousandths=phrases.thousandths,
        utc=lambda us: utc_text(us, seconds=True),
        role=lambda word: phrases.ROLE_WORDS[word],
        set_by=lambda word: phrases.SET_BY_WORDS[word],
        refusal=lambda word: REFUSAL_REASONS.get(word, word),
        posts=lambda n: phrases.plural(n, "post"),
        accounts=lambda n: phrases.plural(n, "account"),
        units=lambda n: phrases.plural(n, "unit"),
        rows=lambda n: phrases.plural(n, "row"),
        lines=lambda n: phrases.plural(n, "line"),
        clues=lambda n: phrases.plural(n, "clue"),
        kappa=kappa_text,
    )
    environment.filters.update(
        support_words=groups.support_words,
        chance_words=groups.chance_words,
        first_words=groups.first_words,
    )
    environment.globals.update(edge_words=KIND_WORDS, days=DAYS, members_open=groups.MEMBERS_OPEN)
    return environment


def _finalize(value: Any) -> Any:
    """What Jinja prints for a value: markup of ours as it is, text made visible, None refused."""
    if value is None:
        raise ShowError("a value of the report is missing", todo="fill it, or print why it is not")
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return phrases.visible(value, SENTENCE_LIMIT)
    return value


def _plain_decibans(mdb: int) -> str:
    """`10 dB`, for ceilings: they have no direction."""
    return words.decibans_text(abs(mdb)).lstrip("+").rstrip(" ▲▼·")


def _band(term: str) -> str:
    """Range of a likelihood term, empty for a word that is not one of them."""
    return words.term_range(term) if term in words.TERMS else ""


def _triangle(ppm: int) -> str:
    """Direction of a probability, seen from even."""
    index = words.term_index(ppm)
    return "▲" if index > words.EVEN else "▼" if index < words.EVEN else "·"


def _json(value: Any) -> str:
    """A setting as text."""
    import json

    return (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    )
