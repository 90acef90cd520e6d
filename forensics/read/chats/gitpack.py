"""Git pack files, walked without trusting them: where their commits lie, and the bytes of each.

A pack holds every object once, packed with zlib, as a whole or as a delta on another object. Where
one ends is known only by unpacking it, so the whole file is walked once, keeping nothing but the
places of commits; of files and folders (blobs, trees) no byte is kept. Then each commit is
unpacked from its place. Nothing is executed, no other file is opened, no name leads anywhere.

Bounds: a commit of 1 MiB, 2,000,000 commits, 64 MiB of commits kept as bases, 300,000 deltas that
name their base by its id, chains of 4,096 deltas, and a hundredfold growth beyond 1 GiB. That is
less than 256 MiB of memory, whatever the file says.

Source: Git's own description of its pack format (gitformat-pack).
"""

from __future__ import annotations

import hashlib
import mmap
import zlib
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_COMMIT = 1 << 20
"""Bytes of one commit, or of a delta that makes one; long ones have some ten thousand."""
MAX_COMMITS = 2_000_000
CACHE_BYTES = 64 << 20
MAX_WAITING = 300_000
MAX_CHAIN = 4_096
"""Deltas on deltas; Git itself writes at most 4,095."""
SUSPECT_AFTER, SUSPECT_RATIO = 1 << 30, 100
"""Bytes unpacked beyond which a growth of so many times is a bomb."""
HEADER = 12
_BLOCK = 1 << 16
_COMMIT, _OFFSET_DELTA, _ID_DELTA = 1, 6, 7
_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag", 6: "delta", 7: "delta"}


class DamagedPackError(Exception):
    """The bytes are no object; says what is wrong."""


class LargePackError(Exception):
    """A bound was reached; says which."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first bytes of an object in a pack."""

    kind: int
    size: int
    """Bytes it unpacks to."""
    at: int
    """Where its packed bytes begin."""
    base_at: int = 0
    """Where the base of the delta lies, if the delta says so by place."""
    base_id: bytes = b""
    """Its id, if the delta says so by id."""


@dataclass(slots=True)
class _Waiting:
    """Deltas whose base is not known to be a commit yet."""

    by_id: dict[bytes, list[int]] = field(default_factory=dict)
    """Id of the base -> places of deltas on it."""
    by_place: dict[int, list[int]] = field(default_factory=dict)
    """Place of a waiting delta -> places of deltas on it."""
    places: set[int] = field(default_factory=set)
    """Places of all of them."""


