"""Functions applied: with parentheses to what stands in them, without to the product that follows (rules 1, 5)."""

from __future__ import annotations

from symdl.language.dims import SCALAR
from symdl.language.functions import ALONG_AXIS, APPLIED_LETTERS, ELEMENTWISE, OF_MATRIX
from symdl.language.reading import atoms, bracketed, entries, moments, wholes
from symdl.language.reading.along import over_index
from symdl.language.reading.context import Context
from symdl.language.reading.heads import Head, argument_at, arguments
from symdl.language.reading.listed import listed
from symdl.language.reading.names import (
    find,
    index_of,
    is_empty,
    name_text,
    parts_of,
    plain,
    unwrap,
)
from symdl.language.reading.quantities import at_own_names
from symdl.language.reading.scan import big_head, is_nabla
from symdl.language.scope import Declaration
from symdl.language.surface import Commas, Group, Letter, Scripts, Surface, Word
from symdl.language.syntax import (
    Apply,
    Node,
    Symbol,
)

Result = tuple[Node, int] | None
BRACKETS = ("()", "[]", "{}")
TAKES_SUM = "takes the sum that follows its first factors"


def call_at(ctx: Context, row: list, at: int) -> Result:  # type: ignore[type-arg]
    """A function application that begins here, and where the row goes on; None where none does."""
    item = row[at]
    head = Head(item)
    whole = wholes.named_at(ctx, row, at)
    if whole is not None:
        following = row[at + 1]
        scripts = following if isinstance(following, Scripts) else None
        return with_scripts(ctx, atoms.symbol(ctx, whole, (), item), scripts, item, at + 2)
    if bracketed.is_value_at(ctx, row, at):
        return ctx.read(item), at + 2
    if indices := bracketed.indices_at(ctx, row, at):
        following = row[at + 1]
        where = following.base if isinstance(following, Scripts) else following
        listed_ = indices[0] if len(indices) == 1 else Commas(where.span, indices)
        value = entries.entry(ctx, ctx.read(item), listed_, item)
        return with_scripts(ctx, value, following if isinstance(following, Scripts) else None, item, at + 2)
    member = _family_call(ctx, head, row, at)
    if member is not None:
        return member
    declared = _declared_function(ctx, head)
    if declared is not None:
        return _declared_call(ctx, declared, head, row, at)
    found = moments.moment_at(ctx, head, row, at)
    if found is not None:
        return found
    name = _function_name(ctx, head, row, at)
    if name is not None:
        return _listed_call(ctx, name, head, row, at)
    from symdl.language.reading.special_calls import special_call  # it applies what stands here

    return special_call(ctx, head, row, at)


def with_scripts(ctx: Context, value: Node, scripts: Scripts | None, s: Surface, nxt: int) -> tuple[Node, int]:
    """Apply the scripts that stand on the argument's bracket to the value: f(x)^2, softmax(z)_i."""
    if scripts is not None:
        if not is_empty(scripts.sub):
            assert scripts.sub is not None
            value = entries.entry(ctx, value, scripts.sub, scripts)
        if not is_empty(scripts.sup):
            from symdl.language.reading.superscripts import superscript

            assert scripts.sup is not None
            value = superscript(ctx, value, scripts.sup, scripts)
    return value, nxt


def _declared_function(ctx: Context, head: Head) -> tuple[Declaration, Surface | None, Surface | None] | None:
    """The declared function this names, and the scripts on it that are not part of its name."""
    core = unwrap(head.item)
    if isinstance(core, Scripts):
        tries = [(core.sub, core.sup), (core.sub, None), (None, core.sup), (None, None)]
        for sub, sup in tries:
            base: Surface = core.base if sub is None and sup is None else Scripts(core.span, core.base, sub, sup, 0)
            d = find(ctx, base)
            if d is not None and _callable(d) and not d.members:
                return d, core.sub if sub is None else None, core.sup if sup is None else None
            if d is not None:
                return None
        return None
    d = find(ctx, core)
    return (d, None, None) if d is not None and _callable(d) else None


