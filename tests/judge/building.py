"""Small words for hand-built programs and sequents."""

from __future__ import annotations

from symdl.tensor.expr import (
    ONE,
    Acc,
    Bind,
    Deriv,
    Dimension,
    Expr,
    Idx,
    Mat,
    Red,
    num,
)
from symdl.tensor.program import Fact, Goal, Leaf, Program, Sequent, Statement


def size(name: str | int) -> Expr:
    return num(name) if isinstance(name, int) else Dimension(name, None)


def T(name: str, *indices: object) -> Acc:
    return Acc(name, tuple(Idx(i) if isinstance(i, str) else i for i in indices))  # type: ignore[return-value,arg-type]


def B(letter: str, last: str | int, first: int = 1) -> Bind:
    return Bind(letter, num(first), size(last))  # type: ignore[return-value]


def S(letters: str, body: Expr, condition: Expr | None = None) -> Expr:
    """Σ over letters such as `i:n k:c`."""
    binders = tuple(B(*pair.split(":")) for pair in letters.split())
    return Red("sum", binders, condition, body)


def define(name: str, letters: str, body: Expr) -> Statement:
    return Statement(name, tuple(B(*pair.split(":")) for pair in letters.split()), body)


def program(
    statements: list[Statement], facts: list[Fact] | None = None, leaves: dict[str, Leaf] | None = None
) -> Program:
    return Program(leaves=leaves or {}, statements={s.name: s for s in statements}, facts=tuple(facts or ()))


def claim(p: Program, letters: str, left: Expr, right: Expr, op: str = "=") -> Sequent:
    binders = tuple(B(*pair.split(":")) for pair in letters.split())
    return Sequent(p, (Goal(op, left, right, binders),))


def fact(letters: str, left: Expr, right: Expr, op: str = "=") -> Fact:
    return Fact(op, left, right, tuple(B(*pair.split(":")) for pair in letters.split()))


def d(of: Expr, *by: Acc) -> Expr:
    return Deriv(of, by, True)


def inverse(name: str, i: str, j: str, dim: str = "n") -> Expr:
    return Mat("inverse", (Idx(i), Idx(j)), B(f"r_{name}", dim), B(f"c_{name}", dim), T(name, f"r_{name}", f"c_{name}"))


__all__ = ["ONE", "B", "S", "T", "claim", "d", "define", "fact", "inverse", "program", "size"]
