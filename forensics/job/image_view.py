"""What the report prints about images beside their own claims, out of the tables of a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forensics.case import Case
from forensics.clues import Evidence
from forensics.job.image_intake import CREDENTIALS, IMAGE_REFUSALS, THUMBNAILS
from forensics.model import Refusal
from forensics.read.images import Credentials
from forensics.show.imagesview import ImagesView, PictureSet


def images_view(case: Case, evidence: Evidence) -> ImagesView:
    """Sets, thumbnails, signatures and refusals of the images; nothing is decoded."""
    refused: dict[str, list[Refusal]] = {}
    for row in _rows(case, IMAGE_REFUSALS):
        refused.setdefault(row["original"], []).append(Refusal(**row))
    groups = evidence.same.groups if evidence.same is not None else ()
    return ImagesView(
        sets=tuple(
            PictureSet(one.originals[0][:12], one.originals, one.how, one.widest_bits, one.telling)
            for one in groups
        ),
        seen=frozenset(one.original for one in evidence.pictures),
        thumbnails={row["original"]: row["jpeg"] for row in _rows(case, THUMBNAILS)},
        signed={row["original"]: _credentials(row) for row in _rows(case, CREDENTIALS)},
        refused={name: tuple(found) for name, found in refused.items()},
    )


def _rows(case: Case, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a table, which a case without such images does not have."""
    if (case.tables / table).is_file():
        yield from case.read_table(table)


def _credentials(row: Mapping[str, Any]) -> Credentials:
    values = {name: value for name, value in row.items() if name != "original"}
    return Credentials(**{**values, "failures": tuple(row["failures"])})
