"""Cases to work out again: one that was moved, and one whose owner lied so that all hashes fit."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forensics.job.run import RunResult

Line = dict[str, Any]


def dumped(value: object) -> bytes:
    """Canonical JSON, written without the package."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def reforged(root: Path, change: Callable[[list[Line]], None]) -> None:
    """Change the record and make the whole chain, the digest of the report included, fit again."""
    path = root / "record.jsonl"
    lines: list[Line] = [json.loads(line) for line in path.read_bytes().splitlines()]
    change(lines)
    digest, prev, out = hashlib.sha256(), "0" * 64, []
    for number, line in enumerate(lines):
        if line["kind"] == "report":
            line["body"]["digest"] = digest.hexdigest()
        if line["kind"] not in {"report", "export", "seal"}:
            digest.update(dumped([line["kind"], line["body"]]) + b"\n")
        line |= {"prev": prev, "seq": number}
        out.append(dumped(line))
        prev = sha256(out[-1])
    path.write_bytes(b"\n".join(out) + b"\n")


def rehashed(root: Path, lines: list[Line]) -> None:
    """Give every table and file the hashes that it has now."""
    for line in lines:
        for ref in line["body"].get("tables", []):
            data = (root / "tables" / ref["name"]).read_bytes()
            if ref["sha256"] != sha256(data):
                ref["sha256"] = sha256(data)
                if ref["name"].endswith(".jsonl"):
                    ref |= {"rows": data.count(b"\n"), "rows_sha256": sha256(data)}
                else:
                    from forensics.case.tables import hash_rows

                    rows, rows_sha256 = hash_rows(root / "tables" / ref["name"], key=ref["key"])
                    ref |= {"rows": rows, "rows_sha256": rows_sha256}
        for ref in line["body"].get("files", []):
            data = (root / ref["path"]).read_bytes()
            ref |= {"sha256": sha256(data), "size": len(data)}


@pytest.fixture(scope="session")
def forge() -> Callable[[Path, Callable[[list[Line]], None]], None]:
    return reforged


@pytest.fixture(scope="session")
def copied(mixed: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Copies the small case with its report to another place; gives the case folder."""

    def copy() -> Path:
        home = tmp_path_factory.mktemp("moved here") / "another name"
        shutil.copytree(mixed.case.parent, home)
        shutil.rmtree(home / "case" / "cache", ignore_errors=True)
        return home / "case"

    return copy


@pytest.fixture(scope="session")
def forged(copied: Callable[[], Path]) -> Path:
    """A case whose owner changed numbers, and then everything that would have shown it.

    One weight is 4 dB higher; one post is gone and was never counted; a probability in the summary
    and a word in the report are others; a conclusion claims more than the numbers carry; case.toml
    has an assumption that was not there when it was weighed.
    """
    root = copied()
    path = root / "tables" / "weights.jsonl"
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    next(row for row in rows if row["hypothesis"] == "H_CN")["mdb"] += 4000
    path.write_bytes(b"".join(dumped(row) + b"\n" for row in rows))
    posts = root / "tables" / "posts.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE kept AS SELECT * FROM '{posts}'")
        con.execute("DELETE FROM kept WHERE id = (SELECT min(id) FROM kept)")
        con.execute(f"COPY (SELECT * FROM kept ORDER BY account, t_us, original, row) TO '{posts}'")
    summary = root.parent / "summary.json"
    told = json.loads(summary.read_bytes())
    told["units"][0]["conclusion"]["probability_ppm"] += 100_000
    summary.write_text(json.dumps(told))
    report = root.parent / "report.html"
    report.write_bytes(
        report.read_bytes().replace(b"No place can be named", b"A place can be named")
    )
    toml = root / "case.toml"
    extra = '\n[[assumptions]]\nstatement = "No proxy was used."\nbecause = "We say so."\n'
    toml.write_text(toml.read_text() + extra)

    def change(lines: list[Line]) -> None:
        read = next(line for line in lines if line["kind"] == "read")
        lost = next(one for one in read["body"]["sources"] if one["rows_read"] > 50)
        lost |= {"rows_read": lost["rows_read"] - 1, "rows_present": lost["rows_present"] - 1}
        rehashed(root, lines)
        weigh = next(line for line in lines if line["kind"] == "weigh")
        weights = next(r for r in weigh["body"]["tables"] if r["name"] == "weights.jsonl")
        conclusion = dict(lines[0]) | {
            "kind": "conclude",
            "body": {
                "unit": "A", "rung": "city", "hypothesis": "H_CN-JS.3209", "likelihood": "likely",
                "probability_ppm": 790_000, "lowest_test": "all", "weights": weights["sha256"],
            },
        }  # fmt: skip
        lines.append(conclusion)

    reforged(root, change)
    return root
