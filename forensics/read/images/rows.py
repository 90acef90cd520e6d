"""Images back from their table: the other direction of `dataclasses.asdict`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forensics.model import Image, ImageTime, Instant, LocalTime, Position


def image_from_row(row: Mapping[str, Any]) -> Image:
    """The image a row of `tables/images.jsonl` was written from."""
    values = dict(row)
    values["times"] = tuple(_time(item) for item in row["times"])
    values["positions"] = tuple(Position(**item) for item in row["positions"])
    values["accounts"] = tuple(row["accounts"])
    return Image(**values)


def _time(row: Mapping[str, Any]) -> ImageTime:
    return ImageTime(
        field=row["field"],
        clock_writer=row["clock_writer"],
        local=LocalTime(**row["local"]) if row["local"] else None,
        instant=Instant(**row["instant"]) if row["instant"] else None,
    )
