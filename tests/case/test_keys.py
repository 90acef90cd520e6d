"""Keys: made, read back, refused inside a case, and named alike by everybody."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forensics.case import keys
from forensics.errors import CaseError, UsageError

RAW = serialization.Encoding.Raw
PEM = serialization.Encoding.PEM
OPENSSH = serialization.PrivateFormat.OpenSSH
PKCS8 = serialization.PrivateFormat.PKCS8
OPEN = serialization.NoEncryption()


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_key_can_be_read_back_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "me"
    name = keys.new_key(path, passphrase=None)
    assert _mode(path) == 0o600
    assert not keys.is_locked(path)
    public = keys.public_bytes(keys.private_key(path, passphrase=None))
    assert name == keys.fingerprint(public) == hashlib.sha256(public).hexdigest()
    assert keys.trusted_key(str(tmp_path / "me.pub")) == name
    assert keys.trusted_key(f" SHA256:{name.upper()} ") == name
    assert b"PRIVATE" not in (tmp_path / "me.pub").read_bytes()
    with pytest.raises(UsageError, match="needs no passphrase"):
        keys.private_key(path, passphrase=b"x")


def test_a_locked_key_needs_its_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "me"
    name = keys.new_key(path, passphrase=b"secret")
    assert keys.is_locked(path)
    assert b"ENCRYPTED" in path.read_bytes()
    assert keys.fingerprint(keys.public_bytes(keys.private_key(path, passphrase=b"secret"))) == name
    with pytest.raises(UsageError, match="needs a passphrase"):
        keys.private_key(path, passphrase=None)
    with pytest.raises(UsageError, match="wrong"):
        keys.private_key(path, passphrase=b"other")
    with pytest.raises(UsageError, match="locks nothing"):
        keys.new_key(tmp_path / "empty", passphrase=b"")
    assert not (tmp_path / "empty").exists()


@pytest.mark.parametrize("taken", ["me", "me.pub"])
def test_nothing_is_overwritten(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_bytes(b"mine")
    with pytest.raises(CaseError, match="exists already"):
        keys.new_key(tmp_path / "me", passphrase=None)
    assert [path.name for path in tmp_path.iterdir()] == [taken]


def test_no_key_inside_a_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = tmp_path / "case"
    (case / "originals").mkdir(parents=True)
    (case / "record.jsonl").write_bytes(b"")
    (tmp_path / "link").symlink_to(case)
    for path in (case / "me", case / "originals" / "me", tmp_path / "link" / "me"):
        with pytest.raises(UsageError, match="must not lie in a case"):
            keys.new_key(path, passphrase=None)
    keys.new_key(tmp_path / "me", passphrase=None)
    (case / "me").symlink_to(tmp_path / "me")
    (tmp_path / "me").rename(case / "inside")
    (tmp_path / "out").symlink_to(case / "inside")
    for path in (case / "me", case / "inside", tmp_path / "out"):
        with pytest.raises(UsageError, match="must not lie in a case"):
            keys.private_key(path, passphrase=None)
    monkeypatch.chdir(case)
    with pytest.raises(UsageError, match="must not lie in a case"):
        keys.new_key(Path("here"), passphrase=None)
    keys.new_key(Path("../beside"), passphrase=None)
    assert (tmp_path / "beside").is_file()


@pytest.mark.parametrize("passphrase", [None, b"secret"])
@pytest.mark.parametrize("kind", [PKCS8, OPENSSH])
def test_keys_of_other_programs(
    tmp_path: Path, kind: serialization.PrivateFormat, passphrase: bytes | None
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    lock: serialization.KeySerializationEncryption = OPEN
    if passphrase:
        if kind is OPENSSH:
            pytest.importorskip("bcrypt")
        lock = (
            kind.encryption_builder().kdf_rounds(1).build(passphrase)
            if kind is OPENSSH
            else serialization.BestAvailableEncryption(passphrase)
        )
    path = tmp_path / "id_ed25519"
    path.write_bytes(key.private_bytes(PEM, kind, lock))
    assert keys.is_locked(path) is bool(passphrase)
    read = keys.private_key(path, passphrase=passphrase)
    assert keys.public_bytes(read) == keys.public_bytes(key)
    if passphrase:
        for other in (None, b"other"):
            with pytest.raises(UsageError, match="passphrase"):
                keys.private_key(path, passphrase=other)
    shown = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    (tmp_path / "id.pub").write_bytes(shown + b" me@here\n")
    assert keys.trusted_key(str(tmp_path / "id.pub")) == keys.fingerprint(keys.public_bytes(key))


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    other = generate_private_key(SECP256R1())
    path.write_bytes(other.private_bytes(PEM, PKCS8, OPEN))
    with pytest.raises(UsageError, match="no Ed25519 key"):
        keys.private_key(path, passphrase=None)
    path.write_bytes(b"posts\n")
    for refuse in (keys.is_locked, lambda one: keys.trusted_key(str(one))):
        with pytest.raises(UsageError):
            refuse(path)
    path.write_bytes(b"-----BEGIN OPENSSH PRIVATE KEY-----\n!\n")
    with pytest.raises(UsageError, match="no private key"):
        keys.private_key(path, passphrase=None)
    path.write_bytes(b"x" * (keys.MOST_BYTES + 1))
    with pytest.raises(UsageError, match="too large"):
        keys.private_key(path, passphrase=None)
    for missing in (tmp_path / "none", tmp_path):
        with pytest.raises(CaseError):
            keys.private_key(missing, passphrase=None)
    assert not keys.signature_fits(b"short", b"", b"")


def test_a_secret_is_drawn_anew_each_time() -> None:
    found = {keys.new_secret() for _ in range(5)}
    assert len(found) == 5
    assert {len(one) for one in found} == {32}
