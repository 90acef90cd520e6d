"""Case forms of names of places in Russian and Ukrainian, by the ending of the name.

No dictionary: an ending says which others may stand in its place (Москва: Москвы, Москве, Москву,
Москвой). That is enough to find a name in a text, and it makes a few forms that nobody uses.
Adjectives and inhabitants (московский, москвич) are no forms of the name.
"""

from __future__ import annotations

from functools import lru_cache

_ENDINGS: tuple[tuple[str, str], ...] = (
    ("ая", "ая ой ую ою"),
    ("яя", "яя ей юю ею"),
    ("ое", "ое ого ому ым им ом"),
    ("ее", "ее его ему им ем"),
    ("ые", "ые ых ым ыми"),
    ("ие", "ие их им ими"),
    ("ий", "ий ого его ому ему ом ем им ия ию ии"),
    ("ый", "ый ого ому ом ым"),
    ("ой", "ой ого ому ом ым"),
    ("ия", "ия ии ию ией"),
    ("а", "а ы и е у ой ою і"),
    ("я", "я и е ю ей ёй і"),
    ("ь", "ь я ю ем ём е и ью і"),
    ("й", "й я ю ем ём е и"),
    ("о", "о а у ом е і"),
    ("е", "е я ю ем и"),
    ("ы", "ы ов ам ами ах"),
    ("и", "и ов ам ами ах ей ям ями ях"),
    ("і", "і ів ам ами ах ей ям ями ях"),
)
_HARD = "а у ом ем е ы і ові"
_SINGULAR = frozenset(_HARD.split())
_FLEETING = frozenset(["а", "у", "ом", "ем", "е", "я", "ю", "і"])
_CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщґ")
MAX_LEAD = 2
"""Words before the last one that are put into their cases; longer names keep them as they are."""


@lru_cache(maxsize=4096)
def stems(word: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """(Stem, endings it may carry) of one folded word; an empty ending is the word itself.

    `київ` has two stems (київ, києв), as has `череповець`. Words of three letters are not cut.
    """
    if len(word) < 4:
        return ((word, frozenset([""])),)
    for ending in ("ів", "їв"):
        if word.endswith(ending):
            full = {"ів": "ов", "їв": "єв"}[ending]
            return ((word, frozenset([""])), (word[:-2] + full, _SINGULAR))
    for ending, short in (("ец", "ц"), ("ець", "ц")):
        if word.endswith(ending) and len(word) > 4:
            return ((word, frozenset([""])), (word[: -len(ending)] + short, _FLEETING))
    for ending, others in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return ((word[: -len(ending)], frozenset(others.split())),)
    if word[-1] in _CONSONANTS:
        return ((word, frozenset(["", *_HARD.split()])),)
    return ((word, frozenset([""])),)


def forms(word: str) -> tuple[str, ...]:
    """All forms of one folded word, in order."""
    return tuple(sorted({stem + ending for stem, endings in stems(word) for ending in endings}))


def patterns(name: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """(Text to search for, endings that may follow it) of a folded name of one or more words.

    `нижний новгород` gives `нижнего новгород` + а, у, ом, е and so on; of `ростов-на-дону` the
    first part is put into its cases.
    """
    first, joint, rest = name.partition("-на-")
    if joint and " " not in name:
        return tuple((form + joint + rest, frozenset([""])) for form in forms(first))
    *lead, last = name.split(" ")
    head = [""]
    for number, word in enumerate(lead):
        choices = forms(word) if number < MAX_LEAD and len(lead) <= MAX_LEAD else (word,)
        head = [f"{before}{choice} " for before in head for choice in choices]
    before_last, hyphen, tail = last.rpartition("-")
    return tuple(
        (start + before_last + hyphen + stem, endings)
        for start in head
        for stem, endings in stems(tail)
    )


def fits(folded: str, name: str) -> bool:
    """True if a folded text is the folded name in one of its cases."""
    return any(
        folded.startswith(stem) and folded[len(stem) :] in endings
        for stem, endings in patterns(name)
    )
