"""`gnomon seal`: make a signing key, or sign a case as it stands."""

from __future__ import annotations

import json as json_text
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.errors import UsageError
from forensics.verbs.case_folder import At, Who, clock_for, open_case
from forensics.verbs.console import progress_on_stderr

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MOST_BYTES = 4096
"""Longest passphrase file."""
PassphraseFile = Annotated[
    Path | None,
    typer.Option(help="File whose first line is the passphrase of the key. Default: asked for."),
]


def seal(
    case: Annotated[
        Path | None, typer.Argument(help="The case folder: it holds record.jsonl.")
    ] = None,
    new_key: Annotated[
        Path | None, typer.Option("--new-key", help="Make a key here, outside of any case.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="Your private key: Ed25519, as PEM or OpenSSH file.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    no_passphrase: Annotated[
        bool, typer.Option("--no-passphrase", help="With --new-key: leave the key unlocked.")
    ] = False,
    timestamp_request: Annotated[
        Path | None,
        typer.Option("--timestamp-request", help="Write a request (.tsq) for the newest seal."),
    ] = None,
    timestamp_reply: Annotated[
        Path | None,
        typer.Option("--timestamp-reply", help="Keep the reply (.tsr) of an authority."),
    ] = None,
    timestamp_ca: Annotated[
        Path | None,
        typer.Option("--timestamp-ca", help="Its certificates (PEM): checks the reply first."),
    ] = None,
    verdict: Annotated[
        str, typer.Option(help="What you say by it, such as concur or object. Default: nothing.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why; it stands in the seal.")] = "",
    who: Who = "analyst",
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Sign a case: the record so far, the report, case.toml and check.py.

    First make a key, once: gnomon seal --new-key ~/keys/me. Tell others its
    fingerprint, best face to face. A seal covers the lines so far; later lines
    make it older, not wrong. A case that does not verify is not sealed.

    A time stamp shows that a seal is not younger than it says. Nothing is sent:
    carry the request to an authority, and bring its reply.

    Example: gnomon seal reports/x/case --key ~/keys/me --who "A. Analyst"
    """
    if (new_key is None) == (case is None):
        raise UsageError("give either a case or --new-key", todo="gnomon seal --help")
    if new_key is not None:
        _make_key(new_key, passphrase_file, open_=no_passphrase, json=json)
        return
    if case is not None and (timestamp_request or timestamp_reply):
        from forensics.verbs.seal_stamps import attach_reply, write_request

        if timestamp_request:
            write_request(case, timestamp_request, json=json)
        if timestamp_reply:
            attach_reply(open_case(case, who, at), timestamp_reply, timestamp_ca, json=json)
        return
    if case is None or key is None:
        raise UsageError("needs a key", where="--key", todo="gnomon seal --new-key FILE makes one")
    from forensics.case.sealing import make_seal

    opened = open_case(case, who, at)
    private = read_key(key, passphrase_file)
    with progress_on_stderr() as progress:
        made = make_seal(
            opened, private, at=clock_for(at)(), verdict=verdict, reason=reason, progress=progress
        )
    if json:
        typer.echo(json_text.dumps(asdict(made), sort_keys=True))
        return
    typer.echo(f"{made.file} covers lines 1 to {made.lines} of the record and")
    typer.echo("\n".join(f"  {name}" for name in made.subjects if name != "record.jsonl"))
    typer.echo(f"head        {made.head}\nfingerprint sha256:{made.fingerprint}")
    typer.echo("Keep a copy of this file outside of the case: it shows what is cut off later.")


def read_key(path: Path, passphrase_file: Path | None) -> Ed25519PrivateKey:
    """The private key of a file, unlocked with a passphrase if it needs one.

    Raises:
        UsageError: no Ed25519 key, or a passphrase is missing or wrong.
    """
    from forensics.case.keys import is_locked, private_key

    if not is_locked(path):
        return private_key(path, passphrase=None)
    given = _first_line(passphrase_file) if passphrase_file else _asked(confirm=False)
    return private_key(path, passphrase=given)


def _make_key(path: Path, passphrase_file: Path | None, *, open_: bool, json: bool) -> None:
    from forensics.case.keys import new_key, outside_cases

    if open_ and passphrase_file:
        raise UsageError("a passphrase and none", todo="leave out one of the two options")
    outside_cases(path)
    given = None if open_ else _first_line(passphrase_file) if passphrase_file else None
    if given is None and not open_:
        given = _asked(confirm=True)
    fingerprint = new_key(path, passphrase=given)
    if json:
        typer.echo(json_text.dumps({"key": str(path), "fingerprint": fingerprint}))
        return
    typer.echo(f"{path}      the private key; give it to nobody")
    typer.echo(f"{path}.pub  the public key; give it to whoever checks")
    typer.echo(f"fingerprint sha256:{fingerprint}")


def _first_line(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            line = handle.read(MOST_BYTES).split(b"\n")[0].removesuffix(b"\r")
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", where=str(path)) from error
    if not line:
        raise UsageError("its first line is empty", where=str(path))
    return line


def _asked(*, confirm: bool) -> bytes:
    if not sys.stdin.isatty():
        raise UsageError(
            "a passphrase is needed and nobody can be asked",
            todo="give --passphrase-file" + (" or --no-passphrase" if confirm else ""),
        )
    text = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return str(text).encode()
