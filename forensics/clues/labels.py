"""Platform labels: the province or country that a platform shows beside posts.

The platform makes the label from the network address, so a proxy moves it; all labels of one
platform fall together. Accounts are counted, not posts. Method and limits: docs/methods/places.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from forensics.clock import utc_text
from forensics.model import AreaLikelihood, Clue, Finding, Json, Observation, RowRef
from forensics.reference.regions import CHINESE_LABELS_SINCE_US, LABEL_REFUSALS, read_label
from forensics.version import __version__

if TYPE_CHECKING:
    from forensics.clues.evidence import Evidence
    from forensics.reference.places import Gazetteer

METHOD = "labels"
PLANTED_PPM = 100_000
"""Cost class medium: a proxy in the right province is for sale."""
TYPED_PLANTED_PPM = 200_000
"""Cost class low: before the platform set the label, the user typed it."""
MISS_PPM = 50_000
"""Of 370 ordinary accounts seen more than once, 4 showed two regions; 5 % allows for roaming and
for tables of addresses that are out of date."""
SUBSTANTIAL = Fraction(1, 5)
"""Share of labelled accounts from which an area is a second answer and not an exception."""
LEAST_CARRIERS = Fraction(1, 2)
"""If the substantial areas hold less than this share of the labelled accounts, the labels scatter:
no clue is made of whichever area happens to lead."""
EXAMPLES = 10
LIMITS = (
    "A label shows where a network address is registered: a proxy or a travelling phone moves it.",
    "The label belongs to the time of display; an export may carry one label for old posts too.",
    "Accounts without a label are not counted for or against any area.",
)


@dataclass
class _Tally:
    """What the labels of one unit say."""

    posts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Area -> account -> posts."""
    rows: dict[str, list[RowRef]] = field(default_factory=lambda: defaultdict(list))
    first_us: dict[str, int] = field(default_factory=dict)
    last_us: dict[str, int] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, row: _Row, areas: tuple[str, ...]) -> None:
        """Count one (account, label) pair."""
        key = "|".join(areas)
        self.posts[key][row.account] += row.n
        self.rows[key].extend((row.first,) if row.first == row.last else (row.first, row.last))
        self.first_us[key] = min(self.first_us.get(key, row.first_us), row.first_us)
        self.last_us[key] = max(self.last_us.get(key, row.last_us), row.last_us)

    def accounts(self) -> set[str]:
        """Every account with a label that was read."""
        return {account for table in self.posts.values() for account in table}

    def home_of(self) -> Mapping[str, str]:
        """Account -> the area that most of its labelled posts show (ties: first by code)."""
        best: dict[str, tuple[int, str]] = {}
        for area in sorted(self.posts):
            for account, n in self.posts[area].items():
                if account not in best or n > best[account][0]:
                    best[account] = (n, area)
        return {account: best[account][1] for account in sorted(best)}


@dataclass(frozen=True, slots=True)
class _Row:
    account: str
    n: int
    first: RowRef
    last: RowRef
    first_us: int
    last_us: int


def find(evidence: Evidence) -> list[Finding]:
    """One finding per unit: the areas its accounts' labels name, or that there are none."""
    if evidence.posts is None:
        return [_plain(unit, "not_looked", "There are no posts.") for unit in evidence.units]
    unit_of = {a: unit for unit, accounts in evidence.units.items() for a in accounts}
    shown: dict[str, _Tally] = defaultdict(_Tally)
    typed: dict[str, _Tally] = defaultdict(_Tally)
    refused: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for account, label, n, first, last, first_us, last_us in evidence.posts.labels():
        unit = unit_of.get(account)
        if unit is None:
            continue
        reading = read_label(label)
        if reading.refusal is not None:
            refused[unit][label[:60], reading.refusal] += n
            continue
        old = reading.script == "han" and last_us < CHINESE_LABELS_SINCE_US
        tally = (typed if old else shown)[unit]
        tally.add(_Row(account, n, first, last, first_us, last_us), reading.areas)
        if reading.note:
            tally.notes[reading.note] += n
    return [
        _of_unit(
            unit,
            accounts,
            shown=shown[unit],
            typed=typed[unit],
            refused=refused[unit],
            places=evidence.places,
        )
        for unit, accounts in evidence.units.items()
    ]


def _plain(unit: str, status: str, statement: str) -> Finding:
    return Finding(METHOD, unit, status, statement)  # type: ignore[arg-type]


