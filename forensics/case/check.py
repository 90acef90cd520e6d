"""Checks a case folder without Gnomon: `python3 -I check.py [FOLDER]`, standard library only.

Originals against their names and ingest lines; every line of the record canonical, in sequence and
chained; tables, reports and seals against the record; signatures by the program openssl. Of a
redacted copy: every row, with its proof, against the roots that were sealed.
Exit status: 0 all fits, 1 something does not or a signature was not checked, 2 no case. This file,
if it lies in the folder it checks, may have been changed with it: take it from a release.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, Tuple  # noqa: UP035 - runs on Python 3.8

MAX_LINE, SHOWN = 1 << 26, 20
FIELDS = {"at": str, "body": dict, "kind": str, "prev": str, "seq": int, "tool": str, "who": str}
LEVEL = """\
Hashes and chain show accidental change and single edits. A seal shows change by whoever lacks its
key, if you know whose key it is: compare the fingerprints. Without one, lines cut off at the end or
a record rewritten so that it fits do not show: compare the digest with one that you were given.
This is proof level 0; 1 or 2 with seals of one or two known signers over the last line of work; 3
with a time stamp besides. No level shows that the input was true at receipt."""
# RFC 8032, 7.1, test 2: key, message, signature; shows if openssl can check at all
KNOWN = """3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c 72
92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00""".split()  # noqa: SIM905 - long
COPY = """\
This is a redacted copy. Every row and column in it stands so, and in that place, in the case that
the holder of the key with that fingerprint sealed: ask whose it is. What stands under "derived" is
not proved, nor that the input was true at receipt."""
STAMP = "time stamp %s NOT CHECKED: openssl ts -verify -data seals/%s.dsse.json -in timestamps/%s \
-CAfile CA.pem"
PRINTED = ("report", "export", "seal", "recover", "timestamp")  # change no result
SAID = ("at", "digest", "head", "key", "reason", "scope", "tool", "verdict", "who")
OUTER: dict[str, type] = {"payload": str, "payloadType": str, "signatures": list}
INNER: dict[str, type] = {"_type": str, "predicate": dict, "predicateType": str, "subject": list}
Named = Dict[str, Dict[str, Any]]  # noqa: UP006 - evaluated, also on Python 3.8
State = Tuple[str, str, int]  # noqa: UP006 - head, hash of all bytes so far, lines of work so far
misfits: list[str] = []
unchecked: list[str] = []


def wrong(where: str, what: object) -> None:
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


def integer(text: str) -> int:
    """An integer that every JSON parser reads exactly; refuses floats, NaN and Infinity."""
    if re.fullmatch("-?[0-9]{1,16}", text) is None or abs(int(text)) >= 2**53:
        raise ValueError("a float, or an integer outside +-(2^53-1): " + text[:40])
    return int(text)


def canonical(value: object) -> bytes:
    """The canonical bytes of a value; a lone surrogate raises UnicodeEncodeError."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parsed(data: bytes) -> Any:
    """The value in canonical bytes; else raises ValueError."""
    hooks: dict[str, Any] = dict.fromkeys(("parse_float", "parse_constant", "parse_int"), integer)
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=pairs_once, **hooks)
        if canonical(value) != data:
            raise ValueError("not in canonical form")
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def strict(data: bytes, members: dict[str, type]) -> dict[str, Any]:
    """The object in canonical bytes, if its members are of these types; else raises ValueError."""
    value = parsed(data)
    if not isinstance(value, dict) or {name: type(value[name]) for name in value} != members:
        raise ValueError("fields missing, unknown or of another type")
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


