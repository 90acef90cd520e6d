"""The case as a whole: made whole or not at all, opened again, run again."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from forensics.case import Case, NotCanonical, canonical, verify
from forensics.case.case import CASE_FORMAT
from forensics.errors import CaseError
from forensics.model import Original

SETTINGS = {"zone": "Asia/Shanghai", "by": None, "columns": {"time": "t"}}


@pytest.fixture
def make(tmp_path, now):
    def make_case(name="case", question="Where?", settings=SETTINGS) -> Case:
        return Case.open_or_create(
            tmp_path / name, question=question, settings=settings, who="me", now=now
        )

    return make_case


@pytest.fixture
def photo(tmp_path) -> Path:
    path = tmp_path / "photo"
    path.write_bytes(b"\xff\xd8\xff photo")
    return path


def test_a_new_case(make, tmp_path):
    case = make("a/b/case")
    assert (case.question, case.settings) == ("Where?", SETTINGS)
    assert sorted(path.name for path in case.root.iterdir()) == [
        "CHECK.md", "case.toml", "check.py", "originals", "record.jsonl", "record.lock", "tables",
    ]  # fmt: skip
    (entry,) = case.entries()
    assert (entry.kind, entry.who, entry.at) == ("open", "me", "2024-01-02T03:04:05Z")
    assert entry.body == {"format": CASE_FORMAT, "question": "Where?", "settings": SETTINGS}
    assert case.edited().question == "Where?"
    assert verify(case.root).ok
    assert [path.name for path in case.root.parent.iterdir()] == ["case"]


def test_equal_input_gives_equal_digests_and_files(make, photo, tmp_path, now):
    digests = []
    for name, who in (("one", "me"), ("two", "somebody else")):
        case = Case.create(
            tmp_path / name, question="Where?", settings=SETTINGS, who=who, now=lambda who=who: who
        )
        case.add_file(photo, "photo.jpg")
        ref = case.write_table("a.jsonl", [{"a": 1}])
        case.append("read", {"tables": [ref.as_json()]})
        digests.append((case.digest(), (case.root / "case.toml").read_bytes()))
    assert digests[0] == digests[1]
    assert case.head() != Case.open(tmp_path / "one").head()


def test_opened_again_with_the_same_words(make, photo):
    first = make()
    first.add_file(photo, "photo.jpg")
    again = make()
    assert again.originals() == first.originals()
    assert again.digest() == first.digest()


def test_an_empty_folder_is_as_good_as_none(make, tmp_path):
    (tmp_path / "case").mkdir()
    assert make().question == "Where?"


DIFFERENT = {
    "question": ({"question": "Who?"}, "holds a case with another question (Where?)"),
    "setting": (
        {"settings": {**SETTINGS, "zone": "UTC"}},
        'holds a case with other settings (zone: "Asia/Shanghai" there, "UTC" now)',
    ),
    "setting left out": (
        {"settings": {"zone": "Asia/Shanghai", "by": None}},
        'holds a case with other settings (columns: {"time":"t"} there, not set now)',
    ),
    "setting more": (
        {"settings": {**SETTINGS, "x": 1}},
        "holds a case with other settings (x: not set there, 1 now)",
    ),
}


@pytest.mark.parametrize(("change", "what"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_other_words_are_refused(make, change, what):
    root = make().root
    before = (root / "record.jsonl").read_bytes()
    with pytest.raises(CaseError) as caught:
        make(**change)
    assert caught.value.line() == f"{root}: {what}; choose another --out"
    assert (root / "record.jsonl").read_bytes() == before


def test_create_does_not_touch_what_is_there(make, tmp_path, now):
    root = make().root
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for path in (root, tmp_path / "file", tmp_path / "link"):
        with pytest.raises(CaseError, match="exists already; choose another folder"):
            Case.create(path, question="Q", settings={}, who="", now=now)
    with pytest.raises(CaseError, match="is no case"):
        make("file")
    assert not (tmp_path / "elsewhere").exists()


def test_a_bad_setting_leaves_nothing(make, tmp_path):
    with pytest.raises(NotCanonical):
        make(settings={"a": 0.5})
    with pytest.raises(CaseError, match="null inside a list"):
        make(settings={"a": [None]})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_refuses_leaves_nothing(make, tmp_path, monkeypatch, number):
    def fail(*_args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", fail)
    with pytest.raises(CaseError) as caught:
        make()
    assert "\n" not in caught.value.line()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk(tiny_disk, tmp_path, now):
    case = Case.create(tiny_disk / "case", question="Q", settings={}, who="", now=now)
    large = tmp_path / "large"
    large.write_bytes(bytes(100_000))
    with pytest.raises(CaseError, match="no space left on the disk; free some space"):
        case.add_file(large, "large")
    assert verify(case.root).ok
    assert case.originals() == ()


READ_ONLY = """
import os, sys
from pathlib import Path
from forensics.case import Case
from forensics.errors import CaseError
os.setgid(65534)
os.setuid(65534)
now = lambda: "now"
for job in (
    lambda: Case.open(Path(sys.argv[1]), who="x", now=now).append("note", {}),
    lambda: Case.create(Path(sys.argv[1]) / "x/case", question="Q", settings={}, who="", now=now),
):
    try:
        job()
    except CaseError as error:
        print(error.line())
