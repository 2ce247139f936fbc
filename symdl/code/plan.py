"""What a module computes, in order: inputs, forward statements, named adjoints, targets; each with its number.

What depends on itself (a recurrence through time) stands together in one block.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symdl.code.derivative_lines import derivative_lines
from symdl.code.identifiers import identifiers
from symdl.code.ordering import MADE_OF, Assignment, Block, blocks, late, needed, no_value, uses
from symdl.code.targets import Derivatives, Target
from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.language.understanding import Understanding
from symdl.solution.barred import numbered_without_bars, without_bars
from symdl.solution.numbering import number
from symdl.solution.step import Solution
from symdl.tensor import expr as e
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Acc, Bind, Expr, Idx
from symdl.tensor.program import Leaf, Program


@dataclass(frozen=True)
class Upstream:
    """The gradient of an abstract function by one of its arguments: an input, `grad_Z`."""

    key: str
    code: str
    of: str
    by: str
    binders: tuple[Bind, ...]


@dataclass(frozen=True)
class Plan:
    inputs: tuple[Leaf, ...]
    constants: Mapping[str, Any]  # inputs with a value of their own
    sizes: tuple[str, ...]
    families: tuple[str, ...]  # families of sizes: dictionaries by member
    names: Mapping[str, str]
    forward: tuple[Block, ...]
    late: tuple[Block, ...]  # quantities of `given` that use a gradient from above
    adjoints: tuple[Block, ...]
    targets: tuple[Target, ...]
    upstreams: tuple[Upstream, ...] = ()
    leaf_axes: Mapping[str, tuple[Bind, ...]] = field(default_factory=dict)  # members first
    without: tuple[tuple[str, str], ...] = ()  # quantities that have no value to compute, and why
    labels: Mapping[str, tuple[Expr, Expr]] = field(default_factory=dict)  # ranges of whole-number inputs
    beyond: Mapping[str, frozenset[str]] = field(default_factory=dict)  # zero below (<) or above (>) the range

    @property
    def quantities(self) -> tuple[Assignment, ...]:
        """Everything that forward returns."""
        return tuple(a for block in (*self.forward, *self.late) for a in block if " ∂ " not in a.key)


def plan(understanding: Understanding, program: Program, solution: Solution) -> Plan:
    """Order everything that is to be computed.

    Raises:
        UnsupportedError: a kind of statement that code does not have yet, named.
        UsageError: two names become one identifier.
    """
    elaborator = Elaborator(understanding.scope, program)
    numbers = numbered_without_bars(number(solution, understanding.definitions), solution)
    solution = without_bars(solution)
    equation: dict[str, tuple[int, s.Node]] = {}
    for n, d in zip(numbers.definitions, understanding.definitions, strict=True):
        equation.setdefault(d.name, (n, s.Relation((d.left, d.right), ("=",))))
    sizes = sorted({*program.sizes, *program.size_families})
    names = identifiers((*program.leaves, *program.statements), sizes, program.statements)
    leaf_axes = {leaf.name: _leaf_axes(leaf, elaborator) for leaf in program.leaves.values()}
    upstreams = _upstreams(program, names, leaf_axes)
    lines = derivative_lines(elaborator, numbers)
    above = {u.key for u in upstreams}
    axes = {**leaf_axes, **{x.name: x.binders for x in program.statements.values()}}
    work = Derivatives(elaborator, names, lines, above, axes)
    targets = work.targets(solution, numbers)
    without = no_value(program, above, set(lines))
    for a in work.adjoints.values():
        for name in uses(a):
            if name in without:
                raise UnsupportedError(
                    "code for a derivative that is made of what has no value here",
                    found=f"{names[name]}, {_why(without[name], names)}",
                )
    statements = []
    for x in program.statements.values():
        if x.name not in without:
            members = work.members(x.name)
            where = equation.get(x.name, (None, None))
            row = Assignment(x.name, names[x.name], x.binders, x.body, where[0], where[1], x.base, members)
            statements.append(row)
            if x.kind not in ("sum", "reduce", "matrix", "scan"):
                raise UnsupportedError(f"code for a quantity defined as a {x.kind}", found=x.name)
    later = late(statements)
    for row in statements:
        if row.key in later:
            work.need(row.body, "")
    own = blocks([*statements, *work.adjoints.values()])
    wanted = needed(later, own)
    forward = [block for block in own if block[0].key in program.statements and block[0].key not in later]
    after = [block for block in own if block[0].key in wanted and block not in forward]
    return Plan(
        tuple(program.leaves.values()),
        {n: v for n, v in program.values.items() if n in program.leaves},
        tuple(sorted(program.sizes)),
        tuple(sorted(program.size_families)),
        names,
        tuple(forward),
        tuple(after),
        tuple(block for block in own if block not in forward and block[0].key not in later),
        targets,
        upstreams,
        leaf_axes,
        tuple((names[n], _why(without[n], names)) for n in program.statements if n in without),
        {f.subject: (f.arguments[0], f.arguments[1]) for f in program.facts if f.op == "range" and f.subject},
        _beyond(program),
    )


def _why(reason: str, names: Mapping[str, str]) -> str:
    made_of = reason.startswith(MADE_OF)
    return MADE_OF + names[reason.removeprefix(MADE_OF)] if made_of else reason


def _leaf_axes(leaf: Leaf, elaborator: Elaborator) -> tuple[Bind, ...]:
    axes = tuple(
        Bind(e.fresh("i"), e.num(a.base), e.sub(e.add(elaborator.size(a.size), e.num(a.base)), e.ONE))
        for a in leaf.axes
    )
    return (*leaf.members, *axes)  # type: ignore[return-value]


def _beyond(program: Program) -> dict[str, frozenset[str]]:
    """Inputs that an assumption sets to zero outside their range: x_i = 0 for i < 1."""
    out: dict[str, frozenset[str]] = {}
    for f in program.facts:
        c = f.condition
        if f.op == "=" and isinstance(f.left, Acc) and f.right is e.ZERO and isinstance(c, e.Cmp):
            if f.left.name in program.leaves and isinstance(c.left, Idx) and c.op in ("<", ">"):
                out[f.left.name] = out.get(f.left.name, frozenset()) | {c.op}
    return out


def _upstreams(
    program: Program, names: Mapping[str, str], leaf_axes: Mapping[str, tuple[Bind, ...]]
) -> tuple[Upstream, ...]:
    out = []
    for x in program.statements.values():
        if isinstance(x.body, e.Call) and not x.binders:
            for argument in x.body.args:
                inner = argument.body if isinstance(argument, e.Lam) else argument
                if isinstance(inner, Acc):
                    statement = program.statements.get(inner.name)
                    axes = statement.binders if statement is not None else leaf_axes[inner.name]
                    key = f"{x.name} ∂ {inner.name}"
                    out.append(Upstream(key, f"grad_{names[inner.name]}", x.name, inner.name, axes))
    return tuple(out)