def check_record(path: Path, named: Named) -> tuple[list[State], str]:
    """Walk the record and note what it names; gives its state after each line, and the digest."""
    head, seq, offset, work = "0" * 64, 0, 0, 0
    states: list[State] = []
    digest, prefix = hashlib.sha256(), hashlib.sha256()
    with path.open("rb") as handle:
        for raw in iter(lambda: handle.readline(MAX_LINE + 1), b""):
            where = f"record.jsonl line {len(states) + 1} (byte {offset})"
            if not raw.endswith(b"\n"):
                wrong(where, "the last line is not complete, or longer than allowed")
                break
            offset, seq, kind = offset + len(raw), seq + 1, ""
            previous, head = head, hashlib.sha256(raw[:-1]).hexdigest()
            prefix.update(raw)
            try:
                entry = strict(raw[:-1], FIELDS)
                kind, body = entry["kind"], entry["body"]
            except ValueError as error:
                wrong(where, error)
            work += kind not in (*PRINTED, "review")
            states.append((head, prefix.hexdigest(), work))
            if not kind:
                continue
            if entry["seq"] != seq - 1:
                wrong(where, f"seq is {entry['seq']}, expected {seq - 1}")
                seq = entry["seq"] + 1
            if entry["prev"] != previous:
                wrong(where, "prev is not the hash of the line before")
            if (kind == "open") != (len(states) == 1):
                wrong(where, "the first line opens the case, and no other")
            if kind == "report" and body.get("digest") not in (None, digest.hexdigest()):
                wrong(where, "digest is not the one of the lines before this report")
            if kind not in PRINTED:
                digest.update(canonical([kind, body]) + b"\n")
            if kind == "ingest":
                named["originals"][str(body.get("sha256"))] = body.get("size")
            for item, field in (("tables", "name"), ("files", "path")):
                collect(where, body.get(item, []), field, named[item], len(states))
    return states, digest.hexdigest()


def collect(where: str, items: Any, field: str, into: dict[str, Any], line: int) -> None:
    """Note the hash that a line gives for each table or file it names."""
    for item in items if isinstance(items, list) else [items]:
        name = item.get(field) if isinstance(item, dict) else None
        parts = name.split("/") if isinstance(name, str) else [".."]
        inner = parts[1:] if parts[0] == ".." and field == "path" else parts
        if not inner or {"", ".."} & set(inner) or not is_sha256(item.get("sha256")):
            wrong(where, f"names something that is no {field} of this case")
        else:
            into[str(name)] = item["sha256"], line


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
            wrong(str(path), error)
    for name in sorted(set(named) - found):
        wrong("originals", "missing: " + name)
    return len(found)


def check_hashes(folder: Path, named: dict[str, Any]) -> None:
    """Every named file against its hash."""
    for name, (sha256, _line) in sorted(named.items()):
        try:
            if sha256_of(folder / name)[0] != sha256:
                other = " (another version may write equal rows in other bytes: gnomon verify)"
                wrong(name, "has been changed" + other * name.endswith(".parquet"))
        except OSError as error:
            wrong(name, error)


def openssl_fits(key: bytes, message: bytes, signature: bytes) -> bool:
    """True if openssl says that this Ed25519 signature is the key's over the message."""
    pem = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + key).decode()
    pem = f"-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n"
    with tempfile.TemporaryDirectory() as folder:
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-rawin"]
        parts = {"-inkey": pem.encode(), "-in": message, "-sigfile": signature}
        for option, data in parts.items():
            (Path(folder) / option).write_bytes(data)
            command += [option, str(Path(folder) / option)]
        try:  # the list holds no text from the case, and there is no shell
            done = subprocess.run(command, capture_output=True, timeout=60)  # noqa: PLW1510, S603 - as said
        except (OSError, subprocess.SubprocessError):
            return False
    return done.returncode == 0


def plain(text: Any) -> bytes:
    """The bytes of base64 in its one spelling; else raises ValueError."""
    data = base64.b64decode(str(text).encode("ascii"), validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 in another spelling")
    return data


def opened(path: Path) -> tuple[dict[str, Any], dict[str, str], str]:
    """What a seal says, the files it names, and a word on its signature; or raises ValueError."""
    if sha256_of(path)[1] > 1 << 20 or not re.fullmatch(r"[0-9]{4,8}\.dsse\.json", path.name):
        raise ValueError("is no seal")
    subjects: dict[str, Any] = {}
    data = path.read_bytes()
    outer = strict(data[:-1] * (data[-1:] == b"\n"), OUTER)
    (one,), kind = outer["signatures"], "application/vnd.in-toto+json"
    payload, signature = plain(outer["payload"]), plain(one["sig"])
    inner = strict(payload, INNER)
    said = strict(canonical(inner["predicate"]), {**dict.fromkeys(SAID, str), "seq": int})
    types = [outer["payloadType"], inner["_type"], inner["predicateType"]]
    if types != [kind, "https://in-toto.io/Statement/v1", "urn:gnomon-forensics:seal:v1"]:
        raise ValueError("holds something of another type")
    key, keyid = plain(said["key"]), hashlib.sha256(plain(said["key"])).hexdigest()
    if (len(key), len(signature), set(one), one["keyid"]) != (32, 64, {"keyid", "sig"}, keyid):
        raise ValueError("key, keyid and signature do not belong together")
    named = [{"path": item["name"], **item["digest"]} for item in inner["subject"]]
    collect(path.name, named, "path", subjects, 0)
    if len(subjects) != len(named) or "record.jsonl" not in subjects:
        raise ValueError("names a file twice, or no record")
    message = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(payload), payload)
    word, known = "signature fits", [bytes.fromhex(text) for text in KNOWN]
    if not openssl_fits(*known) or openssl_fits(known[0], b"another", known[2]):
        word = "signature NOT CHECKED: no openssl here that can (3.0 or later)"
        unchecked.append(path.name)
    elif not openssl_fits(key, message, signature):
        raise ValueError("the signature does not fit: seal or key was changed")
    word = ascii(f"seal {path.name}, lines 1 to {said['seq'] + 1}, {said['who']}: {word}")[1:-1]
    return {**said, "keyid": keyid}, {name: one[0] for name, one in subjects.items()}, word


