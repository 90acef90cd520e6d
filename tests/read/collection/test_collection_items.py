"""What a log states becomes a time, a hash or a text, or nothing; it is never made up."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.read.collection import items
from forensics.read.collection.items import captured_of, captured_us, digest_of, text_of

SHA = hashlib.sha256(b"x").digest()


@pytest.mark.parametrize(
    ("text", "us", "basis"),
    [
        ("2026-03-01T09:30:00Z", 1_772_357_400_000_000, "written_offset"),
        ("2026-03-01 17:30:00.25+08:00", 1_772_357_400_250_000, "written_offset"),
        ("2026-03-01T09:30:02.1206299Z", 1_772_357_402_120_629, "written_offset"),
    ],
)
def test_a_time_with_an_offset_is_an_instant(text: str, us: int, basis: str) -> None:
    found = captured_of(text)
    assert found is not None
    assert (found.us, found.basis, found.raw, found.clock_writer) == (us, basis, text, "collector")


@pytest.mark.parametrize(
    "text", ["2026-03-01 09:30", "yesterday", "01/03/2026 09:30", "1999-01-01T00:00:00Z"]
)
def test_a_time_that_names_no_instant_is_kept_as_text(text: str) -> None:
    found = captured_of(text)
    assert found is not None
    assert found.us is None
    assert found.raw == text
    assert found.why_not


def test_a_format_in_utc_needs_no_offset_and_says_that_it_was_stated() -> None:
    found = captured_of("2026-03-01T09:30:00", utc=True)
    assert found is not None
    assert (found.us, found.basis) == (1_772_357_400_000_000, "stated")


def test_counts_outside_the_years_that_are_read_are_no_instants() -> None:
    assert captured_us(0, "0").us is None
    assert captured_us(1_772_357_400_000_000, "1772357400").us == 1_772_357_400_000_000


@pytest.mark.parametrize("value", [None, "", "  \n", True, 1.5, ["x"], {"a": 1}])
def test_nothing_stated_is_nothing(value: object) -> None:
    assert text_of(value) is None
    assert captured_of(value) is None
    assert digest_of(value) is None


def test_texts_are_one_line_whole_characters_and_cut_with_their_length() -> None:
    assert text_of("a\n\tb  c") == "a b c"
    assert text_of("half \ud83d") == "half \\ud83d"
    cut = text_of("x" * 5_000)
    assert cut is not None
    assert len(cut) < 2_100
    assert "5,000 characters" in cut


@pytest.mark.parametrize(
    "text",
    [
        f"SHA-256:{SHA.hex()}",
        f"sha256:{SHA.hex().upper()}",
        f"sha256:{base64.b32encode(SHA).decode()}",
        f"sha256:{base64.b32encode(SHA).decode().rstrip('=')}",
        f"sha-256:{base64.b64encode(SHA).decode()}",
        f"sha256:{base64.urlsafe_b64encode(SHA).decode().rstrip('=')}",
        SHA.hex(),
    ],
)
def test_one_hash_in_seven_spellings(text: str) -> None:
    found = digest_of(text)
    assert found is not None
    assert (found.algorithm, found.value, found.known) == ("sha256", SHA.hex(), True)


@pytest.mark.parametrize(
    "text", ["sha256:short", "tiger:abcd", "abc", "sha256:" + "g" * 64, "crc32:00"]
)
def test_a_hash_that_cannot_be_checked_is_kept_and_says_so(text: str) -> None:
    found = digest_of(text)
    assert found is not None
    assert not found.known


@given(st.binary(min_size=20, max_size=20))
def test_base_32_and_hex_are_the_same_hash(raw: bytes) -> None:
    spelt = digest_of("sha1:" + base64.b32encode(raw).decode())
    assert spelt == digest_of(raw.hex(), "sha1")


def test_refusals_are_listed_up_to_a_limit_and_then_counted(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(items, "MAX_REFUSALS", 3)
    refused = items.Refused(items.LogFile("0" * 64, "x", tmp_path))
    for number in range(10):
        refused.add(f"row {number}", "bad_json", "x")
    assert len(refused.all()) == 4
    assert "7 more" in refused.all()[-1].raw
