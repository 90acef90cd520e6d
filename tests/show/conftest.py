"""An invented case whose numbers agree with each other, as large or as hostile as a test wants.

Longer than other files because it is one case: every part takes its numbers from the parts before.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

from forensics import words
from forensics.model import (
    AreaLikelihood,
    Clue,
    Conclusion,
    Finding,
    Hypothesis,
    Image,
    ImageTime,
    Instant,
    LocalTime,
    Observation,
    PointLikelihood,
    Position,
    Role,
    RowRef,
    Weight,
    ZoneLikelihood,
)
from forensics.show.timesview import (
    ActogramFigure,
    CalendarFigure,
    ClassCount,
    CountryDays,
    CountryWeight,
    DateMark,
    DayClass,
    DaySet,
    ShiftsFigure,
    SpecialDay,
    TimesFigures,
    WeeksFigure,
    WorkBlock,
    WorkBreak,
)
from forensics.show.view import (
    AccountView,
    AssumptionView,
    Boundaries,
    ClaimedPlace,
    ClueView,
    Command,
    HoursFigure,
    Integrity,
    RecordLine,
    RefusalCount,
    RefusalExample,
    ReportView,
    ReviewView,
    Says,
    SourceView,
    UnitView,
    ZoneSet,
)
from forensics.weigh.assessment import (
    AreaShare,
    Assessment,
    Group,
    PlacePosterior,
    Row,
    StandingTest,
)

SHA = "ab86c1d0" * 8
SHA_IMAGES = "77e0a5f3" * 8
DIGEST = "d8bf20e4" * 8
HYPOTHESES = (
    ("H1", "Worked from Jiangsu (CN-JS)", 300_000, ("CN-JS",)),
    ("H2", "Worked elsewhere in China", 300_000, ("CN",)),
    ("H3", "Worked from the Philippines", 200_000, ("PH",)),
    ("H4", "The hours follow the audience (America/New_York); the place stays open", 100_000, ()),
    ("H5", "A scheduler posts; the hours say nothing about a place", 60_000, ()),
    ("H6", "None of these", 40_000, ()),
)
GROUPS = (
    # label, who could set it, planted chance, weights for H1 ... H6
    ("working hours", "operator", 200_000, (6_100, 5_900, 5_700, -4_300, -700, 0)),
    ("platform label", "platform", 50_000, (11_800, -2_900, -6_800, 400, 300, 0)),
    ("image position", "operator", 100_000, (7_400, -1_200, -1_900, 200, 0, 0)),
    ("camera clock", "operator", 100_000, (3_200, 3_200, 3_100, -1_600, 100, 0)),
    ("codes in text", "operator", 200_000, (4_900, -300, -2_800, 0, 0, 0)),
)


def local_week(size: int) -> tuple[int, ...]:
    """Posts per local hour of a crew that works Monday to Friday with a noon break."""
    day = (0, 0, 0, 0, 0, 0, 0, 1, 9, 26, 31, 24, 4, 11, 27, 29, 25, 13, 3, 2, 5, 3, 1, 0)
    week = []
    for number in range(7):
        share = (100, 96, 104, 92, 83, 6, 4)[number]
        week += [size * n * share // 10_000 for n in day]
    return tuple(week)


def rotate(counts: Sequence[int], hours: int) -> tuple[int, ...]:
    """The same week seen from a clock that many hours behind."""
    return tuple(counts[(number + hours) % 168] for number in range(168))


def figure(size: int = 100, split: str = "originals") -> HoursFigure:
    """The hours of one unit."""
    local = local_week(size)
    utc = rotate(local, 8)
    return HoursFigure(
        split=split,
        zone_label="Asia/Shanghai rules (UTC+8)",
        counts_utc=utc,
        counts_local=local,
        n=sum(local),
        n_all=sum(local) + 6,
        period="3 Mar to 29 Jun 2025",
        zone_sets=(
            ZoneSet("equal for all offsets", 800_000, ("UTC+7", "UTC+8", "UTC+9", "UTC+9:30")),
            ZoneSet("by population", 800_000, ("UTC+7", "UTC+8"), "China weighs most at UTC+8."),
        ),
        alternatives=(
            (
                "The same picture comes from UTC+9 with a day that starts an hour later, "
                "and from UTC+7 with one that starts an hour earlier."
            ),
        ),
        missing_utc=(160, 161, 162),
        missing_local=(0, 1, 2),
        audience_label="waking hours 07-23 of America/New_York",
        audience_utc=tuple(h for h in range(168) if h % 24 >= 11 or h % 24 < 3),
        audience_local=tuple(h for h in range(168) if h % 24 >= 19 or h % 24 < 11),
        footnotes=("No hour was doubled or missing in this period.",),
    )


def calendar_days(days: int = 119) -> CalendarFigure:
    """Days from Monday 3 March 2025: idle on a holiday, at work on a make-up day."""
    kinds = [1 if number % 7 >= 5 else 0 for number in range(days)]
    kinds[32], kinds[59], kinds[55], kinds[61] = 2, 3, 4, 6  # H, T, M, P
    active = [{0: 11, 1: 1, 2: 0, 3: 0, 4: 12, 6: 5}[kind] for kind in kinds]
    return CalendarFigure(
        found=True,
        first_day=20_150,
        active=tuple(active),
        accounts=tuple(0 if number < 2 else 14 for number in range(days)),
        calendars=(
            CountryDays("CN", "China", "fits best", tuple(kinds), (
                ClassCount("working", 80, 1_120, 880, 785_714),
                ClassCount("holiday", 1, 14, 0, 0),
                ClassCount("make_up", 1, 14, 12, 857_142),
            )),
            CountryDays("US", "United States", "next best", (0,) * days,
                        (ClassCount("working", 84, 1_176, 800, 680_272),)),
        ),
        special=(
            SpecialDay("2025-04-04", 4, ("Tomb-Sweeping Day (holiday)", ""), 0, 14),
            SpecialDay("2025-04-27", 6, ("make-up working day", ""), 12, 14),
        ),
        special_all=7,
        weights=(CountryWeight("China", 31_000, 24_000, 56, 0, 44_250, 14, 12, 1_300, 11_100),
                 CountryWeight("United States", -9_000, 6_000, 28, 24, 22_100, 0, 0, 0, 0)),
        skipped_days=3,
    )  # fmt: skip


def times_figures() -> TimesFigures:
    """Shifts, days, calendars and weeks of the same crew."""
    block = WorkBlock((515, 505, 530), (1_075, 1_060, 1_090), (900_000, 870_000, 930_000))
    lunch = WorkBreak("lunch", (720, 710, 730), (790, 780, 800), (70, 60, 80), (700_000, 1, 2))
    raster = tuple(
        tuple((n * 7 + day) % 10 if 34 <= n < 72 and day % 7 < 5 else 0 for n in range(96))
        for day in range(119)
    )
    return TimesFigures(
        shifts=ShiftsFigure("Asia/Shanghai", True, 2_980, 81,
                            tuple(1_000 * (n % 9) if 34 <= n < 72 else 0 for n in range(96)),
                            (DaySet((0, 1, 2, 3, 4), 1_000_000, (block,), (lunch,)),
                             DaySet((5, 6), 30_000, (), ()))),
        actogram=ActogramFigure("Asia/Shanghai", 20_150, 1, 4, 3_120, raster, (515, 1_075)),
        calendar=calendar_days(),
        weeks=WeeksFigure(20_150, 1, ("originals", "reposts"),
                          (tuple(range(100, 117)), tuple(range(17))),
                          (DateMark(20_200, 20_195, 20_204, "2025-04-22", "moved 3 h later"),), 4),
        left_out="The statements leave out 6 posts at a machine's minutes.",
    )  # fmt: skip


def observation(unit: str, what: str, text: str, *, total: int = 3_114) -> Observation:
    """One computed value."""
    return Observation(
        id=f"{what}:{unit}",
        about=unit,
        statement=text,
        value=total,
        interval=(total - 40, total + 40),
        unit="posts",
        rows=tuple(RowRef(SHA, row) for row in (1, 17, 212)),
        rows_total=total,
        method=what,
        version="gnomon 0.1.0, tz 2026a",
        settings={"thin": "first per hour", "level_ppm": 800_000},
        seed=None,
    )


def clues(unit: str, first: int, *, wide: int = 0) -> tuple[ClueView, ...]:
    """The clues of one unit, numbered from `first`."""
    point = Position(33_352_000, 120_163_000, 1_200, "exif", "33/1 21/1 7/1")
    made = (
        ("hours", "Posts fall into office hours of UTC+7 to UTC+9", "behavioural", "operator",
         ZoneLikelihood({"Asia/Shanghai": 0, "Asia/Manila": -200}), "operator_present"),
        ("label", "41 of 44 posts on one platform are labelled 江苏 (Jiangsu)", "technical",
         "platform", AreaLikelihood(("CN-JS",), 50_000), "platform_inferred"),
        ("image_position", "Two photographs name a position in Yancheng", "technical", "operator",
         PointLikelihood(point), "device_present"),
        ("image_clock", "The camera clock stood eight hours ahead of its satellites", "technical",
         "operator", ZoneLikelihood({"Asia/Shanghai": 0}), "device_present"),
        ("phone", "A number with the area code 0515 stands in three posts", "contextual",
         "operator", AreaLikelihood(("CN-JS.3209",), 100_000), "operator_registered"),
        ("text_position", "Posts name the Philippines 12 times", "contextual", "operator",
         AreaLikelihood(("PH",), 100_000), "content_subject"),
    )  # fmt: skip
    out = []
    for number, (kind, text, category, set_by, likelihood, role) in enumerate(made):
        clue = Clue(
            id=f"{kind}:{unit}:1",
            kind=kind,
            unit=unit,
            statement=text,
            observations=(f"{kind}:{unit}",),
            group=(f"{kind}:{unit}",),
            role=role,  # type: ignore[arg-type]
            set_by=set_by,  # type: ignore[arg-type]
            category=category,  # type: ignore[arg-type]
            grade="F6",
            planted_chance_ppm=GROUPS[min(number, 4)][2],
            likelihood=likelihood,
            accounts=("acct-01",),
        )
        out.append(
            ClueView(
                number=f"C{first + number}",
                clue=clue,
                group=f"G{number + 1}" if number < 5 else "",
                observations=(observation(unit, kind, text + "."),),
                command=f"gnomon show case {clue.id}",
                carriers="3 of 14 accounts",
                control="",
                known_answer="right in 31 of 40 cases with known answers" if number == 0 else "",
                says=tuple(Says(f"zone {n}", -500 * n) for n in range(5)) if number == 0 else (),
                says_more=7 if number == 0 else 0,
            )
        )
    return tuple(out)


def groups_of(views: Sequence[ClueView], wide: int) -> tuple[Group, ...]:
    """Groups with their clues; `wide` more of them where a test wants many."""
    specs = list(GROUPS) + [(f"extra {n}", "third_party", 100_000, (500,) * 6) for n in range(wide)]
    return tuple(
        Group(
            id=f"G{number}",
            label=label,
            clues=tuple(view.clue for view in views if view.group == f"G{number}"),
            planted_chance_ppm=chance,
            set_by=set_by,
            ceiling_mdb=words.mdb_of_ratio(1_000_000 / chance),
            support_mdb=2_000,
            wrong_ppm=90_000,
        )
        for number, (label, set_by, chance, _) in enumerate(specs, start=1)
    )


def places() -> PlacePosterior:
    """Shares of countries and provinces."""
    country = AreaShare
    return PlacePosterior(
        countries=(
            country("CN", "China", "country", "", 941_000, 913_000, 182_000),
            country("PH", "Philippines", "country", "", 21_000, 31_000, 14_000),
            country("TW", "Taiwan", "country", "", 9_000, 14_000, 3_000),
        ),
        provinces=(
            country("CN-JS", "Jiangsu", "admin1", "CN", 861_000, 792_000, 11_000),
            country("CN-SD", "Shandong", "admin1", "CN", 21_000, 28_000, 13_000),
            country("CN-AH", "Anhui", "admin1", "CN", 12_000, 19_000, 8_000),
        ),
        countries_rest_ppm=42_000,
        provinces_rest_ppm=161_000,
        credible80=("CN",),
        prior_note="The prior is population; 7 dB of the lead of China came from it.",
    )


def standing_tests(
    rows: Sequence[Row], groups: Sequence[Group], weights: Mapping[tuple[str, str], int]
) -> tuple[StandingTest, ...]:
    """All, each group left out, all operator-set left out, priors against the leader."""
    names = [row.hypothesis.id for row in rows]
    priors = [row.hypothesis.prior_ppm for row in rows]

    def test(id_: str, label: str, out: set[str], stated: Sequence[int]) -> StandingTest:
        sums = [sum(weights[g.id, name] for g in groups if g.id not in out) for name in names]
        shares = words.shares_ppm(sums, stated)
        top = max(range(len(names)), key=lambda i: shares[i])
        return StandingTest(id_, label, names[top], shares[top], shares[0], True)

    settable = {g.id for g in groups if g.set_by == "operator"}
    return (
        test("all", "all clues", set(), priors),
        *(test(f"without:{g.id}", f"without {g.id} {g.label}", {g.id}, priors) for g in groups),
        test("no_operator_set", "all that the operator could have set left out", settable, priors),
        test(
            "prior_x10", "prior ten times against the leader", set(), [priors[0] // 10, *priors[1:]]
        ),
    )


def assessment(unit: str, views: Sequence[ClueView], *, wide: int = 0) -> Assessment:
    """A weighed unit whose sums, probabilities and tests follow from its weights."""
    groups = groups_of(views, wide)
    table = {
        (group.id, HYPOTHESES[h][0]): (GROUPS[g][3][h] if g < len(GROUPS) else 500 * (h == 0))
        for g, group in enumerate(groups)
        for h in range(len(HYPOTHESES))
    }
    weights = tuple(
        Weight(
            group=group,
            hypothesis=name,
            mdb=mdb,
            low_mdb=mdb - 1_600,
            high_mdb=mdb + 1_300,
            basis="modelled",
            reference="someone placed at random by population",
            reason=f"mean over the places of {name}" if name == "H1" else "",
        )
        for (group, name), mdb in table.items()
    )
    sums = [sum(table[g.id, h[0]] for g in groups) for h in HYPOTHESES]
    stated = words.shares_ppm(sums, [h[2] for h in HYPOTHESES])
    equal = words.shares_ppm(sums, [1] * len(HYPOTHESES))
    rows = tuple(
        Row(
            Hypothesis(name, text, "province", prior, "equal among the rows proposed",
                       kind="place" if areas else "none", areas=areas),
            sums[i], equal[i], stated[i],
        )
        for i, (name, text, prior, areas) in enumerate(HYPOTHESES)
    )  # fmt: skip
    tests = standing_tests(rows, groups, table)
    lowest = min(tests, key=lambda t: t.assessed_ppm)
    term = words.strongest_term(
        lowest.assessed_ppm, leader_changes=any(t.leader != "H1" for t in tests)
    )
    first, second = views[0].number, views[1].number
    return Assessment(
        unit=unit,
        accounts=14,
        posts=3_120,
        rows=rows,
        groups=groups,
        weights=weights,
        tests=tests,
        places=places(),
        conclusion=Conclusion(
            statement=f"It is {term} that the operators of these accounts worked from Jiangsu "
            f"[{first}, {second}].",
            unit=unit,
            hypothesis="H1",
            rung="province",
            probability_ppm=lowest.assessed_ppm,
            likelihood=term,
            confidence="moderate",
            reasons=("One platform supplies most labels.", "A scheduler is not excluded."),
            lowest_test=lowest.id,
            against=(f"Posts name the Philippines 12 times [C{int(first[1:]) + 5}].",),
            assumptions=("Times of posts.csv are UTC, as the exporter states.",),
            would_change=(
                f"Labels that were bought or spoofed [{second}].",
                "A posting gap on holidays of another country.",
            ),
            does_not_say=(
                "Which person, and who paid or ordered.",
                "That all 14 accounts share the place: 3 of 14 carry the clue.",
                "That it held outside the period, or that the input was true when received.",
            ),
            clues=(first, second),
        ),
        unweighed=tuple(view.clue for view in views if not view.group),
        notes=("Working hours and holidays come from the same posts and count once.",),
    )


def insufficient(unit: str) -> UnitView:
    """A unit about which nothing can be said."""
    finding = Finding("hours", unit, "insufficient", "31 posts; about 200 would do.")
    return UnitView(
        assessment=Assessment(
            unit=unit,
            accounts=2,
            posts=31,
            rows=(),
            groups=(),
            weights=(),
            tests=(),
            places=None,
            conclusion=Conclusion(
                statement="No place can be named for these accounts: too little data.",
                unit=unit,
                hypothesis=None,
                rung=None,
                probability_ppm=None,
                likelihood=None,
                confidence="low",
                reasons=("31 posts in two weeks.",),
                lowest_test="",
                against=(),
                assumptions=(),
                would_change=("About 200 posts over three months.",),
                does_not_say=("That these accounts have another operator than the rest.",),
            ),
            unweighed=(),
            notes=(),
        ),
        accounts=("acct-15", "acct-16"),
        findings=(
            finding,
            Finding("labels", unit, "nothing_found", "No platform label in 31 posts."),
        ),
    )


def full_unit(unit: str, first: int, *, wide: int = 0, size: int = 100) -> UnitView:
    """A unit with clues of all kinds."""
    views = clues(unit, first)
    return UnitView(
        assessment=assessment(unit, views, wide=wide),
        accounts=tuple(f"acct-{n:02d}" for n in range(1, 15)),
        hours=(figure(size), figure(size // 8, "reposts")),
        times=times_figures(),
        clues=views,
        findings=(
            Finding("hours", unit, "found", "Found.", limits=("Hours alone name no zone.",)),
            Finding("calendar", unit, "not_looked", "No work calendar was named."),
        ),
        claimed=(ClaimedPlace("Texas", "US", "Jiangsu", "CN-JS", "province", 9),),
    )


def images() -> tuple[Image, ...]:
    """Two photographs with metadata, one stripped."""
    shot = ImageTime("exif_original", "camera", LocalTime("2025-04-11T15:20:31"))
    sat = ImageTime(
        "gps", "satellite", instant=Instant(1_744_356_031_000_000, "written_offset", "satellite", 0)
    )
    edited = ImageTime("exif_modified", "editor", LocalTime("2025-04-12T09:00:00", 480))
    where = Position(33_352_000, 120_163_000, 1_200, "exif")
    return (
        Image(SHA_IMAGES, "photos/IMG_2031.jpg", "jpeg", (shot, sat, edited), (where,),
              camera={"make": "Huawei", "model": "P40", "body_serial": "SN0012345678"},
              software="Snapseed", width_px=4_000, height_px=3_000, clock_offset_min=480,
              clock_residual_s=-3, accounts=("acct-01", *(f"acct-{n:02d}" for n in range(2, 9)))),
        Image("31c4" * 16, "photos/meme.png", "png", stripped=True, accounts=("acct-02",)),
        Image("9fe0" * 16, "photos/loose.jpg", "jpeg", (ImageTime("exif_digitised", "camera"),)),
    )  # fmt: skip


def build(units: int = 2, *, wide: int = 0, size: int = 100, accounts: int = 16) -> ReportView:
    """The whole view."""
    made = [full_unit("crew A", 1, wide=wide, size=size)]
    made += [insufficient(f"crew {chr(66 + n) if n < 25 else n}") for n in range(units - 1)]
    return ReportView(
        question="Where, and on what schedule, were the operators of these accounts at work?",
        digest=DIGEST,
        period="3 Mar to 29 Jun 2025",
        tool="gnomon 0.1.0",
        integrity=Integrity(
            41, 41, 212, True, 0, "the chain shows a changed line, but not a cut tail.", ()
        ),
        sources=(
            SourceView(SHA, "posts.csv", 412_880, "tabular", "CSV, UTF-8", 3_120, 3_114, 6,
                       "Platform, UTC, to the second: the column ends in Z.", None,
                       ("header in row 1",), "from a colleague, by mail"),
            SourceView(SHA_IMAGES, "photos/IMG_2031.jpg", 2_204_118, "image", "JPEG", 1, 1, 0,
                       "Camera, zone unknown.", "Asia/Shanghai"),
        ),
        units=tuple(made),
        images=images(),
        refusals=(
            RefusalCount("naive_time", 6, 1_923, "3,120 rows",
                         (RefusalExample(SHA, "row 17, created_at", "2025-04-01 09:12"),)),
        ),
        accounts=tuple(
            AccountView(f"acct-{n:02d}", "crew A" if n < 15 else "crew B", 222 - n % 99,
                        "2025-03-03 00:12 UTC", "2025-06-29 11:40 UTC", 81)
            for n in range(1, accounts + 1)
        ),
        assumptions=(
            AssumptionView("Times of posts.csv are UTC.", "the exporter says so", "3,114 rows",
                           "one hour off: the set moves to UTC+7 to UTC+9, the headline to 71 %"),
        ),
        record=(
            RecordLine(0, "open", "question and settings"),
            RecordLine(1, "ingest", "posts.csv, 412,880 bytes"),
            RecordLine(2, "weigh", "crew A: 5 groups, 6 hypotheses", cut=1_204),
        ),
        commands=(Command("Check the case folder", "gnomon verify case"),),
        reviews=(ReviewView("second reader", "concur with comment", "province",
                            "The label carries it.", DIGEST, True),),
        versions={"gnomon": "0.1.0", "time zones": "pytz 2026.3 (tz 2026c)"},
        attributions=("GeoNames (CC BY 4.0)", "Natural Earth (public domain)"),
    )  # fmt: skip


@pytest.fixture(scope="session")
def build_view() -> Callable[..., ReportView]:
    """Makes a view: `units`, `wide` (more groups), `size` (posts), `accounts`."""
    return build


@pytest.fixture(scope="session")
def view() -> ReportView:
    """The usual case: two units, one of them without enough data."""
    return build()


def square(
    code: str, name: str, west: float, south: float, east: float, north: float
) -> dict[str, object]:
    """A rectangular area."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "id": code,
        "properties": {"code": code, "name": name, "name_local": ""},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture(scope="session")
