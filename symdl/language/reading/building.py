"""Build products, quotients and entrywise combinations whose shapes fit; say how to mend those that don't."""

from __future__ import annotations

from collections.abc import Callable

from symdl.language.dims import Shape
from symdl.language.reading.chains import contract_chains
from symdl.language.reading.context import Context
from symdl.language.reading.unify import describe, transposed
from symdl.language.surface import Surface
from symdl.language.syntax import (
    Constant,
    Derivative,
    Dot,
    Entry,
    Hadamard,
    IndexVar,
    Kronecker,
    MatrixFunction,
    Node,
    Number,
    Ones,
    Power,
    Product,
    Quotient,
    Size,
    Symbol,
    Transpose,
    is_row,
)

Factor = tuple[Node, Surface]


def product(ctx: Context, factors: list[Factor], s: Surface) -> Node:
    """The juxtaposition of factors, in order; raises a ShapeError with a cure that was tried."""
    factors = contract_chains(ctx, factors)
    if len(factors) == 1:
        return factors[0][0]
    flat: list[Factor] = []
    for node, where in factors:
        if isinstance(node, Product):
            flat += [(f, where) for f in node.factors]
        else:
            flat.append((node, where))
    nodes = _fold(ctx, flat)
    if nodes is None and len(flat) != len(factors):
        nodes = _fold(ctx, factors)
    if nodes is None and (squared := _diagonals(ctx, factors)) != factors:
        nodes = _fold(ctx, squared)
        if nodes is not None:
            ctx.note("diag of a matrix is read as the diagonal matrix here: its diagonal as a column does not fit")
    if nodes is None:
        _refuse(ctx, factors, s)
        raise AssertionError
    return nodes[0] if len(nodes) == 1 else Product(tuple(nodes))


def _diagonals(ctx: Context, factors: list[Factor]) -> list[Factor]:
    """`diag(H)^{-1} g`: the diagonal of a matrix (or a power of it) as a diagonal matrix."""
    out: list[Factor] = []
    for node, where in factors:
        inner = node.base if isinstance(node, Power) else node
        column = isinstance(inner, MatrixFunction) and inner.name == "diag" and len(ctx.shape(node)) == 1
        out.append((MatrixFunction("diag", node), where) if column else (node, where))
    return out


def _fold(ctx: Context, factors: list[Factor]) -> list[Node] | None:
    """The factors with inner scalars grouped where the product from left to right needs it, or None.

    A x^\\top y  ⇒  A (x^\\top y)
    """
    out: list[Node] = []
    shape: Shape = ()
    at = 0
    while at < len(factors):
        node = factors[at][0]
        nxt = ctx.sizes.times(shape, ctx.shape(node)) if out else ctx.shape(node)
        if nxt is None and is_row(ctx.shape(node)):
            inner = ctx.shape(node)
            end = at + 1
            while end < len(factors) and inner:
                step = ctx.sizes.times(inner, ctx.shape(factors[end][0]))
                if step is None:
                    return None
                inner, end = step, end + 1
            if inner:
                return None
            out.append(Product(tuple(n for n, _ in factors[at:end])))
            at = end
            continue
        if nxt is None:
            return None
        out.append(node)
        shape = nxt
        at += 1
    return out


def _refuse(ctx: Context, factors: list[Factor], s: Surface) -> None:
    """Name the pair that doesn't fit, and a change that makes it fit."""
    shape: Shape = ()
    for k, (node, where) in enumerate(factors):
        here = ctx.shape(node)
        nxt = ctx.sizes.times(shape, here) if k else here
        if nxt is None:
            left_node, left_where = factors[k - 1]
            a, b = ctx.text(left_where), ctx.text(where)
            left = shape if k > 1 else ctx.shape(left_node)
            cure = _cure(ctx, ctx.shape(left_node), here, a, b) if k == 1 else ""
            span = left_where.span.join(where.span)
            before = a if k == 1 else ctx.latex[factors[0][1].span.start : left_where.span.end].strip()
            found = f"{before} is {describe(left)}, {b} is {describe(here)}"
            error = ctx.misfit("shapes do not fit", s, found, f"a product {a} {b} needs inner sizes that agree", cure)
            error.span = span
            raise error
        shape = nxt
    raise ctx.misfit("shapes do not fit", s, " times ".join(ctx.describe(n) for n, _ in factors), "sizes that agree")


