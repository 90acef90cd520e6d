"""House rules on documents: what they tell people to type exists, and the reference is current."""

from __future__ import annotations

import inspect
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`((?:gnomon|make) [^`\n]+)`")


@pytest.fixture(scope="module")
def commands() -> dict[str, Any]:
    """Verb -> command object of the command line."""
    import typer

    from forensics.verbs.main import app

    group: Any = typer.main.get_command(app)
    return dict(group.commands)


def flags_of(command: Any) -> set[str]:
    """Every option a verb takes."""
    flags = {flag for one in command.params for flag in (*one.opts, *one.secondary_opts)}
    return flags | {"--help", "-h"}


def command_lines(text: str) -> list[str]:
    """Lines in code blocks, and code spans, that call gnomon, cli.py or make; comments cut off."""
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    lines += SPAN.findall(BLOCK.sub("", text))
    cleaned = [re.sub(r"\s+#.*$", "", line.strip().removeprefix("$ ")) for line in lines]
    return [line for line in cleaned if re.match(r"(gnomon|make|python3? cli\.py)(\s|$)", line)]


def wrong_words(line: str, commands: dict[str, Any], targets: set[str]) -> list[str]:
    """Words of a command line that do not exist: verbs, options, make targets."""
    words = shlex.split(line.replace("…", "X").replace("[", "").replace("]", ""))
    if words[0] == "make":
        return [word for word in words[1:] if "=" not in word and word not in targets]
    words = words[2:] if words[0].startswith("python") else words[1:]
    if not words or words[0] in {"--help", "-h", "--version"}:
        return []
    if words[0] not in commands:
        return [words[0]]
    flags = {word.split("=")[0] for word in words[1:] if re.match(r"--?[a-z]", word)}
    return sorted(flags - flags_of(commands[words[0]]))


def make_targets(root: Path) -> set[str]:
    text = (root / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][\w-]*):", text, re.MULTILINE))


def test_wrong_words_are_seen(commands: dict[str, Any]) -> None:
    assert wrong_words("gnomon nosuchverb x", commands, set()) == ["nosuchverb"]
    assert wrong_words("gnomon run x --nosuch 1", commands, set()) == ["--nosuch"]
    assert wrong_words("make nosuch", commands, {"test"}) == ["nosuch"]
    assert not wrong_words('gnomon run a.csv --out reports/x --question "why?"', commands, set())
    assert command_lines("```\n$ gnomon run a  # why\nls\n```\nand `make test` too") == [
        "gnomon run a",
        "make test",
    ]


def test_commands_in_documents_exist(
    root: Path, project_text: dict[str, str], commands: dict[str, Any]
) -> None:
    targets = make_targets(root)
    wrong = [
        f"{name}: {line!r}: {words}"
        for name, text in project_text.items()
        if name.endswith(".md")
        for line in command_lines(text)
        if (words := wrong_words(line, commands, targets))
    ]
    assert not wrong, f"documents tell people to type what does not exist: {wrong}"
    assert command_lines(project_text["README.md"]), "the README shows no command"


def test_every_verb_has_help_with_an_example_that_is_right(commands: dict[str, Any]) -> None:
    for verb, command in commands.items():
        text = inspect.cleandoc(command.help or "")
        example = re.search(r"^Examples?: +(gnomon .+?)$", text, re.MULTILINE)
        assert example, f"gnomon {verb}: the help ends with `Example: gnomon {verb} ...`"
        assert example.group(1).split()[1] == verb
        assert not wrong_words(example.group(1), commands, set())
        for parameter in command.params:
            assert parameter.help, f"gnomon {verb}: {parameter.name} has no help"


def test_help_of_every_verb_fits_80_columns(commands: dict[str, Any]) -> None:
    from typer.testing import CliRunner

    from forensics.verbs.main import app

    for words in ([], *([verb] for verb in commands)):
        done = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80", "TERM": "dumb"})
        assert done.exit_code == 0
        assert max(len(line) for line in done.stdout.splitlines()) <= 80
        assert "…" not in done.stdout, f"gnomon {' '.join(words)}: help is cut off at 80 columns"


def test_verbs_that_print_take_json(commands: dict[str, Any]) -> None:
    silent = {"demo": "runs the main job; `gnomon run --json` prints the same"}
    for verb, command in commands.items():
        assert verb in silent or "--json" in flags_of(command), f"gnomon {verb} has no --json"


def test_the_command_line_reference_is_up_to_date(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, root / "tools" / "make_cli_reference.py", "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"run `make cli-docs`: {done.stdout}{done.stderr}"


def test_every_verb_is_one_thin_file(root: Path, commands: dict[str, Any]) -> None:
    for verb in commands:
        path = root / "forensics" / "verbs" / f"{verb.replace('-', '_')}.py"
        assert path.is_file(), f"gnomon {verb} lives in forensics/verbs/{verb}.py"


def test_versions_agree(root: Path) -> None:
    import tomllib

    from forensics import __version__

    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["project"]["dynamic"] == ["version"]
    assert settings["tool"]["hatch"]["version"]["path"] == "forensics/version.py"
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{__version__}]" in changes
