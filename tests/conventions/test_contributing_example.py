"""The reader printed in CONTRIBUTING.md works as printed."""

from __future__ import annotations

import hashlib
import re
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

LOG = """\
2024-03-05T09:12:44+08:00 <demo-a01> the pottery class
2024-03-05T09:13:44+08:00 <demo-a02> <b>the tea stall</b>
somebody left
2024-03-05 09:14:44 <demo-a01> no zone, and no T
2024-03-05T09:15:44 <demo-a02> no zone
"""


def test_the_reader_of_the_guide_reads_and_refuses(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    from forensics.read import ReadOptions, SourceFile, read_posts, registry
    from forensics.read.options import Reader

    guide = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = re.search(r"^ *```python\n(.*?)^ *```", guide, re.MULTILINE | re.DOTALL)
    assert block
    module = ModuleType("chatlog")
    exec(compile(textwrap.dedent(block.group(1)), "CONTRIBUTING.md", "exec"), module.__dict__)  # noqa: S102 - our own text
    reader = Reader("chat-log", module.is_chat_log, module.open_chat_log, "chat logs")
    monkeypatch.setattr(registry, "READERS", (reader, *registry.READERS))
    log = tmp_path / "talk.log"
    log.write_text(LOG, encoding="utf-8")
    out = tmp_path / "tables"
    out.mkdir()
    sha256 = hashlib.sha256(log.read_bytes()).hexdigest()
    reading = read_posts(
        [SourceFile(sha256, log.name, log)], ReadOptions(), out, lambda _stage, _done, _total: None
    )
    (source,) = reading.sources
    assert (source.reader, source.rows_present, source.rows_read) == ("chat-log", 5, 2)
    posts = duckdb.sql(f"SELECT account, text FROM '{reading.posts}' ORDER BY row").fetchall()
    assert posts == [("demo-a01", "the pottery class"), ("demo-a02", "<b>the tea stall</b>")]
    refused = duckdb.sql(f"SELECT row, reason FROM '{reading.refusals}' ORDER BY row").fetchall()
    assert refused == [(3, "short_row"), (4, "short_row"), (5, "naive_time")]
