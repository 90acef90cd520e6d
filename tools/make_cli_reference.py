"""Make `docs/cli.md` from the command line itself, or check that it still agrees.

    python tools/make_cli_reference.py           # write it
    python tools/make_cli_reference.py --check   # compare; 1 if it differs

The page is built from the commands' own parameters, not from their printed help: that is laid out
by the version of another package and by the width of a terminal.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from pathlib import Path
from textwrap import fill
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
HEAD = """\
# Command line

<!-- Made by tools/make_cli_reference.py from the commands themselves: do not edit by hand. -->

{summary}

Results go to stdout, progress and warnings to stderr. Exit codes: 0 done, 1 a check failed or input
was refused, 2 wrong use, 70 a defect of Gnomon itself.
"""


def _clean(text: str) -> str:
    """Text for one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _default(parameter: Any) -> str:
    value = parameter.default
    if parameter.required:
        return "required"
    if value is None or value is False or value in ((), [], "") or callable(value):
        return ""
    return f"`{value}`"


def _parameter_rows(command: Any) -> list[str]:
    rows = []
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        if parameter.param_type_name == "argument":
            dots = "..." if parameter.nargs == -1 else ""
            name = f"`{parameter.metavar or parameter.name.upper()}{dots}`"
        else:
            name = ", ".join(f"`{flag}`" for flag in (*parameter.opts, *parameter.secondary_opts))
        rows.append(f"| {name} | {_clean(parameter.help or '')} | {_default(parameter)} |")
    return rows


def page() -> str:
    """The whole page."""
    import typer

    from forensics.verbs.main import SUMMARY, app

    group: Any = typer.main.get_command(app)
    parts = [HEAD.format(summary=SUMMARY)]
    panel = ""
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if command.rich_help_panel and command.rich_help_panel != panel:
            panel = command.rich_help_panel
            parts.append(f"## {panel}\n")
        parts.append(f"### gnomon {name}\n")
        told = inspect.cleandoc(command.help or "").replace("\f", "").split("\n\n")
        wrapped = (fill(part, 120, break_on_hyphens=False, break_long_words=False) for part in told)
        parts.append("\n\n".join(wrapped) + "\n")
        rows = _parameter_rows(command)
        if rows:
            parts.append("| | | default |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def main() -> int:
    """Write or compare; 1 if it differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    text = page()
    if parser.parse_args().check:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print("docs/cli.md is not up to date: run `make cli-docs`")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    print("wrote docs/cli.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
