"""The check that a generated module makes of itself when it is run: its gradients against central differences."""

from __future__ import annotations

from typing import Any

import numpy as np

from symdl.code.plan import Plan
from symdl.errors import SymdlError
from symdl.tensor.program import Program

CHECK = '''
def _check():
    """Compare each gradient with central differences of forward, at the small example below."""
    inputs = dict(
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
            gap = np.max(np.abs(found[name][(..., *index)] - expected) / (1 + np.abs(expected)))
            assert gap <= 1e-6, f"{{name}} at {{index}}: {{found[name][(..., *index)]}}, by differences {{expected}}"
            worst = max(worst, float(gap))
    print(f"gradients agree with central differences to {{worst:.1e}}")


if __name__ == "__main__":
    _check()
'''


def self_check(p: Plan, program: Program) -> str:
    """The text of `_check`, on values that satisfy the assumptions; nothing where no such values are found."""
    from symdl.code.verify import example

    leaves = {x.name for x in p.inputs if not x.integer}
    pairs = [
        (t.name, p.names[t.of], p.names[t.by[0]])
        for t in p.targets
        if len(t.by) == 1 and t.by[0] in leaves and (not p.upstreams or t.of == p.upstreams[0].of)
    ]
    if not pairs:
        return ""
    try:
        valuation = example(program)
    except SymdlError:
        return ""
    free = [n for n in p.sizes if n not in {a.size.name for x in p.inputs for a in x.axes}]
    rows = [
        f"        {p.names[x.name]}={_literal(valuation.leaves[x.name])},"
        for x in p.inputs
        if x.name not in p.constants
    ]
    rows += [f"        {p.names[n]}={valuation.sizes[n]}," for n in free]
    upstream, passed, value = "", "", "values[of]"
    if p.upstreams:  # any weights do: the abstract loss is then their sum with what it depends on
        names = ", ".join(
            f'"{u.code}": np.cos(np.indices(values["{p.names[u.by]}"].shape).sum(axis=0) + 1.0)' for u in p.upstreams
        )
        upstream = f"    values = forward(**inputs)\n    weights = {{{names}}}\n"
        passed = ", **weights"
        value = " + ".join(f'np.sum(weights["{u.code}"] * values["{p.names[u.by]}"])' for u in p.upstreams)
    return CHECK.format(
        inputs="\n".join(rows),
        upstream=upstream,
        passed=passed,
        pairs="\n".join(f'        ("{a}", "{b}", "{c}"),' for a, b, c in pairs),
        value=value,
    )


def _literal(a: Any) -> str:
    """An array as Python text, exactly."""
    array = np.asarray(a)
    if array.dtype.kind not in "iu":
        array = array.astype(float)
    return f"np.array({array.tolist()!r})" if array.ndim else repr(array.item())
