"""Whatever is done to a case is caught by `verify` and by `check.py`, or is said not to be.

It is long because it is one table of attacks, to be read from end to end for what is missing.
Each entry of the table: what is done, which check of `verify` must fail, and words that must stand
in what it says. `check.py` runs as a stranger would run it.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from forensics.case import Case, canonical, check, verify
from forensics.case.walk import MISFITS_KEPT, Walk, walk_record
from forensics.errors import CaseError

CHECK_PY = Path(check.__file__)
Damage = Callable[[Path], object]


def stranger(root: Path) -> tuple[int, str]:
    """Run check.py on a case; gives its exit status and what it printed."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [str(CHECK_PY), str(root)])
        with pytest.raises(SystemExit) as caught:
            runpy.run_path(str(CHECK_PY), run_name="__main__")
    return int(str(caught.value.code)), out.getvalue()


def original(root: Path, number: int = 0) -> Path:
    return sorted((root / "originals").glob("??/*"))[number]


def flip(path: Path, byte: int) -> None:
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[byte] ^= 1
    path.write_bytes(data)


def lines(root: Path) -> list[bytes]:
    return (root / "record.jsonl").read_bytes().split(b"\n")[:-1]


def put(root: Path, new: list[bytes]) -> None:
    (root / "record.jsonl").write_bytes(b"".join(line + b"\n" for line in new))


def edit(number: int, change: Callable[[bytes], bytes]) -> Damage:
    def job(root: Path) -> None:
        old = lines(root)
        new = change(old[number])
        assert new != old[number]
        put(root, [*old[:number], new, *old[number:][1:]])

    return job


def order(*numbers: int) -> Damage:
    return lambda root: put(root, [lines(root)[number] for number in numbers])


def swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda line: line.replace(old, new, 1)


def rechained(root: Path, number: int, **changes: object) -> None:
    """Change one line and make every later line fit: what a patient forger would do."""
    previous, out = "0" * 64, []
    for place, line in enumerate(lines(root)):
        value = json.loads(line)
        if place == number:
            value["body"] = {**value["body"], **changes}
        value["prev"] = previous
        out.append(canonical.dumps(value))
        previous = hashlib.sha256(out[-1]).hexdigest()
    put(root, out)


def add_file(name: str) -> Damage:
    def job(root: Path) -> None:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"new")

    return job


def rename(old: Callable[[Path], Path], new: Callable[[Path], Path]) -> Damage:
    return lambda root: old(root).rename(new(root))


def link(path: Callable[[Path], Path]) -> Damage:
    """Put a link to equal bytes in place of a file."""

    def job(root: Path) -> None:
        place = path(root)
        place.symlink_to(place.rename(root.parent / "elsewhere"))

    return job


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as handle:
        handle.write(data)


def posts(root: Path, query: str) -> None:
    """Write the table of posts again, as that query gives it."""
    path = root / "tables/posts.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table posts as from read_parquet('{path}')")
        connection.execute(f"copy ({query}) to '{path}' (format parquet)")


