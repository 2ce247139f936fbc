"""Superscripts: transposes, inverses, powers of numbers, columns and matrices (rules 4 and 7)."""

from __future__ import annotations

from fractions import Fraction as Rational

from symdl.language.reading.context import Context
from symdl.language.reading.names import (
    find,
    find_name,
    is_empty,
    to_dim,
    unwrap,
)
from symdl.language.reading.unify import transposed
from symdl.language.surface import Digits, Group, Infix, Letter, Prefix, Scripts, Seq, Styled, Surface, Word
from symdl.language.syntax import (
    Entry,
    HadamardPower,
    Inverse,
    Neg,
    Node,
    Number,
    Power,
    Size,
    Symbol,
    Transpose,
)


def split_superscript(ctx: Context, s: Scripts) -> Scripts | None:
    """`x^{(i)\\top}`, `w^{\\star\\top}`: an index or a mark, then a transpose or a power of the whole."""
    sup = unwrap(s.sup) if s.sup is not None else None
    if isinstance(sup, Infix) and sup.op == "ast" and is_empty(sup.left):  # w^{*\top}
        sup = Seq(sup.span, (Letter(sup.span, "*"), sup.right))
    if not isinstance(sup, Seq) or len(sup.items) != 2 or find(ctx, s) is not None:
        return None
    first, last = sup.items
    core = unwrap(first)
    marked = isinstance(core, Group) and core.kind in ("()", "[]")
    marked = marked or (isinstance(core, Letter) and core.text in (r"\star", "*", r"\ast"))
    if marked or is_transpose(ctx, unwrap(last)):
        return Scripts(s.span, Scripts(s.span, s.base, s.sub, first, s.primes), None, last, 0)
    return None


def superscript(ctx: Context, base: Node, sup: Surface, s: Surface) -> Node:
    """`^\\top`, `^{-1}`, `^{-\\top}`, `^{\\odot 2}`, `^2`, `^{n-1}`."""
    core = unwrap(sup)
    if is_transpose(ctx, core):
        return transpose(ctx, base, s)
    if isinstance(core, Prefix) and core.op == "-":
        inner = unwrap(core.body)
        if is_transpose(ctx, inner):
            return transpose(ctx, inverse(ctx, base, s), s)
        if isinstance(inner, Digits) and inner.text == "1" and len(ctx.shape(base)) == 2:
            return inverse(ctx, base, s)
    entrywise = hadamard_exponent(core)
    if entrywise is not None:
        exponent = ctx.read(entrywise)
        if len(ctx.shape(base)) < 2:
            return Power(base, exponent)
        return HadamardPower(base, exponent)
    if isinstance(core, Group) and core.kind in ("()", "[]"):
        raise ctx.error(
            "a superscript in parentheses is an index or part of a name, never a power",
            s,
            expected="a declared family or name",
            cure="declare it in [symbols]",
        )
    if isinstance(core, Letter) and core.text in (r"\star", "*", r"\ast", r"\dagger", "+", r"\prime"):
        raise ctx.unknown(ctx.text(s), s)
    return power(ctx, base, ctx.read(sup), s)


def is_transpose(ctx: Context, s: Surface) -> bool:
    """`\\top`, `\\intercal`, `\\mathsf{T}`, and `T` unless it is declared (rule 4)."""
    if isinstance(s, Letter):
        if s.text in (r"\top", r"\intercal"):
            return True
        return s.text == "T" and ctx.lookup("T") is None and "T" not in ctx.scope.dimensions and not ctx.is_bound("T")
    if isinstance(s, Styled) and s.style in ("mathsf", "mathrm", "mathtt", "text", "sf"):
        body = unwrap(s.body)
        return isinstance(body, Letter) and body.text in ("T", r"\top") and find_name(ctx, ctx.text(s)) is None
    return (
        isinstance(s, Word)
        and s.text in ("T", "t")
        and s.command in ("mathsf", "mathrm", "text", "operatorname", "intercal")
    )


def hadamard_exponent(s: Surface) -> Surface | None:
    """The 2 of `^{\\odot 2}`."""
    if isinstance(s, Infix) and s.op in ("odot", "circ") and is_empty(s.left):
        return s.right
    if isinstance(s, Prefix) and s.op in ("odot", "circ"):
        return s.body
    if isinstance(s, Seq) and len(s.items) == 2:
        first = s.items[0]
        if isinstance(first, Letter) and first.text in (r"\odot", r"\circ"):
            return s.items[1]
    return None


def transpose(ctx: Context, base: Node, s: Surface) -> Node:
    shape = ctx.shape(base)
    if not shape:
        if isinstance(base, Entry):
            ctx.doubtful = True  # x_i^\top of a number: somebody's x_i is a column
        return base
    if transposed(shape) is None:
        raise ctx.misfit("a transpose of a tensor with more than two axes", s, ctx.describe(base), "a matrix")
    if isinstance(base, Transpose):
        return base.body
    return Transpose(base)


def inverse(ctx: Context, base: Node, s: Surface) -> Node:
    shape = ctx.shape(base)
    if len(shape) == 2 and ctx.sizes.equal(shape[0], shape[1]):
        return Inverse(base)
    raise ctx.misfit("an inverse of what is not a square matrix", s, ctx.describe(base), "a square matrix")


def power(ctx: Context, base: Node, exponent: Node, s: Surface) -> Node:
    """A power: of a scalar or a column (entry by entry), or of a square matrix by a whole number."""
    shape = ctx.shape(base)
    if ctx.shape(exponent):
        raise ctx.misfit("an exponent must be a scalar", s, ctx.describe(exponent), "a scalar")
    if len(shape) == 2:
        if not ctx.sizes.could_equal(shape[:1], shape[1:]):
            inverse = isinstance(exponent, Neg)  # no reading fits; another power may be meant entry by entry
            refuse = ctx.misfit if inverse else ctx.error
            raise refuse(
                "a power of a matrix that is not square",
                s,
                ctx.describe(base),
                "a square matrix",
                r"for entrywise powers write ^{\odot 2}",
            )
        ctx.sizes.equal(shape[0], shape[1])
        if isinstance(exponent, Symbol) and exponent.name == "T":
            raise ctx.error("T is declared, so this is a power", s, expected="a whole number", cure=r"write ^\top")
        if isinstance(exponent, Size) and str(exponent.size) == "T" and ctx.text(s).endswith("T"):
            raise ctx.error(
                "T is declared, so ^T is a power, here of a matrix",
                s,
                expected="a transpose or a power by a whole number",
                cure=r"write ^\top",
            )
        if isinstance(exponent, Neg) and exponent.body == Number(Rational(1)):
            return Inverse(base)
        if isinstance(exponent, Neg) and isinstance(exponent.body, Number) and exponent.body.value.denominator == 1:
            return Power(Inverse(base), exponent.body)
        value = to_dim(exponent)
        if value is None:
            raise ctx.error("a power of a matrix must be a whole number", s, expected="^2, ^k, ^{-1}, or ^{\\odot p}")
        if isinstance(exponent, Number) and (value is None or (value.constant or 0) < 0):
            raise ctx.error(
                "a power of a matrix must be a whole number", s, expected="^2, ^k, ^{-1}, or ^{\\odot p} entry by entry"
            )
    if len(shape) > 2:
        raise ctx.error("a power of a tensor", s, ctx.describe(base), "a square matrix", r"write ^{\odot 2}")
    return Power(base, exponent)
