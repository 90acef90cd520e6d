"""The table of attacks in the documents is the one that is tried: no row more, none less."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forensics.case import Case, keys, verify
from forensics.case.sealing import make_seal

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs/custody.md"
LEVEL_FOR = {
    "whole lines cut off at the end": "; level 1",
    "the whole record rewritten so that it fits": "; level 1 (by a signer: level 2)",
    "a clock set back": "; level 3",
    "a seal and all lines after it removed together": "; a copy of the envelope kept elsewhere",
    "another key in place of the signer's, everything signed anew": "; `--key` with the right key",
}
"""What hashes and chain alone do not catch -> what would."""


def rows() -> list[str]:
    """The rows of the table, from the dictionaries that the tests run."""
    plain = runpy.run_path(str(HERE / "test_tampering.py"))
    seals = runpy.run_path(str(HERE / "test_seals.py"))
    stamps = runpy.run_path(str(HERE / "test_timestamps.py"))
    copies = runpy.run_path(str(HERE.parent / "export/test_handover_proofs.py"))
    both = [*plain["CAUGHT"], *(f"seal: {name}" for name in seals["CAUGHT"])]
    both += [f"time stamp: {name}" for name in stamps["ATTACKS"]]
    both += [f"redacted copy: {name}" for name in copies["ATTACKS"]]
    found = [f"| {what} | {how} | yes | yes |" for what, how in _grouped(both)]
    only = [*plain["ONLY_VERIFY"], *(f"redacted copy: {name}" for name in copies["ONLY_VERIFY"])]
    found += [f"| {what} | {how} | yes | no |" for what, how in _grouped(only)]
    assert set(plain["NOT_CAUGHT"]) <= set(LEVEL_FOR)
    return found + [f"| - | {what} | no{help_} would | no |" for what, help_ in LEVEL_FOR.items()]


def _grouped(names: Iterable[str]) -> list[tuple[str, str]]:
    """(What is attacked, the attacks on it), in the order of the first of each."""
    groups: dict[str, list[str]] = {}
    for name in names:
        what, _, how = name.partition(": ")
        groups.setdefault(what, []).append(how)
    return [(what, "; ".join(hows)) for what, hows in groups.items()]


def test_the_table_of_attacks_is_what_is_tried() -> None:
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition("## Attacks that are tried\n")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| ")][1:] == rows()


def test_there_are_enough_of_them() -> None:
    caught = [row for row in rows() if row.endswith("| yes | yes |")]
    assert sum(row.split("|")[2].count(";") + 1 for row in caught) >= 100


def test_another_signer_is_seen_only_by_who_knows_the_key(finished: Path) -> None:
    mine, other = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
    known = keys.fingerprint(keys.public_bytes(mine))
    now = "2024-01-02T03:04:05Z"
    case = Case.open(finished, who="me", now=lambda: now)
    make_seal(case, mine, at=now)
    assert verify(finished, trusted=[known]).level == 1
    (finished / "seals/0001.dsse.json").unlink()
    lines = (finished / "record.jsonl").read_bytes().splitlines(keepends=True)
    assert json.loads(lines[-1])["kind"] == "seal"
    (finished / "record.jsonl").write_bytes(b"".join(lines[:-1]))
    assert verify(finished).ok  # a seal and all lines after it removed together
    make_seal(Case.open(finished, who="me", now=lambda: now), other, at=now)
    report = verify(finished, trusted=[known])
    assert report.ok
    assert (report.level, report.level_if_vouched) == (0, 1)
    assert [seal.status for seal in report.seals] == ["unknown key"]
