"""Planted mistakes in a line's tree: sign, factor, transpose, order, index, n ± 1, dropped part, exponent, symbol.

Each mutant is one edit at one place, kept only where all its shapes still fit. Whether an edit changes the value is
for the oracle to say: some are harmless (X ↦ Xᵀ for a symmetric X).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from symdl.errors import SymdlError
from symdl.language import syntax as s
from symdl.language.dims import Dim, Range, same_sizes

ONE = s.Number(Fraction(1))
TWO = s.Number(Fraction(2))
HALF = s.Quotient(ONE, TWO)
# what is differentiated by, and the name of a law, stand for no value
LEFT_ALONE = {(s.Symbol, "members"), (s.Derivative, "by"), (s.Distribution, "args")}


@dataclass(frozen=True)
class Mutant:
    kind: str
    line: s.Relation


def mutants(line: s.Relation, letters: Mapping[str, Range], symbols: Mapping[str, s.Symbol]) -> list[Mutant]:
    """All well-typed mutants of a line, each once. `symbols` may stand in for one another where their shapes agree."""
    seen: set[s.Node] = {line}
    out: list[Mutant] = []
    for kind, mutant in _edits(line, dict(letters), symbols):
        if isinstance(mutant, s.Relation) and mutant not in seen and well_typed(mutant):
            seen.add(mutant)
            out.append(Mutant(kind, mutant))
    return out


def well_typed(line: s.Relation) -> bool:
    try:
        for node in line.walk():
            if isinstance(node, s.Product):  # no column beside a column, no product that only a row's transpose saves
                assert node.shape is not None
            _ = node.shape
        for a, b in zip(line.sides, line.sides[1:], strict=False):
            x, y = a.shape, b.shape
            zero = any(isinstance(n, s.Number | s.Zeros) for n in (a, b))
            if not (same_sizes(x, y) or (zero and (not x or not y))):
                return False
    except (SymdlError, IndexError):
        return False
    return True


def _edits(
    node: s.Node, scope: dict[str, Range], symbols: Mapping[str, s.Symbol], under: s.Node | None = None
) -> Iterator[tuple[str, s.Node]]:
    """(kind, the node with one edit somewhere in it)."""
    yield from _here(node, scope, symbols, under)
    inner = scope
    if isinstance(node, s.Reduce):
        inner = {**scope, **{b.name: b.range for b in node.binders}}
    for f in fields(node):
        old = getattr(node, f.name)
        if (type(node), f.name) in LEFT_ALONE:
            continue
        for kind, new in _in_value(old, inner, symbols, node):
            yield kind, replace(node, **{f.name: new})


def _in_value(old: Any, scope: dict[str, Range], symbols: Mapping[str, s.Symbol], node: s.Node) -> Iterator[Any]:
    if isinstance(old, s.Node):
        yield from _edits(old, scope, symbols, node)
    elif isinstance(old, tuple):
        for k, part in enumerate(old):
            for kind, new in _in_value(part, scope, symbols, node):
                yield kind, (*old[:k], new, *old[k + 1 :])


def _without(parts: tuple[s.Node, ...], k: int, build: Any) -> s.Node:
    rest = (*parts[:k], *parts[k + 1 :])
    return rest[0] if len(rest) == 1 else build(rest)


def _times(factor: s.Node, body: s.Node) -> s.Node:
    return s.Product((factor, *body.factors)) if isinstance(body, s.Product) else s.Product((factor, body))


def _negated(node: s.Node) -> s.Node:
    return node.body if isinstance(node, s.Neg) else s.Neg(node)


def _here(
    n: s.Node, scope: dict[str, Range], symbols: Mapping[str, s.Symbol], under: s.Node | None
) -> Iterator[tuple[str, s.Node]]:
    match n:
        case s.Relation():
            yield from _of_relation(n)
        case s.Add():
            for k, t in enumerate(n.terms):
                yield "sign", s.Add((*n.terms[:k], _negated(t), *n.terms[k + 1 :]))
                yield "dropped term", _without(n.terms, k, s.Add)
                yield "factor", s.Add((*n.terms[:k], _times(TWO, t), *n.terms[k + 1 :]))
        case s.Product():
            for k, factor in enumerate(n.factors):
                yield "dropped factor", _without(n.factors, k, s.Product)
                if k and factor.shape and n.factors[k - 1].shape:
                    yield "order", s.Product((*n.factors[: k - 1], factor, n.factors[k - 1], *n.factors[k + 1 :]))
        case s.Hadamard():
            for k in range(len(n.factors)):
                yield "dropped factor", _without(n.factors, k, s.Hadamard)
        case s.Quotient():
            yield "exponent", s.Quotient(n.denominator, n.numerator)
            yield "dropped factor", n.numerator
            if not n.denominator.shape:
                yield "exponent", s.Quotient(n.numerator, s.Power(n.denominator, TWO))
        case s.Power():
            yield "exponent", n.base
            yield "exponent", s.Power(n.base, s.Add((n.exponent, ONE)))
        case s.Transpose() | s.Inverse():
            yield ("transpose" if isinstance(n, s.Transpose) else "exponent"), n.body
        case s.Function():
            yield "sign", replace(n, args=tuple(_negated(a) for a in n.args))
            if len(n.args) == 1:
                yield "function", n.args[0]
                yield "function", replace(n, name="exp" if n.name != "exp" else "tanh")
        case s.Number() if not isinstance(under, s.Relation):
            yield "number", s.Number(n.value + 1)
            yield "number", s.Number(n.value - 1)
        case s.Size():
            yield "n ± 1", s.Size(n.size + 1)
            yield "n ± 1", s.Size(n.size - 1)
        case s.IndexVar():
            for name, r in scope.items():
                if name != n.name and (r.last == scope[n.name].last or n.name not in scope):
                    yield "index", s.IndexVar(name)
        case s.Entry():
            if len(n.indices) == 2:
                yield "transpose", replace(n, indices=n.indices[::-1])
        case s.Symbol():
            for other in symbols.values():
                if other.name != n.name and other.axes == n.axes:
                    yield "symbol", other
        case s.Reduce():
            for k, b in enumerate(n.binders):
                for first, last in ((b.range.first + 1, b.range.last), (b.range.first, b.range.last - 1)):
                    new = replace(b, range=Range(first, last), written=True)
                    yield "range", replace(n, binders=(*n.binders[:k], new, *n.binders[k + 1 :]))
        case s.MatrixFunction():
            yield "function", n.body
        case s.Moment():
            if len(n.args) == 1 and n.kind == "Var":
                yield "expectation", s.Moment("E", (s.Power(n.args[0], TWO),), n.over, n.given)
            if len(n.args) == 1 and n.kind == "E":
                yield "expectation", replace(n, kind="Var")
        case s.Divergence() if len(n.args) == 2:
            yield "order", replace(n, args=n.args[::-1])
        case _:
            pass
    square = len(n.shape) == 2 and n.shape[0].size == n.shape[1].size if _has_shape(n) else False
    if square and not isinstance(n, s.Transpose | s.Relation) and isinstance(under, s.Node):
        yield "transpose", s.Transpose(n)


def _has_shape(n: s.Node) -> bool:
    try:
        return n.shape is not None
    except SymdlError:
        return False


FLIPPED = {"≤": "≥", "≥": "≤", "<": ">", ">": "<", "=": "="}


def _of_relation(n: s.Relation) -> Iterator[tuple[str, s.Node]]:
    for k in range(1, len(n.sides)):
        side = n.sides[k]

        def put(new: s.Node, k: int = k) -> s.Node:
            return replace(n, sides=(*n.sides[:k], new, *n.sides[k + 1 :]))

        yield "sign", put(_negated(side))
        if not (isinstance(side, s.Number) and side.value == 0):
            yield "factor", put(_times(TWO, side))
            yield "factor", put(_times(HALF, side))
        if not side.shape:
            yield "term", put(s.Add((side, ONE)))
            yield "term", put(s.Add((side, s.Neg(HALF))))
        for d in sorted({name for axis in _axes(n) for name in axis.size.names}):
            if len(Dim.of(d).names) == 1:
                yield "mean", put(_times(s.Quotient(ONE, s.Size(Dim.of(d))), side))
                yield "mean", put(_times(s.Size(Dim.of(d)), side))
    for k, op in enumerate(n.ops):
        if FLIPPED.get(op, op) != op:
            yield "relation", replace(n, ops=(*n.ops[:k], FLIPPED[op], *n.ops[k + 1 :]))


def _axes(n: s.Node) -> set[Any]:
    return {a for x in n.walk() if isinstance(x, s.Symbol) for a in x.axes}
