"""The library as Python names: `symdl.layers.Dense("h")` places an entry in a model, with the sizes a user chooses."""

from __future__ import annotations

from dataclasses import dataclass, field

from symdl.errors import UsageError, nearest
from symdl.library import entries
from symdl.library.entry import Entry


@dataclass(frozen=True)
class Placed:
    """An entry in a model: its sizes by their names in the entry, each a whole number, a name, or an expression."""

    entry: Entry
    sizes: dict[str, int | str] = field(default_factory=dict)


class Maker:
    """Makes placed entries: positional sizes in the order of `entry.sizes`, or by name."""

    def __init__(self, entry: Entry, name: str) -> None:
        self.entry, self.__name__, self.__doc__ = entry, name, _doc(entry, name)

    def __call__(self, *sizes: int | str, **named: int | str) -> Placed:
        wanted = self.entry.sizes
        call = f"{self.__name__}({', '.join(wanted)})"
        for name in named:
            if name not in wanted:
                raise UsageError(f"{call} has no size {name!r}", expected=call, cure=nearest(name, wanted))
        given = dict(zip((n for n in wanted if n not in named), sizes, strict=False)) | named
        if len(sizes) + len(named) != len(wanted) or len(given) != len(wanted):
            raise UsageError(f"{call} takes {len(wanted)} sizes", found=f"{len(sizes) + len(named)}", expected=call)
        for name, value in given.items():
            if isinstance(value, bool) or not isinstance(value, int | str) or (isinstance(value, int) and value < 1):
                raise UsageError(f"{name} of {call} is no size", found=repr(value), expected='3, "h" or "2*h"')
        return Placed(self.entry, given)

    def __repr__(self) -> str:
        return f"<{self.__name__}({', '.join(self.entry.sizes)}): {self.entry.title}>"


class Shelf:
    """Some kinds of entries under their Python names: `layer-norm` is `LayerNorm`; capitals don't matter."""

    def __init__(self, title: str, *kinds: str) -> None:
        self.__doc__, self._kinds = title, kinds

    def __getattr__(self, name: str) -> Maker:
        if name.startswith("_"):
            raise AttributeError(name)
        for e in entries(*self._kinds):
            if e.name.replace("-", "") == name.lower().replace("_", ""):
                return Maker(e, name)
        near = nearest(name, dir(self))
        raise AttributeError(f"the library has no {name}" + (f"; {near}" if near else ""))

    def __dir__(self) -> list[str]:
        return ["".join(part.capitalize() for part in e.name.split("-")) for e in entries(*self._kinds)]


def _doc(entry: Entry, name: str) -> str:
    lines = [f"{name}({', '.join(entry.sizes)}): {entry.title}.", "", *(f"    {g}" for g in entry.given)]
    return "\n".join([*lines, "", f"Source: {entry.source}"])


layers = Shelf("Layers and activations, each a call that takes the sizes it leaves open.", "layers", "activations")
losses = Shelf("Losses.", "losses")
