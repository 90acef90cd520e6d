"""The finder of uploaders: texts, media names and image files, by unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from forensics.clues import uploaders
from forensics.engine.posts import TextHit
from forensics.model import Finding, Image

REST = "gy1h9abcdefghij20u00u0abc.jpg"
LINK = f"see https://wx1.sinaimg.cn/large/005vnhZY{REST} now"


@dataclass(frozen=True)
class FakePosts:
    rows: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def texts(self, pattern: str) -> list[TextHit]:
        return [
            TextHit("f" * 64, number, account, 0, text)
            for number, (account, text) in enumerate(sorted(self.rows.items()), 1)
            if re.search(pattern, text)
        ]

    def media(self) -> Mapping[str, tuple[str, ...]]:
        return self.names


@dataclass(frozen=True)
class FakeEvidence:
    posts: FakePosts | None
    images: tuple[Image, ...] = ()
    units: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"U": ("a", "b", "c")})


def look(evidence: FakeEvidence) -> Finding:
    (finding,) = uploaders.find(evidence)  # type: ignore[arg-type]
    return finding


def test_texts_media_and_files_are_looked_at() -> None:
    posts = FakePosts({"a": LINK, "b": "nothing"}, {f"593793e5{REST}": ("a", "b"), "x.jpg": ("c",)})
    image = Image("d" * 64, f"x/645ffc15{REST}", "jpeg", accounts=("c",))
    finding = look(FakeEvidence(posts, (image,)))
    assert finding.status == "found"
    assert finding.clues == ()
    assert (
        "Pictures of 3 of 3 accounts were first uploaded to Weibo by 3 account numbers: "
        "1496814565 (2 accounts), 1684012053 (1 account), 5044281310 (1 account)."
    ) in finding.statement
    assert "need not be the poster" in finding.statement
    (observation,) = finding.observations
    assert observation.rows_total == 4
    assert finding.details["uploaders"] == 3


def test_nothing_found_and_units_apart() -> None:
    assert look(FakeEvidence(None)).status == "nothing_found"
    evidence = FakeEvidence(FakePosts({"a": LINK}), (), {"one": ("b",), "two": ("a",)})
    found = uploaders.find(evidence)  # type: ignore[arg-type]
    assert [(one.unit, one.status) for one in found] == [
        ("one", "nothing_found"),
        ("two", "found"),
    ]
