"""Entries: scalar expressions over tensor accesses, indices and sizes. What the engine and the judge compute with.

An entry expression is what stands on the right of a statement `T[i, j] = …`. It is immutable and interned: equal
expressions are the same object, so that `is` compares, and memo tables are cheap. Constructors (`add`, `mul`,
`power`, …) flatten, drop neutral elements and fold exact constants, and do nothing else: no expansion, no ordering.

Index expressions and sizes are entry expressions too (`t-1`, `s t + k`, `y[b]` as an index), so one language serves.
Bound letters are unique per binder (`fresh`), so nothing is ever captured.

Kinds, constructors, walks and text have a file each; this one gathers their names.
"""

# ruff: noqa: F401 (the names are gathered here for others)
from __future__ import annotations

from symdl.tensor.expr.base import Expr
from symdl.tensor.expr.building import (
    MINUS_ONE,
    ONE,
    ZERO,
    add,
    delta,
    div,
    eq,
    fn,
    fresh,
    mul,
    neg,
    num,
    power,
    sub,
    total,
)
from symdl.tensor.expr.kinds import (
    Acc,
    Add,
    Bind,
    Call,
    Cmp,
    Const,
    Deriv,
    Diff,
    Dimension,
    Expect,
    Fn,
    Idx,
    Ind,
    Integ,
    Lam,
    Logic,
    Mat,
    Mul,
    Num,
    Opt,
    Pow,
    Red,
    Where,
)
from symdl.tensor.expr.plain import text
from symdl.tensor.expr.walking import accesses, rebuild, refresh, substitute, walk
