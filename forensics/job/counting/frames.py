"""Tables of a folder of counts as pandas frames."""

from __future__ import annotations

from forensics.case.files import no_glob
from forensics.errors import EngineError, UsageError
from forensics.job.counting.adding import MEMORY_MB, THREADS
from forensics.job.counting.folder import ZONES, Folder
from forensics.job.counting.merging import key_of, merged_sql
from forensics.job.frames import Table
from forensics.read.database import connected, ident, literal


def frame_of(folder: Folder, name: str, where: str) -> Table:
    """A table of all parts in key order.

    Raises:
        EngineError: the condition is not understood, or memory does not suffice.
    """
    files = ", ".join(literal(no_glob(path)) for path in folder.files(name))
    rows = f"(SELECT * FROM read_parquet([{files}]))"
    order = ", ".join(ident(column) for column in key_of(name))
    keep = f"WHERE ({where})" if where else ""
    return _frame(f"SELECT * FROM ({merged_sql(name, rows)}) {keep} ORDER BY {order}", name)


def zones_frame(folder: Folder) -> Table:
    """The quick look at zones, in order of account.

    Raises:
        UsageError: it is not there.
    """
    path = folder.root / ZONES
    if not path.is_file():
        raise UsageError(
            f"there is no {ZONES}", where=folder.root.name, todo="count again with zones=True"
        )
    return _frame(f"SELECT * FROM read_parquet({literal(no_glob(path))})", ZONES)


def _frame(sql: str, where: str) -> Table:
    """The rows of a statement."""
    import duckdb

    with connected(memory_limit_mb=MEMORY_MB, threads=THREADS, scratch=None) as con:
        try:
            return Table(con.execute(sql).df())
        except duckdb.Error as error:
            said = str(error).splitlines()[0][:160]
            raise EngineError(f"cannot be asked so ({said})", where=where) from None
