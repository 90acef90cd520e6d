"""House rules on the project's text: nothing of one machine, nothing unfinished, no dead links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SELF = "tests/conventions/test_text_rules.py"
HOME = re.compile(r"/home/[a-z]|/root/|/Users/[A-Za-z]|/wor[k]/|[A-Z]:\\\\?Users\\")
HOSTS = re.compile(
    r"files\.pythonhosted\.org|pypi\.org/simple|registry\.npmjs\.org|deb\.debian\.org"
    r"|--index-url|--extra-index-url|--trusted-host"
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|WIP)\b|lorem ipsum", re.ASCII)
MAKING = re.compile(
    r"\b(this|previous|earlier|last|next|another|parallel) session\b|helper agent|sub-?agent"
    r"|language model|\bchat ?gpt\b|\bcopilot\b|ai-generated|as an ai\b|\bissue #?\d+\b"
    r"|co-authored-by",
    re.IGNORECASE,
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def hits(pattern: re.Pattern[str], texts: dict[str, str]) -> list[str]:
    """Matches as `file:line: match`; this file, which spells the patterns out, is left out."""
    return [
        f"{name}:{number}: {match.group()}"
        for name, text in texts.items()
        if name != SELF
        for number, line in enumerate(text.splitlines(), 1)
        for match in pattern.finditer(line)
    ]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (HOME, "open /home/ann/x"),
        (HOME, "C:\\Users\\ann"),
        (HOSTS, "pip install --index-url http://10.0.0.1/simple"),
        (UNFINISHED, "# TODO: later"),
        (MAKING, "as agreed in the last session"),
        (MAKING, "see issue 12"),
    ],
)
def test_slips_are_seen(pattern: re.Pattern[str], text: str) -> None:
    assert hits(pattern, {"x": text})


def test_ordinary_words_pass() -> None:
    text = {"x": '@pytest.fixture(scope="session")\nwhat, where, todo\nan issue with clocks'}
    assert not [hit for rule in (HOME, HOSTS, UNFINISHED, MAKING) for hit in hits(rule, text)]


def test_no_paths_of_one_machine(project_text: dict[str, str]) -> None:
    found = hits(HOME, project_text)
    assert not found, f"no absolute path of somebody's machine: {found}"


def test_no_registry_hosts(project_text: dict[str, str]) -> None:
    found = hits(HOSTS, project_text)
    assert not found, f"which registry is used is the user's choice: {found}"


def test_nothing_is_left_unfinished(project_text: dict[str, str]) -> None:
    found = hits(UNFINISHED, project_text)
    assert not found, f"finish it or take it out: {found}"


def test_the_text_is_about_the_program_not_about_its_making(project_text: dict[str, str]) -> None:
    found = hits(MAKING, project_text)
    assert not found, f"write about the program, not about how it was made: {found}"


def test_links_between_documents_lead_somewhere(root: Path, project_text: dict[str, str]) -> None:
    broken = []
    for name, text in project_text.items():
        if not name.endswith(".md"):
            continue
        for target in LINK.findall(text):
            path = target.split("#")[0]
            if "://" in target or target.startswith("mailto:") or not path:
                continue
            if not ((root / name).parent / path).exists():
                broken.append(f"{name}: {target}")
    assert not broken, f"links that lead nowhere: {broken}"


def test_links_to_headings_lead_somewhere(root: Path, project_text: dict[str, str]) -> None:
    broken = []
    for name, text in project_text.items():
        if not name.endswith(".md"):
            continue
        for target in LINK.findall(text):
            path, _, anchor = target.partition("#")
            file = (root / name).parent / path if path else root / name
            if "://" in target or not anchor or file.suffix != ".md" or not file.is_file():
                continue
            headings = re.findall(r"^#+ +(.+?) *$", file.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
            if anchor not in slugs:
                broken.append(f"{name}: {target}")
    assert not broken, f"links to headings that are not there: {broken}"


def test_every_document_is_in_the_index(root: Path) -> None:
    docs = root / "docs"
    index = (docs / "README.md").read_text(encoding="utf-8")
    pages = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    missing = [page for page in pages if page != "README.md" and page not in index]
    assert not missing, f"add to docs/README.md: {missing}"


def test_decisions_have_one_form_and_running_numbers(root: Path) -> None:
    pages = sorted((root / "docs" / "decisions").glob("[0-9]*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04d}" for n in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert heads == ["Context", "Decision", "Rejected", "Consequence"], page.name
        assert len(text.splitlines()) <= 60, f"{page.name}: keep decision records short"
