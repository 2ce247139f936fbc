"""The lines that check a module's inputs: shapes that agree, sizes worked out, whole numbers within their range.

A family (`W_l` for l in 1..D) comes in as a list of arrays, its first member first; D is how many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from symdl.code.plan import Plan
from symdl.code.polynomial import expression, terms_of
from symdl.code.targets import listed
from symdl.code.whole import whole
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr
from symdl.tensor.program import Leaf


def quoted(name: str) -> str:
    return f'"{name}"'


def length(b: Bind) -> Expr:
    return expression(terms_of(e.add(b.last, e.neg(b.first), e.ONE)))


def in_list(p: Plan, x: Leaf) -> bool:
    """Is it a list of arrays, because the members of the family differ in shape?"""
    return listed(p.leaf_axes[x.name], len(x.members)) > 0


def own_axes(p: Plan, x: Leaf) -> tuple[Bind, ...]:
    """The axes of an input, or of each member of a list."""
    axes = p.leaf_axes[x.name]
    return axes[listed(axes, len(x.members)) :]


def plain(p: Plan, size: Expr) -> str | None:
    """The name of a size that is one."""
    return size.name if isinstance(size, e.Dimension) and size.index is None and size.name in p.sizes else None


def sizes_in(x: Expr) -> set[str]:
    return {y.name for y in e.walk(x) if isinstance(y, e.Dimension) and y.index is None}


def solvable(p: Plan) -> list[tuple[Leaf, int, str]]:
    """Axes that tell a size which no plain axis tells: `o` from an axis of size o+k-1; in an order that works."""
    known = _known(p)
    out: list[tuple[Leaf, int, str]] = []
    progress = True
    while progress:
        progress = False
        for x in p.inputs:
            for k, b in enumerate(own_axes(p, x)):
                left = sizes_in(length(b)) - known
                if len(left) == 1 and not in_list(p, x) and _linear(length(b), min(left)) is not None:
                    out.append((x, k, min(left)))
                    known |= left
                    progress = True
    return out


def _known(p: Plan) -> set[str]:
    known = {n for x in p.inputs for b in own_axes(p, x) if (n := plain(p, length(b))) is not None}
    for x in p.inputs:
        if in_list(p, x) and len(x.members) == 1 and (n := plain(p, length(x.members[0]))) is not None:
            known.add(n)
    return known


def _linear(size: Expr, name: str) -> tuple[Expr, Expr] | None:
    """Coefficient and rest of a size that is linear in one name."""
    coefficient, rest = {}, {}
    unknown = e.Dimension(name, None)
    for m, c in terms_of(size).items():
        if m.count(unknown) == 1 and all(a is unknown or name not in sizes_in(a) for a in m):
            coefficient[tuple(a for a in m if a is not unknown)] = c
        elif any(name in sizes_in(a) for a in m):
            return None
        else:
            rest[m] = c
    return expression(coefficient), expression(rest)


def free_sizes(p: Plan) -> tuple[str, ...]:
    """Sizes that no input's shape tells: they are arguments themselves."""
    known = _known(p) | {n for _, _, n in solvable(p)}
    return tuple(n for n in p.sizes if n not in known)


def times(lengths: Iterable[str]) -> str:
    """A shape in words: B × n, (T + 1) × n, a scalar."""
    axes = list(lengths)
    many = len(axes) > 1
    return " × ".join(f"({a})" if many and re.search(" [-+*/]", a) else a for a in axes) or "a scalar"


def shape_words(x: Leaf, p: Plan) -> str:
    shape = times(length_words(length(b)) for b in own_axes(p, x))
    if in_list(p, x):
        b = x.members[0]
        shape = f"a list of {shape}, for {b.name} from {e.text(b.first)} to {e.text(b.last)}"
    kind = "whole numbers" if x.integer else ""
    if x.name in p.labels:
        first, last = p.labels[x.name]
        kind += f" from {e.text(first)} to {e.text(last)}"
    return ", ".join(w for w in (shape, kind) if w)


