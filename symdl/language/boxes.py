"""Boxes: how a formula looks, before a printer says it in LaTeX, Typst, plain text or words.

`layout` makes boxes from trees and decides on parentheses once; each printer then only spells about twenty boxes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """The base of boxes."""


@dataclass(frozen=True, slots=True)
class Digits(Box):
    """A number as written, never negative."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Box):
    """A name by its canonical LaTeX: symbols, index letters, sizes."""

    latex: str


@dataclass(frozen=True, slots=True)
class Sign(Box):
    """A fixed sign, by a word that every printer knows: `top`, `infinity`, `pi`, `dots`, `colon`, `ones`, `R`."""

    name: str


@dataclass(frozen=True, slots=True)
class Op(Box):
    """An operator name in upright type: log, softmax, tr, Var."""

    name: str


@dataclass(frozen=True, slots=True)
class Words(Box):
    """Words between formulas: `if`, `otherwise`, `is symmetric`."""

    text: str


@dataclass(frozen=True, slots=True)
class Sum(Box):
    """Terms with their signs (True: subtracted). `tight` inside scripts: `t-1`."""

    terms: tuple[tuple[bool, Box], ...]
    tight: bool = False


@dataclass(frozen=True, slots=True)
class Times(Box):
    """Factors side by side; before those in `dotted` stands a `·` that keeps them apart."""

    factors: tuple[Box, ...]
    dotted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Infix(Box):
    """Parts joined by one operator: odot oslash otimes cdot, or `mid` and `divides` (the bar of KL)."""

    op: str
    parts: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Chain(Box):
    """Parts joined by relations: = ≠ < ≤ > ≥ ⪰ ⪯ ≻ ≺ ≈ ∝ ∈ ∉ ~ ⊥ ⟹ ⟺ →."""

    parts: tuple[Box, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frac(Box):
    """A fraction; `slash` is the flat one of exponents."""

    top: Box
    bottom: Box
    slash: bool = False


@dataclass(frozen=True, slots=True)
class Script(Box):
    """A base with a subscript, a superscript, or both; `primes` stand before the superscript."""

    base: Box
    sub: Box | None = None
    sup: Box | None = None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Run(Box):
    """Indices: side by side, or with commas between."""

    parts: tuple[Box, ...]
    commas: bool = True


@dataclass(frozen=True, slots=True)
class Fence(Box):
    """Delimiters round a body: `()`, `[]`, `{}`, `||`, `‖‖`, `floor`, `ceil`, `<>`."""

    kind: str
    body: Box


@dataclass(frozen=True, slots=True)
class Call(Box):
    """A function and its argument: a Fence, or a simple box that needs none."""

    head: Box
    argument: Box


@dataclass(frozen=True, slots=True)
class Big(Box):
    """Σ Π ∫, max, min, argmin and argmax, with what stands under and over them, before a body."""

    op: str
    under: Box | None
    over: Box | None
    body: Box
    variable: Box | None = None


@dataclass(frozen=True, slots=True)
class Root(Box):
    body: Box


@dataclass(frozen=True, slots=True)
class Commas(Box):
    parts: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Grid(Box):
    """Rows of cells: kind is `matrix` or `cases`."""

    kind: str
    rows: tuple[tuple[Box, ...], ...]


@dataclass(frozen=True, slots=True)
class Deriv(Box):
    """A derivative: form `partial`, `d` or `nabla`; `by` are pairs (variable, how often).

    `inline`: what is differentiated stands on the fraction, else it follows.
    """

    form: str
    of: Box
    by: tuple[tuple[Box, int], ...]
    inline: bool = True


@dataclass(frozen=True, slots=True)
class Differ(Box):
    """dX."""

    body: Box
