"""Write requirements.lock: the versions of constraints.txt with the hashes of all their files.

    python -m pip install uv && python tools/lock.py

Then `pip install --require-hashes --requirement requirements.lock` takes these files and no others,
on every system and every Python for which they were made. Which registry is asked is the user's
setting; no host stands in the result.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
OLDEST = "3.11"
_PIN = re.compile(r"(?m)^([A-Za-z0-9._-]+)==(\S+)")


def pins(text: str) -> dict[str, set[str]]:
    """Name, in one spelling -> versions that are pinned (several where systems differ)."""
    found: dict[str, set[str]] = {}
    for name, version in _PIN.findall(text):
        found.setdefault(re.sub(r"[._-]+", "-", name).lower(), set()).add(version)
    return found


def main() -> int:
    """Resolve, write, and say which packages constraints.txt does not pin."""
    words = [
        "uv", "pip", "compile", "pyproject.toml", "--extra", "dev", "--generate-hashes",
        "--universal", "--python-version", OLDEST, "--constraint", "constraints.txt",
        "--no-header", "--no-annotate", "--no-emit-index-url", "--quiet",
        "--output-file", LOCK.name,
    ]  # fmt: skip
    done = subprocess.run(words, cwd=ROOT, check=False)
    if done.returncode:
        return done.returncode
    locked = pins(LOCK.read_text(encoding="utf-8"))
    pinned = pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    print(f"{LOCK.name}: {len(locked)} packages")
    loose = sorted(name for name in locked if not locked[name] & pinned.get(name, set()))
    if loose:
        print(f"not pinned in constraints.txt: {', '.join(loose)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
