"""House rule: nothing leaves the machine."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

NETWORK = {
    "aiohttp", "asyncore", "ftplib", "geopy.adapters", "geopy.geocoders", "http.client",
    "http.server", "httpx", "imaplib", "nntplib", "paramiko", "poplib", "requests", "smtplib",
    "socket", "socketserver", "ssl", "telnetlib", "urllib.request", "urllib3", "webbrowser",
    "websockets", "xmlrpc",
}  # fmt: skip
"""`urllib.parse` is not among them: it only takes strings apart."""

DOOR = "forensics/online/"
"""The one package that may: geocoders behind a flag that names them (decision 10)."""


def network_imports(tree: ast.AST) -> list[str]:
    """Imports of modules that can call somebody, as `line: name`."""
    found = []
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if any(name == bad or name.startswith(f"{bad}.") for bad in NETWORK):
                found.append(f"{node.lineno}: {name}")
                break
    return found


@pytest.mark.parametrize(
    "code",
    [
        "import urllib.request",
        "from urllib import request",
        "from geopy.geocoders import Nominatim",
        "from geopy import geocoders",
        "import http.client as client",
        "def f():\n    import socket",
    ],
)
def test_network_imports_are_seen(code: str) -> None:
    assert network_imports(ast.parse(code))


def test_taking_an_address_apart_is_no_network() -> None:
    assert not network_imports(
        ast.parse("from urllib.parse import urlsplit\nimport geopy.distance")
    )


def test_no_module_of_the_package_can_call_anybody(package) -> None:
    found = [
        f"{source.name}:{one}"
        for source in package
        if not source.name.startswith(DOOR)
        for one in network_imports(source.tree)
    ]
    assert not found, f"nothing leaves the machine: no network modules in forensics/: {found}"


# Binding to an address of the machine itself is no call: urllib3 does so when it is imported (by
# geopy, which imports all its geocoders) to see whether the machine has IPv6.
WATCH = """
import sys
def watch(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
                 "urllib.Request", "http.client.connect", "webbrowser.open"}:
        raise SystemExit(f"network: {event}")
sys.addaudithook(watch)
sys.argv = ["gnomon", *sys.argv[1:]]
from forensics.verbs.main import main
main()
"""


def test_the_watch_sees_a_connection() -> None:
    watch, _, _ = WATCH.partition("sys.argv =")
    code = watch + "import socket\nsocket.create_connection(('127.0.0.1', 9))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "network: socket." in done.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "archive.example"])
def test_a_test_that_calls_anybody_fails(host: str) -> None:
    """Held by a hook in `tests/conftest.py` for the whole suite; code cannot catch the failure."""
    import socket

    def careless() -> None:
        try:
            socket.create_connection((host, 80), timeout=1)
        except Exception:  # noqa: BLE001 - what is shown is that even this lets it through
            pytest.fail("the failure was caught")

    with pytest.raises(pytest.fail.Exception, match=host):
        careless()


@pytest.mark.slow
def test_the_demonstration_calls_nobody(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCH, "demo", "--out", tmp_path / "demo"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "demo" / "report.html").is_file()


def test_only_the_verb_that_asks_by_name_uses_the_door(package) -> None:
    """Nothing else in the package imports it, so that no other path can lead out."""
    users = {
        source.name
        for source in package
        if not source.name.startswith(DOOR) and "forensics.online" in source.text
    }
    assert users <= {"forensics/job/ask/about_places.py", "forensics/verbs/places.py"}, users


def test_only_a_named_cluster_leads_out_beside_the_door(package) -> None:
    """Spark can call others; one module speaks to it, and one opens that for an engine named."""
    speaks = {source.name for source in package if 'import_module("pyspark' in source.text}
    assert speaks == {"forensics/engine/sparkside.py"}
    opens = {source.name for source in package if "forensics.engine.spark import" in source.text}
    assert opens == {"forensics/engine/runner.py"}
