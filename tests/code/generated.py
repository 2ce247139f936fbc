"""A problem's module for tests: its text once it agrees with the judge, and its functions."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from symdl.code.backends import backend
from symdl.code.module import module
from symdl.code.verify import verified
from symdl.engine import derive
from symdl.language.declare import understand
from symdl.problem import Problem
from symdl.solution.step import Solution
from symdl.tensor.build import build_program


def generated(name: str = "numpy", **problem: Any) -> tuple[str, Any]:
    """The verified text and the module's names."""
    understanding = understand(Problem(**problem))
    program = build_program(understanding)
    solution = derive(understanding, program) if understanding.targets else Solution("")
    text = module(understanding, program, solution, backend(name))
    verified(text, understanding, program, solution, name)
    namespace: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "generated", "exec"), namespace)
    return text, SimpleNamespace(**{k: v for k, v in namespace.items() if k != "__name__"})
