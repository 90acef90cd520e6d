"""House rules on shape: short files, short functions, docstrings, reasons beside exceptions."""

from __future__ import annotations

import ast
import re

import pytest

MAX_FILE = 400
MAX_FUNCTION = 50
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def _reason(lines: list[str]) -> bool:
    """True if one of the lines gives a reason for being long."""
    return any(re.search(r"#\s*long: \S.{5,}", line) for line in lines)


def long_file(text: str) -> int | None:
    """Length of a file that is too long without a reason in its first 30 lines."""
    lines = text.splitlines()
    return len(lines) if len(lines) > MAX_FILE and not _reason(lines[:30]) else None


def long_functions(text: str) -> list[str]:
    """Functions that are too long without a reason; signature and docstring do not count."""
    lines = text.splitlines()
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, _FUNCTIONS):
            continue
        first = node.body[0]
        has_doc = ast.get_docstring(node) is not None
        before = (first.end_lineno or 0) if has_doc else first.lineno - 1
        length = (node.end_lineno or 0) - before
        if length > MAX_FUNCTION and not _reason(lines[node.lineno - 1 : before + 2]):
            found.append(f"{node.lineno}: {node.name} has {length} lines")
    return found


def undocumented(tree: ast.Module) -> list[str]:
    """Public functions, classes and methods without a docstring, and a module without one."""
    found = [] if not tree.body or ast.get_docstring(tree) else ["1: the module"]

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, _FUNCTIONS | ast.ClassDef) or child.name.startswith("_"):
                continue
            if not ast.get_docstring(child):
                found.append(f"{child.lineno}: {child.name}")
            if isinstance(child, ast.ClassDef):
                visit(child)

    visit(tree)
    return found


MARKS = (
    (r"#\s*noqa\b.*", r"#\s*noqa: [A-Z]+\d+(, ?[A-Z]+\d+)* +(- |\()\S"),
    (r"#\s*type:\s*ignore\b.*", r"#\s*type: ignore\[[a-z-]+(, ?[a-z-]+)*\]"),
    (r"#\s*pragma:\s*no cover.*", r"#\s*pragma: no cover +- \S"),
)
"""Marks that lift a rule, and the form they must have."""


def bare_exceptions(text: str) -> list[str]:
    """Marks that do not say which rule they lift, or why."""
    return [
        f"{number}: {mark}"
        for number, line in enumerate(text.splitlines(), 1)
        for seen, form in MARKS
        for mark in re.findall(seen, line)
        if not re.match(form, mark)
    ]


def test_long_files_and_functions_are_seen() -> None:
    assert long_file("x = 1\n" * (MAX_FILE + 1))
    assert not long_file("x = 1\n" * MAX_FILE)
    assert not long_file('"""Doc."""\n# long: one table of facts\n' + "x = 1\n" * MAX_FILE)
    body = "    x = 1\n" * (MAX_FUNCTION + 1)
    assert long_functions(f"def f():\n{body}")
    assert not long_functions(f"def f():\n    # long: one case a format\n{body}    y = 2\n")


@pytest.mark.parametrize(
    "code",
    ["def f(): pass", '"""D."""\nclass A: pass', '"""D."""\nclass A:\n "D"\n def f(s): pass'],
)
def test_missing_docstrings_are_seen(code: str) -> None:
    assert undocumented(ast.parse(code))


@pytest.mark.parametrize(
    "line", ["x  # noqa", "x  # noqa: S101", "x  # type: ignore", "x  # pragma: no cover"]
)
def test_exceptions_without_rule_or_reason_are_seen(line: str) -> None:
    assert bare_exceptions(line)


@pytest.mark.parametrize(
    "line",
    [
        "x  # noqa: S101 - tests assert",
        "x  # type: ignore[arg-type]",
        "# pragma: no cover - Windows",
    ],
)
def test_exceptions_with_reason_pass(line: str) -> None:
    assert not bare_exceptions(line)


def test_files_are_short(package, scripts) -> None:
    found = [
        f"{source.name}: {length} lines"
        for source in (*package, *scripts)
        if (length := long_file(source.text))
    ]
    assert not found, f"at most {MAX_FILE} lines a file, or `# long: reason` near its top: {found}"


def test_functions_are_short(package, scripts) -> None:
    found = [
        f"{source.name}:{one}"
        for source in (*package, *scripts)
        for one in long_functions(source.text)
    ]
    assert not found, f"at most {MAX_FUNCTION} lines a function, or `# long: reason`: {found}"


def test_everything_public_has_a_docstring(package, scripts) -> None:
    found = [
        f"{source.name}:{one}"
        for source in (*package, *scripts)
        for one in undocumented(source.tree)
    ]
    assert not found, f"every public function and class says what it gives back: {found}"


def test_every_exception_to_a_rule_names_the_rule_and_the_reason(package, scripts, tests) -> None:
    found = [
        f"{source.name}:{one}"
        for source in (*package, *scripts, *tests)
        if source.name != "tests/conventions/test_shape_rules.py"
        for one in bare_exceptions(source.text)
    ]
    assert not found, f"write `# noqa: CODE - reason` and `# type: ignore[code]`: {found}"


def test_no_print_in_the_package(package) -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in package
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    ]
    assert not found, f"results go through typer.echo in verbs/, nothing else prints: {found}"
