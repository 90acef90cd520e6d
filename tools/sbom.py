"""What Gnomon consists of: a bill of materials (CycloneDX 1.6, JSON) and the licences in docs/.

    python tools/sbom.py --out gnomon.cdx.json    bill of what is installed
    python tools/sbom.py --licences               write docs/licences.md
    python tools/sbom.py --check                  say whether docs/licences.md is right

It asks the installed packages themselves, and follows what Gnomon needs at run time. Files that
come inside Gnomon have their licences beside them, in `LICENSES` folders.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

from forensics.version import __version__

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
NAME = "gnomon-forensics"
HEAD = """# Licences

<!-- Made by tools/sbom.py --licences from the installed packages: do not edit by hand. -->

Gnomon itself is under Apache-2.0. At run time it needs these packages, which are installed beside
it and not part of its wheel; the licence is what each package says of itself. Data and scripts that
are part of the wheel have their licences in `forensics/reference/data/LICENSES` and
`forensics/show/vendor/LICENSES`.

| package | licence |
|---|---|
"""


def plain(name: str) -> str:
    """A package name in its one spelling."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed() -> dict[str, Distribution]:
    """Everything that is needed at run time on this system, by name, without Gnomon itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(line) for line in project["dependencies"]]
    seen: set[tuple[str, frozenset[str]]] = set()
    found: dict[str, Distribution] = {}
    while waiting:
        asked = waiting.pop()
        key = plain(asked.name), frozenset(asked.extras)
        if key in seen:
            continue
        seen.add(key)
        try:
            found[key[0]] = distribution(asked.name)
        except PackageNotFoundError:
            continue  # for another system or another Python
        lines = map(Requirement, found[key[0]].requires or [])
        waiting += [one for one in lines if _applies(one, key[1])]
    return dict(sorted(found.items()))


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    if requirement.marker is None:
        return True
    places = {key: str(value) for key, value in default_environment().items()}
    return any(requirement.marker.evaluate({**places, "extra": one}) for one in (extras or {""}))


def licence_of(one: Distribution) -> str:
    """What a package says of its licence: the expression, else the classifiers, else its words."""
    told = one.metadata
    if "License-Expression" in told:
        return str(told["License-Expression"])
    classes = [
        text.rpartition(" :: ")[2]
        for text in told.get_all("Classifier") or []
        if text.startswith("License ::")
    ]
    if classes:
        return "; ".join(sorted(classes))
    words = str(told["License"]).strip().splitlines() if "License" in told else []
    return words[0][:80] if words else "not stated"


def page() -> str:
    """The text of docs/licences.md. Versions are left out: they change, licences hardly do."""
    return HEAD + "".join(
        f"| {name} | {licence_of(one).replace('|', '/')} |\n" for name, one in needed().items()
    )


def bill() -> bytes:
    """The bill of materials: no time and no serial number, so that equal input, equal bytes."""
    parts = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{one.version}",
            "name": name,
            "version": one.version,
            "purl": f"pkg:pypi/{name}@{one.version}",
            "licenses": [{"license": {"name": licence_of(one)}}],
        }
        for name, one in needed().items()
    ]
    whole = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": NAME,
                "version": __version__,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": parts,
    }
    return (json.dumps(whole, indent=1, sort_keys=True) + "\n").encode()


def main(arguments: Sequence[str]) -> int:
    """Write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, help="file for the bill of materials")
    parser.add_argument("--licences", action="store_true", help="write docs/licences.md")
    parser.add_argument("--check", action="store_true", help="1 if docs/licences.md is not right")
    asked = parser.parse_args(arguments)
    if asked.out is not None:
        asked.out.write_bytes(bill())
    if asked.licences:
        PAGE.write_text(page(), encoding="utf-8")
    if asked.check and PAGE.read_text(encoding="utf-8") != page():
        print("docs/licences.md: not what the packages say; run python tools/sbom.py --licences")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
