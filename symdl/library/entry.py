"""What a file of the library states: the equations of a layer, a loss, an optimizer or a distribution, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ANY_SHAPE = "..."  # a symbol of any shape, as the input of what acts entry by entry


@dataclass(frozen=True, eq=False)
class Entry:
    """A piece of mathematics with a name, as in a derivation file.

    Args:
        name: its id, with hyphens. symbols, given, assume: as in a derivation file; a shape "..." is any shape.
        input: the names that come in, output: the name that goes out.
        parameters: the names that are learned.
        sizes: the sizes that a user chooses, in the order of the call: `Dense("h")`.
        source: where the equations were looked up. kind, title: set where the file is found: its folder, its opening
            sentence.
    """

    name: str
    symbols: Mapping[str, str]
    given: tuple[str, ...]
    source: str
    assume: tuple[str, ...] = ()
    input: str | tuple[str, ...] = "X"
    output: str = "Y"
    parameters: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    title: str = ""
    kind: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "symbols", MappingProxyType(dict(self.symbols)))
        for name in ("given", "assume", "parameters", "sizes"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.input,) if isinstance(self.input, str) else tuple(self.input)


@dataclass(frozen=True, eq=False)
class Layer(Entry):
    """A map from its input to its output."""


@dataclass(frozen=True, eq=False)
class Loss(Entry):
    """A scalar that says how far the input is from `target`."""

    output: str = "L"
    target: str = "Y"


@dataclass(frozen=True, eq=False)
class Optimizer(Entry):
    """How parameters move, step by step, along the gradients `g_t`."""

    input: str | tuple[str, ...] = "g_t"
    output: str = r"\theta_t"


@dataclass(frozen=True, eq=False)
class Distribution(Entry):
    """The logarithm of a density or probability at `variable`."""

    output: str = r"\ell"
    variable: str = field(default="x")

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.variable,)


@dataclass(frozen=True, eq=False)
class Lemma(Entry):
    """A named inequality: `show` under `assume`; each form of it is true by itself, for all values and sizes."""

    given: tuple[str, ...] = ()
    source: str = ""
    show: tuple[str, ...] = ()
