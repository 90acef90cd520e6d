"""The guided fuzzer with a stand-in for the engine, which is no part of the tests."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def guided(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TOOLS)
    import fuzz_guided as found

    return found


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Keeps the words it is given and runs three inputs."""
    made = SimpleNamespace()

    def instrument_imports(include: list[str]) -> object:
        return nullcontext(include)

    def setup(words: list[str], once) -> None:
        made.words, made.once = words, once

    made.instrument_imports = instrument_imports
    made.Setup = setup
    made.Fuzz = lambda: [made.once(data) for data in (b"", b"{", b'{"question": 1}')]
    monkeypatch.setitem(sys.modules, "atheris", made)  # type: ignore[arg-type]
    return made


def asked(tmp_path: Path, target: str = "casefile") -> list[str]:
    places = ["--corpus", str(tmp_path / "corpus"), "--findings", str(tmp_path / "found")]
    return ["--target", target, "--executions", "3", *places]


def test_without_the_engine_one_line_says_what_to_install(guided, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "atheris", None)
    assert guided.main(asked(tmp_path)) == 2
    assert capsys.readouterr().err == "Coverage guidance needs atheris: pip install atheris\n"
    assert not list(tmp_path.iterdir())


def test_answers_are_no_findings_and_limits_are_set(guided, engine, tmp_path) -> None:
    assert guided.main(asked(tmp_path)) == 0
    assert {path.read_bytes()[:8] for path in (tmp_path / "corpus").iterdir()} == {b"question"}
    told = dict(word.split("=", 1) for word in engine.words[2:])
    assert (told["-runs"], told["-timeout"]) == ("3", "2")
    assert guided.MEMORY_MB < int(told["-rss_limit_mb"]) < guided.MEMORY_MB + 4_000


def test_any_other_error_is_one(guided, engine, tmp_path, monkeypatch) -> None:
    import fuzz_targets

    broken = fuzz_targets.Target("a test", list, lambda _data, _folder: {}["missing"])
    monkeypatch.setitem(fuzz_targets.TARGETS, "one", broken)
    with pytest.raises(KeyError):
        guided.main(asked(tmp_path, "one"))


def test_a_target_that_is_none_is_named(guided, engine, tmp_path, capsys) -> None:
    assert guided.main(asked(tmp_path, "nothing")) == 2
    assert "No target 'nothing'" in capsys.readouterr().err
