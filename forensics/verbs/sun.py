"""`gnomon sun`: where the sun stands as it was seen, and what that rules out. No case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.errors import UsageError

if TYPE_CHECKING:
    from forensics.clues.sun.given import Measured


def sun(
    height: Annotated[float | None, typer.Option(help="Height of an upright object.")] = None,
    shadow: Annotated[
        float | None, typer.Option(help="Length of its shadow on level ground, in the same unit.")
    ] = None,
    elevation: Annotated[
        float | None, typer.Option(help="Height of the sun in degrees, in place of lengths.")
    ] = None,
    azimuth: Annotated[
        float | None, typer.Option(help="Direction of the sun, degrees from true north by east.")
    ] = None,
    shadow_direction: Annotated[
        float | None, typer.Option(help="Direction in which the shadow falls, in its place.")
    ] = None,
    time: Annotated[
        str | None, typer.Option(help="Time with offset: 2024-05-09T06:30Z, or 06:30Z and --date.")
    ] = None,
    local_time: Annotated[
        str | None, typer.Option(help="Wall-clock time of the place, its zone unknown.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="A date, a year, or two dates with .. between them.")
    ] = None,
    unknown: Annotated[
        str | None, typer.Option(help="What nobody knows: time (of day), date, or both.")
    ] = None,
    time_error: Annotated[
        str | None, typer.Option(help="The time may be off by so much, such as 30min.")
    ] = None,
    ratio_error: Annotated[
        str | None, typer.Option(help="Standard error of height to shadow. Default: 5%.")
    ] = None,
    slope_error: Annotated[
        float | None, typer.Option(help="Of level ground, in degrees. Default: 1.")
    ] = None,
    lean_error: Annotated[
        float | None, typer.Option(help="Of an upright object, in degrees. Default: 1.")
    ] = None,
    elevation_error: Annotated[
        float | None, typer.Option(help="Standard error of --elevation. Default: 2.")
    ] = None,
    azimuth_error: Annotated[
        float | None, typer.Option(help="Standard error of the direction. Default: 5.")
    ] = None,
    no_refraction: Annotated[
        bool, typer.Option("--no-refraction", help="Do not take off what the air lifts the sun.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option(help="TOML file of several shadows, in place of all the above.")
    ] = None,
    place: Annotated[
        list[str] | None, typer.Option(help="Name or lat,lon of a place to test. May be repeated.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="IANA zone whose clock the place is taken to keep.")
    ] = None,
    zones: Annotated[
        list[Path] | None, typer.Option(help="Posts whose hours speak for zones, weighed in.")
    ] = None,
    map_: Annotated[
        Path | None, typer.Option("--map", help="Write a map to this file: one page, offline.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print all numbers as JSON.")] = False,
) -> None:
    """Where a shadow can have been cast: the circle or points, places that fit, and what is out.

    Every number has an error, and time may be uncertain, local, or unknown. Flat
    ground and an upright object are assumed, within stated errors.

    Example: gnomon sun --height 1.7 --shadow 2.4 --time 2024-05-09T06:30Z --map sun.html
    """
    from forensics.job.ask.about_sun import ask_sun, one_shadow

    words = {
        "height": height, "shadow": shadow, "elevation": elevation, "azimuth": azimuth,
        "shadow_direction": shadow_direction, "time": time, "local_time": local_time,
        "date": date, "unknown": unknown, "time_error": time_error, "ratio_error": ratio_error,
        "slope_error": slope_error, "lean_error": lean_error, "elevation_error": elevation_error,
        "azimuth_error": azimuth_error,
    }  # fmt: skip
    rows = _rows(file) if file else one_shadow({**words, "refraction": not no_refraction})
    if file and any(value is not None for value in words.values()):
        raise UsageError("--file holds all that was measured", todo="leave out the other words")
    found = ask_sun(rows, places=place or (), zone=zone, posts=zones or ())
    if map_ is not None and len(found) > 1:
        raise UsageError(f"a map shows one scene, the file holds {len(found)}", where="--map")
    written = found[0].map(map_) if map_ is not None else None
    if json:
        from forensics.verbs.sun_json import text

        typer.echo(text(found))
    else:
        from forensics.verbs.sun_text import lines

        for line in lines(found):
            typer.echo(line)
        if written is not None:
            typer.echo(f"map     {written}")


def _rows(file: Path) -> tuple[Measured, ...]:
    from forensics.job.shadows import read_shadows

    return read_shadows(file, with_images=False)
