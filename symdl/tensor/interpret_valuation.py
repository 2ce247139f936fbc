"""A program with numbers, what depends on what in it, and what has been worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made
from typing import TYPE_CHECKING, Any

from symdl.tensor.duals import Jets
from symdl.tensor.expr import (
    Acc,
    Call,
    Expect,
    Expr,
    walk,
)
from symdl.tensor.fields import FLOAT, Array, Field
from symdl.tensor.interpret_types import (
    Item,
    Tensor,
)
from symdl.tensor.program import Fact, Law, Program, Statement

if TYPE_CHECKING:
    from symdl.tensor.interpret_context import Context


@dataclass(eq=False)
class Valuation:
    """A program with numbers: sizes, members of families of sizes, arrays of leaves, directions dX, claimed values.

    `leaves` and `directions` are arrays of whole numbers, floats, Fractions or mpf; a family's member axes come first
    and ragged members are padded. `values` replace statements and `partials` adjoints (a step's earlier claims).
    """

    program: Program
    sizes: Mapping[str, int]
    leaves: Mapping[str, Array]
    size_families: Mapping[str, Mapping[int, int]] = made(default_factory=dict)
    directions: Mapping[str, Array] = made(default_factory=dict)
    field: Field = FLOAT
    values: Mapping[str, Statement] = made(default_factory=dict)
    partials: Mapping[tuple[str, str], Expr] = made(default_factory=dict)
    facts: tuple[Fact, ...] = ()  # those of the program are added
    seed: int = 0  # of the generic instances of abstract things
    affine: bool = False  # are abstract functions of which nothing is assumed affine?
    gauge: int = 0  # of the signs of eigenvectors and singular vectors, which are free
    laws: Mapping[str, Law] = made(default_factory=dict)
    notes: set[str] = made(default_factory=set)
    error: float = 0.0  # the largest relative error estimate of a quadrature so far
    kept: float = 0.0  # of those inside statements, whose values stay

    def __post_init__(self) -> None:
        self.jets = Jets(self.field)
        self.statements: dict[str, Statement] = {**self.program.statements, **self.values}
        self.all_facts = (*self.program.facts, *self.facts)
        self.all_laws = {**self.program.laws, **self.laws}
        self.tensors: dict[tuple[Any, ...], Tensor] = {}
        self.cache: dict[Any, Any] = {}
        self._reach: dict[str, frozenset[str]] = {}
        self._contexts: dict[tuple[int, ...], Context] = {}

    def variant(self, **changes: Any) -> Valuation:
        """The same with other claims, values, field, …: nothing that was computed is shared."""
        return replace(self, notes=set(), error=0.0, kept=0.0, **changes)

    def without_claim(self, name: str) -> Valuation:
        """The same where the adjoint of this tensor is not claimed."""
        key = ("without", name)
        if key not in self.cache:
            self.cache[key] = self.variant(partials={k: v for k, v in self.partials.items() if k[1] != name})
        return self.cache[key]  # type: ignore[no-any-return]

    def context(self, items: tuple[Item, ...] = ()) -> Context:
        key = tuple(i.ident for i in items)
        found = self._contexts.get(key)
        if found is None:
            found = self._contexts[key] = _context(self, items)
        return found

    def forget(self) -> None:
        """Drop intermediate values of expressions (not of statements)."""
        self._contexts.clear()

    # ------------------------------------------------------------------------------------------------ dependence

    def uses(self, e: Expr) -> frozenset[str]:
        """Names that an expression accesses directly, those in laws and defined functions included."""
        key = ("uses", e)
        found = self.cache.get(key)
        if found is None:
            names: set[str] = set()
            for x in walk(e):
                if isinstance(x, Acc):
                    names.add(x.name)
                elif isinstance(x, Call):
                    function = self.program.functions.get(x.name)
                    if function is not None and function.body is not None:
                        names |= self.uses(function.body) - set(function.parameters)
                    names |= {
                        n for _, ps in (function.properties if function else ()) for p in ps for n in self.uses(p)
                    }
                elif isinstance(x, Expect):
                    for name, law in x.over:
                        law = law if law is not None else self.all_laws.get(name)
                        for _, p in law.parameters if isinstance(law, Law) else ():
                            names |= self.uses(p)
            found = self.cache[key] = frozenset(names)
        return found  # type: ignore[no-any-return]

    def direct(self, name: str) -> frozenset[str]:
        s = self.statements.get(name)
        if s is None:
            return frozenset()
        parts = [s.body, *(e for _, e in s.base), *([s.condition] if s.condition is not None else [])]
        parts += [x for indices, _ in s.base for x in indices if x is not None]
        parts += [x for b in s.binders for x in (b.first, b.last)]
        return frozenset().union(*(self.uses(p) for p in parts)) - ({name} if s.kind == "implicit" else set())

    def reach(self, name: str) -> frozenset[str]:
        """Every name that a tensor depends on, itself only where it is recursive."""
        found = self._reach.get(name)
        if found is None:
            seen: set[str] = set()
            stack = list(self.direct(name))
            while stack:
                n = stack.pop()
                if n not in seen:
                    seen.add(n)
                    stack.extend(self.direct(n))
            found = self._reach[name] = frozenset(seen)
        return found

    def reaches(self, e: Expr) -> frozenset[str]:
        """Every name an expression depends on."""
        direct = self.uses(e)
        return direct.union(*(self.reach(n) for n in direct))

    def size_at(self, family: str, index: int) -> int:
        return self.size_families[family][index]


def _context(valuation: Valuation, items: tuple[Item, ...]) -> Context:
    from symdl.tensor.interpret_context import Context

    return Context(valuation, items)