class Pack:
    """A pack inside `data`, from byte `start` on."""

    def __init__(self, data: mmap.mmap, start: int, id_bytes: int | None = None) -> None:
        """Nothing is read yet.

        Args:
            data: The file.
            start: Where the pack begins.
            id_bytes: 20 (SHA-1) or 32 (SHA-256); None to find out by the checksum at the end.
        """
        self._data = data
        self._start = start
        self._spent = 0
        self._cache: OrderedDict[int, bytes] = OrderedDict()
        self._cached = 0
        self._ids: dict[bytes, int] = {}
        self._given = id_bytes
        self._id_bytes = id_bytes or 20
        self.commits: array[int] = array("Q")
        """Places of commits, in the order of the pack."""
        self.announced = 0
        """Objects the pack says it has."""
        self.objects = 0
        """Objects that are whole."""
        self.unsettled = 0
        """Deltas on ids that no commit of this file has: other objects, or bases left out."""
        self.uncounted = 0
        """Deltas that were not looked at because there are too many; some may be commits."""
        self.checked = False
        """True if the checksum at the end fits."""
        self.broken: tuple[str, str] | None = None
        """(Reason, words) where the walk had to stop; None if it came to the end."""

    def walk(self) -> None:
        """Find all commits. What is wrong with the pack stands in `broken` afterwards."""
        self._check()
        waiting = _Waiting()
        place = self._start + HEADER
        self.announced = int.from_bytes(self._data[place - 4 : place], "big")
        try:
            while self.objects < self.announced:
                place = self._step(place, waiting)
                self.objects += 1
            self._settle(waiting)
        except DamagedPackError as error:
            what = f"object {self.objects + 1:,} of {self.announced:,}: {error}"
            self.broken = ("damaged", what)
        except LargePackError as error:
            self.broken = ("too_large", str(error))
        if self.broken is not None:
            self._settle_what_is_there(waiting)
        self._spent = 0  # what is whole may be read, whatever stopped the walk
        if waiting.places:
            waiting = _Waiting()
            self.commits = array("Q", sorted(self.commits))

    def commit(self, place: int) -> bytes:
        """The bytes of a commit, with all deltas applied.

        Raises:
            DamagedPackError: a delta does not fit its base.
            LargePackError: longer than the bound, or made of too many deltas.
        """
        chain: list[Header] = []
        places: list[int] = []
        while place not in self._cache:
            found = self._header(place)
            if found.size > MAX_COMMIT:
                raise LargePackError(f"a commit of {found.size:,} bytes")
            if found.kind == _COMMIT:
                self._keep(place, self._unpacked(found)[0])
                break
            chain.append(found)
            places.append(place)
            if len(chain) > MAX_CHAIN:
                raise LargePackError(f"more than {MAX_CHAIN:,} deltas on one another")
            place = found.base_at or self._ids.get(found.base_id, 0)
            if not place:
                raise DamagedPackError("the base of a delta is not in this file")
        self._cache.move_to_end(place)
        whole = self._cache[place]
        for found, at in zip(reversed(chain), reversed(places), strict=True):
            whole = patched(whole, self._unpacked(found)[0])
            self._spend(len(whole))
            self._keep(at, whole)
        return whole

    def _keep(self, place: int, data: bytes) -> None:
        """Keep a commit as a base for others; the longest unused ones go."""
        self._cache[place] = data
        self._cached += len(data) + 200
        while self._cached > CACHE_BYTES and len(self._cache) > 1:
            _, gone = self._cache.popitem(last=False)
            self._cached -= len(gone) + 200

    def _check(self) -> None:
        """Compare the checksum at the end of the file with its bytes."""
        sums = {20: hashlib.sha1(usedforsecurity=False), 32: hashlib.sha256()}
        size = len(self._data)
        for length, digest in sums.items():
            if self._given not in (None, length) or size - self._start < HEADER + length:
                continue
            with memoryview(self._data) as view:
                for at in range(self._start, size - length, 1 << 20):
                    digest.update(view[at : min(at + (1 << 20), size - length)])
                if digest.digest() == view[size - length :]:
                    self._id_bytes, self.checked = length, True

    def _step(self, place: int, waiting: _Waiting) -> int:
        """Note the object at `place` if it is or may be a commit; gives where the next begins."""
        found = self._header(place)
        _, after = self._unpacked(found, keep=False)
        if found.kind == _COMMIT or (found.kind == _OFFSET_DELTA and self._known(found.base_at)):
            self._add(place)
        elif found.kind == _ID_DELTA or found.base_at in waiting.places:
            self._wait(place, found, waiting)
        return after

    def _wait(self, place: int, found: Header, waiting: _Waiting) -> None:
        """Note a delta that may be a commit."""
        if len(waiting.places) >= MAX_WAITING:
            self.uncounted += 1
            return
        waiting.places.add(place)
        if found.base_at:
            waiting.by_place.setdefault(found.base_at, []).append(place)
        else:
            waiting.by_id.setdefault(found.base_id, []).append(place)

    def _known(self, place: int) -> bool:
        index = bisect_left(self.commits, place)
        return index < len(self.commits) and self.commits[index] == place

    def _add(self, place: int) -> None:
        if len(self.commits) >= MAX_COMMITS:
            raise LargePackError(f"more than {MAX_COMMITS:,} commits")
        self.commits.append(place)

    def _settle_what_is_there(self, waiting: _Waiting) -> None:
        """The same as `_settle`, for a pack that broke off: a second fault changes nothing."""
        try:
            self._settle(waiting)
        except (DamagedPackError, LargePackError):
            return

    def _settle(self, waiting: _Waiting) -> None:
        """Find the commits among the deltas that name their base by its id."""
        if not waiting.places:
            return
        for place in self.commits[:]:
            todo = [place]
            while todo:
                after = self._based_on(todo.pop(), waiting)
                for one in after:
                    self._add(one)
                todo += after
        self.unsettled = sum(map(len, waiting.by_id.values()))

    def _based_on(self, place: int, waiting: _Waiting) -> list[int]:
        """Waiting deltas whose base is this commit; they wait no longer."""
        after = waiting.by_place.pop(place, [])
        try:
            number = object_id(self.commit(place))
        except DamagedPackError:
            return after  # refused as a row later
        if number in waiting.by_id:
            self._ids[number] = place
            after += waiting.by_id.pop(number)
        return after

    def _header(self, place: int) -> Header:
        """Kind, size and base of the object at `place`."""
        data, at = self._data, place
        byte = self._byte(at)
        kind, size, shift = byte >> 4 & 7, byte & 15, 4
        while byte & 128:
            at += 1
            byte = self._byte(at)
            size |= (byte & 127) << shift
            shift += 7
            if shift > 60:
                raise DamagedPackError("its size is no number")
        at += 1
        if kind not in _KINDS:
            raise DamagedPackError(f"there is no kind {kind}")
        if kind == _OFFSET_DELTA:
            back, at = self._back(at)
            if not self._start + HEADER <= place - back < place:
                raise DamagedPackError("its base lies outside the pack")
            return Header(kind, size, at, base_at=place - back)
        if kind == _ID_DELTA:
            base = data[at : at + self._id_bytes]
            return Header(kind, size, at + self._id_bytes, base_id=bytes(base))
        return Header(kind, size, at)

    def _back(self, at: int) -> tuple[int, int]:
        """How far back the base of a delta lies, and where the delta begins."""
        byte = self._byte(at)
        value = byte & 127
        while byte & 128:
            at += 1
            byte = self._byte(at)
            value = (value + 1) << 7 | byte & 127
            if value > 1 << 60:
                raise DamagedPackError("its base lies outside the pack")
        return value, at + 1

    def _byte(self, at: int) -> int:
        if at >= len(self._data):
            raise DamagedPackError("the file breaks off")
        return self._data[at]

    def _unpacked(self, found: Header, *, keep: bool = True) -> tuple[bytes, int]:
        """The bytes of an object (none if they are not kept) and where the next begins."""
        stream, at, tail, size, cut = zlib.decompressobj(), found.at, b"", 0, False
        kept: list[bytes] = []
        step = min(found.size + 64, _BLOCK)
        try:
            while not stream.eof:
                if not tail:
                    tail = self._data[at : at + step]
                    at += len(tail)
                    cut = not tail
                block = stream.decompress(tail, _BLOCK)
                tail = stream.unconsumed_tail
                size += len(block)
                self._spend(len(block))
                if size > found.size or (cut and not block and not stream.eof):
                    raise DamagedPackError("the file breaks off" if cut else "it is too long")
                if keep:
                    kept.append(block)
        except zlib.error:
            raise DamagedPackError("its packed bytes are damaged") from None
        if size != found.size:
            raise DamagedPackError("it is too short")
        return b"".join(kept), at - len(stream.unused_data)

    def _spend(self, count: int) -> None:
        self._spent += count
        if self._spent > SUSPECT_AFTER and self._spent > SUSPECT_RATIO * len(self._data):
            raise LargePackError(f"unpacks to more than {SUSPECT_RATIO} times its size")


