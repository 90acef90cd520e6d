"""A base map of the user's own, inside the page: pictures in a block of data, drawn by our script.

No tile is loaded from anywhere, and no text of the tile file enters a folium or branca object or
becomes markup: it travels in a JSON block of its own, as everything from a case does (`map`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from forensics.errors import ShowError
from forensics.model import Json
from forensics.show.phrases import visible
from forensics.show.seal import json_block

LAYER = ("tiles", "Base map supplied by the user, not evidence", True)
"""Key, name and whether it shows at the start, like those of `map.LAYERS`."""
DEEPER = 2
"""Zooms past the deepest tile to which its picture is enlarged."""
_KINDS = frozenset({"webp", "jpeg"})
_PLACE = re.compile(r"[0-9]{1,2}/[0-9]{1,8}/[0-9]{1,8}", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class BaseMap:
    """The tiles to draw under everything else, and what the reader must know about them."""

    source: str
    """Name and hash of the file, in words."""
    attribution: str
    """Whom the file wants named; empty if nobody."""
    lines: tuple[str, ...]
    """Sentences: which zooms there are, what was left out."""
    deepest: int
    """Deepest zoom of which there is a tile."""
    pictures: tuple[tuple[str, str], ...]
    """Kind (`webp`, `jpeg`) and base64 of each picture."""
    places: Mapping[str, int]
    """`zoom/column/row` -> number of its picture."""

    @property
    def max_zoom(self) -> int:
        """The closest view that the map allows."""
        return self.deepest + DEEPER


def tiles_block(base: BaseMap) -> str:
    """The data block of the tiles.

    Raises:
        ShowError: a picture or its place is not what it must be.
    """
    kinds = all(kind in _KINDS and _BASE64.fullmatch(data) for kind, data in base.pictures)
    places = all(
        _PLACE.fullmatch(place) and 0 <= number < len(base.pictures)
        for place, number in base.places.items()
    )
    if not kinds or not places:
        raise ShowError(
            "the tiles are not pictures at places of the grid", todo="give the file of tiles again"
        )
    told: dict[str, Json] = {
        "source": visible(base.source, 1_000),
        "attribution": visible(base.attribution),
        "lines": [visible(line) for line in base.lines],
        "deepest": base.deepest,
        "pictures": [[kind, data] for kind, data in base.pictures],
        "places": dict(base.places),
    }
    return json_block(told)
