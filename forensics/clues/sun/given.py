"""Shadows that somebody measured, as tables of a file: checked, and in integers for the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from forensics.clues.sun.shadow import (
    AZIMUTH_ERROR_DEG,
    ELEVATION_ERROR_DEG,
    LEAN_ERROR_DEG,
    RATIO_ERROR,
    SLOPE_ERROR_DEG,
    Sight,
    from_shadow,
    sight,
)
from forensics.clues.sun.when import UNKNOWN, When, duration_s, read_when
from forensics.clues.sun.when import share as read_share
from forensics.errors import ClueError, ForensicsError
from forensics.model import Json

MOST_ROWS = 1000
_MOST_TEXT = 200
_FAULTS_SHOWN = 5
FROM_IMAGE = "image"
"""Given as the time: take it from the picture itself."""
_TEXTS = ("image", "measured_by", "scene", "what", "clock")
_TIMES = ("time", "local_time", "date", "unknown", "time_error")
_NUMBERS = (
    "height",
    "shadow",
    "slope_error",
    "lean_error",
    "elevation",
    "elevation_error",
    "azimuth",
    "shadow_direction",
    "azimuth_error",
)
_SWITCHES = ("same_clock", "refraction")
KEYS = (*_TEXTS, *_TIMES, *_NUMBERS, "ratio_error", *_SWITCHES)


@dataclass(frozen=True, slots=True)
class Measured:
    """One shadow in one picture. Angles in thousandths of a degree."""

    scene: str
    image: str
    """Name or hash of the picture; empty where no case is asked about."""
    measured_by: str
    what: str
    """What cast the shadow."""
    clock: str
    """Whose clock gave the time."""
    from_image: bool
    """True if the time is to be taken from the picture; the error counts, the interval does not."""
    from_us: int
    to_us: int
    days: int
    local: bool
    same_clock: bool
    elevation_mdeg: int | None
    elevation_sigma_mdeg: int
    azimuth_mdeg: int | None
    azimuth_sigma_mdeg: int
    lifted_mdeg: int
    """Refraction that was taken off."""

    @property
    def when(self) -> When:
        """The time as given; for a time from the picture, the interval round zero."""
        return When(self.from_us, self.to_us, self.days, self.local)

    @property
    def sight(self) -> Sight:
        """What was seen, in degrees."""
        up, where = self.elevation_mdeg, self.azimuth_mdeg
        return Sight(
            None if up is None else up / 1000,
            self.elevation_sigma_mdeg / 1000,
            None if where is None else where / 1000,
            self.azimuth_sigma_mdeg / 1000,
            self.lifted_mdeg / 1000,
        )

    def as_json(self) -> dict[str, Json]:
        """The row as it stands in the record."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def parse_shadows(
    rows: Sequence[Mapping[str, object]], *, with_images: bool
) -> tuple[Measured, ...]:
    """The shadows of a file, in its order.

    Args:
        rows: Each with what was measured (`height` of an object and its `shadow`, or `elevation`;
            and `azimuth` or `shadow_direction`), its errors, and the time with whose clock gave it.
        with_images: True where each must name the picture and who measured it.

    Raises:
        ClueError: rows are missing, or one lacks a key, has an unknown one, or says something
            impossible; all bad rows are named.
    """
    if not 0 < len(rows) <= MOST_ROWS:
        raise ClueError(f"1 to {MOST_ROWS} shadows are read", where="shadows")
    found: list[Measured] = []
    faults: list[str] = []
    for number, row in enumerate(rows, start=1):
        try:
            found.append(read_shadow(row, with_images=with_images))
        except ForensicsError as error:
            faults.append(f"shadows {number}: {error.line()}")
    if faults:
        more = len(faults) - _FAULTS_SHOWN
        shown = " | ".join(faults[:_FAULTS_SHOWN]) + (f" | and {more} more" if more > 0 else "")
        raise ClueError(f"{len(faults)} of {len(rows)} rows refused: {shown}")
    return tuple(found)


