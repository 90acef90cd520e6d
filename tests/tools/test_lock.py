"""The lock holds what constraints pin, each with hashes, and names no machine and no registry."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TOOLS)
    import lock as found

    return found


def test_pins_are_read_in_one_spelling(lock) -> None:
    text = "Ab_c.d==1.0 \\\n    --hash=sha256:00\nx==2 ; python_version < '3.12'\nx==3\n# y==4\n"
    assert lock.pins(text) == {"ab-c-d": {"1.0"}, "x": {"2", "3"}}


@pytest.mark.parametrize("name", ["LOCK", "SPARK_LOCK"])
def test_the_locks_are_whole(lock, name: str) -> None:
    text = getattr(lock, name).read_text(encoding="utf-8")
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    assert all("--hash=sha256:" in one for one in entries if "==" in one)
    assert "://" not in text
    assert not re.search(r"(?m)^(--|-e |/)", text)


def test_everybody_gets_everything_but_spark(lock) -> None:
    everybody = lock.pins(lock.LOCK.read_text(encoding="utf-8"))
    assert len(everybody) > 60
    assert not everybody.keys() & {"pyspark", "py4j"}


def test_spark_comes_with_what_builds_it_last(lock) -> None:
    """The Makefile installs the end of the file first, from `setuptools` on."""
    text = lock.SPARK_LOCK.read_text(encoding="utf-8")
    assert list(lock.pins(text)) == ["py4j", "pyspark", "setuptools"]
    assert {re.split("[<>=]", line)[0] for line in lock.spark_needs().split()} == {
        "pyspark",
        "setuptools",
    }
