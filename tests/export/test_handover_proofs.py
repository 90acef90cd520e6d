"""A redacted copy of a sealed case proves what is in it; whatever is done to it is caught twice.

`verify` and `check.py`, run as a stranger runs it, must agree.
"""

from __future__ import annotations

import contextlib
import io
import json
import runpy
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forensics.case import Case, canonical, check, keys, verify
from forensics.case.commitments import SECRET
from forensics.case.sealing import make_seal
from forensics.errors import UsageError
from forensics.export import handover
from forensics.export.handed import Handed
from forensics.job.exporting import export
from forensics.job.run import RunResult
from forensics.verbs.demo import AT

KNOWN_TEXT = "known-needle-7731"  # as conftest.py puts it into a post
ME, YOU = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
KNOWN = [keys.fingerprint(keys.public_bytes(one)) for one in (ME, YOU)]
TABLES = "tables/clues.jsonl", "proofs/clues.jsonl"


def _copy_of(handed: Handed, out: Path, **more: tuple[str, ...]) -> Path:
    (path,) = handover.write(handed, out.with_suffix(".zip"), **more)
    with zipfile.ZipFile(path) as whole:
        whole.extractall(out)
    return out


def _sealed(handed: Handed, byte: int = 7) -> Handed:
    for key, who in ((ME, "A. Analyst"), (YOU, "B. Reader")):
        case = Case.open(handed.case.root, who=who, now=lambda: AT)
        make_seal(case, key, at=AT, draw=lambda: bytes([byte]) * 32)
    case = Case.open(handed.case.root, who="tester", now=lambda: AT)
    return Handed(case, case.digest(), handed.tool, handed.at)


@pytest.fixture(scope="module")
def pair(finished: RunResult, tmp_path_factory: pytest.TempPathFactory) -> tuple[Handed, Path]:
    """A sealed case and its redacted copy, made once."""
    folder = tmp_path_factory.mktemp("sealed")
    shutil.copytree(finished.case.parent, folder / "x")
    case = Case.open(folder / "x" / finished.case.name, who="t", now=lambda: AT)
    sealed = _sealed(Handed(case, case.digest(), "gnomon test", AT))
    return sealed, _copy_of(sealed, folder / "copy", without=("clues:2",))


