"""What changed since a seal, and that a record that was rewritten below it is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forensics.case import Case
from forensics.case.sealing import make_seal
from forensics.errors import CaseError, UsageError
from forensics.job.moments import PREFIX, latest
from forensics.job.walk import Change, changes

NOW = "2024-01-02T03:04:05Z"


@pytest.fixture
def sealed(own_case: Path) -> Case:
    case = Case.open(own_case, who="A. Analyst", now=lambda: NOW)
    make_seal(case, Ed25519PrivateKey.from_private_bytes(bytes(32)), at=NOW)
    return Case.open(own_case, who="analyst", now=lambda: NOW)


def listed(case: Case) -> dict[tuple[str, str], Change]:
    return {(one.section, one.id): one for one in changes(case.root, 1).changes}


def weighed_again(
    case: Case, change: dict[str, dict[str, Any]], more: list[dict[str, Any]]
) -> None:
    """Another weighing: rows of the last one, some of them with other values, and further rows."""
    name = latest(tuple(case.entries()))
    rows: list[dict[str, Any]] = []
    for row in case.read_table(name):
        new = change.get(str(row.get("id") or row.get("unit")), {})
        if new != {"gone": True}:
            rows.append({**row, **{k: v for k, v in new.items() if k in row}})
    ref = case.write_table(f"{PREFIX}other.jsonl", [*rows, *more])
    case.append("weigh", {"units": 2, "tables": [ref.as_json()]})


def test_nothing_changed(sealed: Case) -> None:
    found = changes(sealed.root, "0001.dsse.json")
    assert (found.changes, found.added) == ((), 1)
    assert found.who == "A. Analyst"


def test_originals_and_what_people_did(sealed: Case, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_bytes(b"account,time\n")
    item = sealed.add_file(tmp_path / "new.csv", "new.csv")
    gone = next(one for one in sealed.originals() if one.name_as_received == "weibo.ndjson")
    sealed.path_of(gone.sha256).unlink()
    line = sealed.append("object", {"topic": "objection", "text": "A proxy?"}).seq + 1
    toml = sealed.root / "case.toml"
    toml.write_text(toml.read_text() + "# a remark\n")
    found = listed(sealed)
    assert found["original", item.sha256].sort == "new"
    assert found["original", gone.sha256].sort == "removed"
    assert found["objection", f"line {line}"].says == "analyst: objection: A proxy?"
    assert found["file", "case.toml"].sort == "changed"
    assert not [one for one in found.values() if one.section == "seal"]


def test_clues_conclusions_and_shares_that_moved(sealed: Case) -> None:
    judgement = {"what": "written", "section": "judgements", "row": {"id": "dialect", "unit": "A"}}
    moved = {
        "label:A:CN-JS": {"gone": True},
        "image_clock:A:bf4ea420a426ce5c": {"sha256": "0" * 16},
        "H_CN-JS.3209": {"stated_ppm": 123_456},
        "A": {"probability_ppm": 999_000, "statement": "Sure."},
    }
    weighed_again(sealed, moved, [judgement])
    found = listed(sealed)
    assert found["clue", "label:A:CN-JS"].sort == "removed"
    assert found["clue", "image_clock:A:bf4ea420a426ce5c"].sort == "changed"
    assert found["case.toml judgements", "dialect"].sort == "new"
    assert found["posterior, hypothesis", "A/H_CN-JS.3209"].says.endswith("-> 12.3 %")
    end = found["conclusion", "A"]
    assert end.sort == "moved"
    assert "-> 99.9 %: No place can be named" in end.says
    assert end.says.endswith("-> Sure.")


def test_a_case_that_was_not_weighed_when_it_was_sealed(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case", question="Where?", settings={}, who="me", now=lambda: NOW)
    make_seal(case, Ed25519PrivateKey.from_private_bytes(bytes(32)), at=NOW)
    assert changes(case.root, 1).notes == ("nothing was weighed yet when it was sealed",)


@pytest.mark.parametrize("seal", ["2", "seals/0009.dsse.json", "x"])
def test_no_such_seal(sealed: Case, seal: str) -> None:
    with pytest.raises(UsageError, match=r"there are: 0001\.dsse\.json"):
        changes(sealed.root, seal)


def test_a_record_that_was_rewritten_is_not_compared(sealed: Case) -> None:
    path = sealed.root / "record.jsonl"
    kept = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(kept[:3]))
    with pytest.raises(CaseError, match="not the one that was sealed"):
        changes(sealed.root, 1)


def test_a_seal_that_was_touched_is_refused(sealed: Case) -> None:
    path = sealed.root / "seals" / "0001.dsse.json"
    envelope = json.loads(path.read_bytes())
    path.chmod(0o600)
    path.write_text(json.dumps(envelope | {"payload": "bm90IGl0"}))
    with pytest.raises(CaseError):
        changes(sealed.root, 1)
