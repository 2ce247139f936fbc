"""Quantities that a term or a factor may be: what is declared and defined, its entries at free letters, products."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from symdl.language.dims import Axis, Range, Shape
from symdl.language.syntax import (
    Delta,
    Entry,
    Function,
    Hadamard,
    Identity,
    IndexVar,
    MatrixFunction,
    Node,
    Number,
    Ones,
    Power,
    Product,
    Quotient,
    Symbol,
    Transpose,
)
from symdl.language.understanding import Line
from symdl.marking.edits import Surroundings, slopes
from symdl.marking.simplify import shape_or_none
from symdl.tensor.program import Program

ONE, TWO = Number(Fraction(1)), Number(Fraction(2))
MOST = 160


def symbols(program: Program, scope: object) -> list[Symbol]:
    """Every tensor of the problem, as the reader names it."""
    out = []
    names = getattr(scope, "names", {})
    for name in (*program.leaves, *program.statements):
        d = names.get(name)
        if d is not None and d.kind == "tensor" and not d.members and d.signature is None:
            out.append(Symbol(d.name, d.shape, integer=d.integer))
    return out


def letters_for(axis: Axis, letters: dict[str, Range]) -> Iterator[str]:
    for name, r in letters.items():
        if r.last - r.first + 1 == axis.size:
            yield name


def entries(tensor: Symbol, letters: dict[str, Range]) -> Iterator[Node]:
    """Entries of a tensor at letters that run over its axes."""
    if not tensor.shape or len(tensor.shape) > 2:
        return
    for names in itertools.product(*(list(letters_for(a, letters)) for a in tensor.shape)):
        if len(set(names)) == len(names):
            yield Entry(tensor, tuple(IndexVar(n) for n in names))


def terms_for(line: Line, shape: Shape, around: Surroundings, known: list[Symbol]) -> list[Node]:
    """What a missing term may be made of, the plainest first."""
    letters = dict(line.letters)
    out: dict[Node, None] = {}
    if not shape:
        scalars = [s for s in known if not s.shape]
        at = [e for s in known for e in entries(s, letters)]
        for node in (*at, *scalars):
            out[node] = None
        for i, j in itertools.combinations(letters, 2):
            out[Delta(IndexVar(i), IndexVar(j))] = None
        out[ONE] = None
        for node in (*scalars, *at):
            out[Power(node, TWO)] = None
        for a, b in itertools.combinations((*scalars, *at), 2):
            out[Product((a, b))] = None
        vectors = [s for s in known if len(s.shape) == 1]
        for a, b in itertools.combinations_with_replacement(vectors, 2):
            if a.shape == b.shape:
                out[Product((Transpose(a), b))] = None
    else:
        tensors = [s for s in known if s.shape == shape]
        for s in tensors:
            out[s] = None
        if len(shape) == 1:
            out[Ones(shape)] = None
            matrices = [m for s in known if len(s.shape) == 2 for m in (s, Transpose(s))]
            for m in matrices:
                for v in known:
                    if len(v.shape) == 1 and shape_or_none(Product((m, v))) == shape:
                        out[Product((m, v))] = None
        if len(shape) == 2:
            for s in known:
                if len(s.shape) == 2 and shape_or_none(Transpose(s)) == shape:
                    out[Transpose(s)] = None
            if shape[0].size == shape[1].size:
                out[Identity(shape[0])] = None
            vectors = [s for s in known if len(s.shape) == 1]
            for a, b in itertools.product(vectors, repeat=2):
                outer = Product((a, Transpose(b)))
                if shape_or_none(outer) == shape:
                    out[outer] = None
            for v in vectors:
                if (v.shape[0], v.shape[0]) == shape:
                    out[MatrixFunction("diag", v)] = None
            mats = [m for s in known if len(s.shape) == 2 for m in (s, Transpose(s))]
            for a, b in itertools.product(mats, repeat=2):
                if len(out) < MOST and shape_or_none(Product((a, b))) == shape:
                    out[Product((a, b))] = None
        for a, b in itertools.combinations(tensors, 2):
            out[Hadamard((a, b))] = None
    for node in _runs(around, shape):
        out.setdefault(node)
    for d in around.definitions:
        if d.kind == "value" and not d.binders:
            for n in d.right.walk():
                if n.shape == shape and not isinstance(n, Number) and len(out) < MOST:
                    out.setdefault(n)
    return list(out)[:MOST]


def _runs(around: Surroundings, shape: Shape) -> Iterator[Node]:
    """Neighbours in a product of a definition, each transposed or not: A X B and Aᵀ X Bᵀ from tr(A X B Xᵀ)."""
    for d in around.definitions:
        for n in d.right.walk():
            if not isinstance(n, Product) or len(n.factors) > 6:
                continue
            plain = [f.body if isinstance(f, Transpose) else f for f in n.factors if f.shape]
            for start, length in itertools.product(range(len(plain)), (2, 3)):
                run = plain[start : start + length]
                if len(run) < length:
                    continue
                for turned in itertools.product((False, True), repeat=length):
                    made = Product(tuple(Transpose(f) if t else f for f, t in zip(run, turned, strict=True)))
                    if shape and shape_or_none(made) == shape:
                        yield made


def weights_for(line: Line, shape: Shape, around: Surroundings, known: list[Symbol]) -> list[tuple[Node, str]]:
    """What a factor, entry by entry, may be, with the kind of mistake that losing it is."""
    out: dict[Node, str] = {}
    leaves = around.leaves
    letters = dict(line.letters)
    for a, b in itertools.combinations(letters, 2):
        out[Delta(IndexVar(a), IndexVar(b))] = "index"
    for slope, _ in slopes(around):
        if slope.shape == shape:
            out[slope] = "chain-rule"
    for s in known:
        made = list(entries(s, letters)) if not shape else [s] if s.shape == shape else []
        for node in made:
            out.setdefault(node, "scale" if s.name in leaves and around.variable is None else _kind(s, around))
            out.setdefault(Quotient(ONE, node), _kind(s, around))
            if not shape:
                out.setdefault(Function("sqrt", (node,)), "exponent")
    for slope in entry_slopes(line, around):
        out.setdefault(slope, "chain-rule")
    return list(out.items())[:MOST]


def _kind(s: Symbol, around: Surroundings) -> str:
    """A lost parameter that only scales (γ, 1/σ) is a scale; another quantity is a factor of the chain rule."""
    if len(s.shape) == 1 and s.name in around.leaves:
        return "scale"
    return "chain-rule" if around.variable is not None else "algebra"


def entry_slopes(line: Line, around: Surroundings) -> Iterator[Node]:
    """Slopes of defined functions, at the line's letters: 1 − H_{ik}²."""
    from symdl.marking.edits import slope_at

    letters = dict(line.letters)
    for d in around.definitions:
        if isinstance(d.left, Symbol) and d.left.shape:
            for e in entries(d.left, letters):
                found = slope_at(d, e)
                if found is not None:
                    yield found
