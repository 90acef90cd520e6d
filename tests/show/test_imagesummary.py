"""Images in `summary.json`: counts that agree, and no floats."""

from __future__ import annotations

import json
from dataclasses import replace

from forensics.model import Image, Position, Refusal
from forensics.read.images import Credentials
from forensics.show import imagesummary
from forensics.show.imagesummary import images_summary
from forensics.show.imagesview import ImagesView, PictureSet
from forensics.show.summary import summary_text
from forensics.show.view import ReportView

PLACE = Position(33_360_000, 120_200_000, 50, "exif")


def test_without_images_there_is_null(view: ReportView) -> None:
    assert images_summary(replace(view, images=())) is None
    assert json.loads(summary_text(replace(view, images=())))["images"] is None


def test_counts_and_sets(view: ReportView) -> None:
    images = (
        Image("a" * 64, "a.jpg", "jpeg", positions=(PLACE,), accounts=("x",),
              camera={"make": "Acme", "model": "One"}, marks={"platform": "WhatsApp"}),
        Image("b" * 64, "b.jpg", "jpeg", stripped=True, accounts=("y",)),
        Image("c" * 64, "c.mp4", "mp4", documents={"c2pa": "present"}, clock_offset_min=480),
    )  # fmt: skip
    beside = ImagesView(
        sets=(PictureSet("a" * 12, ("a" * 64, "b" * 64), "pixels", 0),),
        seen=frozenset({"a" * 64, "b" * 64}),
        signed={"c" * 64: Credentials("invalid")},
        refused={"a" * 64: (Refusal("a" * 64, "field GPS", "null_island"),)},
    )
    found = images_summary(replace(view, images=images, sheet=beside))
    assert found is not None
    counted = {
        "files_all": 3, "pictures": 1, "formats": {"jpeg": 2, "mp4": 1}, "with_position": 1,
        "with_camera_clock": 1, "with_device": 1, "stripped": 1, "tied_to_accounts": 2,
        "platforms": {"WhatsApp": 1}, "signed": 1, "signed_states": {"invalid": 1},
        "refused": {"null_island": 1}, "sets_all": 1,
    }  # fmt: skip
    assert {key: found[key] for key in counted} == counted
    assert found["sets"][0] == {
        "name": "a" * 12, "files": 2, "accounts": ["x", "y"], "how": "pixels", "widest_bits": 0,
        "telling": True,
    }  # fmt: skip
    assert [one["set"] for one in found["files"]] == ["a" * 12, "a" * 12, None]
    assert found["files"][0]["lat_udeg"] == 33_360_000


def test_long_lists_are_cut_and_counted(view: ReportView, monkeypatch) -> None:
    monkeypatch.setattr(imagesummary, "FILES", 2)
    images = tuple(Image(f"{n:064x}", f"{n}.jpg", "jpeg") for n in range(5))
    found = images_summary(replace(view, images=images))
    assert found is not None
    assert (len(found["files"]), found["files_all"]) == (2, 5)
