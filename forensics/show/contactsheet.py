"""The contact sheet and the claims of images, as pieces that the template prints.

A card is one same-picture set with its thumbnail; a row is one file with everything it says. Both
are bounded, in bytes and not in number, because pictures differ; what is left out is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from markupsafe import Markup

from forensics.clock import offset_text
from forensics.model import REFUSAL_REASONS, Image
from forensics.read.images import card, strength
from forensics.show import phrases
from forensics.show.figures import is_jpeg, thumbnail
from forensics.show.imagesview import ImagesView, PictureSet

CARDS_BYTES = 1_250_000
"""Bytes of thumbnails, as they stand in the page, that all sheets take together."""
CLAIMS_BYTES = 800_000
"""Bytes of claims that the tables of all sheets take together, as estimated from their text."""
_ROW_BYTES = 900
"""Marks and names of one row, without the text in it."""
_LINE_BYTES = 45
_HISTORY = 8
"""Entries of an edit history that are printed; the number of all of them stands beside."""
_LINES = 24
"""Lines of one kind that a row prints."""
_OPEN_UP_TO = 4
"""So many images or fewer show all their claims at once."""
_KEPT = "not printed; kept in the table"
_HOW: Mapping[str, str] = {
    "pixels": "equal pixels",
    "pdq": "same picture by its hash",
    "pdq_inner": "same picture inside a frame",
    "pdq_mirror": "same picture, mirrored",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One picture of the contact sheet."""

    name: str
    """Name of its first file, without the folders."""
    image: Markup
    """The thumbnail."""
    files: int
    accounts: tuple[str, ...]
    how: str
    """How its files were recognised as one picture; empty for a single file."""
    anchor: str
    """Row of its first file; empty if that row is not printed."""


@dataclass(frozen=True, slots=True)
class ImageRow:
    """One file with everything it says."""

    anchor: str
    image: Image
    taken: str
    place: str
    zone: str
    device: str
    says: tuple[tuple[str, tuple[str, ...]], ...]
    """Kind of claim and its lines."""
    nothing: str
    """What to say of a file that says nothing; else empty."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cards and rows of one unit, or of the images that no unit posted."""

    id: str
    files: int
    pictures: int
    """Different pictures among them."""
    cards: tuple[Card, ...] = ()
    undrawn: int = 0
    """Pictures whose thumbnail is not kept, to keep the page small."""
    unseen: int = 0
    """Files that have no picture that can be decoded."""
    rows: tuple[ImageRow, ...] = ()
    open: bool = False

    @property
    def left_out(self) -> int:
        """Files whose claims are not printed."""
        return self.files - len(self.rows)


