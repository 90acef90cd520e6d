"""Make the fixtures `fixtures/readers/git/`: a pack and a bundle with an invented history.

    python tools/make_git_fixtures.py [FOLDER]

Needs Git; its objects are packed by the zlib it was built with, so another machine may give other
bytes for the same history. What the files must say stands in `expected.json`, as Git prints it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "readers" / "git"
LAYOUT = "--format=%H%x09%an%x09%at%x09%aI%x09%cn%x09%cI%x09%P%x09%s"
START_S = 1_600_000_000
BODY = "A long explanation that every commit repeats, so that Git stores deltas of commits.\n" * 30
PEOPLE = (("Ada Example", "+0800"), ("Bo Example", "-0330"), ("Čapek", "+0545"), ("x-bot", "+0000"))


def history() -> str:
    """The stream for `git fast-import`: 24 commits on a line, one merge, four people."""
    out = []
    for number in range(24):
        name, offset = PEOPLE[number % len(PEOPLE)]
        author_s = START_S + number * 90_001
        web = number % 3 == 0
        committer = "Web <web@example.org>" if web else f"{name} <{number % 4}@example.org>"
        committer_s = author_s + (1 if web else number * 9_000)
        message = f"Change number {number}\n\n{BODY}{number}\n"
        merged = "merge :15\n" if number == 20 else ""
        out.append(
            "commit refs/heads/main\n"
            f"mark :{number + 1}\n"
            f"author {name} <{number % 4}@example.org> {author_s} {offset}\n"
            f"committer {committer} {committer_s} {'+0000' if web else offset}\n"
            f"data {len(message.encode())}\n{message}{merged}"
            f"M 644 inline file{number % 3}\ndata 3\n{number:03d}\n"
        )
    return "".join(out)


def main() -> None:
    """Write the fixtures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as room:
        repository = Path(room) / "repository"
        environment = os.environ | {"HOME": room, "GIT_CONFIG_NOSYSTEM": "1"}

        def git(*words: str, given: str | None = None) -> str:
            done = subprocess.run(
                ["git", "-C", str(repository), *words],
                check=True, capture_output=True, text=True, input=given, env=environment,
            )  # fmt: skip
            return done.stdout

        repository.mkdir()
        git("init", "-q", "-b", "main")
        git("fast-import", "--quiet", given=history())
        git("repack", "-adfq", "--window=30")
        (pack,) = (repository / ".git" / "objects" / "pack").glob("*.pack")
        shutil.copyfile(pack, folder / "history.pack")
        git("bundle", "create", "-q", str(folder / "history.bundle"), "--all")
        lines = [line.split("\t") for line in git("log", "--all", LAYOUT).splitlines()]
    names = ("id", "author", "author_s", "time", "committer", "committed", "parents", "subject")
    rows = sorted(
        (dict(zip(names, line, strict=True)) for line in lines), key=lambda row: row["id"]
    )
    text = json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
