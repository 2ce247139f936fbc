"""Change a document tree from the leaves up: every part that a function changes, the rest as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from symdl.document import tree
from symdl.document.widths import latex_width
from symdl.errors import SymdlError
from symdl.language.print_latex import latex
from symdl.language.syntax import Constant, Function, Node, Power, Quotient, Reduce

SHORT = 5.5  # a wider exponent is read more easily behind exp


def mapped(part: Any, change: Callable[[Any], Any]) -> Any:
    """The same part of a document, each part below it and itself passed through `change`."""
    if isinstance(part, tuple):
        return tuple(mapped(p, change) for p in part)
    if not (is_dataclass(part) and not isinstance(part, type) and type(part).__module__ == tree.__name__):
        return part
    new = {}
    for f in fields(part):
        old = getattr(part, f.name)
        value = mapped(old, change)
        if value is not old and value != old:
            new[f.name] = value
    return change(replace(part, **new) if new else part)


def in_part(k: int) -> Callable[[Any], Any]:
    """Numbered lines and references to them as those of the k-th part of a handout, which counts for itself."""

    def change(part: Any) -> Any:
        return replace(part, part=k) if isinstance(part, tree.Row | tree.Reference | tree.Finding) else part

    return change


def exponentials(part: Any) -> Any:
    """exp of something short as a power of e, as people write it."""
    if isinstance(part, tree.Formula) and part.node is not None:
        return replace(part, node=_powers(part.node))
    return part


def _powers(node: Node) -> Node:
    new = node.map_children(_powers)
    if isinstance(new, Function) and new.name == "exp" and not new.args[0].shape and _short(new.args[0]):
        return Power(Constant("e"), new.args[0])
    return new


def _short(node: Node) -> bool:
    if any(isinstance(n, Quotient | Reduce) for n in node.walk()):
        return False
    try:
        return latex_width(latex(node)) <= SHORT
    except SymdlError:
        return False