def _cure(ctx: Context, a: Shape, b: Shape, left: str, right: str) -> str:
    """The first small change after which the product fits."""
    at, bt = transposed(a), transposed(b)
    tries: list[tuple[Shape | None, Shape | None, str]] = [
        (b, a, f"{right} {left}"),
        (at, b, f"{_up(left)} {right}"),
        (a, bt, f"{left} {_up(right)}"),
        (bt, a, f"{_up(right)} {left}"),
    ]
    for x, y, text in tries:
        if x is None or y is None:
            continue
        saved = dict(ctx.sizes.values)
        out = ctx.sizes.times(x, y)
        ctx.sizes.values = saved
        if out is not None:
            size = f"({describe(out)})" if out else "(a scalar)"
            return f"did you mean  {text}  {size} ?"
    if len(a) == len(b) and ctx.sizes.could_equal(a, b):
        return f"did you mean  {left} \\odot {right} ?"
    return ""


def _up(text: str) -> str:
    return f"{text}^\\top" if "^" not in text and " " not in text else f"({text})^\\top"


# ---------------------------------------------------------------------------------------- other combinations


def dotted(ctx: Context, op: str, left: Node, right: Node, s: Surface) -> Node:
    """`a \\cdot b`: the inner product of two columns, else the ordinary product."""
    a, b = ctx.shape(left), ctx.shape(right)
    if op == "cdot" and len(a) == 1 and len(b) == 1:
        if ctx.sizes.merge(a, b) is None:
            raise ctx.misfit("shapes do not fit", s, f"{describe(a)} · {describe(b)}", "two columns of one size")
        return Dot(left, right)
    factors = [(left, _side(s, 0)), (right, _side(s, 1))]
    entrywise_fit = len(a) == len(b) == 2 and ctx.sizes.times(a, b) is None and ctx.sizes.could_equal(a, b)
    if op == "cdot" and entrywise_fit and len(contract_chains(ctx, factors)) > 1:
        raise ctx.error(
            "\\cdot between matrices",
            s,
            expected="a product of matrices, or \\langle A, B \\rangle for the sum over all entries",
        )
    if op == "times" and a and b:
        raise ctx.error("\\times stands between scalars", s, cure="write \\odot, or a product without a sign")
    return product(ctx, factors, s)


def _side(s: Surface, which: int) -> Surface:
    from symdl.language.surface import Infix

    if isinstance(s, Infix):
        return (s.left, s.right)[which]
    return s


def entrywise(ctx: Context, op: str, left: Node, right: Node, s: Surface) -> Node:
    """⊙ ∘ ⊘ ⊗ of two operands."""
    a, b = ctx.shape(left), ctx.shape(right)
    if op == "ast":
        raise ctx.error("* has no meaning here", s, expected="\\cdot, \\odot or a product without a sign")
    if op == "otimes":
        if len(a) == len(b) and len(a) in (1, 2):
            return Kronecker(left, right)
        raise ctx.misfit("⊗ takes two columns or two matrices", s, f"{describe(a)} ⊗ {describe(b)}", "equal ranks")
    left, right = _diagonal(ctx, left, right), _diagonal(ctx, right, left)
    a, b = ctx.shape(left), ctx.shape(right)
    if ctx.sizes.merge(a, b) is None:
        cure = ""
        if ctx.sizes.times(a, b) is not None:
            cure = "did you mean a product without \\odot ?"
        raise ctx.misfit("shapes do not fit", s, f"{describe(a)} {_SIGN[op]} {describe(b)}", "equal shapes", cure)
    if op == "oslash":
        return Quotient(left, right)
    parts = [p for n in (left, right) for p in (n.factors if isinstance(n, Hadamard) else (n,))]
    return Hadamard(tuple(parts))


