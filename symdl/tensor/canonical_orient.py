"""Facts as rules: which term of an equation is rewritten, so that rewriting ends and keeps what is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symdl.tensor.canonical_order import place, rename, spell
from symdl.tensor.canonical_terms import Poly, atom, is_sum, minus, mono_expr, opened, plus, poly_expr, scale
from symdl.tensor.expr import ONE, Acc, Bind, Expr, Idx, Mat, Num, neg

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser


@dataclass(frozen=True)
class Rule:
    """`Σ_bound Π pattern ⇒ replacement`, for all letters in `free`."""

    pattern: tuple[tuple[Expr, Expr], ...]
    bound: tuple[Bind, ...]
    free: tuple[Bind, ...]
    replacement: Expr


def oriented(n: Normaliser, left: Expr, right: Expr, binders: tuple[Bind, ...]) -> Rule | None:
    """The rule of left = right: from left to right where left is one term, else the largest term is rewritten."""
    names = {b.name: Idx("·" + b.name) for b in binders}
    left, right = place(left, names), place(right, names)  # type: ignore[arg-type]
    new, _, left = n.enter(tuple(rename(b, names) for b in binders), None, left)  # type: ignore[arg-type]
    p = minus(n.poly(left), n.poly(right))
    wanted = n.poly(left)
    if not p:
        return None
    if len(wanted) == 1 and not any(m in n.poly(right) for m in wanted):
        (m,) = wanted
        if isinstance(mono_expr(m), Acc) and m in p:
            rule = _rule(n, m, p, new)
            if rule is not None and not _names(rule.replacement) & {b.name for b, _ in m[1] if isinstance(b, Acc)}:
                return rule
    return _recurrent(n, _cleared(n, p), new) or lead(n, p, new)


def _cleared(n: Normaliser, p: Poly) -> Poly:
    """The same relation with the denominators that stand outside every sum multiplied away."""
    for _ in range(4):
        least: dict[Expr, Fraction] = {}
        for m in p:
            own = {b.name for b in m[0]}
            for b, x in m[1]:
                if isinstance(x, Num) and x.value < 0 and is_sum(b) and not b.free & own:
                    least[b] = min(x.value, least.get(b, x.value))
        if not least:
            break
        out: Poly = {}
        for m, c in p.items():
            raw = opened(m, c, frozenset().union(*(b.free for b in least)))
            for b, v in least.items():
                n.put(raw.powers, b, Num(-v))  # type: ignore[arg-type]
            out = plus(out, n.finish(raw))
        p = out
    return p


def _is_scan(n: Normaliser, name: str) -> bool:
    st = n.program.statements.get(name)
    return st is not None and st.kind == "scan"


def _recurrent(n: Normaliser, p: Poly, binders: tuple[Bind, ...]) -> Rule | None:
    """A relation solved for a recurrence's entry, as a hypothesis of induction is used."""
    for m in sorted(p, key=lambda m: spell(mono_expr(m))):
        scans = [b for b, x in m[1] if x is ONE and isinstance(b, Acc) and _is_scan(n, b.name)]
        if m[0] or len(scans) != 1:
            continue
        beside = [(b, x) for b, x in m[1] if b is not scans[0]]
        if any(isinstance(x, Num) and not n.is_positive(b) for b, x in beside):
            continue  # it may be zero; a power that is not a plain number is not, where it and its inverse are defined
        out: Poly = {}
        for k, c in p.items():
            raw = opened(k, c, frozenset().union(*(b.free | x.free for b, x in beside)))
            for b, x in beside:
                n.put(raw.powers, b, n.expr(neg(x)))
            out = plus(out, n.finish(raw))
        (only,) = atom(scans[0])
        if only in out and scans[0].name not in _names(poly_expr({k: c for k, c in out.items() if k != only})):
            return _rule(n, only, out, binders)
    return None


def _names(e: Expr) -> set[str]:
    from symdl.tensor.expr import accesses

    return {a.name for a in accesses(e)}


def _size(m: Any) -> tuple[int, int, int]:
    binders, powers = m
    degree = sum(abs(x.value) if isinstance(x, Num) else 1 for _, x in powers)
    return len(binders), int(degree), sum(len(spell(b)) for b, _ in powers)


def lead(n: Normaliser, p: Poly, binders: tuple[Bind, ...], with_inverse: bool = False) -> Rule | None:
    order = sorted(p, key=lambda m: (_size(m), spell(mono_expr(m))), reverse=True)
    for m in order:
        if with_inverse and not any(isinstance(b, Mat) for b, _ in m[1]):
            continue
        if with_inverse and any(k is not m and _size(k)[:2] >= _size(m)[:2] for k in order):
            return None
        if len(order) > 1 and _size(m)[:2] <= _size(order[1])[:2] and m is order[0] and not with_inverse:
            if _size(m) == _size(order[1]):
                return None  # no term is larger than the others: rewriting would go in circles
        rule = _rule(n, m, p, binders)
        if rule is not None:
            return rule
        if not with_inverse:
            return None
    return None


def _rule(n: Normaliser, m: Any, p: Poly, binders: tuple[Bind, ...]) -> Rule | None:
    c = p[m]
    rest = {k: v for k, v in p.items() if k != m}
    raw = opened(m, Fraction(1), ())
    if not raw.powers or any(isinstance(x, Num) and x.value < 0 for x in raw.powers.values()):
        return None
    replacement = poly_expr(scale(rest, -1 / c))
    names = {b.name for b in binders}
    inside = frozenset().union(*(b.free | x.free for b, x in raw.powers.items()))
    if (replacement.free & names) - inside:
        return None
    return Rule(tuple(raw.powers.items()), raw.binders, tuple(b for b in binders if b.name in inside), replacement)
