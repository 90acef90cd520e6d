"""Groups of accounts, as the report prints them: read from `groups.jsonl` and its finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GROUPS_SHOWN = 20
MEMBERS_OPEN = 60
"""Members printed in the open; more of them stand in a part that is opened by hand."""

NOT_KNOWN = (
    "Who posted first: not known, since no text or address was posted by two members and by 200 "
    "accounts at most."
)


@dataclass(frozen=True, slots=True)
class GroupsView:
    """The answer about groups: every group with all its members."""

    status: str = ""
    """Empty where groups were not looked for."""
    statement: str = ""
    limits: tuple[str, ...] = ()
    details: Mapping[str, Any] | None = None
    groups: tuple[Mapping[str, Any], ...] = ()
    """Rows of `groups.jsonl` that are groups, the strongest first."""
    things: tuple[Mapping[str, Any], ...] = ()
    """Sets of accounts tied by one shared thing alone: no groups."""
    units: Mapping[str, str] | None = None
    """Group -> unit that was made of it; None where units were not made of groups."""

    @property
    def shown(self) -> tuple[Mapping[str, Any], ...]:
        """The groups that are printed in full; the others are rows of a table."""
        return self.groups[:GROUPS_SHOWN]

    @property
    def briefly(self) -> tuple[Mapping[str, Any], ...]:
        """The groups behind those, and sets that are none."""
        return (*self.groups[GROUPS_SHOWN:], *self.things)

    def as_json(self) -> dict[str, Any]:
        """The same for `summary.json`."""
        return {
            "status": self.status,
            "statement": self.statement,
            "limits": list(self.limits),
            "groups": [dict(one) for one in self.groups],
            "things": [dict(one) for one in self.things],
            "noise": None if self.details is None else self.details.get("noise"),
            "facts": None if self.details is None else self.details.get("facts"),
            "left_to_chance": None if self.details is None else self.details.get("left_to_chance"),
            "units": None if self.units is None else dict(self.units),
        }


def groups_view(
    rows: Sequence[Mapping[str, Any]],
    finding: Mapping[str, Any],
    units: Mapping[str, str] | None = None,
) -> GroupsView:
    """The view of the rows of `groups.jsonl` and of the row of the finding.

    Args:
        rows: The table.
        finding: Status, statement, limits and details of the finding.
        units: Group -> unit, where units were made of groups.
    """
    return GroupsView(
        status=str(finding["status"]),
        statement=str(finding["statement"]),
        limits=tuple(str(one) for one in finding["limits"]),
        details=finding["details"],
        groups=tuple(row for row in rows if row["support"] != "one thing"),
        things=tuple(row for row in rows if row["support"] == "one thing"),
        units=units,
    )


def support_words(row: Mapping[str, Any]) -> str:
    """On what a group rests, in words."""
    return {
        "several kinds": "several kinds of evidence that rest on different posts or files",
        "one kind": "one kind of evidence alone",
        "one thing": "one shared thing alone: no group until something else speaks for it",
    }[str(row["support"])]


def chance_words(row: Mapping[str, Any], draws: int) -> str:
    """What the two tests against chance say of a group."""
    p = f"{row['p_ppm'] / 1_000_000:.2f}"
    passed = row["p_ppm"] <= 20_000
    text = (
        f"dealt out to other accounts {draws:,} times, its ties make a group as surprising with "
        f"a chance of {p}"
    )
    if passed:
        return text
    return (
        f"{text}, which alone would not do; its chain of ties outweighs what chance could choose "
        f"from by {row['bound_mdb'] / 1000:.0f} dB, if weights are right within 4 dB"
    )


def first_words(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Who posted first, as sentences; why it is not known where it is not."""
    first = row.get("first")
    if not first:
        return (NOT_KNOWN,)
    order = (
        f"Who posted first: of {first['contents']:,} texts and addresses that members share, "
        f"somebody outside the group had posted {first['outside']:,} before, and several members "
        f"share the first moment of {first['together']:,}."
    )
    told = [order]
    lead = first["lead"]
    if lead is None:
        told.append("No member stands in five pairs with others: nobody is named as the first.")
    else:
        percent = round(100 * lead["before"] / lead["pairs"])
        told.append(
            f"{lead['account']} precedes the others in {lead['before']:,} of {lead['pairs']:,} "
            f"pairs ({percent} %); shuffled, some member does so with a chance of "
            f"{lead['p_ppm'] / 1_000_000:.3f}."
        )
    if first["left"]:
        told.append(f"{first['left']:,} more shared contents were not looked at.")
    return tuple(told)
