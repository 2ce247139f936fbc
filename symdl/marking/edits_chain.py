"""Changes of what a chain rule gives: factors and quantities that are missing, too many or others; rules of moments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symdl.language.syntax import (
    Add,
    Compare,
    Derivative,
    Entry,
    Function,
    Hadamard,
    HadamardPower,
    Indicator,
    Moment,
    Neg,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Reduce,
    Size,
    Symbol,
    Transpose,
)
from symdl.language.understanding import Definition
from symdl.marking.edits import Edit, Surroundings, change
from symdl.marking.places import Place, product, replaced

ONE, TWO = Number(Fraction(1)), Number(Fraction(2))


def chain(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show

    def too_many(f: Node) -> str:
        return f"the factor ${show(f)}$ should not be there"

    if isinstance(node, Hadamard):
        for k, f in enumerate(node.factors):
            rest = (*node.factors[:k], *node.factors[k + 1 :])
            yield change("chain-rule", 1.4, place, rest[0] if len(rest) == 1 else Hadamard(rest), around, too_many(f))
    if isinstance(node, Product) and len(node.factors) > 1:
        for k, f in enumerate(node.factors):
            if not isinstance(f, Number | Size) and not (isinstance(f, Symbol) and not f.shape):
                rest = (*node.factors[:k], *node.factors[k + 1 :])
                yield change(_role(f, around), 1.45, place, product(*rest), around, too_many(f))
    if isinstance(node, Function) and len(node.args) == 1 and isinstance(place.parent, Product | Hadamard | Add):
        yield change("algebra", 1.5, place, node.args[0], around)


def _role(f: Node, around: Surroundings) -> str:
    base = f.base if isinstance(f, Entry) else f
    if base == around.variable:
        return "chain-rule"  # what is derived by stays behind
    if isinstance(base, Symbol) and base.name in around.leaves and len(base.shape) == 1:
        return "scale"
    return "chain-rule" if around.variable is not None else "algebra"


def slopes_inside(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A factor of the chain rule that was left out inside a product."""
    node = place.node
    if around.variable is None:
        return
    if isinstance(node, Product):
        for k, f in enumerate(node.factors):
            for slope, words in slopes(around):
                if slope.shape and slope.shape == f.shape:
                    fs = (*node.factors[:k], Hadamard((f, slope)), *node.factors[k + 1 :])
                    yield change("chain-rule", 1.5, place, Product(fs), around, f"the factor ${words}$ is missing")
                if slope.shape and place.parent is None and k < len(node.factors) - 1:
                    tail = product(*node.factors[k:])
                    if tail.shape == slope.shape and k:
                        fs = (*node.factors[:k], Hadamard((tail, slope)))
                        yield change("chain-rule", 1.5, place, Product(fs), around, f"the factor ${words}$ is missing")
    if isinstance(node, Product) and len(node.shape) in (1, 2):
        yield from _matrices_inside(place, node, around)
    if isinstance(node, Reduce) and node.op == "sum":
        yield from _entries_inside(place, node, around)


def _matrices_inside(place: Place, node: Product, around: Surroundings) -> Iterator[Edit]:
    """A matrix that was left out of a product."""
    for s in around.known:
        if len(s.shape) != 2:
            continue
        for m in (s, Transpose(s)):
            for k in range(len(node.factors) + 1):
                fs = (*node.factors[:k], m, *node.factors[k:])
                words = f"the factor ${around.show(m)}$ is missing"
                yield change("chain-rule", 1.48, place, Product(fs), around, words)


def _entries_inside(place: Place, node: Reduce, around: Surroundings) -> Iterator[Edit]:
    """A factor at the bound letter of a sum that was left out."""
    from symdl.marking.quantities import entries

    ranges = {**around.letters, **place.ranges, **{b.name: b.range for b in node.binders}}
    bound = {b.name for b in node.binders}
    for s in around.known:
        if not 1 <= len(s.shape) <= 2:
            continue
        for e in entries(s, ranges):
            if not bound & {i.name for i in e.indices if hasattr(i, "name")}:  # type: ignore[attr-defined]
                continue
            kind = _role(e, around)
            words = f"the factor ${around.show(e)}$ is missing in the sum"
            inserted = Product((e, *(node.body.factors if isinstance(node.body, Product) else (node.body,))))
            yield change(kind, 1.35, place, replace(node, body=inserted), around, words)


