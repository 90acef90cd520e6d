"""Checks a case folder without Gnomon: `python3 -I check.py [FOLDER]`, standard library only.

Every original must have the bytes its name stands for and an ingest line, and every such line its
file. Every line of the record must be canonical JSON, in sequence, and hold the hash of the line
before. Every table and report named in the record must have the hash it had.
Exit status: 0 all fits, 1 something does not, 2 no case. A copy that lies in the folder it checks
may have been changed with it: take one from a release of Gnomon.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, Dict  # noqa: UP035 - runs on Python 3.8

MAX_LINE = 1 << 26
SHOWN = 20
FIELDS = {"at": str, "body": dict, "kind": str, "prev": str, "seq": int, "tool": str, "who": str}
LEVEL = """\
Proof level 0: hashes and chain. This shows accidental change and single edits.
It does not show that lines were cut off at the end, nor that somebody rewrote
the whole record so that it fits: compare the digest with the one printed in a
report you received before. No level shows that the input was true at receipt."""
Named = Dict[str, Dict[str, Any]]  # noqa: UP006 - evaluated, also on Python 3.8
misfits: list[str] = []


def wrong(where: str, what: str) -> None:
    """Note one thing that does not fit; text from the case is made safe to print."""
    misfits.append(ascii(f"{where}: {what}")[1:-1])


def is_sha256(text: object) -> bool:
    """True for 64 lower-case hex digits."""
    return isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) is not None


def pairs_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object as a dict, unless a key stands twice or is not ASCII."""
    if len(dict(pairs)) != len(pairs) or not all(key.isascii() for key, _ in pairs):
        raise ValueError("a key stands twice, or is not ASCII")
    return dict(pairs)


def no_float(text: str) -> object:
    """Refuse floats, NaN and Infinity."""
    raise ValueError("a float: " + text[:40])


def integer(text: str) -> int:
    """An integer that every JSON parser reads exactly."""
    if len(text) > 17 or abs(int(text)) >= 2**53:
        raise ValueError("an integer outside +-(2^53-1)")
    return int(text)


def canonical(value: object) -> bytes:
    """The canonical bytes of a value; a lone surrogate raises UnicodeEncodeError."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def entry_of(data: bytes) -> dict[str, Any]:
    """The entry of one line; raises ValueError if it is not canonical or not an entry."""
    hooks: dict[str, Any] = {"parse_float": no_float, "parse_constant": no_float}
    hooks.update(object_pairs_hook=pairs_once, parse_int=integer)
    try:
        value = json.loads(data.decode("utf-8"), **hooks)
        if canonical(value) != data:
            raise ValueError("not in canonical form")
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict) or {name: type(value[name]) for name in value} != FIELDS:
        raise ValueError("not an entry with its seven fields")
    return value


def sha256_of(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a regular file, read in a stream; raises OSError."""
    if path.is_symlink() or not path.is_file():
        raise OSError("missing" if not path.exists() else "not a regular file")
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as handle:
        for chunk in iter(lambda: handle.read(1 << 20), b""):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def check_record(path: Path, named: Named) -> tuple[int, str, str]:
    """Walk the record and note what it names; gives the number of lines, head and digest."""
    head, seq, number, offset, digest = "0" * 64, 0, 0, 0, hashlib.sha256()
    with path.open("rb") as handle:
        for raw in iter(lambda: handle.readline(MAX_LINE + 1), b""):
            where = f"record.jsonl line {number + 1} (byte {offset})"
            if not raw.endswith(b"\n"):
                wrong(where, "the last line is not complete, or longer than allowed")
                break
            number, offset, seq = number + 1, offset + len(raw), seq + 1
            previous, head = head, hashlib.sha256(raw[:-1]).hexdigest()
            try:
                entry = entry_of(raw[:-1])
            except ValueError as error:
                wrong(where, str(error))
                continue
            kind, body = entry["kind"], entry["body"]
            if entry["seq"] != seq - 1:
                wrong(where, f"seq is {entry['seq']}, expected {seq - 1}")
                seq = entry["seq"] + 1
            if entry["prev"] != previous:
                wrong(where, "prev is not the hash of the line before")
            if (kind == "open") != (number == 1):
                wrong(where, "the first line opens the case, and no other")
            if kind == "report":
                if body.get("digest") not in (None, digest.hexdigest()):
                    wrong(where, "digest is not the one of the lines before this report")
            else:
                digest.update(canonical([kind, body]) + b"\n")
            if kind == "ingest":
                named["originals"][str(body.get("sha256"))] = body.get("size")
            collect(where, body.get("tables", []), "name", named["tables"])
            collect(where, body.get("files", []), "path", named["files"])
    if not number:
        wrong("record.jsonl", "has no lines")
    return number, head, digest.hexdigest()


