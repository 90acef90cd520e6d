"""DSSE envelopes, read strictly: one payload, one signature, one spelling.

An envelope is `{"payload","payloadType","signatures":[{"keyid","sig"}]}`; what is signed is not the
JSON but the pre-authentication encoding of type and payload, so no reader has to agree with another
about spaces. Ours is canonical JSON besides, and its base64 has one form: two files with the same
meaning would be two seals with different hashes.

Source: Dead Simple Signing Envelope 1.0.2 (secure-systems-lab/dsse), Ed25519 of RFC 8032.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from forensics.case import canonical, keys
from forensics.case.canonical import NotCanonical
from forensics.case.refs import is_sha256
from forensics.model import Json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
SIGNATURE_BYTES = 64


def pae(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """The bytes that are signed: `DSSEv1 <len(type)> <type> <len(payload)> <payload>`."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(statement: Json, key: Ed25519PrivateKey) -> bytes:
    """The envelope over a statement, as canonical JSON and a newline."""
    payload = canonical.dumps(statement)
    signature: Json = {
        "keyid": keys.fingerprint(keys.public_bytes(key)),
        "sig": _base64(key.sign(pae(payload))),
    }
    envelope: Json = {
        "payload": _base64(payload),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [signature],
    }
    return canonical.dumps(envelope) + b"\n"


def opened(data: bytes) -> tuple[bytes, str, bytes]:
    """Payload, keyid and signature of an envelope; the signature is not checked here.

    Raises:
        NotCanonical: not canonical, another payload type, not exactly one signature, a field
            missing or unknown, or base64 that is not spelt in the one way.
    """
    if not data.endswith(b"\n"):
        raise NotCanonical("does not end with a newline")
    value = canonical.loads(data[:-1])
    if not isinstance(value, dict) or set(value) != {"payload", "payloadType", "signatures"}:
        raise NotCanonical("is no DSSE envelope")
    if value["payloadType"] != PAYLOAD_TYPE:
        raise NotCanonical("has another payload type")
    found = value["signatures"]
    if not isinstance(found, list) or len(found) != 1:
        raise NotCanonical("does not hold exactly one signature")
    (one,) = found
    if not isinstance(one, dict) or set(one) != {"keyid", "sig"} or not is_sha256(one["keyid"]):
        raise NotCanonical("its signature is none")
    signature = strict_base64(one["sig"])
    if len(signature) != SIGNATURE_BYTES:
        raise NotCanonical("its signature has another length")
    return strict_base64(value["payload"]), str(one["keyid"]), signature


def strict_base64(text: Json) -> bytes:
    """The bytes of base64 in its one spelling: standard alphabet, padded, no other characters.

    Raises:
        NotCanonical: any other spelling.
    """
    try:
        data = base64.b64decode(str(text).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        data = b""
    if not isinstance(text, str) or _base64(data) != text:
        raise NotCanonical("is not strict base64")
    return data


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
