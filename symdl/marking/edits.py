"""Small edits: the ways in which a wrong line usually differs from a right one, by kind, smallest first.

Each family yields edits of one side of a relation. An edit says what the student seems to have done, not what we did:
the words complete "it holds if …".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from symdl.errors import SymdlError
from symdl.language.dims import Dim
from symdl.language.syntax import (
    Add,
    AxisFunction,
    Compare,
    Constant,
    Delta,
    Derivative,
    Entry,
    Function,
    Hadamard,
    HadamardPower,
    Identity,
    IndexVar,
    Indicator,
    Moment,
    Neg,
    Node,
    Norm,
    Number,
    Ones,
    Power,
    Product,
    Quotient,
    Reduce,
    Size,
    Symbol,
    Transpose,
)
from symdl.language.understanding import Definition
from symdl.marking.places import Place, is_expression, is_factor, is_term, negated, places, product, total

ORDER = (
    "sign",
    "factor",
    "mean",
    "scale",
    "transpose",
    "order",
    "exponent",
    "index",
    "axis",
    "chain-rule",
    "expectation",
    "assumption",
    "algebra",
)
TWO, HALF = Number(Fraction(2)), Quotient(Number(Fraction(1)), Number(Fraction(2)))


@dataclass(frozen=True)
class Edit:
    """A changed side: kind, how big a change it is, the words after "it holds if", the changed side."""

    kind: str
    cost: float
    words: str
    node: Node

    @property
    def rank(self) -> tuple[float, int]:
        return self.cost, ORDER.index(self.kind)


@dataclass(frozen=True)
class Surroundings:
    """What edits may use: sizes, scalars and letters in scope, definitions, the variable derived by."""

    sizes: tuple[Dim, ...]
    scalars: tuple[Symbol, ...]
    letters: tuple[str, ...]
    definitions: tuple[Definition, ...]
    variable: Node | None
    head: Node
    show: Callable[[Node], str]


Family = Callable[[Place, Surroundings], Iterator[Edit]]


def edits(side: Node, around: Surroundings) -> list[Edit]:
    """Every single small edit of a side that keeps its shape, in order of size."""
    found: dict[Node, Edit] = {}
    shape = side.shape
    for place in places(side):
        if not is_expression(place.node):
            continue
        for family in FAMILIES:
            for edit in family(place, around):
                if edit.node == side or (edit.node in found and found[edit.node].rank <= edit.rank):
                    continue
                if _shape_of(edit.node) == shape:
                    found[edit.node] = edit
    return sorted(found.values(), key=lambda e: e.rank)


def _shape_of(node: Node) -> object:
    try:
        for n in node.walk():
            _ = n.shape
        return node.shape
    except SymdlError:
        return None


def _edit(kind: str, cost: float, place: Place, words: str, new: Node) -> Edit:
    return Edit(kind, cost + 0.05 * place.depth, words, place.put(new))


def signs(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    if isinstance(place.parent, Neg):
        return
    if is_term(place) or isinstance(place.parent, Function) or _is_exponent(place):
        what = "the whole right side" if place.parent is None else f"the term {show(node)}"
        yield _edit("sign", 1.0, place, f"{what} has the other sign", negated(node))
    if isinstance(node, Add) and len(node.terms) > 1:
        for k in range(len(node.terms)):
            terms = tuple(negated(t) if j == k else t for j, t in enumerate(node.terms))
            yield _edit("sign", 1.0, place, f"the term {show(node.terms[k])} has the other sign", Add(terms))


def factors(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    if isinstance(node, Number) and not _is_exponent(place) and node.value not in (0, 1):
        if is_factor(place) and isinstance(place.parent, Product):
            yield from _without("factor", 1.0, place, around)
        for other in (node.value * 2, node.value / 2, Fraction(1)):
            if other.denominator == 1:
                yield _edit("factor", 1.1, place, f"{show(node)} is {other}", Number(other))
    if is_term(place) and not isinstance(node, Neg):
        where = "the right side" if place.parent is None else show(node)
        yield _edit("factor", 1.2, place, f"{where} has a factor 2", product(TWO, node))
        yield _edit("factor", 1.2, place, f"{where} has a factor 1/2", product(HALF, node))


def means(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    if isinstance(node, Size):
        if is_factor(place) and isinstance(place.parent, Product):
            yield from _without("mean", 1.0, place, around)
        yield _edit("mean", 1.1, place, f"{show(node)} is not there", Number(Fraction(1)))
        for step in (-1, 1):
            yield _edit("mean", 1.2, place, f"{show(node)} is {node.size + step}", Size(node.size + step))
        for other in around.sizes:
            if other != node.size:
                yield _edit("mean", 1.3, place, f"{show(node)} is {other}", Size(other))
    if is_term(place) and not isinstance(node, Neg):
        where = "the right side" if place.parent is None else show(node)
        for size in around.sizes:
            yield _edit("mean", 1.25, place, f"{where} has a factor 1/{size}", product(_over(Size(size)), node))
            yield _edit("mean", 1.25, place, f"{where} has a factor {size}", product(Size(size), node))
    if isinstance(node, Quotient) and _is_one(node.numerator) and isinstance(node.denominator, Size):
        if isinstance(place.parent, Product):
            yield from _without("mean", 1.0, place, around)


def scales(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    scalar = isinstance(node, Symbol) and not node.shape
    if scalar and is_factor(place) and isinstance(place.parent, Product):
        yield from _without("scale", 1.0, place, around)
    if scalar and not _is_exponent(place):
        yield _edit("scale", 1.15, place, f"{show(node)} is not there", Number(Fraction(1)))
        for other in around.scalars:
            if other != node:
                yield _edit("scale", 1.4, place, f"{show(node)} is {show(other)}", other)
    if isinstance(node, Quotient) and isinstance(place.parent, Product) and not node.shape:
        if not isinstance(node.denominator, Size | Number):
            yield from _without("scale", 1.1, place, around)
    if isinstance(node, Function) and node.name == "sqrt" and isinstance(node.args[0], Size):
        yield _edit("scale", 1.1, place, f"{show(node)} is {show(node.args[0])}", node.args[0])
        yield _edit("scale", 1.1, place, f"{show(node)} is not there", Number(Fraction(1)))
    if isinstance(node, Size) and not isinstance(place.parent, Function):
        yield _edit("scale", 1.3, place, f"{show(node)} is its root", Function("sqrt", (node,)))
    if is_term(place) and not isinstance(node, Neg):
        where = "the right side" if place.parent is None else show(node)
        for s in around.scalars:
            yield _edit("scale", 1.3, place, f"{where} has a factor {show(s)}", product(s, node))
            yield _edit("scale", 1.3, place, f"{where} has a factor 1/{show(s)}", product(_over(s), node))
        for size in around.sizes:
            root = Function("sqrt", (Size(size),))
            yield _edit("scale", 1.35, place, f"{where} has a factor 1/√{size}", product(_over(root), node))
            yield _edit("scale", 1.35, place, f"{where} has a factor √{size}", product(root, node))


def transposes(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    if isinstance(node, Transpose):
        yield _edit("transpose", 1.0, place, f"{show(node.body)} is not transposed", node.body)
    elif len(node.shape) in (1, 2) and not isinstance(place.parent, Transpose | Entry) and not _symmetric(node):
        yield _edit("transpose", 1.0, place, f"{show(node)} is transposed", Transpose(node))


def orders(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    if isinstance(node, Product):
        fs = node.factors
        for k in range(len(fs) - 1):
            if fs[k].shape and fs[k + 1].shape:
                swapped = (*fs[:k], fs[k + 1], fs[k], *fs[k + 2 :])
                words = f"{show(fs[k])} and {show(fs[k + 1])} change places"
                yield _edit("order", 1.05, place, words, Product(swapped))
        if len(fs) > 2:
            yield _edit("order", 1.1, place, "the factors stand in the reverse order", Product(fs[::-1]))


def exponents(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    if isinstance(node, Power | HadamardPower):
        yield _edit("exponent", 1.0, place, f"{show(node)} is without its exponent", node.base)
        if isinstance(node.exponent, Number):
            for other in (node.exponent.value + 1, node.exponent.value - 1, -node.exponent.value):
                if other not in (0, 1):
                    new = replace(node, exponent=Number(other))
                    yield _edit("exponent", 1.1, place, f"the exponent of {show(node)} is {other}", new)
        else:
            for step in (1, -1):
                new = replace(node, exponent=total(node.exponent, Number(Fraction(step))))
                yield _edit("exponent", 1.1, place, f"the exponent of {show(node)} is {step:+d} more", new)
        return
    if isinstance(node, Function) and node.name == "sqrt":
        yield _edit("exponent", 1.0, place, f"{show(node)} is without its root", node.args[0])
    if isinstance(node, Number | Size | IndexVar | Constant) or _is_exponent(place):
        return
    if not node.shape and (is_factor(place) or is_term(place) or isinstance(place.parent, Quotient)):
        if isinstance(node, Symbol | Entry | Norm | Reduce | Function | Moment | Add):
            yield _edit("exponent", 1.2, place, f"{show(node)} is squared", Power(node, TWO))
            yield _edit("exponent", 1.35, place, f"{show(node)} is its root", Function("sqrt", (node,)))
    if isinstance(node, Symbol | Function) and len(node.shape) in (1, 2):
        square = Power(node, TWO) if len(node.shape) == 1 else HadamardPower(node, TWO)
        yield _edit("exponent", 1.3, place, f"{show(node)} is squared entry by entry", square)


def indices(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    letters = tuple(dict.fromkeys((*place.bound, *around.letters)))
    if isinstance(node, IndexVar) and isinstance(place.parent, Entry | Delta | Symbol | Derivative | Power | Add):
        bound = "axis" if node.name in place.bound and isinstance(place.parent, Entry) else "index"
        for other in letters:
            if other != node.name:
                kind = "index" if other not in place.bound else bound
                yield _edit(kind, 1.05, place, f"the index {node.name} is {other}", IndexVar(other))
        for step in (-1, 1):
            new = total(node, Number(Fraction(step))) if step > 0 else Add((node, Neg(Number(Fraction(1)))))
            yield _edit("index", 1.1, place, f"the index {node.name} is {node.name}{step:+d}", new)
    if isinstance(node, Entry) and len(node.indices) == 2 and node.indices[0] != node.indices[1]:
        new = replace(node, indices=node.indices[::-1])
        yield _edit("index", 1.05, place, f"the indices of {show(node)} change places", new)
    if isinstance(node, Add) and any(isinstance(t, IndexVar) for t in node.terms):
        letter = next(t for t in node.terms if isinstance(t, IndexVar))
        yield _edit("index", 1.05, place, f"the index {show(node)} is {show(letter)}", letter)
    if isinstance(node, Delta | Indicator) and isinstance(place.parent, Product):
        yield from _without("index", 1.1, place, around)
    if isinstance(node, Delta | Indicator) and is_term(place):
        yield _edit("index", 1.2, place, f"{show(node)} is 1", Number(Fraction(1)))
    if isinstance(node, Number | Identity) and is_term(place) and len(letters) >= 2 and isinstance(node, Number):
        for a in letters:
            for b in letters:
                if a < b:
                    d = Delta(IndexVar(a), IndexVar(b))
                    yield _edit("index", 1.3, place, f"{show(node)} has a factor {show(d)}", product(node, d))


def axes(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    if isinstance(node, AxisFunction) and len(node.body.shape) > 1:
        for k in range(len(node.body.shape)):
            if k != node.axis % len(node.body.shape):
                new = replace(node, axis=k)
                yield _edit("axis", 1.0, place, f"the {node.name} in {show(node)} runs along the other axis", new)
    if isinstance(node, Product):
        fs = node.factors
        for k, f in enumerate(fs):
            if len(f.shape) == 2 and k + 1 < len(fs) and isinstance(fs[k + 1], Ones):
                ones = Ones((f.shape[0],))
                rest = fs[k + 2 :]
                if not rest:
                    new: Node = product(*fs[:k], Transpose(f), ones)
                    yield _edit("axis", 1.1, place, f"the sum in {show(node)} runs along the other axis", new)


def chain(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    if isinstance(node, Hadamard):
        for k in range(len(node.factors)):
            rest = (*node.factors[:k], *node.factors[k + 1 :])
            new = rest[0] if len(rest) == 1 else Hadamard(rest)
            yield _edit("chain-rule", 1.5, place, f"the factor {show(node.factors[k])} is not there", new)
    if isinstance(node, Product) and len(node.factors) > 1:
        for k, f in enumerate(node.factors):
            if not isinstance(f, Number | Size) and not (isinstance(f, Symbol) and not f.shape):
                rest = (*node.factors[:k], *node.factors[k + 1 :])
                new = rest[0] if len(rest) == 1 else Product(rest)
                yield _edit("chain-rule", 1.6, place, f"the factor {show(f)} is not there", new)
    if isinstance(node, Add) and len(node.terms) > 1:
        for k in range(len(node.terms)):
            rest = (*node.terms[:k], *node.terms[k + 1 :])
            new = rest[0] if len(rest) == 1 else Add(rest)
            kind = "chain-rule" if around.variable is not None else "algebra"
            yield _edit(kind, 1.6, place, f"the term {show(node.terms[k])} is not there", new)
    if around.variable is None or not is_term(place):
        return
    for slope, words in slopes(around):
        if not slope.shape:
            yield _edit("chain-rule", 1.7, place, f"the factor {words} is there", product(slope, node))
        elif slope.shape == node.shape:
            yield _edit("chain-rule", 1.7, place, f"the factor {words} is there", Hadamard((node, slope)))
    if isinstance(node, Product):
        for k, f in enumerate(node.factors):
            for slope, words in slopes(around):
                if slope.shape and slope.shape == f.shape:
                    fs = (*node.factors[:k], Hadamard((f, slope)), *node.factors[k + 1 :])
                    yield _edit("chain-rule", 1.75, place, f"the factor {words} is there", Product(fs))


def slopes(around: Surroundings) -> Iterator[tuple[Node, str]]:
    """Inner derivatives that a chain rule may have dropped: of the defined functions, entry by entry."""
    one = Number(Fraction(1))
    for d in around.definitions:
        right = d.right
        if not isinstance(d.left, Symbol) or not isinstance(right, Function) or len(right.args) != 1:
            continue
        out, arg = d.left, right.args[0]
        square: Node = Hadamard((out, out)) if out.shape else Power(out, TWO)
        rules: dict[str, Node] = {
            "tanh": Add((one, Neg(square))),
            "exp": out,
            "sin": Function("cos", (arg,)),
            "cos": Neg(Function("sin", (arg,))),
            "softplus": Function("sigmoid", (arg,)),
            "log": _over(arg) if not arg.shape else Quotient(one, arg),
        }
        complement = Add((one, Neg(out)))
        rules["sigmoid"] = Hadamard((out, complement)) if out.shape else product(out, complement)
        slope = rules.get(right.name)
        if right.name == "relu":
            slope = Indicator(Compare(">", arg, Number(Fraction(0))))
        if slope is not None:
            yield slope, around.show(slope)
    if around.variable is not None and not around.variable.shape:
        for d in around.definitions:
            if isinstance(d.left, Symbol) and not d.left.shape and not d.binders and d.kind == "value":
                slope = Derivative(d.left, (around.variable,))
                yield slope, around.show(slope)


def moments(place: Place, around: Surroundings) -> Iterator[Edit]:
    node, show = place.node, around.show
    if isinstance(node, Moment) and node.kind == "E" and isinstance(node.args[0], Power):
        inner = node.args[0]
        new = Power(replace(node, args=(inner.base,)), inner.exponent)
        yield _edit("expectation", 1.0, place, f"{show(node)} is {show(new)}", new)
    if isinstance(node, Power) and isinstance(node.base, Moment) and node.base.kind == "E":
        new = replace(node.base, args=(Power(node.base.args[0], node.exponent),))
        yield _edit("expectation", 1.0, place, f"{show(node)} is {show(new)}", new)
    if isinstance(node, Moment) and node.kind == "Var":
        square = replace(node, kind="E", args=(Power(node.args[0], TWO),))
        yield _edit("expectation", 1.1, place, f"{show(node)} is {show(square)}", square)
    if isinstance(node, Moment) and node.kind == "E" and isinstance(node.args[0], Power):
        variance = replace(node, kind="Var", args=(node.args[0].base,))
        yield _edit("expectation", 1.1, place, f"{show(node)} is {show(variance)}", variance)


FAMILIES: tuple[Family, ...] = (
    signs,
    factors,
    means,
    scales,
    transposes,
    orders,
    exponents,
    indices,
    axes,
    chain,
    moments,
)


def _without(kind: str, cost: float, place: Place, around: Surroundings) -> Iterator[Edit]:
    """The parent product without this factor: told as an edit of the factor to one."""
    yield _edit(kind, cost, place, f"the factor {around.show(place.node)} is not there", Number(Fraction(1)))


def _over(node: Node) -> Node:
    return Quotient(Number(Fraction(1)), node)


def _is_one(node: Node) -> bool:
    return isinstance(node, Number) and node.value == 1


def _is_exponent(place: Place) -> bool:
    parent = place.parent
    return isinstance(parent, Power | HadamardPower) and place.node is parent.exponent and place.node is not parent.base


def _symmetric(node: Node) -> bool:
    return isinstance(node, Identity | Ones)