def collect(where: str, items: Any, field: str, into: dict[str, Any]) -> None:
    """Note the hash that a line gives for each table or file it names."""
    for item in items if isinstance(items, list) else [items]:
        name = item.get(field) if isinstance(item, dict) else None
        parts = name.split("/") if isinstance(name, str) else [".."]
        inner = parts[1:] if parts[0] == ".." and field == "path" else parts
        if not inner or {"", ".."} & set(inner) or not is_sha256(item.get("sha256")):
            wrong(where, f"names something that is no {field} of this case")
        else:
            into[str(name)] = item["sha256"]


def check_originals(folder: Path, named: dict[str, Any]) -> int:
    """Every file against its name and its ingest line, and every line against its file."""
    found = set()
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        found.add(path.name)
        try:
            digest, size = sha256_of(path)
            if digest != path.name or path != folder / digest[:2] / digest:
                wrong(str(path), "has been altered, renamed or moved; its hash is " + digest)
            elif path.name not in named:
                wrong(str(path), "no ingest line names it")
            elif size != named[path.name]:
                wrong(str(path), f"has {size} bytes, but the record says {named[path.name]}")
        except OSError as error:
            wrong(str(path), str(error))
    for name in sorted(set(named) - found):
        wrong("originals", "missing: " + name)
    return len(found)


def check_hashes(folder: Path, named: dict[str, Any]) -> None:
    """Every named file against its hash."""
    for name, sha256 in sorted(named.items()):
        try:
            if sha256_of(folder / name)[0] != sha256:
                other = " (another version may write equal rows in other bytes: gnomon verify)"
                wrong(name, "has been changed" + other * name.endswith(".parquet"))
        except OSError as error:
            wrong(name, str(error))


def main(arguments: list[str]) -> int:
    """Check the folder given, or the one this file lies in; gives back the exit status."""
    root = Path(arguments[0]) if arguments else Path(__file__).parent
    if len(arguments) > 1 or not (root / "record.jsonl").is_file():
        sys.stderr.write("check.py: no case here; usage: python3 -I check.py [FOLDER]\n")
        return 2
    named: Named = {"originals": {}, "tables": {}, "files": {}}
    lines, head, digest = check_record(root / "record.jsonl", named)
    stored = check_originals(root / "originals", named["originals"])
    check_hashes(root / "tables", named["tables"])
    check_hashes(root, named["files"])
    for name in sorted({path.name for path in (root / "tables").glob("*")} - set(named["tables"])):
        wrong("tables/" + name, "no line of the record names it")
    tables, files = len(named["tables"]), len(named["files"])
    out = [f"{lines} lines, {stored} originals, {tables} tables, {files} files"]
    out += [f"head   {head}", f"digest {digest}", *("DOES NOT FIT  " + x for x in misfits[:SHOWN])]
    out += [f"and {len(misfits) - SHOWN} more"] * (len(misfits) > SHOWN)
    out += ["", LEVEL, "", "NOT OK" if misfits else "OK: everything fits, as far as level 0 shows"]
    sys.stdout.write("\n".join(out) + "\n")
    return 1 if misfits else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
