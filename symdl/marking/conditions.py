"""Conditions: a line such as `∇L = 0` that sets a derivative to zero, for what follows, and claims nothing.

Such a line is false as a statement about every w, yet nobody who writes it means that. It is read as a condition only
where the work says so: the next line begins with an arrow, or the words before it speak of setting, of a minimum, ….
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.language.syntax import Derivative, Implication, Junction, Node, Number, Relation, Zeros
from symdl.language.understanding import Line

ARROW = re.compile(r"^[\s&{]*\\(implies|Rightarrow|Longrightarrow|therefore)\b|^[\s&{]*[⟹⇒∴]")
WORDS = re.compile(r"\b(set|setting|sets|vanish|stationar|critical|optim|minimi[sz]|maximi[sz]|zero)", re.IGNORECASE)


def begins_with_arrow(latex: str) -> bool:
    return ARROW.search(latex) is not None


def announced(prose: str) -> bool:
    """Do the words before a line say that something is set to zero?"""
    return WORDS.search(prose) is not None


def sets_to_zero(line: Line, above: Node | None) -> bool:
    """Is this `derivative = 0`, or `(what the line above found for a derivative) = 0`?"""
    node = line.node
    if not isinstance(node, Relation) or set(node.ops) != {"="} or not _is_zero(node.sides[-1]):
        return False
    first = node.sides[0]
    if isinstance(first, Derivative):
        return True
    return isinstance(above, Relation) and isinstance(above.sides[0], Derivative) and first == above.sides[-1]


def under(conditions: tuple[Relation, ...], line: Line) -> Line:
    """The line as what follows from the conditions in force."""
    premise = conditions[0] if len(conditions) == 1 else Junction("and", conditions)  # type: ignore[arg-type]
    return replace(line, node=Implication("implies", premise, line.node))


def _is_zero(node: Node) -> bool:
    return isinstance(node, Zeros) or (isinstance(node, Number) and node.value == 0)
