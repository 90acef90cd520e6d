"""Organisations in the table: an organisation is not a place, it is a part of what one place holds.

A row of rung `organisation` splits the row of its place: "there, and for this body" against "there,
for any other body". Clues about places weigh the same for both parts, so that only clues about the
organisation part them, and in every test the organisation holds no more than its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from forensics.errors import WeighError
from forensics.model import Hypothesis, Rung

OTHER_BODY = ", for any other body"
"""Ends the statement of a place row whose organisations have rows of their own."""
_EVEN = "as likely as the organisation named there, for want of a stated row for the place"


def is_organisation(row: Hypothesis) -> bool:
    """True for a row that names a body at a place."""
    return row.kind == "place" and row.rung == "organisation"


def hosts(rows: Iterable[Hypothesis]) -> dict[str, str]:
    """Organisation row -> row of its place: the one that names just the same areas.

    Raises:
        WeighError: an organisation has no such row.
    """
    listed = list(rows)
    places = {
        (frozenset(row.areas), row.zone): row.id
        for row in listed
        if row.kind == "place" and not is_organisation(row)
    }
    out = {}
    for row in listed:
        if not is_organisation(row):
            continue
        host = places.get((frozenset(row.areas), row.zone))
        if host is None:
            raise WeighError(
                "an organisation needs a row for its place",
                where=row.id,
                todo="add a row of rung city, province or country with the same areas",
            )
        out[row.id] = host
    return out


def with_hosts(rows: Sequence[Hypothesis]) -> tuple[tuple[Hypothesis, ...], tuple[str, ...]]:
    """The rows, each organisation with a row for its place, and a note for each one added.

    A row added here gets the prior that makes the organisation as likely as any other body there.
    """
    out, notes = list(rows), []
    known = {
        (frozenset(row.areas), row.zone)
        for row in rows
        if row.kind == "place" and not is_organisation(row)
    }
    for row in rows:
        key = (frozenset(row.areas), row.zone)
        if not is_organisation(row) or key in known:
            continue
        known.add(key)
        named = sum(
            other.prior_ppm
            for other in rows
            if is_organisation(other) and (frozenset(other.areas), other.zone) == key
        )
        place = ", ".join(row.areas) or row.zone or "no place"
        out.append(
            Hypothesis(
                id=f"{row.id}:place",
                statement=f"Worked in {place}.",
                rung=_rung(row.areas),
                prior_ppm=2 * named,
                prior_reason=_EVEN,
                areas=row.areas,
                zone=row.zone,
            )
        )
        notes.append(
            f"Row added because {row.id} names an organisation without a row for its place: "
            f"{place}, where any other body starts as likely as the organisation."
        )
    return tuple(out), tuple(notes)


def _rung(areas: Sequence[str]) -> Rung:
    """Rung of a place by the form of its codes: CN, CN-JS, CN-JS.3209."""
    if any("." in code for code in areas):
        return "city"
    return "province" if any("-" in code for code in areas) else "country"


def split(rows: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    """The rows as they exclude each other: a place row is left what its organisations do not take.

    The prior of a place is stated for the whole place, that of an organisation is a part of it.

    Raises:
        WeighError: the organisations of a place take all of its prior, or more.
    """
    host = hosts(rows)
    taken: dict[str, int] = {}
    for row in rows:
        if row.id in host:
            taken[host[row.id]] = taken.get(host[row.id], 0) + row.prior_ppm
    out = []
    for row in rows:
        if row.id not in taken:
            out.append(row)
            continue
        left = row.prior_ppm - taken[row.id]
        if row.prior_ppm and left <= 0:
            raise WeighError(
                f"its organisations have a prior of {taken[row.id]} ppm, the place itself "
                f"{row.prior_ppm}",
                where=row.id,
                todo="the prior of an organisation is a part of that of its place: leave some",
            )
        statement = row.statement.rstrip(".").removesuffix(OTHER_BODY) + f"{OTHER_BODY}."
        out.append(replace(row, prior_ppm=max(left, 0), statement=statement))
    return tuple(out)


def split_people(rows: Sequence[Hypothesis], held: Sequence[float]) -> list[float]:
    """People of each row, those of a place shared with its organisations as their priors are."""
    host = hosts(rows)
    at = {row.id: number for number, row in enumerate(rows)}
    out = list(held)
    for name in dict.fromkeys(host.values()):
        parts = [at[name], *(at[row] for row in at if host.get(row) == name)]
        whole = sum(rows[number].prior_ppm for number in parts)
        for number in parts:
            share = rows[number].prior_ppm / whole if whole else 0.0
            out[number] = held[at[name]] * share
    return out


def members(name: str, host: Mapping[str, str]) -> tuple[str, ...]:
    """A row and the organisations that split it, in the order of the rows."""
    return (name, *(row for row, place in host.items() if place == name))
