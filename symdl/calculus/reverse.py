"""The one chain rule, in reverse over named quantities: X̄[p] += Σ T̄[b] · ∂body_T[b]/∂X[p], δ solved by substitution.

Nothing is inlined: an adjoint is written with the names of the program and with the names of the adjoints downstream.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symdl.calculus.expectations import parameters
from symdl.calculus.partial import partial, partial_of
from symdl.errors import UnsupportedError
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Bind, Expr, Idx
from symdl.tensor.program import Program, Statement


@dataclass(frozen=True)
class Edge:
    """One place where a quantity is used: by the statement `user` (or the root, None)."""

    user: str | None
    value: Expr  # what it adds to the adjoint: over the letters of the quantity, with T̄ as `Deriv` entries


def reads(e: Expr, program: Program) -> tuple[str, ...]:
    """Names accessed in an entry, in order of appearance; then those in the laws of its expectations."""
    return tuple(dict.fromkeys((*(a.name for a in E.accesses(e)), *parameters(e, program))))


@dataclass(frozen=True)
class Graph:
    """Who reads whom between a root expression and the wanted quantities, users first."""

    order: tuple[str, ...]  # names on a path, in reverse topological order (users before what they use)
    users: Mapping[str, tuple[str | None, ...]]
    cycles: frozenset[str]  # names in a recurrence with others or themselves


def graph(root: Expr, wanted: Iterable[str], program: Program) -> Graph:
    """The part of the program between root and wanted names, found without recursion."""
    wanted = frozenset(wanted)
    inputs: dict[str, tuple[str, ...]] = {}
    stack = list(reads(root, program))
    while stack:
        n = stack.pop()
        if n in inputs:
            continue
        s = program.statements.get(n)
        inputs[n] = (
            ()
            if s is None
            else tuple(dict.fromkeys((*reads(s.body, program), *(m for _, b in s.base for m in reads(b, program)))))
        )
        stack.extend(inputs[n])
    order, group = _components(inputs)
    live: set[str] = set()
    for n in order:  # inputs first
        if n in wanted or any(m in live for m in inputs[n]):
            live.add(n)
    # a recurrence is live as a whole
    for n in order:
        if any(group[m] == group[n] and m in live for m in inputs[n]):
            live.add(n)
    users: dict[str, list[str | None]] = {n: [] for n in live}
    for m in reads(root, program):
        if m in live:
            users[m].append(None)
    for n in reversed(order):
        if n in live:
            for m in inputs[n]:
                if m in live:
                    users[m].append(n)
    sizes: dict[int, int] = {}
    for n in order:
        sizes[group[n]] = sizes.get(group[n], 0) + 1
    cycles = frozenset(n for n in live if sizes[group[n]] > 1 or n in inputs[n])
    return Graph(tuple(n for n in reversed(order) if n in live), {n: tuple(u) for n, u in users.items()}, cycles)


def _components(inputs: Mapping[str, tuple[str, ...]]) -> tuple[list[str], dict[str, int]]:
    """Strongly connected components by Tarjan's algorithm with its own stack: names, inputs first, and their group."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    group: dict[str, int] = {}
    order: list[str] = []
    path: list[str] = []
    for start in inputs:
        if start in index:
            continue
        work = [(start, iter(inputs[start]))]
        index[start] = low[start] = len(index)
        path.append(start)
        while work:
            n, rest = work[-1]
            for m in rest:
                if m not in index:
                    index[m] = low[m] = len(index)
                    path.append(m)
                    work.append((m, iter(inputs[m])))
                    break
                if m not in group:
                    low[n] = min(low[n], index[m])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[n])
                if low[n] == index[n]:
                    while True:
                        m = path.pop()
                        group[m] = index[n]
                        order.append(m)
                        if m == n:
                            break
    return order, group


