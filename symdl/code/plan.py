"""What a module computes, in order: inputs, forward statements, named adjoints, targets; each with its number.

What depends on itself (a recurrence through time) stands together in one block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from symdl.code.derivative_lines import DerivativeLine, derivative_lines, key_of, line_of, parts
from symdl.code.identifiers import gradient_name, identifiers
from symdl.code.polynomial import larger, smaller
from symdl.errors import UnsupportedError, UsageError
from symdl.language import syntax as s
from symdl.language.understanding import Understanding
from symdl.solution.numbering import number
from symdl.solution.step import Solution
from symdl.tensor import expr as e
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Acc, Bind, Deriv, Expr, Idx, walk
from symdl.tensor.program import Leaf, Program


@dataclass(frozen=True)
class Assignment:
    """`code[binders] = body`; `key` is the name that other bodies access it by, `tree` the line it comes from."""

    key: str
    code: str
    binders: tuple[Bind, ...]
    body: Expr
    number: int | None = None
    tree: s.Node | None = None
    base: tuple[tuple[tuple[Expr | None, ...], Expr], ...] = ()
    members: int = 0  # the first so many letters count members of a family


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


Block = tuple[Assignment, ...]


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
    without: tuple[str, ...] = ()  # identifiers of quantities that have no value of their own
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
    numbers = number(solution, len(understanding.definitions))
    equation: dict[str, tuple[int, s.Node]] = {}
    for n, d in zip(numbers.definitions, understanding.definitions, strict=True):
        equation.setdefault(d.name, (n, s.Relation((d.left, d.right), ("=",))))
    names = identifiers((*program.leaves, *program.statements), sorted({*program.sizes, *program.size_families}))
    leaf_axes = {leaf.name: _leaf_axes(leaf, elaborator) for leaf in program.leaves.values()}
    upstreams = _upstreams(program, names, leaf_axes)
    lines = derivative_lines(elaborator, numbers)
    above = {u.key for u in upstreams}
    axes = {**leaf_axes, **{x.name: x.binders for x in program.statements.values()}}
    work = _Work(elaborator, names, lines, above, axes)
    targets = work.targets(solution, numbers)
    without = no_value(program, above, set(lines))
    statements = []
    for x in program.statements.values():
        if x.name not in without:
            members = work.members(x.name)
            where = equation.get(x.name, (None, None))
            row = Assignment(x.name, names[x.name], x.binders, x.body, where[0], where[1], x.base, members)
            statements.append(row)
            if x.kind not in ("sum", "reduce", "matrix", "scan"):
                raise UnsupportedError(f"code for a quantity defined as a {x.kind}", found=x.name)
    late = _late(statements)
    for row in statements:
        if row.key in late:
            work.need(row.body, "")
    own = blocks([*statements, *work.adjoints.values()])
    needed = _needed({*late}, own)
    forward = [block for block in own if block[0].key in program.statements and block[0].key not in late]
    after = [block for block in own if block[0].key in needed and block not in forward]
    return Plan(
        tuple(program.leaves.values()),
        {n: v for n, v in program.values.items() if n in program.leaves},
        tuple(sorted(program.sizes)),
        tuple(sorted(program.size_families)),
        names,
        tuple(forward),
        tuple(after),
        tuple(block for block in own if block not in forward and block[0].key not in late),
        targets,
        upstreams,
        leaf_axes,
        tuple(names[n] for n in program.statements if n in without),
        {f.subject: (f.arguments[0], f.arguments[1]) for f in program.facts if f.op == "range" and f.subject},
        _beyond(program),
    )


def _leaf_axes(leaf: Leaf, elaborator: Elaborator) -> tuple[Bind, ...]:
    axes = tuple(
        Bind(e.fresh("i"), e.num(a.base), e.sub(e.add(elaborator.size(a.size), e.num(a.base)), e.ONE))
        for a in leaf.axes
    )
    return (*leaf.members, *axes)  # type: ignore[return-value]


def listed(leaf_axes: tuple[Bind, ...], members: int) -> int:
    """How many of the first axes are positions in lists: none where all members of a family have one shape, for then
    they are an array.
    """
    letters = {b.name for b in leaf_axes[:members]}
    ragged = any(letters & (b.first.free | b.last.free) for b in leaf_axes[members:])
    return members if ragged else 0


def _beyond(program: Program) -> dict[str, frozenset[str]]:
    """Inputs that an assumption sets to zero outside their range: x_i = 0 for i < 1."""
    out: dict[str, frozenset[str]] = {}
    for f in program.facts:
        c = f.condition
        if f.op == "=" and isinstance(f.left, Acc) and f.right is e.ZERO and isinstance(c, e.Cmp):
            if f.left.name in program.leaves and isinstance(c.left, Idx) and c.op in ("<", ">"):
                out[f.left.name] = out.get(f.left.name, frozenset()) | {c.op}
    return out


def no_value(program: Program, above: set[str], lines: set[str]) -> frozenset[str]:
    """Quantities that have no value of their own to compute, and what is made of them: values of abstract functions,
    derivatives that nothing works out, what an equation defines implicitly.
    """
    out: set[str] = set()
    for x in program.statements.values():
        derivatives = [y for y in walk(x.body) if isinstance(y, Deriv)]
        unknown = any(not isinstance(y.of, Acc) or _key(y) not in above | lines for y in derivatives)
        if x.kind in ("abstract", "implicit") or unknown or any(isinstance(y, e.Call) for y in walk(x.body)):
            out.add(x.name)
    for _ in program.statements:
        out |= {x.name for x in program.statements.values() if any(k in out for k in _read(x.body))}
    return frozenset(out)


def _late(statements: Iterable[Assignment]) -> set[str]:
    """Quantities that need a derivative, and what is made of them."""
    rows = list(statements)
    out = {a.key for a in rows if any(isinstance(y, Deriv) for y in walk(a.body))}
    for _ in rows:
        out |= {a.key for a in rows if any(k in out for k in _read(a.body))}
    return out


def uses(a: Assignment) -> Iterator[str]:
    """The names of arrays that an assignment reads."""
    for body in (a.body, *(value for _, value in a.base)):
        yield from _read(body)


def _read(x: Expr) -> Iterator[str]:
    """The arrays that an expression reads; of a derivative, its own array and not what it is a derivative of."""
    if isinstance(x, Deriv):
        yield _key(x)
        for access in (x.of, *x.by):
            for child in access.children():
                yield from _read(child)
        return
    if isinstance(x, Acc):
        yield x.name
    for child in x.children():
        yield from _read(child)


def _key(x: Deriv) -> str:
    return key_of(x.of.name if isinstance(x.of, Acc) else e.text(x.of), tuple(b.name for b in x.by))


def _needed(keys: set[str], rows: Iterable[Block]) -> set[str]:
    out = set(keys)
    for block in reversed(list(rows)):
        if any(a.key in out for a in block):
            out |= {a.key for a in block} | {k for a in block for k in uses(a)}
    return out


def blocks(rows: Iterable[Assignment]) -> list[Block]:
    """Assignments in an order that works, those that depend on each other together (Tarjan's components)."""
    rows = list(rows)
    by_key = {a.key: a for a in rows}
    place: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    out: list[Block] = []

    def visit(a: Assignment) -> None:
        place[a.key] = low[a.key] = len(place)
        stack.append(a.key)
        for k in uses(a):
            if k not in by_key:
                continue
            if k not in place:
                visit(by_key[k])
                low[a.key] = min(low[a.key], low[k])
            elif k in stack:
                low[a.key] = min(low[a.key], place[k])
        if low[a.key] == place[a.key]:
            at = stack.index(a.key)
            group = {k for k in stack[at:]}
            del stack[at:]
            out.append(tuple(r for r in rows if r.key in group))

    for a in rows:
        if a.key not in place:
            visit(a)
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


@dataclass
class _Work:
    """The targets, and the adjoints that they use."""

    elaborator: Elaborator
    names: Mapping[str, str]
    lines: Mapping[str, DerivativeLine]
    given: set[str]
    axes: Mapping[str, tuple[Bind, ...]]
    adjoints: dict[str, Assignment] = field(default_factory=dict)

    def need(self, body: Expr, own: str) -> None:
        """Every derivative that the body uses."""
        for x in _derivatives(body):
            key = _key(x)
            if key == own or key in self.adjoints or key in self.given:
                continue
            line = self.lines.get(key)
            if line is None:
                raise UnsupportedError("code for a derivative that no step works out", found=e.text(x))
            of, *by = key.split(" ∂ ")
            code = gradient_name(self.names[of], tuple(self.names[b] for b in by))
            self.adjoints[key] = self._assignment(key, code, line, self.members(of, *by))
            for part in (line.body, *(value for _, value in line.base)):
                self.need(part, key)

    def _assignment(self, key: str, code: str, line: DerivativeLine, members: int) -> Assignment:
        binders = _reachable(line.binders, line.body, self.axes)
        return Assignment(key, code, binders, line.body, line.number, line.tree, line.base, members)

    def members(self, *names: str) -> int:
        """How many of an array's first axes are positions in lists."""
        scope = self.elaborator.scope
        found = [
            len(d.members) for n in names if (d := scope.lookup(n)) is not None and listed(self.axes[n], len(d.members))
        ]
        if len(found) > 1:
            raise UnsupportedError("code for a derivative between two families", found=" ∂ ".join(names))
        return found[0] if found else 0

    def targets(self, solution: Solution, numbers: Any) -> tuple[Target, ...]:
        out: list[Target] = []
        for n, result in zip(numbers.results, solution.results, strict=True):
            if isinstance(result.target, s.Differential):
                continue
            named = parts(result.target)
            if named is None:
                raise UnsupportedError(
                    "code for a target that is no derivative of a name by names",
                    found=type(result.target).__name__,
                    expected=r"a gradient, a Jacobian or a Hessian, as in \frac{\partial L}{\partial W}",
                )
            key = key_of(*named)
            form = result.matrix if result.matrix is not None else result.index
            if not isinstance(form, s.Relation | s.Implication):
                form = s.Relation((result.target, form), ("=",))
            line = line_of(self.elaborator, form, n)
            if key in self.lines and (line is None or line.body is e.ZERO or isinstance(form, s.Implication)):
                line = self.lines[key]  # it has several lines: a step and its ends
            if line is None:
                raise UnsupportedError("code for an index form with repeated letters", found=str(result.shape))
            for part in (line.body, *(value for _, value in line.base)):
                self.need(part, key)
            code = gradient_name(self.names[named[0]], tuple(self.names[b] for b in named[1]))
            if key in self.given:
                key += " (given)"
            if key not in self.adjoints:  # else an earlier target used it: it is computed already
                self.adjoints[key] = self._assignment(key, code, line, self.members(named[0], *named[1]))
            out.append(Target(code, named[0], named[1], self.adjoints[key]))
        codes = [t.name for t in out]
        if len(set(codes)) != len(codes):
            raise UsageError("a target is asked for twice", found=", ".join(codes))
        return tuple(out)


def _reachable(binders: tuple[Bind, ...], body: Expr, axes: Mapping[str, tuple[Bind, ...]]) -> tuple[Bind, ...]:
    """Letters without the places where the line reads what is not there: it speaks of the others only."""
    ranges = {b.name: b for b in binders}

    def visit(x: Expr, hidden: frozenset[str]) -> None:
        if isinstance(x, e.Mul):
            hidden |= frozenset(n for f in x.factors if isinstance(f, e.Ind) for n in f.free)
        if isinstance(x, Acc):
            values = {b.name: i for b, i in zip(axes.get(x.name, ()), x.indices, strict=False)}
            for i, axis in zip(x.indices, axes.get(x.name, ()), strict=False):
                if isinstance(i, Idx) and i.name in ranges and i.name not in hidden:
                    b = ranges[i.name]
                    first, last = e.substitute(axis.first, values), e.substitute(axis.last, values)
                    ranges[i.name] = Bind(i.name, larger(b.first, first, ranges), smaller(b.last, last, ranges))  # type: ignore
        for child in x.children():
            if not isinstance(x, Deriv) or child not in (x.of, *x.by):
                visit(child, hidden)

    visit(body, frozenset())
    return tuple(ranges[b.name] for b in binders)


def _derivatives(body: Expr) -> Iterator[Deriv]:
    return (x for x in walk(body) if isinstance(x, Deriv))
