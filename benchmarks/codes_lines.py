"""Invented lines of text in five scripts with planted codes, and look-alikes without any.

Frames with an odd place in their list are held back: `lines(seed, held_back=False)` never shows
them, so rules cannot have been fitted to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from codes_corpus import KNOWN_WORDS, Line, Planted, digits
from codes_frames import FRAMES, LOOK_ALIKES


def lines(seed: int, count: int = 600, *, held_back: bool = False) -> Iterator[Line]:
    """Lines in order: two thirds hold a code (some two), one third look-alikes only.

    Args:
        seed: Of the random numbers.
        count: How many lines.
        held_back: True to use the held-back frames only, False for all others.
    """
    random = Random(seed)  # noqa: S311 - invented lines, no secrets
    scripts = sorted(FRAMES)
    part = slice(1, None, 2) if held_back else slice(0, None, 2)
    for number in range(count):
        script = scripts[number % len(scripts)]
        if number % 3 == 2:
            frame = random.choice(LOOK_ALIKES[script][part])
            yield Line(script, _fill(random, frame), _known(frame))
            continue
        texts, planted = [], []
        for _ in range(2 if random.random() < 0.15 else 1):
            maker, frames = random.choice(FRAMES[script])
            text, code = maker(random)
            texts.append(_fill(random, random.choice(frames[part] or frames)).replace("{}", text))
            planted.append(code)
        if len(texts) == 2 and random.random() < 0.3:
            frame = random.choice(LOOK_ALIKES[script][part])
            texts.append(_fill(random, frame))
            planted += _known(frame)
        yield Line(script, _noisy(random, script, " ".join(texts)), tuple(planted))


def _noisy(random: Random, script: str, text: str) -> str:
    """What stands around and between in posts: signs, tags, names, other spaces and digits."""
    form = random.randrange(12)
    wide = text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    marked = "\u200f" + text.replace(" ", " \u200e")
    forms = {
        0: f"😀 {text} !!!",
        1: f"@user{digits(random, 4)} {text}",
        2: f"{text}\n#tag{digits(random, 4)} https://t.example/{digits(random, 6)}",
        3: f"2024-05-0{random.randrange(1, 10)} {text}",
        4: wide if script == "Han" else text,
        5: text.replace(" ", "\u00a0"),
        6: marked if script == "Arabic" else text,
        7: f"RT: «{text}»",
    }
    return forms.get(form, text)


def _known(frame: str) -> tuple[Planted, ...]:
    """Words of context in a sentence that was not made around one."""
    return tuple(Planted("context", areas) for word, areas in KNOWN_WORDS if word in frame)


def _fill(random: Random, frame: str) -> str:
    """A frame with its `#` as digits, `@` as capital letters."""
    return "".join(
        digits(random, 1)
        if c == "#"
        else random.choice("ABCDEFGHJKLMNPRSTUVWXYZ")
        if c == "@"
        else c
        for c in frame
    )
