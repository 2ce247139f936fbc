"""Lines about derivatives: `∂L/∂X = …` as a tree, in matrix form where there is one, else in index form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from symdl.language import syntax as s
from symdl.language.letters import free_letters
from symdl.language.scope import Scope
from symdl.tensor.expr import Acc, Bind, Expr, Idx, substitute
from symdl.tensor.notation_base import Notation
from symdl.tensor.notation_index import index_tree
from symdl.tensor.notation_matrix import matrix_tree
from symdl.tensor.program import Program
from symdl.tensor.spelled import spelled

Tree = TypeVar("Tree", s.Node, s.Node | None)


@dataclass(frozen=True)
class Lines:
    """Writes lines over one program, with the author's letters."""

    program: Program
    scope: Scope
    usual: Mapping[str, str]

    @cached_property
    def made(self) -> dict[tuple[object, ...], tuple[tuple[str, ...], s.Node | None]]:
        return {}

    @cached_property
    def _blank(self) -> Notation:
        return Notation(self.program, self.scope, usual=self.usual)

    def notation(self, value: Expr) -> Notation:
        """A notation for one line: letters that the author wrote stay as they are, and nothing else takes them."""
        n = self._blank.fresh()
        n.letters.update({x: x for x in sorted(value.free) if "·" not in x})
        return n

    def matrix(self, value: Expr, letters: tuple[Bind, ...]) -> s.Node | None:
        return self._like(("matrix",), (letters, value), lambda: matrix_tree(value, letters, self.notation(value)))

    def _like(self, kind: tuple[object, ...], parts: tuple[object, ...], make: Callable[[], Tree]) -> Tree:
        """A tree, or that of expressions that are the same but for names of the same shape, those put in."""
        what = spelled(parts)
        written = tuple(sorted({n for p in parts if isinstance(p, Expr) for n in p.free if "·" not in n}))
        key = (*kind, what.text, written, tuple(self._shape(n) for n in what.names))
        known = self.made.get(key)
        if known is None:
            known = self.made[key] = (what.names, make())
        names = {a: b for a, b in zip(known[0], what.names, strict=True) if a != b}
        tree = known[1]
        return tree if not names or tree is None else _with_names(tree, names)  # type: ignore[return-value]

    def _shape(self, name: str) -> object:
        """What the tree of a name shows beside the name itself; the name, if it is a size or a family."""
        found = self.scope.lookup(name)
        return name if found is None or found.members else (found.shape, found.style, found.integer)

    def symbol(self, name: str) -> s.Symbol:
        return self._blank.symbol(name, ())

    def index(self, value: Expr) -> s.Node:
        """An index or a size as a tree."""
        return index_tree(value, self.notation(value))

    def index_line(
        self, of: s.Node, by: tuple[s.Node, ...], value: Expr, letters: tuple[Bind, ...], n: Notation | None = None
    ) -> s.Relation:
        """`∂L/∂X_{ij} = …`: the letters stand on the axes of `of`, then of each `by`."""
        n = n if n is not None else self.notation(value)
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

    def adjoint_line(
        self, root: Acc, name: str, letters: tuple[Bind, ...], value: Expr, case: tuple[str, str, Expr] | None = None
    ) -> s.Node:
        """The line of ∂root/∂name, made for each shape of a line once."""
        count = self._blank.member_count(name)
        if case is not None or count or root.indices:
            return self._adjoint_line(root, name, letters, value, case)
        mine = Acc(name, tuple(Idx(b.name) for b in letters))
        return self._like(
            ("line",), (letters, root, mine, value), lambda: self._adjoint_line(root, name, letters, value, None)
        )

    def entry_line(self, root: Acc, name: str, letters: tuple[Bind, ...], value: Expr) -> s.Relation:
        """`∂L/∂X_{ij} = …`, entry by entry."""
        n = self.notation(value)
        count = n.member_count(name)
        n.write_members([b.name for b in letters[:count]])
        by = n.symbol(name, tuple(Idx(b.name) for b in letters[:count]))
        return self.index_line(n.symbol(root.name, root.indices), (by,), value, letters[count:], n)

    def _adjoint_line(
        self, root: Acc, name: str, letters: tuple[Bind, ...], value: Expr, case: tuple[str, str, Expr] | None
    ) -> s.Node:
        """The line of ∂root/∂name; of a recurrence, of its value at one moment.

        Args:
            letters: where the line holds; what the line's own accesses do not imply is said in front, `t ≥ 1 ⟹ …`.
            case: (letter, op, end): the line is of the entry at the end (op is =), or holds where letter op end.
        """
        n = self.notation(value)
        of = n.symbol(root.name, root.indices)
        count = n.member_count(name)
        members, axes = letters[:count], letters[count:]
        at = {case[0]: case[2]} if case is not None and case[1] == "=" else {}
        n.write_members([b.name for b in members if b.name not in at])
        axes = tuple(Bind(b.name, substitute(b.first, at), substitute(b.last, at)) for b in axes)
        by: s.Node = n.symbol(name, tuple(at.get(b.name, Idx(b.name)) for b in members))
        if axes and axes[0].name in at:
            by, axes = s.Entry(by, (index_tree(at[axes[0].name], n),)), axes[1:]
        line = self._adjoint(of, by, axes, value, n)
        return line if at else self._where(line, letters, n, case)

    def _adjoint(self, of: s.Node, by: s.Node, axes: tuple[Bind, ...], value: Expr, n: Notation) -> s.Relation:
        tree = matrix_tree(value, axes, n)
        if tree is not None:
            return s.Relation((s.Derivative(of, (by,)), tree), ("=",))
        if len(axes) > 1 and not isinstance(by, s.Entry):  # each moment's own column or matrix
            n.write_binders(axes[:1])
            tree = matrix_tree(value, axes[1:], n)
            if tree is not None:
                one = s.Entry(by, (s.IndexVar(n.letter(axes[0].name)),))
                return s.Relation((s.Derivative(of, (one,)), tree), ("=",))
        return self.index_line(of, (by,), value, axes, n)

    def _where(
        self, line: s.Relation, letters: tuple[Bind, ...], n: Notation, case: tuple[str, str, Expr] | None
    ) -> s.Node:
        """The line under the conditions that its own accesses do not imply: `l < D`, `t ≥ 1`."""
        free = free_letters(line, self.scope)
        conditions: list[s.Node] = []
        for b in letters:
            letter = n.letters.get(b.name, "")
            r = free.get(letter)
            if r is None:
                continue
            low = (b.first, "≤") if (n.dim(b.first) - r.first).constant not in (None, 0) else None
            high = (b.last, "≤") if (r.last - n.dim(b.last)).constant not in (None, 0) else None
            if case is not None and case[0] == b.name:
                low, high = (
                    ((case[2], "<"), high) if case[1] == ">" else (low, (case[2], "<" if case[1] == "<" else "≠"))
                )
            if low is not None or high is not None:
                conditions.append(_between(low, s.IndexVar(letter), high, n))
        out: s.Node = line
        for c in reversed(conditions):
            out = s.Implication("implies", c, out)
        return out


def _with_names(tree: s.Node, names: Mapping[str, str]) -> s.Node:
    """The same tree with other names of tensors."""

    def visit(n: s.Node) -> s.Node:
        out = n.map_children(visit)
        return replace(out, name=names[out.name]) if isinstance(out, s.Symbol) and out.name in names else out

    return visit(tree)


def _between(low: tuple[Expr, str] | None, letter: s.Node, high: tuple[Expr, str] | None, n: Notation) -> s.Relation:
    """`1 ≤ l < D`, or one side of it: `t ≥ 1`."""
    if low is None:
        assert high is not None
        return s.Relation((letter, index_tree(high[0], n)), (high[1],))
    if high is None:
        return s.Relation((letter, index_tree(low[0], n)), ("≥" if low[1] == "≤" else ">",))
    return s.Relation((index_tree(low[0], n), letter, index_tree(high[0], n)), (low[1], high[1]))