def check_seal(root: Path, path: Path, states: list[State], files: dict[str, Any]) -> str:
    """One seal against the record and the files; gives a line about it, or raises ValueError."""
    said, subjects, word = opened(path)
    lines = said["seq"] + 1
    if not 0 < lines <= len(states):
        raise ValueError(f"names line {lines}: lines were cut off")
    if states[lines - 1][:2] != (said["head"], subjects.pop("record.jsonl")):
        raise ValueError(f"lines 1 to {lines} are not the ones it names")
    older = states[-1][2] > states[lines - 1][2]
    for name, sha256 in subjects.items():
        if sha256_of(root / name)[0] != sha256:
            if files.get(name, ("", 0))[1] <= lines and not (older and name == "case.toml"):
                raise ValueError(name + " is not the file that was sealed")
            older = True
    return f"{word}{'; older than the last lines' * older}\n  fingerprint {said['keyid']}"


def leaf_of(row: dict[str, Any], proof: list[str], parts: list[list[str]]) -> bytes:
    """The leaf of a row, from what is shown of it and what stands for the rest; or ValueError."""
    row.pop("derived", None)  # worked out for the copy: covered by nothing
    if len(proof) == 1 and proof[0].startswith("leaf:") and is_sha256(proof[0][5:]) and not row:
        return bytes.fromhex(proof[0][5:])
    data = b"\x00"
    rest = sorted({*row}.difference(*parts))
    for said, columns in zip(proof, [*parts, rest]):  # noqa: B905 - Python 3.8; counted below
        value = {name: row.pop(name) for name in columns if name in row}
        if not is_sha256(said[5:]) or said[:5] not in ("salt:", "hash:")[: 1 if value else 2]:
            raise ValueError("has no proof, or shows a value that no commitment covers")
        digest = bytes.fromhex(said[5:])
        shown = hashlib.sha256(b"\x02" + digest + canonical(value)).digest()
        data += shown if said[:5] == "salt:" else digest
    if len(proof) != len(parts) + 1:
        raise ValueError("has a proof for other parts")
    return hashlib.sha256(data).digest()


def root_of(leaves: list[bytes]) -> str:
    """The Merkle tree hash of RFC 6962 over the leaves, each of which is a hash already."""
    level = leaves or [hashlib.sha256(b"").digest()]
    while len(level) > 1:  # pair from the left; an odd one out goes up as it is
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\x01" + b"".join(p)).digest() if p[1:] else p[0] for p in pairs]
    return level[0].hex()


def check_rows(root: Path, table: dict[str, Any], lines: int, covered: set[Path]) -> str:
    """One table of a copy against the root that was sealed; gives a line, or ValueError."""
    name, record = str(table["name"]), table["name"] == "record.jsonl"
    stem, sealed = re.sub(r"\.[a-z]+$|[^a-z0-9_-]", "", name), table["rows"]
    rows = root / ("record_lines.jsonl" if record else f"tables/{stem}.jsonl")
    proofs = root / f"proofs/{stem}.jsonl"
    if not (record or rows.exists() or proofs.exists()):
        return f"  {name}: left out whole, with {sealed} rows"
    both = [path.read_bytes().split(b"\n") for path in (rows, proofs)]
    if not record or len(both[0]) == sealed + 1:
        covered |= {rows, proofs}
    some = sealed if record else len(both[0]) - 1  # a later seal covers more lines
    if len(both[0]) != len(both[1]) or some != sealed or (record and some != lines):
        raise ValueError(f"{name} has other rows than the {sealed} that were sealed")
    values: list[Any] = [[parsed(line) for line in file[:some]] for file in both]
    leaves = [leaf_of(row, proof, table["parts"]) for row, proof in zip(*values)]  # noqa: B905 - Python 3.8
    if root_of(leaves) != table["root"]:
        raise ValueError(f"rows and proofs of {name} do not give the root that was sealed")
    return f"  {name}: {some} rows, {sum(len(one) == 1 for one in values[1])} of them left out"


