"""Who may import whom, and how long a file may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "symdl"

PROBLEM = ("problem", "problem_data", "problem_file", "problem_template", "toml_errors", "toml_places")

# a room may import itself and these
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "templating": {"errors"},
    "python_rows": set(),
    "language": {"errors"},
    "solution": {"errors", "language", "exchange"},
    "tensor": {"errors", "language"},
    "calculus": {"errors", "language", "tensor", "rewrite", "solution"},
    "rewrite": {"errors", "language", "tensor"},
    "judge": {"errors", "language", "tensor", "solution"},
    # a lemma is an entry of the library, read as a problem of its own
    "marking": {"errors", "language", "tensor", "judge", "solution", "library", "problem"},
    # the judge verifies each module
    "code": {"errors", "language", "tensor", "solution", "judge", "resources", "templating", "python_rows"},
    "document": {"errors", "language", "solution", "resources", "templating", "python_rows"},
    "library": {"errors", "language"},
    "exchange": {"errors", "language"},
    **{part: {"errors", "language", "exchange", "library", *PROBLEM} for part in PROBLEM},
}
FILES = sorted(ROOT.rglob("*.py"))


def rooms_imported(path: Path) -> set[str]:
    """Rooms that a file imports when it runs; what only a type checker sees does not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = []
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {f"{node.module}.{a.name}" for a in node.names}
    return {n.split(".")[1] for n in names if n.startswith("symdl.") and len(n.split(".")) > 1}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_downwards(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    if room not in ALLOWED:
        return
    wrong = rooms_imported(path) - ALLOWED[room] - {room, "__version__"}
    assert not wrong, f"{room} may not import {sorted(wrong)}"


def test_the_judge_shares_nothing_with_the_engine() -> None:
    for room in ("judge", "marking", "tensor"):
        for path in (ROOT / room).rglob("*.py"):
            assert not rooms_imported(path) & {"calculus", "rewrite"}, path


@pytest.mark.parametrize("room", ["language", "tensor", "judge", "marking"])
def test_the_checker_starts_no_process_and_needs_only_light_libraries(room: str) -> None:
    allowed = {"sympy", "mpmath", "numpy", "symdl"}
    import sys

    for path in (ROOT / room).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            modules = []
            if isinstance(node, ast.Import):
                modules = [a.name for a in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module]
            for m in modules:
                top = m.split(".")[0]
                assert top in allowed or top in sys.stdlib_module_names, (path, m)
                assert top not in {"subprocess", "multiprocessing", "socket"}, (path, m)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_evaluates_text(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "sympify", "parse_expr"}, path
            if node.func.id == "exec":
                assert path.name in {"api.py", "verify.py", "build.py"}, path


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_each_file_opens_with_its_idea(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{path} has no opening sentence"
