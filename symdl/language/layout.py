"""Layout: from a tree to boxes, with parentheses exactly where reading needs them. Leaves, arithmetic, functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.language.boxes import (
    Box,
    Call,
    Commas,
    Digits,
    Fence,
    Frac,
    Grid,
    Infix,
    Name,
    Op,
    Root,
    Run,
    Script,
    Sign,
    Sum,
    Times,
    Words,
)
from symdl.language.dims import Dim, Floor, SizeAt
from symdl.language.precedence import (
    BARE_FUNCTIONS,
    BASE,
    DOT,
    ENTRYWISE,
    FACTOR,
    LINE,
    SUM,
    SUPER,
    decimal,
    dotted,
    fixed_in_product,
    fixed_in_sum,
    frac_like,
    free_letters,
    is_gradient,
    level,
    starts_with_d,
    trailing_letters,
)
from symdl.language.syntax import Node

MAX_DEPTH = 120
MAX_NODES = 100_000

Maker = Callable[..., Box]
_M = TypeVar("_M", bound=Maker)
_makers: dict[type, Maker] = {}


def lays(*kinds: type) -> Callable[[_M], _M]:
    """Register how a kind of node is laid out: (node, last, fixed) → box."""

    def register(maker: _M) -> _M:
        for kind in kinds:
            _makers[kind] = maker
        return maker

    return register


def layout(node: Node) -> Box:
    """The boxes of a whole formula.

    Raises:
        UnsupportedError: the tree nests too deeply to be written.
    """
    import symdl.language.layout_statements  # noqa: F401  (registers sums, derivatives, probability and lines)

    _check_depth(node)
    return lay(node, LINE)


def _check_depth(node: Node) -> None:
    depth, count, row = 0, 0, [node]
    while row:
        depth, count = depth + 1, count + len(row)
        if depth > MAX_DEPTH:
            raise UnsupportedError("a formula nests too deeply to be written", expected=f"at most {MAX_DEPTH} levels")
        if count > MAX_NODES:
            raise UnsupportedError("a formula is too long to be written", expected=f"at most {MAX_NODES} parts")
        row = [c for n in row for c in n.children()]


def lay(node: Node, need: int, last: bool = True, fixed: bool = False) -> Box:
    """A node at a place that asks for a level: in parentheses where it binds less tightly.

    `need` is how tightly the place wants it to bind; `last`: nothing follows in the product; `fixed`: the context fixes
    the shape, so that 1, 0 and I go unmarked.
    """
    if level(node, last) < need:
        return Fence("()", lay(node, LINE, True, fixed))
    maker = _makers.get(type(node))
    if maker is None:
        raise UnsupportedError(f"no way to write {type(node).__name__} is known")
    return maker(node, last, fixed)


def inside(node: Node) -> Box:
    """A node that stands alone between delimiters."""
    return lay(node, LINE)


# ------------------------------------------------------------------------------------------------------- leaves


@lays(s.Number)
def number(node: s.Number, last: bool, fixed: bool) -> Box:
    value = node.value
    if value < 0:
        return Sum(((True, number(s.Number(-value), last, fixed)),))
    digits = node.text if re.fullmatch(r"\d+(\.\d+)?", node.text) and Fraction(node.text) == value else decimal(value)
    if digits is not None:
        return Digits(digits)
    return Frac(Digits(str(value.numerator)), Digits(str(value.denominator)))


@lays(s.Constant)
def constant(node: s.Constant, last: bool, fixed: bool) -> Box:
    return Sign(node.name) if node.name in ("pi", "infinity") else Name(node.name)


@lays(s.IndexVar)
def index_letter(node: s.IndexVar, last: bool, fixed: bool) -> Box:
    return Name(node.name)


@lays(s.Size)
def size(node: s.Size, last: bool, fixed: bool) -> Box:
    return dim(node.size)


def dim(d: Dim, tight: bool = False) -> Box:
    """A size: positive terms first."""
    if not d.terms:
        return Digits("0")
    ordered = sorted(d.terms, key=lambda mc: mc[1] < 0)
    terms: list[tuple[bool, Box]] = []
    for monomial, coefficient in ordered:
        factors: list[Box] = [_atom(a) if e == 1 else Script(_atom(a), None, Digits(str(e))) for a, e in monomial]
        if abs(coefficient) != 1 or not factors:
            factors.insert(0, Digits(str(abs(coefficient))))
        terms.append((coefficient < 0, factors[0] if len(factors) == 1 else Times(tuple(factors))))
    if len(terms) == 1 and not terms[0][0]:
        return terms[0][1]
    return Sum(tuple(terms), tight)


def _atom(a: str | SizeAt | Floor) -> Box:
    if isinstance(a, str):
        return Name(a)
    if isinstance(a, SizeAt):
        return Script(Name(a.base), dim(a.index, tight=True))
    return Fence("floor", Frac(dim(a.numerator), dim(a.denominator)))


@lays(s.Symbol)
def symbol(node: s.Symbol, last: bool, fixed: bool) -> Box:
    if not node.members:
        return Name(node.name)
    base, inner = Name(family_base(node.name, node.style)), indices(node.members)
    if node.style == "sub":
        return Script(base, inner)
    kind = "()" if node.style == "paren" else "[]"
    return Script(base, None, Fence(kind, inner))


def family_base(name: str, style: str) -> str:
    """`W_l` → `W`; `x^{(i)}` → `x`; `W^{[l]}` → `W`."""
    if style == "paren":
        return re.sub(r"\^\{?\([^()]*\)\}?", "", name)
    if style == "bracket":
        return re.sub(r"\^\{?\[[^\[\]]*\]\}?", "", name)
    found = re.match(r"^(.*)_(?:\{[^{}]*\}|\\[A-Za-z]+|.)('*)$", name)
    return found.group(1) + found.group(2) if found else name


def indices(nodes: tuple[Node, ...]) -> Box:
    """Subscripts: run together where each is a single letter, else with commas."""
    parts = tuple(subscript(n) for n in nodes)
    if len(parts) == 1:
        return parts[0]
    return Run(parts, commas=not all(isinstance(n, s.Slice) or _is_letter(n) for n in nodes))


def _is_letter(node: Node) -> bool:
    return isinstance(node, s.IndexVar) and (len(node.name) == 1 or node.name.startswith("\\"))


def subscript(node: Node) -> Box:
    """A node inside a script: sums without spaces, fractions with a slash."""
    if isinstance(node, s.Slice):
        return Sign("colon")
    return tight(inside(node))


def tight(box: Box) -> Box:
    """The compact form of scripts."""
    if isinstance(box, Sum):
        return Sum(tuple((minus, tight(b)) for minus, b in box.terms), True)
    if isinstance(box, Frac) and isinstance(box.top, Digits | Name) and isinstance(box.bottom, Digits | Name):
        return replace(box, slash=True)
    return box


@lays(s.Ones)
def ones(node: s.Ones, last: bool, fixed: bool) -> Box:
    return _sized(Sign("ones"), node.axes, fixed)


@lays(s.Zeros)
def zeros(node: s.Zeros, last: bool, fixed: bool) -> Box:
    return _sized(Sign("zeros"), node.axes, fixed)


def _sized(sign: Sign, axes: s.Shape, fixed: bool) -> Box:
    if fixed and len(axes) == 1:
        return sign
    sizes = tuple(dim(a.size, tight=True) for a in axes)
    return Script(sign, sizes[0] if len(sizes) == 1 else Infix("times", sizes))


@lays(s.Identity)
def identity(node: s.Identity, last: bool, fixed: bool) -> Box:
    return Sign("identity") if fixed else Script(Sign("identity"), dim(node.axis.size, tight=True))


@lays(s.BasisVector)
def basis(node: s.BasisVector, last: bool, fixed: bool) -> Box:
    return Script(Name("e"), subscript(node.index))


@lays(s.Delta)
def delta(node: s.Delta, last: bool, fixed: bool) -> Box:
    return Script(Name(r"\delta"), indices((node.left, node.right)))


# --------------------------------------------------------------------------------------------------- arithmetic


@lays(s.Add)
def add(node: s.Add, last: bool, fixed: bool) -> Box:
    later: list[frozenset[str]] = [frozenset()]
    for t in reversed(node.terms[1:]):
        later.append(later[-1] | free_letters(t))
    later.reverse()
    terms = []
    for k, term in enumerate(node.terms):
        minus, body = _signed(term)
        shape_known = fixed_in_sum(node.terms, k) or (fixed and term.shape == node.shape)
        if trailing_letters(body) & later[k]:  # else the sum would reach over the later term
            box: Box = Fence("()", lay(body, LINE, True, shape_known))
        else:
            box = lay(body, ENTRYWISE, True, shape_known)
        terms.append((minus, box))
    return Sum(tuple(terms))


def _signed(term: Node) -> tuple[bool, Node]:
    if isinstance(term, s.Neg) and not (isinstance(term.body, s.Number) and term.body.value < 0):
        return True, term.body
    if isinstance(term, s.Number) and term.value < 0:
        return True, s.Number(-term.value)
    return False, term


@lays(s.Neg)
def neg(node: s.Neg, last: bool, fixed: bool) -> Box:
    return Sum(((True, lay(node.body, ENTRYWISE, last, fixed)),))


@lays(s.Product)
def product(node: s.Product, last: bool, fixed: bool) -> Box:
    n = len(node.factors)
    boxes = tuple(
        lay(f, FACTOR, last and k == n - 1, fixed_in_product(node.factors, k, fixed))
        for k, f in enumerate(node.factors)
    )
    return Times(boxes, dotted(node.factors))


@lays(s.ChainProduct)
def chain_product(node: s.ChainProduct, last: bool, fixed: bool) -> Box:
    n = len(node.factors)
    return Times(tuple(lay(f, FACTOR, last and k == n - 1) for k, f in enumerate(node.factors)))


@lays(s.Dot)
def dot(node: s.Dot, last: bool, fixed: bool) -> Box:
    sides = (node.left, node.right)
    left = lay(node.left, DOT + 1, False, fixed_in_sum(sides, 0))
    return Infix("cdot", (left, lay(node.right, DOT + 1, last, fixed_in_sum(sides, 1))))


@lays(s.InnerProduct)
def inner_product(node: s.InnerProduct, last: bool, fixed: bool) -> Box:
    return Fence("<>", Commas((inside(node.left), inside(node.right))))


@lays(s.Hadamard)
def hadamard(node: s.Hadamard, last: bool, fixed: bool) -> Box:
    n = len(node.factors)
    return Infix(
        "odot",
        tuple(
            lay(f, DOT, last and k == n - 1, fixed or fixed_in_sum(node.factors, k)) for k, f in enumerate(node.factors)
        ),
    )


@lays(s.Kronecker)
def kronecker(node: s.Kronecker, last: bool, fixed: bool) -> Box:
    return Infix("otimes", (lay(node.left, DOT, False), lay(node.right, DOT, last)))


@lays(s.Quotient)
def quotient(node: s.Quotient, last: bool, fixed: bool) -> Box:
    if frac_like(node):
        top = lay(node.numerator, LINE, True, fixed and bool(node.numerator.shape))
        if starts_with_d(node.numerator) and starts_with_d(node.denominator):  # else it reads as a derivative
            top = Fence("()", top)
        return Frac(top, inside(node.denominator))
    return Infix("oslash", (lay(node.numerator, DOT, False), lay(node.denominator, DOT, last)))


@lays(s.Power)
def power(node: s.Power, last: bool, fixed: bool) -> Box:
    base, exponent = node.base, subscript(node.exponent)
    if isinstance(base, s.Function) and base.name in BARE_FUNCTIONS and _is_count(node.exponent):
        return function(base, last, fixed, exponent)
    return scripted(lay(base, SUPER, False, fixed), exponent)


def _is_count(node: Node) -> bool:
    return isinstance(node, s.Number) and node.value.denominator == 1 and node.value > 1


def scripted(base: Box, sup: Box) -> Box:
    """A base with a superscript; a subscript it has already stays with it."""
    if isinstance(base, Script) and base.sup is None:
        return replace(base, sup=sup)
    return Script(base, None, sup)


@lays(s.HadamardPower)
def hadamard_power(node: s.HadamardPower, last: bool, fixed: bool) -> Box:
    return scripted(lay(node.base, SUPER, False, fixed), Call(Sign("odot"), subscript(node.exponent)))


@lays(s.Transpose)
def transpose(node: s.Transpose, last: bool, fixed: bool) -> Box:
    if isinstance(node.body, s.Inverse):
        return scripted(lay(node.body.body, SUPER, False, fixed), Sign("inverse-top"))
    return scripted(lay(node.body, SUPER, False, fixed), Sign("top"))


@lays(s.Inverse)
def inverse(node: s.Inverse, last: bool, fixed: bool) -> Box:
    return scripted(lay(node.body, SUPER, False, fixed), Sign("inverse"))


# ---------------------------------------------------------------------------------------------------- functions

_COMMANDS = {"arctanh": "artanh"}
_LETTERS = {"Phi": r"\Phi", "phi": r"\varphi", "gamma": r"\Gamma"}


def head_of(name: str) -> Box:
    """The head of a listed function."""
    if name in _LETTERS:
        return Name(_LETTERS[name])
    return Op(_COMMANDS.get(name, name))


@lays(s.Function)
def function(node: s.Function, last: bool, fixed: bool, sup: Box | None = None) -> Box:
    name, args = node.name, node.args
    if name == "sqrt":
        return Root(inside(args[0]))
    if name == "abs" and len(args[0].shape) < 2:
        return Fence("||", inside(args[0]))
    if name in ("floor", "ceil"):
        return Fence(name, inside(args[0]))
    head = head_of(name)
    if sup is not None:
        head = Script(head, None, sup)
    if last and name in BARE_FUNCTIONS and len(args) == 1 and _simple(args[0]):
        return Call(head, inside(args[0]))
    return called(head, *args)


def _simple(node: Node) -> bool:
    """May this stand behind \\log without parentheses, as the last thing of its product?"""
    if isinstance(node, s.Reduce):
        return node.op in ("sum", "prod")
    if isinstance(node, s.MatrixFunction):
        return node.name == "det"
    if isinstance(node, s.Power):
        return isinstance(node.base, s.Symbol) and level(node.base, False) >= SUPER and _is_count(node.exponent)
    if isinstance(node, s.Entry):
        return isinstance(node.base, s.Symbol)
    if isinstance(node, s.Quotient):
        return frac_like(node)
    return isinstance(node, s.Symbol | s.IndexVar | s.Number | s.Size) and level(node, True) >= FACTOR


def called(head: Box, *args: Node) -> Box:
    body = inside(args[0]) if len(args) == 1 else Commas(tuple(inside(a) for a in args))
    return Call(head, Fence("()", body))


@lays(s.AxisFunction)
def axis_function(node: s.AxisFunction, last: bool, fixed: bool) -> Box:
    head: Box = Op(node.name)
    if len(node.body.shape) == 2 and node.axis != -1:
        head = Script(head, Words("col" if node.axis == 0 else "row"))
    return called(head, node.body)


@lays(s.MatrixFunction)
def matrix_function(node: s.MatrixFunction, last: bool, fixed: bool) -> Box:
    return called(Op({"trace": "tr"}.get(node.name, node.name)), node.body)


@lays(s.Eigenvalue)
def eigenvalue(node: s.Eigenvalue, last: bool, fixed: bool) -> Box:
    word = node.index.name if isinstance(node.index, s.Constant) else ""
    return called(Script(Name(r"\lambda"), Op(word) if word in ("max", "min") else subscript(node.index)), node.body)


@lays(s.Norm)
def norm(node: s.Norm, last: bool, fixed: bool) -> Box:
    fence = Fence("‖‖", inside(node.body))
    marks: dict[str, Box] = {
        "F": Name("F"),
        "1": Digits("1"),
        "inf": Sign("infinity"),
        "spectral": Digits("2"),
        "nuclear": Sign("ast"),
    }
    if node.kind == "2":
        return fence if len(node.body.shape) == 1 else Script(fence, Digits("2"))
    return Script(fence, marks[node.kind])


@lays(s.Apply)
def apply(node: s.Apply, last: bool, fixed: bool) -> Box:
    name: Box = Op(node.name) if len(node.name) > 1 and node.name.isalpha() else Name(node.name)
    if node.members:
        name = Script(Name(family_base(node.name, "sub")), indices(node.members))
    if is_gradient(node):
        return Times((Sign("nabla"), called(name, *node.args)))
    if len(node.orders) == 1:
        order = node.orders[0]
        name = Script(name, primes=order) if order <= 3 else Script(name, None, Fence("()", Digits(str(order))))
    elif any(node.orders):
        name = Script(name, None, Fence("()", Run(tuple(Digits(str(k)) for k in node.orders))))
    return called(name, *node.args)


@lays(s.Cases)
def cases(node: s.Cases, last: bool, fixed: bool) -> Box:
    rows = []
    for value, condition in node.branches:
        shown: Box = Words("otherwise") if condition is None else Times((Words("if "), inside(condition)))
        rows.append((inside(value), shown))
    return Grid("cases", tuple(rows))


@lays(s.Indicator)
def indicator(node: s.Indicator, last: bool, fixed: bool) -> Box:
    return Call(Sign("indicator"), Fence("[]", inside(node.condition)))


# ---------------------------------------------------------------------------------------------- entries and stacks


@lays(s.Entry)
def entry(node: s.Entry, last: bool, fixed: bool) -> Box:
    inner = indices(node.indices)
    base = node.base
    if isinstance(base, s.Symbol) and base.members and base.style != "sub":
        box = symbol(base, last, fixed)
        assert isinstance(box, Script)
        return replace(box, sub=inner)
    return Script(lay(base, BASE, False), inner)


@lays(s.Slice)
def slice_(node: s.Slice, last: bool, fixed: bool) -> Box:
    return Sign("colon")


@lays(s.Stack)
def stack(node: s.Stack, last: bool, fixed: bool) -> Box:
    return Grid("matrix", tuple(tuple(inside(c) for c in row) for row in node.rows))


@lays(s.Comprehension)
def comprehension(node: s.Comprehension, last: bool, fixed: bool) -> Box:
    ends = []
    for d in (node.binder.range.first, node.binder.range.last):
        ends.append(inside(_put(node.body, node.binder.name, as_node(d))))
    return Fence("[]", Commas((ends[0], Sign("dots"), ends[1])))


def _put(node: Node, letter: str, value: Node) -> Node:
    if isinstance(node, s.IndexVar):
        return value if node.name == letter else node
    return node.map_children(lambda c: _put(c, letter, value))


def as_node(d: Dim) -> Node:
    """A size or an index expression as a tree."""
    if d.constant is not None:
        return s.Number(Fraction(d.constant))
    return s.Size(d)


def side(node: Node, fixed: bool = False) -> Box:
    """A side of a relation."""
    return lay(node, SUM, True, fixed)