print(Case.open(Path(sys.argv[1])).question)
"""


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="root may become nobody")
def test_a_folder_of_somebody_else_can_be_read_but_not_written(tmp_path_factory, now, root):
    shelf = tmp_path_factory.mktemp("shelf")
    case = Case.create(shelf / "case", question="Where?", settings={}, who="", now=now)
    for folder in [shelf, *shelf.parents[:3]]:
        folder.chmod(0o755)
    command = [sys.executable, "-c", READ_ONLY, case.root]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    first, second, third = done.stdout.splitlines()
    assert "permission denied" in first
    assert "permission denied" in second
    assert third == "Where?"


def test_an_interrupted_creation_can_be_done_again(make, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            make()
    assert list(tmp_path.iterdir()) == []
    assert make().question == "Where?"


# ---- originals ---------------------------------------------------------------------------------


def test_add_file(make, photo):
    case = make()
    found = case.add_file(photo, "../in/photo.jpg", how="by hand", received_from="a \udcff")
    assert found == Original(
        found.sha256, 9, "image/jpeg", "../in/photo.jpg",
        received_from="a \\udcff", how="by hand",
    )  # fmt: skip
    assert case.path_of(found.sha256).read_bytes() == photo.read_bytes()
    assert case.last("ingest").body["received_at"] is None
    assert Case.open(case.root).originals() == (found,)
    assert sorted(path.name for path in case.root.parent.iterdir()) == ["case", "photo"]


def test_adding_again_adds_nothing_but_a_new_claim_or_name_adds_a_line(make, photo):
    case = make()

    def lines() -> int:
        return sum(entry.kind == "ingest" for entry in case.entries())

    first = case.add_file(photo, "a.jpg", note="one")
    assert case.add_file(photo, "a.jpg", note="one") == first
    assert case.add_file(photo, "a.jpg") == first
    assert lines() == 1
    other_claim = case.add_file(photo, "a.jpg", note="two")
    assert lines() == 2
    assert case.originals() == (other_claim,)
    other_name = case.add_file(photo, "B.jpg")
    assert lines() == 3
    assert case.originals() == (other_name, other_claim)
    assert len(list((case.root / "originals").glob("*/*"))) == 1
    assert verify(case.root).ok


def test_an_original_that_is_gone(make, photo):
    case = make()
    found = case.add_file(photo, "a.jpg")
    case.path_of(found.sha256).unlink()
    with pytest.raises(CaseError, match="no such original"):
        case.path_of(found.sha256)


def test_a_name_that_is_no_text_in_the_file_system(make, tmp_path):
    name = os.fsdecode(b"caf\xe9\n\x1b[31m.jpg")
    path = tmp_path / name
    path.write_bytes(b"x")
    case = make()
    assert case.add_file(path, name).name_as_received == "caf\\udce9\n\x1b[31m.jpg"
    assert case.add_file(path, name) == case.originals()[0]
    assert verify(case.root).ok


# ---- record and stages -------------------------------------------------------------------------


def test_for_reading_only(finished, photo, write_posts):
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*")}
    case = Case.open(finished)
    for job in (lambda: case.append("note", {}), lambda: case.add_file(photo, "a")):
        with pytest.raises(CaseError, match="opened for reading only"):
            job()
    assert {path: path.stat().st_mtime_ns for path in finished.rglob("*")} == before


def test_a_torn_line_is_seen_when_reading_and_set_aside_when_writing(finished, now):
    with (finished / "record.jsonl").open("ab") as handle:
        handle.write(b'{"at":"20')
    reading = Case.open(finished)
    assert reading.torn_bytes == 9
    assert not (finished / "aside").exists()
    writing = Case.open(finished, who="me", now=now)
    assert writing.torn_bytes == 0
    assert writing.last("recover").body["files"][0]["size"] == 9
    assert verify(finished).ok


def test_last_and_stages(finished, now):
    case = Case.open(finished, who="me", now=now)
    assert case.last("read").body["rows_read"] == 100
    assert case.last("seal") is None
    assert case.stage_done("read", "k1") == case.last("read")
    assert case.stage_done("read", "other") is None
    assert case.stage_done("weigh", "k1") is None
    assert case.stage_done("report", "k2") == case.last("report")
    case.append("read", {"key": "k3", "tables": [3, {}]})
    assert case.stage_done("report", "k2") is not None


CHANGED = {
    "table changed": ("read", "k1", "tables/images.jsonl", b"{}\n"),
    "table gone": ("read", "k1", "tables/posts.parquet", None),
    "report changed": ("report", "k2", "../report.html", b"x"),
}


@pytest.mark.parametrize(("kind", "key", "name", "data"), CHANGED.values(), ids=CHANGED.keys())
def test_a_stage_whose_work_is_gone_is_done_again(finished, kind, key, name, data):
    path = finished / name
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    assert Case.open(finished).stage_done(kind, key) is None


def test_a_stage_in_a_hostile_record_is_done_again(make):
    case = make()
    for number, item in enumerate(
        [{"name": "../../x", "sha256": "a" * 64}, {"sha256": "a" * 64}, {}, "x"]
    ):
        case.append("read", {"key": str(number), "tables": [item]})
        assert case.stage_done("read", str(number)) is None
        case.append("report", {"key": str(number), "files": [item]})
        assert case.stage_done("report", str(number)) is None


def test_file_ref(finished):
    case = Case.open(finished)
    assert case.file_ref(finished / ".." / "report.html").path == "../report.html"
    assert case.file_ref(finished / "check.py").path == "check.py"
    with pytest.raises(CaseError, match="outside the output folder"):
        case.file_ref(Path("/etc/hostname"))


def test_tables_through_the_case(finished):
    case = Case.open(finished)
    assert next(case.read_table("images.jsonl"))["name"] == "photo.jpg"


def test_one_run_at_a_time_and_what_a_crash_left_is_removed(finished, now):
    one, other = Case.open(finished, now=now), Case.open(finished, now=now)
    left = [finished / "originals/.received.1-0.part", finished / "tables/.a.jsonl.1-0.part"]
    for path in left:
        path.write_bytes(b"half")
    (finished / "tables/.sort.x").mkdir()
    assert not verify(finished).ok
    with one.exclusively():
        assert verify(finished).ok
        one.append("note", {})
        with (
            pytest.raises(
                CaseError, match=r"another command is writing to this case \(process \d+, since"
            ),
            other.exclusively(wait_s=0),
        ):
            pytest.fail("two runs")
    with other.exclusively():
        pass


NO_CASE = {
    "no record": lambda root: (root / "record.jsonl").unlink(),
    "no lines": lambda root: (root / "record.jsonl").write_bytes(b""),
    "no open line": lambda root: rewrite(root, kind="note"),
    "no question": lambda root: rewrite(root, body={"format": 1, "settings": {}}),
    "newer layout": lambda root: rewrite(root, body={"format": 2, "settings": {}, "question": "Q"}),
    "gone": shutil.rmtree,
}


def rewrite(root: Path, **changes) -> None:
    """Leave one line in the record, changed."""
    path = root / "record.jsonl"
    first = canonical.loads(path.read_bytes().split(b"\n")[0])
    path.write_bytes(canonical.dumps({**first, **changes}) + b"\n")


@pytest.mark.parametrize("damage", NO_CASE.values(), ids=NO_CASE.keys())
def test_what_is_no_case_is_not_opened(finished, damage):
    damage(finished)
    with pytest.raises(CaseError) as caught:
        Case.open(finished)
    assert "\n" not in caught.value.line()


def test_an_ingest_line_without_a_hash_is_not_opened(make):
    case = make()
    case.append("ingest", {"sha256": "../../etc/passwd"})
    with pytest.raises(CaseError, match="line 2 is no proper ingest line"):
        Case.open(case.root)
