"""Time stamps: asked for by file, attached, checked offline, and by openssl besides.

The authority is made here, by openssl, when the tests run.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forensics.case import Case, check, keys, verify
from forensics.case.sealing import make_seal
from forensics.case.timestamps import attach, newest_seal, read_authorities, request_for
from forensics.errors import CaseError, UsageError

pytest.importorskip("rfc3161_client")
AT = "2024-01-02T03:04:05Z"
ME, YOU = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
KNOWN = [keys.fingerprint(keys.public_bytes(one)) for one in (ME, YOU)]
CONFIG = """\
[req]
distinguished_name = name
prompt = no
[name]
CN = Test authority
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[stamper]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_cert = stamper.pem
signer_key = stamper.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256,sha512
ess_cert_id_alg = sha256
"""


def _openssl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, check=False, timeout=60
    )


def _authority(folder: Path) -> Path:
    """Root, signing certificate and key of a time stamp authority."""
    (folder / "tsa.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")
    new = ("req", "-config", "tsa.cnf", "-newkey", "rsa:2048", "-nodes")
    done = [
        _openssl(folder, *new, "-x509", "-extensions", "root", "-days", "30", "-subj", "/CN=Root",
                 "-keyout", "root.key", "-out", "root.pem"),
        _openssl(folder, *new, "-subj", "/CN=Stamper", "-keyout", "stamper.key",
                 "-out", "stamper.csr"),
        _openssl(folder, "x509", "-req", "-in", "stamper.csr", "-CA", "root.pem", "-CAkey",
                 "root.key", "-set_serial", "2", "-days", "30", "-extfile", "tsa.cnf",
                 "-extensions", "stamper", "-out", "stamper.pem"),
    ]  # fmt: skip
    assert [one.returncode for one in done] == [0, 0, 0], done
    return folder


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    return _authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory, authority: Path) -> Path:
    return _authority(tmp_path_factory.mktemp("other"))


@pytest.fixture
def sealed(finished: Path) -> Path:
    for key, who in ((ME, "me"), (YOU, "you")):
        make_seal(Case.open(finished, who=who, now=lambda: AT), key, at=AT)
    return finished


def _open(root: Path) -> Case:
    return Case.open(root, who="me", now=lambda: AT)


def _reply(authority: Path, data: bytes, out: Path) -> Path:
    (out / "q.tsq").write_bytes(request_for(data))
    done = _openssl(authority, "ts", "-reply", "-config", "tsa.cnf", "-section", "one",
                    "-queryfile", str(out / "q.tsq"), "-out", str(out / "r.tsr"))  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out / "r.tsr"


@pytest.fixture
def stamped(sealed: Path, authority: Path, tmp_path: Path) -> Path:
    seal = (sealed / newest_seal(_open(sealed))).read_bytes()
    attach(_open(sealed), _reply(authority, seal, tmp_path), ())
    return sealed


def test_the_request_is_the_one_that_others_make(tmp_path: Path) -> None:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder().data(b"a seal").hash_algorithm(HashAlgorithm.SHA256)
    made = builder.nonce(nonce=False).cert_request(cert_request=True).build()
    assert request_for(b"a seal") == made.as_bytes()
    (tmp_path / "a").write_bytes(b"a seal")
    done = _openssl(tmp_path, "ts", "-query", "-data", "a", "-sha256", "-no_nonce", "-cert",
                    "-out", "q")  # fmt: skip
    assert done.returncode == 0
    assert request_for(b"a seal") == (tmp_path / "q").read_bytes()


def test_a_stamp_of_a_known_authority_is_level_three(stamped: Path, authority: Path) -> None:
    known = read_authorities(authority / "root.pem")
    report = verify(stamped, trusted=KNOWN, authorities=known)
    assert (report.ok, report.level) == (True, 3)
    (one,) = report.timestamps
    assert (one.file, one.seal, one.status) == (
        "timestamps/0002-1.tsr", "seals/0002.dsse.json", "ok",
    )  # fmt: skip
    assert one.at.endswith("Z")
    assert "outside time stamp" in report.level_means
    assert [seal.status for seal in report.seals] == ["ok", "ok"]
    assert verify(stamped, authorities=known).level_if_vouched == 3
    assert verify(stamped, trusted=KNOWN[:1], authorities=known).level == 1
    done = _openssl(stamped, "ts", "-verify", "-data", one.seal, "-in", one.file,
                    "-CAfile", str(authority / "root.pem"))  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_without_its_certificate_it_is_not_checked(stamped: Path, other: Path) -> None:
    for known, words in (((), "no certificate"), (read_authorities(other / "root.pem"), "is not")):
        report = verify(stamped, trusted=KNOWN, authorities=known)
        assert (report.ok, report.level) == (True, 2)
        assert report.timestamps[0].status == "unknown authority"
        assert words in report.timestamps[0].detail
        assert "1 time stamp lies beside the seals unchecked" in report.level_means
        assert report.checks[-1].status == "not_checked"


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(bytes(data))


STAMP = "timestamps/0002-1.tsr"
ATTACKS: dict[str, Callable[[Path], object]] = {
    "one byte": lambda root: _flip(root / STAMP),
    "missing": lambda root: (root / STAMP).unlink(),
    "of another seal": lambda root: (root / STAMP).rename(root / "timestamps/0001-1.tsr"),
    "emptied": lambda root: (root / STAMP).write_bytes(b""),
    "a link": lambda root: (root / STAMP).symlink_to((root / STAMP).rename(root.parent / "x")),
}


@pytest.mark.parametrize("what", ATTACKS)
def test_what_is_done_to_a_stamp_is_caught_by_both(
    stamped: Path, authority: Path, what: str
) -> None:
    ATTACKS[what](stamped)
    report = verify(stamped, trusted=KNOWN, authorities=read_authorities(authority / "root.pem"))
    assert (report.ok, report.level) == (False, 0)
    done = subprocess.run(
        [sys.executable, "-I", check.__file__, stamped], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"")


def test_check_py_names_the_command_that_checks_it(stamped: Path, authority: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", check.__file__, stamped], capture_output=True, text=True, check=False
    )
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("time stamp"))
    assert "NOT CHECKED" in line
    command = line.partition("openssl ")[2].replace("CA.pem", str(authority / "root.pem")).split()
    assert _openssl(stamped, *command).returncode == 0
    seal = (stamped / "seals/0002.dsse.json").read_bytes()
    (stamped / "seals/0002.dsse.json").write_bytes(seal + b" ")
    assert _openssl(stamped, *command).returncode != 0


def test_a_reply_that_does_not_fit_is_not_kept(
    sealed: Path, authority: Path, other: Path, tmp_path: Path
) -> None:
    head = _open(sealed).head()
    seal = (sealed / "seals/0001.dsse.json").read_bytes()
    with pytest.raises(UsageError, match="over no seal"):
        attach(_open(sealed), _reply(authority, b"something", tmp_path), ())
    found = _reply(authority, seal, tmp_path)
    with pytest.raises(UsageError, match="not of an authority"):
        attach(_open(sealed), found, read_authorities(other / "root.pem"))
    with pytest.raises(UsageError, match="no reply"):
        attach(_open(sealed), tmp_path / "q.tsq", ())
    assert _open(sealed).head() == head
    assert not (sealed / "timestamps").exists()
    view = attach(_open(sealed), found, read_authorities(authority / "root.pem"))
    assert (view.seal, view.status) == ("seals/0001.dsse.json", "ok")
    assert attach(_open(sealed), found, ()).file == "timestamps/0001-2.tsr"


def test_there_must_be_a_seal_and_a_certificate(finished: Path, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no seal"):
        newest_seal(_open(finished))
    (tmp_path / "no.pem").write_bytes(hashlib.sha256().digest())
    with pytest.raises(UsageError, match="no certificate"):
        read_authorities(tmp_path / "no.pem")


def test_without_the_extra_it_says_so(stamped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    report = verify(stamped, trusted=KNOWN)
    assert (report.ok, report.level) == (True, 2)
    assert report.timestamps[0].status == "not checked"
    assert "openssl ts -verify" in report.timestamps[0].detail
