"""Spelled: expressions as text with names and letters numbered, so that what differs only in those is equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symdl.tensor.expr import Acc, Bind, Dimension, Expr, Idx


@dataclass(frozen=True)
class Spelled:
    """Expressions written with their names and letters numbered in the order in which they come; and those names."""

    text: str
    names: tuple[str, ...]


def spelled(*parts: Any) -> Spelled:
    """Letters must be bound, or binders, in the parts themselves."""
    names: dict[str, int] = {}
    letters: dict[str, int] = {}
    out: list[str] = []

    def write(v: Any) -> None:
        if isinstance(v, Idx):
            out.append(f"i{letters.setdefault(v.name, len(letters))}")
        elif isinstance(v, Acc):
            out.append(f"#{names.setdefault(v.name, len(names))}[")
            for i in v.indices:
                write(i)
            out.append("]")
        elif isinstance(v, Dimension):
            out.append(f"#{names.setdefault(v.name, len(names))}")
            if v.index is not None:
                write(v.index)
        elif isinstance(v, Bind):
            out.append(f"b{letters.setdefault(v.name, len(letters))}")
            write(v.first)
            write(v.last)
        elif isinstance(v, Expr):
            out.append(type(v).__name__)
            for p in v.parts:
                write(p)
            out.append(";")
        elif isinstance(v, tuple):
            out.append("(")
            for p in v:
                write(p)
            out.append(")")
        else:
            out.append(repr(v))

    write(parts)
    return Spelled(" ".join(out), tuple(names))
