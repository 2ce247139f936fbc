"""Where a definition has a derivative: kinks and ties, borders of cases, roots that may be zero.

Each is said by the step that differentiates through it. A root of what is surely positive, v + ε with ε > 0, needs no
word.
"""

from __future__ import annotations

from symdl.calculus.scalar_rules import KINKS
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Expr, Fn, Num, Pow, Red
from symdl.tensor.program import Program

EXTREMES = ("max", "min", "argmax", "argmin")
POSITIVE_FUNCTIONS = ("exp", "sigmoid", "cosh", "softplus", "Phi", "phi")
DEEP = 12  # definitions looked through


def kinks(body: Expr) -> tuple[str, ...]:
    """Names of functions in it that are not differentiable everywhere."""
    found = {x.name for x in E.walk(body) if isinstance(x, Fn) and x.name in KINKS}
    found |= {x.op for x in E.walk(body) if isinstance(x, Red) and x.op in EXTREMES}
    return tuple(sorted(found))


def places(body: Expr, program: Program) -> tuple[str, ...]:
    """Conditions in words under which a body is differentiated as its rule says."""
    out: dict[str, None] = {}
    for x in E.walk(body):
        if isinstance(x, E.Where) and any(c is not None and _moves(c, program) for c, _ in x.branches):
            out["away from where the cases meet"] = None
        if isinstance(x, E.Ind) and _moves(x.condition, program):
            out["away from where a bracket jumps"] = None
        if isinstance(x, Pow) and isinstance(x.exponent, Num) and x.exponent.value.denominator == 2:
            sign = _sign(x.base, program)
            if sign != "+":
                what = "is not zero" if sign == "0" and x.exponent.value > 0 else "is positive"
                out[f"where what stands under the root {what}"] = None
    return tuple(out)


def _moves(condition: Expr, program: Program) -> bool:
    """Does a condition depend on quantities that vary continuously?"""
    return any(isinstance(x, Acc) and not _whole(x.name, program) for x in E.walk(condition))


def _whole(name: str, program: Program) -> bool:
    leaf = program.leaves.get(name)
    if leaf is not None:
        return leaf.integer
    s = program.statements.get(name)
    return s is None or (isinstance(s.body, Red) and s.body.op in ("argmax", "argmin"))


def _sign(e: Expr, program: Program, depth: int = DEEP) -> str:
    """`+` surely positive, `0` surely not negative, empty where neither is sure."""
    if isinstance(e, Num):
        return "+" if e.value > 0 else "0" if e.value == 0 else ""
    if isinstance(e, E.Dimension):
        return "+"
    if isinstance(e, Acc):
        for fact in program.facts:
            left = fact.left
            if fact.op not in (">", "≥") or fact.condition is not None or fact.right is not E.ZERO:
                continue
            if isinstance(left, Acc) and left.name == e.name and len({*left.indices}) == len(e.indices):
                return "+" if fact.op == ">" else "0"
        s = program.statements.get(e.name)
        return _sign(s.body, program, depth - 1) if s is not None and depth and not s.base else ""
    if isinstance(e, E.Add):
        signs = [_sign(t, program, depth) for t in e.terms]
        return "" if "" in signs else "+" if "+" in signs else "0"
    if isinstance(e, E.Mul):
        signs = [_sign(t, program, depth) for t in e.factors]
        return "" if "" in signs else "0" if "0" in signs else "+"
    if isinstance(e, Pow):
        inner = _sign(e.base, program, depth)
        even = isinstance(e.exponent, Num) and e.exponent.value.denominator == 1 and e.exponent.value % 2 == 0
        return "+" if inner == "+" else "0" if even or inner == "0" else ""
    if isinstance(e, Fn):
        return "+" if e.name in POSITIVE_FUNCTIONS else "0" if e.name in ("abs", "relu") else ""
    if isinstance(e, Red) and e.op == "sum":
        inner = _sign(e.body, program, depth)
        return "0" if inner and e.condition is not None else inner
    return ""
