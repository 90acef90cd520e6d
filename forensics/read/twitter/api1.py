"""API v1.1: posts as the first public interface and the streams gave them.

Written by the platform; stored by a collector as an array, as one object a line, as a page of
search results (`{"statuses": [...]}`), or, in archives of before 2019, as scripts
`Grailbird.data...`. Clock: the platform's, UTC, floored to the second; the offset `+0000` stands
in each time.

Traps: posts quoted or reposted inside a post belong to other accounts and are not read on their
own. Notices of a stream (deletions, limits) are records without an account and refused as such. In
the script archives, posts of before November 2010 have a date and the time 00:00:00.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.jsonstream import Element, JsonObject, iter_array, iter_objects
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import NO_TEXT, BadRecord
from forensics.read.twitter.shared import (
    COLLECTED,
    COLUMNS,
    USER,
    Values,
    elements_of,
    facts_of,
    head_of,
    inner,
    start_of,
    table,
    text_of,
    values_of,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_START = re.compile(rb"(?:Grailbird\.data\.\w+\s*=\s*)?(?:\[\s*)?\{")
_SEARCH = re.compile(rb'\{\s*"statuses"\s*:\s*\[')
_CREATED = re.compile(
    rb'"created_at"\s*:\s*"(?:\w{3} \w{3} \d\d \d\d:\d\d:\d\d \+0000 \d{4}'
    rb'|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000)"'
)
_MARKS = (rb'"id_str"\s*:\s*"\d+"', rb'"user"\s*:\s*\{', rb'"screen_name"\s*:\s*"')
_FIRST = re.compile(
    rb'(?:[\w.]+\s*=\s*)?(?:\[\s*)?\{\s*"(?:created_at|id|id_str|source|text|entities)"'
)
_MOST_COLUMNS = 60
_SHORT = 100
_NOT = re.compile(rb'"(?:rest_id|rawContent|renderedContent)"\s*:')


def is_api1(path: Path, head: bytes) -> bool:
    """True for objects with a Twitter time in UTC, a text id and a user with a screen name."""
    del path
    return (
        _START.match(start_of(head)) is not None
        and _CREATED.search(head) is not None
        and all(re.search(mark, head) for mark in _MARKS)
        and not _NOT.search(head)
        and not COLLECTED.search(head)
        and _holds_posts(head)
    )


def _holds_posts(head: bytes) -> bool:
    """True if posts are the objects themselves, and do not lie deeper in other ones."""
    if _SEARCH.match(start_of(head)):
        return True
    whole = _sample(head)
    if not whole:
        return _FIRST.match(start_of(head)) is not None
    return any("user" in item and "created_at" in item for item in whole)


def _sample(head: bytes) -> list[JsonObject]:
    """The objects that end within the first bytes of a file."""
    stream = BytesIO(head)
    if _SEARCH.match(start_of(head)):
        found = iter_array(stream, ("statuses",))
    else:
        found = iter_objects(stream) if start_of(head)[:1] == b"{" else iter_array(stream)
    return [item for _, item in found if not isinstance(item, BadRecord)]


def _more_columns(head: bytes) -> tuple[str, ...]:
    """Other plain members of posts and their users, `user.location` say, to map or group by."""
    names: dict[str, None] = {}
    for item in _sample(head):
        user = item.get("user")
        names |= dict.fromkeys(key for key, value in item.items() if _plain(value) is not None)
        if isinstance(user, dict):
            names |= dict.fromkeys(f"user.{key}" for key, value in user.items() if _plain(value))
    # The database compares names without case, and holds no halves of surrogate pairs.
    taken = {name.lower() for name in (*COLUMNS, PROFILE, "row")}
    more = []
    for name in names:
        if name.lower() not in taken and not NO_TEXT.search(name):
            taken.add(name.lower())
            more.append(name)
    return tuple(more[:_MOST_COLUMNS])


def _plain(value: object) -> str | None:
    """A short text, number or truth value as text; None for all else."""
    text = str(value).lower() if isinstance(value, bool) else text_of(value)
    return text if text is None or len(text) <= _SHORT else None


def open_api1(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open posts of API v1.1."""
    del name
    more = _more_columns(head_of(path))
    people = People()

    def again(columns: Sequence[str]) -> Iterator[Values | BadRecord]:
        return _rows(_elements(path), people, [one for one in columns if one in more])

    return table(
        con,
        _rows(_elements(path), people),
        scratch,
        name="twitter api v1.1",
        later=more,
        again=again,
        people=people,
    )


def _elements(path: Path) -> Iterator[Element]:
    """The posts, wherever they stand."""
    head = head_of(path)
    if not _SEARCH.match(start_of(head)):
        yield from elements_of(path, head)
        return
    with path.open("rb") as stream:
        yield from iter_array(stream, ("statuses",))


def _rows(
    elements: Iterator[Element], people: People, more: Sequence[str] = ()
) -> Iterator[Values | BadRecord]:
    """The columns of each post, and those of the others that are wanted."""
    for _, item in elements:
        if isinstance(item, BadRecord):
            yield item
            continue
        values = values_of(item)
        user = item.get("user")
        user = user if isinstance(user, dict) else {}
        number = text_of(user.get("id_str")) or text_of(user.get("id"))
        values["account_id"] = number
        values["account"] = text_of(user.get("screen_name")) or number
        values[PROFILE] = people.of(user, USER, facts_of)
        for name in more:
            outer, _, key = name.partition(".")
            values[name] = _plain(inner(item, outer, key) if key else item.get(name))
        yield values
