"""Our own small look-up in EXIF (TIFF) directories: bounded, and it never raises.

exifread decodes the block; this looks first, so that exifread is never handed a directory that
would cost it seconds, and it reads what exifread leaves out: maker notes, XMP, ICC and comments
inside the block, and directories whose root is not IFD0 (CR3).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from forensics.read.images.blocks import Root
from forensics.read.images.source import Source

MAX_ENTRIES = 1000
MAX_DIRECTORIES = 64
MAX_ELEMENTS = 2_000_000
MAX_VALUE = 1024 * 1024
"""Bytes of one value that are copied."""
_SIZES: Mapping[int, int] = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1,
}  # fmt: skip
_CODES: Mapping[int, str] = {3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I"}
_MAGIC: Mapping[int, str] = {42: "tiff", 0x55: "rw2", 0x4F52: "orf", 0x5352: "orf", 0x01BC: "jxr"}
"""Numbers behind the byte order mark: TIFF, Panasonic, Olympus (two spellings), JPEG XR."""
EXIF_POINTER, GPS_POINTER, INTEROP_POINTER = 0x8769, 0x8825, 0xA005
_POINTER_KINDS = frozenset((3, 4, 13))
_POINTERS = frozenset((EXIF_POINTER, GPS_POINTER, INTEROP_POINTER))


class Ratio(NamedTuple):
    """A fraction as it was written: the denominator may be 0."""

    num: int
    den: int


Value: TypeAlias = "bytes | str | tuple[int, ...] | tuple[Ratio, ...]"
"""ASCII is str or bytes, bytes and undefined are bytes, numbers are tuples."""


class Entry(NamedTuple):
    """One entry of a directory."""

    kind: int
    """Field type, 1 to 13."""
    total: int
    """Number of elements."""
    offset: int
    """Where the value stands, counted from the start of the block."""


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory: its entries by tag, and where the next one is."""

    entries: Mapping[int, Entry]
    next_at: int
    declared: int
    """Number of entries it says it has."""
    elements: int
    """Values that exifread would read one by one here."""
    ascii_bytes: int
    repeated: int
    """Entries that point to another directory and stand here a second time: exifread follows
    every one of them."""
    at: int
    """Where it stands in the block."""


@dataclass(slots=True)
class Layout:
    """All directories of a block that were reached, and what reading them through would cost."""

    image: Directory | None = None
    thumbnail: Directory | None = None
    exif: Directory | None = None
    gps: Directory | None = None
    problems: list[str] = field(default_factory=list)
    """loop | too many entries | too many directories | too many elements"""
    elements: int = 0
    ascii_bytes: int = 0

    @property
    def sound(self) -> bool:
        """True if the block may be handed to exifread."""
        return not self.problems

    def named(self) -> Iterator[tuple[str, Directory]]:
        """The directories that were found, by the name used in `tags.Tags`."""
        for name in ("image", "thumbnail", "exif", "gps"):
            directory: Directory | None = getattr(self, name)
            if directory is not None:
                yield name, directory


