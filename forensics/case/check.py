"""Checks a case folder without Gnomon: `python3 -I check.py [FOLDER]`, standard library only.

Originals against their names and ingest lines; every line of the record canonical, in sequence and
chained; tables, reports and seals against the record; signatures of seals by the program openssl.
Exit status: 0 all fits, 1 something does not or a signature was not checked, 2 no case. A copy that
lies in the folder it checks may have been changed with it: take one from a release of Gnomon.
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
This is proof level 0, and 1 or 2 with seals of one or two known signers over the last lines that
are neither seal, review, report nor export. No level shows that the input was true at receipt."""
KNOWN = (  # RFC 8032, 7.1, test 2: key, message, signature; shows if openssl can check at all
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
)
SAID = ("at", "digest", "head", "key", "reason", "scope", "tool", "verdict", "who")
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


def strict(data: bytes, members: dict[str, type]) -> dict[str, Any]:
    """The object in canonical bytes, if its members are of these types; else raises ValueError."""
    hooks: dict[str, Any] = dict.fromkeys(("parse_float", "parse_constant", "parse_int"), integer)
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=pairs_once, **hooks)
        if canonical(value) != data:
            raise ValueError("not in canonical form")
    except RecursionError:
        raise ValueError("nested too deeply") from None
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
            work += kind not in ("seal", "review", "report", "export")
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
            if kind not in ("report", "export", "seal"):
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


def check_seal(root: Path, path: Path, states: list[State], files: dict[str, Any]) -> str:
    """One seal against the record and the files; gives a line about it, or raises ValueError."""
    if sha256_of(path)[1] > 1 << 20 or not re.fullmatch(r"[0-9]{4,8}\.dsse\.json", path.name):
        raise ValueError("is no seal")
    subjects: dict[str, Any] = {}
    data, end = path.read_bytes()[:-1], path.read_bytes()[-1:]
    outer = strict(data * (end == b"\n"), {"payload": str, "payloadType": str, "signatures": list})
    (one,), kind = outer["signatures"], "application/vnd.in-toto+json"
    payload, signature = plain(outer["payload"]), plain(one["sig"])
    inner = strict(
        payload, {"_type": str, "predicate": dict, "predicateType": str, "subject": list}
    )
    said = strict(canonical(inner["predicate"]), {**dict.fromkeys(SAID, str), "seq": int})
    types = [outer["payloadType"], inner["_type"], inner["predicateType"]]
    if types != [kind, "https://in-toto.io/Statement/v1", "urn:gnomon-forensics:seal:v1"]:
        raise ValueError("holds something of another type")
    key, lines = plain(said["key"]), said["seq"] + 1
    keyid = hashlib.sha256(key).hexdigest()
    if (len(key), len(signature), set(one), one["keyid"]) != (32, 64, {"keyid", "sig"}, keyid):
        raise ValueError("key, keyid and signature do not belong together")
    named = [{"path": item["name"], **item["digest"]} for item in inner["subject"]]
    collect(path.name, named, "path", subjects, lines)
    if not 0 < lines <= len(states) or len(subjects) != len(named):
        raise ValueError(f"names line {lines}: lines were cut off; or names a file twice")
    if states[lines - 1][:2] != (said["head"], subjects.pop("record.jsonl")[0]):
        raise ValueError(f"lines 1 to {lines} are not the ones it names")
    older = states[-1][2] > states[lines - 1][2]
    for name, (sha256, _line) in subjects.items():
        if sha256_of(root / name)[0] != sha256:
            if files.get(name, ("", 0))[1] <= lines and not (older and name == "case.toml"):
                raise ValueError(name + " is not the file that was sealed")
            older = True
    message = b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(payload), payload)
    word, known = "signature fits", [bytes.fromhex(text) for text in KNOWN]
    if not openssl_fits(*known) or openssl_fits(known[0], b"another", known[2]):
        word = "signature NOT CHECKED: no openssl here that can (3.0 or later)"
        unchecked.append(path.name)
    elif not openssl_fits(key, message, signature):
        raise ValueError("the signature does not fit: seal or key was changed")
    word += "; older than the last lines" * older
    return ascii(f"seal {path.name}, lines 1 to {lines}, {said['who']}: {word}")[1:-1] + (
        f"\n  fingerprint {keyid}"
    )


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


def main(arguments: list[str]) -> int:
    """Check the folder given, or the one this file lies in; gives back the exit status."""
    root = Path(arguments[0]) if arguments else Path(__file__).parent
    if len(arguments) > 1 or not (root / "record.jsonl").is_file():
        sys.stderr.write("check.py: no case here; usage: python3 -I check.py [FOLDER]\n")
        return 2
    named: Named = {"originals": {}, "tables": {}, "files": {}}
    states, digest = check_record(root / "record.jsonl", named)
    if not states:
        wrong("record.jsonl", "has no lines")
    stored = check_originals(root / "originals", named["originals"])
    check_hashes(root / "tables", named["tables"])
    check_hashes(root, named["files"])
    for name in sorted({path.name for path in (root / "tables").glob("*")} - set(named["tables"])):
        wrong("tables/" + name, "no line of the record names it")
    out = check_seals(root, states, named["files"])
    tables, files = len(named["tables"]), len(named["files"])
    counts = f"{len(states)} lines, {stored} originals, {tables} tables, {files} files"
    head = states[-1][0] if states else "0" * 64
    out = [counts, f"head   {head}", f"digest {digest}", *(out or ["no seals"])]
    out += ["DOES NOT FIT  " + text for text in misfits[:SHOWN]]
    out += [f"and {len(misfits) - SHOWN} more"] * (len(misfits) > SHOWN)
    last = "NOT OK" if misfits else "OK: everything fits, as far as that shows"
    if unchecked and not misfits:
        last = "NOT COMPLETE: hashes fit, signatures were not checked"
    sys.stdout.write("\n".join([*out, "", LEVEL, "", last]) + "\n")
    return 1 if misfits or unchecked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
