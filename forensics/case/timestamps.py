"""Time stamps of outside authorities (RFC 3161) over seals: asked for, attached, checked offline.

The request is a file that the user carries to an authority; nothing is sent from here. It holds
the SHA-256 of the envelope of a seal and nothing of the case. The reply comes back as a file and is
kept as `timestamps/NNNN-K.tsr` for seal NNNN. It shows that the seal, and all that it covers, is
not younger than the time in it, if the authority is one that the checker trusts: the certificates
come from the user, never from the case.

Reading replies needs the extra `timestamp` (rfc3161-client). `openssl ts -verify` does the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from forensics.case.canonical import clean_text
from forensics.case.files import explained, open_regular, sha256_of, write_whole
from forensics.case.seals import SealView, seal_files
from forensics.case.walk import Check, Walk
from forensics.errors import CaseError, UsageError
from forensics.model import Json

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

    from forensics.case.case import Case

FOLDER = "timestamps"
NAME = re.compile(r"([0-9]{4,8})-([1-9][0-9]{0,2})\.tsr")
MOST_BYTES = 1 << 20
_REQUEST = bytes.fromhex("30390201013031300d060960864801650304020105000420"), b"\x01\x01\xff"
"""TimeStampReq in DER, before and after a SHA-256: version 1, no policy, no nonce, certificates
wanted. A nonce would guard against an old reply; none is older than a hash that nobody knew."""
_SHA256_OID = "2.16.840.1.101.3.4.2.1"
StampStatus = Literal["ok", "unknown authority", "not checked", "failed"]


@dataclass(frozen=True, slots=True)
class StampView:
    """What a check says of one time stamp."""

    file: str
    seal: str
    """The seal it belongs to, by its name."""
    status: StampStatus
    detail: str
    at: str = ""
    """The time in it, UTC; claimed until the authority is known."""


def request_for(envelope: bytes) -> bytes:
    """The request for a time stamp over a seal, as DER: equal bytes for an equal seal."""
    return _REQUEST[0] + hashlib.sha256(envelope).digest() + _REQUEST[1]


def newest_seal(case: Case) -> str:
    """The last seal of a case, relative to it.

    Raises:
        CaseError: it has none.
    """
    names = [name for name, _ in seal_files(case.root) if name.endswith(".dsse.json")]
    if not names:
        raise CaseError(
            "has no seal to be time-stamped", where=str(case.root), todo="gnomon seal CASE --key"
        )
    return max(names)


def attach(case: Case, reply: Path, authorities: Collection[Certificate]) -> StampView:
    """Keep a reply beside the seal it is over, and say so in the record.

    Args:
        case: A case that can be added to.
        reply: The file that came back from the authority.
        authorities: Certificates the user trusts; with none the reply is kept unchecked.

    Raises:
        UsageError: no reply, a refusal, over no seal of this case, or not of these authorities.
        CaseError: a file cannot be read, or the disk refuses.
    """
    data = _read(reply)
    try:
        token = _decoded(data)
    except ValueError as error:
        raise UsageError(str(error), where=str(reply)) from None
    with case.exclusively():
        seals = {sha256_of(path)[0]: name for name, path in seal_files(case.root)}
        seal = seals.get(_imprint(token))
        if seal is None:
            raise UsageError(
                "is over no seal of this case", where=str(reply),
                todo="gnomon seal CASE --timestamp-request FILE makes the request",
            )  # fmt: skip
        view = _view(data, case.root / seal, seal, str(reply), authorities)
        if authorities and view.status != "ok":
            raise UsageError(view.detail, where=str(reply))
        number = Path(seal).name.partition(".")[0]
        with explained(case.root / FOLDER):
            (case.root / FOLDER).mkdir(exist_ok=True)
        taken = sum(1 for path in (case.root / FOLDER).glob(f"{number}-*.tsr"))
        name = f"{FOLDER}/{number}-{taken + 1}.tsr"
        write_whole(case.root / name, data)
        body: dict[str, Json] = {
            "files": [case.file_ref(case.root / name).as_json()], "seal": seal, "time": view.at,
        }  # fmt: skip
        case.append("timestamp", body)
    return StampView(name, seal, view.status, view.detail, view.at)


def read_authorities(path: Path) -> tuple[Certificate, ...]:
    """The certificates of a PEM file: the root of an authority, and those between if need be.

    Raises:
        UsageError: holds none.
        CaseError: the file cannot be read.
    """
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return tuple(load_pem_x509_certificates(_read(path)))
    except ValueError:
        raise UsageError("holds no certificate in PEM form", where=str(path)) from None


def check_stamps(
    root: Path, seals: Collection[SealView], authorities: Collection[Certificate]
) -> tuple[StampView, ...]:
    """What is to be said of each time stamp of a case or of a copy."""
    known = {one.file for one in seals if one.status != "failed"}
    return tuple(_checked(root, name, known, authorities) for name in _files(root))


def note_stamps(walk: Walk, stamps: Collection[StampView]) -> Check | None:
    """The one line about all time stamps in the table of checks; None where there are none."""
    for one in stamps:
        if one.status == "failed":
            walk.misfit("time stamps", one.file, one.detail)
    if not stamps:
        return None
    counts = [f"{sum(one.status == s for one in stamps)} {s}" for s in _order(stamps)]
    check = walk.check("time stamps", ", ".join(counts))
    if check.status == "ok" and any(one.status != "ok" for one in stamps):
        return Check(check.name, "not_checked", check.detail)
    return check


def covers(stamps: Collection[StampView], seals: Collection[SealView]) -> bool:
    """True if a seal over the case as it stands has a time stamp of a known authority."""
    current = {one.file for one in seals if one.current}
    return any(one.status == "ok" and one.seal in current for one in stamps)


def beside(stamps: Collection[StampView]) -> str:
    """A sentence on time stamps that nobody has vouched for yet; empty if there are none."""
    open_ = sum(one.status in ("unknown authority", "not checked") for one in stamps)
    if not open_:
        return ""
    noun = "time stamp lies" if open_ == 1 else "time stamps lie"
    return f" {open_} {noun} beside the seals unchecked: give the authority with --timestamp-ca."


def _order(stamps: Collection[StampView]) -> list[str]:
    return sorted({one.status for one in stamps})


def _files(root: Path) -> Iterator[str]:
    folder = root / FOLDER
    if folder.is_symlink() or folder.is_file():
        yield FOLDER
    elif folder.is_dir():
        yield from sorted(f"{FOLDER}/{path.name}" for path in folder.iterdir())


def _checked(
    root: Path, name: str, seals: Collection[str], authorities: Collection[Certificate]
) -> StampView:
    found = NAME.fullmatch(name.partition("/")[2])
    seal = f"seals/{found[1]}.dsse.json" if found else ""
    if seal not in seals:
        return StampView(clean_text(name), seal, "failed", "belongs to no seal that fits")
    try:
        return _view(_read(root / name), root / seal, seal, name, authorities)
    except CaseError as error:
        return StampView(name, seal, "failed", error.what)


def _view(
    data: bytes, envelope: Path, seal: str, name: str, authorities: Collection[Certificate]
) -> StampView:
    """One reply against the seal it should be over."""
    try:
        token = _decoded(data)
    except ModuleNotFoundError:
        words = "not checked: needs the extra timestamp, or openssl ts -verify"
        return StampView(name, seal, "not checked", words)
    except ValueError as error:
        return StampView(name, seal, "failed", str(error))
    sealed = _read(envelope)
    at = token.tst_info.gen_time.strftime("%Y-%m-%dT%H:%M:%SZ")
    if _imprint(token) != hashlib.sha256(sealed).hexdigest():
        return StampView(name, seal, "failed", "is over something else than that seal", at)
    if not authorities:
        words = f"says {at}, but no certificate of its authority was given"
        return StampView(name, seal, "unknown authority", words, at)
    why = _distrusted(token, sealed, authorities)
    if why:
        words = f"says {at}, but is not of an authority that was given ({why})"
        return StampView(name, seal, "unknown authority", words, at)
    return StampView(name, seal, "ok", f"the seal is not younger than {at}", at)


def _distrusted(
    token: TimeStampResponse, sealed: bytes, authorities: Collection[Certificate]
) -> str:
    """Why the reply is not one of these authorities; empty if it is."""
    from rfc3161_client import VerificationError, VerifierBuilder

    try:
        VerifierBuilder(roots=[*authorities]).build().verify_message(token, sealed)
    except VerificationError as error:
        return clean_text(str(error).splitlines()[0])[:120]
    return ""


def _decoded(data: bytes) -> TimeStampResponse:
    """A reply, read.

    Raises:
        ValueError: it is none, the authority refused, or it is over another kind of hash.
        ModuleNotFoundError: the extra is not installed.
    """
    from rfc3161_client import decode_timestamp_response

    try:
        token = decode_timestamp_response(data)
        granted = token.status == 0
    except ValueError as error:
        what = "is no reply of a time stamp authority"
        if "InvalidSetOrdering" in str(error):
            what += " in strict DER (its certificates stand in another order; openssl ts -verify"
            what += " may read it)"
        raise ValueError(what) from None
    if not granted:
        raise ValueError("the authority refused")
    if token.tst_info.message_imprint.hash_algorithm.dotted_string != _SHA256_OID:
        raise ValueError("is over another kind of hash than SHA-256")
    return token


def _imprint(token: TimeStampResponse) -> str:
    return str(token.tst_info.message_imprint.message.hex())


def _read(path: Path) -> bytes:
    with open_regular(path) as handle, explained(path):
        data = handle.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise CaseError("is too large for that", where=str(path))
    return data