def swaps(place: Place, around: Surroundings) -> Iterator[Edit]:
    """One quantity for another of the same shape."""
    node = place.node
    if not isinstance(node, Symbol):
        if place.parent is None or isinstance(place.parent, Add | Product | Hadamard):
            yield from _swaps_everywhere(place, around)
        return
    if node.members or isinstance(place.parent, Derivative):
        return
    for other in around.known:
        if other != node and other.shape == node.shape:
            scale = not node.shape and other in around.scalars
            kind = "scale" if scale else "chain-rule" if around.variable is not None else "algebra"
            yield change(kind, 1.4 if scale else 1.45, place, other, around)


def _swaps_everywhere(place: Place, around: Surroundings) -> Iterator[Edit]:
    """One quantity for another wherever it stands in a term: A ⊙ A for H ⊙ H."""
    count: dict[Symbol, int] = {}
    for n in place.node.walk():
        if isinstance(n, Symbol) and not n.members:
            count[n] = count.get(n, 0) + 1
    for old, times in count.items():
        if times < 2:
            continue
        for other in around.known:
            if other != old and other.shape == old.shape:
                new = replaced(place.node, old, other)
                kind = "chain-rule" if around.variable is not None else "algebra"
                yield change(kind, 1.45, place, new, around)


def slope_at(d: Definition, out: Node) -> Node | None:
    """The derivative of an elementwise definition at its value `out` (the whole, or an entry), in terms of it."""
    right = d.right
    if not isinstance(right, Function) or len(right.args) != 1:
        return None
    arg: Node = right.args[0]
    if isinstance(out, Entry) and arg.shape:
        arg = Entry(arg, out.indices)
    square: Node = HadamardPower(out, TWO) if len(out.shape) > 1 else Power(out, TWO)
    if right.name == "tanh":
        return Add((ONE, Neg(square)))
    if right.name == "sigmoid":
        rest = Add((ONE, Neg(out)))
        return Hadamard((out, rest)) if out.shape else product(out, rest)
    if right.name == "relu":
        return Indicator(Compare(">", arg, Number(Fraction(0))))
    rules: dict[str, Node] = {
        "exp": out,
        "sin": Function("cos", (arg,)),
        "cos": Neg(Function("sin", (arg,))),
        "softplus": Function("sigmoid", (arg,)),
        "log": Quotient(ONE, arg),
    }
    return rules.get(right.name)


def slopes(around: Surroundings) -> Iterator[tuple[Node, str]]:
    """Inner derivatives that a chain rule may have dropped: of the defined functions, entry by entry."""
    for d in around.definitions:
        if isinstance(d.left, Symbol):
            slope = slope_at(d, d.left)
            if slope is not None:
                yield slope, around.show(slope)
    if around.variable is not None and not around.variable.shape:
        for d in around.definitions:
            if isinstance(d.left, Symbol) and not d.left.shape and not d.binders and d.kind == "value":
                inner = Derivative(d.left, (around.variable,))
                yield inner, around.show(inner)


def moments(place: Place, around: Surroundings) -> Iterator[Edit]:
    node = place.node
    if isinstance(node, Moment) and node.kind == "E" and isinstance(node.args[0], Power):
        inner = node.args[0]
        outside = Power(replace(node, args=(inner.base,)), inner.exponent)
        yield change("expectation", 1.0, place, outside, around)
        yield change("expectation", 1.1, place, replace(node, kind="Var", args=(inner.base,)), around)
    if isinstance(node, Power) and isinstance(node.base, Moment) and node.base.kind == "E":
        inside = replace(node.base, args=(Power(node.base.args[0], node.exponent),))
        yield change("expectation", 1.0, place, inside, around)
    if isinstance(node, Moment) and node.kind == "Var":
        yield change("expectation", 1.1, place, replace(node, kind="E", args=(Power(node.args[0], TWO),)), around)
    if isinstance(node, Product) and sum(isinstance(f, Moment) and f.kind == "E" for f in node.factors) > 1:
        inside_ = [f.args[0] for f in node.factors if isinstance(f, Moment) and f.kind == "E"]
        rest = [f for f in node.factors if not (isinstance(f, Moment) and f.kind == "E")]
        yield change("expectation", 1.1, place, product(*rest, Moment("E", (product(*inside_),))), around)


__all__ = ["chain", "moments", "slope_at", "slopes", "slopes_inside", "swaps"]
