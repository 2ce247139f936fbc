"""What `symdl read` prints: every line in symdl's own notation, with shapes, ranges and assumptions."""

from __future__ import annotations

from symdl.api import Model
from symdl.language.dims import shape_text
from symdl.language.print_latex import latex
from symdl.language.syntax import Node
from symdl.language.understanding import Line


def report(model: Model) -> str:
    """The whole of a problem as understood, as plain text."""
    u = model.understanding
    _ = model.program  # what can't be elaborated is an error here too, not later
    rows = [str(model.problem.title or "(no title)"), ""]
    rows.append("names")
    for d in u.scope.names.values():
        kind = "integer " if d.integer else ""
        family = "".join(f" for {b.name} in {b.range}" for b in d.members)
        what = shape_text(d.shape) if d.kind == "tensor" else d.kind
        rows.append(f"  {d.name} : {kind}{what}{family}")
    if u.scope.dimensions:
        rows += ["", "sizes", "  " + ", ".join(sorted(u.scope.dimensions))]
    if u.definitions:
        rows += ["", "given"]
        for d in u.definitions:
            shape = f"   [{shape_text(d.left.shape)}]" if d.kind in ("value", "gradient", "step", "start") else ""
            ranges = "".join(f", {b.name} = {b.range}" for b in d.binders)
            rows.append(f"  {latex(d.left)} = {latex(d.right)}{shape}{ranges}   ({d.kind})")
    for title, lines in (
        ("assume", u.assumptions),
        ("random", u.random),
        ("derive", u.targets),
        ("show", u.claims),
        ("steps", tuple(s.line for s in u.steps)),
    ):
        if lines:
            rows += ["", title, *(row for line in lines for row in _line(line))]
    return "\n".join(rows) + "\n"


def _line(line: Line) -> list[str]:
    ranges = "".join(f", {name} = {r}" for name, r in line.letters.items())
    out = [f"  {_tree(line.node)}{ranges}"]
    return out + [f"      {n}" for n in line.notes]


def _tree(node: Node) -> str:
    return latex(node)
