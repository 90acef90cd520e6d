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


def test_the_lock_is_whole(lock) -> None:
    text = lock.LOCK.read_text(encoding="utf-8")
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    assert all("--hash=sha256:" in one for one in entries if "==" in one)
    assert len(lock.pins(text)) > 60
    assert "://" not in text
    assert not re.search(r"(?m)^(--|-e |/)", text)
