"""Lines about derivatives: `∂L/∂X = …` as a tree, in matrix form where there is one, else in index form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from symdl.language import syntax as s
from symdl.language.scope import Scope
from symdl.tensor.expr import Acc, Bind, Expr, Idx
from symdl.tensor.notation_base import Notation
from symdl.tensor.notation_index import index_tree
from symdl.tensor.notation_matrix import matrix_tree
from symdl.tensor.program import Program


@dataclass(frozen=True)
class Lines:
    """Writes lines over one program, with the author's letters."""

    program: Program
    scope: Scope
    usual: Mapping[str, str]

    @cached_property
    def _blank(self) -> Notation:
        return Notation(self.program, self.scope, usual=self.usual)

    def notation(self, value: Expr) -> Notation:
        """A notation for one line: letters that the author wrote stay as they are, and nothing else takes them."""
        n = self._blank.fresh()
        n.letters.update({x: x for x in sorted(value.free) if "·" not in x})
        return n

    def matrix(self, value: Expr, letters: tuple[Bind, ...]) -> s.Node | None:
        return matrix_tree(value, letters, self.notation(value))

    def index_line(self, of: s.Node, by: tuple[s.Node, ...], value: Expr, letters: tuple[Bind, ...]) -> s.Relation:
        """`∂L/∂X_{ij} = …`: the letters stand on the axes of `of`, then of each `by`."""
        n = self.notation(value)
        n.write_binders(letters)
        at = [s.IndexVar(n.letter(b.name)) for b in letters]
        parts: list[s.Node] = []
        for x in (of, *by):
            k = len(x.shape)
            here, at = at[:k], at[k:]
            if not k:
                parts.append(x)
            elif isinstance(x, s.Entry):
                parts.append(s.Entry(x.base, (*x.indices, *here)))
            else:
                parts.append(s.Entry(x, tuple(here)))
        return s.Relation((s.Derivative(parts[0], tuple(parts[1:])), index_tree(value, n)), ("=",))

    def adjoint_line(self, root: Acc, name: str, letters: tuple[Bind, ...], value: Expr) -> s.Relation:
        """The line of ∂root/∂name; of a recurrence, of its value at one moment."""
        n = self.notation(value)
        of = n.symbol(root.name, root.indices)
        count = n.member_count(name)
        members, axes = letters[:count], letters[count:]
        n.write_letters([b.name for b in members])
        by = n.symbol(name, tuple(Idx(b.name) for b in members))
        tree = matrix_tree(value, axes, n)
        if tree is not None:
            return s.Relation((s.Derivative(of, (by,)), tree), ("=",))
        statement = self.program.statements.get(name)
        if len(axes) > 1 and statement is not None:  # each moment's own column or matrix
            n.write_binders(axes[:1])
            tree = matrix_tree(value, axes[1:], n)
            if tree is not None:
                one = s.Entry(by, (s.IndexVar(n.letter(axes[0].name)),))
                return s.Relation((s.Derivative(of, (one,)), tree), ("=",))
        return self.index_line(of, (by,), value, axes)
