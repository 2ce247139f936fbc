"""Conditions: comparisons, membership, indicators, and what `if` and `otherwise` say."""

from __future__ import annotations

from symdl.language.dims import Dim, Range
from symdl.language.reading import ranges
from symdl.language.reading.context import Context
from symdl.language.reading.names import find, index_letter, parts_of, unwrap
from symdl.language.reading.sums import zero_like
from symdl.language.surface import Commas, Dots, Group, Letter, Logic, Prose, Related, Scripts, Seq, Styled, Surface
from symdl.language.syntax import Compare, Condition, Indicator, Junction, Node, Within

COMPARISONS = ("=", "≠", "<", "≤", ">", "≥")
_FILLERS = ("if", "for", "when", "where", "and", "with", "for all", "for every", "on", "")


def branch_condition(ctx: Context, s: Surface) -> Condition | None:
    """The condition of a branch of cases; None where words say "in all other cases"."""
    core = unwrap(s)
    if isinstance(core, Commas) and all(_is_filler(p) or _is_otherwise(p) for p in core.parts):
        core = next((p for p in core.parts if _is_otherwise(p)), core)
    return None if _is_otherwise(core) else condition(ctx, core)


def _is_otherwise(s: Surface) -> bool:
    return isinstance(s, Prose) and s.text.strip().rstrip(".").lower() in ("otherwise", "else", "if otherwise")


def condition(ctx: Context, s: Surface) -> Condition:
    """A comparison, a membership, or several of them."""
    s = unwrap(s)
    if isinstance(s, Commas):
        found = [condition(ctx, p) for p in s.parts if not _is_filler(p)]
        if not found:
            raise ctx.error("this is no condition", s, expected="a comparison such as  z > 0")
        return found[0] if len(found) == 1 else Junction("and", tuple(found))
    if isinstance(s, Group) and s.kind in ("()", "[]"):
        return condition(ctx, s.body)
    if isinstance(s, Prose):
        raise ctx.error("these words are no condition", s, expected="otherwise, or a comparison")
    if isinstance(s, Seq):
        return _worded(ctx, s)
    if isinstance(s, Logic):
        left, right = condition(ctx, s.left), condition(ctx, s.right)
        if s.op in ("and", "or"):
            return Junction(s.op, (left, right))
    if isinstance(s, Related):
        parts = tuple(_compared(ctx, s, k) for k in range(len(s.ops)))
        return parts[0] if len(parts) == 1 else Junction("and", parts)
    raise ctx.error("this is no condition", s, expected="a comparison such as  z > 0")


def _is_filler(s: Surface) -> bool:
    return isinstance(s, Prose) and s.text.strip().lower().rstrip(":,") in _FILLERS


def _worded(ctx: Context, s: Seq) -> Condition:
    """`\\text{if } x > 0`, `x > 0 \\text{ and } y > 0`: words first or between."""
    items = [i for i in s.items if not _is_filler(i)]
    if len(items) == 1:
        return condition(ctx, items[0])
    raise ctx.error("this is no condition", s, expected="a comparison such as  z > 0")


def _compared(ctx: Context, s: Related, k: int) -> Condition:
    op = s.ops[k]
    left, right = strip_words(s.parts[k]), strip_words(s.parts[k + 1])
    if op in ("∈", "∉"):
        return within(ctx, left, right, op == "∉", s)
    if op not in COMPARISONS:
        raise ctx.error("this relation is no condition", s, found=op, expected="= ≠ < ≤ > ≥ ∈")
    a, b = read_side(ctx, left), read_side(ctx, right)
    ranges.note_comparison(ctx, a, b, s)
    a, b = zero_like(ctx, a, ctx.shape(b) if op in "=≠" else ()), zero_like(ctx, b, ctx.shape(a) if op in "=≠" else ())
    if ctx.sizes.merge(ctx.shape(a), ctx.shape(b)) is None:
        raise ctx.misfit("shapes do not fit", s, f"{ctx.describe(a)} {op} {ctx.describe(b)}", "equal shapes")
    return Compare(op, a, b)


def strip_words(s: Surface) -> Surface:
    """Without fillers such as `\\text{if }` at its ends."""
    if isinstance(s, Seq):
        items = list(s.items)
        while items and _is_filler(items[0]):
            items.pop(0)
        while items and _is_filler(items[-1]):
            items.pop()
        if len(items) != len(s.items) and items:
            return items[0] if len(items) == 1 else Seq(s.span, tuple(items))
    return s


