"""Functions spelled out in exponentials get names: `1 / (1 + e^{−z}) ⇒ σ(z)`, `(1 − e^{2z}) / (1 + e^{2z}) ⇒ −tanh z`.

The engine then differentiates σ as σ (1 − σ). The judge keeps the formulas as the author wrote them.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symdl.tensor import expr as E
from symdl.tensor.expr import Add, Expr, Fn, Mul, Num, Pow
from symdl.tensor.program import Program


def recognised(program: Program) -> Program:
    """The program with such quotients named in its definitions."""
    changed = {}
    for name, s in program.statements.items():
        body = named(s.body)
        if body is not s.body:
            changed[name] = replace(s, body=body)
    return replace(program, statements={**program.statements, **changed}) if changed else program


def named(e: Expr) -> Expr:
    """An entry with every such quotient named, the outermost first."""
    if not any(isinstance(x, Fn) and x.name == "exp" for x in E.walk(e)):
        return e
    whole = _with_quotient(e)
    return E.rebuild(e, named) if whole is None else named(whole)


def _with_quotient(e: Expr) -> Expr | None:
    """The entry with one quotient of its factors named, or None."""
    factors = e.factors if isinstance(e, Mul) else (e,)
    for below in factors:
        if not (isinstance(below, Pow) and below.exponent is E.MINUS_ONE and isinstance(below.base, Add)):
            continue
        for top in (*(f for f in factors if f is not below), E.ONE):
            found = _quotient(top, below.base)
            if found is not None:
                rest = [f for f in factors if f is not below and f is not top]
                return E.mul(*rest, found)
    return None


def _quotient(top: Expr, below: Add) -> Expr | None:
    """The function that `top / below` is."""
    u = _one_and_exponential(below)
    if u is not None:
        if top is E.ONE:
            return E.fn("sigmoid", E.neg(u))
        if isinstance(top, Fn) and top.name == "exp" and top.args[0] is u:
            return E.fn("sigmoid", u)
        v = _one_less_exponential(top)
        if v is not None and v[1] is u:  # (1 − e^u) / (1 + e^u)
            return E.mul(E.num(-v[0]), E.fn("tanh", E.mul(E.num(Fraction(1, 2)), u)))
    pair = _opposite(below, 1)
    if pair is not None and isinstance(top, Add):
        other = _opposite(top, -1)
        if other in (pair, pair[::-1]):
            return E.fn("tanh", other[0])
    return None


def _one_and_exponential(e: Add) -> Expr | None:
    """u of 1 + exp u."""
    if len(e.terms) == 2 and E.ONE in e.terms:
        (x,) = (t for t in e.terms if t is not E.ONE)
        return x.args[0] if isinstance(x, Fn) and x.name == "exp" else None
    return None


def _one_less_exponential(e: Expr) -> tuple[int, Expr] | None:
    """1 and u of 1 − exp u, −1 and u of exp u − 1."""
    if not (isinstance(e, Add) and len(e.terms) == 2):
        return None
    numbers = [t.value for t in e.terms if isinstance(t, Num)]
    rest = [t for t in e.terms if not isinstance(t, Num)]
    if len(numbers) != 1 or numbers[0] not in (1, -1):
        return None
    sign, x = _signed(rest[0])
    if sign != -numbers[0] or not (isinstance(x, Fn) and x.name == "exp"):
        return None
    return int(numbers[0]), x.args[0]


def _opposite(e: Add, sign: int) -> tuple[Expr, Expr] | None:
    """u and v of exp u + exp v, or of exp u − exp v, where v = −u."""
    if len(e.terms) != 2:
        return None
    (a, x), (b, y) = (_signed(t) for t in e.terms)
    if a * b != sign or not all(isinstance(z, Fn) and z.name == "exp" for z in (x, y)):
        return None
    u, v = x.children()[0], y.children()[0]
    if v is not E.neg(u) and u is not E.neg(v):
        return None
    if sign > 0:
        return (u, v) if a > 0 else None
    return (u, v) if a > 0 else (v, u)


def _signed(t: Expr) -> tuple[int, Expr]:
    if isinstance(t, Mul) and len(t.factors) == 2 and t.factors[0] is E.MINUS_ONE:
        return -1, t.factors[1]
    return 1, t


__all__ = ["named", "recognised"]