REPORT = "../report.html"
CAUGHT: dict[str, tuple[Damage, str, str]] = {
    # originals
    "original: first byte": (lambda r: flip(original(r), 0), "originals", "has been altered"),
    "original: last byte": (lambda r: flip(original(r, 1), -1), "originals", "has been altered"),
    "original: emptied": (
        lambda r: original(r).chmod(0o644) or original(r).write_bytes(b""),
        "originals", "has been altered",
    ),
    "original: missing": (lambda r: original(r).unlink(), "originals", "missing; received as"),
    "original: all missing": (lambda r: shutil.rmtree(r / "originals"), "originals", "missing"),
    "original: renamed": (
        rename(original, lambda r: original(r).with_name("a" * 64)), "originals", "not where an",
    ),
    "original: renamed to a hash": (
        rename(
            original,
            lambda r: original(r).with_name(original(r).name[:2] + "0" * 62),
        ),
        "originals", "has been altered",
    ),
    "original: moved to another folder": (
        rename(original, lambda r: r / "originals" / original(r).name), "originals", "not where an",
    ),
    "original: added": (add_file("originals/ab/" + "ab" * 32), "originals", "has been altered"),
    "original: added under its hash": (
        add_file("originals/22/" + hashlib.sha256(b"new").hexdigest()), "originals", "not where an",
    ),
    "original: added, and fits": (
        add_file("originals/11/" + hashlib.sha256(b"new").hexdigest()),
        "originals", "no ingest line names it",
    ),
    "original: left by a crash": (
        add_file("originals/.received.7-0.part"), "originals", "interrupted write",
    ),
    "original: a link to the same bytes": (link(original), "originals", "symbolic link"),
    # record
    "record: one byte": (
        lambda r: flip(r / "record.jsonl", lines(r)[0].index(b"Where")), "record", "prev is not",
    ),
    "record: newline": (lambda r: flip(r / "record.jsonl", len(lines(r)[0])), "record", "line 1"),
    "record: line edited": (edit(1, swap(b"by hand", b"by post")), "record", "line 3"),
    "record: prev edited": (edit(2, swap(b'"prev":"', b'"prev":"0')), "record", "line 3"),
    "record: seq edited": (edit(2, swap(b'"seq":2', b'"seq":9')), "record", "seq is 9"),
    "record: time edited": (edit(3, swap(b"2024", b"2023")), "record", "line 5"),
    "record: person edited": (edit(3, swap(b'"me"', b'"you"')), "record", "line 5"),
    "record: first line deleted": (order(1, 2, 3, 4, 5, 6), "record", "line 1 (byte 0)"),
    "record: line deleted": (order(0, 1, 2, 4, 5, 6), "record", "missing, doubled or moved"),
    "record: line doubled": (order(0, 1, 2, 3, 3, 4, 5, 6), "record", "line 5"),
    "record: last line doubled": (order(0, 1, 2, 3, 4, 5, 6, 6), "record", "line 8"),
    "record: lines swapped": (order(0, 2, 1, 3, 4, 5, 6), "record", "line 2"),
    "record: all deleted": (order(), "record", "has no lines"),
    "record: key twice": (edit(6, swap(b'"kind"', b'"at":"x","kind"')), "record", "stands twice"),
    "record: key twice, inside": (
        edit(6, swap(b'"statement"', b'"statement":"x","statement"')), "record", "stands twice",
    ),
    "record: float": (edit(6, swap(b'"seq":6', b'"seq":6.0')), "record", "is a float"),
    "record: float inside": (
        edit(6, swap(b'"statement"', b'"n":0.5,"statement"')), "record", "0.5 is a float",
    ),
    "record: NaN": (edit(6, swap(b'"body":{', b'"body":{"n":NaN,')), "record", "NaN"),
    "record: large integer": (
        edit(6, swap(b'"body":{', b'"body":{"n":9007199254740992,')), "record", "integer outside",
    ),
    "record: key not ASCII": (
        edit(6, swap(b'"body":{', '"body":{"é":1,'.encode())), "record", "not ASCII",
    ),
    "record: space": (edit(6, swap(b'"seq":6', b'"seq": 6')), "record", "not in canonical form"),
    "record: keys reordered": (
        edit(6, lambda line: json.dumps(dict(reversed(json.loads(line).items()))).encode()),
        "record", "canonical",
    ),
    "record: escaped letter": (edit(6, swap(b"Read", b"\\u0052ead")), "record", "canonical"),
    "record: escaped surrogate": (edit(6, swap(b"Read", b"\\ud83d")), "record", "canonical"),
    "record: deeply nested": (
        edit(6, swap(b'"body":{', b'"body":{"n":' + b"[" * 9999 + b"]" * 9999 + b",")),
        "record", "nested",
    ),
    "record: not UTF-8": (edit(6, swap(b"Read", b"\xff")), "record", "not valid UTF-8"),
    "record: carriage return": (edit(6, lambda line: line + b"\r"), "record", "canonical"),
    "record: blank line": (lambda r: put(r, [*lines(r), b""]), "record", "not valid JSON"),
    "record: field missing": (edit(6, swap(b',"who":"me"', b"")), "record", "fields missing"),
    "record: field of another type": (
        edit(6, swap(b'"who":"me"', b'"who":7')), "record", "who is not str",
    ),
    "record: seq is true": (edit(1, swap(b'"seq":1', b'"seq":true')), "record", "seq is not int"),
    "record: a list": (edit(6, lambda line: b"[" + line + b"]"), "record", "not an object"),
    "record: cut inside the last line": (
        lambda r: os.truncate(r / "record.jsonl", (r / "record.jsonl").stat().st_size - 9),
        "record", "not complete",
    ),
    "record: last newline cut": (
        lambda r: os.truncate(r / "record.jsonl", (r / "record.jsonl").stat().st_size - 1),
        "record", "not complete",
    ),
    "record: text after the end": (
        lambda r: append(r / "record.jsonl", b"x"), "record", "not complete",
    ),
    "record: cut before lines that name tables": (order(0, 1, 2), "tables", "no line of the"),
    "record: cut before an ingest line": (order(0, 1), "originals", "no ingest line"),
    # tables and files
    "table: byte of JSON lines": (
        lambda r: flip(r / "tables/images.jsonl", 3), "tables", "is not the table of line 4",
    ),
    "table: byte of Parquet data": (
        lambda r: flip(r / "tables/posts.parquet", 200), "tables", "posts.parquet",
    ),
    "table: rows of Parquet": (
        lambda r: posts(r, "select * replace ('ho' as text) from posts"),
        "tables", "its rows are not those of line 4",
    ),
    "table: row of Parquet missing": (
        lambda r: posts(r, "from posts where row < 100"),
        "tables", "its rows are not those of line 4",
    ),
    "table: no Parquet at all": (
        lambda r: (r / "tables/posts.parquet").write_bytes(b"PAR1"), "tables", "Parquet",
    ),
    "table: missing": (lambda r: (r / "tables/images.jsonl").unlink(), "tables", "missing"),
    "table: renamed": (
        lambda r: (r / "tables/images.jsonl").rename(r / "tables/i.jsonl"), "tables", "missing",
    ),
    "table: added": (add_file("tables/extra.jsonl"), "tables", "no line of the record names it"),
    "table: folder in its place": (
        lambda r: (r / "tables/images.jsonl").unlink() or (r / "tables/images.jsonl").mkdir(),
        "tables", "is a folder",
    ),
    "table: a link to the same bytes": (
        link(lambda r: r / "tables/images.jsonl"), "tables", "symbolic link",
    ),
    "report: byte": (lambda r: flip(r / REPORT, 5), "files", "is not the file of line 6"),
    "report: missing": (lambda r: (r / REPORT).unlink(), "files", "missing; see line 6"),
    # a forger who makes the chain fit, but overlooks what else must agree
    "forged: another size": (
        lambda r: rechained(r, 1, size=1), "originals", "size is not",
    ),
    "forged: another original": (
        lambda r: rechained(r, 1, sha256="a" * 64), "originals", "missing",
    ),
    "forged: digest of the report": (lambda r: rechained(r, 4, x=1), "record", "digest is not"),
    "forged: digest that is no text": (
        lambda r: rechained(r, 5, digest=[{}]), "record", "digest is not",
    ),
    "forged: path to another folder": (
        lambda r: rechained(r, 5, digest=None, files=[
            {"path": "../../../etc/passwd", "sha256": "a" * 64, "size": 1},
        ]),
        "files", "no file of this case",
    ),
    "forged: table in another folder": (
        lambda r: rechained(r, 3, tables=[{"name": "../x", "sha256": "a" * 64}]),
        "tables", "no table",
    ),
    "forged: tables as text": (lambda r: rechained(r, 3, tables="x"), "tables", "no table"),
    "forged: a second opening": (
        lambda r: put(r, [*lines(r), canonical.dumps({
            **json.loads(lines(r)[0]), "seq": 7, "prev": hashlib.sha256(lines(r)[6]).hexdigest(),
        })]),
        "record", "first line opens the case",
    ),
}  # fmt: skip

