"""The surface tree: LaTeX grouped by syntax alone, before shapes and declarations say what it means.

The parser builds it from tokens; the resolver turns it into the typed tree of `syntax`. Every node carries its span
in the source text (after macro expansion: the span of the macro call).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symdl.errors import Span


@dataclass(frozen=True, slots=True)
class Surface:
    """The base of surface nodes."""

    span: Span


@dataclass(frozen=True, slots=True)
class Digits(Surface):
    """A number as written: `2`, `0.5`, `1e-5` (also `10^{-5}` stays a Scripts)."""

    text: str


@dataclass(frozen=True, slots=True)
class Letter(Surface):
    """One letter or one symbol command: `x`, `\\alpha`, `\\partial`, `\\nabla`, `\\ell`, `\\infty`, `:`; or a declared
    multi-letter word."""

    text: str


@dataclass(frozen=True, slots=True)
class Word(Surface):
    """An operator name: `\\log`, `\\operatorname{softmax}`, `\\mathrm{tr}`, `\\text{diag}`: text without the command.

    `command` is how it was written: `log` for `\\log`, `operatorname`, `mathrm`, `text`.
    """

    text: str
    command: str


@dataclass(frozen=True, slots=True)
class Styled(Surface):
    """A font (`mathbf boldsymbol bm mathcal mathbb mathrm mathsf`) or an accent (`hat bar tilde dot vec overline`)."""

    style: str
    body: Surface


@dataclass(frozen=True, slots=True)
class Scripts(Surface):
    """A base with subscript, superscript and primes, any of them missing; the base of a bare `^` is an empty Seq."""

    base: Surface
    sub: Surface | None
    sup: Surface | None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Group(Surface):
    """Delimited: kind is `()`, `[]`, `{}` (visible braces), `||`, `‖‖`, `<>`, `floor`, `ceil`, `.|` (evaluated at), or
    `invisible` for TeX braces."""

    kind: str
    body: Surface


@dataclass(frozen=True, slots=True)
class Fraction(Surface):
    """`\\frac`, `\\dfrac`, `\\tfrac`, `\\cfrac`; a slash is Infix('/')."""

    numerator: Surface
    denominator: Surface


@dataclass(frozen=True, slots=True)
class Root(Surface):
    body: Surface
    degree: Surface | None


@dataclass(frozen=True, slots=True)
class Seq(Surface):
    """Things written side by side. Big operators (`Letter('\\sum')`, in Scripts when bounded) and words stand in the
    sequence; the resolver decides how far they reach."""

    items: tuple[Surface, ...]


@dataclass(frozen=True, slots=True)
class Infix(Surface):
    """`+ - \\pm \\cdot \\times / \\odot \\circ \\oslash \\otimes \\mid \\setminus : ;`: op is the LaTeX without
    backslash (`cdot`, `odot`, `+`, `-`, `/`, `mid`, `:`, `||` for the divergence bar)."""

    op: str
    left: Surface
    right: Surface


@dataclass(frozen=True, slots=True)
class Prefix(Surface):
    """A sign: op is `-`, `+` or `pm`."""

    op: str
    body: Surface


@dataclass(frozen=True, slots=True)
class Commas(Surface):
    """Comma-separated (or semicolon-separated) parts."""

    parts: tuple[Surface, ...]


@dataclass(frozen=True, slots=True)
class Related(Surface):
    """A chain of relations; ops are = ≠ < ≤ > ≥ ⪰ ⪯ ≻ ≺ ≈ ∝ ∈ ∉ ~ ⊥ → ≡ := ↦ ⊂. A line that begins with a relation has
    an empty Seq as its first part."""

    parts: tuple[Surface, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logic(Surface):
    """`\\implies`, `\\iff` and the like: op is `implies`, `iff` (or `impliedby`)."""

    op: str
    left: Surface
    right: Surface


@dataclass(frozen=True, slots=True)
class Grid(Surface):
    """A matrix or cases environment: its rows of cells; kind is `bmatrix`, `pmatrix`, `cases`, …"""

    kind: str
    rows: tuple[tuple[Surface, ...], ...]


@dataclass(frozen=True, slots=True)
class Prose(Surface):
    """`\\text{…}` that is not an operator name: words such as `if`, `otherwise`, `for all`, ` is symmetric`."""

    text: str


@dataclass(frozen=True, slots=True)
class Dots(Surface):
    """`\\dots`, `\\cdots`, `\\ldots`, `\\vdots`, `\\ddots`."""


def below(s: Surface) -> Iterator[Surface]:
    """The surface trees directly below."""
    if isinstance(s, Seq):
        yield from s.items
    elif isinstance(s, Scripts):
        yield s.base
        if s.sub is not None:
            yield s.sub
        if s.sup is not None:
            yield s.sup
    elif isinstance(s, Group | Styled | Prefix):
        yield s.body
    elif isinstance(s, Fraction):
        yield s.numerator
        yield s.denominator
    elif isinstance(s, Root):
        yield s.body
        if s.degree is not None:
            yield s.degree
    elif isinstance(s, Infix | Logic):
        yield s.left
        yield s.right
    elif isinstance(s, Commas | Related):
        yield from s.parts
    elif isinstance(s, Grid):
        for row in s.rows:
            yield from row


def walk(s: Surface) -> Iterator[Surface]:
    """A surface tree and all that is in it, as it is read: parents first, from left to right."""
    stack = [s]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(below(node))))