def _of_unit(
    unit: str,
    accounts: Sequence[str],
    *,
    shown: _Tally,
    typed: _Tally,
    refused: Counter[tuple[str, str]],
    places: Gazetteer,
) -> Finding:
    """The finding of one unit."""
    observations: list[Observation] = []
    clues: list[Clue] = []
    if refused:
        observations.append(_refused_observation(unit, refused))
    statements = []
    for tally, by_platform in ((shown, True), (typed, False)):
        if tally.posts:
            observation = _areas_observation(
                unit, accounts, tally, places=places, by_platform=by_platform
            )
            observations.append(observation)
            clue, statement = _clue(
                unit,
                accounts,
                tally,
                places=places,
                by_platform=by_platform,
                observation=observation,
            )
            statements.append(statement)
            clues += [clue] if clue else []
    if not statements:
        total = sum(refused.values())
        text = f"None of {_count(len(accounts), 'account')} carries a location label"
        text += (
            f" that names a place ({total} posts with other labels were refused)." if total else "."
        )
        return Finding(METHOD, unit, "nothing_found", text, tuple(observations), (), LIMITS)
    details: dict[str, Json] = {
        "accounts": len(accounts),
        "labelled": len(shown.accounts()),
        "labelled_by_hand": len(typed.accounts()),
        "posts": {area: shown.posts[area].total() for area in sorted(shown.posts)},
        "homes": dict(sorted(Counter(shown.home_of().values()).items())),
        "notes": dict(sorted((shown.notes + typed.notes).items())),
        "refused_posts": sum(refused.values()),
    }
    return Finding(
        METHOD,
        unit,
        "found" if clues else "insufficient",
        " ".join(statements),
        tuple(observations),
        tuple(clues),
        LIMITS,
        details,
    )


def substantial(homes: Mapping[str, str], places: Gazetteer) -> tuple[str, ...]:
    """Areas that are an answer of the unit, as label keys, most accounts first.

    An area counts if at least a fifth of the labelled accounts, and at least two where there are
    ten or more, have it as their home. The largest always counts. Where a wide label (China) and
    finer ones inside it (Jiangsu) both count, the side with more accounts stays: both can be true
    of the same desk, but a few fine labels do not speak for many wide ones.

    Args:
        homes: Account -> label key, area codes joined by `|`.
        places: Knows which area lies in which.
    """
    counts = Counter(homes.values())
    total = counts.total()
    order = sorted(counts, key=lambda area: (-counts[area], area))
    least = max(SUBSTANTIAL * total, Fraction(2 if total >= 10 else 1))
    kept = [area for number, area in enumerate(order) if number == 0 or counts[area] >= least]
    dropped: set[str] = set()
    for wide in kept:
        fine = [other for other in kept if other != wide and _covers(wide, other, places)]
        if fine and sum(counts[area] for area in fine) >= counts[wide]:
            dropped.add(wide)
        else:
            dropped.update(fine)
    return tuple(area for area in kept if area not in dropped)


def _covers(wide: str, fine: str, places: Gazetteer) -> bool:
    """True if every area of one label key lies inside an area of another."""
    outer = wide.split("|")
    return all(any(places.within(code, area) for area in outer) for code in fine.split("|"))


