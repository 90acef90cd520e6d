"""The fuzzer: repeatable, it sees each kind of fault, and a short run of all targets finds none."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
SHORT = {
    "envelope": 5_000, "log": 3_000, "written": 2_500, "record": 2_000, "coordinates": 2_000,
    "links": 1_500, "casefile": 1_000, "id": 1_000, "json": 800, "image": 400, "detect": 300,
    "archive": 300, "labels": 100, "codes": 100, "posts": 30,
}  # fmt: skip
"""Executions in this test: 20,030, most of them where they are cheap."""


@pytest.fixture
def fuzz(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TOOLS)
    import fuzz as found

    return found


@pytest.fixture
def only(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch):
    """`only(run)` makes a function the one target there is."""
    import fuzz_targets

    def put(run) -> None:
        target = fuzz_targets.Target("a test", lambda: [b"seed"], run)
        monkeypatch.setitem(fuzz_targets.TARGETS, "one", target)

    return put


def guarded(act):
    """A target that does it to every input but the unchanged seed."""
    return lambda data, _folder: None if data == b"seed" else act()


def spin() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (lambda: {}["missing"], "KeyError at test_fuzz.py"),
        (lambda: bytearray(400 << 20), "memory: more than 256 MB"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "crash: the process ended with status -9"),
        (spin, "hang: more than 1 s"),
    ],
)
def test_every_kind_of_fault_is_found_and_costs_one_execution(fuzz, only, act, what: str) -> None:
    only(guarded(act))
    changed = [n for n in range(4) if fuzz.made(fuzz.TARGETS["one"], "one", 0, n) != b"seed"]
    found = fuzz.fuzz("one", executions=1, first=changed[0])
    assert [one.what[: len(what)] for one in found] == [what]
    assert found[0].data == fuzz.made(fuzz.TARGETS["one"], "one", 0, found[0].number)


def test_answers_are_no_findings(fuzz, only) -> None:
    from forensics.errors import ReadError

    def refuse() -> None:
        raise ReadError("no")

    only(guarded(refuse))
    assert fuzz.fuzz("one", executions=50) == []


def test_a_target_whose_own_seed_fails_is_unsound(fuzz, only) -> None:
    only(lambda _data, _folder: {}["missing"])
    with pytest.raises(RuntimeError, match="unchanged seed"):
        fuzz.fuzz("one", executions=1)


def test_inputs_repeat_and_differ(fuzz) -> None:
    target = fuzz.TARGETS["record"]
    again = [fuzz.made(target, "record", 0, n) for n in range(200)]
    assert again == [fuzz.made(target, "record", 0, n) for n in range(200)]
    assert len(set(again)) > 150
    assert again != [fuzz.made(target, "record", 1, n) for n in range(200)]


def test_a_short_run_of_every_target_finds_nothing(fuzz) -> None:
    assert sum(SHORT.values()) >= 20_000
    assert set(SHORT) == set(fuzz.TARGETS)
    found = [
        f"{one.target} --first {one.number}: {one.what}"
        for name in fuzz.TARGETS
        for one in fuzz.fuzz(name, executions=SHORT[name])
    ]
    assert not found, f"each becomes a row in the table of broken inputs of its reader: {found}"


def test_a_night_gives_every_target_its_share_in_rounds(fuzz, tmp_path: Path) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n[ "$3" != json ]\n')
    stand_in.chmod(0o755)
    named = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    words = [str(TOOLS / "fuzz_nightly.sh"), str(tmp_path), "7", "100", "4"]
    assert subprocess.run(words, env=named, check=False).returncode == 1
    calls = (tmp_path / "calls").read_text().splitlines()
    asked = [dict(zip(call.split()[1::2], call.split()[2::2], strict=True)) for call in calls]
    assert {one["--target"] for one in asked[: len(fuzz.TARGETS)]} == set(fuzz.TARGETS)
    firsts = [int(one["--first"]) for one in asked if one["--target"] == "posts"]
    assert firsts == [0, 25, 50, 75]
    assert {(one["--executions"], one["--seed"]) for one in asked} == {("25", "7")}
