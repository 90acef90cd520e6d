"""`gnomon collection`: who collected what, where, when and with which tool, and what is missing."""

from __future__ import annotations

import json as json_text
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.errors import UsageError
from forensics.verbs.case_folder import CaseFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forensics.show.collectionview import CollectionView

SCHEMA = "gnomon.collection/1"
SHOWN = 20


def collection(
    case: CaseFolder,
    json: Annotated[
        bool, typer.Option("--json", help="Print one object with every item and every gap.")
    ] = False,
) -> None:
    """Who collected the files of a case, when and with what, by its collection logs; and the gaps.

    Logs are read when the case is. What a log does not say is listed as missing, never filled in.
    Exit code 1 if a hash that a log states is not that of the bytes here.

    Example: gnomon collection x
    """
    from forensics.case import Case
    from forensics.job.collection import collection_view, listing

    if not case.is_dir():
        raise UsageError("is no folder", where=str(case), todo="give the case folder")
    opened = Case.open(case)
    view = collection_view(opened)
    if json:
        whole = {"schema": SCHEMA, **view.as_json(), "items": listing(opened)}
        whole["item_count"] = view.items
        typer.echo(json_text.dumps(whole, sort_keys=True, ensure_ascii=True, allow_nan=False))
    else:
        typer.echo("\n".join(_text(view)))
    if view.mismatches:
        raise typer.Exit(1)


def _text(view: CollectionView) -> Iterator[str]:
    from forensics.show.phrases import plural
    from forensics.verbs.read_text import WIDTH
    from forensics.verbs.width import shown

    for item in view.mismatches[:SHOWN]:
        yield shown(f"HASH MISMATCH  {item.name or item.file}", WIDTH)
        yield shown(f"  {item.log}, row {item.row:,}", WIDTH)
        yield shown(f"  stated {item.stated}", WIDTH)
        yield shown(f"  here   {item.ours}", WIDTH)
    yield from _more(len(view.mismatches), "mismatches")
    if not view.logs:
        yield f"no collection log; {plural(view.files, 'file')}"
    for log in view.logs[:SHOWN]:
        yield shown(f"{log.name}: {log.reader}, {log.format}, {plural(log.items, 'item')}", WIDTH)
    yield from _more(len(view.logs), "logs")
    yield ""
    yield f"{view.logged:,} of {view.files:,} files are named by a log; of all of them have:"
    for one in view.fields:
        yield f"  {one.words:34} {one.files:>9,}   missing {view.files - one.files:>9,}"
    if view.lacking and view.logs:
        yield ""
        for gap in view.lacking[:SHOWN]:
            lacks = ", ".join(name.replace("_", " ") for name in gap.missing)
            yield shown(f"{shown(gap.name, 30)} lacks {lacks}", WIDTH)
        yield from _more(len(view.lacking), "files with gaps")
    if view.absent:
        yield ""
        for item in view.absent[:SHOWN]:
            yield shown(f"not in this case: {item.file or '(no name)'} ({item.log})", WIDTH)
        yield from _more(len(view.absent), "such items")


def _more(count: int, what: str) -> Iterator[str]:
    if count > SHOWN:
        yield f"and {count - SHOWN:,} more {what}: --json lists them"
