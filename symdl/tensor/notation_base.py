"""Names, letters and sizes on the way from entries back to trees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Axis, Dim, Range, Shape
from symdl.language.scope import Scope
from symdl.tensor import expr as E
from symdl.tensor.dims_expr import dim_of
from symdl.tensor.expr import Bind, Expr, Idx
from symdl.tensor.program import Program
from symdl.tensor.symmetry import symmetric_names

DIAGONAL = "\\operatorname{diag}("
USUAL = "ijklpqrstuvmnabcdefghwxyz"


class NoMatrixForm(Exception):
    """No matrix form for this entry (an expected outcome, not an error)."""


@dataclass
class Notation:
    """What trees need to know beyond an entry: the program, the scope, and how its letters are written."""

    program: Program
    scope: Scope | None = None
    letters: dict[str, str] = field(default_factory=dict)  # internal letter → written letter
    usual: Mapping[str, str] = field(default_factory=dict)  # range → the author's letter for it
    taken: frozenset[str] = frozenset()
    symmetric: frozenset[str] = frozenset()
    ranges: dict[str, Bind] = field(default_factory=dict)  # where the letters written so far run

    def __post_init__(self) -> None:
        if not self.taken:
            self.taken = names_taken(self.program, self.scope)
            self.symmetric = symmetric_names(self.program)

    def fresh(self) -> Notation:
        """The same with no letter written yet."""
        return Notation(self.program, self.scope, {}, self.usual, self.taken, self.symmetric)

    # ----------------------------------------------------------------------------------------------- letters

    def write_binders(self, binders: Iterable[Bind]) -> None:
        """Give bound letters written ones: the author's for their range where that is free."""
        for b in binders:
            self.ranges[b.name] = b
            wish = self.usual.get(range_text(b)) or self.usual.get(f"..{E.text(b.last)}") or ""
            self._write(b.name, wish)

    def forget(self, binders: Iterable[Bind]) -> None:
        """Letters bound in one sum are free again for the next."""
        for b in binders:
            self.letters.pop(b.name, None)

    def write_letters(self, names: Iterable[str]) -> None:
        """Give each internal letter a written one: its own stem where that is free, else another."""
        for n in names:
            self._write(n, "")

    def write_members(self, names: Iterable[str]) -> None:
        """Letters of a family's members: their own stems."""
        for n in names:
            self._write(n, n.split("·")[0])

    def _write(self, n: str, wish: str) -> None:
        if n not in self.letters:
            used = set(self.letters.values())
            others = set(self.usual.values())
            usual = sorted(USUAL, key=lambda x: x in others)
            stem = n.split("·")[0]
            options = [wish, *([stem] if not wish and stem not in others else []), *usual, *(x + "'" for x in USUAL)]
            chosen = next((o for o in options if o and o not in used and o not in self.taken), None)
            if chosen is None:
                raise UnsupportedError("more index letters than there are names for")
            self.letters[n] = chosen

    def letter(self, name: str) -> str:
        if name not in self.letters:
            self.write_letters([name])
        return self.letters[name]

    def written(self, e: Expr) -> Expr:
        """The same index expression or size with written letters."""
        return E.substitute(e, {n: Idx(self.letter(n)) for n in e.free})

    def dim(self, e: Expr) -> Dim:
        return dim_of(self.written(e))

    def binder(self, b: Bind, written: bool = False) -> s.Binder:
        return s.Binder(self.letter(b.name), Range(self.dim(b.first), self.dim(b.last)), written)

    # ------------------------------------------------------------------------------------------------- names

    def member_count(self, name: str) -> int:
        if self.scope is not None:
            found = self.scope.lookup(name)
            if found is not None:
                return len(found.members)
        leaf = self.program.leaves.get(name)
        return len(leaf.members) if leaf is not None else 0

    def symbol(self, name: str, members: tuple[Expr, ...]) -> s.Symbol:
        """The symbol of a tensor, a family's member with its shape."""
        nodes = tuple(self.scalar_index(m) for m in members)
        found = self.scope.lookup(name) if self.scope is not None else None
        if found is not None:
            values = {b.name: self.dim(m) for b, m in zip(found.members, members, strict=True)}
            return s.Symbol(name, _with(found.shape, values), nodes, found.style, found.integer)
        leaf = self.program.leaves.get(name)
        if leaf is not None:
            values = {b.name: self.dim(m) for b, m in zip(leaf.members, members, strict=True)}
            return s.Symbol(name, _with(leaf.axes, values), nodes, integer=leaf.integer)
        st = self.program.statements.get(name)
        if st is None:
            raise UnsupportedError("a name without a declaration", found=name)
        axes = []
        for b in st.binders:
            first = dim_of(b.first)
            axes.append(Axis(dim_of(b.last) - first + 1, first.constant if first.constant is not None else 1))
        return s.Symbol(name, tuple(axes), nodes)

    def scalar_index(self, e: Expr) -> s.Node:
        """An index or a member as a tree; sizes and letters as such."""
        from symdl.tensor.notation_index import index_tree

        return index_tree(e, self)

    def diagonal_of(self, name: str) -> s.Symbol | None:
        """The matrix whose diagonal this is: a decomposition has the name `diag(Λ)` for its eigenvalues."""
        if not is_diagonal(name) or name not in self.program.statements:
            return None
        return self.symbol(name[len(DIAGONAL) : -1], ())

    def on_diagonal(self, a: E.Acc, whole: s.Symbol) -> tuple[Expr, Expr]:
        """The two indices of a diagonal's entry in its matrix."""
        rows, columns = (E.num(x.base) for x in whole.shape)
        return a.indices[0], E.add(a.indices[0], E.neg(rows), columns)

    def parts(self, a: E.Acc) -> tuple[s.Symbol, tuple[Expr, ...]]:
        """An access as its symbol and the indices on the symbol's own axes."""
        n = self.member_count(a.name)
        return self.symbol(a.name, a.indices[:n]), a.indices[n:]


def is_diagonal(name: str) -> bool:
    return name.startswith(DIAGONAL) and name.endswith(")")


def names_taken(program: Program, scope: Scope | None) -> frozenset[str]:
    """Names that no index letter may have."""
    names: set[str] = {*program.leaves, *program.statements, *program.functions, *program.sizes, *program.size_families}
    if scope is not None:
        names |= {*scope.names, *scope.dimensions, *scope.families_of_sizes, *scope.aliases}
    return frozenset(names)


def range_text(b: Bind) -> str:
    """A range as the author's binders print theirs: `1..n`."""
    return f"{E.text(b.first)}..{E.text(b.last)}"


def _with(shape: Shape, values: Mapping[str, Dim]) -> Shape:
    if not values:
        return shape
    return tuple(a.map(lambda d: d.substitute(dict(values))) for a in shape)
