"""What rewriting knows: the program, the ranges of letters, the declared facts, and the patterns that names fold."""

from __future__ import annotations

from dataclasses import dataclass, field

from symdl.language.syntax import Node
from symdl.rewrite.terms import Term
from symdl.tensor.expr import Bind, Expr
from symdl.tensor.program import Program


@dataclass(frozen=True)
class Pattern:
    """`lead · rest = access · scale`: where the lead stands, the name may replace it (see fold and facts)."""

    name: str
    variables: frozenset[str]
    lead: tuple[tuple[Expr, Expr], ...]  # powers that must be there
    binders: tuple[Bind, ...]  # the sum they stand under
    result: Term  # what the lead equals
    ranges: tuple[Bind, ...] = ()  # where it holds
    source: Node | None = None  # the assumption that it is


@dataclass
class Context:
    """One rewriting session over one program; memo tables live and die with it."""

    program: Program
    ranges: dict[str, Bind] = field(default_factory=dict)
    folds: dict[str, list[Pattern]] = field(default_factory=dict)
    facts: dict[str, list[Pattern]] = field(default_factory=dict)
    normal: dict[tuple[Expr, bool], tuple[Term, ...]] = field(default_factory=dict)
    simple: dict[Expr, tuple[Expr, dict[int, Node]]] = field(default_factory=dict)
    proved_sums: dict[tuple[str, int], tuple[Expr | None, dict[int, Node]]] = field(default_factory=dict)
    symmetric: frozenset[str] = frozenset()
    recurrent: frozenset[str] = frozenset()  # names defined through themselves at other indices
    used: set[str] = field(default_factory=set)  # names whose definition or fact served, since last emptied
    assumed: dict[int, Node] = field(default_factory=dict)  # assumptions that served, since last emptied
    proving: str = ""  # the definition whose sum is being proved: it is not folded back meanwhile

    def assume(self, source: Node | None) -> None:
        """Remember that an assumption served."""
        if source is not None:
            self.assumed[id(source)] = source

    def know(self, binders: tuple[Bind, ...]) -> None:
        for b in binders:
            self.ranges[b.name] = b
