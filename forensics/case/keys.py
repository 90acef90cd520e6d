"""Ed25519 keys: made, read, named by their fingerprint. None of them ever lies in a case.

The fingerprint (`keyid` of a seal) is the SHA-256 of the 32 bytes of the public key. By hand:
`openssl pkey -pubin -in KEY.pub -outform DER | tail -c 32 | sha256sum`. Who owns a key stands
outside every file: fingerprints are compared by telephone, on paper, or face to face.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case.files import explained, open_regular
from forensics.case.refs import is_sha256
from forensics.errors import CaseError, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

KEY_BYTES = 32
"""Bytes of a public key."""
MOST_BYTES = 1 << 16
"""Largest key file: a longer one is something else, perhaps evidence given by mistake."""


def fingerprint(public: bytes) -> str:
    """SHA-256 of the raw public key, 64 lower-case hex digits."""
    return hashlib.sha256(public).hexdigest()


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public key that belongs to a private one."""
    return key.public_key().public_bytes_raw()


def new_key(path: Path, *, passphrase: bytes | None) -> str:
    """The fingerprint of a new key, written to `path` (PEM, PKCS 8) and `path`.pub (PEM).

    It draws from the random source of the system, as only `new_secret` does besides.

    Args:
        path: Where the private key goes; only its owner may read it.
        passphrase: Encrypts the private key; None leaves it open.

    Raises:
        UsageError: the path lies in a case, or the passphrase is empty.
        CaseError: something lies there already, or the disk refuses.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    outside_cases(path)
    if passphrase == b"":
        raise UsageError("an empty passphrase locks nothing", where=str(path))
    key = Ed25519PrivateKey.generate()
    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        lock = serialization.BestAvailableEncryption(passphrase)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    shown = path.with_name(f"{path.name}.pub")
    for place in (path, shown):
        if place.exists() or place.is_symlink():
            raise CaseError("exists already", where=str(place), todo="choose another name")
    _write_new(path, private, 0o600)
    _write_new(shown, public, 0o644)
    return fingerprint(public_bytes(key))


def new_secret() -> bytes:
    """32 random bytes for `redaction.secret`, from the random source of the system."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305.generate_key()


def outside_cases(path: Path) -> None:
    """Refuse a place for a private key inside a case.

    Raises:
        UsageError: a folder above it holds a record.
    """
    # As spelt, where the folder really is, and where a link leads.
    named = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow links
    for place in (named, path.parent.resolve() / path.name, path.resolve()):
        if any((folder / "record.jsonl").exists() for folder in place.parents):
            raise UsageError(
                "a private key must not lie in a case", where=str(path), todo="keep it elsewhere"
            )


def is_locked(path: Path) -> bool:
    """True if a private key needs a passphrase.

    Raises:
        UsageError: see `private_key`.
        CaseError: the file cannot be read.
    """
    try:
        _parsed(_read(path), None, path)
    except TypeError:
        return True
    return False


def private_key(path: Path, *, passphrase: bytes | None) -> Ed25519PrivateKey:
    """The private key of a file: PEM (PKCS 8) or OpenSSH.

    Raises:
        UsageError: no Ed25519 key, a wrong passphrase or none, or it lies in a case.
        CaseError: the file cannot be read.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    outside_cases(path)
    try:
        key = _parsed(_read(path), passphrase, path)
    except TypeError:
        what = "needs no passphrase" if passphrase else "needs a passphrase"
        todo = "leave it out" if passphrase else "give --passphrase-file"
        raise UsageError(f"the key {what}", where=str(path), todo=todo) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError("is no Ed25519 key", where=str(path), todo="gnomon seal --new-key FILE")
    return key


def _parsed(data: bytes, passphrase: bytes | None, path: Path) -> PrivateKeyTypes:
    """Any private key; TypeError if a passphrase is missing or too many (as the library says)."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    ssh = b"BEGIN OPENSSH PRIVATE KEY" in data
    read = serialization.load_ssh_private_key if ssh else serialization.load_pem_private_key
    try:
        return read(data, passphrase)
    except (ValueError, UnsupportedAlgorithm):
        if ssh and passphrase is None and _ssh_is_locked(data):
            raise TypeError from None
        what = "is no private key, or the passphrase is wrong"
        raise UsageError(what, where=str(path), todo="give a PEM or OpenSSH file") from None


def _ssh_is_locked(data: bytes) -> bool:
    import base64
    import binascii

    body = b"".join(line for line in data.split() if b"-" not in line)
    try:
        return b"bcrypt" in base64.b64decode(body)[:64]
    except binascii.Error:
        return False


def trusted_key(text: str) -> str:
    """The fingerprint that a user vouches for: 64 hex digits, or a file with a public key.

    Args:
        text: `sha256:` and 64 hex digits, these alone, or the path of a PEM or OpenSSH file.

    Raises:
        UsageError: neither.
        CaseError: the file cannot be read.
    """
    plain = text.strip().lower().removeprefix("sha256:")
    if is_sha256(plain):
        return plain
    path = Path(text)
    return fingerprint(_public(_read(path), path))


def _public(data: bytes, path: Path) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    ssh = data.startswith(b"ssh-")
    read = serialization.load_ssh_public_key if ssh else serialization.load_pem_public_key
    key: PublicKeyTypes | None
    try:
        key = read(data)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(
            "is no Ed25519 public key", where=str(path), todo="give KEY.pub or a fingerprint"
        )
    return key.public_bytes_raw()


def signature_fits(public: bytes, signature: bytes, message: bytes) -> bool:
    """True if the signature is the key's over exactly this message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(path: Path) -> bytes:
    with open_regular(path) as handle, explained(path):
        data = handle.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UsageError("is too large for a key", where=str(path))
    return data


def _write_new(path: Path, data: bytes, mode: int) -> None:
    """Write a file that must not be there yet, with its rights from the first byte on."""
    with explained(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
