"""Precedence: how tightly each node binds when written, and what reaches to the end of its product.

Weakest first: a line, a sum, an entrywise chain (⊙ ⊗), an inner product (·), a product of things side by side, one
factor of it, what takes a superscript, what takes both scripts. A node that binds less tightly than its place asks gets
parentheses. Σ, and functions without parentheses, take all that follows: anywhere but last they bind like a line.
"""

from __future__ import annotations

from fractions import Fraction

from symdl.language import syntax as s
from symdl.language.dims import Dim, Shape
from symdl.language.syntax import Node

LINE, SUM, ENTRYWISE, DOT, PRODUCT, FACTOR, SUPER, BASE = range(8)

# Written without parentheses before a simple argument: \log x, \tanh z.
BARE_FUNCTIONS = frozenset("log sin cos tan arcsin arccos arctan sinh cosh tanh".split())


def level(node: Node, last: bool) -> int:
    """How tightly the written form of a node binds; `last`: nothing follows it in its product."""
    match node:
        case s.Number(value=value):
            if value < 0:
                return SUM
            return BASE if decimal(value) is not None else FACTOR
        case s.Size(size=size):
            return _size_level(size)
        case s.Constant() | s.IndexVar():
            return BASE
        case s.Symbol():
            return _symbol_level(node)
        case (
            s.Identity() | s.Ones() | s.Zeros() | s.BasisVector() | s.Delta() | s.Norm() | s.Stack() | s.Comprehension()
        ):
            return SUPER
        case s.Add() | s.Neg():
            return SUM
        case s.Hadamard() | s.Kronecker() | s.Cases():
            return ENTRYWISE
        case s.Quotient():
            return FACTOR if frac_like(node) else ENTRYWISE
        case s.Dot():
            return DOT
        case s.Product(factors=factors):
            return DOT if dotted(factors) else PRODUCT
        case s.ChainProduct():
            return PRODUCT
        case s.Entry(base=base):
            return FACTOR if isinstance(base, s.Symbol) and base.members and base.style != "sub" else SUPER
        case s.Reduce() | s.Optimum() | s.Integral():
            return FACTOR if last else LINE
        case s.Function(name=name, args=args):
            if name in ("floor", "ceil") or (name == "abs" and len(args[0].shape) < 2):
                return SUPER
            return FACTOR if name == "sqrt" else BASE
        case s.Cardinality():
            return SUPER
        case (
            s.AxisFunction()
            | s.MatrixFunction()
            | s.Eigenvalue()
            | s.SingularValue()
            | s.Moment()
            | s.Density()
            | s.Divergence()
            | s.Indicator()
        ):
            return BASE  # scripts behind the closing bracket belong to the value
        case s.Apply():
            return FACTOR if is_gradient(node) else BASE
        case s.Condition() | s.Relation() | s.Implication():
            return LINE
    return FACTOR


def is_gradient(node: s.Apply) -> bool:
    """Is this an abstract function's gradient at a point, ∇f(x)?"""
    return node.orders == (1,) and bool(node.args[0].shape) and bool(node.result)


def frac_like(node: Node) -> bool:
    """Is this quotient written as a fraction (and not as ⊘)?"""
    assert isinstance(node, s.Quotient)
    return len(node.denominator.shape) < 2 and not (node.denominator.shape and len(node.numerator.shape) > 1)


