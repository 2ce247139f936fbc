"""What a page adds to a derivation: a worked instance in numbers, and a common slip with the values that refute it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from symdl.language.syntax import Node, Relation
from symdl.solution.evidence import Witness

Values = float | tuple["Values", ...]


@dataclass(frozen=True)
class Quantity:
    """A name of the page and its value at the instance, as nested tuples."""

    name: Node
    value: Values


@dataclass(frozen=True)
class Instance:
    """One set of small values: what goes in, what the definitions give, what the derivatives are."""

    inputs: tuple[Quantity, ...]
    forward: tuple[Quantity, ...]
    derivatives: tuple[Quantity, ...]


@dataclass(frozen=True)
class Slip:
    """A wrong line that people write: the line, the right one, the kind of slip, where the judge refuted it."""

    line: Relation
    right: Relation
    kind: str
    status: str  # of the right line
    witness: Witness
    functions: tuple[Node, ...] = ()  # what the problem leaves open, chosen for the witness
    letter: str = ""  # the one letter of a line that holds for all its values, and the first of these
    base: int = 1

    def mapped(self, change: Callable[[Node], Node]) -> Slip:
        """The same slip, its lines written otherwise."""
        line, right = change(self.line), change(self.right)
        assert isinstance(line, Relation) and isinstance(right, Relation)
        return replace(self, line=line, right=right)
