"""Make the example report in `reports/example/`, or check that it still comes out the same.

    python tools/make_example.py           # write it
    python tools/make_example.py --check   # compare byte for byte, list what differs

The report, the map and the numbers are kept whole; of the tables only the hashes are.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

from forensics.job.run import run
from forensics.job.settings import RunSettings
from forensics.verbs.demo import AT, QUESTION, demo_files

EXAMPLE = Path(__file__).resolve().parents[1] / "reports" / "example"
KEPT = ("report.html", "map.html", "summary.json")


def make(folder: Path) -> dict[str, bytes]:
    """Run the demonstration case into a folder; file name -> bytes of everything that is kept."""
    source = demo_files()
    run(
        [source / "western.csv", source / "weibo.ndjson", source / "photos"],
        folder,
        RunSettings(question=QUESTION, by="crew", audience_zone="America/New_York"),
        who="demonstration",
        now=lambda: AT,
    )
    files = {name: (folder / name).read_bytes() for name in KEPT}
    tables = sorted((folder / "case" / "tables").iterdir())
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in tables]
    files["tables.sha256"] = ("\n".join(sums) + "\n").encode()
    return files


def main() -> int:
    """Write or compare; 1 if something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    scratch = Path(tempfile.mkdtemp())
    try:
        files = make(scratch / "example")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if not check:
        EXAMPLE.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (EXAMPLE / name).write_bytes(data)
        print(f"wrote {len(files)} files into reports/example")
        return 0
    changed = [
        name
        for name, data in files.items()
        if not (EXAMPLE / name).is_file() or (EXAMPLE / name).read_bytes() != data
    ]
    for name in changed:
        print(f"reports/example/{name} differs from what the demonstration case gives now")
    if changed:
        print("if that is meant: make example, look at it, commit it")
        return 1
    print("the example report is the same, byte for byte")
    return 0


if __name__ == "__main__":
    sys.exit(main())
