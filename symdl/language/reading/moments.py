"""Expectations, variances, densities, divergences and the laws they are under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.language.dims import Shape
from symdl.language.functions import DISTRIBUTIONS
from symdl.language.reading.context import Context
from symdl.language.reading.names import find, index_letter, letter_name, name_text, parts_of, unwrap
from symdl.language.reading.unify import describe
from symdl.language.scope import Declaration
from symdl.language.surface import Commas, Group, Infix, Letter, Related, Scripts, Seq, Styled, Surface, Word
from symdl.language.syntax import Apply, Distribution, Divergence, Moment, Node, Symbol

if TYPE_CHECKING:
    from symdl.language.reading.calls import Head

_MOMENT_WORDS = {"E": "E", "Var": "Var", "Cov": "Cov", "var": "", "V": ""}


def moment_at(ctx: Context, head: Head, row: list, at: int) -> tuple[Node, int] | None:  # type: ignore[type-arg]
    """E, Var, Cov, KL or H that begins here."""
    from symdl.language.reading.calls import argument_at, with_scripts

    kind = moment_kind(ctx, head)
    if kind is None:
        return None
    found = argument_at(row, at + 1, ("()", "[]", "{}"))
    if kind in ("KL", "H", "CE"):
        if found is None:
            return None
        group, scripts = found
        value = _divergence(ctx, kind, group)
        return None if value is None else with_scripts(ctx, value, scripts, head.item, at + 2)
    if isinstance(head.bare, Letter) and (found is None or found[0].kind != "[]") and not isinstance(head.core, Styled):
        return None  # a plain E is an expectation only before a square bracket
    before = ctx.locals
    no_conditions: tuple[Node, ...] = ()
    args: tuple[Node, ...]
    over = _over(ctx, head.sub) if head.sub is not None else ()
    try:
        if found is None:
            from symdl.language.reading.calls import bare_argument

            body, nxt, _ = bare_argument(ctx, "E" if kind == "E" else kind, row, at + 1, head.item)
            args, given, scripts = (body,), no_conditions, None
        else:
            group, scripts = found
            args, given = _arguments(ctx, group)
            nxt = at + 2
    finally:
        ctx.locals = before
    if kind == "Cov" and len(args) == 1:
        kind = "Var"
    if len(args) != (2 if kind == "Cov" else 1):
        raise ctx.error(f"{kind} has the wrong number of arguments", head.item, found=str(len(args)))
    if not over and any(ctx.shape(a) for a in args):
        ctx.doubtful = True  # to some E[x] of a column is the mean of its entries
    value = Moment(kind, args, over, given)
    _ = value.shape
    if head.sup is not None:
        from symdl.language.reading.superscripts import superscript

        return superscript(ctx, value, head.sup, head.item), nxt
    return with_scripts(ctx, value, scripts, head.item, nxt)


def moment_kind(ctx: Context, head: Head) -> str | None:
    """Which of the listed moments and divergences this names."""
    core, bare = head.core, head.bare
    text = bare.text if isinstance(bare, Letter | Word) else None
    if isinstance(core, Styled) and core.style == "mathbb" and isinstance(unwrap(core.body), Letter):
        inner = unwrap(core.body)
        assert isinstance(inner, Letter)
        if inner.text == "E":
            return "E"
        if inner.text == "V":
            return "Var"
        return None
    if text == "D" and head.sub is not None and text_of(head.sub) == "KL":
        head.sub = None
        return "KL"
    if text in ("KL", "Var", "Cov") and isinstance(bare, Word) and find(ctx, core) is None:
        return text
    if text in ("E", "H") and find(ctx, core) is None and find(ctx, unwrap(head.item)) is None:
        return text
    return None


def text_of(s: Surface) -> str:
    s = unwrap(s)
    if isinstance(s, Styled):
        s = unwrap(s.body)
    if isinstance(s, Seq):
        return "".join(text_of(i) for i in s.items)
    return s.text if isinstance(s, Word | Letter) else ""


def _over(ctx: Context, sub: Surface) -> tuple[tuple[Node, Distribution | None], ...]:
    """The random symbols and laws under the sign; names that nobody declared are bound there."""
    out: list[tuple[Node, Distribution | None]] = []
    for part in parts_of(sub):
        part = unwrap(part)
        if isinstance(part, Related) and part.ops == ("~",):
            left = unwrap(part.parts[0])
            law = law_of(ctx, part.parts[1])
            for name in left.parts if isinstance(left, Commas) else (left,):
                out.append((_random_name(ctx, name, law), law))
            continue
        d = find(ctx, part)
        if d is not None and d.kind == "distribution":
            raise ctx.error("which variable has this law?", part, expected="\\mathbb{E}_{x \\sim p}")
        out.append((ctx.read(part), None))
    return tuple(out)


def _random_name(ctx: Context, s: Surface, law: Distribution) -> Node:
    found = find(ctx, s)
    if found is None:
        name = letter_name(s) or name_text(s)
        if name is None:
            raise ctx.error("this is no name", s)
        ctx.locals = {**ctx.locals, name: Declaration(name, event_shape(ctx, law), origin="bound")}
    node = ctx.read(s)
    return node


def event_shape(ctx: Context, law: Distribution) -> Shape:
    """The shape of what a law is the law of."""
    if law.name == "named" and isinstance(law.args[0], Symbol):
        return law.args[0].axes
    if law.name == "categorical":
        return ()  # a category is a number
    return ctx.shape(law.args[0]) if law.args else ()


def _arguments(ctx: Context, group: Group) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """What stands in E[…]: arguments, and after a bar what is given."""
    body = group.body
    given: tuple[Node, ...] = ()
    if isinstance(body, Infix) and body.op == "mid":
        given = tuple(ctx.read(p) for p in parts_of(body.right))
        body = body.left
    parts = body.parts if isinstance(body, Commas) else (body,)
    return tuple(ctx.read(p) for p in parts), given


def law_of(ctx: Context, s: Surface) -> Distribution:
    """`\\mathcal{N}(\\mu, \\Sigma)`, `\\mathrm{Bernoulli}(q)`, or a declared distribution's name."""
    s = unwrap(s)
    found = find(ctx, s)
    if found is None and isinstance(s, Seq) and len(s.items) == 2 and isinstance(s.items[1], Group):
        found = find(ctx, s.items[0])
        if found is not None and found.kind != "distribution":
            found = None
    if found is not None:
        if found.kind != "distribution":
            raise ctx.error(f"{found.name} is no distribution", s)
        return Distribution("named", (Symbol(found.name, found.shape),))
    if isinstance(s, Seq) and len(s.items) == 2 and isinstance(s.items[1], Group) and s.items[1].kind in ("()", "[]"):
        name = DISTRIBUTIONS.get(text_of(s.items[0]))
        if name is not None:
            return Distribution(name, parameters_of(ctx, name, s.items[1].body, s))
    raise ctx.error(
        "this is no distribution that is known",
        s,
        expected="a named one, or " + ", ".join(sorted({k for k in DISTRIBUTIONS if len(k) > 3})),
    )


