"""What exports say of accounts, as a table."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.clock import utc_text
from forensics.errors import ReadError
from forensics.job.run import silent
from forensics.model import Profile
from forensics.read import ReadOptions, read_posts
from forensics.read.collection import ONLY_LOGS, without_logs
from forensics.read.given import inputs_of

if TYPE_CHECKING:
    from forensics.job.frames import Table

COLUMNS = ("account", "field", "value", "posts", "first", "last", "captured", "original", "row")


def profiles(files: Sequence[str | Path], *, columns: Mapping[str, str] | None = None) -> Table:
    """What exports say of accounts as a table: one row for each account, field and value.

    Columns: account, field (name, id, location, zone, language, created, bio, url, based_in,
    connected_via, region, managed_from, phone_country), value, posts (that carry it), first and
    last (times of such posts, UTC; None where it stands apart from posts), captured (when the
    export says it was seen), original (SHA-256 of the file), row. A value is the account's own
    word unless the platform sets it; see docs/readers.md.

    Args:
        files: Exports of posts or of accounts, archives, or folders of them.
        columns: Columns given by hand, such as `{"location": "home"}`.

    Raises:
        ReadError: a file is not there, or nothing could be read.
    """
    from forensics.job.frames import Table

    with tempfile.TemporaryDirectory() as folder:
        opened = without_logs(inputs_of(files).files, Path(folder) / "unpacked")
        if not opened.files:
            what = opened.refusals[0].raw if opened.refusals else ONLY_LOGS
            raise ReadError(what, todo="give files that can be read")
        options = ReadOptions(columns=dict(columns or {}))
        found = read_posts(opened.files, options, Path(folder), silent).profiles
    return Table([_row(one) for one in found], columns=list(COLUMNS))


def _row(one: Profile) -> tuple[object, ...]:
    """The columns of one fact."""
    moments = [
        None if us is None else utc_text(us) for us in (one.first_us, one.last_us, one.captured_us)
    ]
    return (one.account, one.field, one.value, one.n, *moments, one.original, one.row)
