"""`gnomon seal --timestamp-request` and `--timestamp-reply`: files carried to an authority."""

from __future__ import annotations

import json as json_text
from dataclasses import asdict
from pathlib import Path

import typer

from forensics.case import Case
from forensics.errors import UsageError
from forensics.verbs.console import printable


def write_request(root: Path, path: Path, *, json: bool) -> None:
    """Write the request for a time stamp over the newest seal; it holds its hash and no more.

    Raises:
        CaseError: no case, no seal, or the disk refuses.
    """
    from forensics.case.files import sha256_of, write_whole
    from forensics.case.timestamps import newest_seal, request_for

    seal = newest_seal(Case.open(root))
    if path.resolve().is_relative_to(root.resolve()):
        raise UsageError("lies inside the case", where=str(path), todo="write it elsewhere")
    write_whole(path, request_for((root / seal).read_bytes()))
    sha256 = sha256_of(root / seal)[0]
    if json:
        typer.echo(json_text.dumps({"request": str(path), "seal": seal, "sha256": sha256}))
        return
    typer.echo(f"{printable(str(path))} asks for a time stamp over {seal}")
    typer.echo(f"It holds this hash and nothing of the case: {sha256}")
    typer.echo("Send it to an authority (Content-Type: application/timestamp-query), then:")
    typer.echo("  gnomon seal CASE --timestamp-reply REPLY.tsr --timestamp-ca CA.pem")


def attach_reply(case: Case, path: Path, authority: Path | None, *, json: bool) -> None:
    """Keep a reply beside the seal it is over.

    Raises:
        UsageError: the extra is missing, or the reply does not fit.
    """
    from forensics.case.timestamps import attach, read_authorities

    known = read_authorities(authority) if authority else ()
    try:
        view = attach(case, path, known)
    except ModuleNotFoundError:
        raise UsageError(
            "reading a reply needs an extra", todo="pip install 'gnomon-forensics[timestamp]'"
        ) from None
    if json:
        typer.echo(json_text.dumps(asdict(view), sort_keys=True))
        return
    typer.echo(f"{view.file}: over {view.seal}")
    typer.echo(printable(f"{view.status}: {view.detail}"))