def read_shadow(row: Mapping[str, object], *, with_images: bool) -> Measured:
    """One row, checked.

    Raises:
        ClueError: it lacks a key, has an unknown one, or says something impossible.
    """
    unknown = sorted(set(row) - set(KEYS))
    if unknown:
        raise ClueError(f"has an unknown key {unknown[0][:40]!r}", todo=f"use {', '.join(KEYS)}")
    must = ("image", "measured_by") if with_images else ()
    for key in must:
        if key not in row:
            raise ClueError(f"lacks {key!r}")
    texts = {key: _text(row, key) for key in _TEXTS}
    seen = sight(_elevation(row), _azimuth(row), air=_switch(row, "refraction", usual=True))
    from_image = row.get("time") == FROM_IMAGE
    if from_image and not texts["image"]:
        raise ClueError("a time from the picture needs the picture", todo="name the image")
    if not texts["clock"] and not from_image and (row.get("time") or row.get("local_time")):
        raise ClueError(
            "lacks 'clock'", todo='say whose clock gave the time, such as clock = "camera"'
        )
    when = _when(row, from_image=from_image)
    up = seen.sighting()
    return Measured(
        scene=texts["scene"] or texts["image"] or "scene",
        image=texts["image"],
        measured_by=texts["measured_by"],
        what=texts["what"],
        clock=texts["clock"],
        from_image=from_image,
        from_us=when.from_us,
        to_us=when.to_us,
        days=when.days,
        local=when.local,
        same_clock=_switch(row, "same_clock", usual=False),
        elevation_mdeg=up.elevation_mdeg,
        elevation_sigma_mdeg=up.elevation_sigma_mdeg,
        azimuth_mdeg=up.azimuth_mdeg,
        azimuth_sigma_mdeg=up.azimuth_sigma_mdeg,
        lifted_mdeg=round(seen.lifted * 1000),
    )


def _elevation(row: Mapping[str, object]) -> tuple[float, float] | None:
    """(elevation as seen, standard error) from lengths or from an angle; None without either."""
    height, length, angle = (_number(row, key) for key in ("height", "shadow", "elevation"))
    if (height is None) != (length is None):
        raise ClueError("height and shadow belong together")
    if height is not None and length is not None:
        if angle is not None:
            raise ClueError("lengths and an elevation exclude each other")
        return from_shadow(
            height,
            length,
            ratio_error=_ratio_error(row),
            slope_error=_or(_number(row, "slope_error"), SLOPE_ERROR_DEG),
            lean_error=_or(_number(row, "lean_error"), LEAN_ERROR_DEG),
        )
    if angle is None:
        return None
    return angle, _or(_number(row, "elevation_error"), ELEVATION_ERROR_DEG)


def _azimuth(row: Mapping[str, object]) -> tuple[float, float] | None:
    """(direction of the sun, standard error); a shadow points away from it."""
    sun, shadow = _number(row, "azimuth"), _number(row, "shadow_direction")
    if sun is not None and shadow is not None:
        raise ClueError("azimuth and shadow_direction exclude each other")
    if sun is None and shadow is None:
        return None
    where = sun if sun is not None else (_or(shadow, 0.0) + 180) % 360
    return where, _or(_number(row, "azimuth_error"), AZIMUTH_ERROR_DEG)


def _ratio_error(row: Mapping[str, object]) -> float:
    value = row.get("ratio_error")
    if isinstance(value, str):
        return read_share(value)
    return _or(_number(row, "ratio_error"), RATIO_ERROR)


def _when(row: Mapping[str, object], *, from_image: bool) -> When:
    """The time of a row. TOML has dates and times of its own: they are read as their text."""
    texts = {key: _time_text(row, key) for key in _TIMES}
    error = texts["time_error"]
    error_s = duration_s(error) if error else 0
    if from_image:
        if texts["local_time"] or texts["date"] or texts["unknown"]:
            raise ClueError("a time from the picture and another time exclude each other")
        return When(-error_s * 1_000_000, error_s * 1_000_000, 1, local=False)
    unknown = next((one for one in UNKNOWN if one == (texts["unknown"] or "")), None)
    if unknown is None:
        raise ClueError("unknown is one of time, date, both")
    return read_when(
        time=texts["time"],
        local_time=texts["local_time"],
        day=texts["date"],
        unknown=unknown,
        error_s=error_s,
    )


def _time_text(row: Mapping[str, object], key: str) -> str | None:
    value = row.get(key)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is not None and not isinstance(value, str):
        raise ClueError("is no text", where=key)
    return value or None


def _text(row: Mapping[str, object], key: str) -> str:
    """A short text; empty if the row has none."""
    value = row.get(key, "")
    if not isinstance(value, str) or (key in row and not value.strip()):
        raise ClueError("is empty or no text", where=key)
    if len(value) > _MOST_TEXT:
        raise ClueError(f"is longer than {_MOST_TEXT} characters", where=key)
    return " ".join(value.split())


def _number(row: Mapping[str, object], key: str) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ClueError("is no number", where=key)
    return float(value)


def _switch(row: Mapping[str, object], key: str, *, usual: bool) -> bool:
    value = row.get(key, usual)
    if not isinstance(value, bool):
        raise ClueError("is neither true nor false", where=key)
    return value


def _or(value: float | None, usual: float) -> float:
    return usual if value is None else value
