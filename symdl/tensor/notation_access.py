"""An access in matrix form: the tensor, its transpose, its diagonal or a part of it; and which letter is the row."""

from __future__ import annotations

from symdl.language import syntax as s
from symdl.tensor import expr as E
from symdl.tensor.expr import Bind, Expr, Idx
from symdl.tensor.notation_base import NoMatrixForm, Notation
from symdl.tensor.notation_index import (
    index_tree,
)
from symdl.tensor.notation_trees import transpose


def oriented(f: Expr, mine: list[str], out: tuple[Bind, ...]) -> tuple[str, str]:
    """Which letter is the row: as most accesses in the factor have it; at a tie, as the result wants it."""
    votes = 0
    for x in E.walk(f):
        if isinstance(x, E.Acc):
            order = [i.name for i in x.indices if isinstance(i, Idx) and i.name in mine]
            if len(order) == 2 and order[0] != order[1]:
                votes += 1 if order == mine else -1
            elif len(order) == 1 and len(x.indices) > 1:  # `A_ik …`: a letter that comes first is a row
                votes += 1 if (x.indices[-1] is not Idx(order[0])) == (order[0] == mine[0]) else -1
    a, b = mine
    if not votes:
        votes = 1 if (out and out[0].name == a) or (len(out) == 2 and out[1].name == b) else -1
    return (a, b) if votes > 0 else (b, a)


def position(i: Expr) -> str | None:
    return i.name if isinstance(i, Idx) else None


def one_based(out: tuple[Bind, ...]) -> bool:
    return all(b.first is E.ONE for b in out)


def access(a: E.Acc, out: tuple[Bind, ...], n: Notation) -> s.Node:
    """`X[i, j]` is X, `X[j, i]` its transpose, `X[i, i]` its diagonal, `X[3, i]` a part of it."""
    names = tuple(b.name for b in out)
    whole = n.diagonal_of(a.name)
    if whole is not None and a.indices == tuple(Idx(x) for x in names):
        return s.MatrixFunction("diag", whole)
    symbol, indices = n.parts(a)
    members = a.indices[: len(a.indices) - len(indices)]
    if any(m.free & set(names) for m in members):
        raise NoMatrixForm("a family member that varies")
    for b, axis in [(b, ax) for b in out for i, ax in zip(indices, symbol.axes, strict=True) if i is Idx(b.name)]:
        if n.dim(b.first) != axis.first or n.dim(b.last) != axis.last:
            raise NoMatrixForm("a sum over a part of an axis")
    written = tuple(i.name if isinstance(i, Idx) else None for i in indices)
    if written == names:
        return symbol
    if len(names) == 2 and written == names[::-1]:
        return symbol if a.name in n.symmetric else transpose(symbol)
    if len(names) == 1 and len(written) == 2 and written == (names[0], names[0]):
        return s.MatrixFunction("diag", symbol)
    where = [k for k, i in enumerate(indices) if i.free & set(names)]
    if len(where) == len(names) and all(isinstance(indices[k], Idx) for k in where):
        fixed = [index_tree(i, n) for i in indices]
        if where == list(range(len(indices) - len(where), len(indices))) and len(where) == 1:
            return s.Entry(symbol, tuple(fixed[: where[0]]))
        if len(indices) == 2 and where == [0]:
            return s.Entry(symbol, (s.Slice(), fixed[1]))
    raise NoMatrixForm("an access at other than plain letters")
