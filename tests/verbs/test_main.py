"""The command as a user types it: exit codes, one-line errors, nothing lost."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from forensics import __version__
from forensics.errors import CaseError, UsageError
from forensics.verbs import demo as demo_verb
from forensics.verbs import main as verbs
from forensics.verbs.demo import demo_files
from forensics.verbs.main import SUMMARY, app
from forensics.verbs.run import as_given

GNOMON = [sys.executable, "-m", "forensics.verbs.main"]


def gnomon(*words: object, **named: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GNOMON, *map(str, words)], capture_output=True, text=True, check=False, **named
    )  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    lines = (demo_files() / "western.csv").read_bytes().splitlines(keepends=True)
    path = tmp_path / "posts.csv"
    path.write_bytes(b"".join(lines[:200]))
    return path


def test_version_and_help() -> None:
    assert gnomon("--version").stdout.startswith("gnomon 0.")
    page = gnomon("--help").stdout
    assert " ".join(page.split()).find(SUMMARY[:40]) > 0
    for verb in ("run", "hours", "image", "verify", "demo"):
        assert f" {verb} " in page


@pytest.mark.slow
def test_run_prints_conclusions_and_paths_and_warns_on_stderr(posts: Path, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "out"), "--by", "crew")
    done = gnomon("run", posts, *out)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("A: ")
    assert str(tmp_path / "out" / "report.html") in done.stdout
    again = CliRunner().invoke(app, ["run", str(posts), *out, "--json"])
    assert json.loads(again.stdout)["schema"] == "gnomon.summary/1"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["run", "nothing.csv", "--out", "out"], 1, "nothing.csv"),
        (["run", "--out", "out"], 2, "Missing argument"),
        (["hours", "nothing.csv"], 1, "nothing.csv"),
        (["image", "nothing.jpg"], 1, "nothing.jpg"),
        (["verify", "nowhere"], 2, "nowhere"),
        (["run", "nothing.csv", "--out", "out", "--map", "account"], 2, "--map"),
        (["run", "nothing.csv", "--out", "out", "--assume-zone", "Mars/Base"], 1, "Mars/Base"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_errors_are_one_line_with_the_right_status(
    words: list[str],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["gnomon", *words])
    with pytest.raises(SystemExit) as ended:
        verbs.main()
    assert ended.value.code == code
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told
    if code == 1:
        assert len(told.strip().splitlines()) == 1
    assert not list(tmp_path.rglob("*.html"))


def test_a_time_that_is_none_is_refused(posts: Path, tmp_path: Path) -> None:
    done = gnomon("run", posts, "--out", tmp_path / "out", "--at", "yesterday")
    assert done.returncode == 1
    assert "yesterday" in done.stderr
    assert as_given("2025-08-01T12:00:00+08:00")() == "2025-08-01T04:00:00Z"


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_error(posts: Path) -> None:
    with subprocess.Popen(
        [*GNOMON, "hours", str(posts), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on(tmp_path: Path, thin_demo: Path) -> None:
    words = [
        *GNOMON, "run", str(thin_demo / "western.csv"), str(thin_demo / "photos"),
        "--out", str(tmp_path / "out"), "--by", "crew",
    ]  # fmt: skip
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for _ in range(600):
            if (tmp_path / "out" / "case" / "record.jsonl").exists():
                break
            time.sleep(0.05)
        process.send_signal(2)
        _, errors = process.communicate()
    if process.returncode == 0:
        pytest.skip("it was done before the signal came")
    # Python itself ends by the signal (-2) where it came inside an exec, as while importing.
    assert process.returncode in {130, -2}, errors.decode()[-2000:]
    assert b"run the same command again" in errors
    assert b"Traceback" not in errors
    again = subprocess.run(words, capture_output=True, check=False)
    assert again.returncode == 0, again.stderr


def test_the_checkout_can_be_started_without_installing(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "cli.py", "--version"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert done.stdout.startswith("gnomon 0.")


@pytest.mark.slow
def test_the_demonstration_says_where_everything_is(tmp_path: Path) -> None:
    done = gnomon("demo", "--out", tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("A: ")
    for word in ("report.html", "map.html", "summary.json", "TRUTH.json"):
        assert word in done.stdout


@pytest.mark.slow
def test_the_verbs_inside_one_process(
    posts: Path, tmp_path: Path, thin_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["run", str(posts), "--out", str(tmp_path / "out"), "--by", "crew"]
    done = CliRunner().invoke(app, [*words, "--at", "2025-01-01T00:00:00Z", "--who", "reviewer"])
    assert done.exit_code == 0
    assert "report  " in done.stdout
    record = (tmp_path / "out" / "case" / "record.jsonl").read_text(encoding="utf-8")
    assert record.count('"at":"2025-01-01T00:00:00Z"') == record.count('"who":"reviewer"') > 3
    monkeypatch.setattr(demo_verb, "demo_files", lambda: thin_demo)
    demo = CliRunner().invoke(app, ["demo", "--out", str(tmp_path / "demo")])
    assert demo.stdout.startswith("A: ")
    assert CliRunner().invoke(app, ["--version"]).stdout == f"gnomon {__version__}\n"


@pytest.mark.parametrize(
    ("raised", "code", "line"),
    [
        (UsageError("no"), 2, "gnomon: no\n"),
        (CaseError("bad\x1b[2J", where="x"), 1, "gnomon: x: bad\ufffd[2J\n"),
        (SystemExit(130), 130, "gnomon: interrupted; run the same command again\n"),
        (
            KeyboardInterrupt(),
            130,
            "gnomon: interrupted; run the same command again\n",
        ),
        (SystemExit(0), 0, ""),
    ],
)
def test_every_end_has_its_status(
    raised: BaseException,
    code: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def end() -> None:
        raise raised

    monkeypatch.setattr(verbs, "app", end)
    with pytest.raises(SystemExit) as caught:
        verbs.main()
    assert caught.value.code == code
    assert capsys.readouterr().err == line


def test_a_defect_is_told_by_its_place_not_by_the_text_of_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def end() -> None:
        raise RuntimeError("\x1b[31m from a file")

    monkeypatch.setattr(verbs, "app", end)
    monkeypatch.delenv("GNOMON_TRACEBACK", raising=False)
    with pytest.raises(SystemExit) as caught:
        verbs.main()
    assert caught.value.code == verbs.DEFECT
    told = capsys.readouterr().err
    assert re.search(r"main\.py, line \d+: RuntimeError, a defect of Gnomon", told)
    assert "\x1b" not in told
    assert "from a file" not in told
    monkeypatch.setenv("GNOMON_TRACEBACK", "1")
    with pytest.raises(RuntimeError):
        verbs.main()


def test_a_damaged_installation_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(demo_verb, "__file__", str(tmp_path / "a" / "b" / "demo.py"))
    with pytest.raises(CaseError, match="reinstall"):
        demo_files()


def test_help_leaves_the_breaking_of_lines_to_the_terminal() -> None:
    from typer.main import get_command

    commands = vars(get_command(app))["commands"]
    assert {"run", "id", "import-boundaries", "count"} <= set(commands)
    for name, command in commands.items():
        paragraphs = (command.help or "").split("\n\n")
        assert len(paragraphs) > 1, name
        assert not [part for part in paragraphs if "\n" in part or not part.strip()], name
