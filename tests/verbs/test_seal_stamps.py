"""`gnomon seal --timestamp-request` and `--timestamp-reply`, as far as no authority is needed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from forensics.case import Case
from forensics.case.sealing import make_seal
from forensics.errors import CaseError, UsageError
from forensics.verbs.seal import seal
from forensics.verbs.seal_stamps import attach_reply, write_request


@pytest.fixture
def case(tmp_path: Path) -> Path:
    root = tmp_path / "case"
    made = Case.create(root, question="?", settings={}, who="me", now=lambda: "2024")
    made.append("note", {"text": "x"})
    return root


@pytest.fixture
def call():
    app = typer.Typer()
    app.command()(seal)
    return lambda *arguments: CliRunner().invoke(app, [str(one) for one in arguments])


def test_a_request_holds_the_hash_of_the_newest_seal(case: Path, tmp_path: Path, call) -> None:
    out = tmp_path / "q.tsq"
    assert isinstance(call(case, "--timestamp-request", out).exception, CaseError)
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    for _ in range(2):
        made = make_seal(Case.open(case, who="me", now=lambda: "2024"), key, at="2024")
    told = json.loads(call(case, "--timestamp-request", out, "--json").stdout)
    sha256 = hashlib.sha256((case / "seals/0002.dsse.json").read_bytes()).hexdigest()
    assert told == {"request": str(out), "seal": made.file, "sha256": sha256}
    assert bytes.fromhex(sha256) in out.read_bytes()
    assert sha256 in call(case, "--timestamp-request", out).stdout
    with pytest.raises(UsageError, match="inside the case"):
        write_request(case, case / "q.tsq", json=False)


def test_a_reply_that_is_none_is_not_kept(case: Path, tmp_path: Path) -> None:
    pytest.importorskip("rfc3161_client")
    (tmp_path / "r.tsr").write_bytes(b"0\x03\x02\x01\x00")
    with pytest.raises(UsageError):
        attach_reply(Case.open(case, who="me", now=lambda: "2024"), tmp_path / "r.tsr", None,
                     json=False)  # fmt: skip
    assert not (case / "timestamps").exists()


def test_without_the_extra_it_names_it(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rfc3161_client", None)
    (tmp_path / "r.tsr").write_bytes(b"x")
    with pytest.raises(UsageError, match="extra"):
        attach_reply(Case.open(case, who="me", now=lambda: "2024"), tmp_path / "r.tsr", None,
                     json=True)  # fmt: skip
