"""`gnomon places`: what a text says about places; no network unless a flag names it."""

from __future__ import annotations

import json as json_text
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.errors import UsageError
from forensics.verbs.case_folder import At, Who, open_case
from forensics.verbs.console import printable

if TYPE_CHECKING:
    from forensics.job.ask.about_places import Found
    from forensics.online import Answer

WIDTH = 80
_LABEL = 9
_SHOWN = 60


def places(
    text: Annotated[str, typer.Argument(help="A text in quotes, or a UTF-8 text file.")],
    allow_network: Annotated[
        list[str] | None,
        typer.Option(help="Ask this service too: nominatim. The text leaves the machine."),
    ] = None,
    case: Annotated[
        Path | None, typer.Option(help="Case whose record holds what was sent; needed to ask.")
    ] = None,
    base_url: Annotated[
        str, typer.Option(help="A server of your own, https://HOST. Default: the public one.")
    ] = "",
    who: Who = "analyst",
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a finding.")] = False,
) -> None:
    """Codes, coordinates, labels and names of places in a text: what each resolves to, how wide.

    Knows phone numbers, plates, filings, company and division codes, postal codes,
    coordinates in all common notations, platform labels, and names in five scripts.

    Example: gnomon places "联系电话 0515-8812 3456"
    """
    from forensics.job.ask.about_places import ask_places

    count = 0
    for one in ask_places(text):
        count += 1
        typer.echo(json_text.dumps(one.as_json()) if json else as_text(one))
    if not count:
        typer.echo("gnomon: nothing in it names a place", err=True)
    if allow_network:
        for answer in _asked(text, allow_network, case, base_url, who, at):
            typer.echo(_answer_json(answer) if json else _answer_text(answer))


def as_text(found: Found) -> str:
    """One finding as lines of at most 80 columns."""
    shown = printable(found.shown)
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "..."
    lines = [f"{found.line}:{found.start + 1} {found.kind.replace('_', ' ')}  {shown}".rstrip()]
    if found.refused:
        return "\n".join([*lines, *_wrapped("refused", found.why)])
    lines += _wrapped("resolves", found.resolves)
    lines += _wrapped("wide", found.wide)
    lines += _wrapped("why", found.why)
    return "\n".join(lines)


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=f"    {label:<{_LABEL}}",
        subsequent_indent=" " * (4 + _LABEL),
        break_on_hyphens=False,
    )


def _asked(
    text: str, services: list[str], case: Path | None, base_url: str, who: str, at: str | None
) -> list[Answer]:
    """What the services answer; each address is shown on stderr before it is sent.

    Raises:
        UsageError: no case was named.
    """
    from forensics.online import Question, geocode

    if case is None:
        raise UsageError(
            "asking a service needs a case, whose record holds what was sent",
            where="--allow-network",
            todo="add --case CASE",
        )
    opened = open_case(case, who, at)
    questions = [Question(service, text, base_url) for service in services]
    with opened.exclusively():
        return geocode(opened, questions, allow=frozenset(services), show=_show)


def _show(url: str) -> None:
    typer.echo(f"gnomon: leaves this machine: {printable(url)}", err=True)


def _answer_text(answer: Answer) -> str:
    how = "from the record, nothing was sent" if answer.kept else "asked now"
    lines = [f"{answer.question.service} ({how}): {len(answer.hits)} places; its claims, not ours"]
    for hit in answer.hits:
        at = f"{hit.lat_udeg / 1e6:.5f}, {hit.lon_udeg / 1e6:.5f} {hit.kind}"
        lines += textwrap.wrap(
            printable(f"{hit.name} ({at})"),
            WIDTH,
            initial_indent="    ",
            subsequent_indent="      ",
        )
    return "\n".join(lines)


def _answer_json(answer: Answer) -> str:
    from dataclasses import asdict

    return json_text.dumps(
        {
            "service": answer.question.service,
            "kept": answer.kept,
            "file": answer.file.as_json(),
            "hits": [asdict(hit) for hit in answer.hits],
        }
    )