def check_copy(root: Path) -> list[str]:
    """Every row of a redacted copy against what each seal commits to; gives lines about it."""
    told: list[str] = []
    held = [root / "record_lines.jsonl", *sorted(root.glob("tables/*")), *root.glob("proofs/*")]
    covered: set[Path] = set()
    for path in sorted((root / "seals").glob("*")):
        try:
            said, subjects, word = opened(path)
            told.append(f"{word}\n  fingerprint {said['keyid']}\n  digest {said['digest']}")
            made = f"commitments/{path.name.split('.')[0]}.json"
            for name in [made, *(one for one in subjects if (root / one).exists())]:
                if sha256_of(root / name)[0] != subjects.get(name):
                    wrong(name, "is not the file that was sealed")
            tables = parsed((root / made).read_bytes()[:-1])["tables"]
            told += [check_rows(root, table, said["seq"] + 1, covered) for table in tables]
        except (ValueError, OSError, KeyError, TypeError, AttributeError) as error:
            wrong("seals/" + path.name, error)
    misfits.extend(ascii(f"{path}: no seal commits to it") for path in held if path not in covered)
    return told


def check_seals(root: Path, states: list[State], files: dict[str, Any]) -> list[str]:
    """Every file in the folder of seals; gives a line about each that fits."""
    told: list[str] = []
    if (root / "seals").is_symlink() or (root / "seals").is_file():
        wrong("seals", "is a symbolic link, or no folder")
    for path in sorted((root / "seals").glob("*")):
        try:
            told.append(check_seal(root, path, states, files))
        except (ValueError, OSError, KeyError, TypeError) as error:
            wrong("seals/" + path.name, error)
    return told


def check_case(root: Path) -> list[str]:
    """Everything in a case folder; gives lines about it."""
    named: Named = {"originals": {}, "tables": {}, "files": {}}
    states, digest = check_record(root / "record.jsonl", named)
    if not states:
        wrong("record.jsonl", "has no lines")
    stored = check_originals(root / "originals", named["originals"])
    check_hashes(root / "tables", named["tables"])
    check_hashes(root, named["files"])
    for name in sorted({path.name for path in (root / "tables").glob("*")} - set(named["tables"])):
        wrong("tables/" + name, "no line of the record names it")
    seals = check_seals(root, states, named["files"])
    tables, files = len(named["tables"]), len(named["files"])
    counts = f"{len(states)} lines, {stored} originals, {tables} tables, {files} files"
    return [
        counts,
        f"head   {states[-1][0] if states else ''}",
        f"digest {digest}",
        *(seals or ["no seals"]),
    ]


def main(arguments: list[str]) -> int:
    """Check the folder given, or the one this file lies in; gives back the exit status."""
    root = Path(arguments[0]) if arguments else Path(__file__).parent
    whole = (root / "record.jsonl").is_file()
    if len(arguments) > 1 or not (whole or (root / "left_out.json").is_file()):
        sys.stderr.write("check.py: no case here; usage: python3 -I check.py [FOLDER]\n")
        return 2
    out = check_case(root) if whole else check_copy(root)
    for path in sorted((root / "timestamps").glob("*-*.tsr")):
        out.append(ascii(STAMP % (path.name, path.name.split("-")[0], path.name))[1:-1])
    if not whole and not out:
        wrong("seals", "none that fits: nothing in this copy can be checked")
    out += ["DOES NOT FIT  " + text for text in misfits[:SHOWN]]
    out += [f"and {len(misfits) - SHOWN} more"] * (len(misfits) > SHOWN)
    last = "NOT OK" if misfits else "OK: everything fits, as far as that shows"
    if unchecked and not misfits:
        last = "NOT COMPLETE: hashes fit, signatures were not checked"
    sys.stdout.write("\n".join([*out, "", LEVEL if whole else COPY, "", last]) + "\n")
    return 1 if misfits or unchecked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
