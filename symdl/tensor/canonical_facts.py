"""Facts as rewriting: Σ_k Y_ik ⇒ 1, Σ_k Q_ki Q_kj ⇒ δ_ij, A A^{-1} ⇒ I, matched modulo the names of letters.

A rule's pattern is a product of powers; its bound letters must be bound letters of the term that occur nowhere else,
with the same range; its free letters stand for any index in their ranges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symdl.tensor.canonical_domains import positive
from symdl.tensor.canonical_expect import expectation
from symdl.tensor.canonical_order import place, rename, spell
from symdl.tensor.canonical_ranges import linear_in, within
from symdl.tensor.canonical_terms import (
    Poly,
    Raw,
    atom,
    is_sum,
    minus,
    mono_expr,
    opened,
    plus,
    poly_expr,
    scale,
)
from symdl.tensor.expr import (
    ONE,
    Acc,
    Bind,
    Expect,
    Expr,
    Fn,
    Idx,
    Mat,
    Num,
    add,
    delta,
    mul,
    neg,
    refresh,
    substitute,
)
from symdl.tensor.program import Fact

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser

Env = dict[str, Expr]


@dataclass(frozen=True)
class Rule:
    """`Σ_bound Π pattern ⇒ replacement`, for all letters in `free`."""

    pattern: tuple[tuple[Expr, Expr], ...]
    bound: tuple[Bind, ...]
    free: tuple[Bind, ...]
    replacement: Expr


@dataclass
class Knowledge:
    """What assumptions say: relations, and properties of tensors by name."""

    facts: tuple[Fact, ...] = ()
    symmetric: frozenset[str] = frozenset()
    binary: frozenset[str] = frozenset()
    positives: frozenset[str] = frozenset()
    integers: frozenset[str] = frozenset()
    least: dict[Expr, Fraction] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)

    def rules(self, n: Normaliser) -> list[Rule]:
        out = []
        for f in self.facts:
            if f.op == "=" and f.left is not None and f.right is not None and f.condition is None:
                rule = oriented(n, f.left, f.right, f.binders)
                if rule is not None:
                    out.append(rule)
        return out

    def access(self, n: Normaliser, name: str, indices: tuple[Expr, ...]) -> Poly:
        """An access, the two places of a symmetric matrix marked so that their order does not matter."""
        if name in self.symmetric and len(indices) == 2:
            indices = (Fn("sym", tuple(sorted(indices, key=spell))),)
        return n.finish(Raw(Fraction(1), (), {Acc(name, indices): ONE}))

    def is_binary(self, name: str) -> bool:
        return name in self.binary

    def is_integer(self, e: Expr) -> bool:
        return isinstance(e, Acc) and e.name in self.integers

    def is_positive(self, n: Normaliser, e: Expr) -> bool:
        return positive(n, e, self.positives)

    def expectation(self, n: Normaliser, e: Expect) -> Poly:
        return expectation(n, e)

    def inverse_rules(self, n: Normaliser, e: Mat) -> None:
        """For an inverse that was met: Σ_k M_ik M^{-1}_kj ⇒ δ_ij and Σ_k M^{-1}_ik M_kj ⇒ δ_ij."""
        key = Mat("inverse", (), e.row, e.column, e.body)
        if key in n.inverses:
            return
        n.inverses.add(key)
        i, j, k = (f"·{x}{len(n.inverses)}" for x in "ijk")
        base = add(e.row.first, Num(Fraction(-1)))

        def entry(r: str, c: str) -> Expr:
            places = {e.row.name: add(Idx(r), base), e.column.name: add(Idx(c), base)}
            return substitute(refresh(e.body), places)

        symmetric = len(e.indices) == 1

        def inverse(r: str, c: str) -> Expr:
            places = (Fn("sym", (Idx(r), Idx(c))),) if symmetric else (Idx(r), Idx(c))
            return Mat("inverse", places, e.row, e.column, e.body)

        size = add(e.row.last, neg(base))
        free = (Bind(i, ONE, size), Bind(j, ONE, size))
        for b in (*free, Bind(k, ONE, size)):
            n.ranges.setdefault(b.name, (n.poly(ONE), n.poly(size)))
        rules, n.rules = n.rules, []  # a rule is made of the bare definition, whatever else is known
        n.forget()
        made = []
        for product in (mul(entry(i, k), inverse(k, j)), mul(inverse(i, k), entry(k, j))):
            left = n.poly(mul(product))
            closed: Poly = {}
            for m, c in left.items():
                raw = opened(m, c, (k,))
                raw.binders = (Bind(k, ONE, size), *raw.binders)  # type: ignore[assignment]
                closed = plus(closed, n.finish(raw))
            rule = _lead(n, minus(closed, n.poly(delta(Idx(i), Idx(j)))), free, with_inverse=True)
            if rule is not None:
                made.append(rule)
        n.rules = [*rules, *made]
        n.forget()


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
    return _recurrent(n, _cleared(n, p), new) or _lead(n, p, new)


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


def _lead(n: Normaliser, p: Poly, binders: tuple[Bind, ...], with_inverse: bool = False) -> Rule | None:
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


def apply_rules(n: Normaliser, raw: Raw) -> list[Raw] | None:
    for rule in n.rules:
        for env, left in _matches(n, rule, raw):
            return _replaced(n, rule, raw, env, left)
    return None


def _replaced(n: Normaliser, rule: Rule, raw: Raw, env: Env, left: dict[Expr, Expr]) -> list[Raw]:
    taken = {env[b.name] for b in rule.bound}
    out = Raw(raw.coefficient, tuple(b for b in raw.binders if Idx(b.name) not in taken), left)
    p = n.poly(place(rule.replacement, env))
    return [r for m, c in p.items() for r in n.merged(out, m, c)]


def _matches(n: Normaliser, rule: Rule, raw: Raw) -> Iterator[tuple[Env, dict[Expr, Expr]]]:
    """Values for the rule's letters, with the powers of the term that the pattern leaves."""
    variables = {b.name for b in (*rule.bound, *rule.free)}
    bound = {b.name for b in raw.binders}

    def step(k: int, env: Env, left: dict[Expr, Expr]) -> Iterator[tuple[Env, dict[Expr, Expr]]]:
        if k == len(rule.pattern):
            if _fits(n, rule, raw, env, left):
                yield env, left
            return
        base, x = rule.pattern[k]
        for b, y in left.items():
            if type(b) is not type(base):
                continue
            for e in match(n, base, b, env, variables):
                if isinstance(x, Num) and isinstance(y, Num):
                    gap = y.value - x.value
                    if gap < 0 or gap.denominator != 1:
                        continue
                    rest = {**left, b: Num(gap)} if gap else {c: z for c, z in left.items() if c is not b}
                    yield from step(k + 1, e, rest)  # type: ignore[arg-type]
                else:
                    for e2 in match(n, x, y, e, variables):
                        yield from step(k + 1, e2, {c: z for c, z in left.items() if c is not b})

    own = {b.name for b in rule.bound}
    for env, left in step(0, {}, dict(raw.powers)):
        letters = [env[k] for k in own]
        if len(set(letters)) == len(own) and all(isinstance(v, Idx) and v.name in bound for v in letters):
            yield env, dict(left)


