"""Which accounts name which places, with copies of one text told apart from texts of one's own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from forensics.clues.placenames.lexicon import SCRIPTS, lexicon, scripts_of
from forensics.clues.placenames.meanings import Place, place_of
from forensics.clues.placenames.search import names_in
from forensics.engine import PostTable
from forensics.engine.posts import TextHit
from forensics.engine.samples import texts_of
from forensics.engine.texts import marks
from forensics.model import RowRef

_VARYING = re.compile(r"https?://\S+|[@＠]\w+|[\W\d_]+")
"""What copies of one text differ by: links, names of accounts, digits and signs."""


@dataclass(frozen=True, slots=True)
class Named:
    """One account's first posting of one text."""

    t_us: int
    row: RowRef


class Naming:
    """All own texts of some accounts that name places."""

    def __init__(self, sides: Sequence[tuple[PostTable, Collection[str]]]) -> None:
        """Read every own text of some accounts once.

        Args:
            sides: Tables of posts, each with the accounts to look at in it: an assessed account may
                stand in the files of the controls too, where it does not count.
        """
        self.written: set[str] = set()
        """Accounts with a text of their own."""
        self.places: dict[str, Place] = {}
        self._texts: dict[str, dict[bytes, dict[str, Named]]] = {}
        """Place -> text -> account -> its first posting."""
        for hit, found in _read(sides):
            self.written.add(hit.account)
            if not found:
                continue
            digest = blake2b(
                _VARYING.sub(" ", hit.text.lower()).strip().encode("utf-8", "replace"),
                digest_size=10,
            ).digest()
            first = Named(hit.t_us, RowRef(hit.original, hit.row))
            for place in found:
                self.places.setdefault(place.key, place)
                texts = self._texts.setdefault(place.key, {})
                texts.setdefault(digest, {}).setdefault(hit.account, first)

    def own(self, key: str, among: Collection[str]) -> dict[str, list[Named]]:
        """Account -> its texts that name a place and that no other account of the set posted."""
        out: dict[str, list[Named]] = {}
        for posted in self._texts.get(key, {}).values():
            mine = [name for name in posted if name in among]
            if len(mine) == 1:
                out.setdefault(mine[0], []).append(posted[mine[0]])
        return {name: out[name] for name in sorted(out)}

    def shared(self, key: str, among: Collection[str]) -> list[Mapping[str, Named]]:
        """Texts that name a place and that two or more accounts of the set posted."""
        several: list[Mapping[str, Named]] = []
        for posted in self._texts.get(key, {}).values():
            mine = {name: posted[name] for name in sorted(posted) if name in among}
            if len(mine) > 1:
                several.append(mine)
        return several

    def shared_texts(self, among: Collection[str]) -> int:
        """Different texts naming any place that two or more accounts of the set posted."""
        digests = {
            digest
            for texts in self._texts.values()
            for digest, posted in texts.items()
            if sum(name in among for name in posted) > 1
        }
        return len(digests)


def _read(
    sides: Sequence[tuple[PostTable, Collection[str]]],
) -> Iterator[tuple[TextHit, list[Place]]]:
    """Every own text of some accounts, with the different places it names in order of key."""
    patterns = {str(name): letters for name, letters in SCRIPTS.items()}
    occurring = {
        script
        for posts, wanted in sides
        for account, _, found in marks(posts, patterns)
        if account in wanted
        for script, n in found.items()
        if n
    }
    scripts = scripts_of(occurring)
    words = lexicon(scripts) if scripts else None
    for posts, wanted in sides:
        for hit in texts_of(posts, wanted):
            named: dict[str, Place] = {}
            if words is not None:
                places = (place_of(one.keys) for one in names_in(hit.text, words))
                named = {place.key: place for place in places}
            yield hit, [named[key] for key in sorted(named)]