def read_side(ctx: Context, s: Surface) -> Node:
    """A side of a condition: a bare letter may be an index."""
    name = index_letter(ctx, s)
    if name is not None and not ctx.is_bound(name) and name not in ctx.mentioned and not ctx.in_index:
        return ctx.read(s)
    from symdl.language.reading.names import read_in_index

    return read_in_index(ctx, s) if name is not None else ctx.read(s)


def set_range(ctx: Context, s: Surface) -> Range | None:
    """`\\{1,\\dots,n\\}`, `[n]`: whole numbers from-to."""
    s = unwrap(s)
    if not isinstance(s, Group):
        return None
    from symdl.language.reading.bounds import size_bound

    if s.kind == "[]" and not isinstance(s.body, Commas):
        return Range(Dim.of(1), size_bound(ctx, s.body))
    if s.kind != "{}":
        return None
    parts = parts_of(s.body)
    if any(isinstance(unwrap(p), Dots) for p in parts):
        first = size_bound(ctx, parts[0])
        if len(parts) == 4 and isinstance(unwrap(parts[2]), Dots):
            if size_bound(ctx, parts[1]) != first + 1:
                raise ctx.error("this set can't be completed", s, expected="\\{1, \\dots, n\\}")
        elif len(parts) != 3 or not isinstance(unwrap(parts[1]), Dots):
            raise ctx.error("this set can't be completed", s, expected="\\{1, \\dots, n\\}")
        return Range(first, size_bound(ctx, parts[-1]))
    return None


def within(ctx: Context, left: Surface, right: Surface, negated: bool, s: Surface) -> Condition:
    """`y_i \\in \\{1,\\dots,c\\}`, `x \\in \\mathbb{R}^n`, `i \\notin S`."""
    target = unwrap(right)
    declared = find(ctx, target)
    if declared is not None and declared.kind == "set":
        from symdl.language.reading.entries import read_index

        element = read_index(ctx, left, declared.shape[0], ctx.text(s), declared.name)
        return Within(element, name=declared.name, negated=negated)
    element = read_side(ctx, left)
    found = set_range(ctx, target)
    if found is not None:
        return Within(element, range=found, negated=negated)
    if isinstance(target, Group) and target.kind == "{}":
        values = tuple(ctx.read(p) for p in parts_of(target.body))
        return Within(element, values=values, negated=negated)
    if isinstance(target, Group) and target.kind in ("[]", "()"):
        bounds = parts_of(target.body)
        if len(bounds) == 2 and not negated:
            low, high = (ctx.read(p) for p in bounds)
            closed = target.kind == "[]"
            ops = ("≤", "≤") if closed else ("<", "<")
            return Junction("and", (Compare(ops[0], low, element), Compare(ops[1], element, high)))
    name = number_set(target)
    if name is not None:
        return Within(element, name=name, negated=negated)
    raise ctx.error(
        "this is no set that is known",
        target,
        expected="\\{1,\\dots,n\\}, \\mathbb{R}, \\mathbb{N}, \\mathbb{Z} or a declared set",
    )


def number_set(s: Surface) -> str | None:
    """R, N or Z, whatever its exponent."""
    core = unwrap(s)
    if isinstance(core, Scripts):
        core = unwrap(core.base)
    if isinstance(core, Styled) and core.style in ("mathbb", "mathbf"):
        body = unwrap(core.body)
        if isinstance(body, Letter) and body.text in ("R", "N", "Z"):
            return body.text
    return None


def indicator_subscript(ctx: Context, sub: Surface) -> Node | None:
    """`\\mathbf{1}_{z>0}`."""
    core = unwrap(sub)
    if isinstance(core, Group) and core.kind in ("()", "[]", "{}"):
        core = unwrap(core.body)
    if isinstance(core, Related) or (isinstance(core, Commas) and any(isinstance(p, Related) for p in core.parts)):
        return Indicator(condition(ctx, core))
    return None


def bracket_indicator(ctx: Context, group: Group) -> Node | None:
    """`\\mathbb{1}[z > 0]`, `\\mathbf{1}\\{z > 0\\}`."""
    return indicator_subscript(ctx, group.body)
