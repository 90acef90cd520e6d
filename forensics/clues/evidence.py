"""What finders see: posts, images, units and the reference tables, already read and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forensics.clues.absence.events import Event
from forensics.clues.controls.given import Controls
from forensics.clues.sun.given import Measured
from forensics.engine import PostTable
from forensics.model import Image, Profile
from forensics.pixels import ImageText, Picture, SamePictures, TextSearch, set_name
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
    same: SamePictures | None = None
    """Which of them show one picture; None where nothing was compared."""
    sets: Mapping[str, str] = field(default_factory=dict)
    """File -> name of its same-picture set, for files that have company; see `set_of`."""
    events: tuple[Event, ...] = ()
    """Absences that were registered before anything was looked at."""
    shadows: tuple[Measured, ...] = ()
    """Shadows that somebody measured in pictures of the case."""
    profiles: tuple[Profile, ...] = ()
    """What the exports say of accounts, ordered by account, field and value."""
    platforms: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of a file of posts -> the platform it is from, where its format tells."""
    earlier_until: Mapping[str, int] = field(default_factory=dict)
    """Account -> last quarter-hour (UTC microseconds) of an earlier owner, where times show one."""
    image_texts: tuple[ImageText, ...] = ()
    """Lines of text read in pictures, ordered by file and line. Files with equal pixels have equal
    lines; see `set_of` for group keys. Codes in them are for `picture_codes`."""
    text_search: TextSearch | None = None
    """What was done to read them; None where nobody asked for it."""
    controls: Controls | None = None
    """Accounts to compare with; None where none were given. Never assessed, never pooled."""

    def set_of(self, original: str) -> str:
        """Name (12 hex digits) of the same-picture set of a file, for group keys.

        Copies of one picture share it; a file without company is a set of its own.
        """
        return set_name(self.sets, original)
