"""House rule: `forensics/clock.py` is the one place that touches zones and clocks."""

from __future__ import annotations

import ast

import pytest

CLOCK = "forensics/clock.py"
MACHINE_CLOCK = {
    "forensics/job/run.py": "the default clock of a run; every caller may pass another",
    "forensics/verbs/id.py": "ids later than the present are implausible; --at passes another",
}
"""Where the machine's own clock may be read, and why."""

_NOW = {("datetime", "now"), ("datetime", "today"), ("date", "today"), ("time", "time"),
        ("time", "time_ns"), ("time", "localtime"), ("time", "ctime")}  # fmt: skip

FROM_NAMES_ALONE = {"UUID", "uuid5"}
"""What may be imported from `uuid`: ids that follow from a name, with no clock and no chance."""


def zone_slips(tree: ast.AST) -> list[str]:
    """Uses that attach, guess or drop a zone, as `line: what`."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {
            "fromtimestamp", "utcfromtimestamp", "utcnow", "astimezone",
        }:  # fmt: skip
            found.append(f"{node.lineno}: .{node.attr}")
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found += [
            f"{node.lineno}: import {name}"  # type: ignore[attr-defined]
            for name in names
            if name.split(".")[0] in {"zoneinfo", "dateutil"}
        ]
        if not isinstance(node, ast.Call):
            continue
        zones = [word.value for word in node.keywords if word.arg == "tzinfo"]
        if isinstance(node.func, ast.Attribute) and node.func.attr == "replace" and zones:
            found.append(f"{node.lineno}: .replace(tzinfo=")
        elif any(ast.unparse(zone) not in {"UTC", "timezone.utc"} for zone in zones):
            found.append(f"{node.lineno}: a zone other than UTC handed to a constructor")
    return found


def machine_clock_reads(tree: ast.AST) -> list[int]:
    """Lines that read the machine's clock."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in _NOW
    ]


def unseeded(tree: ast.AST) -> list[str]:
    """Sources of randomness that nobody passed in."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            names.append(getattr(node, "module", None) or "")
            named = isinstance(node, ast.ImportFrom) and names[-1] == "uuid"
            if named and set(names[:-1]) <= FROM_NAMES_ALONE:
                continue
            found += [f"{node.lineno}: {n}" for n in names if n in {"random", "secrets", "uuid"}]
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            bare = name.endswith("default_rng") and not node.args and not node.keywords
            if bare or name in {"os.urandom", "np.random.seed"}:
                found.append(f"{node.lineno}: {name}")
    return found


@pytest.mark.parametrize(
    "code",
    [
        "x.replace(tzinfo=UTC)",
        "datetime.fromtimestamp(0, UTC)",
        "datetime.utcnow()",
        "datetime.utcfromtimestamp(0)",
        "datetime(2024, 1, 1, tzinfo=pytz.timezone('Asia/Shanghai'))",
        "x.astimezone()",
        "from zoneinfo import ZoneInfo",
    ],
)
def test_zone_slips_are_seen(code: str) -> None:
    assert zone_slips(ast.parse(code))


@pytest.mark.parametrize(
    "code", ["x.replace('a', 'b')", "datetime(2024, 1, 1, tzinfo=UTC)", "a.replace(year=1)"]
)
def test_harmless_code_passes(code: str) -> None:
    assert not zone_slips(ast.parse(code))


def test_zones_are_touched_in_clock_only(package, scripts) -> None:
    found = [
        f"{source.name}:{slip}"
        for source in (*package, *scripts)
        if source.name != CLOCK
        for slip in zone_slips(source.tree)
    ]
    assert not found, f"only forensics/clock.py may attach, convert or guess a zone: {found}"


def test_pytz_is_imported_in_clock_only(package) -> None:
    found = [
        source.name
        for source in package
        if source.name != CLOCK and ("import pytz" in source.text or "from pytz" in source.text)
    ]
    assert not found, f"one zone database, one door to it (forensics/clock.py): {found}"


@pytest.mark.parametrize("code", ["datetime.now(UTC)", "time.time()", "date.today()"])
def test_machine_clock_reads_are_seen(code: str) -> None:
    assert machine_clock_reads(ast.parse(code))


def test_the_machine_clock_is_passed_in(package) -> None:
    found = {
        f"{source.name}:{line}"
        for source in package
        if source.name not in MACHINE_CLOCK
        for line in machine_clock_reads(source.tree)
    }
    assert not found, f"pass a clock in; same input, same bytes out: {sorted(found)}"


def test_listed_exceptions_are_still_needed(package) -> None:
    read = {source.name for source in package if machine_clock_reads(source.tree)}
    assert set(MACHINE_CLOCK) <= read, "take the entry out of MACHINE_CLOCK"


@pytest.mark.parametrize(
    "code",
    [
        "import random",
        "from random import choice",
        "np.random.default_rng()",
        "import uuid",
        "from uuid import uuid4",
        "from uuid import UUID, uuid1, uuid5",
        "from uuid import *",
    ],
)
def test_unseeded_randomness_is_seen(code: str) -> None:
    assert unseeded(ast.parse(code))


def test_ids_made_from_names_pass() -> None:
    assert not unseeded(ast.parse("from uuid import UUID, uuid5"))


def test_randomness_is_passed_in(package) -> None:
    found = [f"{source.name}:{one}" for source in package for one in unseeded(source.tree)]
    assert not found, f"pass a seed in; same input, same bytes out: {found}"
