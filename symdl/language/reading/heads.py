"""The head of a call: a function name with its scripts, and the bracket that follows."""

from __future__ import annotations

from symdl.language.reading.names import unwrap
from symdl.language.surface import Commas, Group, Infix, Scripts, Styled, Surface


class Head:
    """A function name with the scripts it carries."""

    def __init__(self, item: Surface) -> None:
        self.item = item
        self.sub: Surface | None = None
        self.sup: Surface | None = None
        self.primes = 0
        core = unwrap(item)
        if isinstance(core, Scripts):
            self.sub, self.sup, self.primes = core.sub, core.sup, core.primes
            core = unwrap(core.base)
        self.core = core
        while isinstance(core, Styled) and core.style in (
            "mathrm",
            "mathbf",
            "boldsymbol",
            "mathsf",
            "mathit",
            "mathbb",
            "mathds",
        ):
            core = unwrap(core.body)
        self.bare = core


def argument_at(row: list, at: int, kinds: tuple[str, ...] = ("()",)):  # type: ignore[no-untyped-def,type-arg]
    """The bracket that follows, and the scripts on it (an index or power of the value)."""
    if at >= len(row) or not isinstance(row[at], Surface):
        return None
    item = row[at]
    scripts = None
    if isinstance(item, Scripts):
        scripts, item = item, item.base
    if isinstance(item, Group) and item.kind in kinds:
        return item, scripts
    return None


def arguments(group: Group) -> tuple[Surface, ...]:
    body = group.body
    if isinstance(body, Infix) and body.op == ";":
        return (*arguments_of(body.left), *arguments_of(body.right))
    return arguments_of(body)


def arguments_of(body: Surface) -> tuple[Surface, ...]:
    return body.parts if isinstance(body, Commas) else (body,)
