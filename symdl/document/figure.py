"""The computational graph of a problem: laid out once, in centimetres, for whoever draws it.

Quantities stand in columns by how many definitions lie before them; a long arrow bends round what stands between.
Forward arrows go from a quantity to those made of it. An adjoint flows back along every arrow that leads from a
variable of a target to what is differentiated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from symdl.document import tree
from symdl.document.widths import width
from symdl.language.print_text import text
from symdl.language.syntax import Derivative, Node, Symbol
from symdl.language.understanding import Definition, Understanding
from symdl.solution.step import Solution

WIDTH, COLUMN, ROW = 15.4, 2.5, 1.45  # of the page; between columns and rows
NARROWEST = 1.75  # columns closer than this can't be told apart
MOST_NODES, MOST_ROWS = 24, 7
EM, HEIGHT, PAD = 0.36, 0.62, 0.32
LABEL = 0.95  # an adjoint beside its box
CUT, CUTS = 0.7, 6  # how much of a corner is rounded, in how many lines
HEAD, GAP = 0.17, 0.09  # an arrow's head; half the way between an arrow and the one back
FLOWING = ("value", "abstract")


@dataclass(frozen=True)
class _Graph:
    """Names in order, what each is made of, and which edges an adjoint takes."""

    inputs: tuple[str, ...]
    made_of: Mapping[str, tuple[str, ...]]
    adjoint: frozenset[str]  # names whose adjoint flows
    of: str


def graph(understanding: Understanding, solution: Solution) -> tree.Figure | None:
    """The figure; None where the problem is no graph of values, or one too large or too small to be worth drawing."""
    found = _read(understanding, solution)
    if found is None:
        return None
    columns = _columns(found)
    rows, bends = _rows(found, columns)
    count = max(columns.values()) + 1
    step = min(COLUMN, (WIDTH - 1.6) / max(count - 1, 1))
    if step < NARROWEST or max(rows.values()) - min(rows.values()) + 1 > MOST_ROWS:
        return None
    of = found.of
    names = {d.name: d for d in understanding.scope.names.values()}
    labels = {n: Symbol(n, names[n].shape, integer=names[n].integer) for n in columns}
    left = _wide(labels[min(columns, key=lambda n: columns[n])])
    edges = [_reach(rows[n], n in found.adjoint and n != of) for n in columns]
    edges += [(y * ROW - 0.15, y * ROW + 0.15) for b in bends.values() for _, y in b]
    top = min(above for above, _ in edges) - 0.05

    def spot(x: float, y: float) -> tuple[float, float]:
        return round(left + x * step, 3), round(y * ROW - top, 3)

    nodes = []
    for n in columns:
        x, y = spot(columns[n], rows[n])
        back: Node | None = Derivative(labels[found.of], (labels[n],)) if n in found.adjoint and n != found.of else None
        if back is not None and solution.bars is not None:
            back = solution.bars.spell(back)
        formula = tree.Formula(back) if back is not None else None
        label, wide = tree.Formula(labels[n]), _wide(labels[n])
        nodes.append(tree.Vertex(x, y, wide, HEIGHT, label, formula, n in found.made_of, rows[n] < 0))
    at = {n: v for n, v in zip(columns, nodes, strict=True)}
    arrows: list[tree.Arrow] = []
    for v, parts in found.made_of.items():
        for u in parts:
            path = [(at[u].x, at[u].y), *(spot(*b) for b in bends.get((u, v), ())), (at[v].x, at[v].y)]
            both = {u, v} <= found.adjoint
            arrows.append(_arrow(path, at[u], at[v], GAP if both else 0.0, "forward"))
            if both:
                arrows.append(_arrow(path[::-1], at[v], at[u], GAP, "adjoint"))
    right = max(v.x + v.width / 2 for v in nodes) + 0.1
    bottom = max(below for _, below in edges) - top + 0.05
    return tree.Figure(tuple(nodes), tuple(arrows), round(right, 3), round(bottom, 3), _aloud(found))


def _read(understanding: Understanding, solution: Solution) -> _Graph | None:
    definitions = understanding.definitions
    targets = [r.target for r in solution.results if isinstance(r.target, Derivative)]
    if len(definitions) < 3 or not targets or any(d.kind not in (*FLOWING, "gradient") for d in definitions):
        return None
    flowing = [d for d in definitions if d.kind in FLOWING]
    tensors = {d.name for d in understanding.scope.names.values() if d.kind == "tensor" and not d.members}
    made_of = {d.name: _parts(d, tensors) for d in flowing}
    ofs = {n.name for t in targets for n in t.of.walk() if isinstance(n, Symbol)}
    if len(made_of) < len(flowing) or len(ofs) != 1 or not set(made_of) <= tensors:
        return None
    of = ofs.pop()
    by = {n.name for t in targets for b in t.by for n in b.walk() if isinstance(n, Symbol)}
    used = _above([of], made_of)
    if of not in made_of or not by <= used | set(made_of):
        return None
    made_of = {v: parts for v, parts in made_of.items() if v in used}
    inputs = tuple(dict.fromkeys(u for parts in made_of.values() for u in parts if u not in made_of))
    moved = _below(by, made_of)
    if len(inputs) + len(made_of) > MOST_NODES or len(made_of) < 3:
        return None
    return _Graph(inputs, made_of, frozenset(moved & used), of)


def _parts(d: Definition, tensors: set[str]) -> tuple[str, ...]:
    found = [n.name for n in d.right.walk() if isinstance(n, Symbol) and n.name in tensors and n.name != d.name]
    return tuple(dict.fromkeys(found))


def _above(ends: Iterable[str], made_of: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Everything that these are made of, themselves included."""
    out, todo = set(), list(ends)
    while todo:
        n = todo.pop()
        if n not in out:
            out.add(n)
            todo += made_of.get(n, ())
    return out


