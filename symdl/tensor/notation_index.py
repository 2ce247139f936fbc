"""Index form: any entry as a scalar tree over entries `X_{ij}`, with its sums written out."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Axis
from symdl.tensor import expr as E
from symdl.tensor.expr import Expr, Idx
from symdl.tensor.notation_base import Notation
from symdl.tensor.notation_conditions import joined_indicators
from symdl.tensor.notation_softmax import softmax_entry, take_softmax

TURNED = {"≠": "≠", "<": ">", ">": "<", "≤": "≥", "≥": "≤"}


def number(value: Fraction) -> s.Node:
    if value < 0:
        return s.Neg(number(-value))
    if value.denominator == 1:
        return s.Number(value)
    return s.Quotient(s.Number(Fraction(value.numerator)), s.Number(Fraction(value.denominator)))


def add_trees(terms: list[s.Node]) -> s.Node:
    """A sum, flattened."""
    flat = [u for t in terms for u in (t.terms if isinstance(t, s.Add) else (t,))]
    return flat[0] if len(flat) == 1 else s.Add(tuple(flat))


def plus_first(terms: tuple[Expr, ...]) -> list[Expr]:
    """A number first if positive, what is subtracted last: `1 − H²`; adjoints after the rest, `h − y + Wᵀ ∂L/∂z`."""

    def rank(t: Expr) -> int:
        lead = t.factors[0] if isinstance(t, E.Mul) else t
        minus = isinstance(lead, E.Num) and lead.value < 0
        return 2 if minus else (0 if isinstance(t, E.Num) else 1)

    later = [any(isinstance(x, E.Deriv) for x in E.walk(t)) for t in terms] if len(terms) > 2 else []
    if any(later) and not all(later):
        local = sorted((t for t, after in zip(terms, later, strict=True) if not after), key=rank)
        carried = sorted((t for t, after in zip(terms, later, strict=True) if after), key=rank)
        return [*local, *carried] if rank(local[0]) < 2 else [*carried, *local]
    if any(rank(t) == 2 for t in terms):
        return sorted(terms, key=lambda t: (rank(t), _length(t) if rank(t) == 2 else 0))
    return list(terms)


def _length(t: Expr) -> int:
    """How long a sum over an axis is: `g − mean(g) − x̂ mean(g x̂)` goes from short to long."""
    return sum(1 for _ in E.walk(t)) if any(isinstance(x, E.Red) for x in E.walk(t)) else 0


def index_expression(e: Expr, n: Notation) -> s.Node:
    """An index: letters before numbers, `j − 2k + 2`."""
    if isinstance(e, E.Add):

        def rank(t: Expr) -> int:
            lead = t.factors[0] if isinstance(t, E.Mul) else t
            minus = isinstance(lead, E.Num) and lead.value < 0
            return 2 if isinstance(t, E.Num) else int(minus)

        return add_trees([index_expression(t, n) for t in sorted(e.terms, key=rank)])
    return index_tree(e, n)


def scalar_product(factors: list[s.Node]) -> s.Node:
    """A product of scalar trees; signs come to the front."""
    sign = 1
    flat: list[s.Node] = []
    for f in factors:
        while isinstance(f, s.Neg):
            sign, f = -sign, f.body
        flat.extend(f.factors if isinstance(f, s.Product) else (f,))
    out: s.Node = flat[0] if len(flat) == 1 else (s.Product(tuple(flat)) if flat else s.Number(Fraction(1)))
    return s.Neg(out) if sign < 0 else out


def fraction_of(coefficient: Fraction, above: list[s.Node], below: list[s.Node]) -> tuple[s.Node | None, list[s.Node]]:
    """`c · above / below` as a leading fraction of plain scalars (None where it is 1) and the factors left."""
    top = [s.Number(Fraction(abs(coefficient.numerator)))] if abs(coefficient.numerator) != 1 else []
    bottom = [s.Number(Fraction(coefficient.denominator))] if coefficient.denominator != 1 else []
    if not below and not bottom:
        return (top[0] if top else None), above
    upper = scalar_product([*top, *above]) if (top or above) else s.Number(Fraction(1))
    return s.Quotient(upper, scalar_product([*bottom, *below])), []


def is_constant(e: Expr) -> bool:
    """Made of numbers, sizes and constants alone."""
    return not e.free and not any(True for _ in E.accesses(e)) and not any(isinstance(x, E.Call) for x in E.walk(e))


def index_tree(e: Expr, n: Notation) -> s.Node:
    """The scalar tree of an entry.

    Raises:
        UnsupportedError: the language has no tree for a part of it.
    """
    if isinstance(e, E.Num):
        return number(e.value)
    if isinstance(e, E.Const):
        return s.Constant(e.name)
    if isinstance(e, E.Idx):
        return s.IndexVar(n.letter(e.name))
    if isinstance(e, E.Dimension):
        return s.Size(n.dim(e))
    if isinstance(e, E.Acc):
        whole = n.diagonal_of(e.name)
        if whole is not None:
            return s.Entry(whole, tuple(index_expression(i, n) for i in n.on_diagonal(e, whole)))
        symbol, indices = n.parts(e)
        return s.Entry(symbol, tuple(index_expression(i, n) for i in indices)) if indices else symbol
    if isinstance(e, E.Add):
        return add_trees([index_tree(t, n) for t in plus_first(e.terms)])
    if isinstance(e, E.Mul):
        return _product(e, n)
    if isinstance(e, E.Pow):
        return _power(e, n)
    if isinstance(e, E.Fn):
        return s.Function(e.name, tuple(index_tree(a, n) for a in e.args))
    if isinstance(e, E.Ind):
        return indicator(e.condition, n)
    if isinstance(e, E.Red):
        n.write_binders(e.binders)
        e = _left_out(e)
        shown = {i for a in E.accesses(e.body) for i in a.indices}  # elsewhere nothing says where a letter runs
        if len(e.binders) == 1 and Idx(e.binders[0].name) not in shown:
            e = _within(e, n)
        condition = None if e.condition is None else condition_tree(e.condition, n)
        body = index_tree(e.body, n)
        binders = tuple(n.binder(b, written=Idx(b.name) not in shown) for b in e.binders)
        n.forget(e.binders)
        return s.Reduce(e.op, binders, body, condition)
    if isinstance(e, E.Deriv):
        return s.Derivative(index_tree(e.of, n), tuple(index_tree(a, n) for a in e.by), e.total)
    if isinstance(e, E.Where):
        return s.Cases(tuple((index_tree(v, n), None if c is None else condition_tree(c, n)) for c, v in e.branches))
    if isinstance(e, E.Mat):
        return _matrix_function(e, n)
    if isinstance(e, E.Call):
        return _call(e, n)
    if isinstance(e, E.Expect):
        return expectation(e, index_tree(e.body, n), n)
    raise UnsupportedError(f"no notation for {type(e).__name__.lower()}", found=repr(e)[:120])


def _left_out(e: E.Red) -> E.Red:
    """Σ_l [l ≠ k] x as Σ_{l ≠ k} x, Σ_l [k ≤ l] x as Σ_{l ≥ k} x: what is left out need not have a value."""
    names = set(e.bound())
    if e.op != "sum" or e.condition is not None or not isinstance(e.body, E.Mul):
        return e
    for f in e.body.factors:
        c = f.condition if isinstance(f, E.Ind) else None
        if isinstance(c, E.Cmp) and c.op in TURNED and isinstance(c.left, E.Idx) and isinstance(c.right, E.Idx):
            if names & c.free:
                if c.left.name not in names:
                    c = E.Cmp(TURNED[c.op], c.right, c.left)
                rest = E.mul(*(x for x in e.body.factors if x is not f))
                return cast(E.Red, E.Red("sum", e.binders, c, rest))
    return e


def _within(e: E.Red, n: Notation) -> E.Red:
    """Σ_{j=1, j ≤ i}^n as Σ_{j=1}^i, Σ_{j=1, j ≥ i}^n as Σ_{j=i}^n, for letters i that run over the same."""
    (b,), c = e.binders, e.condition
    if not (
        isinstance(c, E.Cmp) and c.left is Idx(b.name) and isinstance(c.right, Idx) and c.op in ("≤", "<", "≥", ">")
    ):
        return e
    other = n.ranges.get(c.right.name)
    if other is None or other.first is not b.first or other.last is not b.last:
        return e
    shift = {"<": -1, ">": 1}.get(c.op, 0)
    end = E.add(c.right, E.num(shift)) if shift else c.right
    own = E.Bind(b.name, b.first, end) if c.op in ("≤", "<") else E.Bind(b.name, end, b.last)
    return cast(E.Red, E.Red(e.op, (own,), None, e.body))


def _product(e: E.Mul, n: Notation) -> s.Node:
    coefficient = Fraction(1)
    scale_above: list[s.Node] = []
    scale_below: list[s.Node] = []
    above: list[s.Node] = []
    below: list[s.Node] = []
    factors_left = list(e.factors)
    softmaxes, others = take_softmax(factors_left)
    entries = [softmax_entry(x, n) for x in softmaxes]
    if entries and None not in entries:
        above, factors_left = [x for x in entries if x is not None], others
    for f in factors_left:
        if isinstance(f, E.Num):
            coefficient *= f.value
            continue
        base, x = (f.base, f.exponent) if isinstance(f, E.Pow) else (f, E.ONE)
        down = isinstance(x, E.Num) and x.value < 0
        tree = index_tree(E.power(base, -x.value) if down and isinstance(x, E.Num) else f, n)
        if is_constant(f):
            (scale_below if down else scale_above).append(tree)
        else:
            (below if down else above).append(tree)
    sign = coefficient < 0
    front, kept = fraction_of(coefficient, scale_above, scale_below)
    factors = [*([front] if front is not None else []), *kept]
    reductions = [t for t in above if isinstance(t, s.Reduce)]
    above = joined_indicators([t for t in above if not isinstance(t, s.Reduce)])
    if below:
        top = scalar_product(above) if above else s.Number(Fraction(1))
        factors.append(s.Quotient(top, scalar_product(below)))
    else:
        factors += above
    out = scalar_product([*factors, *reductions])  # sums last: they reach as far as they can
    return s.Neg(out) if sign else out


def _power(e: E.Pow, n: Notation) -> s.Node:
    if isinstance(e.exponent, E.Num) and e.exponent.value < 0:
        return s.Quotient(s.Number(Fraction(1)), index_tree(E.power(e.base, -e.exponent.value), n))
    if isinstance(e.exponent, E.Num) and e.exponent.value == Fraction(1, 2):
        return s.Function("sqrt", (index_tree(e.base, n),))
    return s.Power(index_tree(e.base, n), index_tree(e.exponent, n))


def indicator(condition: Expr, n: Notation) -> s.Node:
    """δ_ij for letters that must agree, else 𝟙[condition]."""
    if isinstance(condition, E.Cmp) and condition.op == "=" and not any(True for _ in E.accesses(condition)):
        return s.Delta(index_tree(condition.left, n), index_tree(condition.right, n))
    return s.Indicator(condition_tree(condition, n))


def condition_tree(c: Expr, n: Notation) -> s.Condition:
    if isinstance(c, E.Cmp):
        plain = not any(True for x in (c.left, c.right) for _ in E.accesses(x))
        write = index_expression if plain else index_tree
        return s.Compare(c.op, write(c.left, n), write(c.right, n))
    if isinstance(c, E.Logic):
        return s.Junction(c.op, tuple(condition_tree(a, n) for a in c.args))
    raise UnsupportedError("no notation for a condition", found=repr(c)[:120])


def expectation(e: E.Expect, body: s.Node, n: Notation) -> s.Node:
    """E[…] over all that is random in it: the sign says no more."""
    from symdl.tensor.elaborate_probability import random_names

    if any(law is not None for _, law in e.over) or {v for v, _ in e.over} != {*random_names(n.program, e.body)}:
        raise UnsupportedError("no notation for an expectation over a part of what is random in it")
    return s.Moment("E", (body,))


def _matrix_function(e: E.Mat, n: Notation) -> s.Node:
    from symdl.tensor.notation_matrix import matrix_function

    return matrix_function(e, n)


def _call(e: E.Call, n: Notation) -> s.Node:
    if e.slots and any(isinstance(a, E.Lam) for a in e.args):
        raise UnsupportedError(
            f"no notation for what {e.name} itself adds to the derivative by one of its arguments",
            found=f"an argument of {e.name} that also acts through other quantities",
            expected="an abstract function of quantities that act through it alone",
            cure=r"state how it depends on them, as in  L = \sum_t g_t^\top h_t",
        )
    if any(isinstance(a, E.Lam) for a in e.args):
        raise UnsupportedError("no notation for an abstract function of a tensor in index form", found=e.name)
    orders = tuple(sum(k == m for k, _ in e.slots) for m in range(len(e.args)))
    return s.Apply(e.name, tuple(index_tree(a, n) for a in e.args), orders if any(orders) else ())


def axis_of(first: Expr, last: Expr, n: Notation) -> Axis:
    """The axis a binder runs over, if it starts at a whole number."""
    start = n.dim(first)
    base = start.constant
    if base is None:
        raise UnsupportedError("a range that starts at no number", found=str(start))
    return Axis(n.dim(last) - start + 1, base)