def renamed(s: Statement) -> tuple[tuple[Bind, ...], Expr]:
    """A statement's letters and body with fresh letters throughout, so that it can be used beside itself."""
    letters = {b.name: Idx(E.fresh(b.name)) for b in s.binders}
    binders = tuple(
        Bind(letters[b.name].name, E.substitute(b.first, letters), E.substitute(b.last, letters)) for b in s.binders
    )
    return binders, E.substitute(E.refresh(s.body), letters)


def steps_of(s: Statement, binders: tuple[Bind, ...]) -> tuple[tuple[Bind, ...], list[Expr]]:
    """The letters a recurrence's step holds for: its boundary is left out, by the range or else by a bracket."""
    out = list(binders)
    guards: list[Expr] = []
    for fixed, _ in s.base:
        places = [n for n, f in enumerate(fixed) if f is not None]
        if len(places) == 1:
            n, value = places[0], fixed[places[0]]
            b = out[n]
            if value is b.first:
                out[n] = Bind(b.name, E.add(b.first, E.ONE), b.last)
                continue
            if value is b.last:
                out[n] = Bind(b.name, b.first, E.add(b.last, E.MINUS_ONE))
                continue
        same = [E.eq(Idx(out[n].name), f) for n, f in enumerate(fixed) if f is not None]
        guards.append(E.Ind(E.Logic("not", (same[0] if len(same) == 1 else E.Logic("and", tuple(same)),))))
    return tuple(out), guards


def edges(name: str, at: tuple[Expr, ...], root: Expr, root_name: Acc | None, g: Graph, program: Program) -> list[Edge]:
    """What each user adds to the adjoint of name[at]; a user T's own adjoint is Deriv(root_name, T[b]).

    Raises:
        UnsupportedError: a user is of a kind without a rule; the message says which.
    """
    out: list[Edge] = []
    for user in g.users[name]:
        if user is None:
            out.append(Edge(None, partial(root, name, at, program)))
            continue
        s = program.statements[user]
        if s.kind not in ("sum", "reduce", "matrix", "abstract", "scan", "decomposition", "expectation"):
            raise UnsupportedError(f"no derivative rule for a quantity defined by {s.kind}", found=user)
        binders, body = renamed(s)
        binders, guards = steps_of(s, binders)
        if s.kind == "decomposition":
            local = partial_of(s, tuple(Idx(b.name) for b in binders), name, at, program)
        else:
            local = partial(body, name, at, program)
        if local is E.ZERO and not s.base:
            continue
        access = Acc(user, tuple(Idx(b.name) for b in binders))
        adjoint = adjoint_name(root_name, access)
        value = E.total(binders, E.mul(*guards, adjoint, local))
        out.append(Edge(user, value if not s.base else E.add(value, *_starts(s, name, at, root_name, program))))
    return out


def _starts(s: Statement, name: str, at: tuple[Expr, ...], root_name: Acc | None, program: Program) -> list[Expr]:
    """What the boundary of a recurrence adds: h_0 = x uses x once."""
    out = []
    for fixed, value in s.base:
        names = {b.name: E.fresh(b.name) for b in s.binders}
        letters: dict[str, Expr] = {
            b.name: Idx(names[b.name]) if f is None else f for b, f in zip(s.binders, fixed, strict=True)
        }
        value = E.substitute(E.refresh(value), letters)
        binders = tuple(
            Bind(names[b.name], E.substitute(b.first, letters), E.substitute(b.last, letters))
            for b, f in zip(s.binders, fixed, strict=True)
            if f is None
        )
        indices = tuple(letters[b.name] for b in s.binders)
        local = partial(value, name, at, program)
        if local is not E.ZERO:
            out.append(E.total(binders, E.mul(adjoint_name(root_name, Acc(s.name, indices)), local)))
    return out


def adjoint_name(root: Acc | None, access: Acc) -> Expr:
    """T̄[b], written as the derivative it is; the root's own adjoint is 1."""
    if root is not None and access.name == root.name:
        return E.mul(*(E.delta(i, j) for i, j in zip(access.indices, root.indices, strict=True)))
    return E.Deriv(root if root is not None else Acc("", ()), (access,), True)