def _family_call(ctx: Context, head: Head, row: list, at: int) -> Result:  # type: ignore[type-arg]
    """`f_i(x)`, `l^{(i)}(w, b)`: a member of a family of functions, at its arguments."""
    core, found = unwrap(head.item), argument_at(row, at + 1)
    if found is None or not isinstance(core, Scripts):
        return None
    raised = unwrap(core.sup) if core.sup is not None else None
    tries: list[tuple[str, Surface | None, Surface | None]] = [("sub", core.sub, core.sup)]
    if isinstance(raised, Group) and raised.kind in ("()", "[]") and core.sub is None:
        tries = [("paren" if raised.kind == "()" else "bracket", raised.body, None)]
    for style, index, power in tries:
        name = name_text(core.base)
        families = index_of(ctx.scope).families
        family = families.get((name or "", style)) or families.get((plain(name or ""), style))
        if index is None or family is None or family.declaration.kind != "function":
            continue
        d, (group, scripts) = family.declaration, found
        parts = parts_of(index)
        if len(parts) != len(d.members):
            raise ctx.error("a member has the wrong number of indices", index)
        members = atoms.member_indices(ctx, d, parts, core)
        value: Node = apply(ctx, d, tuple(ctx.read(p) for p in arguments(group)), core.primes, group, members)
        if power is not None:
            from symdl.language.reading.superscripts import superscript

            value = superscript(ctx, value, power, core)
        return with_scripts(ctx, value, scripts, head.item, at + 2)
    return None


def _names_family(ctx: Context, head: Head) -> bool:
    core = unwrap(head.item)
    if not isinstance(core, Scripts):
        return False
    name = name_text(core.base)
    families = index_of(ctx.scope).families
    found = (families.get((n, st)) for n in (name or "", plain(name or "")) for st in ("sub", "paren", "bracket"))
    return any(f is not None and f.declaration.kind == "function" for f in found)


def _callable(d: Declaration) -> bool:
    """Functions, densities, and quantities that are functions too: `L = L(Z)`, `L(w) = …`."""
    return d.kind in ("function", "distribution") or d.signature is not None or bool(d.called)


def _declared_call(ctx: Context, declared, head: Head, row: list, at: int) -> Result:  # type: ignore[no-untyped-def,type-arg]
    d, sub, sup = declared
    found = argument_at(row, at + 1)
    if found is None:
        return None
    group, scripts = found
    if d.kind == "distribution":
        return with_scripts(ctx, moments.density_call(ctx, d, group), scripts, head.item, at + 2)
    if d.called and not head.primes:
        if not at_own_names(d, tuple(name_text(unwrap(p)) for p in arguments(group))):
            raise ctx.error(
                f"{d.name} is no function of what stands in the brackets",
                group,
                expected=f"{d.name}({', '.join(d.called)}), or {d.name} alone",
            )
        value: Node = atoms.symbol(ctx, d, s=head.item)
    else:
        value = apply(ctx, d, tuple(ctx.read(p) for p in arguments(group)), head.primes, group)
    if sub is not None:
        value = entries.entry(ctx, value, sub, head.item)
    if sup is not None:
        from symdl.language.reading.superscripts import superscript

        value = superscript(ctx, value, sup, head.item)
    return with_scripts(ctx, value, scripts, head.item, at + 2)


def apply(
    ctx: Context, d: Declaration, args: tuple[Node, ...], primes: int, s: Surface, members: tuple[Node, ...] = ()
) -> Node:
    """A declared function at arguments whose shapes fit; of a scalar it acts entry by entry."""
    g = d.signature
    assert g is not None
    if len(args) != len(g.arguments):
        raise ctx.error(
            f"{d.name} takes {len(g.arguments)} argument{'s' if len(g.arguments) != 1 else ''}", s, found=f"{len(args)}"
        )
    if g.fixed and any(not isinstance(a, Symbol) or a.name != p for a, p in zip(args, g.parameters, strict=False)):
        raise ctx.error(
            f"{d.name} at another point: a definition by entries stands between it and its variables",
            s,
            expected=f"{d.name}({', '.join(g.parameters)})",
            cure="define the function in matrix form, or written out in its variables",
        )
    if len(args) == 1 and g.elementwise:
        return Apply(d.name, args, (primes,) if primes else (), SCALAR, elementwise=True)
    for a, wanted in zip(args, g.arguments, strict=True):
        here = ctx.shape(a)
        if len(here) != len(wanted) or ctx.sizes.merge(here, wanted) is None:
            from symdl.language.reading.unify import describe

            what = f"an argument of {d.name} has the wrong shape"
            if not all(p in ctx.scope.names for p in g.parameters):  # undeclared: only taken for a scalar
                raise ctx.error(what, s, describe(here), describe(wanted))
            raise ctx.misfit(what, s, describe(here), describe(wanted))
    if primes and (len(args) != 1 or g.arguments[0]):
        raise ctx.error("a prime is the derivative of a function of one scalar", s, cure="write \\nabla or \\partial")
    return Apply(d.name, args, (primes,) if primes else (), g.result, members)


