"""How a backend spells array operations. NumPy's is here; another one overrides what it spells differently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from symdl.code.values import ATOM, Value
from symdl.errors import UnsupportedError

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering


class Backend:
    """NumPy's spelling."""

    name: ClassVar[str] = "numpy"
    module: ClassVar[str] = "np"
    in_place: ClassVar[bool] = True  # arrays may be changed in place
    row_products: ClassVar[bool] = True  # sums over rows are faster as products with BLAS
    check_setup: ClassVar[list[str]] = []  # the first lines of the module's own check
    constants: ClassVar[Mapping[str, str]] = {"pi": "math.pi", "e": "math.e", "infinity": "math.inf", "nan": "math.nan"}
    functions: ClassVar[Mapping[str, str]] = {
        "exp": "exp", "log": "log", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
        "cosh": "cosh", "tanh": "tanh", "arcsin": "arcsin", "arccos": "arccos", "arctan": "arctan",
        "arcsinh": "arcsinh", "arccosh": "arccosh", "arctanh": "arctanh", "abs": "abs",
        "sign": "sign", "floor": "floor", "ceil": "ceil",
        "clip": "clip", "mod": "mod",
    }  # fmt: skip
    numbers: ClassVar[Mapping[str, str]] = {
        **{n: n for n in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "floor", "ceil", "erf")},
        "gamma": "gamma", "loggamma": "lgamma", "arctan": "atan", "arcsin": "asin", "arccos": "acos",
    }  # fmt: skip
    helpers: ClassVar[Mapping[str, str]] = {
        "sigmoid": "_sigmoid", "erf": "_erf", "Phi": "_normal_cdf", "phi": "_normal_pdf", "gamma": "_gamma",
        "loggamma": "_loggamma",
    }  # fmt: skip
    matrices: ClassVar[Mapping[str, str]] = {
        "det": "{m}.linalg.det({x})", "logdet": "{m}.linalg.slogdet({x})[1]", "inverse": "{m}.linalg.inv({x})",
        "pinv": "{m}.linalg.pinv({x})", "spectral": "{m}.linalg.norm({x}, 2)",
        "nuclear": "{m}.linalg.norm({x}, 'nuc')", "cholesky": "{m}.linalg.cholesky({x})",
        "eigenvalue": "{m}.linalg.eigvalsh({x})[..., ::-1]",
    }  # fmt: skip

    def imports(self, check: bool) -> list[str]:
        """Lines that import the array library; `check`: does the module check itself?."""
        return ["import numpy as np"]

    def call(self, name: str, *codes: str) -> str:
        m = self.module
        if name == "relu":
            return f"{m}.maximum({codes[0]}, 0)"
        if name == "softplus":
            return f"{m}.logaddexp(0, {codes[0]})"
        if name in ("max", "min"):
            out = codes[0]
            for c in codes[1:]:
                out = f"{m}.{name}imum({out}, {c})"
            return out
        if name not in self.functions:
            raise UnsupportedError("code for a function", found=name)
        return f"{m}.{self.functions[name]}({', '.join(codes)})"

    def number(self, name: str, codes: list[str]) -> str | None:
        """A function of plain Python numbers, which stays one."""
        if name in ("max", "min"):
            return f"{name}({', '.join(codes)})"
        return f"math.{self.numbers[name]}({', '.join(codes)})" if name in self.numbers else None

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
        return Value(f"{self.module}.{op}({v.code}{', ' + axis if axis else ''})", kept)

    def matrix(self, op: str, code: str) -> str | None:
        pattern = self.matrices.get(op)
        return None if pattern is None else pattern.format(m=self.module, x=code)

    def arange(self, first: str, stop: str, whole: bool) -> str:
        start = "" if first == "0" else f"{first}, "
        return f"{self.module}.arange({start}{stop}{'' if whole else ', dtype=dtype'})"

    def where(self, truth: str, a: str, b: str, low: Lowering) -> str:
        return f"{self.module}.where({truth}, {a}, {b})"

    def number_of(self, truth: str) -> str:
        """1 where it is true, 0 elsewhere."""
        return f"{truth}.astype(dtype)"

    def diagonal(self, code: str) -> str:
        return f"{self.module}.diagonal({code})"

    def stack(self, listed: str, axis: int) -> str:
        return f"{self.module}.stack({listed}{f', axis={axis}' if axis else ''})"

    def fold(self, op: str, pieces: str, low: Lowering) -> str:
        """max, min or prod of arrays, one at a time."""
        if op == "prod":
            return f"math.prod({pieces})"
        return f"functools.reduce({self.module}.{op}imum, ({pieces}))"

    def scalar(self, code: str) -> str:
        """A Python number as an array of the inputs' type."""
        return f"{self.module}.asarray({code}, dtype)"

    def eye(self, n: str) -> str:
        return f"{self.module}.eye({n}, dtype=dtype)"

    def ones(self, n: str) -> str:
        return f"{self.module}.ones({n}, dtype)"

    def zeros(self, shape: str) -> str:
        return f"{self.module}.zeros({shape}, dtype)"

    def full(self, code: str, shape: str) -> str:
        """An array of one Python number."""
        return self.zeros(shape) if code == "0" else f"{self.module}.full({shape}, {code}, dtype)"

    def broadcast(self, code: str, shape: str) -> str:
        return f"{self.module}.broadcast_to({code}, {shape}).copy()"

    def einsum(self, spec: str, *codes: str) -> str:
        return f'{self.module}.einsum("{spec}", {", ".join(codes)})'

    def tensordot(self, a: str, b: str, axes: list[list[int]]) -> str:
        return f"{self.module}.tensordot({a}, {b}, axes=({axes[0]}, {axes[1]}))"

    def transpose(self, code: str, axes: str) -> str:
        return f"{code}.transpose({axes})"

    def finish(self, text: str) -> str:
        """The module's text, once it is whole."""
        return text

    def added(self, name: str, slots: str, code: str) -> str:
        """Add to a stretch of an array."""
        return f"{name}{slots} += {code}"
