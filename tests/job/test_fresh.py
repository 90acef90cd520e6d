"""A first try that is refused leaves nothing behind; what was begun rightly stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from forensics import run
from forensics.case import Case
from forensics.errors import CaseError, ReadError, UsageError
from forensics.job.fresh import taken_back_if_refused
from forensics.job.settings import RunSettings

NOW = "2025-08-01T00:00:00Z"


def made(root: Path) -> Case:
    return Case.create(root, question="q", settings={}, who="a", now=lambda: NOW)


def fails(root: Path, error: BaseException, *, read: bool = False) -> None:
    """Make a case there, with a reading if it is said so, and fail."""
    with taken_back_if_refused(root):
        case = made(root)
        if read:
            case.append("read", {})
        raise error


@pytest.mark.parametrize("settings", [RunSettings(), RunSettings(by="nowhere")])
def test_refused_inputs_leave_no_case_and_no_folder(tmp_path: Path, settings: RunSettings) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text("" if settings.by is None else "account,time\na,2024-03-05T09:12:44Z\n")
    for _ in range(2):  # the second try hears the same: it is not told of the first
        with pytest.raises(ReadError, match=r"is empty|no file has a column 'nowhere'"):
            run([posts], tmp_path / "out", settings)
        assert not (tmp_path / "out").exists()
    assert posts.exists()


def test_a_folder_with_other_things_stays(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(UsageError):
        fails(tmp_path / "case", UsageError("refused"))
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


@pytest.mark.parametrize("error", [CaseError("full"), KeyboardInterrupt()])
def test_a_case_stays_that_can_be_gone_on_with(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        fails(tmp_path / "case", error)
    assert Case.open(tmp_path / "case").question == "q"


def test_a_case_that_was_there_or_holds_a_reading_stays(tmp_path: Path) -> None:
    made(tmp_path / "old")
    with pytest.raises(ReadError), taken_back_if_refused(tmp_path / "old"):
        raise ReadError("refused")
    with pytest.raises(ReadError):
        fails(tmp_path / "new", ReadError("refused"), read=True)
    assert {path.name for path in tmp_path.iterdir()} == {"new", "old"}


def test_a_file_is_no_folder_for_the_report(tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text("account,time\na,2024-03-05T09:12:44Z\n")
    with pytest.raises(UsageError, match=r"is not a folder; choose another --out"):
        run([posts], posts)
    assert posts.stat().st_size
