"""How torch spells array operations: tensors in, tensors out, and autograd may run through them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from symdl.code.backend import Backend
from symdl.code.values import ATOM, Value

if TYPE_CHECKING:
    from symdl.code.lowering import Lowering


class Torch(Backend):
    """torch's spelling."""

    name = "torch"
    module = "torch"
    in_place = False
    row_products = False
    functions: ClassVar[Mapping[str, str]] = {**Backend.functions, "mod": "remainder"}
    helpers: ClassVar[Mapping[str, str]] = {
        "softplus": "_softplus", "Phi": "_normal_cdf", "phi": "_normal_pdf", "gamma": "_gamma",
    }  # fmt: skip
    calls: ClassVar[Mapping[str, str]] = {
        "sigmoid": "sigmoid", "erf": "erf", "loggamma": "lgamma", "relu": "relu", "digamma": "digamma",
    }  # fmt: skip
    matrices: ClassVar[Mapping[str, str]] = {
        **Backend.matrices, "eigenvalue": "torch.linalg.eigvalsh({x}).flip(-1)", "pinv": "torch.linalg.pinv({x})",
    }  # fmt: skip

    def imports(self, check: bool) -> list[str]:
        return ["import numpy as np", "import torch"] if check else ["import torch"]

    def call(self, name: str, *codes: str) -> str:
        if name in self.calls:
            return f"torch.{self.calls[name]}({codes[0]})"
        if name in ("max", "min"):
            out = codes[0]
            for c in codes[1:]:
                out = f"{'_larger' if name == 'max' else '_smaller'}({out}, {c})"
            return out
        return super().call(name, *codes)

    def reduce(self, op: str, v: Value, names: list[str]) -> Value:
        if op in ("max", "min"):
            found = super().reduce(f"a{op}", v, names)
            return found if v.level != ATOM else Value(found.code, found.letters)
        if op == "prod" and len(names) > 1:
            for n in names:
                v = self.reduce("prod", v, [n])
            return v
        return super().reduce(op, v, names)

    def arange(self, first: str, stop: str, whole: bool) -> str:
        return f"torch.arange({first}, {stop}{'' if whole else ', dtype=dtype'})".replace("(0, ", "(")

    def number_of(self, truth: str) -> str:
        return f"{truth}.to(dtype)"

    def stack(self, listed: str, axis: int) -> str:
        return f"torch.stack({listed}{f', dim={axis}' if axis else ''})"

    def fold(self, op: str, pieces: str, low: Lowering) -> str:
        return f"math.prod({pieces})" if op == "prod" else f"functools.reduce(torch.{op}imum, ({pieces}))"

    def scalar(self, code: str) -> str:
        return f"torch.as_tensor({code}, dtype=dtype)"

    def ones(self, n: str) -> str:
        return f"torch.ones({n}, dtype=dtype)"

    def zeros(self, shape: str) -> str:
        return f"torch.zeros({shape}, dtype=dtype)"

    def full(self, code: str, shape: str) -> str:
        return self.zeros(shape) if code == "0" else f"torch.full({shape}, {code}, dtype=dtype)"

    def broadcast(self, code: str, shape: str) -> str:
        return f"torch.broadcast_to({code}, {shape}).clone()"

    def tensordot(self, a: str, b: str, axes: list[list[int]]) -> str:
        return f"torch.tensordot({a}, {b}, dims=({axes[0]}, {axes[1]}))"

    def finish(self, text: str) -> str:
        return re.sub(r"\.transpose\((?=\s*\d)", ".permute(", text)
