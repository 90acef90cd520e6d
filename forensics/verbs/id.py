"""`gnomon id`: the clocks inside ids, file names and links. No case, no network."""

from __future__ import annotations

import json as json_text
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.clock import EPOCH, instant, utc_text
from forensics.verbs.console import printable

if TYPE_CHECKING:
    from forensics.ids import IdReading

WIDTH = 80
_LABEL = 6
_SHOWN_VALUE = 60
_WRITERS = {
    "platform": "the platform's clock",
    "camera": "the camera's clock",
    "device": "the device's clock",
    "collector": "the collector's clock",
    "unknown": "an unknown clock",
}


def id_(
    values: Annotated[
        list[str], typer.Argument(help="Ids, file names, or links that end in an id.")
    ],
    at: Annotated[
        str | None,
        typer.Option(help="The present, ISO 8601 with offset. Default: this machine's clock."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a value instead of text.")
    ] = False,
) -> None:
    """What time an id holds: every possible reading, whose clock wrote it, and how sure that is.

    Knows X, Discord, Mastodon, Bluesky, Instagram, TikTok, LinkedIn, Weibo, ULID,
    KSUID, UUID, ObjectId, Sonyflake, Unix time, and file names of many programs.

    Example: gnomon id 1050118621198921728 IMG_20230405_101112.jpg
    """
    from forensics.ids import read_id

    now_us = _now_us() if at is None else instant(at, clock_writer="unknown").utc_us
    silent = []
    for number, value in enumerate(values):
        readings = read_id(value, now_us)
        if not readings:
            silent.append(value)
        if json:
            record = {"value": value, "readings": [asdict(one) for one in readings]}
            typer.echo(json_text.dumps(record, ensure_ascii=True))
        elif readings:
            typer.echo(("\n" if number > len(silent) else "") + id_block(value, readings))
    for value in silent:
        typer.echo(f"gnomon: {_short(value) or 'an empty text'}: no clock is known in it", err=True)
    if silent:
        raise typer.Exit(1)


def _now_us() -> int:
    return (datetime.now(tz=UTC) - EPOCH) // timedelta(microseconds=1)


def _short(value: str) -> str:
    shown = printable(value)
    return shown if len(shown) <= _SHOWN_VALUE else shown[:_SHOWN_VALUE] + "..."


def id_block(value: str, readings: Sequence[IdReading]) -> str:
    """The readings of one value as text of at most 80 columns: those in range, then the others."""
    inside = [one for one in readings if one.plausible]
    outside = [one for one in readings if not one.plausible]
    lines = [_short(value)]
    if len(inside) > 1:
        lines.append(f"  {len(inside)} readings are possible; the value does not say which holds:")
    elif not inside:
        lines.append("  no reading is plausible")
    for one in inside:
        lines += _paragraph(one)
    if outside:
        parts = [f"{one.kind} {one.time}" for one in outside]
        lines += _wrapped("out of range: ", ", ".join(parts), "  ")
    return "\n".join(lines)


def _paragraph(one: IdReading) -> list[str]:
    from forensics.ids import precision_text

    writer = _WRITERS.get(one.clock_writer, one.clock_writer)
    zone = "" if one.utc_us is not None else ", zone unknown"
    lines = _wrapped("", one.meaning, "  ")
    for label, text in (
        ("time", f"{one.time}{zone}, to {precision_text(one.precision_us)}, by {writer}"),
        ("range", f"{utc_text(one.since_us)[:10]} to {utc_text(one.until_us)[:10]}"),
        ("basis", f"{one.sure}: {one.source}"),
        ("note", one.note),
    ):
        if text:
            lines += _wrapped(f"{label:<{_LABEL}}", text, "    ")
    return lines


def _wrapped(label: str, text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent + label,
        subsequent_indent=indent + " " * len(label),
        break_on_hyphens=False,
    )