def parameters_of(ctx: Context, name: str, listed: Surface, s: Surface) -> tuple[Node, ...]:
    """What stands in the brackets of a listed law, in shapes that fit."""
    args = tuple(ctx.read(p) for p in parts_of(listed))
    return _normal(ctx, args, s) if name == "normal" else args


def _normal(ctx: Context, args: tuple[Node, ...], s: Surface) -> tuple[Node, ...]:
    """Mean and covariance of fitting shapes; a mean of 0 beside a covariance matrix is a zero column."""
    from symdl.language.reading.sums import zero_like

    if len(args) != 2:
        raise ctx.error("a normal law has a mean and a variance", s, found=f"{len(args)} parameters")
    mean, spread = args
    m, c = ctx.shape(mean), ctx.shape(spread)
    if len(c) == 2:
        mean = zero_like(ctx, mean, (c[0],))
        m = ctx.shape(mean)
        if len(m) != 1 or not ctx.sizes.equal(m[0], c[0]) or not ctx.sizes.equal(c[0], c[1]):
            raise ctx.misfit("shapes do not fit", s, f"{ctx.describe(mean)} and {ctx.describe(spread)}", "n and n×n")
    elif len(m) == 2 or len(c) == 1:
        raise ctx.error(
            "shapes do not fit", s, f"{ctx.describe(mean)} and {ctx.describe(spread)}", "n and n×n", "write \\sigma^2 I"
        )
    elif len(m) == 1:
        raise ctx.error("shapes do not fit", s, f"{ctx.describe(mean)} and a scalar", "n and n×n", "write \\sigma^2 I")
    return mean, spread


def density_call(ctx: Context, d: Declaration, group: Group) -> Node:
    """p(x), q(z | x): a density at a point; an index of a categorical law runs over its categories."""
    if d.outcomes is not None and index_letter(ctx, group.body) is not None:
        from symdl.language.reading.entries import read_index

        return Apply(d.name, (read_index(ctx, group.body, d.outcomes, d.name, d.name),), (), ())
    args, given = _arguments(ctx, group)
    if d.defined and len(args) == 1 and not given:
        same_shape(ctx, args[0], d.shape, group)
    return Apply(d.name, (*args, *given), (), ())


def same_shape(ctx: Context, point: Node, event: Shape, s: Surface) -> None:
    """A density has a value at what its law is the law of, and nowhere else."""
    shape = ctx.shape(point)
    if len(shape) != len(event) or ctx.sizes.merge(shape, event) is None:
        raise ctx.error(
            "the point and the law have different shapes",
            s,
            found=f"{ctx.describe(point)} and {describe(event)}",
            expected="equal shapes",
            cure="for independent entries write the product over i of the densities of x_i",
        )


def _divergence(ctx: Context, kind: str, group: Group) -> Node | None:
    body = group.body
    if kind == "KL":
        if not isinstance(body, Infix) or body.op != "||":
            return None
        left, right = _law(ctx, body.left), _law(ctx, body.right)
        a, b = (event_shape(ctx, x) if isinstance(x, Distribution) else ctx.shape(x) for x in (left, right))
        if len(a) != len(b) or ctx.sizes.merge(a, b) is None:
            raise ctx.misfit("laws of different shapes", group, f"{describe(a)} and {describe(b)}", "equal shapes")
        return Divergence("KL", (left, right))
    parts = parts_of(body)
    laws = [find(ctx, p) for p in parts]
    if len(parts) in (1, 2) and all(d is not None and d.kind == "distribution" for d in laws):
        return Divergence("H" if len(parts) == 1 else "CE", tuple(_law(ctx, p) for p in parts))
    if len(parts) in (1, 2) and all(d is not None and len(d.shape) == 1 for d in laws):
        return Divergence("H" if len(parts) == 1 else "CE", tuple(ctx.read(p) for p in parts))
    return None


def _law(ctx: Context, s: Surface) -> Node:
    """A side of a divergence: a law, or a column of probabilities; `q(z | x)` names q."""
    found = find(ctx, s)
    if found is not None and found.kind == "tensor":
        return ctx.read(s)
    s = unwrap(s)
    if isinstance(s, Scripts) or found is not None:
        return law_of(ctx, s)
    return law_of(ctx, s)