def boundaries() -> Boundaries:
    """A small world of rectangles."""
    countries = [
        square("CN", "China", 75.0, 20.0, 122.0, 50.0),
        square("PH", "Philippines", 118.0, 6.0, 126.0, 18.0),
        square("TW", "Taiwan", 120.0, 22.0, 122.0, 25.2),
        square("US", "United States", -125.0, 25.0, -68.0, 49.0),
    ]
    provinces = [
        square("CN-JS", "Jiangsu", 116.5, 31.0, 121.8, 35.0),
        square("CN-SD", "Shandong", 115.0, 35.0, 122.0, 38.0),
        square("CN-AH", "Anhui", 115.0, 29.5, 116.5, 34.5),
    ]
    return Boundaries(
        {"type": "FeatureCollection", "features": countries},
        {"CN": {"type": "FeatureCollection", "features": provinces}},
    )


@dataclass(frozen=True)
class Browser:
    """Headless Chromium without a network interface, where that is possible."""

    command: tuple[str, ...]

    def _run(self, arguments: Sequence[str], profile: Path, page: Path) -> str:
        done = subprocess.run(
            [*self.command, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--disable-component-update",
             "--disable-dev-shm-usage",
             "--enable-logging=stderr", "--v=0", f"--user-data-dir={profile}",
             "--virtual-time-budget=9000", *arguments, page.as_uri()],
            capture_output=True, timeout=120, check=True,
        )  # fmt: skip
        log = done.stderr.decode("utf-8", "replace").splitlines()
        # the browser's own pages (chrome://) complain too; the heat layer draws a harmless hint
        bad = [
            line
            for line in log
            if ":CONSOLE" in line and "chrome://" not in line and "willReadFrequently" not in line
        ]
        assert not bad, bad
        return done.stdout.decode("utf-8", "replace")

    def dom(self, page: Path, profile: Path, width: int = 1200) -> str:
        """The document after all scripts ran; fails on any console message."""
        return self._run([f"--window-size={width},900", "--dump-dom"], profile, page)

    def shot(self, page: Path, profile: Path, out: Path, size: tuple[int, int], *more: str) -> None:
        """A picture of the page."""
        self._run(
            [f"--window-size={size[0]},{size[1]}", f"--screenshot={out}", *more], profile, page
        )

    def pdf(self, page: Path, profile: Path, out: Path) -> None:
        """The page as it prints."""
        self._run(["--no-pdf-header-footer", f"--print-to-pdf={out}"], profile, page)


