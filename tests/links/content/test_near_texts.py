"""Near texts are found among others, by exact count and without drift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from forensics.links.content import minhash, signatures
from forensics.links.content.minhash import Near, near

LETTERS = list("abcdefghijklmnopqrstuvwxyz")


class Listed:
    """Texts that lie in a list."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts)

    def parts(self) -> Iterator[list[str]]:
        for first in range(0, len(self), 7):
            yield self.texts[first : first + 7]

    def some(self, places: np.ndarray) -> Mapping[int, str]:
        return {int(at): self.texts[int(at)] for at in places}


def told_of(texts: list[str], folder: Path = Path()) -> Near:
    return near(Listed(texts), folder)


def made(count: int, seed: int = 1) -> list[str]:
    rng = np.random.default_rng(seed)
    return [
        " ".join("".join(rng.choice(LETTERS, int(rng.integers(3, 9)))) for _ in range(14))
        for _ in range(count)
    ]


def test_one_changed_word_is_found_and_others_stay_alone() -> None:
    texts = made(400)
    changed = []
    for text in texts[:50]:
        parts = text.split(" ")
        changed.append(" ".join([*parts[:7], "other", *parts[8:]]))
    told = told_of(texts + changed)
    assert [int(told.leader[400 + n]) for n in range(50)] == list(range(50))
    assert told.leader[50:400].tolist() == list(range(50, 400))
    assert told.pairs == 50


def test_many_texts_are_compared_on_disk_as_in_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    texts = made(60) + [f"{text} more" for text in made(20)]
    plain = told_of(texts)
    monkeypatch.setattr(signatures, "IN_MEMORY", 0)
    monkeypatch.setattr(minhash, "_PAIRS", 3)
    again = told_of(texts, tmp_path)
    assert again.leader.tolist() == plain.leader.tolist()
    assert (again.candidates, again.pairs) == (plain.candidates, plain.pairs)
    assert plain.pairs >= 20
    assert not list(tmp_path.iterdir())


def test_a_chain_of_small_steps_does_not_become_one_group() -> None:
    parts = made(1)[0].split(" ")
    chain = [" ".join(parts)]
    for at in range(14):
        parts = [*parts[:at], f"changed{at}", *parts[at + 1 :]]
        chain.append(" ".join(parts))
    leaders = told_of(chain).leader
    assert leaders[0] == 0
    assert leaders[1] == 0
    assert len(set(leaders.tolist())) > 2


def test_a_crowd_of_one_template_stays_bounded() -> None:
    begin = "this is the text of a template that a machine fills with numbers "
    told = told_of([f"{begin}{n}" for n in range(1200)])
    assert (told.leader == 0).mean() > 0.99
    assert told.candidates < 1200 * 400


def test_nothing_and_one_text() -> None:
    assert told_of([]).leader.tolist() == []
    assert told_of(made(1)).leader.tolist() == [0]