def decimal(value: Fraction) -> str | None:
    """A non-negative number in digits, or None where it has no short finite decimal form."""
    if value.denominator == 1:
        return str(value.numerator)
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > 20 or (value.numerator == 1 and value.denominator in (2, 4, 8)):
        return None
    digits = str(value.numerator * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def name_scripts(latex: str) -> str:
    """Which scripts a name has on its top level, among `_`, `^` and `'`."""
    depth, found = 0, ""
    for c in latex:
        if c == "{":
            depth += 1
        elif c == "}":
            depth -= 1
        elif depth == 0 and c in "_^'":
            found += c
    return found


def _symbol_level(node: s.Symbol) -> int:
    if node.members and node.style != "sub":
        return FACTOR
    scripts = name_scripts(node.name)
    if "^" in scripts or "'" in scripts:
        return FACTOR
    return SUPER if "_" in scripts or node.members else BASE


def _size_level(size: Dim) -> int:
    if size.name is not None:
        scripts = name_scripts(size.name)
        return BASE if not scripts else SUPER if scripts == "_" else FACTOR
    if size.constant is not None:
        return BASE if size.constant >= 0 else SUM
    if len(size.terms) != 1:
        return SUM
    (monomial, coefficient) = size.terms[0]
    if coefficient < 0:
        return SUM
    single = coefficient == 1 and len(monomial) == 1
    return (SUPER if monomial[0][1] == 1 else FACTOR) if single else PRODUCT


# ------------------------------------------------------------------------------------------------------ products


def starts_with_digit(node: Node) -> bool:
    """Does its written form begin with a digit?"""
    match node:
        case s.Number(value=value):
            return value >= 0 and decimal(value) is not None
        case s.Power(base=base) | s.HadamardPower(base=base) | s.Entry(base=base):
            return starts_with_digit(base)
        case s.Size(size=size):
            return size.constant is not None or (len(size.terms) == 1 and size.terms[0][1] > 1)
    return False


def dotted(factors: tuple[Node, ...]) -> frozenset[int]:
    """The factors that need a `·` before them: a number that is not first, and what follows a quantity called d."""
    out = set()
    for k, f in enumerate(factors):
        if k and (starts_with_digit(f) or is_d(factors[k - 1])):
            out.add(k)
    return frozenset(out)


def is_d(node: Node) -> bool:
    """Would this read as the d of a differential before another name?"""
    return (isinstance(node, s.Symbol) and node.name in ("d", r"\mathrm{d}")) or (
        isinstance(node, s.Size) and node.size.name == "d"
    )


def starts_with_d(node: Node) -> bool:
    """Does its written form begin with the d of a differential?"""
    match node:
        case s.Differential():
            return True
        case s.Product(factors=parts) | s.Hadamard(factors=parts) | s.Add(terms=parts):
            return starts_with_d(parts[0])
        case s.Dot(left=left) | s.Kronecker(left=left):
            return starts_with_d(left)
    return False


# --------------------------------------------------------------------------------------------- how far sums reach


def trailing_letters(node: Node) -> frozenset[str]:
    """Letters bound by sums at the very end of what is written: a later term that uses one would be drawn in."""
    match node:
        case s.Function(name=name, args=(s.Reduce() as inner,)) if name in BARE_FUNCTIONS:
            return trailing_letters(inner)
        case s.Derivative(of=of):
            return trailing_letters(of)
        case s.Reduce(binders=binders, body=body):
            return frozenset(b.name for b in binders) | trailing_letters(body)
        case s.Neg(body=body):
            return trailing_letters(body)
        case s.Product(factors=parts) | s.Hadamard(factors=parts):
            return trailing_letters(parts[-1])
        case s.Dot(right=right) | s.Kronecker(right=right):
            return trailing_letters(right)
    return frozenset()


def free_letters(node: Node) -> frozenset[str]:
    """Index letters that occur in a tree and are not bound inside it."""
    if isinstance(node, s.IndexVar):
        return frozenset((node.name,))
    found: frozenset[str] = frozenset().union(*(free_letters(c) for c in node.children()))
    if isinstance(node, s.Reduce):
        for b in node.binders:
            found |= b.range.first.names | b.range.last.names
        return found - {b.name for b in node.binders}
    if isinstance(node, s.Comprehension):
        return found - {node.binder.name}
    return found


# ---------------------------------------------------------------------------------------- sizes that need no mark


def settled(node: Node) -> bool:
    """Does the written form fix its own shape, with no 1, 0, I or e_k in it whose size comes from elsewhere?"""
    return not any(isinstance(n, s.Ones | s.Zeros | s.Identity | s.BasisVector) for n in node.walk())


def fixed_in_sum(terms: tuple[Node, ...], k: int) -> bool:
    """Do the other terms (or sides, or ⊙-factors) fix the shape of this one?"""
    shape = terms[k].shape
    return any(m != k and len(t.shape) == len(shape) and t.shape == shape and settled(t) for m, t in enumerate(terms))


def fixed_in_product(factors: tuple[Node, ...], k: int, whole: bool) -> bool:
    """Do the neighbours in a product (and the whole, where its shape is fixed) fix the shape of this factor?"""
    shape = factors[k].shape
    if not shape:
        return True
    left: Shape = ()
    for f in factors[:k]:
        left = s.product_shape(left, f.shape)
    before = factors[:k] if left else ()
    after = [f for f in factors[k + 1 :] if f.shape]
    by_left = settled(next(f for f in reversed(before) if f.shape)) if before else whole
    by_right = settled(after[0]) if after else whole
    if len(shape) == 1:
        return by_left
    return by_right if s.is_row(shape) else by_left or by_right
