from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from forensics.errors import ReadError, UsageError
from forensics.evaluate import Evaluation, evaluate
from forensics.evaluate.figures import reliability_png, risk_coverage_png
from forensics.evaluate.synthetic.localtime import day_number
from forensics.evaluate.synthetic.people import library_people
from forensics.evaluate.synthetic.tables import write_csv
from forensics.evaluate.synthetic.unit import SyntheticUnit
from forensics.reference.templates import library

ZONES = (
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Europe/Moscow",
    "Asia/Tokyo",
) * 5  # fmt: skip
WINDOW = (day_number("2021-01-04"), day_number("2021-12-31"))


@pytest.fixture(scope="module")
def unit() -> SyntheticUnit:
    return library_people(
        np.random.default_rng(2), library(), zones=ZONES, window=WINDOW, posts=150
    )


@pytest.fixture(scope="module")
def files(unit: SyntheticUnit, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("labelled")
    write_csv(unit, folder / "posts.csv")
    zones = unit.truth["zones"]
    assert isinstance(zones, dict)
    rows = "".join(f"{name},{zone},team-{name[-1]}\n" for name, zone in zones.items())
    text = "account,zone,group\n" + rows + "nobody,Asia/Tokyo,x\nodd,Mars/Crater,x\n"
    (folder / "labels.csv").write_text(text, encoding="utf-8")
    return folder / "labels.csv", folder / "posts.csv"


@pytest.fixture(scope="module")
def found(files: tuple[Path, Path]) -> Evaluation:
    return evaluate(files[0], [files[1]])


def test_accounts_are_matched_and_left_out_ones_counted(found: Evaluation) -> None:
    assert len(found.rows) == 30
    assert found.without_posts == 1
    assert dict(found.labels.unusable) == {"unknown_zone": 1}
    assert {row.group for row in found.rows} == {f"team-{n}" for n in range(10)}
    assert int(found.answered.sum()) == sum(row.status == "found" for row in found.rows)


def test_truth_of_a_zone_is_the_offset_most_hours_fall_under(found: Evaluation) -> None:
    truths = {row.account: row.truth_min for row in found.rows}
    assert truths["person-01"] == 480
    assert truths["person-02"] in {60, 120}
    assert truths["person-03"] in {-300, -240}


def test_people_of_the_library_are_found_as_often_as_claimed(found: Evaluation) -> None:
    for prior in (0, 1):
        figures = found.figures(prior)
        assert figures["held80"].mean >= 0.75
        assert figures["within_1h"].mean >= 0.6
        assert figures["held95"].mean >= figures["held80"].mean
        assert figures["size95"].mean > figures["size80"].mean
        assert figures["within_1h"].low <= figures["within_1h"].mean <= figures["within_1h"].high


def test_wrong_labels_are_seen(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Labels seven hours off must make every figure bad: the score is against the labels."""
    text = files[0].read_text(encoding="utf-8")
    for right, wrong in (
        ("Asia/Shanghai", "Europe/London"),
        ("Europe/Berlin", "Asia/Tokyo"),
        ("America/New_York", "Asia/Karachi"),
        ("Asia/Kolkata", "America/Phoenix"),
        ("Europe/Moscow", "America/Chicago"),
    ):
        text = text.replace(right, wrong)
    (tmp_path / "wrong.csv").write_text(text, encoding="utf-8")
    figures = evaluate(tmp_path / "wrong.csv", [files[1]]).figures(0)
    assert figures["held80"].mean < 0.5
    assert figures["within_1h"].mean < 0.4


def test_json_is_complete_repeatable_and_finite(
    found: Evaluation, files: tuple[Path, Path]
) -> None:
    text = json.dumps(found.as_json(), allow_nan=False, sort_keys=True)
    again = evaluate(files[0], [files[1]])
    assert json.dumps(again.as_json(), allow_nan=False, sort_keys=True) == text
    told = found.as_json()
    assert told["accounts"] == 30
    assert set(told["priors"]) == {"uniform", "population"}
    uniform = told["priors"]["uniform"]
    assert {"all", "answered", "per_offset", "reliability", "risk_coverage"} <= set(uniform)
    assert uniform["risk_coverage"]["coverage"][-1] == 1.0
    assert sum(one["accounts"] for one in uniform["reliability"]) == 30
    assert len(told["groups"]) == 10


def test_pictures_are_repeatable_pngs_of_one_size(found: Evaluation) -> None:
    import io

    from PIL import Image

    pictures = [reliability_png(found), risk_coverage_png(found)]
    assert pictures[0] == reliability_png(found)
    assert pictures[0] != pictures[1]
    for one in pictures:
        with Image.open(io.BytesIO(one)) as image:
            assert image.size == (1360, 720)
            assert image.format == "PNG"
            assert len(image.getcolors(1 << 20) or []) > 50


def test_draws_limit_the_posts_and_do_not_depend_on_other_accounts(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    few = evaluate(files[0], [files[1]], draw=40)
    assert max(row.active_hours for row in few.rows) <= 40
    lines = files[0].read_text(encoding="utf-8").splitlines()
    (tmp_path / "some.csv").write_text("\n".join(lines[:12]) + "\n", encoding="utf-8")
    some = evaluate(tmp_path / "some.csv", [files[1]], draw=40)
    by_name = {row.account: row for row in few.rows}
    assert all(by_name[row.account] == row for row in some.rows)
    other = evaluate(files[0], [files[1]], draw=40, seed=21)
    assert [row.active_hours for row in other.rows] != [row.active_hours for row in few.rows]


def test_one_file_may_hold_labels_and_posts(unit: SyntheticUnit, tmp_path: Path) -> None:
    zones = unit.truth["zones"]
    assert isinstance(zones, dict)
    lines = ["account,epoch_seconds,tz_name"]
    for account in unit.accounts[:6]:
        lines += [f"{account.name},{t},{zones[account.name]}" for t in account.t_s.tolist()]
    path = tmp_path / "both.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = evaluate(path)
    assert len(found.rows) == 6
    assert found.labels.rows == 900
    assert {row.truth_min for row in found.rows} >= {480, 330, 180, 540}


def test_one_offset_for_all_is_pointed_out(files: tuple[Path, Path], tmp_path: Path) -> None:
    rows = "".join(f"person-{n:02d},480\n" for n in (1, 7, 13))
    (tmp_path / "one.csv").write_text("account,offset_min\n" + rows, encoding="utf-8")
    found = evaluate(tmp_path / "one.csv", [files[1]])
    assert any("one offset" in note for note in found.notes)
    assert found.without_labels == 27


def test_the_set_the_library_was_fitted_on_is_recognised(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import hashlib

    from forensics.evaluate import scoring

    digest = hashlib.sha256(files[1].read_bytes()).hexdigest()
    header = tmp_path / "header.json"
    header.write_text(json.dumps({"fitted_on": {"sha256": digest}}), encoding="utf-8")
    monkeypatch.setattr(scoring, "HEADER", header)
    assert any("fitted on" in note for note in evaluate(files[0], [files[1]]).notes)


def test_sets_that_do_not_meet_are_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("account,zone\nx,Asia/Tokyo\ny,Asia/Tokyo\n")
    with pytest.raises(UsageError, match="0 of the labelled accounts"):
        evaluate(tmp_path / "other.csv", [files[1]])
    with pytest.raises(UsageError, match="0 of the labelled accounts"):
        evaluate(files[0], [files[1]], at_least=1000)
    with pytest.raises(UsageError, match="at least one post"):
        evaluate(files[0], [files[1]], draw=0)
    with pytest.raises(ReadError, match="no such file"):
        evaluate(files[0], [tmp_path / "nothing.csv"])


def test_offsets_that_are_no_candidates_are_counted(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    rows = "person-01,Asia/Shanghai\nperson-02,Europe/Berlin\nperson-03,Pacific/Kiritimati\n"
    (tmp_path / "far.csv").write_text("account,zone\n" + rows, encoding="utf-8")
    found = evaluate(tmp_path / "far.csv", [files[1]])
    assert (len(found.rows), found.outside) == (2, 1)
    rows = rows.replace("Asia/Shanghai", "Pacific/Kiritimati").replace(
        "Europe/Berlin", "Pacific/Kiritimati"
    )
    (tmp_path / "far.csv").write_text("account,zone\n" + rows, encoding="utf-8")
    with pytest.raises(UsageError, match="no labelled zone"):
        evaluate(tmp_path / "far.csv", [files[1]])


@pytest.mark.shared
def test_labelled_development_data_gives_the_known_picture(shared_data: Path) -> None:
    found = evaluate(shared_data / "twitter_controls_analysts.csv.gz", at_least=50)
    assert len(found.rows) >= 20
    assert found.figures(1)["held95"].mean > 0.8
