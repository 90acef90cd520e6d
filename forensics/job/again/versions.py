"""Which programs numbers depend on, with their versions then and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any

from forensics.case import Case
from forensics.clock import ZONE_DATABASE
from forensics.job.again.parts import VersionNote
from forensics.job.again.stage import Stage
from forensics.job.image_intake import checker
from forensics.model import Entry
from forensics.reference.places import load_gazetteer
from forensics.version import __version__

PACKAGES = ("duckdb", "exifread", "numpy", "phonenumbers", "pillow", "scipy", "shapely")


def version_notes(case: Case, stage: Stage) -> tuple[VersionNote, ...]:
    """Every program that the case names, or that is used now, by name."""
    then = _recorded(case, stage)
    now = {
        "gnomon": __version__,
        "python": python_version(),
        "zone database": ZONE_DATABASE,
        "places": load_gazetteer().version,
        **{name: _installed(name) for name in PACKAGES},
    }
    if "c2pa" in then:
        now["c2pa"] = checker() or "not installed"
    for name in then:
        now.setdefault(name, _installed(name))
    return tuple(VersionNote(name, then.get(name, ""), now[name]) for name in sorted(now))


def _recorded(case: Case, stage: Stage) -> dict[str, str]:
    """What the record says: its first line, its last line about reading, its latest report."""
    found = {
        name: str(case.settings[key])
        for name, key in (("gnomon", "gnomon"), ("zone database", "zone_database"))
        if key in case.settings
    }
    read = stage.last("read")
    body: Mapping[str, Any] = read.body if read is not None else {}
    if body.get("checker"):
        found["c2pa"] = str(body["checker"])
    for entry in _reports(stage):
        told = entry.body.get("versions")
        if isinstance(told, dict):
            found |= {str(name): str(text) for name, text in told.items()}
    return found


def _reports(stage: Stage) -> Sequence[Entry]:
    last = stage.report or stage.old_report
    return () if last is None else (last,)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
