"""The fuzzer: repeatable, it sees each kind of fault, and a short run of all targets finds none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
CHEAP = 20_000
SHORT = {
    "texts": dict.fromkeys(
        ("written", "envelope", "id", "geocoder", "record", "casefile", "links", "labels"), CHEAP
    ),
    "files": {
        "coordinates": CHEAP, "tile": CHEAP, "plain": CHEAP, "codes": 2_000, "json": 2_000,
        "archive": 1_000, "pmtiles": 1_000, "mbtiles": 1_000, "stamp": 1_000, "log": 1_000,
        "census": 500, "wacz": 300, "image": 1_000, "geojson": 500, "shapefile": 200, "detect": 300,
    },
    "database": {"tables": 100, "posts": 20},
}  # fmt: skip
"""Executions in the tests: 20,000 where they are cheap, elsewhere what the time allows."""
OF_A_READER = 400
"""And of every reader that has a target of its own."""


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


def number_of_a_change(fuzz: ModuleType) -> int:
    """The first input of the one target that is not its seed."""
    target = fuzz.TARGETS["one"]
    return next(n for n in range(9) if fuzz.made(target, "one", 0, n) != b"seed")


def parses(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


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
    found = fuzz.fuzz("one", executions=1, first=number_of_a_change(fuzz))
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


def short(fuzz: ModuleType) -> dict[str, dict[str, int]]:
    """The runs of this test, with the readers in two halves."""
    readers = [name for name in fuzz.TARGETS if name.startswith("read-")]
    return SHORT | {
        f"readers {half + 1}": dict.fromkeys(readers[half::2], OF_A_READER) for half in (0, 1)
    }


def test_every_target_has_a_short_run(fuzz) -> None:
    runs = [name for several in short(fuzz).values() for name in several]
    assert sorted(runs) == sorted(fuzz.TARGETS)
    assert sum(sum(several.values()) for several in short(fuzz).values()) >= 240_000


@pytest.mark.parametrize("part", [*SHORT, "readers 1", "readers 2"])
def test_a_short_run_finds_nothing(fuzz, part: str) -> None:
    import forensics.read.registry  # noqa: F401 - once here, not once in each process

    found = [
        f"{one.target} --first {one.number}: {one.what}"
        for name, executions in short(fuzz)[part].items()
        for one in fuzz.fuzz(name, executions=executions)
    ]
    assert not found, f"each becomes a row in the table of broken inputs of its reader: {found}"


def test_a_night_gives_every_target_its_share_in_rounds(fuzz, tmp_path: Path) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n[ "$7" != 50 ]\n')
    stand_in.chmod(0o755)
    named = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    words = [str(TOOLS / "fuzz_nightly.sh"), str(tmp_path), "7", "100", "4"]
    assert subprocess.run(words, env=named, check=False).returncode == 1
    calls = (tmp_path / "calls").read_text().splitlines()
    asked = [dict(zip(call.split()[1::2], call.split()[2::2], strict=True)) for call in calls]
    assert [int(one["--first"]) for one in asked] == [0, 25, 50, 75]
    assert {(one["--target"], one["--executions"], one["--seed"]) for one in asked} == {
        ("all", "25", "7")
    }


def test_all_means_all_and_an_unsound_target_stops_no_other(
    fuzz, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import fuzz_targets

    target = fuzz_targets.Target("good", lambda: [b"seed"], lambda _data, _folder: None)
    unsound = fuzz_targets.Target("bad", lambda: [b"seed"], lambda _data, _folder: {}["missing"])
    monkeypatch.setattr(fuzz, "TARGETS", {"one": unsound, "two": target})
    assert fuzz.main(["--target", "all", "--executions", "10"]) == 1
    said = capsys.readouterr().out
    assert "one: an unchanged seed fails" in said
    assert "two: 10 executions" in said


def test_a_slow_machine_is_no_finding(fuzz, only, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for the processor has no fault; what waits for nothing has."""
    monkeypatch.setattr(fuzz, "STUCK_S", 0.2)
    monkeypatch.setattr(fuzz, "LOOK_S", 0.1)
    only(guarded(lambda: time.sleep(1)))
    assert fuzz.fuzz("one", executions=1, first=number_of_a_change(fuzz)) == []
    monkeypatch.setattr(fuzz, "WALL_S", 0.3)
    (found,) = fuzz.fuzz("one", executions=1, first=number_of_a_change(fuzz))
    assert found.what == "hang: no end in 0.2 s"


def test_json_stays_json_where_values_are_exchanged(fuzz) -> None:
    """Most inputs of a reader of JSON must come past the parser, or nothing behind it is tried."""
    target = fuzz.TARGETS["read-slack"]
    made = [fuzz.made(target, "read-slack", 0, n) for n in range(300)]
    assert sum(map(parses, made)) > 120
    assert len(set(made)) > 250


@pytest.mark.parametrize("name", ["read-", "geojson", "casefile", "record", "envelope", "pmtiles"])
def test_seeds_are_read_and_not_refused(fuzz, tmp_path: Path, name: str) -> None:
    """A seed that is refused at the door would leave what is behind it untried."""
    from fuzz_target import emptied

    for known, target in fuzz.TARGETS.items():
        if known.startswith(name):
            for data in target.seeds():
                target.run(data, emptied(tmp_path / "one"))
