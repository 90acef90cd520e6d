"""The rows that every case is weighed against: stated before the data, equal for all of them."""

from __future__ import annotations

BODY = "H_body"
CITY, PROVINCE, COUNTRY = "CN-JS.3209", "CN-JS", "CN"
ROWS: tuple[tuple[str, str, str, int, tuple[str, ...]], ...] = (
    (BODY, "Worked in Yancheng for the Lantern Street police bureau, which is invented.",
     "organisation", 20_000, (CITY,)),
    ("H_city", "Worked in Yancheng.", "city", 100_000, (CITY,)),
    ("H_province", "Worked in Jiangsu outside Yancheng.", "province", 100_000, (PROVINCE,)),
    ("H_country", "Worked in China outside Jiangsu.", "country", 100_000, (COUNTRY,)),
    ("H_east", "Worked in Taiwan, the Philippines, Malaysia or Singapore.", "country", 100_000,
     ("TW", "PH", "MY", "SG")),
    ("H_turkey", "Worked in Turkey.", "country", 100_000, ("TR",)),
    ("H_ghana", "Worked in Ghana.", "country", 100_000, ("GH",)),
    ("H_america", "Worked in the United States.", "country", 100_000, ("US",)),
)  # fmt: skip
"""Id, statement, rung, prior in ppm, areas. The prior of the body is a part of the city's."""
_REST = (
    ("H_audience", "The hours follow the audience.", "zone", 120_000, "audience"),
    ("H_scheduler", "A scheduler posts.", "zone", 120_000, "scheduler"),
    ("H_imitation", "Someone imitates the leading place.", "country", 10_000, "imitation"),
    ("H_none", "Worked in a place that no other row names.", "country", 50_000, "none"),
)
_BECAUSE = "stated before the data, equal for all places"


def hypotheses_toml() -> str:
    """The rows as sections of `case.toml`."""
    out = []
    for name, statement, rung, prior, areas in ROWS:
        listed = ", ".join(f'"{code}"' for code in areas)
        out.append(_section(name, statement, rung, prior, f'kind = "place"\nareas = [{listed}]\n'))
    for name, statement, rung, prior, kind in _REST:
        out.append(_section(name, statement, rung, prior, f'kind = "{kind}"\n'))
    return "\n".join(out)


NOTES = (
    ("publicity", "Its own notices tell of such a bureau's publicity work online.", 5_000),
    ("avatar", "Two accounts show the gate of such a bureau.", 3_000),
)
"""Id, statement and milli-decibans of the notes of context, judged for the body."""


def judgements_toml(unit: str) -> str:
    """The notes of context as sections of `case.toml`: judged by hand, for the body alone."""
    return "".join(
        f'\n[[judgements]]\nid = "{name}"\nunit = "{unit}"\nstatement = "{statement}"\n'
        'reason = "A note, weighed by one person."\ncategory = "contextual"\n'
        f'set_by = "unknown"\nrole = "operator_present"\ngroup = ["judged:{name}"]\n'
        "planted_chance_ppm = 200000\n"
        f"weights = {{ {BODY} = {{ mdb = {mdb}, low_mdb = 0, high_mdb = {2 * mdb} }} }}\n"
        for name, statement, mdb in NOTES
    )


def _section(name: str, statement: str, rung: str, prior: int, more: str) -> str:
    return (
        f'[[hypotheses]]\nid = "{name}"\nstatement = "{statement}"\nrung = "{rung}"\n'
        f'prior_ppm = {prior}\nprior_reason = "{_BECAUSE}"\n{more}'
    )
