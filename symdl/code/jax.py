"""How JAX spells array operations: NumPy's names, and arrays that are never changed in place."""

from __future__ import annotations

from typing import ClassVar

from symdl.code.backend import Backend


class Jax(Backend):
    """JAX's spelling."""

    name = "jax"
    module = "jnp"
    in_place = False
    row_products = False
    check_setup: ClassVar[list[str]] = ['jax.config.update("jax_enable_x64", True)']

    def imports(self, check: bool) -> list[str]:
        return ["import jax", "import jax.numpy as jnp", *(["import numpy as np"] if check else [])]

    def added(self, name: str, slots: str, code: str) -> str:
        if not slots:
            return f"{name} = {name} + {code}"
        return f"{name} = {name}.at{slots}.add({code})"
