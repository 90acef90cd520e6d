"""Seals as a checker reads them: what each covers, whose key it bears, whether it still fits.

A seal is `seals/NNNN.dsse.json`: a DSSE envelope (`dsse.py`) over an in-toto Statement v1. It names
the head of the record by number and hash. A later line therefore makes it older, not wrong; a line
edited or cut off below it makes it wrong. It brings its public key along, so that anybody can check
the signature, but that shows only that the holder of this key signed. Whose key it is nobody can
read in a case: until the user vouches for a fingerprint, a seal that fits stays `unknown key`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from forensics.case import canonical, dsse, keys
from forensics.case.canonical import NotCanonical, clean_text
from forensics.case.files import explained, open_regular, sha256_of
from forensics.case.refs import is_reference_path, is_sha256
from forensics.case.walk import Check, CheckStatus, Walk
from forensics.errors import CaseError
from forensics.model import Json

FOLDER = "seals"
NAME = re.compile(r"([0-9]{4,8})\.dsse\.json")
RECORD = "record.jsonl"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:gnomon-forensics:seal:v1"
MOST_BYTES = 1 << 20
"""Largest seal; ours have about three kilobytes."""
TEXTS = ("at", "digest", "head", "key", "reason", "scope", "tool", "verdict", "who")
"""Members of the predicate that are text."""
SealStatus = Literal["ok", "older", "unknown key", "failed"]
_CHECK: Mapping[SealStatus, CheckStatus] = {
    "ok": "ok", "older": "ok", "unknown key": "not_checked", "failed": "failed",
}  # fmt: skip
LEVELS = (
    (
        "Proof level 0: hashes and chain. It shows accidental change and single edits. It does not"
        " show that lines were cut off at the end, nor that somebody rewrote the whole record so"
        " that it fits: compare the digest with the one printed in a report you received before."
    ),
    (
        "Proof level 1: one signer's seal over the record as it stands. It shows change by anyone"
        " who does not have that key. It does not show change by its holder, nor a clock set back,"
        " nor that the seal and later lines were removed together: compare with a copy you hold."
    ),
    (
        "Proof level 2: seals of two signers over the record as it stands. They show later change"
        " by either of them alone. They do not show what both did together, nor a clock set back."
    ),
    (
        "Proof level 3: seals of two signers over the record as it stands, and an outside time"
        " stamp over one of them. They show later change by either signer alone, and that the case"
        " was so at the time of the stamp: back-dating. They do not show what both did together"
        " before that time, nor what an authority did that is not what it seems."
    ),
)
"""What each level shows."""
_NO_LEVEL = " No level shows that the input was true when it was received."


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as read: well formed, and its signature fits the key it brings."""

    lines: int
    """Lines of the record it covers, from the first."""
    head: str
    who: str
    verdict: str
    scope: str
    digest: str
    """Digest of the record when it was sealed."""
    fingerprint: str
    subjects: Mapping[str, str]
    """File, relative to the case folder -> SHA-256; for the record, of the lines it covers."""


@dataclass(frozen=True, slots=True)
class SealView:
    """What a check says of one seal."""

    file: str
    status: SealStatus
    detail: str
    who: str = ""
    """As the signer wrote it: claimed."""
    verdict: str = ""
    fingerprint: str = ""
    lines: int = 0
    current: bool = False
    """True if everything in the case but later seals and reviews is as it was when sealed."""


def seal_files(root: Path) -> list[tuple[str, Path]]:
    """Everything that lies in the folder of seals, by name; links are not followed."""
    folder = root / FOLDER
    if folder.is_symlink() or not folder.is_dir():
        return [(FOLDER, folder)] if folder.is_symlink() or folder.exists() else []
    return [(f"{FOLDER}/{path.name}", path) for path in sorted(folder.iterdir())]