def checks(p: Plan) -> list[str]:
    """Lines that check the inputs; those whose sizes are plain come first."""
    free = free_sizes(p)
    start = ", ".join(f"{quoted(p.names[n])}: {p.names[n]}" for n in free)
    real = [p.names[x.name] for x in p.inputs if not x.integer]
    lines = [f"dtype = _dtype({', '.join(real)})", f"sizes = {{{start}}}"]
    families = [x for x in p.inputs if in_list(p, x)]
    for x in families:
        lines.append(_family(p, x))
    unknown = {(x.name, k): n for x, k, n in solvable(p)}
    arrays = [x for x in p.inputs if not in_list(p, x)]
    simple = [x for x in arrays if all(_is_simple(p, length(b)) for b in own_axes(p, x))]
    solved = [x for x in dict.fromkeys(x.name for x, _, _ in solvable(p))]
    by_name = {x.name: x for x in arrays}
    ordered = [*simple, *(by_name[n] for n in solved)]
    for x in (*ordered, *(x for x in arrays if x not in ordered)):
        axes = ["None" if (x.name, k) in unknown else _axis(p, length(b), {}) for k, b in enumerate(own_axes(p, x))]
        comma = "," if len(axes) == 1 else ""
        whole_ = ", whole=True" if x.integer else ""
        name = p.names[x.name]
        lines.append(f'{name} = _input("{name}", {name}, ({", ".join(axes)}{comma}), sizes, dtype{whole_})')
        lines += [_solved(p, x, k, n) for y, k, n in solvable(p) if y is x]
    return lines


def label_rows(p: Plan) -> list[str]:
    """Whole-number inputs are checked to lie in their range."""
    out = []
    sizes = {n: p.names[n] for n in p.sizes}
    for x in p.inputs:
        if x.integer and x.name in p.labels and not in_list(p, x):
            first, last = (whole(a, sizes) for a in p.labels[x.name])
            out.append(f'_in_range("{p.names[x.name]}", {p.names[x.name]}, {first}, {last})')
    return out


def _is_simple(p: Plan, size: Expr) -> bool:
    return isinstance(size, e.Num) or plain(p, size) is not None


def _axis(p: Plan, size: Expr, letters: dict[str, str]) -> str:
    """A size in a list of expected axes: a name that is bound at first sight, or a number worked out from others."""
    name = plain(p, size)
    if name is not None:
        return quoted(p.names[name])
    if isinstance(size, e.Dimension) and size.index is not None:
        sizes = {n: f"sizes[{quoted(p.names[n])}]" for n in p.sizes}
        return f"({quoted(p.names[size.name])}, {whole(size.index, sizes, letters)})"
    return worked_out(p, size)


def worked_out(p: Plan, size: Expr) -> str:
    """A size as Python arithmetic over the sizes that are known."""
    return whole(size, {n: f"sizes[{quoted(p.names[n])}]" for n in p.sizes})


def _solved(p: Plan, x: Leaf, k: int, name: str) -> str:
    """`sizes["o"] = …` from the axis of an input."""
    found = _linear(length(own_axes(p, x)[k]), name)
    assert found is not None
    code, own = p.names[x.name], p.names[name]
    words = quoted(f"{length_words(length(own_axes(p, x)[k]))} for a whole number {own}")
    return (
        f'sizes["{own}"] = _size("{code}", {k + 1}, {code}.shape[{k}], '
        f"{worked_out(p, found[0])}, {worked_out(p, found[1])}, {words})"
    )


def length_words(size: Expr) -> str:
    letters = {y.name: y.name.split("·")[0] for y in e.walk(size) if isinstance(y, e.Idx)}
    return whole(size, {y.name: y.name for y in e.walk(size) if isinstance(y, e.Dimension)}, letters)


def _family(p: Plan, x: Leaf) -> str:
    """A list of arrays, each checked with the sizes of its member."""
    if len(x.members) > 1:
        raise UnsupportedError("code for a family with two letters", found=x.name)
    b = x.members[0]
    letter = b.name.split("·")[0]
    name = p.names[x.name]
    axes = ", ".join(_axis(p, length(a), {b.name: letter}) for a in own_axes(p, x))
    comma = "," if len(x.axes) == 1 else ""
    count = _axis(p, length(b), {})
    whole_ = ", whole=True" if x.integer else ""
    first = worked_out(p, b.first)
    shape = f"lambda {letter}: ({axes}{comma})"
    return f'{name} = _family("{name}", {name}, {first}, {count}, {shape}, sizes, dtype{whole_})'