@pytest.fixture
def copy(pair: tuple[Handed, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(pair[1], tmp_path / "copy"))


def _stranger(root: Path) -> tuple[int, str]:
    """What check.py says, loaded anew: it keeps its findings in the module."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        code = runpy.run_path(str(check.__file__))["main"]([str(root)])
    return code, told.getvalue()


def test_it_proves_what_is_in_it(pair: tuple[Handed, Path]) -> None:
    sealed, copy = pair
    report = verify(copy, trusted=KNOWN)
    assert (report.ok, report.level) == (True, 2)
    assert report.digest == sealed.digest
    assert [seal.who for seal in report.seals] == ["A. Analyst", "B. Reader"]
    words = {check.name: check.detail for check in report.checks}
    rows = sum(len(path.read_bytes().splitlines()) for path in copy.glob("tables/*"))
    rows += len((copy / "record_lines.jsonl").read_bytes().splitlines())
    assert words["tables"] == f"{rows:,} rows stand so and in that place; 1 left out"
    assert "cells.parquet" in words["left out"]
    assert verify(copy).level == 0
    code, text = _stranger(copy)
    assert code == (0 if shutil.which("openssl") else 1)
    assert "clues.jsonl" in text
    assert "DOES NOT FIT" not in text
    assert sealed.digest in text


def test_it_holds_neither_the_secret_nor_what_it_hides(pair: tuple[Handed, Path]) -> None:
    sealed, copy = pair
    secret = (sealed.case.root / SECRET).read_text().strip()
    whole = b"".join(path.read_bytes() for path in copy.rglob("*") if path.is_file())
    for needle in (secret, KNOWN_TEXT, "demo-a01", "demo-w01", "evil"):
        assert needle.encode() not in whole
    assert verify(sealed.case.root, trusted=KNOWN).level == 2
    assert (sealed.case.root / SECRET).stat().st_mode & 0o077 == 0


def test_the_same_case_gives_the_same_bytes(pair: tuple[Handed, Path], tmp_path: Path) -> None:
    first = handover.write(pair[0], tmp_path / "1.zip")[0].read_bytes()
    assert first == handover.write(pair[0], tmp_path / "2.zip")[0].read_bytes()


def test_a_whole_table_may_be_taken_away_and_is_counted(copy: Path) -> None:
    for name in ("tables/posts.jsonl", "proofs/posts.jsonl"):
        (copy / name).unlink()
    report = verify(copy, trusted=KNOWN)
    assert report.ok
    assert "posts.parquet" in next(one.detail for one in report.checks if one.name == "left out")
    assert "posts.parquet: left out whole" in _stranger(copy)[1]


def test_later_work_leaves_no_seal_to_prove_by(pair: tuple[Handed, Path], tmp_path: Path) -> None:
    root = Path(shutil.copytree(pair[0].case.root, tmp_path / "case"))
    case = Case.open(root, who="t", now=lambda: AT)
    rows = [*case.read_table("clues.jsonl")]
    case.append("clue", {"tables": [case.write_table("clues.jsonl", rows[1:]).as_json()]})
    copy = _copy_of(Handed(case, case.digest(), "g", AT), tmp_path / "copy")
    assert not (copy / "seals").exists()
    assert not verify(copy).ok


def test_a_seal_that_names_an_account_stays_behind(
    pair: tuple[Handed, Path], tmp_path: Path
) -> None:
    around = shutil.copytree(pair[0].case.root.parent, tmp_path / "around")
    case = Case.open(around / pair[0].case.root.name, who="t", now=lambda: AT)
    make_seal(case, ME, at=AT, reason="Because of demo-a01.")
    copy = _copy_of(Handed(case, case.digest(), "g", AT), tmp_path / "copy")
    assert sorted(path.name for path in (copy / "seals").iterdir()) == [
        "0001.dsse.json", "0002.dsse.json",
    ]  # fmt: skip
    assert verify(copy, trusted=KNOWN).level == 2


def test_only_a_redacted_zip_leaves_rows_out(fresh: Handed, tmp_path: Path) -> None:
    for format_, redact in (("csv", True), ("zip", False)):
        with pytest.raises(UsageError, match="only a redacted zip"):
            export(fresh.case, format_, tmp_path / "x", redact=redact, reason="r", without=["x"])


# ---- attacks -----------------------------------------------------------------------------------


def _lines(root: Path, name: str) -> list[bytes]:
    return (root / name).read_bytes().splitlines(keepends=True)


def _put(root: Path, name: str, lines: list[bytes]) -> None:
    (root / name).write_bytes(b"".join(lines))


def _row(name: str, change: Callable[[dict[str, object]], object]) -> Callable[[Path], object]:
    """Change the first row of a file."""

    def job(root: Path) -> None:
        lines = _lines(root, name)
        value = json.loads(lines[0])
        change(value)
        _put(root, name, [canonical.dumps(value) + b"\n", *lines[1:]])

    return job


def _both(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], object]:
    """Do the same to rows and proofs, as somebody does who knows how they belong together."""

    def job(root: Path) -> None:
        for name in TABLES:
            _put(root, name, change(_lines(root, name)))

    return job


def _proof(change: Callable[[list[str]], object]) -> Callable[[Path], object]:
    def job(root: Path) -> None:
        lines = _lines(root, TABLES[1])
        proof = json.loads(lines[0])
        change(proof)
        _put(root, TABLES[1], [canonical.dumps(proof) + b"\n", *lines[1:]])

    return job


def _commitments(root: Path) -> None:
    """Make the roots fit the changed rows: then the seal no longer fits them."""
    for path in (root / "commitments").iterdir():
        value = json.loads(path.read_bytes())
        value["tables"][0]["root"] = "0" * 64
        path.write_bytes(canonical.dumps(value) + b"\n")


ATTACKS: dict[str, Callable[[Path], object]] = {
    "value changed": _row(TABLES[0], lambda row: row.update(category="technical", kind="x")),
    "value added": _row(TABLES[0], lambda row: row.update(statement="Seen there.")),
    "value removed": _row(TABLES[0], lambda row: row.pop("kind")),
    "rows swapped": _both(lambda lines: [lines[1], lines[0], *lines[2:]]),
    "proofs swapped": lambda r: _put(r, TABLES[1], [*reversed(_lines(r, TABLES[1]))]),
    "row dropped": _both(lambda lines: lines[1:]),
    "last row dropped": _both(lambda lines: lines[:-1]),
    "row doubled": _both(lambda lines: [*lines, lines[-1]]),
    "commitment changed": _proof(lambda proof: proof.__setitem__(-1, "hash:" + "0" * 64)),
    "salt changed": _proof(lambda proof: proof.__setitem__(0, "salt:" + "0" * 64)),
    "commitment passed off as salt": _proof(
        lambda proof: proof.__setitem__(-1, proof[-1].replace("hash", "salt"))
    ),
    "part taken away": _proof(lambda proof: proof.pop()),
    "row emptied": _row(TABLES[0], dict.clear),
    "row left out, filled in": lambda r: _put(
        r, TABLES[0], [(line if line != b"{}\n" else b'{"kind":"x"}\n') for line in
                       _lines(r, TABLES[0])]
    ),
    "line of the record changed": _row("record_lines.jsonl", lambda row: row.update(at="2020")),
    "line of the record dropped": lambda r: [
        _put(r, name, _lines(r, name)[:-1])
        for name in ("record_lines.jsonl", "proofs/record.jsonl")
    ],
    "line of the record added": lambda r: [
        _put(r, name, [*_lines(r, name), _lines(r, name)[-1]])
        for name in ("record_lines.jsonl", "proofs/record.jsonl")
    ],
    "rows without proofs": lambda r: (r / TABLES[1]).unlink(),
    "table added": lambda r: (r / "tables/more.jsonl").write_bytes(b"{}\n"),
    "not canonical": lambda r: _put(r, TABLES[0], [b" " + line for line in _lines(r, TABLES[0])]),
    "commitments changed": _commitments,
    "commitments missing": lambda r: shutil.rmtree(r / "commitments"),
    "seals missing": lambda r: shutil.rmtree(r / "seals"),
    "seal changed": lambda r: _put(r, "seals/0001.dsse.json", [b"{}\n"]),
    "check.py changed": lambda r: (r / "check.py").write_bytes(b"print('OK')\n"),
}  # fmt: skip
ONLY_VERIFY: dict[str, Callable[[Path], object]] = {
    "list of originals shortened": lambda r: (r / "left_out.json").write_bytes(
        (r / "left_out.json").read_bytes().replace(b"originals/", b"elsewhere/")
    ),
}


@pytest.mark.parametrize("what", [*ATTACKS, *ONLY_VERIFY])
def test_what_is_done_to_a_copy_is_caught(copy: Path, what: str) -> None:
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    {**ATTACKS, **ONLY_VERIFY}[what](copy)
    assert before != {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    report = verify(copy, trusted=KNOWN)
    assert (report.ok, report.level) == (False, 0)
    code, text = _stranger(copy)
    if what in ATTACKS:
        assert (code, text.endswith("NOT OK\n")) == (1, True), text


def test_the_proof_of_another_case_does_not_fit(
    pair: tuple[Handed, Path], copy: Path, tmp_path: Path, fresh: Handed
) -> None:
    """Rows and proofs of another case, and its seals too, behind the list of this one."""
    other = _copy_of(_sealed(fresh, byte=9), tmp_path / "other")
    assert verify(other, trusted=KNOWN).ok
    for name in TABLES:
        shutil.copy(other / name, copy / name)
    assert not verify(copy, trusted=KNOWN).ok
    assert _stranger(copy)[0] == 1
    for name in ("seals/0001.dsse.json", "commitments/0001.json"):
        shutil.copy(other / name, copy / name)
    assert not verify(copy, trusted=KNOWN).ok
    assert _stranger(copy)[0] == 1
