"""Make the demonstration case in `fixtures/demo/`, or check that it still comes out the same.

    python tools/make_demo.py                # write fixtures/demo/ and fixtures/registry.txt
    python tools/make_demo.py --out FOLDER   # write the case elsewhere
    python tools/make_demo.py --check        # compare with fixtures/demo/, list what differs

Everything in it is invented; see `fixtures/demo/README.md`. Two runs give the same bytes. Another
version of Pillow may encode the same pictures into other bytes; `TRUTH.json` names the encoder.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from demo_case.calendar import FIRST, LAST
from demo_case.draws import SEED
from demo_case.photos import photos
from demo_case.tables import posts, tables
from demo_case.truth import truth
from fixture_registry import write as write_registry

DEMO = Path(__file__).resolve().parents[1] / "fixtures" / "demo"

README = """\
# Demonstration case

**All of this is invented**: accounts, texts, pictures, the telephone number, the number plate.
`tools/make_demo.py` makes it from the seed "{seed}"; two runs give the same bytes.
No name here can be a handle of a large platform (handles hold no hyphen), no local telephone number
in China starts with a zero, and no plate has the number zero.

{accounts} accounts on two platforms, {first} to {last}, run by two crews:

- **A** is six people in an office in Yancheng, Jiangsu: Chinese working days, make-up working days
  included, public holidays off, days that begin between 07:35 and 10:00, lunch from 12 to 14.
  Fourteen of their accounts are in `western.csv`, ten in `weibo.ndjson`.
- **B** is a queue on the western platform that follows the clock of the eastern United States
  every day of the week. Nothing shows where its owners are; an honest answer says so.

| file | rows | good | to be refused |
|---|--:|--:|--:|
{files}

`photos/` holds seven files: one picture from Yancheng, one with a position in Manila that was put
in with an editor and is posted by ten accounts, one with a camera clock only, one without metadata,
one with a plate in view, one screenshot, and one file that is cut short.

`TRUTH.json` says what was put in: crews, zones, schedules, clues (genuine or not), and each broken
row with the reason for which it must be refused. The column `crew` plays the part of a clustering
made beforehand.
"""


def make() -> dict[str, bytes]:
    """File name -> bytes of the whole case."""
    rows = posts()
    exports = tables(rows)
    pictures = photos()
    facts = truth(rows, exports, list(pictures))
    lines = [
        f"| `{name}` | {table.good + len(table.refused)} | {table.good} | {len(table.refused)} |"
        for name, table in sorted(exports.items())
    ]
    readme = README.format(
        seed=SEED,
        accounts=len({row.account.name for row in rows}),
        first=FIRST.isoformat(),
        last=LAST.isoformat(),
        files="\n".join(lines),
    )
    return {
        **{name: table.data for name, table in exports.items()},
        **{f"photos/{name}": data for name, data in pictures.items()},
        "TRUTH.json": (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode(),
        "README.md": readme.encode(),
    }


def main() -> int:
    """Write or compare; 1 if something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=DEMO, help="folder to write to")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args()
    files = make()
    if options.check:
        changed = [
            name
            for name, data in files.items()
            if not (DEMO / name).is_file() or (DEMO / name).read_bytes() != data
        ]
        for name in changed:
            print(f"fixtures/demo/{name} differs from what the script makes")
        return 1 if changed else 0
    for name, data in files.items():
        path = options.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    if options.out == DEMO:
        write_registry()
    print(f"wrote {len(files)} files, {sum(map(len, files.values())):,} bytes, to {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
