"""Layout of functions, norms, cases and indicators."""

from __future__ import annotations

from symdl.language import syntax as s
from symdl.language.boxes import (
    Box,
    Call,
    Commas,
    Digits,
    Fence,
    Grid,
    Name,
    Op,
    Root,
    Run,
    Script,
    Sign,
    Times,
    Words,
)
from symdl.language.layout import inside, lays
from symdl.language.layout_leaves import family_base, indices, is_count, subscript
from symdl.language.precedence import (
    BARE_FUNCTIONS,
    FACTOR,
    SUPER,
    frac_like,
    is_gradient,
    level,
)
from symdl.language.syntax import Node

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
        return isinstance(node.base, s.Symbol) and level(node.base, False) >= SUPER and is_count(node.exponent)
    if isinstance(node, s.Entry):
        return isinstance(node.base, s.Symbol)
    if isinstance(node, s.Quotient):
        return frac_like(node)
    if isinstance(node, s.Apply):
        return not is_gradient(node) and not any(node.orders)
    if isinstance(node, s.Density):
        return True
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
    return called(Op({"trace": "tr", "cholesky": "chol"}.get(node.name, node.name)), node.body)


@lays(s.Eigenvalue)
def eigenvalue(node: s.Eigenvalue, last: bool, fixed: bool) -> Box:
    return _spectrum(r"\lambda", node)


@lays(s.SingularValue)
def singular_value(node: s.SingularValue, last: bool, fixed: bool) -> Box:
    return _spectrum(r"\sigma", node)


def _spectrum(letter: str, node: s.Eigenvalue | s.SingularValue) -> Box:
    word = node.index.name if isinstance(node.index, s.Constant) else ""
    return called(Script(Name(letter), Op(word) if word in ("max", "min") else subscript(node.index)), node.body)


@lays(s.Decomposition)
def decomposition(node: s.Decomposition, last: bool, fixed: bool) -> Box:
    return called(Op(node.name), node.body)


@lays(s.Tuple)
def names(node: s.Tuple, last: bool, fixed: bool) -> Box:
    return Fence("()", Commas(tuple(inside(x) for x in node.items)))


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
        style = "paren" if "^{(" in node.name else "bracket" if "^{[" in node.name else "sub"
        base, inner = Name(family_base(node.name, style)), indices(node.members)
        raised = {"paren": "()", "bracket": "[]"}.get(style)
        name = Script(base, inner) if raised is None else Script(base, None, Fence(raised, inner))
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
