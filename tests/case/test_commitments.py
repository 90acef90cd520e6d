"""Commitments: the tree hash of RFC 6962, parts of rows, the secret, and what a full check adds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from forensics.case import Case, canonical, check, keys, merkle, sealing, verify
from forensics.case.canonical import NotCanonical
from forensics.case.commitments import (
    SECRET,
    leaf_of,
    name_for,
    read_commitments,
    read_secret,
)
from forensics.case.parts import BODIES, KEPT, RECORD, body_may_stay, flat, parts_of
from forensics.case.rowparts import in_parts, rows_of
from forensics.case.tables import hash_rows
from forensics.errors import CaseError
from forensics.model import Entry, Json

AT = "2024-01-02T03:04:05Z"
ME = Ed25519PrivateKey.from_private_bytes(bytes(32))
KNOWN = [keys.fingerprint(keys.public_bytes(ME))]
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f")  # fmt: skip
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Roots over the first 0 to 8 of these leaves: the test values of Certificate Transparency."""


@pytest.mark.parametrize("count", range(len(ROOTS)))
def test_the_tree_is_that_of_certificate_transparency(count: int) -> None:
    leaves = [merkle.leaf([bytes.fromhex(text)]) for text in LEAVES[:count]]
    tree = merkle.Tree()
    for leaf in leaves:
        tree.add(leaf)
    assert (tree.root(), tree.rows) == (ROOTS[count], count)
    assert check.root_of(leaves) == ROOTS[count]


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_check_py_builds_the_same_tree(leaves: list[bytes]) -> None:
    tree = merkle.Tree()
    for leaf in leaves:
        tree.add(leaf)
    assert tree.root() == check.root_of(leaves)


COLUMNS = st.sampled_from(["a", "b", "c", "d"])
ROWS = st.dictionaries(COLUMNS, st.one_of(st.integers(0, 9), st.text(max_size=3), st.none()))


@given(ROWS, st.sets(st.integers(0, 2)), st.binary(min_size=32, max_size=32))
def test_a_leaf_is_the_same_whatever_is_shown(
    row: dict[str, Json], shown: set[int], secret: bytes
) -> None:
    parts = (("a",), ("b", "c"))
    row = json.loads(json.dumps(row).encode("utf-8", "replace"))
    split = in_parts(row, parts)
    salts = [merkle.salt(secret, "t", 0, number) for number in range(3)]
    hashes = [
        merkle.commitment(salt, canonical.dumps(part))
        for salt, part in zip(salts, split, strict=True)
    ]
    handed = {key: value for number in shown for key, value in split[number].items()}
    proof = [
        f"salt:{salts[number].hex()}" if number in shown else f"hash:{hashes[number].hex()}"
        for number in range(3)
    ]
    wanted = merkle.leaf(hashes)
    assert leaf_of(handed | {"derived": 1}, proof, parts) == wanted
    assert leaf_of({}, [f"leaf:{wanted.hex()}"], parts) == wanted
    as_lists = [list(part) for part in parts]
    assert check.leaf_of({**handed, "derived": 1}, proof, as_lists) == wanted


@pytest.mark.parametrize(
    "proof",
    [[], ["salt:"], ["salt:" + "0" * 64], ["leaf:" + "0" * 64], ["x:" + "0" * 64] * 2,
     ["hash:" + "0" * 64] * 2, ["salt:" + "0" * 64] * 3, ["leaf:" + "0" * 64] * 2],
)  # fmt: skip
def test_a_value_without_a_proof_is_refused(proof: list[str]) -> None:
    with pytest.raises(NotCanonical):
        leaf_of({"a": 1}, proof, [["a"]])
    with pytest.raises(ValueError, match="proof"):
        check.leaf_of({"a": 1}, proof, [["a"]])


def test_lists_of_what_stays_name_parts() -> None:
    assert parts_of("clues.jsonl") == tuple((column,) for column in KEPT["clues"])
    assert len(parts_of("posts.parquet")) == 1
    assert parts_of("profiles.jsonl") == parts_of("cells.parquet") == ()
    entry = Entry(0, "", AT, "me", "t", "report", {"digest": "d", "files": [], "key": "k"})
    line, body, rest = in_parts(flat(entry), parts_of(RECORD))
    assert set(line) == {"seq", "kind", "at", "tool"}
    assert {name.removeprefix("body.") for name in body} == set(BODIES["report"])
    assert set(rest) == {"prev", "who", "body.key"}
    assert body_may_stay(entry)
    assert not body_may_stay(Entry(0, "", AT, "me", "t", "note", {"files": []}))


