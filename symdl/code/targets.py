"""The derivatives that a module computes: its targets, and the named adjoints that they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from symdl.code.derivative_lines import DerivativeLine, key_of, line_of, parts
from symdl.code.identifiers import gradient_name
from symdl.code.ordering import Assignment, derivative_key
from symdl.code.polynomial import larger, smaller
from symdl.errors import UnsupportedError, UsageError
from symdl.language import syntax as s
from symdl.solution.step import Solution
from symdl.tensor import expr as e
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Acc, Bind, Deriv, Expr, Idx, walk


@dataclass(frozen=True)
class Target:
    """An entry of what `gradients` returns: its name, the derivative it is, and where its value stands."""

    name: str
    of: str
    by: tuple[str, ...]
    assignment: Assignment


def listed(leaf_axes: tuple[Bind, ...], members: int) -> int:
    """How many of the first axes are positions in lists: none where all members of a family have one shape, for then
    they are an array.
    """
    letters = {b.name for b in leaf_axes[:members]}
    ragged = any(letters & (b.first.free | b.last.free) for b in leaf_axes[members:])
    return members if ragged else 0


@dataclass
class Derivatives:
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
            key = derivative_key(x)
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
