"""From a conclusion down to rows: each step is what the one above it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from forensics.case import canonical
from forensics.job.walk.excerpts import Ref
from forensics.job.walk.names import Target
from forensics.job.walk.tables import Row, Tables
from forensics.job.walk.tree import Node

VALUE_CHARS = 160
ACCOUNTS_NAMED = 5


@dataclass(slots=True)
class Down:
    """Builds trees; remembers the rows it met, so that their bytes are fetched in one go."""

    tables: Tables
    rows: int
    """Rows shown for each observation."""
    refs: set[Ref] = field(default_factory=set)

    def of(self, target: Target) -> Node:
        """The tree of anything but a row or a file, which lead upward."""
        doors: dict[str, Callable[[], Node]] = {
            "conclusion": lambda: self.conclusion(target.unit),
            "line": lambda: self.line(int(target.id)),
            "hypothesis": lambda: self.hypothesis(target.unit, target.id),
            "weight": lambda: self.weight(self._weights(target.unit, target.group, target.id)[0]),
            "group": lambda: self.group(target.unit, target.id),
            "clue": lambda: next(self.clues([target.id])),
            "finding": lambda: self.finding(target),
            "observation": lambda: next(self.observations([target.id])),
        }
        return doors[target.kind]()

    def conclusion(self, unit: str) -> Node:
        """What the program concludes on a unit, over the weights of the row that leads."""
        row = self.tables.conclusions[unit]
        leader = self.tables.leader(unit) or str(row["hypothesis"] or "")
        facts = [
            ("probability", f"{percent(row['probability_ppm'])} in the lowest test"),
            ("lowest test", str(row["lowest_test"] or "none")),
            ("likelihood", str(row["likelihood"] or "none stated")),
            ("confidence", str(row["confidence"])),
            ("claimed for", str(row["hypothesis"] or "no row")),
            ("leading row", f"{leader or 'none'}, whose weights follow"),
        ]
        below = tuple(self.weight(one) for one in self._weights(unit, "", leader))
        return Node("conclusion", f"conclusion:{unit}", str(row["statement"]), tuple(facts), None,
                    below)  # fmt: skip

    def line(self, number: int) -> Node:
        """A line of the record; of a conclusion, also what it rests on."""
        entry = self.tables.entries[number - 1]
        body: dict[str, Any] = dict(entry.body)
        facts = [("kind", entry.kind), ("who", entry.who), ("at (claimed)", entry.at),
                 ("tool", entry.tool)]  # fmt: skip
        says = str(body.pop("statement", body.pop("text", "")) or "")
        facts += [(name, short(value)) for name, value in body.items() if value not in (None, [])]
        below: tuple[Node, ...] = ()
        if entry.kind == "conclude" and "unit" in body:
            unit, row = str(body["unit"]), str(body.get("hypothesis") or "")
            below = tuple(self.weight(one) for one in self._weights(unit, "", row))
        if entry.kind == "ingest":
            sha256 = str(body["sha256"])
            below = (Node("original", sha256, self.tables.name_of(sha256)),)
        return Node("line", f"line {number}", says, tuple(facts), None, below)

    def hypothesis(self, unit: str, name: str) -> Node:
        """A row of the table of weights."""
        mine = self._weights(unit, "", name)
        total = sum(int(one["mdb"]) for one in mine)
        facts = (("unit", unit), ("sum", decibans(total)))
        below = tuple(self.weight(one) for one in mine)
        return Node("hypothesis", f"{unit}/{name}", "", facts, None, below)

    def group(self, unit: str, name: str) -> Node:
        """A group of clues with its weight for every row."""
        weights = self._weights(unit, name, "")
        facts = [(str(one["hypothesis"]), _ends(one)) for one in weights]
        clues = tuple(self.clues(self.tables.clues_in(unit, name)))
        return Node("group", f"{unit}/{name}", "Counted once: its clues would fail together.",
                    (("unit", unit), *facts), None, clues)  # fmt: skip

    def weight(self, row: Row) -> Node:
        """One weight, over the clues of its group."""
        unit, group = str(row["unit"]), str(row["group"])
        facts = (("weight", _ends(row)), ("basis", str(row["basis"])),
                 ("against", str(row["reference"])))  # fmt: skip
        clues = tuple(self.clues(self.tables.clues_in(unit, group)))
        name = f"{unit}/{group}/{row['hypothesis']}"
        return Node("weight", name, str(row["reason"]), facts, None, clues)

    def clues(self, ids: Sequence[str]) -> Iterator[Node]:
        """Clues over their observations."""
        found = self.tables.with_ids("clues.jsonl", set(ids))
        numbers = {str(row["clue"]): row for row in self.tables.numbers}
        for name in ids:
            if name in found:
                row = found[name]
                below = tuple(
                    replace(one, says="") if one.says == row["statement"] else one
                    for one in self.observations(row["observations"])
                )
                facts = clue_facts(row, numbers.get(name, {}))
                yield Node("clue", name, str(row["statement"]), facts, None, below)

    def finding(self, target: Target) -> Node:
        """What a finder answered for a unit."""
        finder = target.id.split(":", 1)[0]
        needle = [f'"finder":"{finder}"'.encode()]
        row = next(
            row for row in self.tables.rows("findings.jsonl", needle) if row["unit"] == target.unit
        )
        facts = (("status", str(row["status"])), *(("limit", str(one)) for one in row["limits"]))
        below = tuple(self.observations(row["observations"]))
        return Node("finding", target.id, str(row["statement"]), facts, None, below)

    def observations(self, ids: Sequence[str]) -> Iterator[Node]:
        """Observations over some of their rows."""
        found = self.tables.with_ids("observations.jsonl", set(ids))
        for name in ids:
            if name in found:
                row = found[name]
                rows = tuple(self._row(ref) for ref in row["rows"][: self.rows])
                facts = observation_facts(row, len(rows))
                yield Node("observation", name, str(row["statement"]), facts, None, rows)

    def _row(self, ref: Row) -> Node:
        sha256, row = str(ref["original"]), int(ref["row"])
        self.refs.add((sha256, row))
        return Node("row", f"{sha256}:{row}")

    def _weights(self, unit: str, group: str, hypothesis: str) -> list[Row]:
        """Weights of a unit, of one group or one row if named."""
        return [
            row
            for row in self.tables.weights
            if row["unit"] == unit
            and (not group or row["group"] == group)
            and (group or row["hypothesis"] == hypothesis)
            and (not hypothesis or row["hypothesis"] == hypothesis)
        ]


def clue_facts(row: Row, number: Row) -> tuple[tuple[str, str], ...]:
    """What is printed of a clue besides its statement."""
    accounts = row["accounts"]
    shown = ", ".join(accounts[:ACCOUNTS_NAMED])
    more = len(accounts) - ACCOUNTS_NAMED
    facts = [
        ("in the report", str(number.get("number", "not there"))),
        ("unit", str(row["unit"])),
        ("weighed in", str(number.get("group") or "no group: it moves nothing")),
        ("kind", f"{row['kind']}, {row['category']}, {row['role']}"),
        ("set by", f"{row['set_by']}; planted with {percent(row['planted_chance_ppm'])}"),
        ("grade", str(row["grade"])),
        ("accounts", f"{len(accounts):,}: {shown}{f' and {more:,} more' if more > 0 else ''}"),
    ]
    if row["valid_from"] or row["valid_to"]:
        facts.append(("holds", f"{row['valid_from'] or '…'} to {row['valid_to'] or '…'}"))
    return tuple(facts)


def observation_facts(row: Row, shown: int) -> tuple[tuple[str, str], ...]:
    """What is needed to compute it again."""
    facts = [("value", f"{short(row['value'])} {row['unit']}")]
    if row["interval"]:
        facts.append(("interval", f"{row['interval'][0]} to {row['interval'][1]} {row['unit']}"))
    facts += [("method", str(row["method"])), ("versions", str(row["version"]))]
    if row["settings"]:
        facts.append(("settings", short(row["settings"])))
    if row["seed"] is not None:
        facts.append(("seed", str(row["seed"])))
    facts.append(("rows", f"{row['rows_total']:,}; {shown} of {len(row['rows'])} examples below"))
    return tuple(facts)


def decibans(mdb: int) -> str:
    """Milli-decibans as decibans with a sign."""
    sign = "-" if mdb < 0 else "+"
    return f"{sign}{abs(mdb) // 1000}.{abs(mdb) % 1000 // 100} dB"


def _ends(row: Row) -> str:
    low, high = int(row["low_mdb"]), int(row["high_mdb"])
    ends = f" ({decibans(low)} to {decibans(high)})" if low != high else ""
    return f"{decibans(int(row['mdb']))}{ends}"


def percent(ppm: int | None) -> str:
    """Millionths as per cent with one digit; a dash where there is no number."""
    return "-" if ppm is None else f"{int(ppm) // 10_000}.{int(ppm) % 10_000 // 1000} %"


def short(value: object) -> str:
    """A value as one line, cut."""
    text = value if isinstance(value, str) else canonical.dumps(value).decode()
    return text if len(text) <= VALUE_CHARS else f"{text[:VALUE_CHARS]}… ({len(text):,} characters)"
