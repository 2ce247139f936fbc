"""The base of entries: immutable and interned, so that equal expressions are one object, kept while in use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from weakref import ref

_table: dict[tuple[Any, ...], ref[Expr]] = {}  # interned expressions, held weakly: what nobody uses goes
_FIRST_SWEEP = 50_000
_sweep_at = _FIRST_SWEEP


def _sweep() -> None:
    """Drop the entries of expressions that are gone; those that only a dropped entry held go with the next round."""
    global _sweep_at
    while gone := [k for k, r in _table.items() if r() is None]:
        for k in gone:
            del _table[k]
        gone.clear()
    _sweep_at = max(_FIRST_SWEEP, 2 * len(_table))


class Expr:
    """The base. Fields are in `__slots__` order; `parts` are the fields as a tuple."""

    __slots__ = ("__weakref__", "_children", "_free", "key")
    fields: ClassVar[tuple[str, ...]] = ()
    key: tuple[Any, ...]
    _children: tuple[Expr, ...] | None
    _free: frozenset[str] | None

    def __new__(cls, *args: Any) -> Expr:
        key = (cls, *args)
        known = _table.get(key)
        if known is not None:
            found = known()
            if found is not None:
                return found
        self = object.__new__(cls)
        for name, value in zip(cls.fields, args, strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "_free", None)
        object.__setattr__(self, "_children", None)
        _table[key] = ref(self)
        if len(_table) > _sweep_at:
            _sweep()
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.key[1:]

    @property
    def parts(self) -> tuple[Any, ...]:
        return self.key[1:]

    def __repr__(self) -> str:
        from symdl.tensor.expr.plain import text  # it knows the kinds, which know this file

        return text(self)

    def children(self) -> tuple[Expr, ...]:
        """Every expression directly below, including those in ranges, conditions and indices."""
        found = self._children
        if found is None:
            found = tuple(e for p in self.key[1:] for e in _exprs_in(p))
            object.__setattr__(self, "_children", found)
        return found

    @property
    def free(self) -> frozenset[str]:
        """Names of the index letters that are free in it."""
        found: frozenset[str] | None = self._free
        if found is None:
            found = frozenset(self.letters()).union(*(c.free for c in self.children()))
            bound = self.bound()
            if bound:
                found = found - set(bound)
            object.__setattr__(self, "_free", found)
        return found

    def letters(self) -> tuple[str, ...]:
        """Index letters this node itself is."""
        return ()

    def bound(self) -> tuple[str, ...]:
        """Index letters this node binds."""
        return ()


def _exprs_in(value: Any) -> Iterator[Expr]:
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, tuple):
        for v in value:
            yield from _exprs_in(v)
    elif hasattr(value, "map_exprs"):  # a law written under an expectation
        yield from _exprs_in(value.parameters)
