"""Sizes that no shape names: `n \\in \\mathbb{N}` of an undeclared n, or of a number up to which a sum runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import MappingProxyType

from symdl.language.reading.conditions import number_set
from symdl.language.reading.integers import memberships
from symdl.language.reading.names import name_text, parts_of, unwrap
from symdl.language.reading.scan import big_head
from symdl.language.scope import Scope
from symdl.language.surface import Related, Scripts, Surface, walk


def with_natural_sizes(scope: Scope, assumed: Iterable[Surface], lines: Iterable[Surface]) -> Scope:
    """The scope in which natural numbers that are no entry of a tensor are sizes, so that sums may run up to them."""
    natural = {
        name
        for s in assumed
        for m in memberships(s)
        if number_set(unwrap(m.parts[-1])) == "N"
        for element in parts_of(m.parts[0])
        if (name := name_text(unwrap(element))) is not None
    }
    numbers = {n for n in natural if (d := scope.names.get(n)) is not None and not d.shape and not d.members}
    sizes = natural - scope.names.keys() - scope.dimensions - scope.families_of_sizes
    if numbers:
        sizes |= numbers & {n for s in lines for n in _bounds(s)}
    if not sizes:
        return scope
    names = {k: d for k, d in scope.names.items() if k not in sizes}
    return replace(scope, names=MappingProxyType(names), dimensions=scope.dimensions | sizes, grown=None)


def _bounds(s: Surface) -> Iterator[str]:
    """The names in the bounds of sums and products."""
    for node in walk(s):
        if isinstance(node, Scripts) and big_head(node) is not None:
            if node.sup is not None:
                yield from _names(node.sup)
            for part in parts_of(node.sub) if node.sub is not None else ():
                for bound in part.parts[1:] if isinstance(part, Related) else ():
                    yield from _names(bound)


def _names(s: Surface) -> Iterator[str]:
    return (name for x in walk(s) if (name := name_text(unwrap(x))) is not None)
