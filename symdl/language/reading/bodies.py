"""Bodies of functions: definitions put in, and whether they act entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.errors import ReadError
from symdl.language.reading.names import (
    name_text,
    unwrap,
)
from symdl.language.surface import (
    Group,
    Infix,
    Related,
    Scripts,
    Seq,
    Surface,
)
from symdl.language.syntax import (
    Add,
    Apply,
    Cases,
    Compare,
    Constant,
    Function,
    Hadamard,
    Indicator,
    Neg,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Size,
    Symbol,
)
from symdl.language.understanding import Definition

if TYPE_CHECKING:
    pass


def applied_scalars(surface: Surface) -> dict[str, Surface]:
    """L and w in `w^\\star : \\nabla_w L(w^\\star) = 0`."""
    s = unwrap(surface)
    if not (isinstance(s, Infix) and s.op == ":" and isinstance(s.right, Related)):
        return {}
    row = s.right.parts[0]
    if not (isinstance(row, Seq) and len(row.items) == 3 and isinstance(row.items[2], Group)):
        return {}
    nabla, name = unwrap(row.items[0]), name_text(unwrap(row.items[1]))
    if name is None or not isinstance(nabla, Scripts) or nabla.sub is None:
        return {}
    return {name: nabla.sub}


def inlined(node: Node, variable: str, definitions: list[Definition]) -> Node:
    """An expression with every defined name that depends on the variable replaced by its definition."""
    values = {d.name: d for d in definitions if d.kind == "value"}

    def depends(n: Node, seen: frozenset[str]) -> bool:
        return any(
            isinstance(x, Symbol)
            and (
                x.name == variable
                or (x.name in values and x.name not in seen and depends(values[x.name].right, seen | {x.name}))
            )
            for x in n.walk()
        )

    def visit(n: Node) -> Node:
        if isinstance(n, Symbol) and n.name in values and depends(n, frozenset()):
            d = values[n.name]
            if not isinstance(d.left, Symbol):
                raise ReadError(
                    f"{n.name} depends on {variable} and is defined by its entries",
                    found=d.latex,
                    expected=f"a definition in matrix form, or the function written out in {variable}",
                )
            return visit(d.right)
        return n.map_children(visit)

    return visit(node)


def acts_entry_by_entry(node: Node) -> bool:
    """Is every entry of this a function of the same entry of its symbols (and of scalars)?"""
    if isinstance(node, Product):
        return sum(bool(f.shape) for f in node.factors) <= 1 and all(acts_entry_by_entry(f) for f in node.factors)
    if isinstance(node, Power):
        return len(node.shape) < 2 and acts_entry_by_entry(node.base) and acts_entry_by_entry(node.exponent)
    if isinstance(node, Symbol | Number | Size | Constant):
        return True
    if isinstance(node, Add | Neg | Quotient | Function | Hadamard | Cases | Compare | Indicator):
        return all(acts_entry_by_entry(c) for c in node.children())
    return isinstance(node, Apply) and node.elementwise and all(acts_entry_by_entry(c) for c in node.children())
