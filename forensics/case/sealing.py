"""Making a seal: the case is checked first, then the envelope is written, then a line names it.

The seal covers the record as it stood before that line, so the line changes nothing that was
sealed. It names the envelope with its hash: a seal that is taken away or exchanged is missed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case import canonical, dsse, keys
from forensics.case.case import Case
from forensics.case.commitments import SECRET, commit, name_for, secret_of
from forensics.case.files import explained, sha256_of, write_whole
from forensics.case.record import raw_lines
from forensics.case.refs import FileRef, files_in, tables_in
from forensics.case.seals import FOLDER, NAME, PREDICATE, RECORD, STATEMENT, seal_files
from forensics.case.verify import verify
from forensics.errors import CaseError
from forensics.model import Json, Progress
from forensics.version import __version__

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALWAYS = ("case.toml", "check.py", "CHECK.md")
"""Files of the case that a seal covers beside the record and what the last report wrote."""


@dataclass(frozen=True, slots=True)
class SealMade:
    """A seal just written."""

    file: str
    """Relative to the case folder."""
    sha256: str
    fingerprint: str
    lines: int
    """Lines of the record it covers."""
    head: str
    subjects: tuple[str, ...]


def make_seal(
    case: Case,
    key: Ed25519PrivateKey,
    *,
    at: str,
    verdict: str = "",
    scope: str = "case",
    reason: str = "",
    draw: Callable[[], bytes] = keys.new_secret,
    progress: Progress = lambda _stage, _done, _total: None,
) -> SealMade:
    """Seal the case as it stands, in the name under which it was opened.

    Args:
        case: A case that can be added to.
        key: The signer's private key.
        at: Claimed time of sealing.
        verdict: What the signer says by it: empty, or a verdict of a review.
        scope: What the verdict is about.
        reason: Why, in the signer's words.
        draw: Gives 32 random bytes; asked once, when a case is first sealed.
        progress: Called with the stage and the bytes hashed so far.

    Raises:
        CaseError: the case does not verify, or the disk refuses.
    """
    with case.exclusively():
        report = verify(case.root, progress=progress)
        if not report.ok:
            raise CaseError(
                "does not fit together, so it is not sealed",
                where=str(case.root),
                todo="run gnomon verify",
            )
        lines, prefix = report.lines, _prefix(case.root / RECORD, report.lines)
        name = f"{FOLDER}/{_next_number(case):04d}.dsse.json"
        committed = _commit(case, name, lines, draw)
        subjects = {RECORD: prefix, committed.path: committed.sha256, **_subjects(case)}
        public = keys.public_bytes(key)
        predicate: dict[str, Json] = {
            "at": at, "digest": report.digest, "head": report.head,
            "key": base64.b64encode(public).decode("ascii"), "reason": reason, "scope": scope,
            "seq": lines - 1, "tool": f"gnomon {__version__}", "verdict": verdict, "who": case.who,
        }  # fmt: skip
        envelope = dsse.sign(
            canonical.clean({
                "_type": STATEMENT,
                "subject": [
                    {"name": name, "digest": {"sha256": subjects[name]}} for name in subjects
                ],
                "predicateType": PREDICATE,
                "predicate": predicate,
            }),
            key,
        )  # fmt: skip
        with explained(case.root / FOLDER):
            (case.root / FOLDER).mkdir(exist_ok=True)
        write_whole(case.root / name, envelope)
        file = case.file_ref(case.root / name)
        files = [file, committed, case.file_ref(case.root / SECRET)]
        fingerprint = keys.fingerprint(public)
        body: dict[str, Json] = {
            "files": [one.as_json() for one in files], "head": report.head, "key": fingerprint,
            "lines": lines, "verdict": verdict,
        }  # fmt: skip
        case.append("seal", body)
    return SealMade(name, file.sha256, fingerprint, lines, report.head, tuple(subjects))


def _commit(case: Case, seal: str, lines: int, draw: Callable[[], bytes]) -> FileRef:
    """The file of commitments that belongs to a seal, written."""
    path = case.root / name_for(seal)
    with explained(path.parent):
        path.parent.mkdir(exist_ok=True)
    tables = {one.name: one for entry in case.entries() for one in tables_in(entry.body) if one}
    write_whole(path, commit(case.root, tables, secret_of(case, draw), lines))
    return case.file_ref(path)


def _prefix(path: Path, lines: int) -> str:
    digest = hashlib.sha256()
    for line in raw_lines(path):
        if line.number > lines:
            break
        digest.update(line.data + b"\n")
    return digest.hexdigest()


def _subjects(case: Case) -> dict[str, str]:
    """The files a seal covers, each as it lies there now."""
    last = case.last("report")
    written = [] if last is None else [one.path for one in files_in(last.body) if one is not None]
    found = {}
    for name in (*ALWAYS, *sorted(written)):
        if (case.root / name).exists():
            found[name] = sha256_of(case.root / name)[0]
    return found


def _next_number(case: Case) -> int:
    """One more than any number that a seal has or had."""
    names = [path.name for _name, path in seal_files(case.root)]
    for entry in case.entries():
        if entry.kind == "seal":
            names += [one.path.rpartition("/")[2] for one in files_in(entry.body) if one]
    numbers = [int(match[1]) for name in names if (match := NAME.fullmatch(name))]
    return max(numbers, default=0) + 1
