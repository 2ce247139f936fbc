"""What assumptions say to a proof: facts sorted into rules, symmetry, signs, whole numbers, least sizes."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symdl.tensor.canonical_facts import Knowledge
from symdl.tensor.expr import (
    ZERO,
    Acc,
    Bind,
    Dimension,
    Expr,
    Fn,
    Idx,
    Lam,
    Num,
    Red,
    delta,
    fresh,
    mul,
    substitute,
    walk,
)
from symdl.tensor.program import Fact, Program

SYMMETRIC = frozenset({"symmetric", "positive-definite", "positive-semidefinite"})


def knowledge_of(program: Program, facts: Iterable[Fact], extra: Iterable[Expr] = ()) -> Knowledge:
    """Everything a normaliser may use; what the sides of the goal (`extra`) take the logarithm of is positive."""
    relations: list[Fact] = []
    symmetric: set[str] = set()
    binary: set[str] = set()
    positives: set[str] = set()
    integers = {name for name, leaf in program.leaves.items() if leaf.integer}
    least: dict[Expr, Fraction] = {}
    for f in facts:
        if f.condition is not None:
            continue
        if f.op in SYMMETRIC and f.subject:
            symmetric.add(f.subject)
        elif f.op == "orthogonal" and isinstance(f.left, Lam) and len(f.left.binders) == 2:
            relations.extend(_orthogonal(f.left))
        elif f.op == "in" and isinstance(f.left, Acc) and _is_whole_tensor(f.left, f.binders):
            if {a for a in f.arguments if isinstance(a, Num)} == set(f.arguments):
                values = {a.value for a in f.arguments if isinstance(a, Num)}
                if values <= {Fraction(0), Fraction(1)}:
                    binary.add(f.left.name)
                if all(v > 0 for v in values):
                    positives.add(f.left.name)
        elif f.op == "range" and isinstance(f.left, Acc) and isinstance(f.arguments[0], Num):
            if f.arguments[0].value > 0 and _is_whole_tensor(f.left, f.binders):
                positives.add(f.left.name)
        elif f.op in (">", "≥", "<", "≤") and f.left is not None and f.right is not None:
            _sign(f, positives, least)
        elif f.op == "=" and f.left is not None and f.right is not None:
            name = _mirror(f)
            if name:
                symmetric.add(name)
            else:
                relations.append(f)
        elif f.op in ("≻", "⪰") and isinstance(f.left, Lam) and f.right is not None:
            if isinstance(f.left.body, Acc) and _is_zero(f.right):
                symmetric.add(f.left.body.name)
    for law in program.laws.values():
        body = dict(law.parameters).get("covariance")
        if isinstance(body, Lam) and len(body.binders) == 2 and isinstance(body.body, Acc):
            if body.body.indices == tuple(Idx(b.name) for b in body.binders):
                symmetric.add(body.body.name)
    positives |= _under_logarithms(extra)
    return Knowledge(
        tuple(relations), frozenset(symmetric), frozenset(binary), frozenset(positives), frozenset(integers), least
    )


def _under_logarithms(sides: Iterable[Expr]) -> set[str]:
    """Tensors that a line takes the logarithm of, entry by entry over whole axes: positive, or without a value."""
    nodes = [x for e in sides for x in walk(e)]
    whole = {
        x.name
        for x in nodes
        if isinstance(x, Bind) and isinstance(x.first, Num) and x.first.value <= 1 and isinstance(x.last, Dimension)
    }
    names = set()
    for x in nodes:
        if isinstance(x, Fn) and x.name == "log" and isinstance(x.args[0], Acc):
            letters = [i.name for i in x.args[0].indices if isinstance(i, Idx)]
            if len(letters) == len(x.args[0].indices) == len(set(letters)) and set(letters) <= whole:
                names.add(x.args[0].name)
    return names


def _is_zero(e: Expr) -> bool:
    return e is ZERO or (isinstance(e, Lam) and e.body is ZERO)


def _is_whole_tensor(a: Acc, binders: tuple[Bind, ...]) -> bool:
    """Is it an access at distinct bound letters, so that a statement about it is one about every entry?"""
    names = [i.name for i in a.indices if isinstance(i, Idx)]
    return len(names) == len(a.indices) == len(set(names)) and set(names) <= {b.name for b in binders}


def _sign(f: Fact, positives: set[str], least: dict[Expr, Fraction]) -> None:
    left, right, op = f.left, f.right, f.op
    if op in ("<", "≤"):
        left, right, op = right, left, {"<": ">", "≤": "≥"}[op]
    if not isinstance(right, Num):
        return
    strict = op == ">"
    if isinstance(left, Dimension):
        bound = right.value + 1 if strict else right.value
        least[left] = max(least.get(left, Fraction(1)), bound)
    elif isinstance(left, Acc) and (right.value > 0 or (right.value == 0 and strict)):
        if _is_whole_tensor(left, f.binders):
            positives.add(left.name)


def _mirror(f: Fact) -> str:
    """The name of A where the fact is A_ij = A_ji."""
    a, b = f.left, f.right
    if isinstance(a, Acc) and isinstance(b, Acc) and a.name == b.name and len(a.indices) == 2:
        if a.indices == b.indices[::-1] and _is_whole_tensor(a, f.binders):
            return a.name
    return ""


def _orthogonal(q: Lam) -> list[Fact]:
    """Qᵀ Q = I and Q Qᵀ = I."""
    row, column = q.binders
    i, j, k = fresh("i"), fresh("j"), fresh("k")
    out = []
    for kept, summed in ((column, row), (row, column)):

        def entry(letter: str, kept: Bind = kept, summed: Bind = summed) -> Expr:
            return substitute(q.body, {kept.name: Idx(letter), summed.name: Idx(k)})

        left = Red("sum", (Bind(k, summed.first, summed.last),), None, mul(entry(i), entry(j)))
        free = (Bind(i, kept.first, kept.last), Bind(j, kept.first, kept.last))
        out.append(Fact("=", left, delta(Idx(i), Idx(j)), free))
    return out
