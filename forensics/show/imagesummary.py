"""The images of a case in `summary.json`: counts, same-picture sets, and each file in short."""

from __future__ import annotations

from collections import Counter
from typing import Any

from forensics.model import Image
from forensics.show.view import ReportView

FILES = 1_000
"""Files and sets that are listed; `files_all` and `sets_all` count them all."""


def images_summary(view: ReportView) -> dict[str, Any] | None:
    """The images as plain values; None where none were read.

    Returns:
        Counts over all files, then `files` and `sets`, each at most `FILES` long. What a file says
        in full stands in `case/tables/images.jsonl`.
    """
    if not view.images:
        return None
    beside = view.sheet
    names = {name: one.name for one in beside.sets for name in one.originals}
    sizes = {one.name: len(one.originals) for one in beside.sets}
    posted = {image.original: set(image.accounts) for image in view.images}
    return {
        "files_all": len(view.images),
        "pictures": len({names.get(one, one) for one in beside.seen}),
        "formats": dict(sorted(Counter(image.format for image in view.images).items())),
        "with_time": sum(bool(image.times) for image in view.images),
        "with_position": sum(bool(image.positions) for image in view.images),
        "with_camera_clock": sum(image.clock_offset_min is not None for image in view.images),
        "with_device": sum(bool(image.camera.get("model")) for image in view.images),
        "stripped": sum(image.stripped for image in view.images),
        "tied_to_accounts": sum(bool(image.accounts) for image in view.images),
        "platforms": _marked(view, "platform"),
        "apps": _marked(view, "app"),
        "screenshots": sum("screenshot" in image.marks for image in view.images),
        "signed": sum("c2pa" in image.documents for image in view.images),
        "signed_states": dict(sorted(Counter(one.state for one in beside.signed.values()).items())),
        "refused": dict(
            sorted(
                Counter(one.reason for found in beside.refused.values() for one in found).items()
            )
        ),
        "thumbnails": len(beside.thumbnails),
        "sets_all": len(beside.sets),
        "sets": [
            {
                "name": one.name,
                "files": len(one.originals),
                "accounts": sorted(set().union(*(posted.get(name, ()) for name in one.originals))),
                "how": one.how,
                "widest_bits": one.widest_bits,
                "telling": one.telling,
            }
            for one in beside.sets[:FILES]
        ],
        "files": [_file(image, names, sizes) for image in view.images[:FILES]],
    }


def _marked(view: ReportView, mark: str) -> dict[str, int]:
    """How often each value of a mark occurs."""
    return dict(sorted(Counter(i.marks[mark] for i in view.images if mark in i.marks).items()))


def _file(image: Image, names: dict[str, str], sizes: dict[str, int]) -> dict[str, Any]:
    """One file in short."""
    place = image.positions[0] if image.positions else None
    name = names.get(image.original)
    return {
        "original": image.original,
        "name": image.name,
        "format": image.format,
        "accounts": list(image.accounts),
        "times": len(image.times),
        "lat_udeg": None if place is None else place.lat_udeg,
        "lon_udeg": None if place is None else place.lon_udeg,
        "radius_m": None if place is None else place.radius_m,
        "clock_offset_min": image.clock_offset_min,
        "make": image.camera.get("make"),
        "model": image.camera.get("model"),
        "stripped": image.stripped,
        "set": name,
        "set_files": 1 if name is None else sizes[name],
    }
