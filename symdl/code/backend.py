"""How a backend spells array operations. NumPy's is here; another one overrides what it spells differently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from symdl.code.values import ATOM, Value
from symdl.errors import UnsupportedError


class Backend:
    """NumPy's spelling."""

    module: ClassVar[str] = "np"
    constants: ClassVar[Mapping[str, str]] = {"pi": "np.pi", "e": "np.e", "infinity": "np.inf", "nan": "np.nan"}
    functions: ClassVar[Mapping[str, str]] = {
        "exp": "exp", "log": "log", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
        "cosh": "cosh", "tanh": "tanh", "arcsin": "arcsin", "arccos": "arccos", "arctan": "arctan",
        "arcsinh": "arcsinh", "arccosh": "arccosh", "arctanh": "arctanh", "abs": "abs",
        "sign": "sign", "floor": "floor", "ceil": "ceil",
        "where": "where", "arange": "arange", "diagonal": "diagonal", "clip": "clip", "mod": "mod",
    }  # fmt: skip
    helpers: ClassVar[Mapping[str, str]] = {
        "sigmoid": "_sigmoid", "erf": "_erf", "Phi": "_normal_cdf", "phi": "_normal_pdf", "gamma": "_gamma",
        "loggamma": "_loggamma",
    }  # fmt: skip
    matrices: ClassVar[Mapping[str, str]] = {
        "det": "np.linalg.det({})", "logdet": "np.linalg.slogdet({})[1]", "inverse": "np.linalg.inv({})",
        "pinv": "np.linalg.pinv({})", "spectral": "np.linalg.norm({}, 2)", "nuclear": "np.linalg.norm({}, 'nuc')",
        "cholesky": "np.linalg.cholesky({})", "eigenvalue": "np.linalg.eigvalsh({})[::-1]",
    }  # fmt: skip

    def call(self, name: str, *codes: str) -> str:
        if name == "relu":
            return f"np.maximum({codes[0]}, 0)"
        if name == "softplus":
            return f"np.logaddexp(0, {codes[0]})"
        if name in ("max", "min"):
            out = codes[0]
            for c in codes[1:]:
                out = f"np.{name}imum({out}, {c})"
            return out
        if name not in self.functions:
            raise UnsupportedError("code for a function", found=name)
        return f"np.{self.functions[name]}({', '.join(codes)})"

    def helper(self, name: str) -> str | None:
        return self.helpers.get(name)

    def reduce(self, op: str, v: Value, names: list[str]) -> Value:
        """Reduce over the axes of these letters."""
        if not names:
            return v
        kept = tuple(n for n in v.letters if n not in names)
        axes = [v.letters.index(n) for n in names]
        axis = "" if not kept else f"axis={axes[0]}" if len(axes) == 1 else f"axis={tuple(sorted(axes))}"
        if v.level == ATOM:
            return Value(f"{v.code}.{op}({axis})", kept)
        return Value(f"np.{op}({v.code}{', ' + axis if axis else ''})", kept)

    def matrix(self, op: str, code: str) -> str | None:
        pattern = self.matrices.get(op)
        return None if pattern is None else pattern.format(code)

    def eye(self, n: str) -> str:
        return f"np.eye({n})"

    def ones(self, n: str) -> str:
        return f"np.ones({n})"

    def broadcast(self, code: str, shape: str) -> str:
        return f"np.broadcast_to({code}, {shape}).copy()"

    def einsum(self, spec: str, *codes: str) -> str:
        return f'np.einsum("{spec}", {", ".join(codes)})'