class Sheets:
    """Makes the sheets of one page; they share its bytes."""

    def __init__(self, view: ImagesView, images: Sequence[Image], sections: int) -> None:
        """Prepare.

        Args:
            view: What is known beside the claims of each file.
            images: All images of the case.
            sections: How many sheets there will be; each gets an equal part of what is left.
        """
        self._view = view
        self._by_hash = {image.original: image for image in images}
        self._sets = {name: one for one in view.sets for name in one.originals}
        self._cards_left = CARDS_BYTES
        self._claims_left = CLAIMS_BYTES
        self._sections = max(1, sections)

    def sheet(self, id_: str, images: Sequence[Image], accounts: Sequence[str]) -> Sheet:
        """The sheet of these images.

        Args:
            id_: Stem of the ids on the page.
            images: Files of one section.
            accounts: Accounts of the section; others are not named on its cards. Empty: all.
        """
        heads: dict[str, list[Image]] = {}
        for image in images:
            heads.setdefault(self._head(image.original), []).append(image)
        order = {head: at for at, head in enumerate(self._view.thumbnails)}
        found = sorted(
            heads, key=lambda head: (order.get(head, len(order)), heads[head][0].name, head)
        )
        rows = self._rows(id_, [image for head in found for image in heads[head]])
        anchors = {row.image.original: row.anchor for row in rows}
        drawn = self._drawn([head for head in found if head in order])
        cards = tuple(
            self._card(number, head, heads[head], frozenset(accounts), anchors)
            for number, head in enumerate(drawn, 1)
        )
        unseen = self._unseen(heads)
        self._sections = max(1, self._sections - 1)
        return Sheet(
            id=id_,
            files=len(images),
            pictures=len(heads),
            cards=cards,
            undrawn=len(heads) - len(cards) - unseen,
            unseen=unseen,
            rows=rows,
            open=len(images) <= _OPEN_UP_TO,
        )

    def _unseen(self, heads: Mapping[str, Sequence[Image]]) -> int:
        """Pictures that nothing could decode: without hashes of how they look."""
        return sum(head not in self._view.seen for head in heads)

    def _head(self, original: str) -> str:
        """The file that stands for the set of a file."""
        known = self._sets.get(original)
        return known.originals[0] if known is not None else original

    def _drawn(self, heads: Sequence[str]) -> list[str]:
        """Those whose thumbnails fit into the part of this section."""
        share = self._cards_left // self._sections
        used = 0
        kept = []
        for head in heads:
            jpeg = self._view.thumbnails[head]
            if not is_jpeg(jpeg):
                continue
            if used + len(jpeg) > share:
                break
            used += len(jpeg)
            kept.append(head)
        self._cards_left -= used
        return kept

    def _card(
        self,
        number: int,
        head: str,
        images: Sequence[Image],
        mine: frozenset[str],
        anchors: Mapping[str, str],
    ) -> Card:
        named = {name for image in images for name in image.accounts}
        first = min(images, key=lambda image: (image.original != head, image.name))
        one = self._sets.get(head)
        return Card(
            name=PurePosixPath(first.name).name,
            image=thumbnail(self._view.thumbnails[head], number),
            files=len(images),
            accounts=tuple(sorted(named & mine if mine else named)),
            how=_how(one) if one is not None and len(images) > 1 else "",
            anchor=anchors.get(first.original, ""),
        )

    def _rows(self, id_: str, images: Sequence[Image]) -> tuple[ImageRow, ...]:
        """Rows, until the next would be too many bytes."""
        share = self._claims_left // self._sections
        used = 0
        rows: list[ImageRow] = []
        for number, image in enumerate(images, 1):
            row = self._row(f"{id_}-i{number}", image)
            size = _size(row)
            if rows and used + size > share:
                break
            used += size
            rows.append(row)
        self._claims_left -= used
        return tuple(rows)

    def _row(self, anchor: str, image: Image) -> ImageRow:
        """One file, with serial numbers cut to their ends and names of persons left out."""
        shown = replace(image, camera={key: _masked(key, v) for key, v in image.camera.items()})
        refused = self._view.refused.get(image.original, ())
        says = (
            ("file", card.sort(shown)),
            ("same picture", self._company(image)),
            ("when", card.when(shown, history=_HISTORY)),
            ("where", card.where(shown)),
            ("device", card.device(shown)),
            ("clock", card.clock(shown)),
            ("marks", card.marks(shown)),
            ("ids", card.ids(shown)),
            ("signed", card.signed(shown, self._view.signed.get(image.original))),
            (
                "not used",
                [
                    f"{one.where.removeprefix('field ')}: {REFUSAL_REASONS[one.reason]}"
                    + (f" ({one.raw})" if one.raw else "")
                    for one in refused
                ],
            ),
        )
        kept = tuple((kind, _cut(lines)) for kind, lines in says if lines)
        silent = all(kind in {"file", "same picture", "not used"} for kind, _ in kept)
        return ImageRow(
            anchor=anchor,
            image=image,
            taken=_taken(image),
            place=_place(image),
            zone=_zone(image),
            device=_device(image),
            says=kept,
            nothing="It says nothing about time, place or device." if silent else "",
        )

    def _company(self, image: Image) -> list[str]:
        """Which other files show this picture."""
        one = self._sets.get(image.original)
        if one is None:
            return []
        others = [name for name in one.originals if name != image.original]
        names = [self._by_hash[name].name for name in others if name in self._by_hash]
        more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
        return [f"set {one.name}, {_how(one)}: also {', '.join(names[:5])}{more}"]


def _how(one: PictureSet) -> str:
    """How a set was recognised, with its widest distance."""
    words = _HOW.get(one.how, one.how) + ("" if one.telling else ", blank: it ties nobody")
    return f"{words}, {one.widest_bits} of 256 bits" if one.widest_bits else words


def _masked(key: str, value: str) -> str:
    """A field of the camera as it is printed: no whole serial number, no trace of a person."""
    if "serial" in key:
        return phrases.tail(value)
    return _KEPT if key.endswith("_hash") else value


def _cut(lines: Sequence[str]) -> tuple[str, ...]:
    """At most so many lines; the rest is counted."""
    if len(lines) <= _LINES:
        return tuple(lines)
    return (*lines[:_LINES], f"and {len(lines) - _LINES:,} more in the table")


def _size(row: ImageRow) -> int:
    """About how many bytes a row takes on the page."""
    texts = [line for _, lines in row.says for line in lines]
    text = sum(min(len(line.encode("utf-8", "replace")), 1_500) for line in texts)
    name = len(row.image.name.encode("utf-8", "replace"))
    return _ROW_BYTES + text + _LINE_BYTES * len(texts) + 2 * min(name, 1_500)


def _taken(image: Image) -> str:
    """The most direct claim about when it was taken, in short."""
    said = card.when(image)
    return said[0].partition(" (")[0] if said else ""


def _place(image: Image) -> str:
    """The first position, no finer than its radius, and a doubt about its fix."""
    if not image.positions:
        return ""
    doubt = f", {image.gps['fix']} fix" if "fix" in image.gps else ""
    return f"{phrases.position(image.positions[0])}{doubt}"


def _device(image: Image) -> str:
    """Make and model, the make once: `Canon DIGITAL IXUS 400` says it already."""
    make, model = image.camera.get("make", ""), image.camera.get("model", "")
    return model if make and model.lower().startswith(make.lower()) else f"{make} {model}".strip()


def _zone(image: Image) -> str:
    """The zone of the camera's clock against the satellites."""
    if image.clock_offset_min is None:
        return ""
    text = offset_text(image.clock_offset_min)
    if image.clock_residual_s is None:
        return text
    return f"{text} ({image.clock_residual_s:+,} s left, {strength(image.clock_residual_s)})"
