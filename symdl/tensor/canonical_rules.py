"""Rewriting a term by a rule: its pattern is found among the powers, its bound letters nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symdl.tensor.canonical_order import place, rename
from symdl.tensor.canonical_ranges import within
from symdl.tensor.canonical_terms import Raw
from symdl.tensor.expr import Expr, Idx, Num

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser
from symdl.tensor.canonical_match import Env, match
from symdl.tensor.canonical_orient import Rule


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
