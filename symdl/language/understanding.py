"""What a problem means once read: its scope, definitions, assumptions, laws, targets and authored lines, as trees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from symdl.errors import Span
from symdl.language.dims import Dim, Range
from symdl.language.scope import Scope
from symdl.language.surface import Surface
from symdl.language.syntax import Binder, Node, Symbol, Tuple, substitute_sizes


@dataclass(frozen=True)
class Definition:
    """One line of `given`. kind:

    `value`: name = right, for all binders (index letters free on the left). `function`: f(params) = right; `left` is an
    Apply. `abstract`: `L = L(Z)`, right is the Apply. `gradient`: `G = ∂L/∂Z`, a name for a derivative (right is it).
    `implicit`: `w^⋆ : ∇J(w^⋆) = 0`, right is the Relation; `law`: `p = N(μ, σ²)`, right is a Distribution;
    `start` and `step`: the two parts of a recurrence (`m_0 = 0`; `m_t = …`). `decomposition`: `(Q, Λ) = eigh(A)`; left
    is a Tuple, `name` its first name.
    """

    name: str
    left: Node
    right: Node
    binders: tuple[Binder, ...] = ()
    kind: str = "value"
    latex: str = ""
    condition: Node | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it defines."""
        if isinstance(self.left, Tuple):
            return tuple(x.name for x in self.left.items if isinstance(x, Symbol))
        return (self.name,)


@dataclass(frozen=True)
class Trace:
    """What a line was read from: its surface, what each stretch of the text was read as, how names were written."""

    surface: Surface
    parts: tuple[tuple[Span, Node], ...]
    names: Mapping[str, Surface]
    sizes: Mapping[str, Dim]

    @cached_property
    def stretches(self) -> Mapping[Node, tuple[Span, ...]]:
        """Where each part of the tree stands in the text; the same part may stand in several places."""
        out: dict[Node, list[Span]] = {}
        for span, node in self.parts:
            found = out.setdefault(substitute_sizes(node, dict(self.sizes)) if self.sizes else node, [])
            if span not in found:
                found.append(span)
        return {node: tuple(spans) for node, spans in out.items()}


@dataclass(frozen=True)
class Line:
    """One line as read. `node` is a Relation, Implication, Condition or a bare expression (a target).

    `definition` is set where the line defines an own name (rule 13). `letters` are the free index letters with their
    inferred ranges: the line holds for all of them. `notes` say in plain words what was decided (total or local, the
    sum's extent, a definition, layout). `starts_with_relation`: the first side was taken from the line above.
    """

    node: Node
    latex: str
    letters: Mapping[str, Range] = field(default_factory=dict)
    definition: Definition | None = None
    notes: tuple[str, ...] = ()
    starts_with_relation: bool = False
    also: tuple[Definition, ...] = ()  # further own names that the line defines, each after those it uses
    trace: Trace | None = field(default=None, compare=False, repr=False)  # of work: what it was read from

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Every own name that the line defines."""
        return () if self.definition is None else (self.definition, *self.also)


@dataclass(frozen=True)
class AuthoredLine:
    """A `[[step]]`: its line, reason, named lemma, the numbers of lines it rests on, what it supposes."""

    line: Line
    because: str = ""
    by: str = ""
    using: tuple[int, ...] | None = None
    suppose: tuple[Node, ...] = ()
    tight: bool = False


@dataclass(frozen=True)
class Understanding:
    scope: Scope
    definitions: tuple[Definition, ...] = ()
    assumptions: tuple[Line, ...] = ()  # node: a Condition or a Relation
    random: tuple[Line, ...] = ()  # node: a Property (distributed, independent, iid) or a Relation on moments
    targets: tuple[Line, ...] = ()
    claims: tuple[Line, ...] = ()  # `show`
    steps: tuple[AuthoredLine, ...] = ()
    values: Mapping[str, Fraction] = field(default_factory=dict)
