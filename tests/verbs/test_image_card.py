"""The card and the JSON of an image: all that was read is there, printable and in 80 columns."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.model import Image, ImageTime, Instant, LocalTime, Position
from forensics.read.images import Credentials, provenance
from forensics.read.images.card import milli
from forensics.verbs import image_json
from forensics.verbs.image_json import image_claims
from forensics.verbs.image_text import WIDTH, image_block, image_line
from forensics.verbs.width import columns_of, cut, wrapped

NOON_US = 1_710_382_811_650_000
"""2024-03-14T02:20:11.650Z."""
BARE = Image(original="s", name="x.jpg", format="jpeg")
FULL = replace(
    BARE,
    times=(
        ImageTime("exif_original", "camera", LocalTime("2024-03-14T10:20:11", 480, "07")),
        ImageTime("exif_digitised", "camera", LocalTime("2024-03-14T10:20:11", 480, "07")),
        ImageTime("exif_modified", "unknown", LocalTime("2024-03-15T09:00:00")),
        ImageTime("trailer_utc", "device", instant=Instant(NOON_US, "stated", "device")),
        ImageTime("movie_header", "unknown", LocalTime("2024-03-14T02:20:11")),
        ImageTime("movie_created", "camera", LocalTime("2024-03-14T10:20:12", 480)),
    ),
    positions=(Position(33_360_000, -120_200_000, 39, "exif"),),
    altitude_mm=-250,
    gps={
        "fix": "void", "fix_days_off": -1, "error_mm": 38_813, "dop_milli": 2600, "satellites": 5,
        "dimensions": 3, "method": "gps", "datum": "WGS-84", "direction_mdeg": 348_055,
        "direction_north": "magnetic", "track_mdeg": 20_000, "track_north": "true",
        "speed_mm_per_s": 1420, "destination_lat_udeg": -500_000,
        "destination_lon_udeg": 9_000_000, "destination_distance_m": 12_000,
        "destination_bearing_mdeg": 90_000, "destination_bearing_north": "true",
        "track_points": 60, "track_from_utc": "2024-03-14T02:20:11Z",
        "track_to_utc": "2024-03-14T02:30:11Z",
    },
    camera={
        "make": "Acme", "model": "One", "body_serial": "S1", "lens_model": "50mm",
        "owner_hash": "ad0711ee5e4b3d78", "artist_hash": "790b6ce8d7b901be",
        "world_time_min": "-210", "world_time_dst": "yes",
    },
    documents={
        "apple_content_id": "570F1469", "apple_run_time_ns": "39772000000000", "c2pa": "present",
        "image_module_id": "Q12", "iptc_country": "China", "iptc_city": "Yancheng",
        "xmp_toolkit": "XMP Core 6", "iptc_special_instructions": "none",
        "xmp_shown_country": "Japan",
    },
    marks={
        "app": "whatsapp", "platform": "WhatsApp", "stripped": "expected: WhatsApp takes ...",
        "screenshot": "user comment", "program": "GIMP", "jpeg_quality": "80",
        "reencoded": "by their mark", "thumbnail": "80 x 80 is larger than the picture",
    },
    clock_offset_min=480,
    clock_residual_s=3,
)  # fmt: skip
SAID = (
    "2024-03-14 10:20:11.07 UTC+8, by the camera's clock (exif original, exif digitised)",
    "2024-03-15 09:00:00 no zone written, by an unknown clock (exif modified)",
    "2024-03-14T02:20:11.650Z by the device's clock (trailer utc)",
    "by an unknown clock (movie header)",
    "2024-03-14 10:20:12 UTC+8, by the camera's clock (movie created)",
    "33.360000, -120.200000 within 39 m (exif), height -0.2 m",
    "the fix is void: the receiver had lost the satellites",
    "date of the fix -1 days off",
    "error 38.8 m, dilution 2.6, satellites 5, dimensions 3, method gps, datum WGS-84",
    "looks to 348.0° (magnetic north), moves to 20.0° (true north), at 1.4 m/s",
    "destination -0.500000, 9.000000, 12,000 m away, at 90.0° (true north)",
    "track of 60 points, from 2024-03-14T02:20:11Z, to 2024-03-14T02:30:11Z",
    "named China > Yancheng (iptc: typed by somebody, often about what is shown)",
    "named Japan (shown: typed by somebody, as what is shown)",
    "Acme One, serial S1, lens 50mm",
    "owner present (hash ad0711ee5e4b3d78)",
    "artist present (hash 790b6ce8d7b901be)",
    "UTC-3:30 as set in the camera, summer time on",
    "39,772 s awake since the phone was started",
    "named as by: whatsapp",
    "no metadata, as expected of WhatsApp",
    "screenshot: user comment",
    "re-encoded: by their mark",
    "programs named: GIMP",
    "thumbnail does not match: 80 x 80 is larger than the picture",
    "Apple content id (pairs a photo with its video) 570F1469",
    "(never links two files) Q12",
    "iptc special instructions none",
    "xmp toolkit XMP Core 6",
    "C2PA manifest present, not checked",
)


def test_the_card_says_all_that_was_read_in_80_columns():
    lines = image_block("x.jpg", FULL, ()).splitlines()
    text = " ".join(" ".join(lines).split())
    assert [item for item in SAID if item not in text] == []
    assert all(columns_of(line) <= WIDTH for line in lines)


def test_json_holds_every_claim_as_integers_and_text():
    record = image_claims(FULL)

    def kinds(value):
        if isinstance(value, dict):
            return set().union(*map(kinds, value.values()), {type(key) for key in value})
        if isinstance(value, list):
            return set().union(*map(kinds, value))
        return {type(value)}

    assert kinds(record) <= {str, int, bool, type(None)}
    assert json.loads(json.dumps(record)) == record
    assert record["times"][0] == {
        "field": "exif_original", "clock_writer": "camera", "local": "2024-03-14T10:20:11",
        "fraction": "07", "offset_min": 480, "utc": None, "utc_us": None,
    }  # fmt: skip
    assert record["times"][3]["utc_us"] == NOON_US
    assert len(record["times"]) == len(FULL.times)
    assert record["gps"] == FULL.gps
    assert record["camera"] == FULL.camera
    assert record["documents"] == FULL.documents
    assert record["marks"] == FULL.marks
    assert record["place_names"] == [
        {"record": "iptc", "names": ["China", "Yancheng"]},
        {"record": "shown", "names": ["Japan"]},
    ]
    assert record["clock"] == {"offset_min": 480, "residual_s": 3, "strength": "strong"}
    assert record["credentials"] == {"state": image_json.UNCHECKED}
    assert image_claims(BARE)["credentials"] is None
    assert image_claims(BARE)["clock"] is None


def test_checked_provenance_is_told_with_what_it_is_worth():
    found = Credentials(
        "valid", "Acme Ltd", "Cam 1.0", "2024-03-14T02:20:11Z", 2, ("assertion.mismatch",)
    )
    text = " ".join(image_block("x", FULL, (), found).split())
    assert "C2PA valid: the signature holds, nobody vouches for the signer" in text
    assert "by Acme Ltd, with Cam 1.0, at 2024-03-14T02:20:11Z, made from 2 other files" in text
    assert "failed: assertion.mismatch" in text
    assert image_claims(FULL, found)["credentials"] == {
        "state": "valid", "issuer": "Acme Ltd", "generator": "Cam 1.0",
        "signed_utc": "2024-03-14T02:20:11Z", "ingredients": 2,
        "failures": ["assertion.mismatch"],
    }  # fmt: skip


@pytest.mark.parametrize(("there", "reason"), [(True, "none of a kind"), (False, "extra `c2pa`")])
def test_why_a_manifest_was_not_checked(there, reason, monkeypatch):
    monkeypatch.setattr(provenance, "can_validate", lambda: there)
    assert reason in image_block("x", FULL, ())


HOSTILE = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300)


@given(HOSTILE)
def test_hostile_values_are_printable_and_fit(text):
    loud = replace(
        FULL,
        camera={"make": text, "body_serial": text, "lens_model": text, "world_time_min": text},
        software=text,
        gps=dict.fromkeys(FULL.gps, text),
        marks=dict.fromkeys(FULL.marks, text),
        documents=dict.fromkeys(FULL.documents, text),
        times=(ImageTime("exif_original", "camera", LocalTime(text, None, text)),),
    )
    found = Credentials("valid", text, text, text, 1, (text,))
    lines = image_block("x", loud, (), found).split("\n")
    assert all(columns_of(line) <= WIDTH for line in lines)
    assert all(line.isprintable() or "\u3000" in line or "\xa0" in line for line in lines)
    assert columns_of(image_line(text[:10], loud, ())) <= WIDTH
    json.loads(json.dumps(image_claims(loud, found)))


def test_a_position_of_an_earlier_moment_has_a_question_mark():
    assert "?33.36,-120.20"[:12] in image_line("x", FULL, ())
    fresh = replace(FULL, gps={})
    assert "?" not in image_line("x", fresh, ())
    other = replace(FULL, positions=(Position(1, 2, 3, "track"),))
    assert "?" not in image_line("x", other, ())


def test_a_stripped_file_names_its_platform():
    stripped = replace(BARE, stripped=True, marks={"stripped": "expected", "platform": "Telegram"})
    assert image_line("x", stripped, ()).endswith("(Telegram)")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0.0"), (99, "0.0"), (-99, "0.0"), (-12_500, "-12.5"), (38_813, "38.8"), (-100, "-0.1")],
)
def test_thousandths_are_cut_towards_zero(value, text):
    assert milli(value) == text


def test_wide_characters_take_two_columns():
    assert columns_of("a中e\u0301") == 4
    assert cut("中文字", 5) == "中文…"
    assert cut("中", 4, pad=True) == "中  "
    assert list(wrapped("中中中 ab", 4)) == ["中中", "中", "ab"]
    assert list(wrapped("中中", 1)) == ["中", "中"]


@given(HOSTILE, st.integers(2, 60))
def test_wrapping_loses_nothing(text, width):
    lines = list(wrapped(text, width))
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(0 < columns_of(line) <= width or not columns_of(line) for line in lines)
