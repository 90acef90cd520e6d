"""`gnomon seal`: makes keys outside of cases, seals, and says what is missing."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from forensics.case import Case
from forensics.case import verify as check_case
from forensics.errors import CaseError, UsageError
from forensics.verbs.seal import MOST_BYTES, seal
from forensics.verbs.verify import verify

AT = "2024-01-02T03:04:05Z"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    made = Case.create(tmp_path / "case", question="Where?", settings={}, who="me", now=lambda: AT)
    return made.root


@pytest.fixture
def call():
    app = typer.Typer()
    app.command()(seal)
    app.command()(verify)

    def run(*arguments: object, verb: str = "seal", fails: type[Exception] | None = None):
        done = CliRunner().invoke(app, [verb, *(str(one) for one in arguments)])
        if fails is None:
            assert done.exit_code == 0, done.output
        else:
            assert isinstance(done.exception, fails)
            return str(done.exception)
        return done.stdout

    return run


@pytest.fixture
def key(tmp_path: Path, call) -> Path:
    call("--new-key", tmp_path / "me", "--no-passphrase")
    return tmp_path / "me"


def test_make_a_key_seal_and_verify(case: Path, tmp_path: Path, call) -> None:
    text = call("--new-key", tmp_path / "me", "--no-passphrase")
    name = text.splitlines()[-1].removeprefix("fingerprint sha256:")
    assert len(name) == 64
    assert stat.S_IMODE((tmp_path / "me").stat().st_mode) == 0o600
    text = call(case, "--key", tmp_path / "me", "--who", "A. Analyst", "--at", AT)
    assert "seals/0001.dsse.json covers lines 1 to 1" in text
    assert f"fingerprint sha256:{name}" in text
    assert "Keep a copy" in text
    for known in (name, tmp_path / "me.pub"):
        told = call(case, "--key", known, verb="verify")
        assert "0001.dsse.json  ok  A. Analyst" in told
        assert "Proof level 1" in told
    assert "unknown key" in call(case, verb="verify")


def test_a_passphrase_from_a_file(case: Path, tmp_path: Path, call) -> None:
    (tmp_path / "word").write_bytes(b"secret\r\nmore")
    (tmp_path / "none").write_bytes(b"\n")
    made = json.loads(
        call("--new-key", tmp_path / "me", "--passphrase-file", tmp_path / "word", "--json")
    )
    assert b"ENCRYPTED" in (tmp_path / "me").read_bytes()
    sealing = (case, "--key", tmp_path / "me", "--json")
    assert "passphrase" in call(*sealing, fails=UsageError)
    assert "first line is empty" in call(
        *sealing, "--passphrase-file", tmp_path / "none", fails=UsageError
    )
    assert "cannot be read" in call(*sealing, "--passphrase-file", tmp_path, fails=UsageError)
    told = json.loads(call(*sealing, "--passphrase-file", tmp_path / "word", "--verdict", "concur"))
    assert told["fingerprint"] == made["fingerprint"]
    assert check_case(case).seals[0].verdict == "concur"
    assert MOST_BYTES >= 1024


def test_wrong_use(case: Path, key: Path, tmp_path: Path, call) -> None:
    assert "either a case or --new-key" in call(fails=UsageError)
    assert "either a case or --new-key" in call(case, "--new-key", "x", fails=UsageError)
    assert "needs a key" in call(case, fails=UsageError)
    new = ("--new-key", tmp_path / "new")
    assert "nobody can be asked" in call(*new, fails=UsageError)
    both = call(*new, "--no-passphrase", "--passphrase-file", key, fails=UsageError)
    assert "a passphrase and none" in both
    assert not (tmp_path / "new").exists()
    inside = call("--new-key", case / "me", "--no-passphrase", fails=UsageError)
    assert "must not lie in a case" in inside
    assert "exists already" in call("--new-key", key, "--no-passphrase", fails=CaseError)
    (case / "inside").write_bytes(key.read_bytes())
    assert "lie in a case" in call(case, "--key", case / "inside", fails=UsageError)
    assert not (case / "seals").exists()


def test_a_case_that_does_not_fit(case: Path, key: Path, call) -> None:
    (case / "tables").mkdir(exist_ok=True)
    (case / "tables/x.jsonl").write_bytes(b"{}\n")
    assert "so it is not sealed" in call(case, "--key", key, fails=CaseError)


def test_nothing_loads_cryptography_before_it_is_needed() -> None:
    names = "case", "case.seals", "case.sealing", "case.verify", "verbs.seal", "verbs.review"
    code = "; ".join(f"import forensics.{name}" for name in names)
    code += "; import sys; import forensics.verbs.main; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
