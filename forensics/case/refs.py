"""How a line of the record names things: originals, tables, finished files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import PurePosixPath

from forensics.model import Json, Original

TABLE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.(?:jsonl|parquet)")
"""What a table may be called; it becomes a file name."""
REDACTED = "left_out.json"
"""Lies in a copy that was redacted for handing over, in place of a record."""
_ORIGINAL = tuple(field.name for field in fields(Original))
_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_sha256(text: object) -> bool:
    """True for 64 lower-case hex digits."""
    return isinstance(text, str) and _SHA256.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class TableRef:
    """A table as the record names it."""

    name: str
    """File name inside `tables/`."""
    sha256: str
    """SHA-256 of the file."""
    rows: int
    """Number of rows."""
    rows_sha256: str
    """SHA-256 of the rows in canonical form; the same as `sha256` for JSON lines."""
    key: tuple[str, ...] = ()
    """Columns that order the rows of a Parquet table; empty for JSON lines, which keep theirs."""

    def as_json(self) -> dict[str, Json]:
        """The form that stands in the `tables` list of a record line."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "rows": self.rows,
            "rows_sha256": self.rows_sha256,
            "key": list(self.key),
        }

    @classmethod
    def from_json(cls, value: Json) -> TableRef | None:
        """The reference that `as_json` wrote, or None if the value is none."""
        if not isinstance(value, dict):
            return None
        name, rows, key = value.get("name"), value.get("rows"), value.get("key")
        sha256, rows_sha256 = value.get("sha256"), value.get("rows_sha256")
        if not isinstance(name, str) or TABLE_NAME.fullmatch(name) is None:
            return None
        if type(rows) is not int or not isinstance(key, list):
            return None
        if not is_sha256(sha256) or not is_sha256(rows_sha256):
            return None
        columns = tuple(column for column in key if isinstance(column, str))
        if len(columns) != len(key):
            return None
        return cls(name, str(sha256), rows, str(rows_sha256), columns)


@dataclass(frozen=True, slots=True)
class FileRef:
    """A finished file, such as the report, as the record names it."""

    path: str
    """Relative to the case folder, with `/`: at most one step up, as in `../report.html`."""
    sha256: str
    size: int

    def as_json(self) -> dict[str, Json]:
        """The form that stands in the `files` list of a record line."""
        return {"path": self.path, "sha256": self.sha256, "size": self.size}

    @classmethod
    def from_json(cls, value: Json) -> FileRef | None:
        """The reference that `as_json` wrote, or None if the value is none."""
        if not isinstance(value, dict):
            return None
        path, sha256, size = value.get("path"), value.get("sha256"), value.get("size")
        if not isinstance(path, str) or not is_reference_path(path):
            return None
        if not is_sha256(sha256) or type(size) is not int:
            return None
        return cls(path, str(sha256), size)


def is_reference_path(path: str) -> bool:
    """True for a relative path that leaves the case folder by one step at most."""
    parts = PurePosixPath(path).parts
    inner = parts[1:] if parts[:1] == ("..",) else parts
    return bool(inner) and ".." not in inner and not path.startswith("/") and "\\" not in path


def original_of(body: Mapping[str, Json]) -> Original | None:
    """The original that the body of an `ingest` line describes, or None if it does not."""
    values = {name: body.get(name) for name in _ORIGINAL}
    claims = [values[name] for name in _ORIGINAL[4:]]
    if (
        is_sha256(values["sha256"])
        and type(values["size"]) is int
        and isinstance(values["media_type"], str)
        and isinstance(values["name_as_received"], str)
        and all(claim is None or isinstance(claim, str) for claim in claims)
    ):
        return Original(**values)  # type: ignore[arg-type]
    return None


def tables_in(body: Mapping[str, Json]) -> list[TableRef | None]:
    """The tables that the body of a line names; None for each item that is no reference."""
    return [TableRef.from_json(item) for item in _items(body, "tables")]


def files_in(body: Mapping[str, Json]) -> list[FileRef | None]:
    """The files that the body of a line names; None for each item that is no reference."""
    return [FileRef.from_json(item) for item in _items(body, "files")]


def _items(body: Mapping[str, Json], name: str) -> list[Json]:
    value = body.get(name, [])
    return value if isinstance(value, list) else [value]