def read_seals(root: Path) -> dict[str, Seal | str]:
    """File name -> seal, or what is wrong with it, for everything in the folder of seals."""
    found: dict[str, Seal | str] = {}
    for name, path in seal_files(root):
        try:
            if NAME.fullmatch(path.name) is None:
                raise NotCanonical("is no seal by its name")
            found[name] = read_seal(path)
        except CaseError as error:
            found[name] = error.what
    return found


def read_seal(path: Path) -> Seal:
    """One seal, if it is well formed and its signature fits.

    Raises:
        CaseError: it cannot be read.
        NotCanonical: what is wrong with it.
    """
    with open_regular(path) as handle, explained(path):
        data = handle.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise NotCanonical("is too large for a seal")
    payload, keyid, signature = dsse.opened(data)
    seal, public = _statement(canonical.loads(payload))
    if keyid != seal.fingerprint:
        raise NotCanonical("its keyid is not that of the key it brings")
    if not keys.signature_fits(public, signature, dsse.pae(payload)):
        raise NotCanonical("the signature does not fit: seal or key was changed")
    return seal


def _statement(value: Json) -> tuple[Seal, bytes]:
    """The seal in a statement, and the raw public key."""
    wanted = {"_type", "subject", "predicateType", "predicate"}
    if not isinstance(value, dict) or set(value) != wanted:
        raise NotCanonical("holds no in-toto statement")
    if (value["_type"], value["predicateType"]) != (STATEMENT, PREDICATE):
        raise NotCanonical("holds a statement of another type")
    said = value["predicate"]
    if not isinstance(said, dict) or type(said.get("seq")) is not int:
        raise NotCanonical("names no head of a record")
    if set(said) != {*TEXTS, "seq"} or not all(isinstance(said[name], str) for name in TEXTS):
        raise NotCanonical("its predicate has fields missing, unknown or of another type")
    public = dsse.strict_base64(said["key"])
    if len(public) != keys.KEY_BYTES:
        raise NotCanonical("brings no Ed25519 key")
    seq = said["seq"]
    assert isinstance(seq, int)  # noqa: S101 - for mypy: tested above
    texts = {name: str(said[name]) for name in ("head", "who", "verdict", "scope", "digest")}
    subjects = _subjects(value["subject"])
    return Seal(
        lines=seq + 1, fingerprint=keys.fingerprint(public), subjects=subjects, **texts
    ), public


def _subjects(value: Json) -> dict[str, str]:
    found: dict[str, str] = {}
    if not isinstance(value, list):
        raise NotCanonical("has no list of subjects")
    for one in value:
        name = one.get("name") if isinstance(one, dict) else None
        digest = one.get("digest") if isinstance(one, dict) else None
        sha256 = digest.get("sha256") if isinstance(digest, dict) else None
        if not isinstance(name, str) or not is_reference_path(name) or not is_sha256(sha256):
            raise NotCanonical("a subject is no file of a case with its SHA-256")
        if name in found:
            raise NotCanonical(f"subject {name!r:.60} stands twice")
        found[name] = str(sha256)
    if RECORD not in found:
        raise NotCanonical("does not cover the record")
    return found


# ---- judging -----------------------------------------------------------------------------------


def judge(
    walk: Walk, seals: Mapping[str, Seal | str], trusted: Collection[str]
) -> tuple[SealView, ...]:
    """What is to be said of each seal, once the record has been walked.

    Args:
        walk: The walk over the record, with the lines that the seals name among `wanted`.
        seals: As `read_seals` gives them.
        trusted: Fingerprints that the user vouches for.
    """
    return tuple(_judged(walk, name, seal, trusted) for name, seal in sorted(seals.items()))


def _judged(walk: Walk, name: str, seal: Seal | str, trusted: Collection[str]) -> SealView:
    if isinstance(seal, str):
        walk.misfit("seals", name, seal)
        return SealView(clean_text(name), "failed", seal)
    wrong, since = _compared(walk, seal)
    for what in wrong:
        walk.misfit("seals", name, what)
    status: SealStatus = "older" if since else "ok"
    words = [f"covers lines 1 to {seal.lines} of {walk.lines}", *since]
    if seal.fingerprint not in trusted:
        status = "unknown key"
        words.append("the signature fits the key it brings, but nobody vouched for that key")
    if wrong:
        status, words = "failed", wrong
    return SealView(
        name, status, "; ".join(words), seal.who, seal.verdict, seal.fingerprint, seal.lines,
        current=not wrong and not since,
    )  # fmt: skip