def object_id(data: bytes) -> bytes:
    """The id of a commit: the hash of its bytes behind a header, as its tree is named."""
    newline = data.find(b"\n", 0, 80)
    digest = hashlib.sha256() if newline == 69 else hashlib.sha1(usedforsecurity=False)
    digest.update(b"commit %d\0" % len(data))
    digest.update(data)
    return digest.digest()


def patched(base: bytes, delta: bytes) -> bytes:
    """The object that a delta makes of its base: pieces of the base, and bytes of its own.

    Raises:
        DamagedPackError: the delta does not fit the base.
        LargePackError: the result would be longer than a commit may be.
    """
    steps = _steps(delta)
    expected, size = next(steps)
    if expected != len(base):
        raise DamagedPackError("a delta does not fit its base")
    if size > MAX_COMMIT:
        raise LargePackError(f"a commit of {size:,} bytes")
    pieces: list[bytes] = []
    made = 0
    for start, length in steps:
        piece = delta[-start : -start + length] if start < 0 else base[start : start + length]
        made += len(piece)
        if len(piece) != length or made > size:
            raise DamagedPackError("a delta does not fit its base")
        pieces.append(piece)
    if made != size:
        raise DamagedPackError("a delta does not fit its base")
    return b"".join(pieces)


def _steps(delta: bytes) -> Iterator[tuple[int, int]]:
    """First both sizes; then (place, length) in the base, or (minus place, length) in the delta."""
    at = 0
    try:
        sizes = []
        for _ in range(2):
            value = shift = 0
            while True:
                byte = delta[at]
                at += 1
                value |= (byte & 127) << shift
                shift += 7
                if not byte & 128 or shift > 60:
                    break
            sizes.append(value)
        yield sizes[0], sizes[1]
        while at < len(delta):
            code = delta[at]
            at += 1
            if not code:
                raise DamagedPackError("a delta has a step that does not exist")
            if not code & 128:
                yield -at, code
                at += code
                continue
            numbers = []
            for bits in (range(4), range(4, 7)):
                value = 0
                for place, bit in enumerate(bits):
                    if code >> bit & 1:
                        value |= delta[at] << 8 * place
                        at += 1
                numbers.append(value)
            yield numbers[0], numbers[1] or 0x10000
    except IndexError:
        raise DamagedPackError("a delta breaks off") from None
