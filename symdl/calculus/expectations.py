"""Gradients under an expectation: ∇E[f] = E[∇f], and the score of the law beside f where the law moves.

Quantities that vary with the random ones are written out under the sign first: they have no adjoint of their own there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from symdl.calculus.score import MOVES, score
from symdl.errors import UnsupportedError
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Expect, Expr
from symdl.tensor.program import Program

EXCHANGED = "the derivative goes under the expectation, as the law does not depend on what it is taken by"
PLAIN = ("sum", "reduce", "matrix", "abstract")


def opened(program: Program) -> Program:
    """The program with random quantities written out under the expectations over them."""
    if not program.laws:
        return program
    changed = {}
    for n, s in program.statements.items():
        body = _open(s.body, program)
        if body is not s.body:
            changed[n] = replace(s, body=body)
    return replace(program, statements={**program.statements, **changed}) if changed else program


def _open(e: Expr, program: Program, names: frozenset[str] = frozenset()) -> Expr:
    def visit(x: Expr) -> Expr:
        if isinstance(x, Expect):
            return Expect(x.over, _open(x.body, program, names | {n for n, _ in x.over}))
        if isinstance(x, Acc) and x.name in program.statements and varies(x.name, names, program):
            s = program.statements[x.name]
            if s.kind in PLAIN and not s.base:
                at = {b.name: visit(i) for b, i in zip(s.binders, x.indices, strict=True)}
                return _open(E.substitute(E.refresh(s.body), at), program, names)
        return E.rebuild(x, visit)

    return visit(e)


def closure(e: Expr, program: Program) -> Iterator[Expr]:
    """Every node of an entry and of the definitions it rests on."""
    stack, seen = [e], set[str]()
    while stack:
        for x in E.walk(stack.pop()):
            yield x
            if isinstance(x, Acc) and x.name in program.statements and x.name not in seen:
                seen.add(x.name)
                s = program.statements[x.name]
                stack += [s.body, *(b for _, b in s.base), *([s.condition] if s.condition is not None else [])]


def varies(name: str, names: frozenset[str], program: Program) -> bool:
    """Is it one of the random tensors, or made of one?"""
    return bool(names) and any(isinstance(x, Acc) and x.name in names for x in closure(Acc(name, ()), program))


def averaged(root: Expr, program: Program) -> frozenset[str]:
    """The random tensors that some expectation below a root is over."""
    return frozenset(n for x in closure(root, program) if isinstance(x, Expect) for n, _ in x.over)


def fixed(root: Expr, names: list[str], program: Program) -> list[str]:
    """Of these names, those that no expectation below the root is over.

    Raises:
        UnsupportedError: a name stands both under an expectation over it and elsewhere.
    """
    gone = averaged(root, program) if program.laws else frozenset()

    def outside(x: Expr) -> Expr:
        return E.ZERO if isinstance(x, Expect) else E.rebuild(x, outside)

    if gone:
        bare = {n: replace(s, body=outside(s.body)) for n, s in program.statements.items()}
        for n in gone:
            if varies_in(outside(root), n, replace(program, statements=bare)):
                raise UnsupportedError("a differential of what is averaged over in one place only", found=n)
    return [n for n in names if n not in gone]


def varies_in(e: Expr, name: str, program: Program) -> bool:
    return any(isinstance(x, Acc) and x.name == name for x in closure(e, program))


def refuse_averaged(root: Expr, name: str, program: Program) -> None:
    """What an expectation is over is gone from it: there is nothing to differentiate by."""
    if program.laws and varies(name, averaged(root, program), program):
        raise UnsupportedError("a derivative by what an expectation is over", found=name)


def parameters(e: Expr, program: Program | None) -> tuple[str, ...]:
    """Names in the laws that the expectations in an entry are over, those of the program."""
    if program is None or not program.laws:
        return ()
    found: dict[str, None] = {}
    for x in E.walk(e):
        for n, law in x.over if isinstance(x, Expect) else ():
            own = program.laws.get(n) if law is None else law
            for _, value in own.parameters if own is not None else ():
                if isinstance(value, Expr):
                    found |= dict.fromkeys(a.name for a in E.accesses(value))
    return tuple(found)


def moving(body: Expr, name: str, program: Program | None) -> tuple[Expr, ...]:
    """The expectations in an entry whose law a name is a parameter of."""
    return tuple(x for x in E.walk(body) if isinstance(x, Expect) and name in parameters(x, program))


def partial(e: Expect, d: Callable[[Expr], Expr], program: Program | None) -> Expr:
    """E[∂f], given how f is differentiated; with the score of a law that moves.

    Raises:
        UnsupportedError: the sign is over what is written under it, or over what has no rule there.
    """
    names = frozenset(n for n, _ in e.over)
    if program is None or any(law is not None for _, law in e.over):
        raise UnsupportedError("no derivative rule for an expectation over a law written under its sign")
    for a in E.accesses(e.body):
        if a.name in program.statements and varies(a.name, names, program):
            raise UnsupportedError("no derivative rule under an expectation for a quantity of this kind", found=a.name)
    scores = [score(n, law, d) for n, _ in e.over if (law := program.laws.get(n)) is not None]
    return Expect(e.over, E.add(d(e.body), *(E.mul(e.body, s) for s in scores)))


def exchanged(e: Expr, name: str = "", program: Program | None = None) -> tuple[str, ...]:
    """What the step says that differentiates under an expectation."""
    if moving(e, name, program):
        return (MOVES,)
    return (EXCHANGED,) if any(isinstance(x, Expect) for x in E.walk(e)) else ()
