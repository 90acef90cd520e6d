"""The scenarios by name."""

from __future__ import annotations

from collections.abc import Sequence

from forensics.errors import UsageError
from forensics.evaluate.synthetic.chosen import CHOSEN
from forensics.evaluate.synthetic.everyday import EVERYDAY
from forensics.evaluate.synthetic.published import PUBLISHED
from forensics.evaluate.synthetic.scenario import Scenario

SCENARIOS: tuple[Scenario, ...] = (*PUBLISHED, *CHOSEN, *EVERYDAY)
"""In the order in which they are run and printed."""


def chosen(names: Sequence[str]) -> tuple[Scenario, ...]:
    """The scenarios of those names, in the order of SCENARIOS; all of them where none is named.

    Raises:
        UsageError: no scenario is called that.
    """
    known = {one.name for one in SCENARIOS}
    for name in names:
        if name not in known:
            raise UsageError(
                f"no scenario is called {name!r}",
                where="--synthetic",
                todo=f"there are {', '.join(one.name for one in SCENARIOS)}",
            )
    return tuple(one for one in SCENARIOS if not names or one.name in names)
