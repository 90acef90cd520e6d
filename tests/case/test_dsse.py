"""Envelopes: the bytes that are signed, one spelling only, and two strangers who check them."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forensics.case import canonical, dsse, keys
from forensics.case.canonical import NotCanonical

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def _envelope() -> dict[str, object]:
    return dict(json.loads(dsse.sign({"a": "b"}, KEY)))


def _with(**changes: object) -> bytes:
    return canonical.dumps({**_envelope(), **changes}) + b"\n"


def _pem() -> bytes:
    return KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_the_encoding_is_that_of_the_specification() -> None:
    assert dsse.pae(b"hello world", "http://example.com/HelloWorld") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert dsse.pae("Ä".encode()).endswith(b" 2 \xc3\x84")


def test_what_was_signed_comes_back() -> None:
    data = dsse.sign({"text": "Ä\u2028"}, KEY)
    payload, keyid, signature = dsse.opened(data)
    public = keys.public_bytes(KEY)
    assert payload == canonical.dumps({"text": "Ä\u2028"})
    assert keyid == keys.fingerprint(public)
    assert keys.signature_fits(public, signature, dsse.pae(payload))
    assert not keys.signature_fits(public, signature, dsse.pae(payload + b" "))
    assert not keys.signature_fits(public, signature, payload)
    assert data == dsse.sign({"text": "Ä\u2028"}, KEY)


def _signature(**changes: object) -> list[object]:
    (one,) = json.loads(dsse.sign({"a": "b"}, KEY))["signatures"]
    return [{**one, **changes}]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "newline"),
        (dsse.sign({"a": "b"}, KEY)[:-1], "newline"),
        (dsse.sign({"a": "b"}, KEY) + b"\n", "canonical"),
        (dsse.sign({"a": "b"}, KEY)[:-1] + b"x", "newline"),
        (b" " + dsse.sign({"a": "b"}, KEY), "canonical"),
        (b"[]\n", "no DSSE envelope"),
        (_with(more=1), "no DSSE envelope"),
        (_with(payloadType="text/plain"), "another payload type"),
        (_with(signatures=[]), "exactly one"),
        (_with(signatures=_signature() * 2), "exactly one"),
        (_with(signatures=["x"]), "signature is none"),
        (_with(signatures=_signature(keyid="x")), "signature is none"),
        (_with(signatures=_signature(more=1)), "signature is none"),
        (_with(signatures=_signature(sig="AAAA")), "another length"),
        (_with(signatures=_signature(sig=7)), "strict base64"),
        (_with(payload="eyJhIjoiYiJ9\n"), "strict base64"),
        (_with(payload="eyJhIjoiYiJ9="), "strict base64"),
        (_with(payload=None), "strict base64"),
    ],
)
def test_other_spellings_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(NotCanonical, match=words):
        dsse.opened(data)


@pytest.mark.parametrize("text", ["YQ", "YR==", "Y Q==", "YQ==\n", "_-==", "Ä", 5, None, ["YQ=="]])
def test_base64_has_one_spelling(text: object) -> None:
    assert dsse.strict_base64("YQ==") == b"a"
    with pytest.raises(NotCanonical, match="strict base64"):
        dsse.strict_base64(text)  # type: ignore[arg-type]


def test_securesystemslib_reads_and_verifies_it() -> None:
    theirs = pytest.importorskip("securesystemslib.dsse")
    signer = pytest.importorskip("securesystemslib.signer")
    data = json.loads(dsse.sign({"a": "b"}, KEY))
    keyid = data["signatures"][0]["keyid"]
    key = signer.SSlibKey(keyid, "ed25519", "ed25519", {"public": keys.public_bytes(KEY).hex()})
    assert set(theirs.Envelope.from_dict(json.loads(json.dumps(data))).verify([key], 1)) == {keyid}
    data["payload"] = base64.b64encode(b'{"a":"c"}').decode()
    with pytest.raises(Exception, match=r"(?i)threshold|verif"):
        theirs.Envelope.from_dict(data).verify([key], 1)


def test_openssl_verifies_it(tmp_path: Path) -> None:
    payload, _keyid, signature = dsse.opened(dsse.sign({"a": "b"}, KEY))
    for name, data in {"p": _pem(), "m": dsse.pae(payload), "s": signature, "n": b"no"}.items():
        (tmp_path / name).write_bytes(data)

    def says(message: str) -> bool:
        command = [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-rawin",
            "-inkey",
            "p",
            "-sigfile",
            "s",
            "-in",
        ]
        try:
            done = subprocess.run(
                [*command, message], cwd=tmp_path, capture_output=True, check=False
            )
        except OSError:
            pytest.skip("no openssl")
        if b"rawin" in done.stderr:
            pytest.skip("an old openssl")
        return done.returncode == 0

    assert says("m")
    assert not says("n")
