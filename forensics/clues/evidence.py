"""What finders see: posts, images, units and the reference tables, already read and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forensics.engine import PostTable
from forensics.model import Image
from forensics.reference.places import Gazetteer


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a finder may look at."""

    posts: PostTable | None
    """None where only images were given."""
    images: tuple[Image, ...]
    units: Mapping[str, tuple[str, ...]]
    """Unit -> its accounts, in order. A unit is an account, a cluster, or the pool."""
    places: Gazetteer
    audience_zone: str | None = None
    """IANA zone of a stated audience."""
