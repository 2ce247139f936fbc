"""What earlier lines claim: values of names and of partial derivatives, which later steps may rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symdl.language.syntax import Derivative, Entry, IndexVar, Node, Symbol
from symdl.language.understanding import Line
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Bind, Expr, Idx, Lam, fresh, substitute
from symdl.tensor.program import Statement


@dataclass(frozen=True)
class Claims:
    """The latest wrong claims in force; right ones need no place here, since they change no value."""

    values: Mapping[str, Statement] = field(default_factory=dict)
    partials: Mapping[tuple[str, str], Expr] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or self.partials)

    def with_line(self, head: Node, last: Node, line: Line, elaborator: Elaborator) -> Claims:
        """These claims and `head = last`, where head is a name or a partial (whole, or an entry at free letters)."""
        base, letters = _whole(head)
        if base is None:
            return self
        binders, body = _entries(base, letters, last, line, elaborator)
        if isinstance(base, Symbol) and not base.members:
            return replace(self, values={**self.values, base.name: Statement(base.name, binders, body)})
        if isinstance(base, Derivative):
            of, by = base.of, base.by[0]
            if isinstance(of, Symbol) and isinstance(by, Symbol) and not (of.shape or of.members or by.members):
                lam = Lam(binders, body)
                return replace(self, partials={**self.partials, (of.name, by.name): lam})
        return self

    def without(self, head: Node) -> Claims:
        """These claims less what a right line has just put right."""
        base, _ = _whole(head)
        if isinstance(base, Symbol):
            return replace(self, values={k: v for k, v in self.values.items() if k != base.name})
        if isinstance(base, Derivative) and isinstance(base.of, Symbol) and isinstance(base.by[0], Symbol):
            key = (base.of.name, base.by[0].name)
            return replace(self, partials={k: v for k, v in self.partials.items() if k != key})
        return self


def _whole(head: Node) -> tuple[Node | None, tuple[str, ...]]:
    """The name or first-order partial that a left side speaks of, and the distinct free letters of its entries."""
    if isinstance(head, Symbol):
        return head, ()
    if isinstance(head, Entry) and isinstance(head.base, Symbol):
        letters = _letters(head)
        return (head.base, letters) if letters and len(letters) == len(head.base.shape) else (None, ())
    if isinstance(head, Derivative) and len(head.by) == 1 and not head.transposed:
        by = head.by[0]
        if isinstance(by, Symbol):
            return head, ()
        if isinstance(by, Entry) and isinstance(by.base, Symbol):
            letters = _letters(by)
            if letters and len(letters) == len(by.base.shape):
                return replace(head, by=(by.base,)), letters
    return None, ()


def _letters(entry: Entry) -> tuple[str, ...]:
    names = tuple(i.name for i in entry.indices if isinstance(i, IndexVar))
    return names if len(names) == len(entry.indices) and len(set(names)) == len(names) else ()


def _entries(
    base: Node, letters: tuple[str, ...], last: Node, line: Line, elaborator: Elaborator
) -> tuple[tuple[Bind, ...], Expr]:
    """Binders over the axes of `base`, and the claimed entry at them."""
    axes = base.shape
    names = [fresh(n) for n in (letters or ["i"] * len(axes))]
    binders = tuple(Bind(n, elaborator.dim(a.first), elaborator.dim(a.last)) for n, a in zip(names, axes, strict=True))
    if letters:
        body = substitute(elaborator.entry(last, ()), {old: Idx(new) for old, new in zip(letters, names, strict=True)})
    else:
        body = elaborator.entry(last, tuple(Idx(n) for n in names) if last.shape else ())
    return binders, body