class Block:
    """An EXIF block: byte order, and values by entry."""

    __slots__ = ("first", "order", "source", "variant")

    def __init__(self, source: Source, order: str, first: int, variant: str = "tiff") -> None:
        self.source = source
        self.order = order
        """`<` or `>`."""
        self.first = first
        self.variant = variant

    @property
    def byte_order(self) -> Literal["little", "big"]:
        """The order of its bytes, as `int.from_bytes` names it."""
        return "little" if self.order == "<" else "big"

    @classmethod
    def open(cls, source: Source) -> Block | None:
        """The block, or None if it does not start like one (BigTIFF has variant `bigtiff`)."""
        head = source.at(0, 8)
        order = {b"II": "<", b"MM": ">"}.get(head[:2])
        if order is None or len(head) < 8:
            return None
        magic, first = struct.unpack(order + "HI", head[2:])
        if magic == 43:
            return cls(source, order, 0, "bigtiff")
        variant = _MAGIC.get(magic)
        return None if variant is None else cls(source, order, first, variant)

    def directory(self, at: int, *, bare: bool = False) -> Directory | None:
        """The directory at an offset; None if there is none.

        A bare one, as in maker notes, may stand at 0, where a block has its header.
        """
        if not 0 <= at < self.source.size or (at == 0 and not bare):
            return None
        head = self.source.at(at, 2)
        if len(head) < 2:
            return None
        (declared,) = struct.unpack(self.order + "H", head)
        count = min(declared, MAX_ENTRIES)
        data = self.source.at(at + 2, count * 12 + 4)
        entries: dict[int, Entry] = {}
        elements = ascii_bytes = repeated = 0
        pointers: set[int] = set()
        start = at + 2 - 12
        whole = data[: min(count, len(data) // 12) * 12]
        for tag, kind, length, place in struct.iter_unpack(self.order + "HHII", whole):
            start += 12
            size = _SIZES.get(kind)
            # Counted before anything is left out: exifread reads repeated entries again.
            elements += length if kind != 2 and length < 1000 else 0
            ascii_bytes += min(length, self.source.size) if kind == 2 else 0
            if tag in _POINTERS:
                repeated += tag in pointers
                pointers.add(tag)
            if size is None or length > MAX_ELEMENTS:
                continue
            # Up to four bytes stand in the entry itself.
            offset = start + 8 if size * length <= 4 else place
            entries.setdefault(tag, Entry(kind, length, offset))
        following = 0
        if len(data) >= count * 12 + 4:
            (following,) = struct.unpack_from(self.order + "I", data, count * 12)
        return Directory(entries, following, declared, elements, ascii_bytes, repeated, at)

    @staticmethod
    def size_of(entry: Entry) -> int:
        """How many bytes a value says it has."""
        return _SIZES[entry.kind] * entry.total

    def raw(self, entry: Entry, limit: int = MAX_VALUE) -> bytes:
        """The bytes of a value, clipped to the block and to the limit."""
        return self.source.at(entry.offset, min(_SIZES[entry.kind] * entry.total, limit))

    def value(self, entry: Entry) -> Value | None:
        """The value of an entry; None if it lies outside, is too long, or is of an odd type."""
        data = self.raw(entry)
        if entry.kind in {1, 2, 7, 129}:
            return data
        size = _SIZES[entry.kind]
        count = min(len(data) // size, MAX_ENTRIES)
        if entry.kind in {5, 10}:
            code = "I" if entry.kind == 5 else "i"
            parts = struct.unpack_from(f"{self.order}{2 * count}{code}", data)
            return tuple(Ratio(*pair) for pair in zip(parts[::2], parts[1::2], strict=True))
        if entry.kind in _CODES:
            return tuple(struct.unpack_from(f"{self.order}{count}{_CODES[entry.kind]}", data))
        return None

    def pointers(self, directory: Directory, tag: int) -> tuple[int, ...]:
        """Offsets that an entry points to."""
        entry = directory.entries.get(tag)
        value = self.value(entry) if entry else None
        if not isinstance(value, tuple):
            return ()
        return tuple(item for item in value if isinstance(item, int))


def slim(data: bytes, block: Block, layout: Layout, wanted: Mapping[str, frozenset[int]]) -> bytes:
    """The block with only the wanted entries in its directories, so that exifread has less to do.

    Values stay where they are. Where a wanted value or a directory stands inside a directory (no
    camera writes that) the block is given back as it came: moving entries would change it.

    Args:
        data: The bytes of the block.
        block: The block over them.
        layout: Its directories; each has the entries it declares.
        wanted: Tags to keep, by name of the directory.
    """
    places = dict(layout.named())
    spans = sorted((place.at, place.at + 6 + 12 * place.declared) for place in places.values())
    if any(end > start for (_, end), (start, _) in pairwise(spans)):
        return data
    out = bytearray(data)
    for name, place in places.items():
        keep, order = wanted[name], block.byte_order
        for tag in keep & place.entries.keys():
            entry = place.entries[tag]
            size = _SIZES[entry.kind] * entry.total
            if size > 4 and any(
                entry.offset < end and start < entry.offset + size for start, end in spans
            ):
                return data
        start = place.at + 2
        kept = [
            data[at : at + 12]
            for at in range(start, min(start + 12 * place.declared, len(data) - 11), 12)
            if int.from_bytes(data[at : at + 2], order) in keep
        ]
        # The chain ends behind the thumbnail: nobody asks for more, and a third directory may lie
        # inside one that has just been shortened.
        thumbnail = layout.thumbnail if name == "image" else None
        body = b"".join(kept) + (thumbnail.at if thumbnail else 0).to_bytes(4, order)
        out[place.at : start] = len(kept).to_bytes(2, order)
        out[start : start + len(body)] = body
    return bytes(out)


MAX_EXIFREAD_ELEMENTS = 20_000
"""exifread reads value by value, 1 to 2 us each; above this it would take more than 0.04 s."""
MAX_EXIFREAD_ASCII = 8 * 1024 * 1024


def survey(block: Block, root: Root = "tiff") -> Layout:
    """Where the directories of a block are, and whether it is sound enough for exifread.

    Every directory that exifread would read is visited once here; one that is reached twice, or
    more work than a photograph can ask for, makes the block unsound.
    """
    layout = Layout()
    if root != "tiff":
        setattr(layout, root, block.directory(block.first))
        return layout
    seen: set[int] = set()
    chain = _chain(block, seen, layout)
    layout.image = chain[0] if chain else None
    layout.thumbnail = chain[1] if len(chain) > 1 else None
    if layout.image is not None:
        layout.exif = _follow(block, layout.image, EXIF_POINTER, seen, layout)
    for parent in [*chain, layout.exif]:
        if parent is not None:
            found = _follow(block, parent, GPS_POINTER, seen, layout)
            layout.gps = layout.gps or found
            _follow(block, parent, INTEROP_POINTER, seen, layout)
    if layout.elements > MAX_EXIFREAD_ELEMENTS or layout.ascii_bytes > MAX_EXIFREAD_ASCII:
        layout.problems.append("too many elements")
    return layout


def _chain(block: Block, seen: set[int], layout: Layout) -> list[Directory]:
    """IFD0, IFD1 and what follows."""
    chain: list[Directory] = []
    at = block.first
    while at:
        if at in seen or len(chain) >= MAX_DIRECTORIES:
            layout.problems.append("loop" if at in seen else "too many directories")
            break
        directory = _visit(block, at, seen, layout)
        if directory is None:
            break
        chain.append(directory)
        at = directory.next_at
    return chain


def _visit(block: Block, at: int, seen: set[int], layout: Layout) -> Directory | None:
    seen.add(at)
    directory = block.directory(at)
    if directory is None:
        return None
    if directory.declared > MAX_ENTRIES:
        layout.problems.append("too many entries")
    if directory.repeated:
        layout.problems.append("repeated pointers")
    layout.elements += directory.elements
    layout.ascii_bytes += directory.ascii_bytes
    return directory


def _follow(
    block: Block, parent: Directory, tag: int, seen: set[int], layout: Layout
) -> Directory | None:
    entry = parent.entries.get(tag)
    if entry is not None and (entry.kind not in _POINTER_KINDS or entry.total != 1):
        # exifread takes every byte or number of it for an offset.
        layout.problems.append("odd pointer")
    for at in block.pointers(parent, tag)[:1]:
        if at in seen:
            layout.problems.append("loop")
            return None
        return _visit(block, at, seen, layout)
    return None