def _below(starts: Iterable[str], made_of: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Everything that is made of these, themselves included."""
    out = set(starts)
    for v, parts in made_of.items():  # definitions stand in order
        if out & set(parts):
            out.add(v)
    return out


def _columns(g: _Graph) -> dict[str, int]:
    columns: dict[str, int] = {}
    for v, parts in g.made_of.items():
        columns[v] = max([columns[u] + 1 for u in parts if u in columns], default=1)
    for u in g.inputs:
        columns[u] = min(columns[v] for v, parts in g.made_of.items() if u in parts) - 1
    return columns


Spot = tuple[float, float]


def _rows(g: _Graph, columns: Mapping[str, int]) -> tuple[dict[str, float], dict[tuple[str, str], list[Spot]]]:
    """The row of each name; where arrows over several columns bend.

    A column is centred; what is defined, and arrows that pass, stand in the middle in the order of what they come
    from; inputs stand above and below by turns.
    """
    long = [(u, v) for v, parts in g.made_of.items() for u in parts if columns[v] - columns[u] > 1]
    rows: dict[str, float] = {}
    bends: dict[tuple[str, str], list[Spot]] = {e: [] for e in long}
    for column in range(max(columns.values()) + 1):
        middle: list[tuple[float, int, object]] = []
        for k, v in enumerate(g.made_of):
            if columns[v] == column:
                before = [bends[(u, v)][-1][1] if bends.get((u, v)) else rows[u] for u in g.made_of[v] if u in rows]
                middle.append((sum(before) / len(before) if before else 0.0, k, v))
        for k, e in enumerate(long):
            if columns[e[0]] < column < columns[e[1]]:
                y = bends[e][-1][1] if bends[e] else rows[e[0]]
                middle.append((y, len(g.made_of) + k, e))
        middle.sort(key=lambda m: m[:2])
        order: list[object] = [m[2] for m in middle]
        # a passing arrow leaves the row of what is defined: that one keeps the middle of the page
        for k, u in enumerate(n for n in g.inputs if columns[n] == column):
            order.insert(_beside(order, g.made_of, k % 2 == 1), u)
        defined = [k for k, n in enumerate(order) if isinstance(n, str) and n in g.made_of]
        centre = sum(defined) / len(defined) if defined else (len(order) - 1) / 2
        for k, n in enumerate(order):
            if isinstance(n, str):
                rows[n] = k - centre
            elif isinstance(n, tuple):
                bends[n].append((float(column), k - centre))
    return rows, bends


def _beside(order: list[object], made_of: Mapping[str, tuple[str, ...]], above: bool) -> int:
    """Where an input stands: next to what is defined in its column, so that its arrow crosses none that pass."""
    defined = [k for k, n in enumerate(order) if n in made_of]
    if not defined:
        return 0 if above else len(order)
    return defined[0] if above else defined[-1] + 1


def _reach(row: float, adjoint: bool) -> tuple[float, float]:
    """How far up and down a box reaches, with its adjoint."""
    y = row * ROW
    above, below = (LABEL, 0.0) if row < 0 else (0.0, LABEL)
    return y - HEIGHT / 2 - above * adjoint, y + HEIGHT / 2 + below * adjoint


def _wide(label: Node) -> float:
    return round(max(0.7, EM * width(label) + PAD), 3)


def _arrow(path: Sequence[Spot], a: tree.Vertex, b: tree.Vertex, aside: float, role: str) -> tree.Arrow:
    """From the edge of one box to the edge of another, a little to the right of the way."""
    points = [_aside(path, k, aside) for k in range(len(path))]
    points[0] = _edge(points[0], points[1], a)
    points[-1] = _edge(points[-1], points[-2], b)
    (x0, y0), (x1, y1) = points[-2], points[-1]
    length = hypot(x1 - x0, y1 - y0) or 1.0
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    base = (x1 - HEAD * ux, y1 - HEAD * uy)
    half = HEAD * 0.38
    head = ((x1, y1), (base[0] - half * uy, base[1] + half * ux), (base[0] + half * uy, base[1] - half * ux))
    return tree.Arrow(_round(_bent((*points[:-1], base))), _round(head), role)


def _bent(points: Sequence[Spot]) -> list[Spot]:
    """A way with its corners rounded: each is cut by a parabola, in a few short lines."""
    out = [points[0]]
    for a, corner, b in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(corner, a), _towards(corner, b)
        for k in range(CUTS + 1):
            t = k / CUTS
            u, v, w = (1 - t) ** 2, 2 * t * (1 - t), t**2
            out.append((u * start[0] + v * corner[0] + w * end[0], u * start[1] + v * corner[1] + w * end[1]))
    return [*out, points[-1]]


def _towards(corner: Spot, other: Spot) -> Spot:
    """A point on the way from a corner: as far as the corner is cut, half the way at most."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    share = min(0.5, CUT / (hypot(dx, dy) or 1.0))
    return corner[0] + share * dx, corner[1] + share * dy


def _aside(path: Sequence[Spot], k: int, by: float) -> Spot:
    """The k-th point of a way, moved to its right hand."""
    (x0, y0), (x1, y1) = path[max(k - 1, 0)], path[min(k + 1, len(path) - 1)]
    length = hypot(x1 - x0, y1 - y0) or 1.0
    return path[k][0] - by * (y1 - y0) / length, path[k][1] + by * (x1 - x0) / length


def _edge(inner: Spot, outer: Spot, box: tree.Vertex) -> Spot:
    """Where the line from inside a box to a point outside it leaves the box."""
    dx, dy = outer[0] - inner[0], outer[1] - inner[1]
    steps = []
    for d, start, centre, half in ((dx, inner[0], box.x, box.width / 2), (dy, inner[1], box.y, box.height / 2)):
        if d:
            steps.append((centre + (half if d > 0 else -half) - start) / d)
    t = min([s for s in steps if s >= 0], default=0.0)
    return inner[0] + t * dx, inner[1] + t * dy


def _round(points: Iterable[Spot]) -> tuple[Spot, ...]:
    return tuple((round(x, 3), round(y, 3)) for x, y in points)


def _aloud(g: _Graph) -> str:
    made = "; ".join(f"{_said(v)} from {', '.join(map(_said, parts))}" for v, parts in g.made_of.items() if parts)
    back = ", ".join(_said(n) for n in (*g.made_of, *g.inputs) if n in g.adjoint and n != g.of)
    return f"Computational graph: {made}. Adjoints flow back from {_said(g.of)} to {back}."


def _said(name: str) -> str:
    return text(Symbol(name))