@pytest.fixture(scope="session")
def browser() -> Browser:
    """Chromium, or the reason why there is none."""
    found = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if found is None:
        pytest.skip("no Chromium here: the page was not tried in a browser")
    alone: tuple[str, ...] = ()
    if os.geteuid() == 0 and shutil.which("unshare"):
        probe = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
        alone = ("unshare", "-n") if probe.returncode == 0 else ()
    return Browser((*alone, found))


@pytest.fixture(scope="session")
def page(view: ReportView, boundaries: Boundaries) -> str:
    """The report page of that case."""
    from forensics.show.page import report_page

    return report_page(view, boundaries)


@pytest.fixture(scope="session")
def with_unit() -> Callable[..., ReportView]:
    """The view with its first unit changed: `with_unit(view, clues=())`."""

    def change(view: ReportView, **fields: object) -> ReportView:
        first = replace(view.units[0], **fields)  # type: ignore[arg-type]
        return replace(view, units=(first, *view.units[1:]))

    return change


class Dom(HTMLParser):
    """Elements of a page with their attributes and text, as a plain parser sees them."""

    VOID = frozenset({"meta", "input", "br", "img", "link", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Node] = []
        self.open: list[Node] = []
        self.texts: list[tuple[str, frozenset[str]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, list(self.open))
        self.nodes.append(node)
        if tag not in self.VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.texts.append((data, frozenset(node.tag for node in self.open)))
        for node in self.open:
            node.text += data

    def all(self, tag: str) -> list[Node]:
        """Every element of that name, in order."""
        return [node for node in self.nodes if node.tag == tag]

    def id(self, name: str) -> Node:
        """The one element with that id."""
        (found,) = [node for node in self.nodes if node.attrs.get("id") == name]
        return found

    def inside(self, node: Node, tag: str) -> list[Node]:
        """Elements of that name below another one."""
        return [other for other in self.nodes if other.tag == tag and node in other.parents]

    def text(self) -> str:
        """All text a reader sees, scripts and styles left out."""
        body = self.all("body")[0].text
        for node in self.nodes:
            if node.tag in {"script", "style"}:
                body = body.replace(node.text, "")
        return body


@dataclass(eq=False)
class Node:
    """One element."""

    tag: str
    attrs: dict[str, str]
    parents: list[Node]
    text: str = ""


@pytest.fixture(scope="session")
def dom() -> Callable[[str], Dom]:
    """Parses a page."""
    return Dom


CANARY = "canarybird"
HOSTILE_STRINGS = (
    "盐城市",
    "<img src=x onerror=\"document.documentElement.dataset.hit='img'\">",
    "${document.documentElement.dataset.hit='dollar'}",
    "${document.title=1}",
    "</script><script>document.documentElement.dataset.hit='script'</script>",
    "`+(document.documentElement.dataset.hit='tick')+`",
    "\\u0022;alert(1)//",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.environ.__setitem__('GNOMON_CANARY', '1') }}",
    "{{ lipsum.__globals__.os.environ.update(GNOMON_CANARY='1') }}",
    "{% for x in () %}{% endfor %}{% raw %}",
    "{# gone #}",
    "<!--<script>",
    "line\u2028and\u2029paragraph",
    "]]>",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "bell\x07\x1b[31m\x00",
    "lone\ud83dsurrogate",
    "\u202egnp.exe\u2066",
    "zero\u200bwidth\u200d",
    "a" + "\u0301" * 10_000,
    "https://evil.example.org/?q=1",
    "' onmouseover='x' \" style=\"x",
    "x" * 100_000,
)


