"""Errors: one line each, saying what went wrong, where, and what to do about it.

Each layer has one subclass, so that a caller can tell a broken case folder from an unreadable
export without parsing text. The command line catches `ForensicsError` once, prints the line and
exits with status 1 (2 for `UsageError`).
"""

from __future__ import annotations


class ForensicsError(Exception):
    """A failure that a user can act on.

    Attributes:
        what: What went wrong, as a clause without a full stop.
        where: File, row or field it concerns; empty if there is none.
        todo: What the user can do; empty if there is nothing.
    """

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        """Keep the three parts apart, so that they can be printed and tested apart."""
        self.what = what
        self.where = where
        self.todo = todo
        super().__init__(self.line())

    def line(self) -> str:
        """The error as one line: `where: what; todo`."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        text = f"{text}; {self.todo}" if self.todo else text
        return " ".join(text.split())


class UsageError(ForensicsError):
    """The command or call does not make sense as written."""


class ClockError(ForensicsError):
    """A time that cannot be read as one instant."""


class CaseError(ForensicsError):
    """The case folder is missing, damaged, locked or cannot be written."""


class ReadError(ForensicsError):
    """An input file cannot be read as what it claims to be."""


class ReferenceDataError(ForensicsError):
    """A bundled table of facts is missing or does not match its manifest."""


class NetworkError(ForensicsError):
    """A question to a network service was denied, or the service did not answer it."""


class EngineError(ForensicsError):
    """A bulk statement over posts failed."""


class ClueError(ForensicsError):
    """A finder was asked for something it cannot do."""


class LinkError(ForensicsError):
    """A tie between accounts is not what its type allows."""


class WeighError(ForensicsError):
    """Hypotheses, groups or weights do not fit together."""


class ShowError(ForensicsError):
    """A page, map or figure cannot be written."""


class ExportError(ForensicsError):
    """A case cannot be written in the format asked for."""
