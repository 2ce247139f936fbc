"""Notation: entries back to trees, in matrix form where there is one, in index form always."""

from __future__ import annotations

from symdl.language.scope import Scope
from symdl.language.syntax import Node
from symdl.tensor.expr import Bind, Expr
from symdl.tensor.notation_base import Notation
from symdl.tensor.notation_index import index_tree
from symdl.tensor.notation_matrix import matrix_tree
from symdl.tensor.program import Program


def matrix_form(e: Expr, letters: tuple[Bind, ...], program: Program, scope: Scope | None = None) -> Node | None:
    """The tree whose entry at the letters is e, or None where the entry has no matrix form."""
    return matrix_tree(e, letters, Notation(program, scope))


def index_form(e: Expr, letters: tuple[Bind, ...], program: Program, scope: Scope | None = None) -> Node:
    """The scalar tree of e, its free letters written by their stems.

    Raises:
        UnsupportedError: the language has no tree for a part of it.
    """
    notation = Notation(program, scope)
    notation.write_letters([b.name for b in letters])
    return index_tree(e, notation)
