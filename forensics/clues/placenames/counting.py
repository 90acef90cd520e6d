"""How many accounts name which places in their own texts, texts shared by several counted once.

The unit is the account, never the post: one account that writes of a place a thousand times is one
account. A text that several accounts of the set post alike is one text; it counts for the account
that posted it first. Reposts are nobody's own text and are left out.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from forensics.clues.placenames.lexicon import SCRIPTS, Lexicon, lexicon, scripts_of
from forensics.clues.placenames.meanings import Place, place_of
from forensics.clues.placenames.search import names_in
from forensics.engine import PostTable
from forensics.engine.posts import TextHit
from forensics.engine.texts import marks, own_texts
from forensics.model import RowRef

EXAMPLES = 10
_ADDRESSES = re.compile(r"https?://\S+|[@＠]\w+")
_SIGNS = re.compile(r"[\W\d_]+")
"""What copies of one text differ by: links and names of accounts, digits and signs."""


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """One place, and who names it."""

    place: Place
    accounts: tuple[str, ...]
    """Accounts that name it, in order; a shared text counts for its first account only."""
    own_accounts: tuple[str, ...]
    """Accounts that name it in a text which no other account of the set posts."""
    texts: int
    """Different texts that name it."""
    shared_texts: int
    """Of those, texts posted by two or more accounts of the set."""
    posts: int
    rows: tuple[RowRef, ...]
    """At most ten posts, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Places that a set of accounts names, most accounts first."""

    places: tuple[PlaceCount, ...]
    accounts: int
    """Accounts with a text of their own."""
    posts: int
    """Their own posts with a text."""
    naming_posts: int
    """Those of them that name a place."""


class Scan:
    """All texts of a table that name places; counted for any set of accounts.

    A text is a number; what is known of it stands in columns, 36 bytes a text beside the 10 bytes
    of its digest, so that a million posts fit into the memory of a small machine.
    """

    def __init__(self) -> None:
        """Nothing read yet."""
        self.written: dict[str, int] = {}
        """Account -> own posts with a text."""
        self._numbers: dict[bytes, int] = {}
        self._accounts = _Names()
        self._originals = _Names()
        self._places: dict[tuple[Place, ...], int] = {}
        self._of_account: dict[int, array[int]] = {}
        """Account -> numbers of the texts it posted."""
        self._first_us, self._row = array("q"), array("q")
        self._first, self._n, self._named, self._file = (array("i") for _ in range(4))
        self._shared: dict[int, dict[int, int]] = {}
        """Number of a text that several accounts posted -> account -> its posts."""

    def __len__(self) -> int:
        """Different texts that name a place."""
        return len(self._n)

    def add(self, hit: TextHit, places: tuple[Place, ...]) -> None:
        """Take in one post that names places."""
        plain = _SIGNS.sub(" ", _ADDRESSES.sub(" ", hit.text.lower())).strip()
        digest = blake2b(plain.encode("utf-8", "replace"), digest_size=10).digest()
        account = self._accounts.number(hit.account)
        number = self._numbers.setdefault(digest, len(self._n))
        if number == len(self._n):
            self._first_us.append(hit.t_us)
            self._row.append(hit.row)
            self._first.append(account)
            self._n.append(1)
            self._named.append(self._places.setdefault(places, len(self._places)))
            self._file.append(self._originals.number(hit.original))
            self._of_account.setdefault(account, array("i")).append(number)
            return
        shared = self._shared.get(number)
        if shared is None and account != self._first[number]:
            shared = self._shared[number] = {self._first[number]: self._n[number]}
        self._n[number] += 1
        if shared is not None:
            if account not in shared:
                self._of_account.setdefault(account, array("i")).append(number)
            shared[account] = shared.get(account, 0) + 1
        if (hit.t_us, hit.account) < (self._first_us[number], self._accounts[self._first[number]]):
            self._first_us[number], self._first[number] = hit.t_us, account

    def count(self, accounts: Collection[str]) -> Mentions:
        """What a set of accounts names. A text is shared if two of them posted it."""
        wanted = {self._accounts.number(account): account for account in accounts}
        places = list(self._places)
        found: dict[str, _Count] = {}
        naming = 0
        numbers = {n for account in wanted for n in self._of_account.get(account, ())}
        for number in sorted(numbers):
            posts = self._shared.get(number, {self._first[number]: self._n[number]})
            mine = {wanted[one]: n for one, n in posts.items() if one in wanted}
            first = wanted.get(self._first[number]) or min(mine)
            naming += sum(mine.values())
            row = RowRef(self._originals[self._file[number]], self._row[number])
            for place in places[self._named[number]]:
                found.setdefault(place.key, _Count(place)).add(mine, first, row)
        order = sorted(found.values(), key=lambda one: (-len(one.accounts), -one.texts, one.key))
        return Mentions(
            places=tuple(one.result() for one in order),
            accounts=sum(1 for account in accounts if account in self.written),
            posts=sum(self.written.get(account, 0) for account in accounts),
            naming_posts=naming,
        )


class _Names:
    """Numbers for names, in the order of first sight."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []

    def number(self, name: str) -> int:
        """The number of a name, a new one if it has none."""
        if name not in self._numbers:
            self._numbers[name] = len(self._names)
            self._names.append(name)
        return self._numbers[name]

    def __getitem__(self, number: int) -> str:
        """The name of a number."""
        return self._names[number]