ONLY_VERIFY: dict[str, tuple[Damage, str, str]] = {
    # check.py does not read case.toml, nor the body of an ingest line beyond hash and size
    "case.toml: question": (
        lambda r: swap_in(r / "case.toml", b"Where?", b"Who?"), "case.toml", "the question is not",
    ),
    "case.toml: settings": (
        lambda r: swap_in(r / "case.toml", b"n = 3", b"n = 4"), "case.toml", "the settings are not",
    ),
    "case.toml: broken": (
        lambda r: (r / "case.toml").write_bytes(b"="), "case.toml", "is not TOML",
    ),
    "case.toml: missing": (lambda r: (r / "case.toml").unlink(), "case.toml", "does not exist"),
    "forged: counts": (
        lambda r: rechained(r, 3, rows_read=99) or rechained(r, 5, digest=None),
        "counts", "102 rows present, but 99 read and 2 refused",
    ),
    "forged: counts of one source": (
        lambda r: rechained(r, 3, sources=[
            {"rows_present": 90, "rows_read": 90, "rows_refused": 0},
        ]) or rechained(r, 5, digest=None),
        "counts", "90 rows read, but posts.parquet has 100",
    ),
    "forged: ingest without a type": (
        lambda r: rechained(r, 1, media_type=None) or rechained(r, 5, digest=None),
        "record", "no proper ingest line",
    ),
    "forged: another layout": (
        lambda r: rechained(r, 0, format=2) or rechained(r, 5, digest=None),
        "record", "of another version",
    ),
}  # fmt: skip

