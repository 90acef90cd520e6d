"""In which zone the program stood that saved a picture: XMP times of editing with an offset.

The moment of saving is written by the computer of whoever edited the picture, with its zone. It
survives the way through several hands, as long as the file does. It says nothing about where the
picture was taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forensics.clock import offset_s, offset_text, read_written, utc_text
from forensics.model import Image, ZoneLikelihood
from forensics.reference.zones import candidate_zones

EDITOR_FLOOR_MDB = -3_000
"""A zone that does not fit. Judged, not measured: no labelled set of editors was at hand."""
_SAVED = frozenset(("xmp_modify", "xmp_metadata", "xmp_history"))
"""Times of saving. The create date is left out: programs copy it from the camera."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class EditorZone:
    """The zone of one program's clock, over the pictures that it saved."""

    program: str
    """As the file names it; empty where it does not."""
    images: tuple[Image, ...]
    stamps: tuple[tuple[int, int], ...]
    """(UTC in seconds, minutes east), in order of time."""
    zones: tuple[str, ...]
    """Zones that had all of these offsets then."""

    def text(self) -> str:
        """`UTC+1 on 2010-12-14, UTC+2 on 2012-08-03`."""
        said = [f"{offset_text(offset)} on {utc_text(at * 1_000_000)[:10]}"
                for at, offset in self.stamps]  # fmt: skip
        said = list(dict.fromkeys(said))
        more = f" and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
        return ", ".join(said[:_SHOWN]) + more

    def likelihood(self) -> ZoneLikelihood:
        """0 for the zones that fit, the floor for the others."""
        fitting = frozenset(self.zones)
        return ZoneLikelihood(
            {name: 0 if name in fitting else EDITOR_FLOOR_MDB for name in candidate_zones()}
        )


def editor_stamps(image: Image) -> tuple[tuple[int, int], ...]:
    """(UTC in seconds, minutes east) of the times at which a picture was saved.

    An offset of 0 is left out: programs that count in UTC write it wherever they stand.
    """
    found = []
    for claim in image.times:
        local = claim.local
        if claim.clock_writer != "editor" or claim.field not in _SAVED or local is None:
            continue
        written = read_written(local.text)
        if local.offset_min and written is not None:
            found.append((written.local_us // 1_000_000 - local.offset_min * 60, local.offset_min))
    return tuple(sorted(set(found)))


def editor_zones(images: Sequence[Image]) -> list[EditorZone]:
    """One answer for each program and set of zones, in the order of the images.

    The stamps of one picture fit one zone with summer time and winter time as a rule; where no
    zone fits all of them (several editors, a journey) each offset is an answer of its own.
    """
    gathered: dict[tuple[str, tuple[str, ...]], tuple[list[Image], set[tuple[int, int]]]] = {}
    for image in images:
        stamps = editor_stamps(image)
        program = _program(image)
        together = [stamps] if _fitting(stamps) else [
            tuple(item for item in stamps if item[1] == offset)
            for offset in sorted({offset for _, offset in stamps})
        ]  # fmt: skip
        for part in together:
            zones = _fitting(part)
            if part and zones:
                members, seen = gathered.setdefault((program, zones), ([], set()))
                members.append(image)
                seen.update(part)
    return [
        EditorZone(program, tuple(members), tuple(sorted(seen)), zones)
        for (program, zones), (members, seen) in gathered.items()
    ]


def _program(image: Image) -> str:
    """What saved the picture, as its history names it, else what made the document."""
    names = (image.documents.get(f"xmp_{name}", "") for name in ("software_agent", "creator_tool"))
    return next((name for name in names if name), "")


def _fitting(stamps: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(
        name
        for name in sorted(candidate_zones())
        if all(offset_s(name, at) == offset * 60 for at, offset in stamps)
    )
