"""Order statements so that each stands after those it uses, and refuse definitions that go round in a circle.

A recurrence may use itself, or recurrences that use one another, at earlier (or only at later) indices along one axis:
then every cycle makes progress there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from symdl.errors import ReadError
from symdl.tensor.expr import Add, Expr, Idx, Num, accesses
from symdl.tensor.program import Program, Statement

Edge = tuple[str, str, tuple[Fraction | None, ...]]  # user, used, the offset of each index (None: not a fixed one)


def ordered(program: Program) -> Program:
    """The program with its statements in an order of use; recurrences that use one another are scans.

    Raises:
        ReadError: a circle of definitions, named.
    """
    statements = program.statements
    edges = [e for st in statements.values() for e in _edges(st, statements)]
    out: dict[str, Statement] = {}
    for component in _components(list(statements), edges):
        inside = [e for e in edges if e[0] in component and e[1] in component]
        recursive = bool(inside)
        if recursive and not _progresses(component, inside):
            raise ReadError(
                "a definition goes round in a circle",
                found=_circle(component, inside),
                expected="each name defined by names before it, or by itself at earlier indices from a start",
            )
        for name in component:
            st = statements[name]
            out[name] = replace(st, kind="scan") if recursive and st.kind != "implicit" else st
    return replace(program, statements=MappingProxyType(out))


def _edges(st: Statement, statements: Mapping[str, Statement]) -> Iterator[Edge]:
    letters = [Idx(b.name) for b in st.binders]
    parts = [st.body] if st.condition is None or st.condition is st.body else [st.body, st.condition]
    parts += [value for _, value in st.base]
    for a in {a for part in parts for a in accesses(part)}:
        if a.name in statements and not (st.kind == "implicit" and a.name == st.name):
            yield st.name, a.name, tuple(offset(i, x) for i, x in zip(a.indices, letters, strict=False))


def offset(index: Expr, letter: Expr) -> Fraction | None:
    """By how much an index is off a letter: 0 for the letter, −1 for t−1; None for anything else."""
    if index is letter:
        return Fraction(0)
    if isinstance(index, Add) and len(index.terms) == 2 and index.terms[0] is letter:
        constant = index.terms[1]
        return constant.value if isinstance(constant, Num) else None
    return None


def _progresses(component: list[str], edges: list[Edge]) -> bool:
    """Is there an axis along which every cycle goes one way?"""
    width = min(len(e[2]) for e in edges)
    for axis in range(width):
        offsets = [e[2][axis] for e in edges]
        if any(o is None for o in offsets):
            continue
        steps = {o > 0 for o in offsets if o}
        still = [e for e in edges if not e[2][axis]]
        if len(steps) == 1 and not any(len(c) > 1 or _loops(c[0], still) for c in _components(component, still)):
            return True
    return False


def _loops(name: str, edges: list[Edge]) -> bool:
    return any(e[0] == e[1] == name for e in edges)


def _components(names: list[str], edges: list[Edge]) -> list[list[str]]:
    """Strongly connected components, each after those it uses; names inside keep their order (Tarjan 1972)."""
    uses: dict[str, list[str]] = {n: [] for n in names}
    for user, used, _ in edges:
        uses[user].append(used)
    rank = {n: k for k, n in enumerate(names)}
    for found in uses.values():
        found.sort(key=rank.__getitem__)
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    out: list[list[str]] = []
    for start in names:
        if start in number:
            continue
        work = [(start, iter(uses[start]))]
        number[start] = low[start] = len(number)
        path.append(start)
        on_path.add(start)
        while work:
            node, rest = work[-1]
            for nxt in rest:
                if nxt not in number:
                    number[nxt] = low[nxt] = len(number)
                    path.append(nxt)
                    on_path.add(nxt)
                    work.append((nxt, iter(uses[nxt])))
                    break
                if nxt in on_path:
                    low[node] = min(low[node], number[nxt])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    at = path.index(node)
                    out.append(sorted(path[at:], key=rank.__getitem__))
                    on_path -= set(path[at:])
                    del path[at:]
    return out


def _circle(component: list[str], edges: list[Edge]) -> str:
    """A shortest walk from the first name back to itself, as `A → B → A`."""
    start = component[0]
    walks = [[start]]
    while walks:
        walk = walks.pop(0)
        for user, used, _ in edges:
            if user == walk[-1]:
                if used == start:
                    return " → ".join([*walk, start])
                if used not in walk:
                    walks.append([*walk, used])
    return " → ".join(component)
