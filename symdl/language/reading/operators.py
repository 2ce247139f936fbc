"""Operators that take what follows: Σ Π max min with bounds, arg min, ∫, tr without parentheses."""

from __future__ import annotations

from symdl.language.reading import ranges
from symdl.language.reading.bounds import read_bounds
from symdl.language.reading.context import Context
from symdl.language.reading.names import (
    index_letter,
    is_empty,
    letter_name,
    name_text,
    parts_of,
    unwrap,
)
from symdl.language.reading.scan import big_head
from symdl.language.scope import Declaration
from symdl.language.surface import Infix, Related, Scripts, Surface, Word
from symdl.language.syntax import (
    Binder,
    Condition,
    Integral,
    Junction,
    MatrixFunction,
    Node,
    Optimum,
    Reduce,
    Symbol,
    Within,
)

_REDUCE = {"sum": "sum", "prod": "prod", "max": "max", "min": "min", "argmax": "argmax", "argmin": "argmin"}


def is_operator(ctx: Context, item: Surface) -> bool:
    """Does this take the whole of what follows in a product?"""
    if big_head(item) is not None:
        return True
    core = unwrap(item)
    if isinstance(core, Word) and core.text == "arg":
        return True
    return False


def read_operator(ctx: Context, item: Surface, rest: list, s: Surface) -> Node:  # type: ignore[type-arg]
    core = unwrap(item)
    head = big_head(item)
    if isinstance(core, Word) and core.text == "arg":
        if not rest:
            raise ctx.error("arg lacks min or max", item)
        item, rest = rest[0], rest[1:]
        inner = big_head(item)
        if inner not in ("max", "min"):
            raise ctx.error("arg lacks a bounded min or max", item, expected="\\arg\\min_w")
        head = "arg" + inner
        core = unwrap(item)
    if head == "int":
        return _integral(ctx, item, rest, s)
    if head in ("sup", "inf"):
        head = {"sup": "max", "inf": "min"}[head]
    if not isinstance(core, Scripts) or core.sub is None:
        raise ctx.error("a sum needs its index", item, expected="\\sum_i  or  \\sum_{i=1}^{n}")
    assert head is not None
    if not rest:
        raise ctx.error("nothing follows the operator", item)
    if head != "sum" and head != "prod" and _over_tensor(ctx, core.sub):
        return _optimum(ctx, head, core.sub, rest, s)
    return _reduce(ctx, _REDUCE[head], core, rest, s)


def _rest(ctx: Context, rest: list, s: Surface) -> Node:  # type: ignore[type-arg]
    from symdl.language.reading.products import read_row

    return read_row(ctx, rest, s)


# ----------------------------------------------------------------------------------------------- Σ, Π, max, min


def _reduce(ctx: Context, op: str, head: Scripts, rest: list, s: Surface) -> Node:  # type: ignore[type-arg]
    assert head.sub is not None
    states, conditions = read_bounds(ctx, head.sub, head.sup)
    with ctx.binding(states):
        read = [c(ctx) for c in conditions]
        body = _rest(ctx, rest, s)
        found = [(st, ranges.bound_range(ctx, st, head)) for st in states]
        binders = tuple(Binder(st.name, r, written=st.explicit is not None or st.cut) for st, r in found)
    for b in binders:
        if not b.written and b.range.first.constant == 0:
            ctx.note(f"{b.name} runs over {b.range}")
    if op not in ("sum",) and op != "prod" and ctx.shape(body):
        raise ctx.misfit(f"{op} over an index needs a scalar", s, ctx.describe(body), "a scalar")
    condition = None if not read else read[0] if len(read) == 1 else Junction("and", tuple(read))
    if op.startswith("arg") and len(binders) != 1:
        raise ctx.error(f"{op} takes one index", head)
    if (
        isinstance(body, Reduce)
        and body.op == op
        and op in ("sum", "prod")
        and condition is None
        and body.condition is None
    ):
        names = {b.name for b in binders}
        if not names & {b.name for b in body.binders}:
            return Reduce(op, (*binders, *body.binders), body.body)
    return Reduce(op, binders, body, condition)


# --------------------------------------------------------------------------------------------- optima, integrals


