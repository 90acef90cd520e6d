"""`summary.json`: canonical, whole, without floats."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from forensics.errors import ShowError
from forensics.model import KindLikelihood
from forensics.show.summary import SCHEMA, summary, summary_text, write_summary
from forensics.show.view import ReportView


def test_canonical_and_repeatable(view: ReportView, tmp_path: Path) -> None:
    path = write_summary(view, tmp_path / "summary.json")
    text = path.read_text(encoding="utf-8")
    assert text == summary_text(view)
    value = json.loads(text)
    again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    assert text == again
    assert value["schema"] == SCHEMA


def test_numbers_are_those_of_the_view(view: ReportView) -> None:
    value = summary(view)
    first, second = value["units"]
    a = view.units[0].assessment
    assert first["conclusion"]["probability_ppm"] == a.conclusion.probability_ppm
    assert [row["sum_mdb"] for row in first["rows"]] == [row.sum_mdb for row in a.rows]
    assert first["leader"] == "H1"
    assert second["leader"] is None
    assert second["places"] is None
    assert sum(first["hours"][0]["counts_utc"]) == first["hours"][0]["n"]
    assert value["counts"] == {
        "units": 2,
        "accounts": 16,
        "images": 3,
        "sources": 2,
        "rows_present": 3_121,
        "rows_read": 3_115,
        "rows_refused": 6,
        "refusals": 6,
    }
    says = {clue["kind"]: clue["says"] for clue in first["clues"]}
    assert says["label"] == {"areas": ["CN-JS"], "miss_ppm": 50_000}
    assert says["image_position"] == {
        "lat_udeg": 33_352_000,
        "lon_udeg": 120_163_000,
        "radius_m": 1_200,
    }
    assert says["image_clock"] == {"zones_mdb": {"Asia/Shanghai": 0}}
    assert first["clues"][5]["group"] is None


def test_other_likelihoods_are_kept(view: ReportView, with_unit: Callable) -> None:
    kinds = KindLikelihood({"scheduler": 4_000})
    item = view.units[0].clues[0]
    odd = with_unit(view, clues=(replace(item, clue=replace(item.clue, likelihood=kinds)),))
    assert summary(odd)["units"][0]["clues"][0]["says"] == {"kinds_mdb": {"scheduler": 4_000}}


def test_floats_are_refused(view: ReportView, with_unit: Callable) -> None:
    item = view.units[0].clues[0]
    seen = replace(item.observations[0], value=[1, {"x": 0.5}])  # type: ignore[dict-item]
    odd = with_unit(view, clues=(replace(item, observations=(seen,)),))
    with pytest.raises(ShowError, match=r"observations\[0\]\.value\[1\]\.x: a float"):
        summary_text(odd)


def test_hostile_strings_stay_data(hostile_view: ReportView) -> None:
    text = summary_text(hostile_view)
    value = json.loads(text)
    assert "</script>" in value["question"], "uncut and unmarked: it is data"
    assert "\ud83d" not in text
