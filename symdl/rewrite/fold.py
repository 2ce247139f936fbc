"""Fold: put names back, `exp(Z_ik)/S_i ⇒ P_ik`, and invert definitions where fewer tensors remain, `E ⇒ P S`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from symdl.rewrite.context import Context, Pattern
from symdl.rewrite.cost import cost_of_term
from symdl.rewrite.delta import outside
from symdl.rewrite.horizon import implied
from symdl.rewrite.match import matches
from symdl.rewrite.normal import terms_of
from symdl.rewrite.terms import Term, alike, expression, multiply, numeric, product_of, rename_apart, substitute, total
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Add, Bind, Expr, Fn, Idx, Ind, Red
from symdl.tensor.program import Statement


def head(e: Expr) -> str:
    """What a pattern is filed under: the kind and name of its lead."""
    if isinstance(e, Fn | Acc):
        return f"{type(e).__name__}:{e.name}" if isinstance(e, Acc) else f"Fn:{e.name}:{_first_access(e)}"
    if isinstance(e, E.Deriv):
        return f"Deriv:{_first_access(e.of)}:{','.join(a.name for a in e.by)}"
    return f"{type(e).__name__}:{_first_access(e)}"


def _first_access(e: Expr) -> str:
    return min((a.name for a in E.accesses(e)), default="")


def learn(ctx: Context) -> None:
    """Make a pattern of each definition that can be put back."""
    for s in ctx.program.statements.values():
        if s.kind not in ("sum", "abstract", "scan", "reduce") or isinstance(s.body, Acc):
            continue
        ranges = _step_ranges(s)
        if ranges is None:
            continue
        ctx.know(s.binders)
        parts = terms_of(s.body, ctx)
        access = Acc(s.name, tuple(Idx(b.name) for b in s.binders))
        letters = frozenset(b.name for b in s.binders)
        _learn_complement(s, access, ranges, letters, ctx)
        if len(parts) > 1:
            lead = E.add(*(expression(t) for t in parts))
            pattern = Pattern(s.name, letters, ((lead, E.ONE),), (), Term(powers=((access, E.ONE),)), ranges)
            ctx.folds.setdefault(head(lead), []).append(pattern)
        elif parts:
            _learn_product(s.name, access, ranges, parts[0], ctx)


def _learn_complement(
    s: Statement, access: Acc, ranges: tuple[Bind, ...], letters: frozenset[str], ctx: Context
) -> None:
    """Where p is σ(z), σ(−z) is 1 − p."""
    body, argument = s.body, None
    if isinstance(body, Fn) and body.name == "sigmoid":
        argument = E.neg(body.args[0])
    elif isinstance(body, E.Pow) and body.exponent is E.MINUS_ONE and isinstance(body.base, Add):
        powers = [x for x in body.base.terms if isinstance(x, Fn) and x.name == "exp"]
        if len(body.base.terms) == 2 and E.ONE in body.base.terms and powers:
            argument = powers[0].args[0]
    if argument is None or not letters <= argument.free:
        return
    lead = E.fn("sigmoid", total(terms_of(argument, ctx)))
    rest = Term(powers=((E.sub(E.ONE, access), E.ONE),))
    ctx.folds.setdefault(head(lead), []).append(Pattern(s.name, letters, ((lead, E.ONE),), (), rest, ranges))


def _learn_product(name: str, access: Acc, ranges: tuple[Bind, ...], t: Term, ctx: Context) -> None:
    letters = frozenset(b.name for b in ranges)
    if t.binders:
        inner = tuple((b, x) for b, x in t.powers if (b.free | x.free) & t.letters)
        rest = tuple((b, E.neg(x)) for b, x in t.powers if not (b.free | x.free) & t.letters)
        if not letters <= frozenset().union(*(b.free for b, _ in inner)):
            return
        result = product_of(1 / t.coefficient, ((access, E.ONE), *rest), ())
        pattern = Pattern(name, letters, inner, t.binders, result, ranges)
        ctx.folds.setdefault(head(inner[0][0]), []).append(pattern)
        return
    for n, (base, x) in enumerate(t.powers):
        quotient = any((numeric(p) or 0) < 0 for b, p in t.powers)
        lead_like = isinstance(base, Fn | Add | E.Deriv | E.Mat | E.Call | Red) or (isinstance(base, Acc) and quotient)
        if not lead_like or not letters <= base.free or numeric(x) is None or base.free & t.letters:
            continue
        power = numeric(x)
        assert power is not None
        alone = len(t.powers) == 1 and t.coefficient == 1
        if power != 1 and not alone:
            continue
        rest = tuple((b, E.neg(p)) for m, (b, p) in enumerate(t.powers) if m != n)
        result = product_of(1 / t.coefficient, ((access, E.ONE), *rest), ())
        pattern = Pattern(name, letters, ((base, x),), (), result, ranges)
        ctx.folds.setdefault(head(base), []).append(pattern)


def _step_ranges(s: Statement) -> tuple[Bind, ...] | None:
    """Where the body holds: a recurrence's boundary at the start or the end of one axis is left out."""
    out = list(s.binders)
    for fixed, _ in s.base:
        places = [n for n, f in enumerate(fixed) if f is not None]
        if len(places) != 1:
            return None
        n, b = places[0], out[places[0]]
        if fixed[n] is b.first:
            out[n] = Bind(b.name, E.add(b.first, E.ONE), b.last)
        elif fixed[n] is b.last:
            out[n] = Bind(b.name, b.first, E.add(b.last, E.MINUS_ONE))
        else:
            return None
    return tuple(out)


