"""The zip: redacted unless a reason is given; the whole one passes verification."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from forensics.case.refs import FileRef
from forensics.case.verify import verify
from forensics.errors import UsageError
from forensics.export import handover
from forensics.export.handed import Handed
from forensics.export.zipping import DATE
from forensics.job.exporting import export

from .conftest import KNOWN_TEXT


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as whole:
        entries = whole.infolist()
        names = [entry.filename for entry in entries]
        assert names == sorted(set(names))
        for entry in entries:
            parts = PurePosixPath(entry.filename).parts
            assert ".." not in parts
            assert not entry.filename.startswith("/")
            assert "\\" not in entry.filename
            assert entry.date_time == DATE
        return {name: whole.read(name) for name in names}


def test_redacted_by_default(fresh: Handed, tmp_path: Path) -> None:
    (path,) = handover.write(fresh, tmp_path / "out" / "case.zip")
    members = _members(path)
    assert [item.name for item in path.parent.iterdir()] == ["case.zip"]
    assert not [name for name in members if "originals" in name or "report" in name]
    whole = path.read_bytes()
    for needle in (KNOWN_TEXT, "chess corner", "demo-a01", "demo-w01", "harbour_evening", "evil"):
        assert needle.encode() not in whole
    raw = b"".join(file.read_bytes() for file in (fresh.case.root / "originals").rglob("*")
                   if file.is_file())  # fmt: skip
    assert KNOWN_TEXT.encode() in raw
    for item in fresh.case.originals():
        head = next((fresh.case.root / "originals").rglob(f"{item.sha256}*")).read_bytes()[:400]
        assert head not in whole
    left = json.loads(members["left_out.json"])
    assert left["digest"] == fresh.digest
    assert left["originals_left_out"] == len({item.sha256 for item in fresh.case.originals()})
    assert fresh.digest.encode() in members["README.txt"]


def test_equal_bytes(fresh: Handed, tmp_path: Path) -> None:
    for redact in (True, False):
        first = handover.write(fresh, tmp_path / "1.zip", redact=redact)[0].read_bytes()
        again = handover.write(fresh, tmp_path / "2.zip", redact=redact)[0].read_bytes()
        assert first == again


def test_a_redacted_copy_without_seals_verifies_as_nothing(fresh: Handed, tmp_path: Path) -> None:
    handover.write(fresh, tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as whole:
        whole.extractall(tmp_path / "copy")
    report = verify(tmp_path / "copy")
    assert not report.ok
    assert {check.status for check in report.checks} == {"not_checked"}
    assert "no seal over this state" in (tmp_path / "copy/README.txt").read_text()
    assert not (tmp_path / "copy/proofs").exists()


def test_what_was_left_out_can_be_shown_later(fresh: Handed, tmp_path: Path) -> None:
    """Hashes of files, the head of the record, and the tables made once more from the full case."""
    members = _members(handover.write(fresh, tmp_path / "x.zip")[0])
    left = json.loads(members["left_out.json"])
    root = fresh.case.root
    for one in left["files_left_out"]:
        path = (root if one["in"] == "case" else root.parent) / one["path"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == one["sha256"]
    lines = (root / "record.jsonl").read_bytes().splitlines()
    assert hashlib.sha256(lines[left["lines"] - 1]).hexdigest() == left["head"]
    fresh.case.append("note", {"text": "later"})
    later = _members(handover.write(fresh, tmp_path / "y.zip")[0])
    assert later["record_lines.jsonl"].startswith(members["record_lines.jsonl"])
    tables = [name for name in members if name.startswith("tables/")]
    assert tables
    assert all(later[name] == members[name] for name in tables)


def test_the_whole_zip_passes_verification(fresh: Handed, tmp_path: Path) -> None:
    handover.write(fresh, tmp_path / "x.zip", redact=False)
    assert "report.html" in _members(tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as whole:
        whole.extractall(tmp_path / "copy")
    report = verify(tmp_path / "copy" / "case")
    assert report.ok, report.misfits
    assert report.digest == fresh.digest


def test_leaving_everything_in_needs_a_reason(fresh: Handed, tmp_path: Path) -> None:
    for reason in ("", "  "):
        with pytest.raises(UsageError, match="reason"):
            export(fresh.case, "zip", tmp_path / "x.zip", redact=False, reason=reason)
    assert not (tmp_path / "x.zip").exists()
    export(fresh.case, "zip", tmp_path / "x.zip", redact=False, reason="court order 7")
    line = fresh.case.last("export")
    assert line is not None
    assert line.body["reason"] == "court order 7"
    assert line.body["redacted"] is False


def test_a_record_reaches_no_file_outside(fresh: Handed, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("s3cr3t")
    around = fresh.case.root.parent
    (around / "README.txt").write_text("mine")
    (around / "plain.txt").write_text("plain")
    (around / "link.txt").symlink_to(secret)
    names = [f"..//{secret.as_posix().lstrip('/')}", f"../{secret}", "../link.txt"]
    names += ["../README.txt", "../case/record.jsonl", "../plain.txt", "../../secret.txt"]
    files = [FileRef(name, "0" * 64, 1).as_json() for name in names]
    fresh.case.append("report", {"files": list(files)})
    found = dict(handover.beside(fresh))
    assert "plain.txt" in found
    assert not {"README.txt", "link.txt", "case/record.jsonl"} & set(found)
    assert all(path.resolve().parent == around.resolve() for path in found.values())
    handover.write(fresh, tmp_path / "x.zip", redact=False)
    assert b"s3cr3t" not in (tmp_path / "x.zip").read_bytes()
    assert _members(tmp_path / "x.zip")["plain.txt"] == b"plain"
