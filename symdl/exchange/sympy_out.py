"""Results as SymPy objects: a matrix expression where the result has that form, else sums over indexed names.

Columns are n×1 matrices. An indexed name counts from 1, as its sums say. What the result takes as given, such as the
gradient that arrives from above, is a symbol whose name is its LaTeX: `\\frac{\\partial L}{\\partial Z}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symdl.errors import UnsupportedError
from symdl.exchange.sympy_entries import Entries
from symdl.exchange.sympy_matrices import Matrices, NoMatrix
from symdl.language.syntax import Node, Relation


def to_sympy(matrix: Node | None, index: Node, known: Mapping[str, Any] | None = None) -> Any:
    """A result as a matrix expression, or entry by entry.

    Args:
        matrix, index: its two forms.
        known: the caller's own SymPy objects by LaTeX name, to be used again.

    Raises:
        UnsupportedError: something in it has no counterpart in SymPy, named.
    """
    if matrix is not None:
        try:
            return Matrices(known or {}).node(matrix)
        except NoMatrix:
            pass
    value = index.sides[-1] if isinstance(index, Relation) else index
    try:
        return Entries(known or {}).node(value)
    except NoMatrix as error:
        raise UnsupportedError("no counterpart in SymPy", found=str(error)) from None