def _over_tensor(ctx: Context, sub: Surface) -> bool:
    """Does a max, min or argmin run over a declared tensor rather than an index?"""
    for part in parts_of(sub):
        part = unwrap(part)
        if isinstance(part, Infix) and part.op in (":", "mid"):
            part = unwrap(part.left)
        pieces = part.parts if isinstance(part, Related) else (part,)
        if any(index_letter(ctx, p) is not None for p in pieces):
            return False
    return True


def _optimum(ctx: Context, op: str, sub: Surface, rest: list, s: Surface) -> Node:  # type: ignore[type-arg]
    from symdl.language.reading.conditions import condition

    constraints: list[Condition] = []
    variable: Node | None = None
    for part in parts_of(sub):
        part = unwrap(part)
        if isinstance(part, Infix) and part.op in (":", "mid"):
            constraints.append(condition(ctx, part.right))
            part = unwrap(part.left)
        if isinstance(part, Related):
            found = condition(ctx, part)
            if isinstance(found, Within) and found.name == "R":
                variable = variable or found.element
                continue
            constraints.append(found)
            symbols = [n for n in found.walk() if isinstance(n, Symbol) and n.axes]
            variable = variable or (symbols[0] if symbols else None)
            continue
        node = ctx.read(part)
        if not isinstance(node, Symbol):
            raise ctx.error("this is no variable to optimise over", part, expected="a declared name")
        variable = node
    if not isinstance(variable, Symbol):
        raise ctx.error("what to optimise over is not said", sub, expected=f"\\{op}_w")
    body = _rest(ctx, rest, s)
    if ctx.shape(body):
        raise ctx.misfit(f"{op} of what is not a scalar", s, ctx.describe(body), "a scalar")
    return Optimum(op, variable, body, tuple(constraints))


def _integral(ctx: Context, item: Surface, rest: list, s: Surface) -> Node:  # type: ignore[type-arg]
    """∫_a^b … dx: the variable is the last d· of the product."""
    at = None
    for k in range(len(rest) - 1, 0, -1):
        before = rest[k - 1]
        if isinstance(before, Surface) and name_text(before) in ("d", r"\mathrm{d}") and isinstance(rest[k], Surface):
            at = k
            break
    if at is None or letter_name(rest[at]) is None:
        raise ctx.error("an integral needs its variable", item, expected="\\int f(x) \\, dx")
    name = letter_name(rest[at]) or ""
    core = unwrap(item)
    lower = upper = None
    if isinstance(core, Scripts):
        lower = None if is_empty(core.sub) else _limit(ctx, core.sub)
        upper = None if is_empty(core.sup) else _limit(ctx, core.sup)
    before = ctx.locals
    declared = ctx.lookup(name)
    if declared is not None and declared.shape:
        raise ctx.error("an integral over what is not a scalar", rest[at], str(declared.name), "a scalar")
    ctx.locals = {**before, name: Declaration(name, origin="bound")}
    try:
        body_row = rest[: at - 1]
        from symdl.language.reading.atoms import digits
        from symdl.language.surface import Digits

        body = _rest(ctx, body_row, s) if body_row else digits(ctx, Digits(s.span, "1"))
    finally:
        ctx.locals = before
    integral = Integral(name, lower, upper, body)
    tail = rest[at + 1 :]
    if not tail:
        return integral
    from symdl.language.reading import building

    return building.product(ctx, [(integral, item), (_rest(ctx, tail, s), s)], s)


def _limit(ctx: Context, s: Surface | None) -> Node | None:
    """A bound of an integral: an infinite one is none."""
    assert s is not None
    node = ctx.read(s)
    from symdl.language.syntax import Constant, Neg

    inner = node.body if isinstance(node, Neg) else node
    return None if inner == Constant("infinity") else node


def trace_without_parentheses(ctx: Context, name: str, body: Node, s: Surface) -> Node:
    shape = ctx.shape(body)
    if len(shape) == 0 and name == "trace":
        return body
    if len(shape) != 2 or not ctx.sizes.equal(shape[0], shape[1]):
        raise ctx.misfit(f"{name} of what is not a square matrix", s, ctx.describe(body), "a square matrix")
    return MatrixFunction(name, body)
