"""Lists that a user writes as TOML: one file, one kind of table."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from forensics.errors import UsageError

MOST_BYTES = 1 << 20


def read_tables(path: Path, key: str) -> list[dict[str, Any]]:
    """The `[[key]]` tables of a file that holds nothing else.

    Raises:
        UsageError: the file cannot be read, is no TOML, or holds something else.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"is larger than a list of {key}", where=str(path))
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise UsageError(
            f"is no TOML ({str(error)[:80]})", where=str(path), todo=f"write [[{key}]] tables"
        ) from error
    rows = data.pop(key, None)
    if data or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UsageError(f"holds no [[{key}]] tables, or something beside them", where=str(path))
    return rows
