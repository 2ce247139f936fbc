"""What a module computes, in order: inputs, forward statements, named adjoints, targets; each with its number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from symdl.code.derivative_lines import DerivativeLine, derivative_lines, key_of, lowered, parts
from symdl.code.identifiers import gradient_name, identifiers
from symdl.errors import UnsupportedError, UsageError
from symdl.language import syntax as s
from symdl.language.understanding import Understanding
from symdl.solution.numbering import number
from symdl.solution.step import Solution
from symdl.tensor import expr as e
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Acc, Bind, Deriv, Expr, Idx, walk
from symdl.tensor.program import Leaf, Program, Statement


@dataclass(frozen=True)
class Assignment:
    """`code[binders] = body`; `key` is the name that other bodies access it by, `tree` the line it comes from."""

    key: str
    code: str
    binders: tuple[Bind, ...]
    body: Expr
    number: int | None = None
    tree: s.Node | None = None


@dataclass(frozen=True)
class Target:
    """An entry of what `gradients` returns: its name, the derivative it is, and where its value stands."""

    name: str
    of: str
    by: tuple[str, ...]
    assignment: Assignment


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
    names: Mapping[str, str]
    forward: tuple[Assignment, ...]
    adjoints: tuple[Assignment, ...]
    targets: tuple[Target, ...]
    upstreams: tuple[Upstream, ...] = ()
    leaf_axes: Mapping[str, tuple[Bind, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()  # identifiers of quantities that have no value of their own
    aliases: tuple[tuple[str, Upstream], ...] = ()  # names for upstream gradients: G = ∂L/∂Z


def plan(understanding: Understanding, program: Program, solution: Solution) -> Plan:
    """Order everything that is to be computed.

    Raises:
        UnsupportedError: a kind of statement that code does not have yet, named.
        UsageError: two names become one identifier.
    """
    if program.size_families or any(leaf.members for leaf in program.leaves.values()):
        raise UnsupportedError("code for a family of tensors whose number is a size")
    elaborator = Elaborator(understanding.scope, program)
    numbers = number(solution, len(understanding.definitions))
    equation: dict[str, tuple[int, s.Node]] = {}
    for n, d in zip(numbers.definitions, understanding.definitions, strict=True):
        equation.setdefault(d.name, (n, s.Relation((d.left, d.right), ("=",))))
    without = no_value(program)
    statements = ordered(program, without)
    for x in statements:
        if x.kind not in ("sum", "reduce", "matrix"):
            raise UnsupportedError(f"code for a quantity defined as a {x.kind}", found=x.name)
    names = identifiers((*program.leaves, *program.statements), sorted(program.sizes))
    forward = tuple(
        Assignment(x.name, names[x.name], x.binders, x.body, *equation.get(x.name, (None, None))) for x in statements
    )
    leaf_axes = {
        leaf.name: tuple(
            Bind(e.fresh("i"), e.num(a.base), e.sub(e.add(elaborator.size(a.size), e.num(a.base)), e.ONE))
            for a in leaf.axes
        )
        for leaf in program.leaves.values()
    }
    upstreams = _upstreams(program, names, leaf_axes)
    lines = derivative_lines(elaborator, numbers)
    targets, adjoints = _gradients(elaborator, solution, numbers, names, lines, {u.key for u in upstreams})
    return Plan(
        tuple(program.leaves.values()),
        {n: v for n, v in program.values.items() if n in program.leaves},
        tuple(sorted(program.sizes)),
        names,
        forward,
        adjoints,
        targets,
        upstreams,
        leaf_axes,
        tuple(names[n] for n in program.statements if n in without),
        _aliases(program, upstreams),
    )


def no_value(program: Program) -> frozenset[str]:
    """Quantities that have no value of their own to compute, and what is made of them: values of abstract functions,
    their gradients, what an equation defines implicitly.
    """
    out: set[str] = set()
    for x in program.statements.values():
        if x.kind in ("abstract", "implicit") or any(isinstance(y, e.Call | Deriv) for y in walk(x.body)):
            out.add(x.name)
    for _ in program.statements:
        out |= {x.name for x in program.statements.values() if any(a.name in out for a in e.accesses(x.body))}
    return frozenset(out)


def ordered(program: Program, without: frozenset[str] = frozenset()) -> list[Statement]:
    """Statements, each after those it uses."""
    out: dict[str, Statement] = {}
    under_way: set[str] = set()

    def visit(x: Statement) -> None:
        if x.name in out:
            return
        if x.name in under_way:
            raise UnsupportedError("code for a recurrence", found=x.name)
        under_way.add(x.name)
        for a in e.accesses(x.body):
            if a.name in program.statements:
                visit(program.statements[a.name])
        out[x.name] = x

    for x in program.statements.values():
        if x.name not in without:
            visit(x)
    return list(out.values())


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


def _aliases(program: Program, upstreams: tuple[Upstream, ...]) -> tuple[tuple[str, Upstream], ...]:
    """Statements that only name an upstream gradient."""
    out = []
    for x in program.statements.values():
        d = x.body
        if isinstance(d, Deriv) and isinstance(d.of, Acc) and len(d.by) == 1:
            at = tuple(i.name for i in d.by[0].indices if isinstance(i, Idx))
            if at == tuple(b.name for b in x.binders):
                key = key_of(d.of.name, (d.by[0].name,))
                out += [(x.name, u) for u in upstreams if u.key == key]
    return tuple(out)


def _gradients(
    elaborator: Elaborator,
    solution: Solution,
    numbers: Any,
    names: Mapping[str, str],
    lines: Mapping[str, DerivativeLine],
    given: set[str],
) -> tuple[tuple[Target, ...], tuple[Assignment, ...]]:
    """The targets, and the adjoints they use, each after those that it uses itself."""
    targets: list[Target] = []
    adjoints: dict[str, Assignment] = {}

    def need(body: Expr, own: str) -> None:
        for x in _derivatives(body):
            key = key_of(x.of.name, tuple(b.name for b in x.by)) if isinstance(x.of, Acc) else e.text(x)
            if key == own or key in adjoints or key in given:
                continue
            line = lines.get(key)
            if line is None:
                raise UnsupportedError("code for a derivative that no step works out", found=e.text(x))
            need(line.body, key)
            of, *by = key.split(" ∂ ")
            code = gradient_name(names[of], tuple(names[b] for b in by))
            adjoints[key] = Assignment(key, code, line.binders, line.body, line.number, line.tree)

    for n, result in zip(numbers.results, solution.results, strict=True):
        if isinstance(result.target, s.Differential):
            continue
        named = parts(result.target)
        if named is None:
            raise UnsupportedError(
                "code for a target that is no derivative of a name by names", found=str(result.shape)
            )
        form = result.matrix if result.matrix is not None else result.index
        left, right = (form.sides[0], form.sides[-1]) if isinstance(form, s.Relation) else (result.target, form)
        found = lowered(elaborator, left, right)
        if found is None:
            raise UnsupportedError("code for an index form with repeated letters on the left", found=str(result.shape))
        key = key_of(*named)
        need(found[1], key)
        if key in adjoints:  # an earlier target used it: it is computed already
            assignment = adjoints[key]
        else:
            code = gradient_name(names[named[0]], tuple(names[b] for b in named[1]))
            assignment = Assignment(key, code, *found, n, s.Relation((left, right), ("=",)))
            adjoints[key] = assignment
        targets.append(Target(assignment.code, named[0], named[1], assignment))
    codes = [t.name for t in targets]
    if len(set(codes)) != len(codes):
        raise UsageError("a target is asked for twice", found=", ".join(codes))
    return tuple(targets), tuple(adjoints.values())


def _derivatives(body: Expr) -> Iterator[Deriv]:
    return (x for x in walk(body) if isinstance(x, Deriv))
