"""A labelled set against what `gnomon hours` says about it: accuracy, coverage, sharpness."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from forensics import clock
from forensics.clues.activity import Activity, activities
from forensics.clues.hours.answer import HoursAnswer, answers
from forensics.clues.quarters import thin
from forensics.engine import PostTable
from forensics.errors import ReadError, UsageError
from forensics.evaluate import metrics
from forensics.evaluate.evaluation import Evaluation, Row
from forensics.evaluate.folds import fold_of, libraries
from forensics.evaluate.labels import Label, Labels, read_labels
from forensics.evaluate.metrics import Scored
from forensics.model import Progress
from forensics.read import ReadOptions, read_posts
from forensics.read.archives import expand
from forensics.read.given import inputs_of
from forensics.reference.templates import HEADER, Library, library
from forensics.reference.zones import candidate_offsets

SEED = 20
ENOUGH_ACCOUNTS = 2
IN_SAMPLE = (
    "The library of people was fitted on this very file: these figures are too good. "
    "--folds 5 scores everybody by a library of other people."
)
ONE_OFFSET = (
    "All labels are one offset: accuracy then measures the prior as much as the hours; read the "
    "uniform prior."
)


def silent(stage: str, done: int, total: int | None) -> None:
    """A progress callback that says nothing."""
    del stage, done, total


def evaluate(
    labels: str | Path,
    posts: Sequence[str | Path] = (),
    *,
    label: str | None = None,
    draw: int | None = None,
    at_least: int = 1,
    folds: int = 0,
    assume_zone: str | None = None,
    columns: Mapping[str, str] | None = None,
    seed: int = SEED,
    progress: Progress = silent,
) -> Evaluation:
    """Score what `gnomon hours` says about accounts whose offset is known.

    Args:
        labels: File with a column of accounts and one of offsets (minutes east) or IANA zones:
            one row an account, or one row a post.
        posts: Exports of posts, or folders of them; none if the file of labels holds the posts.
        label: Column of the labels; found by its name where it is None.
        draw: At most so many posts of each account, drawn without replacement.
        at_least: Accounts with fewer posts are left out.
        folds: With two or more, every account is scored by a library fitted on the labelled
            accounts of the other folds, groups kept together, instead of by the bundled library.
        assume_zone: IANA zone of times without offset.
        columns: Columns of the posts by hand, such as `{"account": "user"}`.
        seed: Seed of draws and of resampling.
        progress: Called with (stage, done, total).

    Returns:
        Posteriors and sets of every labelled account beside the truth; `figures`, `as_json` and
        `forensics.evaluate.figures` read numbers and pictures off it.

    Raises:
        ReadError: a file cannot be read, or its labels are of no use.
        UsageError: fewer than two labelled accounts have posts.
    """
    _check(draw, folds)
    with tempfile.TemporaryDirectory() as folder:
        known = read_labels(Path(labels), Path(folder) / "labels", column=label)
        files = inputs_of(posts or [labels]).files
        opened = expand(files, Path(folder) / "unpacked")
        if not opened.files:
            raise ReadError(opened.refusals[0].raw, todo="give files that can be read")
        given = dict(columns or {})
        per_row = not posts and known.numbers and "offset" not in given
        if per_row and folds:
            given["offset"] = known.column
        options = ReadOptions(assume_zone=assume_zone, columns=given)
        reading = read_posts(opened.files, options, Path(folder), progress)
        with PostTable.build(reading.posts, Path(folder)) as table:
            accounts = {one.account: one.n for one in table.accounts()}
            labelled = _labelled(known, accounts, at_least)
            parts = _parts(table, labelled, folds, per_row=per_row)
            pairs = _scored(table, parts, labelled, (draw, seed), progress)
            rows, scored, answered, reasons = _collected(pairs)
            outside = len(labelled) - len(rows)
    return Evaluation(
        labels=known,
        rows=rows,
        scored=scored,
        answered=answered,
        reasons=reasons,
        without_posts=sum(name not in accounts for name in known.by_account),
        without_labels=sum(name not in known.by_account for name in accounts),
        outside=outside,
        rows_refused=sum(source.rows_refused for source in reading.sources),
        settings={
            "draw": draw,
            "at_least": at_least,
            "folds": folds,
            "assume_zone": assume_zone,
            "seed": seed,
        },
        notes=_notes({file.sha256 for file in files} | {known.sha256}, rows, folds),
        seed=seed,
    )


def _check(draw: int | None, folds: int) -> None:
    """Refuse numbers that make no sense.

    Raises:
        UsageError: nothing is drawn, or nobody is left out.
    """
    if draw is not None and draw < 1:
        raise UsageError("draw at least one post", where="--draw", todo="give a number above 0")
    if folds == 1 or folds < 0:
        raise UsageError("one fold leaves nobody out", where="--folds", todo="give two or more")


def _labelled(known: Labels, posts: Mapping[str, int], at_least: int) -> dict[str, Label]:
    """Labels of the accounts that have enough posts.

    Raises:
        UsageError: fewer than two.
    """
    found = {
        name: label
        for name, label in known.by_account.items()
        if posts.get(name, 0) >= max(1, at_least)
    }
    if len(found) < ENOUGH_ACCOUNTS:
        raise UsageError(
            f"{len(found)} of the labelled accounts have posts; {ENOUGH_ACCOUNTS} must",
            where=known.name,
            todo="check that labels and posts name accounts alike",
        )
    return found


def _drawn(activity: Activity, draw: int | None, seed: int) -> Activity:
    """The activity of at most `draw` posts. Minutes of the hour stay those of all posts."""
    total = activity.n_posts
    if draw is None or total <= draw:
        return activity
    # The draw of an account does not depend on which other accounts there are.
    name = int.from_bytes(hashlib.sha256(activity.unit.encode()).digest()[:8], "big")
    rng = np.random.default_rng([seed, name])
    every = np.repeat(activity.q, activity.n)
    q, n = np.unique(rng.choice(every, draw, replace=False), return_counts=True)
    return replace(activity, q=q, n=n.astype(np.int64), hours=(thin(q),))


def _parts(
    posts: PostTable, labels: Mapping[str, Label], folds: int, *, per_row: bool
) -> list[tuple[Library, tuple[str, ...]]]:
    """(library, accounts that are scored by it): one part, or one a fold."""
    if not folds:
        return [(library(), tuple(labels))]
    places = fold_of(labels, folds)
    fitted = libraries(posts, labels, places, per_row=per_row)
    return [
        (weeks, tuple(name for name in labels if places[name] == fold))
        for fold, weeks in enumerate(fitted)
    ]


def _scored(
    posts: PostTable,
    parts: Sequence[tuple[Library, tuple[str, ...]]],
    labels: Mapping[str, Label],
    drawing: tuple[int | None, int],
    progress: Progress,
) -> Iterator[tuple[HoursAnswer, Label, int]]:
    """(answer, label, true offset in minutes) of each account."""
    done = 0
    for weeks, names in parts:
        drawn = (_drawn(one, *drawing) for one in activities(posts, {n: (n,) for n in names}))
        for answer in answers(drawn, weeks):
            done += 1
            progress("score", done, len(labels))
            label = labels[answer.activity.unit]
            yield answer, label, _truth_min(answer, label)


def _truth_min(answer: HoursAnswer, label: Label) -> int:
    """The true offset: as labelled, or the one that most active hours fall under in the zone."""
    if label.zone is None:
        return int(label.offset_min or 0)
    seconds = (answer.activity.hours[0] * 900).tolist()
    counts = Counter(offset // 60 for offset in clock.offsets_of(label.zone, seconds))
    return min(counts, key=lambda offset: (-counts[offset], offset))


def _collected(
    pairs: Iterator[tuple[HoursAnswer, Label, int]],
) -> tuple[
    tuple[Row, ...],
    tuple[Scored, Scored],
    np.ndarray[tuple[int], np.dtype[np.bool_]],
    dict[str, int],
]:
    """Rows, arrays under both priors, who has an answer, and why the others have none.

    Raises:
        UsageError: no true offset is a candidate.
    """
    offsets = candidate_offsets()
    place = {offset: at for at, offset in enumerate(offsets)}
    rows: list[Row] = []
    p: tuple[list[metrics.FloatArray], list[metrics.FloatArray]] = ([], [])
    sets: tuple[list[list[float]], list[list[float]]] = ([], [])
    reasons: Counter[str] = Counter()
    for answer, label, truth in sorted(pairs, key=lambda pair: pair[0].activity.unit):
        if truth not in place:
            continue
        best = tuple(offsets[int(np.argmax(one))] for one in answer.offset_p)
        activity = answer.activity
        rows.append(
            Row(
                account=activity.unit,
                truth_min=truth,
                group=label.group,
                status=answer.status,
                active_hours=activity.n_active_hours,
                best_min=(best[0], best[1]),
                set80=answer.set80,
            )
        )
        reasons.update(_kind_of(reason) for reason in answer.reasons[:1])
        for prior in (0, 1):
            p[prior].append(answer.offset_p[prior])
            s80, s95 = answer.set80[prior], answer.set95[prior]
            sets[prior].append([truth in s80, len(s80), truth in s95, len(s95)])
    if not rows:
        raise UsageError(
            "no labelled zone had an offset that is a candidate",
            todo="candidates lie between UTC-11 and UTC+13:45",
        )
    truths = np.array([place[row.truth_min] for row in rows], dtype=np.int64)
    both = []
    for prior in (0, 1):
        columns = np.array(sets[prior], dtype=np.float64).T
        both.append(Scored(truths, np.stack(p[prior]), *columns))
    answered = np.array([row.status == "found" for row in rows])
    by_number = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return tuple(rows), (both[0], both[1]), answered, dict(by_number)


def _kind_of(reason: str) -> str:
    """A reason to abstain without its numbers, up to its first stop."""
    return re.split(r"[.:;(]", re.sub(r"\d+", "N", reason))[0].strip()[:60]


def _notes(hashes: set[str], rows: Sequence[Row], folds: int) -> tuple[str, ...]:
    """What a reader of the figures must know."""
    fitted_on = json.loads(HEADER.read_text(encoding="utf-8"))["fitted_on"]["sha256"]
    found = [IN_SAMPLE] if fitted_on in hashes and not folds else []
    if len({row.truth_min for row in rows}) == 1:
        found.append(ONE_OFFSET)
    return tuple(found)
