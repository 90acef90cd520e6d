"""Write requirements.lock: the versions of constraints.txt with the hashes of all their files.

Beside it requirements-spark.lock: the extra `spark`, which is too large for everybody's set, and
what builds it from source.

    python -m pip install uv && python tools/lock.py

Then `pip install --require-hashes --requirement requirements.lock` takes these files and no others,
on every system and every Python for which they were made. Which registry is asked is the user's
setting; no host stands in the result.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
EXTRAS = ("dev", "c2pa", "figures", "gis", "heif", "pdf", "plot", "stix", "timestamp")
"""What the two commands install: all but the large ones, so that the tests of these are run."""
SPARK_LOCK = ROOT / "requirements-spark.lock"
BUILDS_SPARK = "setuptools>=77"
OLDEST = "3.11"
_PIN = re.compile(r"(?m)^([A-Za-z0-9._-]+)==(\S+)")


def pins(text: str) -> dict[str, set[str]]:
    """Name, in one spelling -> versions that are pinned (several where systems differ)."""
    found: dict[str, set[str]] = {}
    for name, version in _PIN.findall(text):
        found.setdefault(re.sub(r"[._-]+", "-", name).lower(), set()).add(version)
    return found


def spark_needs() -> str:
    """The requirements of the extra `spark`, one a line, and what builds it."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = tomllib.loads(text)["project"]["optional-dependencies"]
    return "\n".join([*extras["spark"], BUILDS_SPARK, ""])


def resolve(source: Sequence[str], lock: Path, given: str | None = None) -> int:
    """Write one lock; the exit code of the resolver.

    Args:
        source: What to resolve, as words for the resolver; `-` reads `given`.
        lock: File to write.
        given: Requirements, one a line.
    """
    words = [
        "uv", "pip", "compile", *source, "--generate-hashes",
        "--universal", "--python-version", OLDEST, "--constraint", "constraints.txt",
        "--no-header", "--no-annotate", "--no-emit-index-url", "--quiet",
        "--output-file", lock.name,
    ]  # fmt: skip
    return subprocess.run(words, cwd=ROOT, check=False, input=given, text=True).returncode


def main() -> int:
    """Resolve, write, and say which packages constraints.txt does not pin."""
    extras = [word for name in EXTRAS for word in ("--extra", name)]
    failed = resolve(["pyproject.toml", *extras], LOCK)
    failed = failed or resolve(["-"], SPARK_LOCK, spark_needs())
    if failed:
        return failed
    pinned = pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    for lock in (LOCK, SPARK_LOCK):
        locked = pins(lock.read_text(encoding="utf-8"))
        print(f"{lock.name}: {len(locked)} packages")
        loose = sorted(name for name in locked if not locked[name] & pinned.get(name, set()))
        if loose:
            print(f"not pinned in constraints.txt: {', '.join(loose)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