_SIGN = {"odot": "⊙", "circ": "∘", "oslash": "⊘"}


def _diagonal(ctx: Context, node: Node, other: Node) -> Node:
    """Under ⊙ the Jacobian of an elementwise map means its diagonal (rule 11)."""
    if isinstance(node, Derivative) and len(node.by) == 1 and node.of.shape and not node.diagonal:
        jacobian, target = ctx.shape(node), ctx.shape(other)
        if len(jacobian) == 2 * len(target) and ctx.sizes.could_equal(ctx.shape(node.of), ctx.shape(node.by[0])):
            ctx.note("under ⊙ a Jacobian means its diagonal")
            return Derivative(node.of, node.by, node.total, node.form, node.transposed, diagonal=True)
    return node


def quotient(ctx: Context, top: Node, bottom: Node, s: Surface) -> Node:
    """A / b: b a scalar, or both columns of equal size; a matrix below needs ⊘."""
    a, b = ctx.shape(top), ctx.shape(bottom)
    if b and (len(b) > 1 or len(a) > 1):
        cure = "for entrywise quotients write  A \\oslash B" if len(b) > 1 else ""
        if len(b) == 2 and ctx.sizes.could_equal(b[:1], b[1:]):
            cure += "; for an inverse write  ^{-1}"
        spread = len(a) == 2 and (ctx.sizes.could_equal(a, b) or any(ctx.sizes.could_equal((x,), b) for x in a))
        refuse = ctx.error if spread else ctx.misfit  # entry by entry, to those who write no \oslash
        raise refuse("a quotient by what is not a scalar", s, f"{describe(a)} over {describe(b)}", "a scalar", cure)
    if ctx.sizes.merge(a, b) is None:
        raise ctx.misfit("shapes do not fit", s, f"{describe(a)} over {describe(b)}", "equal shapes, or a scalar below")
    return Quotient(top, bottom)


def is_coefficient(node: Node) -> bool:
    """Numbers and sizes, and what is made of them: 1, 2, n, 2n, n-1, n^2."""
    if isinstance(node, Number | Size):
        return True
    children = list(node.children())
    from symdl.language.syntax import Add, Neg

    if isinstance(node, Product | Quotient | Power | Neg | Add):
        return all(is_coefficient(c) for c in children)
    return False


def is_plain_scalar(ctx: Context, node: Node) -> bool:
    """A scalar name, entry or power of one, which a reader might take into a denominator."""
    if ctx.shape(node):
        return False
    if isinstance(node, Power):
        return is_plain_scalar(ctx, node.base)
    return isinstance(node, Symbol | Number | Size | Constant | IndexVar | Entry)


def elementwise(ctx: Context, nodes: list[Node], s: Surface, what: str, make: Callable[[], Node]) -> Node:
    """Anything that needs equal shapes (or scalars)."""
    shape: Shape = ()
    for n in nodes:
        merged = ctx.sizes.merge(shape, ctx.shape(n))
        if merged is None:
            raise ctx.misfit("shapes do not fit", s, f"{describe(shape)} {what} {ctx.describe(n)}", "equal shapes")
        shape = merged
    return make()


def row_vector_ones(ctx: Context, matrix: Node, column: Node) -> Node:
    """B added to every row: 1 bᵀ (or b 1ᵀ where examples are columns)."""
    shape = ctx.shape(matrix)
    if ctx.scope.examples == "columns":
        return Product((column, Transpose(Ones((shape[1],)))))
    return Product((Ones((shape[0],)), Transpose(column)))