def _sealed(root: Path, byte: int = 1) -> str:
    case = Case.open(root, who="me", now=lambda: AT)
    return sealing.make_seal(case, ME, at=AT, draw=lambda: bytes([byte]) * 32).file


def test_a_seal_commits_to_every_row(finished: Path) -> None:
    seal = _sealed(finished)
    found = {one.name: one for one in read_commitments(finished / name_for(seal))}
    assert set(found) == {"posts.parquet", "images.jsonl", RECORD}
    assert [found[name].rows for name in sorted(found)] == [2, 100, 7]
    line = json.loads((finished / "record.jsonl").read_bytes().splitlines()[-1])
    paths = [one["path"] for one in line["body"]["files"]]
    assert paths == [seal, name_for(seal), SECRET]
    report = verify(finished, trusted=KNOWN, commitments=True)
    assert (report.ok, report.level) == (True, 1)
    assert report.checks[-1].detail == "of 1 seal: every row is as committed"


def test_rows_of_parquet_are_those_that_are_hashed(finished: Path) -> None:
    case = Case.open(finished)
    (table,) = (one for one in _tables(case) if one.name == "posts.parquet")
    digest = hashlib.sha256()
    for (whole,) in rows_of(finished, table, ()):
        digest.update(whole + b"\n")
    assert (table.rows, digest.hexdigest()) == hash_rows(
        finished / "tables/posts.parquet", key=table.key
    )


def _tables(case: Case):
    from forensics.case.refs import tables_in

    return [one for entry in case.entries() for one in tables_in(entry.body) if one]


def test_salts_stay_the_same_and_the_secret_is_drawn_once(finished: Path) -> None:
    first = read_commitments(finished / name_for(_sealed(finished, 1)))
    again = read_commitments(finished / name_for(_sealed(finished, 2)))
    assert first[:-1] == again[:-1]
    assert read_secret(finished) == b"\x01" * 32
    assert (finished / SECRET).stat().st_mode & 0o077 == 0
    assert first[-1].rows + 1 == again[-1].rows


def test_another_secret_gives_other_roots(finished: Path) -> None:
    first = read_commitments(finished / name_for(_sealed(finished, 1)))
    (finished / SECRET).write_bytes(b"02" * 32 + b"\n")
    assert not verify(finished).ok
    case = Case.open(finished, who="me", now=lambda: AT)
    case.append("note", {"files": [case.file_ref(finished / SECRET).as_json()]})
    again = read_commitments(finished / name_for(_sealed(finished)))
    assert first[0].root != again[0].root


@pytest.mark.parametrize("data", [b"", b"01" * 32, b"0" * 63 + b"\n", b"0" * 65 + b"\n"])
def test_a_damaged_secret_is_refused(finished: Path, data: bytes) -> None:
    (finished / SECRET).write_bytes(data)
    with pytest.raises(CaseError, match="is no secret"):
        read_secret(finished)


def test_a_signer_who_commits_to_other_rows_is_found_out(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seal fits, for its holder signed it; only working it out again tells."""
    true = sealing.commit
    monkeypatch.setattr(
        sealing, "commit", lambda *given: true(*given).replace(b'"rows":100', b'"rows":99')
    )
    _sealed(finished)
    assert verify(finished, trusted=KNOWN).ok
    report = verify(finished, trusted=KNOWN, commitments=True)
    assert not report.ok
    assert report.checks[-1].detail.endswith("are not those of the tables and the record")


def test_without_a_current_seal_there_is_nothing_to_work_out(finished: Path) -> None:
    assert verify(finished, commitments=True).checks[-1].status == "not_checked"


GOOD = {"name": "a.jsonl", "parts": [], "root": "0" * 64, "rows": 1}


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"format": 2, "secret_sha256": "", "tables": []},
        {"format": 1, "secret_sha256": "", "tables": {}},
        {"format": 1, "secret_sha256": "", "tables": [GOOD, GOOD]},
        *(
            {"format": 1, "secret_sha256": "", "tables": [{**GOOD, **odd}]}
            for odd in ({"name": "../a.jsonl"}, {"rows": True}, {"root": "x"}, {"parts": [1]},
                        {"parts": [[1]]}, {"parts": 1}, {"more": 1}, {"name": 1})
        ),
    ],
)  # fmt: skip
def test_broken_commitments_are_refused(tmp_path: Path, value: Json) -> None:
    path = tmp_path / "0001.json"
    path.write_bytes(canonical.dumps(value) + b"\n")
    with pytest.raises(NotCanonical):
        read_commitments(path)
