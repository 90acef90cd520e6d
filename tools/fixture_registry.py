"""Write `fixtures/registry.txt`, the SHA-256 of every fixture, or check it.

    python tools/fixture_registry.py           # write it
    python tools/fixture_registry.py --check   # compare, list what differs

A fixture is evidence in small: a test that passes because a fixture changed is worth nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
REGISTRY = FIXTURES / "registry.txt"


def lines() -> list[str]:
    """`sha256  path` of every file under `fixtures/`, in order of the path."""
    paths = (path for path in FIXTURES.rglob("*") if path.is_file() and path != REGISTRY)
    named = sorted((path.relative_to(FIXTURES).as_posix(), path) for path in paths)
    return [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}" for name, path in named]


def write() -> None:
    """Write the registry."""
    REGISTRY.write_text("\n".join(lines()) + "\n", encoding="utf-8")


def main() -> int:
    """Write or compare; 1 if something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    if not parser.parse_args().check:
        write()
        print(f"wrote {REGISTRY.name}: {len(lines())} fixtures")
        return 0
    known = REGISTRY.read_text(encoding="utf-8").splitlines() if REGISTRY.is_file() else []
    changed = sorted(set(known) ^ set(lines()), key=lambda line: line[66:])
    for line in changed:
        print(f"fixtures/{line[66:]}: not as registered")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
