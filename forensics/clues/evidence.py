"""What finders see: posts, images, units and the reference tables, already read and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forensics.clues.absence.events import Event
from forensics.engine import PostTable
from forensics.model import Image
from forensics.pixels import Picture
from forensics.reference.places import Gazetteer


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a finder may look at."""

    posts: PostTable | None
    """None where only images were given."""
    images: tuple[Image, ...]
    """What each image file says about itself."""
    units: Mapping[str, tuple[str, ...]]
    """Unit -> its accounts, in order. A unit is an account, a cluster, or the pool."""
    places: Gazetteer
    audience_zone: str | None = None
    """IANA zone of a stated audience."""
    pictures: tuple[Picture, ...] = ()
    """How the images look, where they could be decoded."""
    events: tuple[Event, ...] = ()
    """Absences that were registered before anything was looked at."""