def _fits(n: Normaliser, rule: Rule, raw: Raw, env: Env, left: dict[Expr, Expr]) -> bool:
    if any(b.name not in env for b in (*rule.bound, *rule.free)):
        return False
    names = raw.names()
    if any(not value.free <= names for value in env.values()):
        return False  # a letter bound deeper inside
    ranges = {b.name: b for b in raw.binders}
    rest = Raw(raw.coefficient, raw.binders, left)
    for b in rule.bound:
        letter = env[b.name]
        if not isinstance(letter, Idx) or letter.name not in ranges:
            return False
        mine = ranges[letter.name]
        if n.expr(rename(b.first, env)) is not mine.first or n.expr(rename(b.last, env)) is not mine.last:
            return False
        if rest.mentions(letter.name) or raw.in_ranges(letter.name):
            return False
        if any(letter.name in env[f.name].free for f in rule.free):
            return False
    for f in rule.free:
        first, last = n.poly(rename(f.first, env)), n.poly(rename(f.last, env))
        if not all(within(n.poly(env[f.name]), first, last, n.span(raw), n.knowledge.least)):
            return False
    return True


def match(n: Normaliser, p: Any, t: Any, env: Env, variables: set[str]) -> Iterator[Env]:
    """All ways to make the pattern p equal t by giving values to its letters."""
    if isinstance(p, Expr):
        if not isinstance(t, Expr):
            return
        open_letters = p.free & variables
        if not open_letters:
            if p is t:
                yield env
            return
        if isinstance(p, Idx):
            if p.name in env:
                if env[p.name] is t:
                    yield env
            else:
                yield {**env, p.name: t}
            return
        if open_letters <= env.keys():
            if n.expr(substitute(p, env)) is t:
                yield env
            return
        if type(p) is type(t):
            if isinstance(p, Fn) and p.name == "sym" and isinstance(t, Fn) and t.name == "sym":
                for args in (t.args, t.args[::-1]):
                    yield from match(n, p.args, args, env, variables)
                return
            found = False
            for e in match(n, p.parts, t.parts, env, variables):
                found = True
                yield e
            if found:
                return
        unknown = open_letters - env.keys()
        if len(unknown) == 1 and not isinstance(p, Acc | Mat | Fn):
            (name,) = unknown
            solved = linear_in(n.poly(substitute(p, env)), name)
            if solved is not None and abs(solved[0]) == 1:
                value = scale(minus(n.poly(t), solved[1]), solved[0])
                if n.is_integer(value):
                    yield {**env, name: poly_expr(value)}
        return
    if isinstance(p, tuple):
        if isinstance(t, tuple) and len(p) == len(t):
            yield from _match_all(n, p, t, env, variables)
        return
    if p == t:
        yield env


def _match_all(n: Normaliser, p: tuple[Any, ...], t: tuple[Any, ...], env: Env, variables: set[str]) -> Iterator[Env]:
    if not p:
        yield env
        return
    for e in match(n, p[0], t[0], env, variables):
        yield from _match_all(n, p[1:], t[1:], e, variables)
