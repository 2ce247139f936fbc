"""`forward` and `gradients`: their arguments with shapes, the checks of these, and the lines that compute."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from symdl.code.arguments import checks, free_sizes, label_rows, quoted, shape_words, times
from symdl.code.lowering import Lowering
from symdl.code.ordering import Assignment
from symdl.code.plan import Plan
from symdl.python_rows import WIDTH, wrapped

_INDENT = 4


@dataclass(frozen=True)
class Function:
    """One function as a template prints it: lines of its own, without indentation."""

    name: str
    signature: list[str]
    summary: str
    arguments: list[str]
    returned: list[str]
    lines: list[str]


def forward(p: Plan, low: Lowering, rows: list[str], late: list[str]) -> Function:
    """Every quantity of `given`; `late` are the lines of those that use a gradient from above."""
    returned = ["a dict of every quantity:" if p.quantities else "an empty dict"]
    returned += [f"    {a.code}: {_shape_of(a, low)}" for a in p.quantities]
    returned += [f"left out: {name}, {why}" for name, why in p.without]
    first = [a.code for block in p.forward for a in block]
    if not late:
        lines = [*_checked(p, low, rows), *rows, f"return {_dict(first)}"]
    else:
        names = [a.code for block in p.late for a in block if " ∂ " not in a.key]
        upstream = _upstream_checks(p, low)
        inner = [*upstream, *late, f"values |= {_dict(names)}"]
        if p.upstreams:
            given = " and ".join(f"{u.code} is not None" for u in p.upstreams)
            inner = [f"if {given}:", *(" " * _INDENT + line for line in inner)]
        lines = [*_checked(p, low, [*rows, *late, *upstream]), *rows, f"values = {_dict(first)}"]
        lines += [*inner, "return values"]
    summary = "Every quantity that the definitions define."
    return _function("forward", _parameters(p, "None"), summary, _arguments(p, False), returned, lines)


def gradients(p: Plan, low: Lowering, rows: list[str]) -> Function:
    """Every target; it calls `forward` for the quantities that it needs."""
    passed = ", ".join(f"{n}={n}" for n in _argument_names(p))
    upstream = _upstream_checks(p, low)
    late = [a.code for block in p.late for a in block if " ∂ " not in a.key]
    needed = _used([*(a.code for block in p.forward for a in block), *late], rows)
    if set(needed) & set(late):
        passed += "".join(f", {u.code}={u.code}" for u in p.upstreams)
    lines = [*_checked(p, low, [*rows, *upstream]), *upstream]
    if needed:
        lines.append(f"values = forward({passed})")
        lines += [f'{n} = values["{n}"]' for n in needed]
    lines += [*rows, f"return {_dict([t.name for t in p.targets])}"]
    returned = [
        "a dict of every derivative:",
        *(f"    {t.name}: {_shape_of(t.assignment, low)}" for t in p.targets),
    ]
    summary = "Every derivative that was asked for."
    return _function("gradients", _parameters(p, ""), summary, _arguments(p, True), returned, lines)


def _function(
    name: str, parameters: str, summary: str, arguments: list[str], returned: list[str], lines: list[str]
) -> Function:
    width = WIDTH - _INDENT
    returned = [line for x in returned for line in _filled(x, width - _INDENT)]
    arguments = [line for x in arguments for line in _filled(x, width - _INDENT)]
    signature = wrapped([f"def {name}({parameters}):"])
    return Function(name, signature, summary, arguments, returned, wrapped(lines, width))


def _filled(line: str, width: int) -> list[str]:
    """A line of a docstring, broken between words."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(line, width, subsequent_indent=indent + "    ", break_on_hyphens=False) or [line]


def _parameters(p: Plan, upstream: str) -> str:
    """Names of the arguments; `upstream` is a default for gradients from above, or none."""
    plain = [p.names[x.name] for x in p.inputs if x.name not in p.constants]
    plain += [u.code for u in p.upstreams] if not upstream else []
    plain += [p.names[n] for n in free_sizes(p)]
    kept = [f"{p.names[n]}={float(v)!r}" for n, v in p.constants.items()]
    kept += [f"{u.code}={upstream}" for u in p.upstreams] if upstream else []
    return ", ".join(["*", *plain, *kept]) if plain or kept else ""


def _arguments(p: Plan, upstream: bool) -> list[str]:
    """Every argument with its shape."""
    rows = [f"{p.names[x.name]}: {shape_words(x, p)}" for x in p.inputs]
    without = "what needs it is left out without it" if p.late else "it is not needed here"
    optional = "" if upstream else f" (optional: {without})"
    rows += [f"{u.code}: gradient of {p.names[u.of]} with respect to {p.names[u.by]}{optional}" for u in p.upstreams]
    return rows + [f"{p.names[n]}: a size" for n in free_sizes(p)]


def _checked(p: Plan, low: Lowering, rows: Iterable[str]) -> list[str]:
    """Lines that check the inputs, and the sizes that the rows use."""
    rows = list(rows)
    names = _used([p.names[n] for n in p.sizes], [*rows, *label_rows(p)])
    out = checks(p)
    if names:
        out.append(f"{', '.join(names)} = {', '.join(f'sizes[{quoted(n)}]' for n in names)}")
    for n in p.families:
        if _used([p.names[n]], rows):
            name = quoted(p.names[n])
            kept = f"isinstance(k, tuple) and k[0] == {name}"
            out.append(f"{p.names[n]} = {{k[1]: v for k, v in sizes.items() if {kept}}}")
    return [*out, *label_rows(p)]


def _used(names: Iterable[str], rows: Iterable[str]) -> list[str]:
    """The identifiers among `names` that stand in the rows."""
    text = "\n".join(rows)
    return [n for n in names if re.search(rf"(?<![\w.\"]){re.escape(n)}(?![\w\"])", text)]


def _upstream_checks(p: Plan, low: Lowering) -> list[str]:
    out = []
    for u in p.upstreams:
        axes = ", ".join(low.length(b) for b in u.binders)
        comma = "," if len(u.binders) == 1 else ""
        out.append(f'{u.code} = _input("{u.code}", {u.code}, ({axes}{comma}), sizes, dtype)')
    return out


def _argument_names(p: Plan) -> list[str]:
    names = [p.names[x.name] for x in p.inputs if x.name not in p.constants]
    return [*names, *(p.names[n] for n in free_sizes(p)), *(p.names[n] for n in p.constants)]


def _shape_of(a: Assignment, low: Lowering) -> str:
    if a.members:
        b = a.binders[0]
        return f"a list, for {b.name.split('·')[0]} from {low.whole(b.first)} to {low.whole(b.last)}"
    return times(low.length(b) for b in a.binders)


def _dict(names: list[str]) -> str:
    return "{" + ", ".join(f'"{n}": {n}' for n in names) + "}"
