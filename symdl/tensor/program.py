"""A program: the named statements that a problem's `given` defines, its leaves, laws and facts, and sequents.

Everything here is data. `elaborate` makes a program from trees; the interpreter gives it values; the engine
differentiates it; the judge rules on sequents over it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from symdl.language.dims import Axis
from symdl.tensor.expr import Bind, Expr


@dataclass(frozen=True)
class Statement:
    """`name[binders] = body`. kind says what stands on the right:

    `sum` (any closed expression over accesses), `reduce` (max, argmax, …), `scan` (a recurrence: `body` is the step,
    which may access `name` at other indices; `base` lists (index values or None, expression) for the boundary),
    `matrix` (a matrix function), `abstract` (a call of an undefined function), `expectation`, `decomposition` (one of
    the `outputs` of an eigenvalue, singular value or Cholesky decomposition: `body` is the matrix function that gives
    its entries; never opened in a proof, which uses its facts; columns of vectors have free signs), `implicit` (defined
    by `condition` = 0, such as w* : ∇J(w*) = 0).

    Binders range over the tensor's axes in their own bases; a range may depend on earlier binders (families).
    """

    name: str
    binders: tuple[Bind, ...]
    body: Expr
    kind: str = "sum"
    base: tuple[tuple[tuple[Expr | None, ...], Expr], ...] = ()
    condition: Expr | None = None
    outputs: tuple[str, ...] = ()  # of a decomposition: Q and its eigenvalues; U, the singular values, V; L


@dataclass(frozen=True)
class Leaf:
    """A tensor that nothing defines. `axes` may depend on `members` (a family's indices, which come first in accesses).

    domain: real, integer (with `first`..`last`), binary, positive, … is found from assumptions by the sampler.
    """

    name: str
    axes: tuple[Axis, ...]
    members: tuple[Bind, ...] = ()
    integer: bool = False


@dataclass(frozen=True)
class Law:
    """The law of a random tensor: name normal, bernoulli, categorical, uniform, named (a density), moments (only some
    moments stated). `parameters` are lambdas or expressions by name (`mean`, `covariance`, `variance`, …)."""

    name: str
    parameters: tuple[tuple[str, Expr], ...] = ()
    iid: bool = False
    separate: bool = False  # entries are independent by the law itself: N(μ, c I)

    def map_exprs(self, change: Callable[[Any], Any]) -> Law:
        """The law with each parameter changed; itself where none is."""
        new = tuple((name, change(value)) for name, value in self.parameters)
        same = all(a[1] is b[1] for a, b in zip(new, self.parameters, strict=True))
        return self if same else replace(self, parameters=new)


@dataclass(frozen=True)
class Function:
    """A function by name: abstract (no body) or defined. Axes of its arguments and of its result."""

    name: str
    arguments: tuple[tuple[Axis, ...], ...]
    result: tuple[Axis, ...]
    parameters: tuple[str, ...] = ()
    body: Expr | None = None  # over Acc(parameter, indices) with result letters `letters`
    letters: tuple[str, ...] = ()
    properties: tuple[tuple[str, tuple[Expr, ...]], ...] = ()  # ("convex", ()), ("smooth", (β,))


@dataclass(frozen=True)
class Fact:
    """An assumption. Either a relation between entries for all values of `binders` (op = ≠ < ≤ > ≥ with left and
    right), or a property of a tensor: symmetric, orthogonal, invertible, … (`subject`, `arguments`)."""

    op: str
    left: Expr | None = None
    right: Expr | None = None
    binders: tuple[Bind, ...] = ()
    condition: Expr | None = None
    subject: str = ""
    arguments: tuple[Expr, ...] = ()
    source: Any = None  # the tree it was read from, for messages
    derived: bool = False  # it holds by how its names are defined: nothing to impose on samples, much to prove with


@dataclass(frozen=True)
class Program:
    """The whole of a problem on the tensor floor. Mappings are in the order of definition."""

    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    laws: Mapping[str, Law] = field(default_factory=dict)
    independent: tuple[tuple[str, str], ...] = ()
    facts: tuple[Fact, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)  # numbers from [values], exact (Fraction)
    sizes: frozenset[str] = frozenset()  # names of plain dimensions
    size_families: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Goal:
    """One relation between entries, for all values of `binders` (the free letters): left op right.

    op is = ≠ < ≤ > ≥ ≈ ∝; ⪰ ≻ between matrices (left and right are lambdas).
    `note` is the tree of a stated order (`O(h^2)`) or variable. `printed` gives, for a side made of numbers alone, its
    value and the uncertainty of its printed digits (see `tensor.printed`).
    """

    op: str
    left: Expr
    right: Expr
    binders: tuple[Bind, ...] = ()
    condition: Expr | None = None
    note: Any = None
    printed: tuple[tuple[float, float] | None, tuple[float, float] | None] | None = None


@dataclass(frozen=True)
class Sequent:
    """Hypotheses ⊢ goals, over a program.

    `claims` override what the program says, for judging a *step*: claimed values of names (`values`: name → Statement)
    and of partials (`partials`: (of, by) names → a Lam giving the claimed adjoint's entries). `suppose` are facts that
    hold for this line only. `goals` must all hold; a goal with op `implies` has its hypotheses in `premises`.
    """

    program: Program
    goals: tuple[Goal, ...]
    suppose: tuple[Fact, ...] = ()
    premises: tuple[Goal, ...] = ()
    values: Mapping[str, Statement] = field(default_factory=dict)
    partials: Mapping[tuple[str, str], Expr] = field(default_factory=dict)
