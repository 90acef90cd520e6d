"""Measured shadows tied to the pictures of a case: scenes, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from forensics.clock import read_written
from forensics.clues.image_readings import local_us, taken_claim, taken_text
from forensics.clues.sun.given import Measured
from forensics.clues.sun.scene import Scene, Shot
from forensics.clues.sun.when import When
from forensics.errors import ClueError
from forensics.model import Image

SHORTEST_HASH = 12


@dataclass(frozen=True, slots=True)
class CaseScene:
    """A scene with the picture of each shot."""

    scene: Scene
    images: tuple[Image, ...]
    """One a shot, in its order."""
    rows: tuple[tuple[Measured, ...], ...]
    """The measurements of each shot."""


@dataclass(frozen=True, slots=True)
class RefusedScene:
    """A scene that cannot be used."""

    name: str
    reason: str
    image: Image | None
    """A picture of it that is in the case, if any is."""


def scenes_of(
    shadows: Sequence[Measured], images: Sequence[Image]
) -> list[CaseScene | RefusedScene]:
    """Every scene that was measured, in the order of its first row."""
    by_name: dict[str, list[Measured]] = {}
    for row in shadows:
        by_name.setdefault(row.scene, []).append(row)
    return [_scene(name, rows, images) for name, rows in by_name.items()]


def _scene(
    name: str, rows: Sequence[Measured], images: Sequence[Image]
) -> CaseScene | RefusedScene:
    found: dict[str, Image] = {}
    by_image: dict[str, list[Measured]] = {}
    try:
        for row in rows:
            image = find_image(row.image, images)
            found.setdefault(image.original, image)
            by_image.setdefault(image.original, []).append(row)
        shots = [_shot(found[sha], members) for sha, members in by_image.items()]
        scene = Scene(name, tuple(shots), one_clock=shared_clock(rows))
    except ClueError as error:
        return RefusedScene(name, error.line(), next(iter(found.values()), None))
    return CaseScene(
        scene, tuple(found.values()), tuple(tuple(members) for members in by_image.values())
    )


def scene_without_images(name: str, rows: Sequence[Measured]) -> Scene:
    """A scene outside a case: rows with the same image name, or with the same time, are one shot.

    Raises:
        ClueError: the rows do not fit together.
    """
    groups: dict[object, list[Measured]] = {}
    for row in rows:
        if row.from_image:
            raise ClueError("a time from the picture needs a case", where=name)
        groups.setdefault(row.image or row.when, []).append(row)
    return Scene(
        name,
        tuple(_one_shot(members, _same_time(members)) for members in groups.values()),
        one_clock=shared_clock(rows),
    )


def shared_clock(rows: Sequence[Measured]) -> bool:
    """True if all rows say that one clock, with one error, gave their times.

    Raises:
        ClueError: some say so and some do not, or the clocks have different names.
    """
    said = {row.same_clock for row in rows}
    clocks = {row.clock for row in rows}
    if len(said) > 1 or (True in said and len(clocks) > 1):
        raise ClueError("same_clock must stand in every row of a scene, with one clock")
    return True in said


def find_image(name: str, images: Sequence[Image]) -> Image:
    """The picture of that name, of that bare file name, or whose hash begins so.

    Raises:
        ClueError: there is none, or several different files are meant.
    """
    tests: Mapping[str, list[Image]] = {
        "name": [one for one in images if one.name == name],
        "hash": [
            one for one in images if len(name) >= SHORTEST_HASH and one.original.startswith(name)
        ],
        "bare": [one for one in images if PurePosixPath(one.name).name == name],
    }
    for found in tests.values():
        distinct = {one.original: one for one in found}
        if len(distinct) == 1:
            return found[0]
        if distinct:
            raise ClueError(
                f"{len(distinct)} pictures of this case are called {name!r}",
                todo="give the path inside the input, or the SHA-256",
            )
    raise ClueError(f"no picture of this case is called {name!r}")


def _shot(image: Image, rows: Sequence[Measured]) -> Shot:
    """The shot of one picture, its time from the rows or from the picture."""
    when = _same_time(rows)
    if rows[0].from_image:
        when = time_of(image, rows[0])
    return _one_shot(rows, when)


def _one_shot(rows: Sequence[Measured], when: When) -> Shot:
    return Shot(when, tuple(row.sight for row in rows), tuple(row.what for row in rows))


def _same_time(rows: Sequence[Measured]) -> When:
    """The one time of all rows.

    Raises:
        ClueError: they differ.
    """
    times = {(row.when, row.from_image) for row in rows}
    if len(times) > 1:
        raise ClueError("two times are given for one picture", where=rows[0].image)
    return rows[0].when


def time_of(image: Image, row: Measured) -> When:
    """The time that the picture itself tells, with the error given: UTC if known, else local.

    Raises:
        ClueError: it tells none.
    """
    text = taken_text(image)
    written = read_written(text) if text else None
    local = written is None
    us = local_us(taken_claim(image)) if written is None else written.local_us
    if us is None:
        raise ClueError("the picture does not say when it was taken", where=image.name)
    return When(us + row.from_us, us + row.to_us, 1, local)
