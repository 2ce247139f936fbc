"""Assignments of a module, and an order in which they can be computed: what depends on itself stands together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symdl.code.derivative_lines import key_of
from symdl.language import syntax as s
from symdl.tensor import expr as e
from symdl.tensor.expr import Acc, Bind, Deriv, Expr, walk
from symdl.tensor.program import Program, Statement


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


Block = tuple[Assignment, ...]


def uses(a: Assignment) -> Iterator[str]:
    """The names of arrays that an assignment reads."""
    for body in (a.body, *(value for _, value in a.base)):
        yield from read(body)


def read(x: Expr) -> Iterator[str]:
    """The arrays that an expression reads; of a derivative, its own array and not what it is a derivative of."""
    if isinstance(x, Deriv):
        yield derivative_key(x)
        for access in (x.of, *x.by):
            for child in access.children():
                yield from read(child)
        return
    if isinstance(x, Acc):
        yield x.name
    for child in x.children():
        yield from read(child)


def derivative_key(x: Deriv) -> str:
    """The name under which a derivative's array is kept: `L ∂ Z`."""
    return key_of(x.of.name if isinstance(x.of, Acc) else e.text(x.of), tuple(b.name for b in x.by))


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


def late(statements: Iterable[Assignment]) -> set[str]:
    """Quantities that need a derivative, and what is made of them."""
    rows = list(statements)
    out = {a.key for a in rows if any(isinstance(y, Deriv) for y in walk(a.body))}
    for _ in rows:
        out |= {a.key for a in rows if any(k in out for k in read(a.body))}
    return out


def needed(keys: set[str], rows: Iterable[Block]) -> set[str]:
    out = set(keys)
    for block in reversed(list(rows)):
        if any(a.key in out for a in block):
            out |= {a.key for a in block} | {k for a in block for k in uses(a)}
    return out


def no_value(program: Program, above: set[str], lines: set[str]) -> dict[str, str]:
    """Quantities that have no value to compute, and what is made of them; each with the reason."""
    out: dict[str, str] = {}
    for x in program.statements.values():
        reason = _reason(x, above | lines)
        if reason:
            out[x.name] = reason
    for _ in program.statements:
        for x in program.statements.values():
            missing = next((k for k in read(x.body) if k in out), None)
            if x.name not in out and missing is not None:
                out[x.name] = MADE_OF + missing
    return out


MADE_OF = "made of "  # and the name of what has no value
_KINDS = {
    "abstract": "an abstract function, which has no value of its own",
    "implicit": "defined by an equation, which code does not solve",
    "optimum": "a minimum or maximum, which code does not search for",
    "expectation": "an expectation, which code does not evaluate",
    "decomposition": "a part of a decomposition, which code does not compute",
}
_NODES = {
    e.Call: _KINDS["abstract"],
    e.Opt: _KINDS["optimum"],
    e.Expect: _KINDS["expectation"],
    e.Integ: "an integral, which code does not evaluate",
}


def _reason(x: Statement, known: set[str]) -> str:
    if x.kind in _KINDS:
        return _KINDS[x.kind]
    for y in walk(x.body):
        if type(y) in _NODES:
            return _NODES[type(y)]
        if isinstance(y, Deriv) and (not isinstance(y.of, Acc) or derivative_key(y) not in known):
            return "a derivative that no step works out"
    return ""
