"""Signed provenance: read without a network, and only where the extra is installed."""

from __future__ import annotations

import io
import json
import socket
from datetime import UTC, datetime

import pytest
from PIL import Image as Picture

from forensics.read.images import provenance
from forensics.read.images.provenance import read_credentials


def _signed() -> bytes:
    """A JPEG signed with a certificate made here."""
    c2pa = pytest.importorskip("c2pa")
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    def name(text: str):
        return x509.Name([x509.NameAttribute(x509.oid.NameOID.ORGANIZATION_NAME, text)])

    def certificate(subject: str, key, usage: dict[str, bool]):
        parts = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False,
        )  # fmt: skip
        is_authority = "key_cert_sign" in usage
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name("Test Authority"))
            .public_key(key.public_key())
            .serial_number(7 if is_authority else 8)
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2060, 1, 1, tzinfo=UTC))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(x509.KeyUsage(**(parts | usage)), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),
                critical=False,
            )
        )
        if not is_authority:
            mail = x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION
            builder = builder.add_extension(x509.ExtendedKeyUsage([mail]), critical=False)
        made = builder.sign(authority, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.PEM)

    chain = certificate("Test Signer", own, {"digital_signature": True}) + certificate(
        "Test Authority", authority, {"key_cert_sign": True}
    )
    key = own.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, chain, key, None))
    picture, out = io.BytesIO(), io.BytesIO()
    Picture.effect_noise((64, 48), 50).convert("RGB").save(picture, "JPEG")
    picture.seek(0)
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    action = {"action": "c2pa.created", "digitalSourceType": source}
    manifest = {
        "claim_generator_info": [{"name": "maker", "version": "1"}],
        "format": "image/jpeg",
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
    }
    c2pa.Builder(json.dumps(manifest)).sign(signer, "image/jpeg", picture, out)
    return out.getvalue()


@pytest.fixture(scope="module")
def signed() -> bytes:
    return _signed()


def _refuse(*_args, **_keywords):
    raise AssertionError("a socket was opened")


def test_a_signature_that_holds(signed, tmp_path, read, monkeypatch):
    path = tmp_path / "signed.jpg"
    path.write_bytes(signed)
    monkeypatch.setattr(socket, "socket", _refuse)
    found = read_credentials(path, "jpeg")
    assert (found.state, found.issuer, found.generator) == ("valid", "Test Signer", "maker 1")
    assert found.failures == ("signingCredential.untrusted",)
    assert found.signed_utc == ""
    assert read(signed)[0].documents["c2pa"] == "present"


def test_a_changed_picture(signed, tmp_path):
    changed = bytearray(signed)
    changed[-40] ^= 0xFF
    path = tmp_path / "changed.jpg"
    path.write_bytes(changed)
    found = read_credentials(path, "jpeg")
    assert found.state == "invalid"
    assert "assertion.dataHash.mismatch" in found.failures


def test_files_without_a_manifest(make, tmp_path):
    pytest.importorskip("c2pa")
    path = tmp_path / "x.jpg"
    path.write_bytes(make.jpeg(make.app1(make.tiff())))
    assert read_credentials(path, "jpeg") is None
    assert read_credentials(path, "bpg") is None
    path.write_bytes(b"\xff\xd8 no more")
    found = read_credentials(path, "jpeg")
    assert found is None or found.state == "unreadable"


def test_without_the_extra(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance.importlib.util, "find_spec", lambda _name: None)
    assert not provenance.can_validate()
    assert read_credentials(tmp_path / "x.jpg", "jpeg") is None


def test_what_a_manifest_says_is_read_with_care():
    found = provenance._credentials(
        {
            "active_manifest": "a",
            "manifests": {
                "a": {
                    "claim_generator": "Some program\0x",
                    "signature_info": {"issuer": "An office", "time": "2024-03-14T10:20:30+01:00"},
                    "ingredients": [{}, {}],
                }
            },
        },
        "Trusted",
    )
    assert (found.state, found.signed_utc, found.ingredients) == (
        "trusted", "2024-03-14T09:20:30Z", 2,
    )  # fmt: skip
    assert found.generator == "Some program"
    assert provenance._credentials({}, "").state == "unreadable"
    assert provenance._failed("RemoteManifestUrl: http://x").state == "elsewhere"
    assert provenance._utc("soon") == ""
