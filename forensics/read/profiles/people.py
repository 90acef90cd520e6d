"""For readers that walk a file: facts of accounts, kept once however many posts repeat them.

A reader gives each post the code of what it says of its author, in the column `PROFILE`; facts
that stand apart from posts (panels, lists of users) are kept with their account. So a table of
posts grows by one short column, and not by a biography a post.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forensics.read.profiles.names import COLUMNS

PROFILE = "profile"
"""Column of a record that holds the code."""
MOST = 500_000
"""Distinct sets of facts kept of a file; a hostile one must not fill the memory."""

Facts = Mapping[str, str | None]
"""Field (or `offset`, `captured`) -> its text."""


@dataclass(slots=True)
class People:
    """The distinct sets of facts of one file."""

    codes: dict[tuple[str | None, ...], int] = field(default_factory=dict)
    """Facts in the order of `COLUMNS` -> code, from 1."""
    captured_us: dict[int, int] = field(default_factory=dict)
    """Code -> when it was captured first, UTC microseconds."""
    apart: list[tuple[str, int, int]] = field(default_factory=list)
    """(account, row, code) of facts that stand apart from posts."""
    also: list[tuple[str, str]] = field(default_factory=list)
    """(account, another name of it) in such facts: its number, its handle."""
    met: dict[tuple[object, ...], str | None] = field(default_factory=dict)
    """Values as they stand in the file -> their code."""
    dropped: int = 0
    """Sets beyond `MOST`."""

    def code(self, facts: Facts) -> str | None:
        """The code of a set of facts as text; None where there are none."""
        key = tuple(map(facts.get, COLUMNS))
        known = self.codes.get(key)
        if known is None:
            if not any(key):
                return None
            if len(self.codes) >= MOST:
                self.dropped += 1
                return None
            known = self.codes[key] = len(self.codes) + 1
        return str(known)

    def saw(self, code: str | None, captured_us: int | None) -> None:
        """Keep when the export says that a set of facts was captured; the first time counts."""
        if code is not None and captured_us is not None:
            known = self.captured_us.get(int(code), captured_us)
            self.captured_us[int(code)] = min(captured_us, known)

    def of(
        self,
        user: Mapping[str, Any],
        keys: Sequence[str],
        facts: Callable[[dict[str, Any]], Facts],
    ) -> str | None:
        """The code of what a user says, without reading it again where the values are the same.

        Args:
            user: The object as it stands in the file.
            keys: All of its members that the facts are made of.
            facts: Makes them.
        """
        key = tuple(map(user.get, keys))
        try:
            return self.met[key]
        except TypeError:  # an object or a list among the values
            return self.code(facts(dict(user)))
        except KeyError:
            found = self.code(facts(dict(user)))
        if len(self.met) < MOST:
            self.met[key] = found
        return found

    def add(self, account: str | None, facts: Facts, row: int, also: str | None = None) -> None:
        """Keep facts of an account that stand apart from its posts.

        Args:
            account: Its name as posts have it; without one, nothing is kept.
            facts: The facts.
            row: Record they stand in, from 1; 0 where they belong to the whole file.
            also: Another name of the account: its number, or its handle.
        """
        if account and (code := self.code(facts)) is not None:
            self.apart.append((account, row, int(code)))
            if also and also != account:
                self.also.append((account, also))

    def notes(self) -> Iterator[str]:
        """Sentences for the source list."""
        if self.dropped:
            yield f"facts of accounts were kept {MOST:,} times; {self.dropped:,} more were not"

    def fields(self) -> tuple[str, ...]:
        """The columns that hold anything."""
        filled = [any(column) for column in zip(*self.codes, strict=True)] or [False] * len(COLUMNS)
        return tuple(name for name, any_of in zip(COLUMNS, filled, strict=True) if any_of)
