"""Ties by files, creation, clients and crews; placeholders and copies tie nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from forensics.clues import Evidence
from forensics.links.traces import batch, crews, files
from forensics.links.traces.serials import id_fault, serial_fault
from forensics.model import Finding, Image, Profile


def image(number: int, accounts: tuple[str, ...], **more: Any) -> Image:
    return Image(
        f"{number:012x}".ljust(64, "0"), f"{number}.jpg", "jpeg", accounts=accounts, **more
    )


def evidence(*images: Image, **more: Any) -> Evidence:
    return Evidence(None, images, {}, None, **more)  # type: ignore[arg-type]


def camera(serial: str, model: str = "X1") -> dict[str, str]:
    return {"make": "Maker", "model": model, "body_serial": serial}


def test_one_camera_ties_through_different_pictures() -> None:
    told = files.same_device(
        evidence(
            image(1, ("a",), camera=camera("30247195")),
            image(2, ("b",), camera=camera("030247195")),
            image(3, ("c",), camera=camera("30247195", "X2")),
        )
    )
    (edge,) = told.edges
    assert (edge.a, edge.b, edge.mdb, edge.rows_total) == ("a", "b", 20_000, 2)
    assert "30247195" not in edge.statement


def test_a_picture_that_both_posted_says_nothing_of_the_camera() -> None:
    copy = image(1, ("a", "b"), camera=camera("30247195"))
    assert files.same_device(evidence(copy)).edges == []
    two = (image(1, ("a",), camera=camera("30247195")), image(2, ("b",), camera=camera("30247195")))
    sets = {two[0].original: "s" * 12, two[1].original: "s" * 12}
    assert files.same_device(evidence(*two, sets=sets)).edges == []
    assert len(files.same_picture(evidence(*two, sets=sets)).edges) == 1


def test_a_thing_of_many_is_worth_less_and_of_too_many_nothing() -> None:
    five = [image(i, (f"a{i}",), camera=camera("30247195")) for i in range(5)]
    told = files.same_device(evidence(*five)).edges
    assert len(told) == 10
    assert {edge.mdb for edge in told} == {8_000}
    many = [image(i, (f"a{i:02d}",), camera=camera("30247195")) for i in range(20)]
    assert files.same_device(evidence(*many)).edges == []


def test_documents_tie_by_any_id_of_their_chain_and_modules_never() -> None:
    one, other = "xmp.did:7F3A91C2D0E84B56A1", "xmp.iid:0B7C3D55E1F24A8890"
    told = files.same_document(
        evidence(
            image(1, ("a",), documents={"xmp_original_document_id": one}),
            image(2, ("b",), documents={"xmp_history_instance_ids": f"{other}|{one.upper()}"}),
            image(3, ("c",), documents={"image_module_id": "L12XLLD01VM"}),
            image(4, ("d",), documents={"image_module_id": "L12XLLD01VM"}),
        )
    )
    assert [(edge.a, edge.b) for edge in told.edges] == [("a", "b")]


@pytest.mark.parametrize(
    "serial", ["", "0", "0000000", "1111111", "123456789", "987654321", "N/A", "unknown",
     "ABABABAB", "12"],
)  # fmt: skip
def test_serials_that_name_nothing(serial: str) -> None:
    assert serial_fault(serial) is not None


@pytest.mark.parametrize("serial", ["30247195", "SN-4410927-A", "0512002931"])
def test_serials_that_may(serial: str) -> None:
    assert serial_fault(serial) is None


def test_ids_that_name_nothing() -> None:
    assert id_fault("xmp.did:00000000-0000-0000-0000-000000000000") is not None
    assert id_fault("uuid:12") is not None
    assert id_fault("xmp.did:7F3A91C2D0E84B56A1") is None


def spread(number: int, seed: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    rng = np.random.default_rng(seed)
    return rng.integers(1_500_000_000, 1_500_000_000 + 3 * 365 * 86_400, number)


def test_a_batch_is_found_and_steady_creation_is_none() -> None:
    calm = spread(200, 1)
    fine = np.ones(212, dtype=bool)
    assert batch.batches(calm, fine[:200], seed=8) == []
    times = np.concatenate([calm, 1_550_000_000 + np.arange(12) * 120])
    (found,) = batch.batches(times, fine, seed=8)
    assert set(range(200, 212)) <= set(found.members)
    assert found.window_s == batch.HOUR
    assert found.mdb == batch.CEILING_MDB


def test_noise_has_a_batch_in_few_of_many_cases() -> None:
    fine = np.ones(100, dtype=bool)
    wrong = sum(bool(batch.batches(spread(100, seed), fine, seed=8)) for seed in range(20))
    assert wrong <= 3


def test_creation_without_a_zone_or_in_few_accounts_is_not_used() -> None:
    naive = tuple(
        Profile(f"a{i}", "created", "2019-01-02T03:04:05", None, "f", i) for i in range(12)
    )
    told = batch.edges(evidence(profiles=naive))
    assert told.edges == []
    assert told.findings[0].status == "insufficient"


def test_crews_become_edges_weighed_by_their_share_of_the_unit() -> None:
    crew = {"size": 3, "members": ["c", "a", "b"], "p_ppm": 1, "stability_ppm": 900_000}
    details: dict[str, Any] = {"considered": 12, "crews": [crew]}
    found = Finding("crews", "u", "found", "", details=details)
    told = crews.edges([found])
    assert [(edge.a, edge.b) for edge in told] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert {edge.mdb for edge in told} == {5_563}
