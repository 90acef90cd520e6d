"""What a first user meets: full disks, closed streams, slips in names, and where help then is."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from forensics.case.files import disk_refusal
from forensics.errors import CaseError, ForensicsError, UsageError
from forensics.evaluate.labels import read_labels
from forensics.job.ask.about_places import _lines, ask_places
from forensics.verbs import main as verbs
from forensics.verbs.console import mapping
from forensics.verbs.main import app

CLI = CliRunner()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "x", "/d/posts.csv"), "/d/posts.csv: no space left on the disk"),
        (OSError(errno.ENOSPC, "x"), "stdout or the folder for temporary files (TMPDIR): no space"),
        (PermissionError(errno.EACCES, "x", "/d/a"), "/d/a: permission denied"),
        (OSError(errno.EROFS, "x", "/d/a"), "/d/a: the file system is read-only"),
    ],
)
def test_what_the_disk_refuses_is_no_defect(
    error: OSError,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refused() -> None:
        raise error

    monkeypatch.setattr(verbs, "app", refused)
    with pytest.raises(SystemExit) as done:
        verbs.main()
    told = capsys.readouterr().err
    assert done.value.code == 1
    assert told.startswith(f"gnomon: {says}")
    assert told.count("\n") == 1


def test_other_errors_of_the_system_stay_defects(monkeypatch: pytest.MonkeyPatch) -> None:
    assert disk_refusal(OSError(errno.EBADF, "x")) is None
    assert isinstance(disk_refusal(OSError(errno.EIO, "x")), CaseError)

    def wrong() -> None:
        raise OSError(errno.EBADF, "x")

    monkeypatch.delenv("GNOMON_TRACEBACK", raising=False)
    monkeypatch.setattr(verbs, "app", wrong)
    with pytest.raises(SystemExit) as done:
        verbs.main()
    assert done.value.code == verbs.DEFECT


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_and_a_closed_stdin_as_the_shell_gives_them() -> None:
    words = [sys.executable, "-m", "forensics.verbs.main", "id", "1050118621198921728"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("gnomon: stdout or ")
    key = [*words[:3], "seal", "--new-key", "nowhere/key"]
    shut = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *key], capture_output=True, text=True, check=False
    )
    assert shut.returncode == 2
    assert "nobody can be asked" in shut.stderr


@pytest.mark.parametrize("asked", ["notes.txt", "exports/posts.CSV", "."])
def test_a_slip_in_a_file_name_is_not_searched_as_a_text(asked: str) -> None:
    with pytest.raises(UsageError, match="is no file"):
        list(ask_places(asked))


@pytest.mark.parametrize("asked", ["Yancheng", "see notes.txt", "https://example.org/a.html"])
def test_texts_stay_texts(asked: str) -> None:
    assert list(_lines(asked)) == [(1, asked)]


def test_a_column_may_have_commas_in_its_name() -> None:
    assert mapping(["time=Date, local,account = who"]) == {"time": "Date, local", "account": "who"}


def test_labels_are_a_file_and_units_are_named(tmp_path: Path) -> None:
    with pytest.raises(ForensicsError, match="is a folder; name the file of labels"):
        read_labels(tmp_path, tmp_path / "scratch")
    posts = tmp_path / "posts.csv"
    posts.write_text("account,time\n" + "".join(f"u{n},{1_700_000_000 + n}\n" for n in range(10)))
    done = CLI.invoke(app, ["hours", str(posts), "--account", "nobody"])
    assert "there are 'u0', 'u1'," in str(done.exception)
    assert "'u7' and 2 more" in str(done.exception)


def test_read_says_why_no_row_was_read(tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text("account,time\n" + "a,2024-03-05 09:12\n" * 3)
    done = CLI.invoke(app, ["read", str(posts)])
    assert done.exit_code == 1
    first, second = done.stdout.splitlines()
    assert first.startswith("posts.csv: csv, 0 of 3 rows")
    assert second == "  refused: 3 naive_time; --explain shows rows and remedy"


def test_the_demonstration_prints_its_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.json"
    summary.write_text('{"unit": "\N{LATIN SMALL LETTER E WITH ACUTE}"}\n', encoding="utf-8")
    monkeypatch.setattr("forensics.job.run.run", lambda *_, **__: SimpleNamespace(summary=summary))
    done = CLI.invoke(app, ["demo", "--json", "--out", str(tmp_path)])
    assert json.loads(done.stdout) == {"unit": "\N{LATIN SMALL LETTER E WITH ACUTE}"}
    assert done.stdout.isascii()
