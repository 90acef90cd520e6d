"""Containers of tables: workbooks, databases."""

from __future__ import annotations

from forensics.read.files import sqlitefile, workbook
from forensics.read.options import Reader

READERS: tuple[Reader, ...] = (
    Reader(
        "xlsx",
        workbook.is_workbook,
        workbook.open_workbook,
        "Excel workbooks; the first sheet with columns for accounts and times",
        workbook.open_workbook,
    ),
    Reader(
        "sqlite",
        sqlitefile.is_sqlite,
        sqlitefile.open_sqlite,
        "SQLite databases; the first table with columns for accounts and times",
        sqlitefile.open_sqlite,
    ),
)
"""In the order in which they are asked; their first bytes exclude each other."""