@dataclass(slots=True)
class _Count:
    """A place while it is counted."""

    place: Place
    accounts: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    texts: int = 0
    shared: int = 0
    posts: int = 0
    rows: list[RowRef] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Key of the place."""
        return self.place.key

    def add(self, posts: Mapping[str, int], first: str, row: RowRef) -> None:
        """Count one text."""
        self.texts += 1
        self.posts += sum(posts.values())
        self.accounts.add(first)
        if len(posts) > 1:
            self.shared += 1
        else:
            self.own.update(posts)
        if len(self.rows) < EXAMPLES:
            self.rows.append(row)

    def result(self) -> PlaceCount:
        """The count, frozen."""
        return PlaceCount(
            place=self.place,
            accounts=tuple(sorted(self.accounts)),
            own_accounts=tuple(sorted(self.own)),
            texts=self.texts,
            shared_texts=self.shared,
            posts=self.posts,
            rows=tuple(self.rows),
        )


def scan(posts: PostTable, accounts: Collection[str] | None = None) -> Scan:
    """Every own text of the table that names places; each text is read once.

    Args:
        posts: The table.
        accounts: Accounts to look at; None for all.
    """
    wanted = None if accounts is None else frozenset(accounts)
    out = Scan()
    occurring: set[str] = set()
    for account, written, found in marks(
        posts,
        {str(name): letters for name, letters in SCRIPTS.items()},
        never_ascii=SCRIPTS.keys() - {"latin"},
    ):
        if wanted is None or account in wanted:
            out.written[account] = written
            occurring.update(script for script, n in found.items() if n)
    scripts = scripts_of(occurring)
    if not scripts:
        return out
    words = lexicon(scripts)
    for hit in own_texts(posts):
        if wanted is None or hit.account in wanted:
            places = _places(hit.text, words)
            if places:
                out.add(hit, places)
    return out


def _places(text: str, words: Lexicon) -> tuple[Place, ...]:
    """The different places that a text names, in order of key."""
    found = {place.key: place for place in (place_of(m.keys) for m in names_in(text, words))}
    return tuple(found[key] for key in sorted(found))


def mentions(posts: PostTable, accounts: Collection[str]) -> Mentions:
    """Places that a set of accounts names in its own texts, with the accounts that name each.

    Args:
        posts: The table.
        accounts: The set; what several of them post alike counts once, for its first account.
    """
    return scan(posts, accounts).count(accounts)
