"""Near texts are found among others, by exact count and without drift."""

from __future__ import annotations

import numpy as np

from forensics.links.content.minhash import LEAST_CHARACTERS, near

LETTERS = list("abcdefghijklmnopqrstuvwxyz")


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
    told = near(texts + changed)
    assert [int(told.leader[400 + n]) for n in range(50)] == list(range(50))
    assert told.leader[50:400].tolist() == list(range(50, 400))
    assert told.pairs == 50


def test_short_texts_are_left_out_and_counted() -> None:
    texts = ["x" * (LEAST_CHARACTERS - 1), "x" * (LEAST_CHARACTERS - 2), *made(2)]
    told = near(texts)
    assert told.left_out == 2
    assert told.leader.tolist() == [0, 1, 2, 3]


def test_a_chain_of_small_steps_does_not_become_one_group() -> None:
    parts = made(1)[0].split(" ")
    chain = [" ".join(parts)]
    for at in range(14):
        parts = [*parts[:at], f"changed{at}", *parts[at + 1 :]]
        chain.append(" ".join(parts))
    leaders = near(chain).leader
    assert leaders[0] == 0
    assert leaders[1] == 0
    assert len(set(leaders.tolist())) > 2


def test_a_crowd_of_one_template_stays_bounded() -> None:
    begin = "this is the text of a template that a machine fills with numbers "
    told = near([f"{begin}{n}" for n in range(1200)])
    assert (told.leader == 0).mean() > 0.99
    assert told.candidates < 1200 * 400


def test_nothing_and_one_text() -> None:
    assert near([]).leader.tolist() == []
    assert near(made(1)).leader.tolist() == [0]
