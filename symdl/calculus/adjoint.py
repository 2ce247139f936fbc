"""One adjoint: ∂L/∂T of a tensor T, before and after it is simplified, and what its formula names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from symdl.language.syntax import Node
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Bind, Deriv, Expr


@dataclass(frozen=True)
class Adjoint:
    """∂root/∂name[letters] = value; `names` are the downstream adjoints in it, `inlined` those written out."""

    name: str
    letters: tuple[Bind, ...]
    value: Expr
    users: tuple[str | None, ...]
    inlined: tuple[str, ...] = ()
    kinks: tuple[str, ...] = ()
    upstream: bool = False  # the root is abstract in it: the adjoint is a given
    where: tuple[str, ...] = ()  # where the rules it used hold, if not everywhere
    assumed: tuple[Node, ...] = ()  # the assumptions that made it shorter
    raw: Expr = E.ZERO  # as the chain rule gave it, over the letters of the whole tensor

    @cached_property
    def names(self) -> tuple[str, ...]:
        return adjoint_names(self.value)


def adjoint_names(e: Expr) -> tuple[str, ...]:
    return tuple(dict.fromkeys(x.by[0].name for x in E.walk(e) if isinstance(x, Deriv) and len(x.by) == 1))


def tensors(e: Expr) -> frozenset[str]:
    """Forward quantities that stand in an entry, those inside derivatives' names left out."""
    if isinstance(e, Deriv):
        return frozenset()
    if isinstance(e, Acc):
        return frozenset((e.name,))
    return frozenset().union(*(tensors(c) for c in e.children()))


def occurrences(e: Expr, name: str) -> int:
    """How often an adjoint stands in an entry, counted along every path."""
    if isinstance(e, Deriv):
        return int(len(e.by) == 1 and e.by[0].name == name)
    return sum(occurrences(c, name) for c in e.children())


def each_name(found: Callable[[Expr], tuple[str, ...]], bodies: Iterable[Expr]) -> tuple[str, ...]:
    """What is found in some body, each once."""
    return tuple(dict.fromkeys(x for b in bodies for x in found(b)))


def bounded(e: Expr, letters: tuple[Bind, ...]) -> bool:
    """Does a bracket in it keep one of the letters inside a range?"""
    names = {b.name for b in letters}
    return any(isinstance(x, E.Ind) and x.free & names and not _is_delta(x) for x in E.walk(e))


def _is_delta(x: E.Ind) -> bool:
    return isinstance(x.condition, E.Cmp) and x.condition.op == "="