def poison(value: object, text: str) -> object:
    """The same value with every free string replaced by hostile text."""
    fixed = {"sha256", "digest", "original", "code", "parent", "level", "claimed_area",
             "assessed_area", "number", "group", "hypothesis", "leader", "lowest_test", "areas",
             "reason_key", "finder"}  # fmt: skip
    closed = {
        "technical", "behavioural", "contextual", "platform", "operator", "third_party", "unknown",
        "found", "nothing_found", "insufficient", "not_looked", "naive_time", "zone", "country",
        "province", "city", "organisation", "low", "moderate", "high", "place", "none", "modelled",
        "admin1",
        *get_args(Role), *get_args(DayClass), *words.TERMS,
    }  # fmt: skip
    if is_dataclass(value) and not isinstance(value, type):
        made = {}
        for item in fields(value):
            old = getattr(value, item.name)
            is_id = item.name == "id" and type(value).__name__ in {
                "Group",
                "Hypothesis",
                "StandingTest",
            }
            made[item.name] = old if item.name in fixed or is_id else poison(old, text)
        return type(value)(**made)
    if isinstance(value, str):
        return value if value in closed or not value else text
    if isinstance(value, tuple):
        return tuple(poison(item, text) for item in value)
    if isinstance(value, dict):
        return {poison(key, text): poison(item, text) for key, item in value.items()}
    return value


@pytest.fixture(scope="session")
def hostile_view() -> ReportView:
    """The usual case with every free string hostile: a unit for each string."""
    base = build(1)
    units = tuple(poison(base.units[0], f"{CANARY} {text}") for text in HOSTILE_STRINGS)
    whole = poison(replace(base, units=()), CANARY + " " + " ".join(HOSTILE_STRINGS[:-1]))
    return replace(
        whole,
        units=units,
        images=tuple(
            poison(image, f"{CANARY} {text}") for image in base.images for text in HOSTILE_STRINGS
        ),
    )  # type: ignore[type-var, arg-type]
