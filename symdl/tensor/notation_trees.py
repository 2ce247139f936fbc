"""Small trees put together tidily: `(A^⊤)^⊤ ⇒ A`, products flat, scalars first, powers entry by entry."""

from __future__ import annotations

from fractions import Fraction

from symdl.language import syntax as s
from symdl.language.dims import ONE, Axis


def transpose(t: s.Node) -> s.Node:
    """(A^⊤)^⊤ ⇒ A, (A B)^⊤ ⇒ B^⊤ A^⊤, I^⊤ ⇒ I, diag(v)^⊤ ⇒ diag(v)."""
    if isinstance(t, s.Transpose):
        return t.body
    if isinstance(t, s.Identity) or (isinstance(t, s.MatrixFunction) and t.name == "diag" and len(t.shape) == 2):
        return t
    if isinstance(t, s.Neg):
        return s.Neg(transpose(t.body))
    if isinstance(t, s.Product) and is_chain(t):
        scalars, tensors = parted(t.factors)
        return product([*scalars, *map(transpose, reversed(tensors))])
    return s.Transpose(t) if t.shape else t


def is_chain(t: s.Product) -> bool:
    """May its transpose be taken factor by factor? Not where a column is scaled by what stands behind it."""
    return len(t.shape) == 2 or (len(t.shape) == 1 and len(t.factors[-1].shape) == 1)


def parted(factors: tuple[s.Node, ...]) -> tuple[list[s.Node], list[s.Node]]:
    """The scalars of a product, such as the a^⊤ b of (a^⊤ b) v, and its tensors in order."""
    scalars = [f for f in factors if not f.shape]
    tensors = [f for f in factors if f.shape]
    rest: list[s.Node] = []
    for f in tensors:
        rest.append(f)
        column = len(f.shape) == 1 or f.shape[-1] == ONE
        if column and len(rest) > 1 and not s.Product(tuple(rest)).shape:
            scalars.append(s.Product(tuple(rest)))
            rest = []
    return scalars, rest


def hadamard(parts: list[s.Node]) -> s.Node:
    """Entrywise a ⊙ b, flat; quotients `1/b` become one quotient of columns; ones and signs drop out."""
    flat: list[s.Node] = []
    sign = False
    for p in parts:
        while isinstance(p, s.Neg):
            p, sign = p.body, not sign
        flat.extend(p.factors if isinstance(p, s.Hadamard) else (p,))
    kept = [p for p in flat if not isinstance(p, s.Ones)] or flat[:1]
    below = [p.denominator for p in kept if isinstance(p, s.Quotient) and _reciprocal(p)]
    above = [p for p in kept if not _reciprocal(p)]
    out: s.Node
    if below:
        top = _flat(above) if above else s.Number(Fraction(1))
        out = s.Quotient(top, _flat(below))
    else:
        out = _flat(above)
    return s.Neg(out) if sign else out


def _reciprocal(p: s.Node) -> bool:
    return isinstance(p, s.Quotient) and p.numerator == s.Number(Fraction(1)) and bool(p.shape)


def _flat(parts: list[s.Node]) -> s.Node:
    return parts[0] if len(parts) == 1 else s.Hadamard(tuple(parts))


def product(parts: list[s.Node]) -> s.Node:
    """A product, flat: scalars first (their sign in front of all), then the matrices in order."""
    scalars: list[s.Node] = []
    others: list[s.Node] = []
    sign = False
    for p in parts:
        while isinstance(p, s.Neg):
            p, sign = p.body, not sign
        if isinstance(p, s.Product) and p.shape:
            scalars.extend(f for f in p.factors if not f.shape)
            others.extend(f for f in p.factors if f.shape)
        elif isinstance(p, s.Product):
            scalars.extend(p.factors)  # a scalar such as aᵀ b closes by itself in front
        elif not p.shape:
            scalars.append(p)
        else:
            others.append(p)
    if len(others) > 1:
        others = [p for p in others if not isinstance(p, s.Identity)] or others[:1]
    flat = (*scalars, *others)
    out: s.Node = flat[0] if len(flat) == 1 else s.Product(flat)
    return s.Neg(out) if sign else out


def diagonal(column: s.Node) -> s.Node:
    """diag(v)."""
    if isinstance(column, s.Ones):
        return s.Identity(Axis(column.axes[0].size, column.axes[0].base))
    return s.MatrixFunction("diag", column)


def inverse_of(t: s.Node) -> s.Node:
    """(A^⊤)^{-1} ⇒ A^{-⊤}."""
    return s.Transpose(s.Inverse(t.body)) if isinstance(t, s.Transpose) else s.Inverse(t)


def power_of_scalar(base: s.Node, exponent: Fraction) -> s.Node:
    """A positive power of a number; of a squared norm, a power of the norm."""
    if isinstance(base, s.Power) and isinstance(base.base, s.Norm) and base.exponent == s.Number(Fraction(2)):
        base, exponent = base.base, 2 * exponent
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return s.Function("sqrt", (base,))
    whole = exponent.denominator == 1
    top, below = s.Number(Fraction(exponent.numerator)), s.Number(Fraction(exponent.denominator))
    return s.Power(base, s.Number(exponent) if whole else s.Quotient(top, below))


def power_tree(base: s.Node, exponent: Fraction) -> s.Node:
    """An entrywise power; a negative one as a quotient."""
    if exponent < 0:
        return s.Quotient(s.Number(Fraction(1)), power_tree(base, -exponent))
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return s.Function("sqrt", (base,))
    if isinstance(base, s.Neg) and exponent % 2 == 0:
        base = base.body
    if exponent == 2 and isinstance(base, s.Symbol) and len(base.shape) >= 2:
        return s.Hadamard((base, base))
    e = (
        s.Number(exponent)
        if exponent.denominator == 1
        else s.Quotient(s.Number(Fraction(exponent.numerator)), s.Number(Fraction(exponent.denominator)))
    )
    return s.HadamardPower(base, e) if len(base.shape) >= 2 else s.Power(base, e)
