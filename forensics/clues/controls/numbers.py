"""What a reviewer asks of every clue: how many carry it, how common is it otherwise, who was first.

All three are printed without being asked, also where the answer is that it is not known.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from forensics.clock import utc_text
from forensics.clues.code_hits import where
from forensics.clues.codes import Code, codes_in
from forensics.clues.controls.carrying import (
    CODE_KINDS,
    PLACE_KINDS,
    Carried,
    Compared,
    carried,
    has_rule,
    place_keys,
    place_part,
)
from forensics.clues.controls.first import Lead, Posting, lead
from forensics.clues.controls.intervals import Ratio, Share, ratio, share
from forensics.clues.controls.matching import matched, naming_of
from forensics.clues.evidence import Evidence
from forensics.engine.samples import Shared, named_files, shared_texts
from forensics.model import Clue, Finding, Json, Observation

LISTED = 10
PICTURE_KINDS = ("image", "sun")
"""Kinds whose names begin so come from picture files."""
NO_CONTROLS = "No comparable accounts were given: how common it is otherwise is not known."
NOT_COMPARABLE = (
    "Not compared: this kind of clue needs a whole unit, or files that controls do not have."
)
NOBODY = "None of the controls that were given is comparable: how common it is is not known."


@dataclass(frozen=True, slots=True)
class Numbers:
    """The three numbers of one clue."""

    clue: str
    unit: str
    accounts: Share | None
    """Accounts that carry it, of those of the unit; None where pictures are tied to nobody."""
    clusters: int
    """Units with a clue of the same kind that says the same."""
    clusters_of: int
    posts: int
    """Posts, profiles or files that show it."""
    contents: int | None
    """Different texts or pictures among them; None where it is no content."""
    mine: Share | None = None
    """Carriers among accounts that have controls and could show it."""
    others: Share | None = None
    """The same of their controls; None without controls."""
    ratio: Ratio | None = None
    lead: Lead | None = None
    """Who precedes the others with shared contents; None where nothing is shared."""
    dates: tuple[tuple[str, int], ...] = ()
    """(Account, UTC microseconds) of first appearance, earliest first, where nothing is shared."""
    dated: int = 0
    """Carriers with such a date; `dates` holds the first ten."""
    half_us: int | None = None
    """Time by which half of them had shown it."""
    says: Mapping[str, str] = field(default_factory=dict)
    """carriers, control, first: the numbers as sentences."""

    def as_json(self) -> dict[str, Json]:
        """A row of `numbers.jsonl`."""
        row: dict[str, Any] = asdict(self)
        row["dates"] = [{"account": name, "t_us": at} for name, at in self.dates]
        return row


def numbers_of(evidence: Evidence, findings: Sequence[Finding]) -> list[Numbers]:
    """The numbers of every clue, in the order of the findings."""
    clues = [clue for finding in findings for clue in finding.clues]
    seen = {item.id: item for finding in findings for item in finding.observations}
    asked = _Asked(evidence, clues, seen)
    return [asked.numbers(clue) for clue in clues]


class _Asked:
    """One evidence, asked about clue after clue."""

    def __init__(
        self, evidence: Evidence, clues: Sequence[Clue], seen: Mapping[str, Observation]
    ) -> None:
        self._evidence = evidence
        self._compared = Compared(evidence)
        self._seen = seen
        self._units: dict[tuple[str, str], set[str]] = {}
        for clue in clues:
            self._units.setdefault((clue.kind, repr(clue.likelihood)), set()).add(clue.unit)
        self._shared: dict[str, list[Shared]] = {}
        self._files: list[tuple[str, str, int]] | None = None
        self._firsts: dict[str, int] | None = None
        self._platforms = len(set(evidence.platforms.values()))

    def numbers(self, clue: Clue) -> Numbers:
        """The three numbers of one clue."""
        unit = self._evidence.units.get(clue.unit, ())
        found = carried(clue, self._compared) if self._evidence.posts is not None else None
        mine = {name: found.by[name] for name in unit if name in found.by} if found else {}
        contents: int | None = None
        posts = sum(one.posts for one in mine.values())
        if any(one.contents for one in mine.values()):
            contents = len(frozenset().union(*(one.contents for one in mine.values())))
        if clue.kind.startswith(PICTURE_KINDS):
            contents = len(self._pictures(clue))
        posts = posts or max(
            (self._seen[name].rows_total for name in clue.observations if name in self._seen),
            default=0,
        )
        made = Numbers(
            clue=clue.id,
            unit=clue.unit,
            accounts=share(len(clue.accounts), len(unit)) if unit else None,
            clusters=len(self._units[clue.kind, repr(clue.likelihood)]),
            clusters_of=len(self._evidence.units),
            posts=posts,
            contents=contents,
            **self._control(clue, found),
            **self._first(clue, found),
        )
        says = {
            "carriers": carriers_sentence(made, clue),
            "control": self._control_sentence(clue, made, found),
            "first": first_sentence(made, platforms=self._platforms),
        }
        return replace(made, says=says)

    # ---- how common otherwise --------------------------------------------------------------------

    def _control(self, clue: Clue, found: Carried | None) -> dict[str, Any]:
        """Shares of accounts with controls and of their controls, and the ratio."""
        sets = matched(self._evidence, clue.unit)
        if sets is None or found is None:
            return {}
        mine = [name for name in sets.accounts if name in found.able]
        others = [name for name in sets.controls if name in found.able]
        if not mine or not others:
            return {}
        first = share(sum(name in found.by for name in mine), len(mine))
        second = share(sum(name in found.by for name in others), len(others))
        return {"mine": first, "others": second, "ratio": ratio(first, second)}

    def _control_sentence(self, clue: Clue, made: Numbers, found: Carried | None) -> str:
        if self._evidence.controls is None:
            return NO_CONTROLS
        sets = matched(self._evidence, clue.unit)
        if found is None or sets is None or not has_rule(clue.kind):
            return NOT_COMPARABLE
        if not sets.controls:
            return NOBODY
        if made.mine is None or made.others is None:
            return (
                f"None of {len(sets.controls):,} matched controls, or none of the accounts, is "
                f"{found.able_words}: how common it is otherwise is not known."
            )
        times = f": ratio {made.ratio.words()}" if made.ratio else ": nobody carries it"
        return (
            f"{made.mine.k:,} of {made.mine.n:,} accounts ({made.mine.words()}) and "
            f"{made.others.k:,} of {made.others.n:,} matched controls {found.able_words} "
            f"({made.others.words()}) carry it{times}. Matched: {sets.words()}."
        )

    # ---- who came first --------------------------------------------------------------------------

    def _first(self, clue: Clue, found: Carried | None) -> dict[str, Any]:
        """Who leads with shared contents, else when each account first showed it."""
        ahead = lead(self._postings(clue))
        if ahead is not None:
            return {"lead": ahead}
        unit = frozenset(self._evidence.units.get(clue.unit, ()))
        dates: dict[str, int] = {}
        if found is not None:
            by = found.by.items()
            dates = {name: one.first_us for name, one in by if one.first_us and name in unit}
        if not dates and not clue.kind.startswith(PICTURE_KINDS) and clue.kind not in CODE_KINDS:
            firsts = self._first_posts()
            dates = {name: firsts[name] for name in clue.accounts if name in firsts}
        order = sorted(dates.items(), key=lambda item: (item[1], item[0]))
        half = statistics.median_low(dates.values()) if dates else None
        return {"dates": tuple(order[:LISTED]), "dated": len(order), "half_us": half}

    def _first_posts(self) -> Mapping[str, int]:
        if self._firsts is None:
            posts = self._evidence.posts
            self._firsts = {one.account: one.first_us for one in posts.accounts()} if posts else {}
        return self._firsts

    def _postings(self, clue: Clue) -> list[Posting]:
        """What carries the clue and was posted by several accounts of the unit."""
        if clue.kind in CODE_KINDS:
            return self._texts_with_code(clue)
        if clue.kind in PLACE_KINDS:
            return self._texts_with_name(clue)
        if clue.kind.startswith(PICTURE_KINDS):
            return self._pictures_posted(clue)
        return []

    def _texts_with_code(self, clue: Clue) -> list[Posting]:
        wanted, posts = place_part(clue), self._evidence.posts
        if wanted is None or posts is None:
            return []
        if clue.unit not in self._shared:
            unit = self._evidence.units.get(clue.unit, ())
            self._shared[clue.unit] = shared_texts(posts, unit)
        carries: dict[int, bool] = {}
        out = []
        for one in self._shared[clue.unit]:
            if one.content not in carries:
                carries[one.content] = any(
                    isinstance(code, Code) and code.kind == clue.kind and where(code) == wanted
                    for code in codes_in(one.sample)
                )
            if carries[one.content]:
                out.append(Posting(str(one.content), one.account, one.t_us))
        return out

    def _texts_with_name(self, clue: Clue) -> list[Posting]:
        naming = naming_of(self._evidence)
        unit = frozenset(self._evidence.units.get(clue.unit, ()))
        texts = [
            posted
            for key in place_keys(clue, naming, self._evidence.places)
            for posted in naming.shared(key, unit)
        ]
        return [
            Posting(str(number), name, one.t_us)
            for number, posted in enumerate(texts)
            for name, one in posted.items()
        ]

    def _pictures(self, clue: Clue) -> frozenset[str]:
        """Same-picture sets among the files that a clue rests on."""
        rows = [
            row for name in clue.observations if name in self._seen for row in self._seen[name].rows
        ]
        return frozenset(self._evidence.set_of(row.original) for row in rows)

    def _pictures_posted(self, clue: Clue) -> list[Posting]:
        posts = self._evidence.posts
        unit = frozenset(self._evidence.units.get(clue.unit, ()))
        if posts is None or not unit:
            return []
        if self._files is None:
            everyone = {name for names in self._evidence.units.values() for name in names}
            self._files = named_files(posts, everyone)
        sets = self._pictures(clue)
        set_of = {
            name: self._evidence.set_of(image.original)
            for image in self._evidence.images
            for name in (image.name, image.name.rpartition("/")[2])
        }
        return [
            Posting(set_of[name], account, at)
            for name, account, at in self._files
            if account in unit and set_of.get(name) in sets
        ]


def carriers_sentence(made: Numbers, clue: Clue) -> str:
    """How many carry it, in accounts, clusters, posts and different contents."""
    if made.accounts is None:
        return "No account carries it: nothing ties it to a post."
    parts = [f"{made.accounts.k:,} of {made.accounts.n:,} accounts ({made.accounts.words()})"]
    if made.clusters_of > 1:
        parts.append(f"{made.clusters:,} of {made.clusters_of:,} clusters")
    if clue.kind.startswith(PICTURE_KINDS):
        parts.append(f"{made.contents or 0:,} different pictures")
    elif made.posts:
        different = f" with {made.contents:,} different texts" if made.contents else ""
        parts.append(f"{made.posts:,} posts or profiles{different}")
    return "; ".join(parts) + "."


def first_sentence(made: Numbers, *, platforms: int) -> str:
    """Who came first, or when each first showed it."""
    if made.lead is not None:
        one = made.lead
        percent = round(100 * one.before / one.pairs)
        text = (
            f"Of {one.shared:,} contents that several accounts posted, {one.account} has "
            f"{one.contents:,} and precedes the others in {one.before:,} of {one.pairs:,} pairs "
            f"({percent} %), median lead {span_text(one.median_lead_s)}, permutation p "
            f"{one.p_ppm / 1_000_000:.3f}."
        )
        if platforms > 1:
            text += " The clocks of different platforms are taken to agree."
        return text
    if not made.dates:
        return "No dates: what carries it was not posted, or not by several accounts."
    name, at = made.dates[0]
    text = f"No content that is shared often enough shows it. First appearance: {name}, {_day(at)}"
    if made.dated > 1 and made.half_us is not None:
        text += f"; half of {made.dated:,} carriers by {_day(made.half_us)}"
    return text + "."


def span_text(seconds: int) -> str:
    """`40 s`, `12 min`, `3.5 h`, `2.1 days`; with a minus sign for a lag."""
    size, sign = abs(seconds), "-" if seconds < 0 else ""
    for unit, name in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if size >= 2 * unit or (size >= unit and name != "days"):
            return f"{sign}{size / unit:.1f} {name}"
    return f"{sign}{size} s"


def _day(t_us: int) -> str:
    return utc_text(t_us, seconds=False)[:10]
