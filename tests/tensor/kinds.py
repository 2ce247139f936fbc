"""Lines of a small problem ruled on, for the tests of single statement kinds."""

from __future__ import annotations

from typing import Any

from symdl.judge.verdict import rule
from symdl.language.declare import understand
from symdl.language.reader import read_line
from symdl.language.understanding import Understanding
from symdl.problem import Problem
from symdl.tensor.build import build_program
from symdl.tensor.elaborate import sequents
from symdl.tensor.program import Program

Texts = dict[str, Any]


def made(texts: Texts) -> tuple[Understanding, Program]:
    u = understand(Problem(**texts))
    return u, build_program(u)


def status(texts: Texts, line: str) -> str:
    """What the judge says of a line: one word where all its parts agree."""
    u, program = made(texts)
    found = {rule(q, seed=7).status for q in sequents(read_line(line, u.scope, role="show"), program)}
    return found.pop() if len(found) == 1 else "mixed"
