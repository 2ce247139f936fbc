"""The backends by name."""

from __future__ import annotations

from symdl.code.backend import Backend
from symdl.errors import UsageError, nearest

NAMES = ("numpy", "torch", "jax")


def backend(name: str) -> Backend:
    """The backend of this name.

    Raises:
        UsageError: there is none.
    """
    if name == "numpy":
        return Backend()
    if name == "torch":
        from symdl.code.torch import Torch

        return Torch()
    if name == "jax":
        from symdl.code.jax import Jax

        return Jax()
    raise UsageError(f"there is no backend {name!r}", expected=", ".join(NAMES), cure=nearest(name, NAMES))
