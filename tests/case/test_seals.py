"""Seals: what they cover, how they age, and that whatever is done to them is caught twice.

`verify` and `check.py`, run as a stranger runs it, must agree on every tampered case.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forensics.case import Case, canonical, check, dsse, keys, verify
from forensics.case.sealing import SealMade, make_seal
from forensics.case.seals import level_means, read_seals, same_person
from forensics.errors import CaseError

AT = "2024-01-02T03:04:05Z"
ME = Ed25519PrivateKey.from_private_bytes(bytes(32))
YOU = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
KNOWN = [keys.fingerprint(keys.public_bytes(one)) for one in (ME, YOU)]
SEAL = "seals/0001.dsse.json"
Job = Callable[[Path], object]


def _seal(root: Path, key: Ed25519PrivateKey = ME, who: str = "me") -> SealMade:
    return make_seal(Case.open(root, who=who, now=lambda: AT), key, at=AT)


def _add(root: Path, kind: str = "note") -> None:
    Case.open(root, who="me", now=lambda: AT).append(kind, {"statement": "more"})


def _states(root: Path) -> list[str]:
    return [one.status for one in verify(root, trusted=KNOWN).seals]


def _stranger(root: Path, **environment: str) -> tuple[int, str]:
    """Run check.py from the folder above, as custody.md says."""
    (root.parent / "release.py").write_bytes(Path(check.__file__).read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "release.py", root.name],
        cwd=root.parent, env={**os.environ, **environment}, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def sealed(finished: Path) -> Path:
    _seal(finished)
    return finished


@pytest.fixture(scope="session")
def openssl() -> bool:
    return check.openssl_fits(*(bytes.fromhex(text) for text in check.KNOWN))


def test_a_sealed_case_fits(finished: Path) -> None:
    before = verify(finished)
    made = _seal(finished)
    assert (made.file, made.fingerprint, made.lines) == (SEAL, KNOWN[0], before.lines)
    assert made.head == before.head
    assert {"record.jsonl", "case.toml", "check.py", "../report.html"} <= {*made.subjects}
    report = verify(finished, trusted=KNOWN)
    assert report.ok
    assert report.level == 1
    assert report.digest == before.digest
    assert report.lines == before.lines + 1
    (one,) = report.seals
    assert (one.status, one.current, one.who, one.lines) == ("ok", True, "me", before.lines)


def test_without_a_known_key_it_proves_nothing_yet(sealed: Path) -> None:
    report = verify(sealed)
    assert (report.ok, report.level, report.level_if_vouched) == (True, 0, 1)
    assert [one.status for one in report.seals] == ["unknown key"]
    assert report.checks[-1].status == "not_checked"
    assert "level 1 if" in report.level_means
    assert verify(sealed, trusted=KNOWN[1:]).level == 0
    assert "level 2" not in level_means(2, 2).split(".")[1]


def test_a_second_signer_over_the_same_head(sealed: Path) -> None:
    assert _seal(sealed, YOU, "you").file == "seals/0002.dsse.json"
    report = verify(sealed, trusted=KNOWN)
    assert (report.ok, report.level) == (True, 2)
    assert _states(sealed) == ["ok", "ok"]
    assert verify(sealed, trusted=KNOWN[:1]).level == 1


@pytest.mark.parametrize(("key", "who"), [(ME, "you"), (YOU, " ME ")])
def test_one_person_is_not_two(sealed: Path, key: Ed25519PrivateKey, who: str) -> None:
    _seal(sealed, key, who)
    assert verify(sealed, trusted=KNOWN).level == 1
    assert same_person("me", " ME ")


def test_a_later_line_makes_it_older_not_wrong(sealed: Path, openssl: bool) -> None:
    _add(sealed, "review")
    assert _states(sealed) == ["ok"]
    _add(sealed)
    report = verify(sealed, trusted=KNOWN)
    assert (report.ok, report.level) == (True, 0)
    assert _states(sealed) == ["older"]
    code, text = _stranger(sealed)
    assert "older than the last lines" in text
    assert code == (0 if openssl else 1)
    _seal(sealed)
    assert _states(sealed) == ["older", "ok"]
    assert verify(sealed, trusted=KNOWN).level == 1


def test_a_report_written_again_makes_it_older(sealed: Path) -> None:
    case = Case.open(sealed, who="me", now=lambda: AT)
    report = sealed.parent / "report.html"
    report.write_bytes(b"<!doctype html>new")
    case.append("report", {"digest": case.digest(), "files": [case.file_ref(report).as_json()]})
    assert _states(sealed) == ["older"]
    assert "was written again since" in verify(sealed).seals[0].detail
    assert "older than the last lines" in _stranger(sealed)[1]


def test_a_case_that_does_not_fit_is_not_sealed(finished: Path) -> None:
    (finished.parent / "report.html").write_bytes(b"other")
    with pytest.raises(CaseError, match="does not fit together"):
        _seal(finished)
    assert not (finished / "seals").exists()


def test_a_number_is_never_given_twice(sealed: Path) -> None:
    (sealed / "seals/0007.dsse.json").write_bytes((sealed / SEAL).read_bytes())
    assert _seal(sealed).file == "seals/0008.dsse.json"


# ---- tampering ---------------------------------------------------------------------------------


def _cut(root: Path, keep: int) -> None:
    path = root / "record.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:keep]))


def _renamed_line(root: Path) -> None:
    """Let the last line of the record name the seal as it lies there now: only its own words
    can give it away then."""
    path, seal = root / "record.jsonl", root / SEAL
    lines = path.read_bytes().split(b"\n")[:-1]
    value = json.loads(lines[-1])
    data = seal.read_bytes()
    value["body"]["files"] = [{"path": SEAL, "sha256": keys.fingerprint(data), "size": len(data)}]
    path.write_bytes(b"\n".join([*lines[:-1], canonical.dumps(value)]) + b"\n")


def _altered(change: Callable[[Any, Any], object], *, sign: bool = False) -> Job:
    """Change envelope and statement; `sign` signs anew, as the key holder could."""

    def job(root: Path) -> None:
        outer = json.loads((root / SEAL).read_bytes())
        inner = json.loads(base64.b64decode(outer["payload"]))
        old = canonical.dumps(inner)
        change(outer, inner)
        if canonical.dumps(inner) != old:
            outer["payload"] = base64.b64encode(canonical.dumps(inner)).decode()
        data = dsse.sign(inner, ME) if sign else canonical.dumps(outer) + b"\n"
        (root / SEAL).write_bytes(data)
        _renamed_line(root)

    return job


def _written(change: Callable[[bytes], bytes]) -> Job:
    def job(root: Path) -> None:
        (root / SEAL).write_bytes(change((root / SEAL).read_bytes()))
        _renamed_line(root)

    return job


def _other_key(outer: Any, inner: Any) -> None:
    inner["predicate"]["key"] = base64.b64encode(keys.public_bytes(YOU)).decode()
    outer["signatures"][0]["keyid"] = KNOWN[1]


def _sig(change: Callable[[str], str]) -> Callable[[Any, Any], object]:
    def job(outer: Any, _inner: Any) -> None:
        outer["signatures"][0]["sig"] = change(outer["signatures"][0]["sig"])

    return job


def _predicate(**changes: object) -> Callable[[Any, Any], object]:
    return lambda _outer, inner: inner["predicate"].update(changes)


def _other_bytes(name: str) -> Job:
    return lambda root: (root / name).write_bytes((root / name).read_bytes() + b"\n")


def _forged(root: Path) -> None:
    """Rewrite the last sealed line and the one after it so that the chain fits."""
    path = root / "record.jsonl"
    lines = path.read_bytes().split(b"\n")[:-1]
    value, last = json.loads(lines[-2]), json.loads(lines[-1])
    value["body"]["statement"] = "Read by nobody."
    lines[-2] = canonical.dumps(value)
    last["prev"] = keys.fingerprint(lines[-2])
    path.write_bytes(b"\n".join([*lines[:-1], canonical.dumps(last)]) + b"\n")


SIGNED_ONLY: dict[str, Job] = {
    "signature of other bytes": _altered(_sig(lambda s: ("B" if s[0] == "A" else "A") + s[1:])),
    "payload: verdict": _altered(_predicate(verdict="concur")),
    "payload: who": _altered(_predicate(who="you")),
    "key swapped": _altered(_other_key),
}
"""Only the signature can tell."""
CAUGHT: dict[str, Job] = {
    **SIGNED_ONLY,
    "one byte of the file": lambda r: (r / SEAL).write_bytes(
        (r / SEAL).read_bytes().replace(b'"sig":"', b'"sig": "')
    ),
    "removed": lambda r: (r / SEAL).unlink(),
    "renamed": lambda r: (r / SEAL).rename(r / "seals/0002.dsse.json"),
    "a link": lambda r: (r / SEAL).symlink_to((r / SEAL).rename(r.parent / "away")),
    "no newline": _written(lambda data: data[:-1]),
    "another last byte": _written(lambda data: data[:-1] + b" "),
    "a space": _written(lambda data: data.replace(b",", b", ", 1)),
    "empty": _written(lambda _data: b""),
    "too large": _written(lambda data: data + b" " * (1 << 20)),
    "base64 without padding": _altered(_sig(lambda s: s.rstrip("="))),
    "base64 with loose bits": _altered(_sig(lambda s: s[:-3] + chr(ord(s[-3]) + 1) + "==")),
    "keyid": _altered(lambda o, _i: o["signatures"][0].update(keyid="a" * 64)),
    "two signatures": _altered(lambda o, _i: o["signatures"].append(o["signatures"][0])),
    "payload type": _altered(lambda o, _i: o.update(payloadType="text/plain")),
    "subject: hash": _altered(
        lambda _o, i: i["subject"][1]["digest"].update(sha256="a" * 64), sign=True
    ),
    "subject: record missing": _altered(lambda _o, i: i["subject"].pop(0), sign=True),
    "subject: twice": _altered(lambda _o, i: i["subject"].append(i["subject"][1]), sign=True),
    "subject: outside": _altered(
        lambda _o, i: i["subject"][1].update(name="../../etc/passwd"), sign=True
    ),
    "subject: no list": _altered(lambda _o, i: i.update(subject=i["subject"][0]), sign=True),
    "statement type": _altered(lambda _o, i: i.update(_type="x"), sign=True),
    "head": _altered(_predicate(head="a" * 64), sign=True),
    "seq beyond the end": _altered(_predicate(seq=99), sign=True),
    "seq below zero": _altered(_predicate(seq=-1), sign=True),
    "seq is true": _altered(_predicate(seq=True), sign=True),
    "predicate: one more": _altered(_predicate(more="x"), sign=True),
    "predicate: verdict a number": _altered(_predicate(verdict=1), sign=True),
    "key too short": _altered(_predicate(key="YQ=="), sign=True),
    "case cut at its tail": lambda r: _cut(r, 6),
    "last line rewritten": _forged,
    "report changed": _other_bytes("../report.html"),
    "report missing": lambda r: (r.parent / "report.html").unlink(),
    "case.toml changed": _other_bytes("case.toml"),
    "check.py changed": _other_bytes("check.py"),
    "check.py missing": lambda r: (r / "check.py").unlink(),
    "a stray file": lambda r: (r / "seals/readme").write_bytes(b"x"),
    "the folder is a link": lambda r: (r / "seals").symlink_to(
        (r / "seals").rename(r.parent / "away")
    ),
    "the folder is a file": lambda r: (
        shutil.rmtree(r / "seals"), _cut(r, 7), (r / "seals").write_bytes(b""),
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", CAUGHT)
def test_what_is_done_is_caught_by_both(sealed: Path, what: str, openssl: bool) -> None:
    CAUGHT[what](sealed)
    report = verify(sealed, trusted=KNOWN)
    assert not report.ok
    assert report.level == 0
    code, text = _stranger(sealed)
    assert code == 1
    if openssl or what not in SIGNED_ONLY:
        assert "DOES NOT FIT" in text
        assert text.endswith("NOT OK\n")


def test_the_reason_names_what_happened(sealed: Path) -> None:
    _cut(sealed, 6)
    (one,) = verify(sealed, trusted=KNOWN).seals
    assert one.status == "failed"
    assert "lines were cut off" in one.detail


def test_a_seal_removed_with_its_tail_is_missed_as_documented(sealed: Path) -> None:
    kept = (sealed / SEAL).read_bytes()
    shutil.rmtree(sealed / "seals")
    _cut(sealed, 6)
    assert verify(sealed).ok
    (sealed / "seals").mkdir()
    (sealed / SEAL).write_bytes(kept)
    assert not verify(sealed).ok
    assert read_seals(sealed)


def test_check_py_in_the_case(sealed: Path, openssl: bool) -> None:
    if not openssl:
        pytest.skip("no openssl that can")
    done = subprocess.run(
        [sys.executable, "-I", "case/check.py", "case"],
        cwd=sealed.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "signature fits" in done.stdout
    assert KNOWN[0] in done.stdout
    assert verify(sealed).digest in done.stdout


def test_check_py_without_openssl_never_says_ok(sealed: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, text = _stranger(sealed, PATH=str(tmp_path / "empty"))
    assert code == 1
    assert "signatures were not checked" in text
    assert "OK: " not in text
    assert "signature fits" not in text
