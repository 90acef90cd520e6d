"""Everything the report prints, put together from the tables of a case and the assessments.

Nothing is weighed here and nothing is drawn: counts come from the tables, sentences from finders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from itertools import count
from typing import Any

from forensics.case import Case, canonical, verify
from forensics.case.record import PRINTED
from forensics.clock import ZONE_DATABASE, utc_text
from forensics.clues import Evidence
from forensics.clues.activity import covered_days
from forensics.job.batches import members_read
from forensics.job.claimed import claimed_places
from forensics.job.clue_numbers import controls_view, numbers_by_clue
from forensics.job.clue_words import KNOWN_ANSWERS, command_for, says_of
from forensics.job.collection import REFUSALS as COLLECTION_REFUSALS
from forensics.job.collection import TABLE as COLLECTION
from forensics.job.collection import collection_view
from forensics.job.group_numbers import read_group_numbers
from forensics.job.hours_figure import days_text, hours_figures
from forensics.job.image_intake import IMAGE_REFUSALS
from forensics.job.image_texts import TEXT_REFUSALS, TEXTS_READ
from forensics.job.image_view import images_view
from forensics.job.intake import ARCHIVE_REFUSALS
from forensics.job.people_view import people_view
from forensics.job.post_parts import SOURCES, refusal_counts
from forensics.job.regrading import regrade_views
from forensics.job.reviewing import review_views
from forensics.job.settings import RunSettings
from forensics.job.ties_view import ties_view
from forensics.job.times_figures import times_figures
from forensics.job.together import read_same_place
from forensics.job.tying import groups_of_case
from forensics.model import Clue, Finding, Observation, Original, Refusal
from forensics.reference.pack import attributions
from forensics.show.context import FULL_UNITS
from forensics.show.view import (
    AccountView,
    AssumptionView,
    ClueView,
    Command,
    Integrity,
    RecordLine,
    RefusalCount,
    RefusalExample,
    ReportView,
    SourceView,
    UnitView,
)
from forensics.version import __version__
from forensics.weigh import Assessment

SHORT_BODY = 160
EXAMPLES = 3


def gather(
    case: Case,
    evidence: Evidence,
    findings: Sequence[Finding],
    assessments: Sequence[Assessment],
    told: RunSettings,
) -> ReportView:
    """The whole report as values."""
    asked = read_group_numbers(case)
    return ReportView(
        question=told.question,
        digest=case.digest(),
        period=_period(evidence),
        tool=f"gnomon {__version__}",
        integrity=_integrity(case),
        sources=_sources(case),
        units=tuple(
            replace(unit, group_numbers=asked.get(unit.assessment.unit, ()))
            for unit in _units(evidence, findings, assessments, told, numbers_by_clue(case))
        ),
        controls=controls_view(evidence),
        images=evidence.images,
        sheet=images_view(case, evidence),
        refusals=_refusals(case),
        collection=collection_view(case),
        accounts=_accounts(evidence, told),
        assumptions=_assumptions(case, told),
        ties=ties_view(case, findings),
        groups=groups_of_case(case, told),
        people=people_view(case),
        same_place=read_same_place(case),
        reviews=review_views(case),
        regrades=regrade_views(case),
        record=tuple(_record(case)),
        commands=_commands(told),
        versions=_versions(evidence),
        attributions=attributions(),
    )


def _record(case: Case) -> Iterator[RecordLine]:
    """The lines the digest covers, without their times: those are claims of one machine."""
    for entry in case.entries():
        if entry.kind not in PRINTED:
            text = canonical.dumps(entry.body).decode()
            yield RecordLine(
                entry.seq, entry.kind, text[:SHORT_BODY], max(0, len(text) - SHORT_BODY)
            )


def _integrity(case: Case) -> Integrity:
    """What checking the case says now: every original is hashed again."""
    checked = verify(case.root)
    status = {check.name: check.status for check in checked.checks}
    originals = len({item.sha256 for item in case.originals()})
    wrong = sum(misfit.check == "originals" for misfit in checked.misfits)
    return Integrity(
        originals=originals,
        originals_match=max(0, originals - wrong),
        record_lines=sum(1 for _ in _record(case)),
        record_whole=status["record"] == "ok",
        proof_level=checked.level,
        proof_says=checked.level_means,
    )


def _period(evidence: Evidence) -> str:
    if evidence.posts is None:
        return ""
    accounts = evidence.posts.accounts()
    return days_text(min(one.first_us for one in accounts), max(one.last_us for one in accounts))


def _sources(case: Case) -> tuple[SourceView, ...]:
    """Files of posts with what their reader made of them; images stand in a table of their own."""
    if not (case.tables / SOURCES).is_file():
        return ()
    received = {item.sha256: item for item in case.originals()}
    for name, parent, size, sha256 in _members(case):
        inside = replace(received[parent], name_as_received=name, sha256=sha256, size=size)
        received.setdefault(sha256, inside)
    return tuple(_source(row, received[str(row["original"])]) for row in case.read_table(SOURCES))


def _members(case: Case) -> Iterator[tuple[str, str, int, str]]:
    """(Name, hash of its archive, size, hash) of every file that was taken out of an archive."""
    for item in members_read(case):
        yield item["name"], item["parent"], item["size"], item["sha256"]


def _read_line(case: Case) -> Mapping[str, Any]:
    """What the record says about reading last."""
    last = case.last("read")
    return last.body if last is not None else {}


def _source(row: Mapping[str, Any], original: Original) -> SourceView:
    claims = (original.received_from, original.received_by, original.how, original.received_at)
    return SourceView(
        sha256=original.sha256,
        name=original.name_as_received,
        size=original.size,
        reader=row["reader"],
        format=row["format"],
        rows_present=row["rows_present"],
        rows_read=row["rows_read"],
        rows_refused=row["rows_refused"],
        clock=row["clock"]["statement"],
        assumption=row["clock"]["assumption"],
        notes=((original.note,) if original.note else ()) + tuple(row["notes"]),
        received=", ".join(claim for claim in claims if claim),
    )


def _refusals(case: Case) -> tuple[RefusalCount, ...]:
    """Every kind of refusal with its share: rows of all rows, image fields of all images."""
    sources = _sources(case)
    rows = sum(source.rows_present for source in sources)
    files = "1 file" if len(sources) == 1 else f"{len(sources):,} files"
    images = int(_read_line(case).get("images", 0))
    counts = [
        (reason, number, examples, rows, f"{rows:,} rows and {files}")
        for reason, number, examples in refusal_counts(case)
    ]
    counts += _counted(case, IMAGE_REFUSALS, images, f"{images:,} images")
    if (case.tables / TEXT_REFUSALS).is_file():
        tried = sum(1 for table in (TEXTS_READ, TEXT_REFUSALS) for _ in case.read_table(table))
        of = f"{tried:,} image files searched for text"
        counts += _counted(case, TEXT_REFUSALS, tried, of)
    if (case.tables / ARCHIVE_REFUSALS).is_file():
        taken = sum(1 for _ in _members(case))
        refused = sum(1 for _ in case.read_table(ARCHIVE_REFUSALS))
        whole = taken + refused
        counts += _counted(case, ARCHIVE_REFUSALS, whole, f"{whole:,} members of archives")
    if (case.tables / COLLECTION_REFUSALS).is_file():
        items = sum(1 for _ in case.read_table(COLLECTION))
        counts += _counted(case, COLLECTION_REFUSALS, items, f"{items:,} items of collection logs")
    return tuple(
        RefusalCount(
            reason=reason,
            n=number,
            share_ppm=min(1_000_000, number * 1_000_000 // max(total, 1)),
            of=of,
            examples=tuple(RefusalExample(one.original, one.where, one.raw) for one in examples),
        )
        for reason, number, examples, total, of in counts
    )


def _counted(
    case: Case, table: str, total: int, of: str
) -> list[tuple[str, int, list[Refusal], int, str]]:
    """The refusals of a table by reason: number, first examples, out of how many."""
    found: dict[str, list[Refusal]] = {}
    for row in case.read_table(table):
        refusal = Refusal(**row)  # type: ignore[arg-type]  # the table was written from Refusals
        found.setdefault(refusal.reason, []).append(refusal)
    return [
        (reason, len(items), items[:EXAMPLES], total, of) for reason, items in sorted(found.items())
    ]


def _accounts(evidence: Evidence, told: RunSettings) -> tuple[AccountView, ...]:
    if evidence.posts is None:
        return ()
    grouped = evidence.units.items() if told.by_groups else ()
    group_of = {name: unit for unit, names in grouped for name in names}
    return tuple(
        AccountView(
            account=one.account,
            unit=group_of.get(one.account, one.unit),
            posts=one.n,
            first=utc_text(one.first_us, seconds=False),
            last=utc_text(one.last_us, seconds=False),
            active_days=one.active_days,
        )
        for one in evidence.posts.accounts()
    )


def _assumptions(case: Case, told: RunSettings) -> tuple[AssumptionView, ...]:
    """What was taken as given: by hand in case.toml, and on the command line."""
    found = [
        AssumptionView(str(item["statement"]), str(item["because"]))
        for item in case.edited().assumptions
    ]
    if told.assume_zone:
        rows = sum(source.rows_read for source in _sources(case) if source.assumption)
        found.append(
            AssumptionView(
                text=f"Times without offset are {told.assume_zone} time.",
                because=told.assume_because or "no reason was given",
                rests=f"{rows:,} rows",
                if_wrong="Were it wrong by one hour, every offset named here would be wrong by one "
                "hour, and every place resting on hours with it.",
            )
        )
    return tuple(found)


def _commands(told: RunSettings) -> tuple[Command, ...]:
    by = f" --by {told.column}" if told.column else ""
    return (
        Command("check every hash and the chain of the record", "gnomon verify case"),
        Command("the same without Gnomon", "python3 -I case/check.py case"),
        Command("make every number again from the originals", "gnomon verify case --rerun"),
        Command("the way from a clue to the bytes it rests on", "gnomon show case C1"),
        Command("the hours of each account", "gnomon hours FILE"),
        Command("the hours of each unit", f"gnomon hours FILE{by or ' --pool'}"),
        Command("what each image says", "gnomon image FILE"),
    )


def _versions(evidence: Evidence) -> dict[str, str]:
    packages = ("duckdb", "exifread", "numpy", "phonenumbers", "pillow", "scipy", "shapely")
    return {
        "gnomon": __version__,
        "zone database": ZONE_DATABASE,
        "places": evidence.places.version,
        **{name: version(name) for name in packages},
    }


def _units(
    evidence: Evidence,
    findings: Sequence[Finding],
    assessments: Sequence[Assessment],
    told: RunSettings,
    asked: Mapping[str, Mapping[str, Any]],
) -> tuple[UnitView, ...]:
    """All units in order; days, weeks and calendars are counted for those printed in full."""
    numbers = ((f"C{number}", asked) for number in count(1))
    covered = covered_days(evidence.posts) if evidence.posts is not None else None
    by_unit: dict[str, list[Finding]] = {}
    for finding in findings:
        by_unit.setdefault(finding.unit, []).append(finding)
    units = []
    for place, one in enumerate(assessments):
        mine = by_unit.get(one.unit, [])
        unit = _unit(one, evidence, mine, told, numbers)
        if place < FULL_UNITS and evidence.posts is not None and covered is not None:
            figures = times_figures(
                mine, evidence.posts, unit.accounts, covered, told.audience_zone
            )
            unit = replace(unit, times=figures)
        units.append(unit)
    return tuple(units)


def _unit(
    assessment: Assessment,
    evidence: Evidence,
    findings: Sequence[Finding],
    told: RunSettings,
    numbers: Iterator[tuple[str, Mapping[str, Mapping[str, Any]]]],
) -> UnitView:
    """One unit: its assessment, its clues numbered on, its hours, and every finder's answer."""
    weighed = {clue.id: group.id for group in assessment.groups for clue in group.clues}
    observations = {item.id: item for finding in findings for item in finding.observations}
    clues = [clue for finding in findings for clue in finding.clues]
    accounts = evidence.units.get(assessment.unit, ())
    return UnitView(
        assessment=assessment,
        accounts=accounts,
        hours=tuple(
            figure
            for finding in findings
            if finding.finder == "hours" and evidence.posts is not None
            for figure in hours_figures(finding, told.audience_zone, evidence.posts, accounts)
        ),
        clues=tuple(
            _clue(clue, next(numbers), weighed, observations, told)
            for clue in sorted(clues, key=lambda clue: clue.id not in weighed)
        ),
        findings=tuple(findings),
        claimed=claimed_places(findings, assessment, evidence.places),
    )


def _clue(
    clue: Clue,
    numbered: tuple[str, Mapping[str, Mapping[str, Any]]],
    weighed: Mapping[str, str],
    observations: Mapping[str, Observation],
    told: RunSettings,
) -> ClueView:
    """One clue with its observations, its numbers and what is known about its method."""
    number, asked = numbered
    numbers = asked[clue.id]
    says, more = says_of(clue)
    return ClueView(
        number=number,
        clue=clue,
        group=weighed.get(clue.id, ""),
        observations=tuple(
            observations[name] for name in clue.observations if name in observations
        ),
        command=command_for(clue, told),
        carriers=numbers["says"]["carriers"],
        control=numbers["says"]["control"],
        first=numbers["says"]["first"],
        numbers=numbers,
        known_answer=KNOWN_ANSWERS.get(clue.kind, ""),
        says=says,
        says_more=more,
    )