def _clue(
    unit: str,
    accounts: Sequence[str],
    tally: _Tally,
    *,
    places: Gazetteer,
    by_platform: bool,
    observation: Observation,
) -> tuple[Clue | None, str]:
    """The clue of one unit and its sentence; no clue where the labels scatter."""
    homes = tally.home_of()
    kept = substantial(homes, places)
    areas = tuple(sorted({code for key in kept for code in key.split("|")}))
    carriers = tuple(sorted(account for account, home in homes.items() if home in kept))
    labelled, posts = len(homes), sum(tally.posts[key].total() for key in kept)
    if len(carriers) < LEAST_CARRIERS * labelled:
        return None, (
            f"Labels of {labelled} of {len(accounts)} accounts scatter over {len(tally.posts)} "
            "areas, none with enough of them: no clue."
        )
    names = " or ".join(places.label(code) for code in areas)
    what = "show" if by_platform else "had typed"
    statement = (
        f"{len(carriers)} of {_count(labelled, 'labelled account')} "
        f"({len(accounts)} in all; {_count(posts, 'post')}) {what} the location {names}."
    )
    others = sorted(set(tally.posts) - set(kept))
    if others:
        minor = sum(tally.posts[key].total() for key in others)
        named = ", ".join(places.area(code).name for key in others[:3] for code in key.split("|"))
        named = ", ".join(places.area(code).name for key in others[:3] for code in key.split("|"))
        more = ", and more" if len(others) > 3 else ""
        statement += f" {_count(minor, 'post')} of the unit show other areas: {named}{more}."
    if not by_platform:
        statement += " Before 28 April 2022 users set this themselves, so it does not count."
    first = min(tally.first_us[key] for key in kept)
    last = max(tally.last_us[key] for key in kept)
    clue = Clue(
        id=f"label:{unit}:{'+'.join(areas)}" + ("" if by_platform else ":typed"),
        kind="label",
        unit=unit,
        statement=statement,
        observations=(observation.id,),
        group=("ip:label",) if by_platform else tuple(f"persona:{name}" for name in carriers),
        role="platform_inferred" if by_platform else "claimed_by_persona",
        set_by="platform" if by_platform else "operator",
        category="technical" if by_platform else "contextual",
        grade="F6",
        planted_chance_ppm=PLANTED_PPM if by_platform else TYPED_PLANTED_PPM,
        likelihood=AreaLikelihood(areas, MISS_PPM),
        accounts=carriers,
        valid_from=utc_text(first),
        valid_to=utc_text(last),
    )
    return clue, statement


def _areas_observation(
    unit: str, accounts: Sequence[str], tally: _Tally, *, places: Gazetteer, by_platform: bool
) -> Observation:
    """Accounts and posts per area, the fact under the clue."""
    homes = Counter(tally.home_of().values())
    value: dict[str, Json] = {}
    parts: list[str] = []
    for area in sorted(tally.posts, key=lambda key: (-homes[key], -tally.posts[key].total(), key)):
        table = tally.posts[area]
        value[area] = {
            "accounts": len(table),
            "accounts_mostly_here": homes[area],
            "posts": table.total(),
        }
        if len(parts) < EXAMPLES:
            names = " or ".join(places.area(code).name for code in area.split("|"))
            parts.append(
                f"{names}: {_count(len(table), 'account')}, {_count(table.total(), 'post')}"
            )
    several = sum(n > 1 for n in Counter(a for t in tally.posts.values() for a in t).values())
    rows = sorted({row for refs in tally.rows.values() for row in refs}, key=_row_order)
    posts = sum(table.total() for table in tally.posts.values())
    when = "shown by the platform" if by_platform else "typed by the user, before 28 April 2022"
    return Observation(
        id=f"labels:{unit}:{'areas' if by_platform else 'typed'}",
        about=unit,
        statement=f"Location labels ({when}) of {len(tally.accounts())} of {len(accounts)} "
        f"accounts: {'; '.join(parts)}. {_count(several, 'account')} with more than one area.",
        value=value,
        interval=None,
        unit="accounts, posts",
        rows=tuple(rows[:EXAMPLES]),
        rows_total=posts,
        method=METHOD,
        version=f"gnomon {__version__}; {places.version}",
        settings={
            "substantial_ppm": int(SUBSTANTIAL * 1_000_000),
            "least_carriers_ppm": int(LEAST_CARRIERS * 1_000_000),
        },
    )


def _refused_observation(unit: str, refused: Counter[tuple[str, str]]) -> Observation:
    """Labels that name no known place: counted and shown, since a refusal is a result."""
    order = sorted(refused, key=lambda pair: (-refused[pair], pair))
    total = sum(refused.values())
    reasons = Counter[str]()
    for (_, reason), n in refused.items():
        reasons[reason] += n
    listed: list[Json] = [
        {"label": label, "reason": reason, "posts": refused[label, reason]}
        for label, reason in order[:20]
    ]
    sentences = "; ".join(
        f"{LABEL_REFUSALS[reason]}: {n}"  # type: ignore[index]
        for reason, n in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    )
    return Observation(
        id=f"labels:{unit}:refused",
        about=unit,
        statement=f"Refused labels of {_count(total, 'post')} ({sentences}).",
        value={"posts": total, "labels": listed, "different": len(refused)},
        interval=None,
        unit="posts",
        rows=(),
        rows_total=total,
        method=METHOD,
        version=f"gnomon {__version__}",
    )


def _row_order(row: RowRef) -> tuple[str, int]:
    return row.original, row.row


def _count(n: int, word: str) -> str:
    """`1 post`, `2 posts`."""
    return f"{n} {word}" if n == 1 else f"{n} {word}s"
