"""The place in which the suite runs: an empty network namespace, where the system allows one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

PROOF = """
import os, socket
from pathlib import Path
rows = Path("/proc/self/net/dev").read_text().splitlines()[2:]
assert [row.split(":")[0].strip() for row in rows] == ["lo"], rows
assert len(Path("/proc/self/net/route").read_text().splitlines()) <= 1
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname(), timeout=5).close()
try:
    socket.create_connection(("192.0.2.1", 9), timeout=5)
except OSError as error:
    print(os.getuid(), error.strerror)
"""
REFUSES = "#!/bin/sh\necho unshare: Operation not permitted >&2\nexit 1\n"


@pytest.fixture
def offline(root: Path):
    """`offline(words, path)` runs a command by the script that the tests are run by."""

    def run(*words: str, **named: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(root / "tools" / "offline.sh"), *words],
            capture_output=True, text=True, check=False, **named,
        )  # type: ignore[call-overload,no-any-return]  # fmt: skip

    return run


@pytest.mark.skipif("NO_NETWORK" not in os.environ, reason="not run by tools/offline.sh")
def test_this_very_process_has_no_network() -> None:
    assert [name for _, name in socket.if_nameindex()] == ["lo"]
    done = subprocess.run(
        [sys.executable, "-c", PROOF], capture_output=True, text=True, check=False
    )
    assert done.stdout == f"{os.getuid()} Network is unreachable\n", done.stderr


def test_nothing_but_loopback_is_there(offline) -> None:
    done = offline(sys.executable, "-c", PROOF)
    if "is allowed here" in done.stderr:
        pytest.skip("this system does not allow namespaces of one's own")
    assert done.stdout == f"{os.getuid()} Network is unreachable\n", done.stderr
    assert offline("sh", "-c", "exit 7").returncode == 7


def test_where_it_is_not_allowed_one_line_says_so(offline, tmp_path: Path) -> None:
    stand_in = tmp_path / "unshare"
    stand_in.write_text(REFUSES)
    stand_in.chmod(0o755)
    named = {**os.environ, "NO_NETWORK": "1", "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = offline("sh", "-c", 'echo "in ${NO_NETWORK-none} $1"; exit 7', "x", "a  b", env=named)
    assert (done.returncode, done.stdout) == (7, "in none a  b\n")
    assert len(done.stderr.splitlines()) == 1
    assert "No network namespace" in done.stderr


def test_the_whole_suite_is_run_by_it(root: Path) -> None:
    lines = (root / "Makefile").read_text(encoding="utf-8").splitlines()
    start = lines.index("tests: $(STAMP)")
    recipe = "".join(line for line in lines[start + 1 : start + 4] if line.startswith("\t"))
    assert "tools/offline.sh $(BIN)/pytest" in recipe
