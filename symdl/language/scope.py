"""The scope a formula is read in: what each name is, which letters are dimensions, and the conventions in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from symdl.language.dims import Axis, Range, Shape
from symdl.language.syntax import Binder, Node


@dataclass(frozen=True)
class Signature:
    """What a function takes and gives. `body` and `parameters` if it is defined (`f(z) = …`), else it is abstract."""

    arguments: tuple[Shape, ...]
    result: Shape
    parameters: tuple[str, ...] = ()
    body: Node | None = None
    elementwise: bool = False  # a function of a scalar, which acts on tensors entry by entry
    fixed: bool = False  # entries that are defined apart depend on the parameters: it can be taken at them only


@dataclass(frozen=True)
class Declaration:
    """One name. kind: `tensor`, `function`, `distribution`, `set`; families list their member ranges."""

    name: str
    shape: Shape = ()
    kind: str = "tensor"
    integer: bool = False
    values: Range | None = None  # of an integer: where an assumption says that it lies
    members: tuple[Binder, ...] = ()
    style: str = "sub"
    signature: Signature | None = None
    origin: str = "symbols"  # symbols | given | work | builtin
    defined: bool = False  # has a definition in `given` (or in work)
    called: tuple[str, ...] = ()  # a quantity that its author writes with these names: `L(\\theta)`
    outcomes: Axis | None = None  # of a categorical law: the whole numbers it is a law of


@dataclass(frozen=True)
class Scope:
    """Everything the reader needs to know. Immutable; `with_…` methods give a new one."""

    names: Mapping[str, Declaration] = field(default_factory=lambda: MappingProxyType({}))
    dimensions: frozenset[str] = frozenset()
    families_of_sizes: frozenset[str] = frozenset()  # `n` of `n_l`
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    indices: Mapping[str, Range] = field(default_factory=lambda: MappingProxyType({}))  # letters with a known range
    layout: str = "denominator"
    jacobians_turned: bool = False  # entries [i, j] = ∂f_j/∂x_i, as some books have it
    examples: str = "rows"
    beyond: frozenset[str] = frozenset()  # names whose values outside their range an assumption gives
    final_scalars: tuple[str, ...] = ()  # names whose partials are total (rule 10); found by the reader of `given`
    grown: tuple[Mapping[str, Declaration], Declaration] | None = field(default=None, compare=False, repr=False)

    def with_declaration(self, declaration: Declaration) -> Scope:
        names = MappingProxyType({**self.names, declaration.name: declaration})
        return replace(self, names=names, grown=(self.names, declaration))

    def with_indices(self, indices: Mapping[str, Range]) -> Scope:
        return replace(self, indices=MappingProxyType({**self.indices, **indices}))

    def lookup(self, name: str) -> Declaration | None:
        """The declaration of a canonical name or of one of its aliases."""
        return self.names.get(name) or self.names.get(self.aliases.get(name, ""))
