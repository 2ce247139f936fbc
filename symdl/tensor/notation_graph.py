"""Series-parallel reduction of the index graph of a term, to a product of matrices.

Letters are nodes, two-index factors are edges, one-index factors are diagonal labels. A dummy of degree 2 is a matrix
product, of degree 1 a product with a vector or with 1, parallel edges are ⊙.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from symdl.language import syntax as s
from symdl.language.dims import Axis
from symdl.tensor.expr import Bind
from symdl.tensor.notation_base import NoMatrixForm, Notation
from symdl.tensor.notation_index import axis_of
from symdl.tensor.notation_trees import diagonal, hadamard, product, transpose


@dataclass
class Graph:
    """A term being reduced: what stands on each letter, and between two."""

    labels: dict[str, list[s.Node]] = field(default_factory=dict)  # letter → columns
    edges: dict[tuple[str, str], list[s.Node]] = field(default_factory=dict)  # (row, column) → matrices
    deltas: set[tuple[str, str]] = field(default_factory=set)

    def edge(self, a: str, b: str, tree: s.Node) -> None:
        if (b, a) in self.edges:
            self.edges[b, a].append(transpose(tree))
        else:
            self.edges.setdefault((a, b), []).append(tree)

    def neighbours(self, k: str) -> list[tuple[str, str]]:
        return [ab for ab in self.edges if k in ab]

    def take(self, a: str, b: str) -> s.Node:
        """The edge between two letters, oriented a × b, taken out."""
        if (a, b) in self.edges:
            return hadamard(self.edges.pop((a, b)))
        return transpose(hadamard(self.edges.pop((b, a))))

    def label(self, k: str) -> s.Node | None:
        found = self.labels.pop(k, [])
        return hadamard(found) if found else None


def reduce_dummies(graph: Graph, dummies: list[str], ranges: dict[str, Bind], n: Notation) -> list[s.Node]:
    """All dummies gone; what closes to a number is returned."""
    scalars: list[s.Node] = []
    left = list(dummies)
    while left:
        ready = sorted(left, key=lambda k: len(graph.neighbours(k)))
        k = ready[0]
        around = graph.neighbours(k)
        axis = axis_of(ranges[k].first, ranges[k].last, n)
        if len(around) > 2:
            raise NoMatrixForm("an index that three factors share")
        if len(around) == 0:
            scalars.append(_closed(graph.labels.pop(k, []), axis))
        elif len(around) == 1:
            a = around[0][0] if around[0][1] == k else around[0][1]
            column = graph.label(k)
            if a in left and len(graph.neighbours(a)) == 1:
                # a lone pair: vᵀ M w
                row = graph.label(a)
                own = axis_of(ranges[a].first, ranges[a].last, n)
                m = graph.take(a, k)
                if isinstance(m, s.Transpose) or (isinstance(m, s.Product) and isinstance(m.factors[0], s.Transpose)):
                    m, row, column, own, axis = transpose(m), column, row, axis, own
                scalars.append(_bilinear(row, m, column, own, axis))
                left.remove(a)
            else:
                graph.labels.setdefault(a, []).append(product([graph.take(a, k), column or s.Ones((axis,))]))
        else:
            a, b = (ab[0] if ab[1] == k else ab[1] for ab in around)
            if a == b:
                raise NoMatrixForm("a double edge")
            first, second = graph.take(a, k), graph.take(k, b)
            column = graph.label(k)
            middle = [diagonal(column)] if column is not None else []
            graph.edge(a, b, product([first, *middle, second]))
        left.remove(k)
    return scalars


def _closed(labels: list[s.Node], axis: Axis) -> s.Node:
    """Σ_k of labels alone: `aᵀ b`, `1ᵀ a`."""
    if not labels:
        return s.Size(axis.size)
    if len(labels) == 1:
        one = labels[0]
        if isinstance(one, s.MatrixFunction) and one.name == "diag" and len(one.shape) == 1:
            return s.MatrixFunction("trace", one.body)
        if isinstance(one, s.Power) and one.exponent == s.Number(Fraction(2)) and one.base.shape:
            return s.Power(s.Norm(one.base), one.exponent)
        return product([transpose(s.Ones((axis,))), one])
    return product([transpose(labels[0]), hadamard(labels[1:])])


def _bilinear(row: s.Node | None, m: s.Node, column: s.Node | None, own: Axis, axis: Axis) -> s.Node:
    left = row if row is not None else s.Ones((own,))
    right = column if column is not None else s.Ones((axis,))
    if row is None and column is None and isinstance(m, s.Hadamard) and len(m.factors) == 2:
        if m.factors[0] == m.factors[1]:
            return s.Power(s.Norm(m.factors[0], "F"), s.Number(Fraction(2)))
        return s.InnerProduct(*m.factors)
    if row is None and column is None and isinstance(m, s.HadamardPower) and m.exponent == s.Number(Fraction(2)):
        return s.Power(s.Norm(m.base, "F"), m.exponent)
    return product([transpose(left), m, right])


def finish(graph: Graph, out: tuple[Bind, ...], n: Notation) -> s.Node | None:
    """What is left on the output letters."""
    if not out:
        return None
    axes = [axis_of(b.first, b.last, n) for b in out]
    labels = [graph.label(b.name) for b in out]
    if len(out) == 1:
        return labels[0] if labels[0] is not None else s.Ones((axes[0],))
    a, b = out[0].name, out[1].name
    if not graph.edges:
        left = labels[0] if labels[0] is not None else s.Ones((axes[0],))
        right = labels[1] if labels[1] is not None else s.Ones((axes[1],))
        return product([left, transpose(right)])
    m = graph.take(a, b)
    if isinstance(m, s.Identity) and any(v is not None for v in labels):
        return diagonal(hadamard([v for v in labels if v is not None]))
    if all(v is not None for v in labels):
        outer = [v for v in labels if v is not None]
        return hadamard([product([outer[0], transpose(outer[1])]), m])
    around = [diagonal(v) if v is not None else None for v in labels]
    return product([*([around[0]] if around[0] else []), m, *([around[1]] if around[1] else [])])
