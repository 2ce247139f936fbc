"""Sums, products, powers and functions of entries as array code, with as few parentheses as Python needs."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symdl.code import accesses, stable
from symdl.code.values import ADD, ATOM, MUL, NEG, POW, Value, aligned, union
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Expr

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering


def lower_num(low: Lowering, x: e.Num) -> Value:
    if x.value.denominator == 1:
        return Value(str(x.value), level=ATOM if x.value >= 0 else NEG, python=True)
    return Value(f"{x.value.numerator} / {x.value.denominator}", level=MUL, python=True)


def lower_const(low: Lowering, x: e.Const) -> Value:
    return Value(low.backend.constants[x.name], python=True)


def lower_dimension(low: Lowering, x: e.Dimension) -> Value:
    return Value(low.whole(x), python=True)


def lower_idx(low: Lowering, x: e.Idx) -> Value:
    return accesses.letter(low, x.name)


def lower_acc(low: Lowering, x: e.Acc) -> Value:
    if x.name not in low.tensors:
        raise UnsupportedError("code that uses a quantity which has no value", found=x.name)
    return accesses.access(low, low.tensors[x.name], x.name, x.indices)


def lower_add(low: Lowering, x: e.Add) -> Value:
    values: list[tuple[str, Value]] = []
    for t in x.terms:
        plus_or_minus, rest = sign(t)
        values.append((plus_or_minus, low.value(rest)))
    letters = union([v.letters for _, v in values], low.order)
    first = next((k for k, (s, _) in enumerate(values) if s == "+"), 0)
    values.insert(0, values.pop(first))  # 1 - H * H rather than -H * H + 1
    out = ""
    for s, v in values:
        code = aligned(v, letters).at(MUL)
        out = (code if s == "+" else f"-{aligned(v, letters).at(MUL)}") if not out else f"{out} {s} {code}"
    return Value(out, letters, ADD, all(v.python for _, v in values))


def product(low: Lowering, factors: tuple[Expr, ...], ready: tuple[Value, ...] = ()) -> Value:
    """An entrywise product: sign, numerators, then denominators; `ready` are numerators that are code already."""
    coefficient, above, below = Fraction(1), list(ready), []
    for f in factors:
        if isinstance(f, e.Num):
            coefficient *= f.value
        elif isinstance(f, e.Pow) and isinstance(f.exponent, e.Num) and f.exponent.value < 0:
            below.append(stable.safe(low, low.value(e.power(f.base, -f.exponent.value))))
        else:
            above.append(low.value(f))
    if abs(coefficient.numerator) != 1:
        above.insert(0, Value(str(abs(coefficient.numerator)), python=True))
    if coefficient.denominator != 1:
        below.insert(0, Value(str(coefficient.denominator), python=True))
    above, below = _narrow_first(low, above, below)
    out = _quotient(low, above, below)
    if coefficient < 0:
        code, level = (f"-{out.code}", NEG) if out.level >= MUL else (f"-({out.code})", NEG)
        return Value(code, out.letters, level, out.python)
    return out


def _narrow_first(low: Lowering, above: list[Value], below: list[Value]) -> tuple[list[Value], list[Value]]:
    """What has fewer axes is multiplied first: (s / n)[:, None] * N rather than s[:, None] * N / n."""
    letters = {n for v in (*above, *below) for n in v.letters}
    wide = [v for v in above if set(v.letters) == letters]
    narrow = [v for v in (*above, *below) if v.letters and set(v.letters) < letters]
    if len(letters) < 2 or not wide or not narrow or {n for v in narrow for n in v.letters} == letters:
        return above, below
    under = [v for v in below if set(v.letters) < letters]
    inner = _quotient(low, [v for v in above if v not in wide], under)
    return [inner, *wide], [v for v in below if v not in under]


def _quotient(low: Lowering, above: list[Value], below: list[Value]) -> Value:
    letters = union([v.letters for v in (*above, *below)], low.order)
    top = [aligned(v, letters) for v in above]
    out = " * ".join(v.at(POW if len(top) > 1 else MUL) for v in top) if top else "1"
    level = MUL if len(top) > 1 or below else (top[0].level if top else ATOM)
    for v in below:
        out += f" / {aligned(v, letters).at(POW)}"
    return Value(out, letters, level, all(v.python for v in (*above, *below)))


def lower_pow(low: Lowering, x: e.Pow) -> Value:
    n = x.exponent.value if isinstance(x.exponent, e.Num) else None
    if n is not None and n < 0:
        return product(low, (x,))
    base = low.value(x.base)
    if n == Fraction(1, 2):
        return _call_of(low, "sqrt", (stable.safe(low, base),))
    if n is not None and n.denominator == 1:
        return Value(f"{base.at(ATOM)}**{n}", base.letters, POW, base.python)
    exponent = low.value(x.exponent)
    letters = union([base.letters, exponent.letters], low.order)
    code = f"{aligned(base, letters).at(ATOM)} ** {aligned(exponent, letters).at(ATOM)}"
    return Value(code, letters, POW, base.python and exponent.python)


def lower_fn(low: Lowering, x: e.Fn) -> Value:
    found = stable.function(low, x)
    if found is not None:
        return found
    args = tuple(low.value(a) for a in x.args)
    if x.name in stable.OVERFLOWING:
        args = tuple(stable.safe(low, v) for v in args)
    return _call_of(low, x.name, args)


def _call_of(low: Lowering, name: str, args: tuple[Value, ...]) -> Value:
    if all(a.python for a in args):
        found = low.backend.number(name, [a.code for a in args])
        if found is not None:
            low.helpers.add("math")
            return Value(found, python=True)
        args = tuple(Value(low.backend.scalar(a.code)) for a in args)
    letters = union([a.letters for a in args], low.order)
    codes = [aligned(a, letters).code for a in args]
    return Value(function(low, name, codes), letters)


def function(low: Lowering, name: str, codes: list[str]) -> str:
    """A call of a scalar function; its helper is written into the module if it needs one."""
    helper = low.backend.helper(name)
    if helper is not None:
        low.helpers.add(helper)
        return f"{helper}({', '.join(codes)})"
    return low.backend.call(name, *codes)


def sign(t: Expr) -> tuple[str, Expr]:
    """A term's sign, and the term without it."""
    if isinstance(t, e.Num) and t.value < 0:
        return "-", e.num(-t.value)
    if isinstance(t, e.Mul) and isinstance(t.factors[0], e.Num) and t.factors[0].value < 0:
        return "-", e.mul(e.num(-t.factors[0].value), *t.factors[1:])
    return "+", t