def _function_name(ctx: Context, head: Head, row: list, at: int) -> str | None:  # type: ignore[type-arg]
    bare = head.bare
    if isinstance(bare, Word):
        if find(ctx, head.core) is not None:
            return None
        known = bare.text in ELEMENTWISE or bare.text in ALONG_AXIS or bare.text in OF_MATRIX
        return bare.text if known and big_head(head.item) is None else None
    if isinstance(bare, Letter) and bare.text in APPLIED_LETTERS and argument_at(row, at + 1) is not None:
        d = find(ctx, head.core)
        if d is None and find(ctx, unwrap(head.item)) is None and head.sub is None:
            return bare.text
    return None


def _listed_call(ctx: Context, name: str, head: Head, row: list, at: int) -> Result:  # type: ignore[type-arg]
    item = head.item
    kinds = BRACKETS if isinstance(head.bare, Word) else ("()",)
    found = argument_at(row, at + 1, kinds)
    scripts: Scripts | None = None
    if found is not None:
        group, scripts = found
        parts = arguments(group)
        args = tuple(ctx.read(p) for p in parts)
        nxt = at + 2
        where: Surface = group
    else:
        body, nxt, where = bare_argument(ctx, name, row, at + 1, item)
        args, parts = (body,), (_plain_row(row[at + 1 : nxt], where),)
    if name == "softmax" and len(args) == 1 and not ctx.shape(args[0]) and head.sup is None and not head.primes:
        value = over_index(ctx, args[0], parts[0], head.sub, where)
        return with_scripts(ctx, value, scripts, item, nxt)
    value = listed(ctx, name, head, args, where)
    return with_scripts(ctx, value, scripts, item, nxt)


def _plain_row(row: list, s: Surface) -> Surface:  # type: ignore[type-arg]
    from symdl.language.reading.sums import PlainRow

    return PlainRow(s.span, tuple(row))


def bare_argument(ctx: Context, name: str, row: list, at: int, item: Surface):  # type: ignore[no-untyped-def,type-arg]
    """The product that follows: tr takes it all; functions end at an operator or at the next function."""
    from symdl.language.reading.products import Operator, read_row

    if at >= len(row) or isinstance(row[at], Operator):
        raise ctx.error(f"{name} has no argument", item, expected="what it is applied to")
    if name in OF_MATRIX and OF_MATRIX[name] == "trace":
        end = len(row)
    else:
        end = at
        while end < len(row):
            x = row[end]
            if isinstance(x, Operator) or (end > at and starts_function(ctx, row, end) and not is_nabla(row[end - 1])):
                break
            if big_head(x) is not None:
                if end > at and ctx.sums_apart:
                    break
                if end > at:
                    ctx.note(f"{name} {TAKES_SUM}")
                end = len(row)
                break
            if end == at and starts_function(ctx, row, end):
                first = _extent_of_first(ctx, row, at)
                end = first
                continue
            end += 1
    body = read_row(ctx, row[at:end], item)
    return body, end, row[at]


def _extent_of_first(ctx: Context, row: list, at: int) -> int:  # type: ignore[type-arg]
    """Where a function that is itself an argument ends: after its bracket, or where its own argument does."""
    from symdl.language.reading.products import Operator

    if argument_at(row, at + 1, BRACKETS) is not None:
        return at + 2
    end = at + 1
    while end < len(row) and starts_function(ctx, row, end) and not isinstance(row[end], Operator):
        if argument_at(row, end + 1, BRACKETS) is not None:
            return end + 2
        end += 1
    return min(end + 1, len(row)) if end < len(row) and not isinstance(row[end], Operator) else end


def starts_function(ctx: Context, row: list, at: int) -> bool:  # type: ignore[type-arg]
    """Does a function application begin here?"""
    head = Head(row[at])
    if _declared_function(ctx, head) is not None or _names_family(ctx, head):
        return argument_at(row, at + 1) is not None
    return _function_name(ctx, head, row, at) is not None
