"""How an evaluation looks in a terminal: 80 columns, no colour needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from forensics import clock
from forensics.evaluate import Evaluation, metrics
from forensics.evaluate.labels import UNUSABLE
from forensics.evaluate.trial import Trial
from forensics.verbs.console import printable

WIDTH = 80
OFFSET_HEAD = "exact    1 h  holds  size"
SHARES = frozenset({"exact", "within_1h", "held80", "held95"})


def evaluation_text(found: Evaluation) -> Iterator[str]:
    """The page: whom it is about, figures under both priors, offsets, reliability, risk."""
    yield from _about(found)
    yield ""
    yield from _figures(found, answered=False)
    if 0 < found.answered.sum() < len(found.rows):
        yield ""
        yield from _figures(found, answered=True)
    yield ""
    yield from _offsets(found)
    yield ""
    yield from _reliability(found)
    yield ""
    yield from _risk(found)


def _about(found: Evaluation) -> Iterator[str]:
    labels = found.labels
    yield from _paragraph(
        f"{printable(labels.name)}: {len(found.rows):,} accounts scored, truth from column "
        f"{printable(labels.column)!r}"
    )
    left_out = [f"{n:,} without posts" for n in (found.without_posts,) if n]
    left_out += [f"{n:,}: {UNUSABLE[key]}" for key, n in labels.unusable.items()]
    left_out += [f"{n:,} with posts and no label" for n in (found.without_labels,) if n]
    left_out += [f"{n:,} at an offset that is no candidate" for n in (found.outside,) if n]
    too_few = len(labels.by_account) - found.without_posts - found.outside - len(found.rows)
    left_out += [f"{too_few:,} with too few posts" for _ in range(1) if too_few > 0]
    if left_out:
        yield from _paragraph("left out: " + "; ".join(left_out), hang=2)
    if found.rows_refused:
        yield f"rows refused by the readers: {found.rows_refused:,}"
    if found.settings["draw"]:
        yield f"at most {found.settings['draw']} posts drawn of each, seed {found.seed}"
    if found.settings["folds"]:
        yield f"library fitted on the labelled people, {found.settings['folds']} folds by group"
    silent = len(found.rows) - int(found.answered.sum())
    text = f"answer given to {int(found.answered.sum()):,}, insufficient for {silent:,}"
    if found.reasons:
        text += (
            " (" + "; ".join(f"{n:,}: {printable(key)}" for key, n in found.reasons.items()) + ")"
        )
    yield from _paragraph(text, hang=2)
    for note in found.notes:
        yield from _paragraph("Beware: " + note, hang=2)


def _figures(found: Evaluation, *, answered: bool) -> Iterator[str]:
    """Figures under both priors, with intervals."""
    what = "accounts with an answer" if answered else "all scored accounts"
    yield f"{what:<30}{'uniform prior':<25}population prior"
    both = [found.figures(prior, answered=answered) for prior in (0, 1)]
    for name, words in metrics.FIGURES.items():
        cells = [_cell(name, one[name]) for one in both]
        yield f"  {words:<28}{cells[0]:<25}{cells[1]}".rstrip()
    if not answered:
        per = [metrics.macro(metrics.by_offset(scored)) for scored in found.scored]
        listed = not _nan(per[0]["exact"])
        if listed:
            for name in ("exact", "within_1h"):
                words = f"{metrics.FIGURES[name]}*"
                yield f"  {words:<28}{_short(per[0][name]):<25}{_short(per[1][name])}"
        offset, exact, near = metrics.one_offset_for_all([row.truth_min for row in found.rows])
        yield from _paragraph(
            f"{'* mean over offsets. ' * listed}Always {clock.offset_text(offset)} would be exact "
            f"for {_short(exact)} and within 1 h for {_short(near)}. Brackets: 95 %, accounts "
            "resampled."
        )


def _nan(value: float) -> bool:
    return value != value  # noqa: PLR0124 - the definition of no number


def _short(value: float) -> str:
    """`.74`, `1.00`, `-` for nothing."""
    return "-" if _nan(value) else f"{value:.2f}".removeprefix("0")


def _cell(name: str, one: metrics.Interval) -> str:
    if _nan(one.mean):
        return "-"
    if name in SHARES:
        return f"{_short(one.mean)} [{_short(one.low)}, {_short(one.high)}]"
    return f"{one.mean:.2f} [{one.low:.2f}, {one.high:.2f}]"


def _offsets(found: Evaluation) -> Iterator[str]:
    """True offsets with enough accounts."""
    tables = [metrics.by_offset(scored) for scored in found.scored]
    if not tables[0]:
        yield f"No true offset has {metrics.ENOUGH_PER_OFFSET} accounts: none is listed."
        return
    yield f"{'':<20}{'uniform prior':<30}population prior"
    yield f"{'true offset  people':<20}{OFFSET_HEAD:<30}{OFFSET_HEAD}"
    for offset, (n, uniform) in tables[0].items():
        cells = [_offset_cell(means) for means in (uniform, tables[1][offset][1])]
        yield f"  {clock.offset_text(offset):<9} {n:>6,}  {cells[0]:<30}{cells[1]}".rstrip()


def _offset_cell(means: Mapping[str, float]) -> str:
    shares = "  ".join(f"{_short(means[name]):>5}" for name in ("exact", "within_1h", "held80"))
    return f"{shares}  {means['size80']:>4.1f}"


def _reliability(found: Evaluation) -> Iterator[str]:
    """Predicted against observed, one line a prior and row."""
    yield "reliability of the best offset (accounts, stated, exact)"
    for name, scored in zip(("uniform", "population"), found.scored, strict=True):
        bins = [one for one in metrics.reliability(scored) if one.n >= metrics.ENOUGH_PER_OFFSET]
        parts = [
            f"{one.n:,}:\N{NO-BREAK SPACE}{_short(one.predicted)}\N{NO-BREAK SPACE}"
            f"{_short(one.observed.mean)}"
            for one in bins
        ]
        text = f"{name:<11}" + ("  ".join(parts) or "too few accounts")
        yield from wrap(text, WIDTH, initial_indent="  ", subsequent_indent=" " * 13)


def _risk(found: Evaluation) -> Iterator[str]:
    """Right answers where only the surest accounts are answered."""
    yield "only the surest answered      within 1 h: uniform      population"
    for percent in metrics.COVERAGES_PERCENT:
        cells = []
        for prior in (0, 1):
            _, figures = found.at_coverage(prior, percent)
            cells.append(_cell("within_1h", figures["within_1h"]))
        yield f"  {percent:>3} % of the accounts{'':<8}{'':<3}{cells[0]:<22}{cells[1]}".rstrip()


def trials_text(found: Sequence[Trial]) -> Iterator[str]:
    """One block a scenario: what was asked, what came out, for the case and for its twin."""
    for trial in found:
        yield f"{trial.scenario}: {trial.title}"
        yield from _paragraph(f"twin: {trial.twin_title}", indent=2, hang=8)
        for check in trial.checks:
            mark = "ok  " if check.passed else "MISS"
            who = "twin" if check.twin else "case"
            yield from _paragraph(
                f"{mark} {who}  {check.asked}: {printable(check.found)}", indent=2, hang=13
            )
        yield ""
    checks = [check for trial in found for check in trial.checks]
    whole = sum(all(check.passed for check in trial.checks) for trial in found)
    yield from _paragraph(
        f"{whole} of {len(found)} scenarios as they must be; "
        f"{sum(check.passed for check in checks)} of {len(checks)} checks."
    )


def _paragraph(text: str, indent: int = 0, hang: int = 0) -> list[str]:
    return wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * hang,
        break_on_hyphens=False,
    )
