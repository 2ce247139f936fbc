"""Powers, exponentials and logarithms of tensor polynomials: what may be pulled out of them, and when.

(c m Q)^x ⇒ c^x m^x Q^x for whole x, or where c and m are known positive; e^{a + b log f} ⇒ e^a f^b;
log(c m Q) ⇒ log c + log m + log Q where c and m are known positive. A real power or a logarithm of one remaining
factor may be pulled out too: it is defined only where that factor is positive.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from math import gcd
from typing import TYPE_CHECKING

from symdl.errors import UnsupportedError
from symdl.tensor.canonical_order import spell
from symdl.tensor.canonical_terms import (
    Mono,
    Poly,
    Raw,
    as_number,
    atom,
    constant,
    free_names,
    opened,
    plus,
    poly_expr,
    scale,
)
from symdl.tensor.expr import ONE, ZERO, Const, Expr, Fn, Num, fn, num

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser

E = Const("e")


def power_of(n: Normaliser, p: Poly, x: Poly) -> Poly:
    """Raise p to x."""
    value = as_number(x)
    if value == 1:
        return p
    if value is not None and value.denominator == 1 and 0 <= value <= 16:
        out = constant(1)
        for _ in range(int(value)):
            out = n.times(out, p)
        return out
    number = as_number(p)
    if number is not None:
        return number_power(n, number, x)
    if not p:
        raise UnsupportedError("a power of zero")
    is_whole = n.is_integer(x) if value is None else value.denominator == 1
    c, pulled, core = content(n, p, is_whole)
    out = number_power(n, c, x)
    for base, exponent in pulled.items():
        out = n.times(out, n.finish(Raw(Fraction(1), (), {base: n.product_expr(exponent, x)})))
    if as_number(core) != 1:
        out = n.times(out, n.finish(Raw(Fraction(1), (), {poly_expr(core): poly_expr(x)})))
    return out


def number_power(n: Normaliser, c: Fraction, x: Poly) -> Poly:
    """Raise c to x, over the primes of c."""
    value = as_number(x)
    if c == 1:
        return constant(1)
    if c == 0:
        if value is not None and value > 0:
            return {}
        raise UnsupportedError("a power of zero")
    if value is not None and value.denominator == 1 and abs(value) <= 64:
        return constant(c ** int(value))
    powers: dict[Expr, Expr] = {}
    if c < 0:
        if value is not None and value.denominator != 1:
            raise UnsupportedError("a real power of a negative number")
        powers[num(-1)] = poly_expr(x)
    for base, k in _primes(abs(c)).items():
        powers[num(base)] = poly_expr(scale(x, k))
    return n.finish(Raw(Fraction(1), (), powers))


def _primes(c: Fraction) -> dict[int, int]:
    out: dict[int, int] = {}
    for part, sign in ((c.numerator, 1), (c.denominator, -1)):
        rest, d = part, 2
        while d * d <= rest and d < 2000:
            while rest % d == 0:
                out[d] = out.get(d, 0) + sign
                rest //= d
            d += 1
        if rest > 1:
            out[rest] = out.get(rest, 0) + sign
    return out


def _outer(n: Normaliser, m: Mono) -> dict[Expr, Expr]:
    """The powers of a term that no bound letter of its own occurs in; of e, the part of the exponent that is so."""
    own = frozenset(b.name for b in m[0])
    out: dict[Expr, Expr] = {}
    for b, x in m[1]:
        if not (b.free & own) and not (x.free & own):
            out[b] = x
        elif b is E:
            parts = {k: c for k, c in n.poly(x).items() if not (free_names(k) & own)}
            if parts:
                out[b] = poly_expr(parts)
    return out


def content(n: Normaliser, p: Poly, is_whole: bool, lone: bool = True) -> tuple[Fraction, dict[Expr, Expr], Poly]:
    """Write p = c × Π base^exponent × core, where the pulled factors may be raised to the power wanted.

    `lone`: the whole is known to be positive where it is defined (a real power, a logarithm).
    """
    outer = [_outer(n, m) for m in p]
    bases = {b for o in outer for b in o}
    pulled: dict[Expr, Expr] = {}
    pivots: list[Expr] = []
    for b in bases:
        if not (is_whole or n.is_positive(b)):
            continue
        exponents = [o.get(b, ZERO) for o in outer]
        if all(isinstance(x, Num) for x in exponents):
            least = min(x.value for x in exponents if isinstance(x, Num))
            if b is E and len(p) > 1:
                pivots.append(b)
            elif least:
                pulled[b] = num(least)
        elif len(p) == 1:
            pulled[b] = exponents[0]
        else:
            pivots.append(b)
    core = _divided(n, p, pulled) if pulled else dict(p)
    if pivots and len(p) > 1:
        best: tuple[str, dict[Expr, Expr], Poly] | None = None
        for o in outer:
            by = {b: o.get(b, ZERO) for b in pivots if o.get(b, ZERO) is not ZERO}
            candidate = _divided(n, core, by) if by else core
            text = spell(poly_expr(candidate))
            if best is None or text < best[0]:
                best = (text, by, candidate)
        assert best is not None
        pulled.update(best[1])
        core = best[2]
    if len(core) == 1 and not is_whole and lone:
        core, more = _lone(core)
        pulled.update(more)
    c = _number_content(core, is_whole)
    return c, pulled, scale(core, 1 / c)


def _lone(core: Poly) -> tuple[Poly, dict[Expr, Expr]]:
    """x² ⇒ |x|², and one remaining factor of odd or broken exponent, which must be positive for the whole to be."""
    ((m, c),) = core.items()
    if m[0] or c < 0:
        return core, {}
    pulled: dict[Expr, Expr] = {}
    rest = []
    for b, x in m[1]:
        if isinstance(x, Num) and x.value.denominator == 1 and x.value % 2 == 0:
            pulled[fn("abs", b)] = x
        else:
            rest.append((b, x))
    if len(rest) == 1 and isinstance(rest[0][1], Num):
        pulled[rest[0][0]] = rest[0][1]
        rest = []
    return {((), tuple(rest)): c}, pulled


def _divided(n: Normaliser, p: Poly, by: dict[Expr, Expr]) -> Poly:
    inverse = {b: poly_expr(scale(n.poly(x), -1)) for b, x in by.items()}
    out: Poly = {}
    for m, c in p.items():
        raw = opened(m, c, frozenset().union(*(b.free | x.free for b, x in by.items())))
        for b, x in inverse.items():
            n.put(raw.powers, b, x)
        out = plus(out, n.finish(raw))
    return out


def _number_content(p: Poly, is_whole: bool) -> Fraction:
    top = reduce(gcd, (abs(c.numerator) for c in p.values()))
    bottom = reduce(lambda a, b: a * b // gcd(a, b), (c.denominator for c in p.values()))
    c = Fraction(top, bottom)
    return c if not is_whole or orientation(p) > 0 else -c


def orientation(p: Poly) -> int:
    """A sign for p that turns with it: of the sum of its coefficients, else of the term that is spelled first."""
    total = sum(p.values())
    if not total:
        total = min(p.items(), key=lambda mc: spell(poly_expr({mc[0]: Fraction(1)})))[1]
    return 1 if total > 0 else -1


def log_of(n: Normaliser, p: Poly) -> Poly:
    """Take log p."""
    if not p:
        raise UnsupportedError("a logarithm of zero")
    c, pulled, core = content(n, p, False)
    out: Poly = {}
    if c < 0:
        raise UnsupportedError("a logarithm of a negative number")
    for prime, k in _primes(c).items():
        out = plus(out, atom(fn("log", num(prime))) if k == 1 else scale(atom(fn("log", num(prime))), k))
    for base, x in pulled.items():
        out = plus(out, n.poly(x) if base is E else n.times(n.poly(x), _log_atom(n, base)))
    if as_number(core) != 1:
        out = plus(out, _log_atom(n, poly_expr(core)))
    return out


def _log_atom(n: Normaliser, base: Expr) -> Poly:
    if isinstance(base, Fn) and n.level > 0:
        inside = n.poly(base)
        if inside != atom(base):
            return log_of(n, inside)
    return atom(fn("log", base))


def exp_of(n: Normaliser, x: Poly) -> Poly:
    """Take e^x, with e^{b log f} ⇒ f^b."""
    out = constant(1)
    rest: Poly = {}
    for m, c in x.items():
        logs = [b for b, k in m[1] if isinstance(b, Fn) and b.name == "log" and k is ONE]
        if len(logs) == 1 and not m[0]:
            exponent: Poly = {((), tuple(bk for bk in m[1] if bk[0] is not logs[0])): c}
            out = n.times(out, power_of(n, n.poly(logs[0].args[0]), exponent))
        else:
            rest = plus(rest, {m: c})
    if rest:
        out = n.times(out, n.finish(Raw(Fraction(1), (), {E: poly_expr(rest)})))
    return out
