"""The whole program, driven as from a shell but in this process, with what it may never do."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

CPU_S = 20
"""Processor seconds one command may take on one hostile file; the slowest takes about three."""
STEERING = {*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F),
            *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF}  # fmt: skip
"""Code points that steer a terminal or turn the order of letters; line ends are none."""


@dataclass(frozen=True)
class Done:
    """What a command left."""

    status: int
    out: str
    err: str

    def steering(self) -> list[str]:
        """Code points in the output that steer a terminal."""
        return [f"U+{ord(one):04X}" for one in self.out + self.err if ord(one) in STEERING]


Drive = Callable[..., Done]


@pytest.fixture
def drive(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Drive:
    """`drive("read", path, ...)`: runs it, and fails if it crashed, took long or steers a terminal.

    Everything a process can write is caught, also what a library prints by itself.
    """
    from forensics.verbs.main import main

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["gnomon", *map(str, words)])
        monkeypatch.setenv("GNOMON_TRACEBACK", "1")
        begun = time.process_time()
        with pytest.raises(SystemExit) as ended:
            main()
        spent = time.process_time() - begun
        out, err = capfdbinary.readouterr()
        done = Done(int(ended.value.code or 0), out.decode(), err.decode())
        assert done.status in {0, 1}, done.err
        assert "Traceback" not in done.err
        assert "defect of Gnomon" not in done.out + done.err
        assert not done.steering(), f"{words}: {done.steering()[:5]}"
        assert spent < CPU_S, f"{words} took {spent:.0f} s"
        return done

    return run
