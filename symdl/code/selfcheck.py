"""The check that a generated module makes of itself when it is run: its gradients against central differences."""

from __future__ import annotations

from typing import Any

import numpy as np

from symdl.code.arguments import in_list
from symdl.code.backend import Backend
from symdl.code.plan import Plan
from symdl.errors import SymdlError
from symdl.judge.settings import Setting
from symdl.tensor.program import Program

CHECK = '''
def _check():
    """Compare each gradient with central differences of forward, at the small example below."""
{setup}    inputs = dict(
{inputs}
    )
{upstream}    found = gradients(**inputs{passed})
    worst = 0.0
    targets = (
{pairs}
    )
    for name, of, by in targets:
        for index in np.ndindex(np.shape(inputs[by])):
            step = 1e-6
            sides = []
            for sign in (1, -1):
                moved = np.array(inputs[by], dtype=float)
                moved[index] += sign * step
                values = forward(**{{**inputs, by: moved}})
                sides.append({value})
            expected = (sides[0] - sides[1]) / (2 * step)
            value = np.asarray(found[name])[(..., *index)]
            gap = np.max(np.abs(value - expected) / (1 + np.abs(expected)))
            assert gap <= 1e-6, f"{{name}} at {{index}}: {{value}}, by differences {{expected}}"
            worst = max(worst, float(gap))
    print(f"gradients agree with central differences to {{worst:.1e}}")


if __name__ == "__main__":
    _check()
'''


def self_check(p: Plan, program: Program, backend: Backend) -> str:
    """The text of `_check`, on values that satisfy the assumptions; nothing where no such values are found."""
    from symdl.code.verify import example, inputs_of, restricted

    leaves = {x.name for x in p.inputs if not x.integer and not in_list(p, x) and x.name not in p.constants}
    pairs = [
        (t.name, p.names[t.of], p.names[t.by[0]])
        for t in p.targets
        if len(t.by) == 1 and t.by[0] in leaves and (not p.upstreams or t.of == p.upstreams[0].of)
    ]
    if not pairs:
        return ""
    try:
        valuation = example(program, Setting("square", 11))
    except SymdlError:
        return ""
    given = inputs_of(p, valuation)
    constants = {p.names[n] for n in p.constants}
    bound = restricted(program)
    free = {p.names[x.name] for x in p.inputs if x.name not in bound and not x.integer}
    rows = [
        f"        {name}={_literal(value, 4 if name in free else None)},"
        for name, value in given.items()
        if name not in constants
    ]
    upstream, passed, value = "", "", "np.asarray(values[of])"
    if p.upstreams:  # any weights do: the abstract loss is then their sum with what it depends on
        names = ", ".join(
            f'"{u.code}": np.cos(np.indices(np.shape(values["{p.names[u.by]}"])).sum(axis=0) + 1.0)'
            for u in p.upstreams
        )
        upstream = f"    values = forward(**inputs)\n    weights = {{{names}}}\n"
        passed = ", **weights"
        value = " + ".join(f'np.sum(weights["{u.code}"] * np.asarray(values["{p.names[u.by]}"]))' for u in p.upstreams)
    return CHECK.format(
        setup=backend.check_setup,
        inputs="\n".join(rows),
        upstream=upstream,
        passed=passed,
        pairs="\n".join(f'        ("{a}", "{b}", "{c}"),' for a, b, c in pairs),
        value=value,
    )


def _literal(a: Any, digits: int | None = None) -> str:
    """An array as Python text: exactly, or with so many decimals where nothing restricts its values."""
    if isinstance(a, list):
        return f"[{', '.join(_literal(x, digits) for x in a)}]"
    array = np.asarray(a)
    if array.dtype.kind not in "iu":
        array = array.astype(float) if digits is None else array.astype(float).round(digits)
    return f"np.array({array.tolist()!r})" if array.ndim else repr(array.item())
