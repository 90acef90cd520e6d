"""The finding about labels: which areas platforms show for the accounts of a unit.

Most labels come from a network address, so a proxy moves all of them: all labels of a unit that
rest on addresses are one group, whatever the platform. Accounts are counted, not posts. Method and
limits: docs/methods/labels.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from forensics.clock import utc_text
from forensics.clues.labels.history import changes_observation
from forensics.clues.labels.shown import UnitLabels
from forensics.clues.labels.tally import (
    LEAST_CARRIERS,
    SUBSTANTIAL,
    Tally,
    names,
    slug,
    substantial,
    tallies,
)
from forensics.model import AreaLikelihood, Clue, Finding, Json, Observation, Role, RowRef
from forensics.reference.platform_labels import CHINESE, GENERIC, PlatformLabel, platform_labels
from forensics.reference.regions import LABEL_REFUSALS, LabelRefusal
from forensics.version import __version__

if TYPE_CHECKING:
    from forensics.reference.places import Gazetteer

METHOD = "labels"
IP_GROUP = "ip:label"
"""One key for all labels that rest on network addresses, of all platforms: who works behind one
proxy is moved by it everywhere."""
TYPED_PLANTED_PPM = 200_000
"""Cost class low: before the platform set the label, the user typed it."""
EXAMPLES = 10
CLUE_KINDS: Mapping[str, str] = {"connected_via": "app_store", "phone_country": "phone_country"}
"""Kind of label -> kind of clue; all others are `label`."""
LIMITS = (
    "A label shows where a network address is registered: a proxy or a travelling phone moves it.",
    "The label belongs to the time of display; an export may carry one label for old posts too.",
    "Accounts without a label are not counted for or against any area.",
)


def finding(unit: str, accounts: Sequence[str], labels: UnitLabels, places: Gazetteer) -> Finding:
    """The areas that labels of a unit name, or that there are none."""
    observations: list[Observation] = []
    clues: list[Clue] = []
    statements: list[str] = []
    limits = list(LIMITS)
    if labels.refused:
        observations.append(refused_observation(unit, labels.refused))
    counted = tallies(labels.shown)
    changed = changes_observation(unit, len(accounts), labels.shown, places)
    for tally in counted:
        observation = areas_observation(unit, accounts, tally, places)
        observations.append(observation)
        clue, statement = clue_of(unit, accounts, tally, places, observation)
        statements.append(statement)
        if clue and changed and tally.moves:
            clue = replace(clue, observations=(*clue.observations, changed.id))
        clues += [clue] if clue else []
        limits += _limit(tally.label)
    if changed:
        observations.append(changed)
        statements.append(changed.statement)
    if labels.doubted:
        statements.append(
            f"The platform itself marks the place of {_count(len(labels.doubted), 'account')} as "
            "not accurate; these are left out."
        )
    if not counted:
        statements.insert(0, _nothing(accounts, labels))
    return Finding(
        METHOD,
        unit,
        "found" if clues else ("insufficient" if counted else "nothing_found"),
        " ".join(statements),
        tuple(observations),
        tuple(clues),
        tuple(dict.fromkeys(limits)),
        _details(accounts, labels, counted) if counted else {},
    )


def _nothing(accounts: Sequence[str], labels: UnitLabels) -> str:
    """The sentence where no label was read."""
    total = labels.refused.total()
    text = f"None of {_count(len(accounts), 'account')} carries a location label"
    if not total:
        return f"{text}."
    return f"{text} that names a place ({total:,} others were refused)."


def _limit(label: PlatformLabel) -> list[str]:
    """What is peculiar to one label, as sentences."""
    since = f" since {label.since}" if label.since else ""
    sure = "" if label.published or not label.since else " (day from memory, not checked)"
    return [f"The {label.words}{since}{sure}: {label.trap}."]


def _details(
    accounts: Sequence[str], labels: UnitLabels, counted: Sequence[Tally]
) -> dict[str, Json]:
    """Numbers for `--json`."""
    shown = [tally for tally in counted if tally.moves]
    typed = [tally for tally in counted if not tally.by_platform]
    posts = Counter[str]()
    notes = Counter[str]()
    for tally in counted:
        notes += tally.notes
    for tally in shown:
        posts.update({area: table.total() for area, table in tally.posts.items()})
    kinds: dict[str, Json] = {
        f"{tally.label.key}{tally.suffix.replace(':', '_')}": {
            "platform": tally.label.platform,
            "kind": tally.label.kind,
            "since": tally.label.since,
            "since_published": tally.label.published,
            "set_by": tally.label.set_by if tally.by_platform else "operator",
            "accounts": len(tally.accounts()),
            "homes": dict(sorted(Counter(tally.home_of().values()).items())),
        }
        for tally in counted
    }
    return {
        "accounts": len(accounts),
        "labelled": len({name for tally in shown for name in tally.accounts()}),
        "labelled_by_hand": len({name for tally in typed for name in tally.accounts()}),
        "posts": dict(sorted(posts.items())),
        "kinds": kinds,
        "notes": dict(sorted(notes.items())),
        "refused_posts": labels.refused.total(),
        "marked_inaccurate": len(labels.doubted),
    }


def clue_of(
    unit: str,
    accounts: Sequence[str],
    tally: Tally,
    places: Gazetteer,
    observation: Observation,
) -> tuple[Clue | None, str]:
    """The clue of one kind of label and its sentence; no clue where the labels scatter."""
    label, homes = tally.label, tally.home_of()
    kept = substantial(homes, places)
    areas = tuple(sorted({code for key in kept for code in key.split("|")}))
    carriers = tuple(sorted(account for account, home in homes.items() if home in kept))
    if len(carriers) < LEAST_CARRIERS * len(homes):
        return None, (
            f"{_what(label, capital=True)} of {len(homes):,} of {len(accounts):,} accounts scatter "
            f"over {len(tally.posts)} areas, none with enough of them: no clue."
        )
    statement = _sentence(accounts, tally, kept, places, len(carriers))
    span = tally.span(kept)
    moving = tally.moves
    role: Role = "previous_owner" if tally.earlier else "claimed_by_persona"
    clue = Clue(
        id=_clue_id(unit, tally, kept),
        kind=CLUE_KINDS.get(label.kind, "label"),
        unit=unit,
        statement=statement,
        observations=(observation.id,),
        group=_group(label, carriers, moving=moving),
        role=label.role if moving else role,
        set_by=label.set_by if tally.by_platform else "operator",
        category="technical" if moving else "contextual",
        grade="F6",
        planted_chance_ppm=label.planted_ppm if moving else TYPED_PLANTED_PPM,
        likelihood=AreaLikelihood(areas, label.miss_ppm),
        accounts=carriers,
        valid_from=utc_text(span[0]) if span else None,
        valid_to=utc_text(span[1]) if span else None,
    )
    return clue, statement


def _clue_id(unit: str, tally: Tally, kept: Sequence[str]) -> str:
    """Id of a clue: kind, unit, areas, and the label where the platform is known."""
    label = tally.label
    named = "" if label.platform in {CHINESE, GENERIC} else f":{label.key}"
    kind = CLUE_KINDS.get(label.kind, "label")
    return f"{kind}:{unit}:{slug(kept)}{named}{tally.suffix}"


def _group(label: PlatformLabel, carriers: Sequence[str], *, moving: bool) -> tuple[str, ...]:
    """Keys of everything the label falls with."""
    if not moving:
        return tuple(f"persona:{name}" for name in carriers)
    keys = [IP_GROUP] if "ip" in label.groups else []
    for kind in ("reg", "persona"):
        keys += [f"{kind}:{name}" for name in carriers] if kind in label.groups else []
    return tuple(keys)


def _what(label: PlatformLabel, *, capital: bool = False) -> str:
    """`Labels`, or the name of the label where it is a special one."""
    text = "labels" if label.kind == "region" else label.words
    return text[0].upper() + text[1:] if capital else text


def _sentence(
    accounts: Sequence[str], tally: Tally, kept: Sequence[str], places: Gazetteer, carriers: int
) -> str:
    """What the clue says, with counts."""
    label, labelled = tally.label, len(tally.home_of())
    where = names(kept, places)
    if label.carrier == "account":
        text = (
            f"{carriers:,} of {_count(labelled, 'account')} with {label.words} "
            f"({len(accounts):,} in all) show {where}."
        )
    else:
        posts = sum(tally.posts[key].total() for key in kept)
        what = "show" if tally.by_platform else "had typed"
        text = (
            f"{carriers:,} of {_count(labelled, 'labelled account')} ({len(accounts):,} in all; "
            f"{_count(posts, 'post')}) {what} the location {where}"
        )
        text += f" ({label.words})." if label.platform not in {CHINESE, GENERIC} else "."
    others = sorted(set(tally.posts) - set(kept))
    if others and label.carrier == "post":
        minor = sum(tally.posts[key].total() for key in others)
        named = ", ".join(names([key], places, short=True) for key in others[:3])
        more = ", and more" if len(others) > 3 else ""
        text += f" {_count(minor, 'post')} of the unit show other areas: {named}{more}."
    if tally.earlier:
        text += " These posts are older than a change of hands, so they do not count."
    elif not tally.by_platform:
        about = "" if label.published else "about "
        text += f" Before {about}{_day(label)} users set this themselves, so it does not count."
    return text


def _day(label: PlatformLabel) -> str:
    """`28 April 2022`."""
    year, month, day = label.since.split("-")
    months = "January February March April May June July August September October November December"
    return f"{int(day)} {months.split()[int(month) - 1]} {year}"


def areas_observation(
    unit: str, accounts: Sequence[str], tally: Tally, places: Gazetteer
) -> Observation:
    """Accounts and posts per area, the fact under the clue."""
    label = tally.label
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
            counts = _count(len(table), "account")
            if label.carrier == "post":
                counts += f", {_count(table.total(), 'post')}"
            parts.append(f"{names([area], places, short=True)}: {counts}")
    several = sum(n > 1 for n in Counter(a for t in tally.posts.values() for a in t).values())
    rows = sorted({row for refs in tally.rows.values() for row in refs}, key=_row_order)
    when = {"platform": "shown by the platform"}.get(label.set_by, "of its registration")
    when = f"{when}, before a change of hands" if tally.earlier else when
    when = when if tally.by_platform else f"typed by the user, before {_day(label)}"
    return Observation(
        id=f"labels:{unit}:{label.key}{tally.suffix}",
        about=unit,
        statement=f"{_what(label, capital=True)} ({when}) of {len(tally.accounts()):,} of "
        f"{len(accounts):,} accounts: {'; '.join(parts)}. "
        f"{_count(several, 'account')} with more than one area.",
        value=value,
        interval=None,
        unit="accounts, posts",
        rows=tuple(rows[:EXAMPLES]),
        rows_total=sum(table.total() for table in tally.posts.values()),
        method=METHOD,
        version=f"gnomon {__version__}; {places.version}",
        settings={
            "substantial_ppm": int(SUBSTANTIAL * 1_000_000),
            "least_carriers_ppm": int(LEAST_CARRIERS * 1_000_000),
            "since": label.since,
            "labels_known": len(platform_labels()),
        },
    )


def refused_observation(unit: str, refused: Counter[tuple[str, LabelRefusal]]) -> Observation:
    """Labels that name no known place: counted and shown, since a refusal is a result."""
    order = sorted(refused, key=lambda pair: (-refused[pair], pair))
    total = refused.total()
    reasons = Counter[LabelRefusal]()
    for (_, reason), n in refused.items():
        reasons[reason] += n
    listed: list[Json] = [
        {"label": label, "reason": reason, "posts": refused[label, reason]}
        for label, reason in order[:20]
    ]
    sentences = "; ".join(
        f"{LABEL_REFUSALS[reason]}: {n}"
        for reason, n in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    )
    return Observation(
        id=f"labels:{unit}:refused",
        about=unit,
        statement=f"Refused labels of {_count(total, 'post')} or profiles ({sentences}).",
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
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"
