"""A tiny evaluator of entries by plain loops, to test elaboration against NumPy formulas written by hand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symdl.tensor import expr as e
from symdl.tensor.expr import Expr
from symdl.tensor.program import Program

FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "sin": math.sin,
    "abs": abs,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "relu": lambda x: max(x, 0.0),
    "floor": math.floor,
    "mod": lambda a, b: a % b,
    "max": max,
    "min": min,
    "clip": lambda x, a, b: min(max(x, a), b),
}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "≤": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "≥": lambda a, b: a >= b,
}


def matrix_power(a: np.ndarray, k: int) -> np.ndarray:
    return np.linalg.matrix_power(a, k)


class Brute:
    """Values of entries: leaves are arrays with the first index of each axis, sizes whole numbers."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        leaves: Mapping[str, Any],
        bases: Mapping[str, tuple[int, ...]] | None = None,
        program: Program | None = None,
        size_families: Mapping[str, Mapping[int, int]] | None = None,
        calls: Mapping[str, Callable[..., float]] | None = None,
    ) -> None:
        self.sizes, self.leaves, self.bases = sizes, dict(leaves), bases or {}
        self.program = program or Program()
        self.size_families, self.calls = size_families or {}, calls or {}

    def whole(self, x: Expr, env: Mapping[str, int]) -> int:
        value = self.value(x, env)
        assert value == int(value)
        return int(value)

    def runs(self, binders: tuple[e.Bind, ...], env: Mapping[str, int]) -> Any:
        if not binders:
            yield dict(env)
            return
        b, *rest = binders
        for k in range(self.whole(b.first, env), self.whole(b.last, env) + 1):
            yield from self.runs(tuple(rest), {**env, b.name: k})

    def matrix(self, row: e.Bind, column: e.Bind, body: Expr, env: Mapping[str, int]) -> np.ndarray:
        rows = [r[row.name] for r in self.runs((row,), env)]
        columns = [c[column.name] for c in self.runs((column,), env)]
        return np.array([[self.value(body, {**env, row.name: r, column.name: c}) for c in columns] for r in rows])

    def access(self, name: str, at: tuple[int, ...]) -> float:
        if name in self.leaves:
            value = self.leaves[name]
            if isinstance(value, dict):
                return value[at]
            bases = self.bases.get(name, (1,) * len(at))
            where = tuple(i - b for i, b in zip(at, bases, strict=True))
            assert all(0 <= i < n for i, n in zip(where, np.shape(value), strict=True)), (name, at)
            return float(np.asarray(value)[where])
        st = self.program.statements[name]
        env = {b.name: i for b, i in zip(st.binders, at, strict=True)}
        for indices, value in st.base:
            if all(i is None or self.value(i, env) == a for i, a in zip(indices, at, strict=True)):
                return self.value(value, env)
        return self.value(st.body, env)

    def value(self, x: Expr, env: Mapping[str, int]) -> Any:
        if isinstance(x, e.Num):
            return int(x.value) if x.value.denominator == 1 else float(x.value)
        if isinstance(x, e.Const):
            return {"pi": math.pi, "e": math.e, "infinity": math.inf}[x.name]
        if isinstance(x, e.Idx):
            return env[x.name]
        if isinstance(x, e.Dimension):
            return self.sizes[x.name] if x.index is None else self.size_families[x.name][self.whole(x.index, env)]
        if isinstance(x, e.Acc):
            return self.access(x.name, tuple(self.whole(i, env) for i in x.indices))
        if isinstance(x, e.Add):
            return sum(self.value(t, env) for t in x.terms)
        if isinstance(x, e.Mul):
            return math.prod(self.value(t, env) for t in x.factors)
        if isinstance(x, e.Pow):
            return self.value(x.base, env) ** self.value(x.exponent, env)
        if isinstance(x, e.Fn):
            return FUNCTIONS[x.name](*(self.value(a, env) for a in x.args))
        if isinstance(x, e.Cmp):
            return COMPARE[x.op](self.value(x.left, env), self.value(x.right, env))
        if isinstance(x, e.Logic):
            parts = [self.value(a, env) for a in x.args]
            return not parts[0] if x.op == "not" else all(parts) if x.op == "and" else any(parts)
        if isinstance(x, e.Ind):
            return int(bool(self.value(x.condition, env)))
        if isinstance(x, e.Where):
            return next(self.value(v, env) for c, v in x.branches if c is None or self.value(c, env))
        if isinstance(x, e.Red):
            return self.reduction(x, env)
        if isinstance(x, e.Mat):
            return self.of_matrix(x, env)
        if isinstance(x, e.Call):
            args = [self.argument(a, env) for a in x.args]
            return self.calls[x.name](*args, *(self.whole(i, env) for i in x.indices))
        raise AssertionError(type(x).__name__)

    def argument(self, a: Expr, env: Mapping[str, int]) -> Any:
        if not isinstance(a, e.Lam):
            return self.value(a, env)
        axes = [[r[b.name] for r in self.runs((b,), env)] for b in a.binders]
        flat = [
            self.value(a.body, {**env, **dict(zip([b.name for b in a.binders], at, strict=True))})
            for at in itertools.product(*axes)
        ]
        return np.array(flat).reshape([len(x) for x in axes])

    def reduction(self, x: e.Red, env: Mapping[str, int]) -> Any:
        runs = [r for r in self.runs(x.binders, env) if x.condition is None or self.value(x.condition, r)]
        values = [self.value(x.body, r) for r in runs]
        if x.op == "sum":
            return sum(values)
        if x.op == "prod":
            return math.prod(values)
        if x.op in ("max", "min"):
            return max(values) if x.op == "max" else min(values)
        best = int(np.argmax(values) if x.op == "argmax" else np.argmin(values))
        return runs[best][x.binders[0].name]

    def of_matrix(self, x: e.Mat, env: Mapping[str, int]) -> float:
        a = self.matrix(x.row, x.column, x.body, env)
        at = [self.whole(i, env) for i in x.indices]
        if x.op == "det":
            return float(np.linalg.det(a))
        if x.op == "logdet":
            return float(np.linalg.slogdet(a)[1])
        if x.op == "rank":
            return float(np.linalg.matrix_rank(a))
        if x.op == "spectral":
            return float(np.linalg.norm(a, 2))
        if x.op == "nuclear":
            return float(np.linalg.norm(a, "nuc"))
        if x.op == "eigenvalue":
            return float(np.sort(np.linalg.eigvalsh(a))[::-1][at[0] - 1])
        if x.op == "expm":
            out = sum(np.linalg.matrix_power(a, k) / math.factorial(k) for k in range(60))
            return float(out[at[0] - 1, at[1] - 1])
        if x.op == "inverse":
            return float(np.linalg.inv(a)[at[0] - 1, at[1] - 1])
        if x.op == "power":
            return float(matrix_power(a, at[2])[at[0] - 1, at[1] - 1])
        if x.op == "sqrtm":
            w, v = np.linalg.eigh(a)
            return float(((v * np.sqrt(w)) @ v.T)[at[0] - 1, at[1] - 1])
        raise AssertionError(x.op)

    def array(self, el: Any, node: Any) -> np.ndarray:
        """All entries of a tree."""
        binders = el.bind_axes(node.shape)
        entry = el.entry(node, tuple(e.Idx(b.name) for b in binders))
        return np.array(self.argument(e.Lam(binders, entry) if binders else entry, {}))
