"""Matching: which values of its letters make a pattern equal to an entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from symdl.tensor.canonical_ranges import linear_in
from symdl.tensor.canonical_terms import minus, poly_expr, scale
from symdl.tensor.expr import Acc, Expr, Fn, Idx, Mat, substitute

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser

Env = dict[str, Expr]


def match(n: Normaliser, p: Any, t: Any, env: Env, variables: set[str]) -> Iterator[Env]:
    """All ways to make the pattern p equal t by giving values to its letters."""
    if isinstance(p, Expr):
        if not isinstance(t, Expr):
            return
        open_letters = p.free & variables
        if not open_letters:
            if p is t:
                yield env
            return
        if isinstance(p, Idx):
            if p.name in env:
                if env[p.name] is t:
                    yield env
            else:
                yield {**env, p.name: t}
            return
        if open_letters <= env.keys():
            if n.expr(substitute(p, env)) is t:
                yield env
            return
        if type(p) is type(t):
            if isinstance(p, Fn) and p.name == "sym" and isinstance(t, Fn) and t.name == "sym":
                for args in (t.args, t.args[::-1]):
                    yield from match(n, p.args, args, env, variables)
                return
            found = False
            for e in match(n, p.parts, t.parts, env, variables):
                found = True
                yield e
            if found:
                return
        unknown = open_letters - env.keys()
        if len(unknown) == 1 and not isinstance(p, Acc | Mat | Fn):
            (name,) = unknown
            solved = linear_in(n.poly(substitute(p, env)), name)
            if solved is not None and abs(solved[0]) == 1:
                value = scale(minus(n.poly(t), solved[1]), solved[0])
                if n.is_integer(value):
                    yield {**env, name: poly_expr(value)}
        return
    if isinstance(p, tuple):
        if isinstance(t, tuple) and len(p) == len(t):
            yield from _match_all(n, p, t, env, variables)
        return
    if p == t:
        yield env


def _match_all(n: Normaliser, p: tuple[Any, ...], t: tuple[Any, ...], env: Env, variables: set[str]) -> Iterator[Env]:
    if not p:
        yield env
        return
    for e in match(n, p[0], t[0], env, variables):
        yield from _match_all(n, p[1:], t[1:], e, variables)
