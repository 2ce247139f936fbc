"""The document tree: what a page says, before any target decides how it looks.

Everything is frozen. Inline parts stand in a line of prose, blocks stand under one another. Templates dispatch on
`kind`, writers print formulas and escape words; neither changes the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from symdl.language.dims import Shape
from symdl.language.syntax import Node

# ------------------------------------------------------------------------------------------------------ formulas


@dataclass(frozen=True)
class Formula:
    """A formula: a tree, or `source`, an author's LaTeX that no tree stands for.

    `lead` is a sign printed before it (`=`, `≤`, `+`), for a line that continues one above it. `wide`: it breaks
    nowhere and may be wider than its line.
    """

    kind: ClassVar[str] = "formula"
    node: Node | None = None
    source: str = ""
    lead: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Space:
    """The set a quantity lives in: ℝ, ℝⁿ, ℝ^(B×n); of labels, the whole numbers."""

    kind: ClassVar[str] = "space"
    shape: Shape
    integer: bool = False


# -------------------------------------------------------------------------------------------------------- inlines


def anchor(number: int, part: int) -> str:
    """The name of a numbered line: its number, before it its part of a handout, for each part counts for itself."""
    return f"{part}-{number}" if part else str(number)


@dataclass(frozen=True)
class Words:
    kind: ClassVar[str] = "words"
    text: str


@dataclass(frozen=True)
class Strong:
    kind: ClassVar[str] = "strong"
    body: tuple[Inline, ...]


@dataclass(frozen=True)
class Emphasis:
    kind: ClassVar[str] = "emphasis"
    body: tuple[Inline, ...]


@dataclass(frozen=True)
class Literal:
    """`code` within a line."""

    kind: ClassVar[str] = "literal"
    text: str


@dataclass(frozen=True)
class Link:
    kind: ClassVar[str] = "link"
    body: tuple[Inline, ...]
    url: str


@dataclass(frozen=True)
class Reference:
    """A reference to a numbered line: `(3)`."""

    kind: ClassVar[str] = "reference"
    number: int
    part: int = 0

    @property
    def anchor(self) -> str:
        return anchor(self.number, self.part)


Inline = Words | Strong | Emphasis | Literal | Link | Reference | Formula | Space
Prose = tuple[Inline, ...]

# --------------------------------------------------------------------------------------------------------- blocks


@dataclass(frozen=True)
class Mark:
    """What the judge said of a line: its status and how it knows."""

    status: str
    how: str = ""
    error: float | None = None


@dataclass(frozen=True)
class Heading:
    kind: ClassVar[str] = "heading"
    level: int
    body: Prose


@dataclass(frozen=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    body: Prose
    keep: bool = False  # does it lead to what follows, so that no page may end between them?
    small: bool = False  # a remark beside the text, such as its source


@dataclass(frozen=True)
class Bullets:
    kind: ClassVar[str] = "bullets"
    items: tuple[Prose, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Row:
    """One row of aligned lines: `left`, then `right` with its relation as its lead; the reason stands beside them.

    A row without `left` continues the one above. `depth` is 1 for a line that a line above opens to. `beside` says
    whether the reason fits beside the formula; if not it stands on the line below.
    """

    left: Formula | None
    right: Formula
    reason: Prose = ()
    conditions: tuple[Formula, ...] = ()
    number: int | None = None
    mark: Mark | None = None
    depth: int = 0
    beside: bool = True
    part: int = 0
    inside: tuple[Row, ...] = ()  # smaller lines that this one opens to, where a page can fold them

    @property
    def anchor(self) -> str:
        return "" if self.number is None else anchor(self.number, self.part)


@dataclass(frozen=True)
class Aligned:
    """Lines under one another, aligned at their relations."""

    kind: ClassVar[str] = "aligned"
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Finding:
    """What the judge said of some numbered results, alike of all of them."""

    numbers: tuple[int, ...]
    mark: Mark
    how: Prose = ()
    part: int = 0

    @property
    def anchors(self) -> tuple[tuple[int, str], ...]:
        return tuple((n, anchor(n, self.part)) for n in self.numbers)


@dataclass(frozen=True)
class Boxed:
    """The results in their frame: a row each with the space it lives in, the names they use, and their evidence.

    `names` are lines that define what the results use, `rests` says where the derivation finds the rest.
    """

    kind: ClassVar[str] = "boxed"
    rows: tuple[Row, ...]
    names: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()
    rests: Prose = ()


@dataclass(frozen=True)
class Symbol:
    """One row of the table of notation: names that live in one space and come in one way."""

    names: Prose
    space: Space | None
    role: Prose


@dataclass(frozen=True)
class Notation:
    """The table of notation: every quantity, the space it lives in, and what it is."""

    kind: ClassVar[str] = "notation"
    symbols: tuple[Symbol, ...]


@dataclass(frozen=True)
class Listing:
    """A program in parts that no page should cut."""

    kind: ClassVar[str] = "listing"
    parts: tuple[str, ...]
    language: str = "python"

    @property
    def text(self) -> str:
        return "\n\n".join(self.parts)


@dataclass(frozen=True)
class Legend:
    """What the marks at the lines mean; `statuses` are those that occur."""

    kind: ClassVar[str] = "legend"
    statuses: tuple[str, ...]


@dataclass(frozen=True)
class Vertex:
    """A quantity in the graph: its middle and its box in centimetres, y downwards; its adjoint below or above it."""

    x: float
    y: float
    width: float
    height: float
    label: Formula
    adjoint: Formula | None = None
    defined: bool = False
    above: bool = False  # does the adjoint stand above?


@dataclass(frozen=True)
class Arrow:
    """A line through points and the three corners of its head; `role` is forward or adjoint."""

    points: tuple[tuple[float, float], ...]
    head: tuple[tuple[float, float], ...]
    role: str


@dataclass(frozen=True)
class Figure:
    """The computational graph, laid out; `alt` says it in words."""

    kind: ClassVar[str] = "figure"
    vertices: tuple[Vertex, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float
    alt: str


@dataclass(frozen=True)
class Values:
    """Short formulas side by side: names with their numbers."""

    kind: ClassVar[str] = "values"
    formulas: tuple[Formula, ...]
    keep: bool = False  # on one page with what follows?


@dataclass(frozen=True)
class Aside:
    """Blocks set apart under a title of their own: the common slip."""

    kind: ClassVar[str] = "aside"
    title: Prose
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Answer:
    """Room for an answer, in centimetres."""

    kind: ClassVar[str] = "answer"
    space: float


Block = Heading | Paragraph | Bullets | Aligned | Boxed | Notation | Listing | Legend | Figure | Values | Aside | Answer


@dataclass(frozen=True)
class Document:
    """A page or more: a title (prose, for it may hold formulas), the same as plain words, and blocks."""

    title: Prose
    plain_title: str
    blocks: tuple[Block, ...]
    course: str = ""
    author: str = ""
    date: str = ""
    language: str = "en"