def divides_no_more(before: Term, after: Term, allowed: frozenset[Expr] = frozenset()) -> bool:
    """Does the new form divide only by what the old one divided by? `a g ⇒ h` must not make `g ⇒ h / a`: a may be 0."""
    old = allowed | {b for b, x in before.powers if (numeric(x) or 0) < 0 or numeric(x) is None}
    return all(b in old or ((q := numeric(x)) is not None and q > 0) for b, x in after.powers if not _constant(b))


def _constant(e: Expr) -> bool:
    """Made of sizes alone: never zero."""
    return not e.free and not any(True for _ in E.accesses(e))


def holds(pattern: Pattern, found: Mapping[str, Expr], t: Term, ctx: Context) -> bool:
    """Do the letters found lie where the pattern holds, plainly or by a bracket of the term itself?"""
    given = {b for b, _ in t.powers} | implied(t, ctx)
    for b in pattern.ranges:
        value = found.get(b.name)
        if value is None:
            return False
        own = Bind(b.name, substitute(b.first, found), substitute(b.last, found))
        if any(alike(Ind(c)) not in given for c in outside(value, own, ctx)):
            return False
    return True


def fold(t: Term, ctx: Context) -> Term:
    """Names put back into one term, as long as it gets cheaper."""
    best, price = t, cost_of_term(t)
    improved = True
    while improved:
        improved = False
        for candidate in _candidates(best, ctx):
            c = cost_of_term(candidate)
            if c < price:
                best, price, improved = candidate, c, True
                break
    return best


def _candidates(t: Term, ctx: Context) -> Iterator[Term]:
    for n, (base, x) in enumerate(t.powers):
        for pattern in ctx.folds.get(head(base), ()):
            if pattern.name != ctx.proving:
                yield from _apply(pattern, t, n, base, x, ctx)


def _apply(pattern: Pattern, t: Term, n: int, base: Expr, x: Expr, ctx: Context) -> Iterator[Term]:
    if pattern.binders:
        for out in apply_sum(pattern, t, ctx):
            ctx.used.add(pattern.name)
            yield out
        return
    lead = pattern.lead[0][0]
    for found in matches(lead, base, pattern.variables, {}):
        if not holds(pattern, found, t, ctx):
            continue
        name = instance(pattern.result, found)
        own, power = numeric(x), numeric(pattern.lead[0][1])
        if own is None or power is None or (own / power).denominator != 1:
            return
        q = own / power
        whole = product_of(name.coefficient ** int(q), tuple((b, E.mul(p, E.num(q))) for b, p in name.powers), ())
        out = multiply(t.without(n), whole)
        below = frozenset(b for b, _ in name.powers) if q < 0 else frozenset()  # what stood below stays below
        if divides_no_more(t, out, below):
            ctx.used.add(pattern.name)
            yield out
        return


def instance(result: Term, letters: Mapping[str, Expr]) -> Term:
    return product_of(
        result.coefficient, tuple((substitute(b, letters), substitute(x, letters)) for b, x in result.powers), ()
    )


def apply_sum(pattern: Pattern, t: Term, ctx: Context) -> Iterator[Term]:
    """A summed lead inside a term: its dummies must be the term's own and stand nowhere else."""
    dummies = tuple(b.name for b in pattern.binders)
    variables = pattern.variables | set(dummies)
    for places, found in _places(pattern.lead, t, variables, (), {}):
        if not holds(pattern, found, t, ctx):
            continue
        images = [found.get(d) for d in dummies]
        own = {b.name: b for b in t.binders}
        if not all(isinstance(i, Idx) and i.name in own for i in images) or len(set(images)) != len(images):
            continue
        if any(found[v].free & {i.name for i in images if isinstance(i, Idx)} for v in pattern.variables if v in found):
            continue
        names = {i.name for i in images if isinstance(i, Idx)}
        rest = t.without(*places)
        if any((b.free | x.free) & names for b, x in rest.powers):
            continue
        same = all(
            _same_range(b, own[i.name], found)
            for b, i in zip(pattern.binders, images, strict=True)
            if isinstance(i, Idx)
        )
        if not same or any((b.first.free | b.last.free) & names for b in t.binders if b.name not in names):
            continue
        rest = replace(rest, binders=tuple(b for b in rest.binders if b.name not in names))
        out = multiply(rest, rename_apart(instance(pattern.result, found), rest.letters))
        if divides_no_more(t, out):
            yield out


def _same_range(pattern: Bind, own: Bind, letters: Mapping[str, Expr]) -> bool:
    return substitute(pattern.first, letters) is own.first and substitute(pattern.last, letters) is own.last


def _places(
    lead: tuple[tuple[Expr, Expr], ...],
    t: Term,
    variables: frozenset[str],
    used: tuple[int, ...],
    known: Mapping[str, Expr],
) -> Iterator[tuple[tuple[int, ...], Mapping[str, Expr]]]:
    if not lead:
        yield used, known
        return
    base, exponent = lead[0]
    for n, (b, x) in enumerate(t.powers):
        if n not in used and x is exponent:
            for found in matches(base, b, variables, known):
                yield from _places(lead[1:], t, variables, (*used, n), found)
