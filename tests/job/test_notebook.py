"""A case in a notebook: tables by name, drawings, and foreign text that stays text."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forensics.case import Case
from forensics.errors import UsageError
from forensics.job.notebook import open_case

HOSTILE = "<script>alert(1)</script>\u202eabc $x_y$"


def _now() -> str:
    return "2024-01-01T00:00:00Z"


def _weight(unit: str, group: str, row: str, mdb: int) -> dict[str, Any]:
    return {"unit": unit, "group": group, "hypothesis": row, "mdb": mdb, "low_mdb": mdb - 1,
            "high_mdb": mdb + 1, "basis": "modelled", "reference": "", "reason": ""}  # fmt: skip


def _area(unit: str, level: str, code: str, ppm: int) -> dict[str, Any]:
    return {"unit": unit, "level": level, "code": code, "name": HOSTILE, "parent": "",
            "aimed_ppm": ppm, "random_ppm": ppm, "prior_ppm": 1}  # fmt: skip


@pytest.fixture
def opened(tmp_path: Path) -> Any:
    case = Case.create(tmp_path / "case", question="Where?", settings={}, who="t", now=_now)
    case.write_table(
        "weights.jsonl",
        [_weight("A", g, h, m) for g, h, m in (("G1", "H1", 5_000), ("G2", "H1", -1_000),
                                                ("G1", "H2", 0), ("G2", "H2", 250))],
    )  # fmt: skip
    case.write_table(
        "places.jsonl", [_area("A", "country", "CN", 700_000), _area("A", "admin1", "CN-JS", 500)]
    )
    edge = {"a": HOSTILE, "b": "y", "kind": "same_text", "mdb": 9_000, "low_mdb": 1, "high_mdb": 2}
    case.write_table("edges.jsonl", [edge, {**edge, "a": "x", "b": "y"}])
    case.write_table("groups.jsonl", [{"group": "g1", "members": ["x", "y"]}])
    return open_case(tmp_path / "case")


def test_weights_come_in_decibans(opened: Any) -> None:
    found = opened.weigh()
    assert len(found) == 4
    assert found.frame["decibans"].tolist() == [5.0, -1.0, 0.0, 0.25]
    wide = found.table()
    assert wide.loc["H1"].to_dict() == {"G1": 5.0, "G2": -1.0, "sum": 4.0}
    with pytest.raises(UsageError, match="no unit 'B'"):
        found.table("B")


def test_the_posterior_is_that_of_one_level(opened: Any) -> None:
    assert opened.posterior().frame["code"].tolist() == ["CN-JS"]
    assert opened.posterior("country").frame["aimed"].tolist() == [0.7]
    assert len(opened.posterior("zone")) == 0
    with pytest.raises(UsageError, match="no level 'street'"):
        opened.posterior("street")


def test_links_and_groups(opened: Any) -> None:
    found = opened.links()
    assert found.frame["decibans"].tolist() == [9.0, 9.0]
    assert found.groups["members"].tolist() == [["x", "y"]]
    assert len(found.same_place) == 0


def test_foreign_text_stays_text(opened: Any) -> None:
    for shown in (opened.links(), opened.posterior("country")):
        html = shown._repr_html_()
        assert "<script>" not in html
        assert "\u202e" not in html
        assert "⟨U+202E⟩" in html


def test_a_case_without_tables_says_what_to_do(tmp_path: Path) -> None:
    Case.create(tmp_path / "case", question="Where?", settings={}, who="t", now=_now)
    opened = open_case(tmp_path / "case")
    assert len(opened.links()) == 0
    for ask in (opened.weigh, opened.posterior):
        with pytest.raises(UsageError, match=r"not weighed yet.*gnomon weigh"):
            ask()


def test_drawings(opened: Any) -> None:
    pytest.importorskip("matplotlib")
    for figure in (opened.weigh().plot(), opened.posterior("country").plot(),
                   opened.links().plot()):  # fmt: skip
        figure.canvas.draw()  # would fail on a formula in foreign text
        assert figure.axes


def test_without_matplotlib_the_extra_is_named(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Any] = builtins.__import__

    def refuse(name: str, *args: Any, **more: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UsageError, match=r"drawing needs matplotlib.*\[plot\]"):
        opened.posterior("country").plot()
