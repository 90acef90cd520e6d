"""Which engine is meant by a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from forensics.engine.runner import open_runner
from forensics.errors import EngineError


@pytest.mark.parametrize("engine", ["flink", "local", "local[x]", "spark:/h", "spark://h/x y", ""])
def test_unknown_engines_are_refused(tmp_path: Path, engine: str) -> None:
    with pytest.raises(EngineError, match="no engine is called"):
        open_runner(engine, memory_limit_mb=200, threads=1, scratch=tmp_path)
