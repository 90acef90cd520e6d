"""A made-up case before and as files: accounts, posts, pictures, and the truth beside them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from forensics import clock
from forensics.model import Json

Platform = Literal["western", "chinese"]
COLUMNS = (
    "account", "created_at", "post_id", "text", "client", "post_type", "lang", "media",
    "user_description", "user_location", "platform",
)  # fmt: skip
MILLION = 1_000_000
CHINA_S = 8 * 3600
"""Clock of the Chinese platform, which writes its times with this offset."""


@dataclass(frozen=True, slots=True)
class Persona:
    """One invented account: who it says it is, and what its platform shows."""

    name: str
    platform: Platform
    language: str
    label: str | None = None
    """Region shown beside its posts."""
    bio: str = ""
    home: str = ""
    """Declared location."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One post."""

    account: str
    t_s: int
    """UTC second."""
    text: str
    media: str = ""


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """A case as files, and what is true of it."""

    name: str
    title: str
    """What is true."""
    personas: tuple[Persona, ...]
    posts: tuple[Posted, ...]
    """In order of time and account."""
    pictures: Mapping[str, bytes]
    truth: Mapping[str, Json]
    controls: tuple[tuple[Persona, ...], tuple[Posted, ...]] = ((), ())
    hypotheses: str = ""
    """Sections that are added to `case.toml` before anything is looked at."""
    judgements: str = ""
    """Sections about all accounts as one unit: notes of context, judged by hand."""
    lists: Mapping[str, str] = field(default_factory=dict)
    """Further files by name: lists of accounts."""

    def clue_carriers(self) -> frozenset[str]:
        """Accounts with a clue of their own, as the truth lists them."""
        found = self.truth["clue_carriers"]
        if not isinstance(found, list):
            raise TypeError(f"the truth of {self.name} lists no clue carriers")
        return frozenset(str(one) for one in found)


def write(case: WrittenCase, folder: Path) -> tuple[list[Path], list[Path]]:
    """Write the files of a case; (evidence, controls) as paths to give to a run."""
    inputs, compared = folder / "inputs", folder / "controls"
    found: list[list[Path]] = []
    sets = ((inputs, case.personas, case.posts), (compared, *case.controls))
    for where, personas, posts in sets:
        where.mkdir(parents=True, exist_ok=True)
        tables = _tables(personas, posts)
        for name, text in tables.items():
            (where / name).write_text(text, encoding="utf-8", newline="\n")
        found.append([where / name for name in tables])
    for name, text in case.lists.items():
        (inputs / name).write_text(text, encoding="utf-8", newline="\n")
        found[0].append(inputs / name)
    for name, data in case.pictures.items():
        (inputs / name).write_bytes(data)
        found[0].append(inputs / name)
    return found[0], found[1]


def _tables(personas: Sequence[Persona], posts: Sequence[Posted]) -> dict[str, str]:
    """File name -> text of the exports that have a post."""
    who = {one.name: one for one in personas}
    layout: Mapping[Platform, tuple[str, Callable[[list[tuple[Persona, Posted]]], str]]] = {
        "western": ("western.csv", _western),
        "chinese": ("chinese.ndjson", _chinese),
    }
    out = {}
    for platform, (name, lay_out) in layout.items():
        rows = [(who[one.account], one) for one in posts if who[one.account].platform == platform]
        if rows:
            out[name] = lay_out(rows)
    return out


def _western(rows: list[tuple[Persona, Posted]]) -> str:
    """A table as a collector of a Western platform writes it; ids hold the time as well."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for number, (who, post) in enumerate(rows):
        milliseconds = post.t_s * 1000 + number % 1000
        ident = (milliseconds - clock.TWITTER_EPOCH_MS) << 22 | number % 4096
        table.writerow(
            (
                who.name, clock.utc_text(post.t_s * MILLION), str(ident), post.text, "Web App",
                "original", who.language, post.media, who.bio, who.home, "western",
            )
        )  # fmt: skip
    return out.getvalue()


def _chinese(rows: list[tuple[Persona, Posted]]) -> str:
    """Posts of a Chinese platform, one object a line, in the time of Beijing."""
    out = []
    for number, (who, post) in enumerate(rows):
        local = clock.utc_text((post.t_s + CHINA_S) * MILLION).removesuffix("Z")
        row = {
            "account": who.name,
            "created_at": f"{local}+08:00",
            "post_id": f"M{number:07d}",
            "text": post.text,
            "client": "网页版",
            "post_type": "original",
            "lang": who.language,
            "ip_region": None if who.label is None else f"发布于 {who.label}",
            "media": post.media or None,
            "user_description": who.bio or None,
            "platform": "chinese",
        }
        out.append(json.dumps(row, ensure_ascii=False))
    return "".join(f"{line}\n" for line in out)