NOT_CAUGHT: dict[str, Damage] = {
    # no file depends on the lines that go, so only a digest or head held elsewhere shows it
    "whole lines cut off at the end": order(0, 1, 2, 3, 4, 5),
    "the whole record rewritten so that it fits": lambda r: (
        rechained(r, 4, statement="Another clue.") or rechained(r, 5, digest=None)
    ),
    "a clock set back": lambda r: set_back(r),  # noqa: PLW0108 - defined below
}


def swap_in(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def set_back(root: Path) -> None:
    put(root, [line.replace(b"2024", b"2014") for line in lines(root)])
    rechained(root, -1)


def test_a_whole_case_passes(finished):
    report = verify(finished)
    assert report.ok
    assert report.misfits == ()
    assert {check.name: check.status for check in report.checks} == {
        "record": "ok", "originals": "ok", "tables": "ok", "files": "ok", "counts": "ok",
        "case.toml": "ok", "other files": "ok", "seals": "not_checked",
    }  # fmt: skip
    case = Case.open(finished)
    assert (report.lines, report.head, report.digest) == (7, case.head(), case.digest())
    status, text = stranger(finished)
    assert status == 0
    assert f"head   {case.head()}\ndigest {case.digest()}\n" in text
    assert text.startswith("7 lines, 2 originals, 2 tables, 1 files\n")


@pytest.mark.parametrize("place", ["release", "case"])
def test_check_py_needs_nothing_but_python(finished, place):
    command = [sys.executable, "-I", "-S", "-W", "error"]
    command += [CHECK_PY, finished] if place == "release" else [finished / "check.py"]
    for status, words in ((0, "OK: everything fits, as far as that shows\n"), (1, "NOT OK\n")):
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (status, "")
        assert done.stdout.endswith(words)
        flip(original(finished), 0)


def test_check_py_stays_small_and_old():
    text = CHECK_PY.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 400
    ast.parse(text, feature_version=(3, 8))


@pytest.mark.slow
@pytest.mark.parametrize("name", CAUGHT)
def test_caught_by_both(finished, name):
    damage, check_name, words = CAUGHT[name]
    damage(finished)
    report = verify(finished)
    (found,) = (one for one in report.checks if one.name == check_name)
    assert found.status == "failed", report.checks
    assert any(words in misfit.text() for misfit in report.misfits), report.misfits
    assert not report.ok
    status, text = stranger(finished)
    assert status == 1, text
    assert "DOES NOT FIT" in text


def test_an_altered_original_is_named_as_it_was_received(finished):
    said = [json.loads(line)["body"] for line in lines(finished)]
    names = {body["sha256"]: body["name_as_received"] for body in said if "size" in body}
    flip(original(finished), 0)
    (found,) = verify(finished).misfits
    name = names[original(finished).name]
    assert found.what.partition("; ")[2].startswith(f"received as {name!r} in line ")


@pytest.mark.parametrize("name", ONLY_VERIFY)
def test_caught_by_verify_only(finished, name):
    damage, check_name, words = ONLY_VERIFY[name]
    damage(finished)
    report = verify(finished)
    assert check_name in {check.name for check in report.checks if check.status == "failed"}
    assert any(words in misfit.text() for misfit in report.misfits), report.misfits
    assert stranger(finished)[0] == 0


@pytest.mark.parametrize("name", NOT_CAUGHT)
def test_not_caught_and_said_so(finished, name):
    before = verify(finished)
    NOT_CAUGHT[name](finished)
    after = verify(finished)
    assert after.ok
    assert after.head != before.head
    assert (after.level, after.level_means) == (0, before.level_means)
    assert "does not show that lines were cut off at the end" in after.level_means
    assert "rewrote the whole record" in after.level_means
    status, text = stranger(finished)
    assert status == 0
    assert "Without one, lines cut off at the end or" in text
    guide = (finished / "CHECK.md").read_text(encoding="utf-8")
    assert "cut off at the end of the record | only by comparing" in guide
    assert "rewritten so that it fits | only by comparing" in guide
    assert "a clock set back: the times in the record are claimed | only by a time stamp" in guide


def test_every_byte_of_the_record_counts(finished):
    """Flip a bit in every byte; only the last line can change its text unseen by the chain."""
    path = finished / "record.jsonl"
    whole = path.read_bytes()
    last = len(b"".join(whole.splitlines(keepends=True)[:-1]))
    for byte in range(0, last, 7):
        flip(path, byte)
        assert not verify_record_only(finished), byte
        path.write_bytes(whole)


def verify_record_only(root: Path) -> bool:
    walk = Walk(root, lambda *_: None)
    walk_record(walk)
    return walk.check("record", "").status == "ok"


def test_line_and_byte_are_named(finished):
    start = len(lines(finished)[0]) + 1
    column = lines(finished)[1].index(b"by hand")
    flip(finished / "record.jsonl", start + column - 1)  # the quote before the text
    (misfit, *_) = verify(finished).misfits
    assert (misfit.file, misfit.line) == ("record.jsonl", 2)
    assert start < misfit.byte <= start + column
    assert f"record.jsonl line 2 (byte {start})" in stranger(finished)[1]


def test_the_bad_line_of_a_table_is_named(finished):
    path = finished / "tables/images.jsonl"
    path.write_bytes(path.read_bytes() + b'{"a": 1}\n')
    first = verify(finished).misfits[0]
    size = path.stat().st_size
    assert (first.file, first.line, first.byte) == ("tables/images.jsonl", 3, size - 9 + 5)


def test_a_table_written_by_another_version_is_fine(finished):
    posts(finished, "from posts order by hash(row)")
    report = verify(finished)
    assert report.ok
    assert "posts.parquet: other bytes, equal rows" in report.checks[2].detail
    status, text = stranger(finished)
    assert status == 1
    assert "another version may write equal rows in other bytes: gnomon verify" in text


def test_one_broken_line_does_not_hide_the_next(finished):
    edit(1, swap(b"by hand", b"by post"))(finished)
    edit(4, swap(b'"seq":4', b'"seq":4.0'))(finished)
    assert {misfit.line for misfit in verify(finished).misfits} == {3, 5, 6}


def test_the_last_line_that_names_a_file_counts(finished, now):
    case = Case.open(finished, who="me", now=now)
    report = finished / REPORT
    report.write_bytes(b"second edition")
    assert not verify(finished).ok
    case.append("report", {"files": [case.file_ref(report).as_json()]})
    assert verify(finished).ok
    assert stranger(finished)[0] == 0


def test_a_report_names_the_digest_of_the_lines_before_it(finished, now):
    case = Case.open(finished, who="me", now=now)
    for _ in range(2):
        case.append("report", {"digest": case.digest()})
    assert verify(finished).ok
    assert stranger(finished)[0] == 0
    case.append("report", {"digest": case.last("report").prev})
    assert not verify(finished).ok
    assert stranger(finished)[0] == 1


def test_unknown_kinds_and_other_files_are_named_not_judged(finished, now):
    Case.open(finished, who="me", now=now).append("of the future", {})
    (finished / "my notes.txt").write_bytes(b"x")
    (finished / "check.py").write_bytes(b"print('all fine')")
    report = verify(finished)
    checks = {check.name: check for check in report.checks}
    assert report.ok
    assert checks["record"].detail.endswith("1 of a kind unknown to this version")
    assert checks["other files"].status == "not_checked"
    assert "1 not named in the record: my notes.txt" in checks["other files"].detail
    assert "check.py is not the one of this version" in checks["other files"].detail
    (finished / "check.py").unlink()
    assert "check.py is missing" in verify(finished).checks[-2].detail


def test_misfits_are_counted_beyond_the_limit(finished):
    folder = finished / "originals/ab"
    folder.mkdir(exist_ok=True)
    for number in range(MISFITS_KEPT + 5):
        (folder / str(number)).touch()
    report = verify(finished)
    assert len(report.misfits) == MISFITS_KEPT
    assert report.checks[1].detail.endswith(f"; and {MISFITS_KEPT + 4} more")
    assert f"and {MISFITS_KEPT + 5 - check.SHOWN} more" in stranger(finished)[1]


def test_a_line_without_end(finished, monkeypatch):
    monkeypatch.setattr("forensics.case.record.MAX_LINE_BYTES", 2000)
    append(finished / "record.jsonl", b"x" * 3000)
    assert "longer than 2000 bytes" in verify(finished).checks[0].detail
    (finished / "tables/images.jsonl").write_bytes(b"x" * 3000)
    assert any("longer than" in one.what for one in verify(finished).misfits if one.file[0] == "t")


def test_no_case(tmp_path, capsys):
    with pytest.raises(CaseError, match="is no case"):
        verify(tmp_path)
    assert stranger(tmp_path)[0] == 2
    assert capsys.readouterr().err.startswith("check.py: no case here")


def test_verify_changes_nothing(finished):
    append(finished / "record.jsonl", b"torn")
    before = {path: path.lstat() for path in finished.rglob("*")}
    verify(finished)
    stranger(finished)
    after = {path: path.lstat() for path in finished.rglob("*")}
    assert {path: (one.st_mtime_ns, one.st_size) for path, one in before.items()} == {
        path: (one.st_mtime_ns, one.st_size) for path, one in after.items()
    }


def test_progress_counts_bytes(finished, monkeypatch):
    seen = []
    monkeypatch.setattr("forensics.case.hashing.MEGABYTE", 1)
    verify(finished, progress=lambda *what: seen.append(what))
    sizes = [path.stat().st_size for path in (finished / "originals").glob("??/*")]
    assert ("originals, MB", sum(sizes), sum(sizes)) in seen
    whole = (finished / "record.jsonl").stat().st_size
    assert ("record, MB", whole, whole) in seen
