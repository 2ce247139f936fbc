"""Even powers of a name whose square is declared: `\\sigma^4` where `\\sigma^2` is one symbol."""

from __future__ import annotations

from fractions import Fraction as Rational

from symdl.language.reading.context import Context
from symdl.language.reading.names import find, unwrap
from symdl.language.surface import Digits, Prefix, Scripts
from symdl.language.syntax import Node, Number, Power


def power_of_square(ctx: Context, s: Scripts) -> Node | None:
    """`\\sigma^4` and `\\sigma^{-2}` where `\\sigma^2` is one declared symbol, and \\sigma is none: powers of it."""
    sup = unwrap(s.sup) if s.sup is not None else None
    negative = isinstance(sup, Prefix) and sup.op == "-"
    digits = unwrap(sup.body) if isinstance(sup, Prefix) and negative else sup
    if s.primes or not isinstance(digits, Digits) or not digits.text.isdigit():
        return None
    k = int(digits.text)
    if k % 2 or k == 0 or (k == 2 and not negative):
        return None
    square = find(ctx, Scripts(s.span, s.base, s.sub, Digits(digits.span, "2"), 0))
    if square is None or square.members or square.shape or square.kind != "tensor":
        return None
    if find(ctx, Scripts(s.span, s.base, s.sub, None, 0) if s.sub is not None else s.base) is not None:
        return None
    if find(ctx, Scripts(s.span, s.base, s.sub, s.sup, 0)) is not None:
        return None
    from symdl.language.reading.atoms import symbol

    power = Rational(-k if negative else k, 2)
    node = symbol(ctx, square, (), s)
    return node if power == 1 else Power(node, Number(power))
