"""Ids of STIX objects: prescribed for observables, bound to the digest for the rest."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from forensics.export import stixparts
from forensics.export.handed import Handed


def test_an_observable_has_the_id_that_stix_prescribes() -> None:
    # uuid5 over the canonical JSON of the contributing property, by the specification
    one = stixparts.sco("user-account", {"account_login": "ann"}, display_name="Ann")
    again = stixparts.sco("user-account", {"account_login": "ann"})
    assert one["id"] == again["id"]
    assert UUID(one["id"].partition("--")[2]).version == 5
    assert one["display_name"] == "Ann"
    assert one["id"] != stixparts.sco("user-account", {"account_login": "Ann"})["id"]


def test_a_lone_surrogate_ends_nothing(handed: Handed) -> None:
    assert stixparts.sco("user-account", {"account_login": "x\ud800"})["id"]
    assert handed.uid("x\ud800") == handed.uid("x\ufffd")


def test_an_object_is_bound_to_the_state_of_the_case(handed: Handed) -> None:
    one = stixparts.sdo(handed, "note", ("k",), content="c", empty="", none=None, confidence=0)
    assert one["id"] == stixparts.sdo(handed, "note", ("k",))["id"]
    assert one["id"] != stixparts.sdo(replace(handed, digest="0" * 64), "note", ("k",))["id"]
    assert one["confidence"] == 0
    assert not {"empty", "none"} & set(one)
    assert one["object_marking_refs"] == [stixparts.AMBER_STRICT]
    assert one["created"] == one["modified"] == handed.at