def _compared(walk: Walk, seal: Seal) -> tuple[list[str], list[str]]:
    """What does not fit a seal, and what has come since."""
    mark = walk.marks.get(seal.lines - 1)
    if mark is None:
        return [f"names line {seal.lines}, but the record has {walk.lines}: lines were cut off"], []
    if (mark.head, mark.prefix) != (seal.head, seal.subjects[RECORD]):
        return [f"the lines 1 to {seal.lines} of the record are not the ones it names"], []
    wrong, since = [], []
    if mark.work != walk.work:
        since.append(f"line {walk.work + 1} and perhaps others came since")
    for name, sha256 in sorted(seal.subjects.items()):
        if name == RECORD or _has(walk.root / name, sha256):
            continue
        line, later = walk.files.get(name, (0, ""))
        if line > seal.lines and _has(walk.root / name, later):
            since.append(f"{name} was written again since, see line {line}")
        elif name == "case.toml" and since:
            since.append(f"{name} was edited since")
        else:
            wrong.append(f"{name} is not the file that was sealed")
    return wrong, since


def _has(path: Path, sha256: str) -> bool:
    try:
        return sha256_of(path)[0] == sha256
    except CaseError:
        return False


def level_of(seals: Sequence[SealView], trusted: Collection[str] | None) -> int:
    """The proof level that the seals reach: 0 to 2.

    Two seals are two signers' only if both the key and the claimed name differ.

    Args:
        seals: As `judge` gives them.
        trusted: Fingerprints vouched for; None takes every key for its claimed owner's.
    """
    signers = [
        (one.fingerprint, _plain(one.who))
        for one in seals
        if one.current and (trusted is None or one.fingerprint in trusted)
    ]
    two = any(a[0] != b[0] and a[1] != b[1] for a in signers for b in signers)
    return 2 if two else int(bool(signers))


def levels(
    seals: Sequence[SealView], trusted: Collection[str], *, stamped: bool
) -> tuple[int, int]:
    """The proof level, and the one it would be if every key is that of the person named.

    A time stamp lifts level 2 to 3. It lifts nothing else: over one signer's seal it shows when,
    but that signer could have made the whole case just before.
    """
    found = level_of(seals, trusted), level_of(seals, None)
    lifted = [3 if stamped and level == 2 else level for level in found]
    return lifted[0], lifted[1]


def level_means(level: int, if_vouched: int) -> str:
    """What a level shows and what it does not; and which it would be with the keys vouched for."""
    text = LEVELS[level] + _NO_LEVEL
    if if_vouched > level:
        text += (
            f" It would be level {if_vouched} if the keys are those of the people named: compare"
            " the fingerprints with what their owners tell you, then give them with --key."
        )
    return text


def check_of(walk: Walk, seals: Sequence[SealView]) -> Check:
    """The one line about all seals in the table of checks."""
    if not seals:
        return Check("seals", "not_checked", "none: lines cut off at the end are not caught")
    counts = {
        status: sum(one.status == status for one in seals)
        for status in ("ok", "older", "unknown key", "failed")
    }
    words = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    if counts["failed"]:
        return walk.check("seals", words)
    status: CheckStatus = "ok"
    for one in seals:
        status = "not_checked" if _CHECK[one.status] == "not_checked" else status
    return Check("seals", status, words)


def _plain(who: str) -> str:
    return " ".join(who.casefold().split())


def same_person(one: str, other: str) -> bool:
    """True if two claimed names differ in nothing but case and spaces."""
    return _plain(one) == _plain(other)
