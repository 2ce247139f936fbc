"""The state of reading one line: scope, index letters and their uses, unknown sizes, notes, and how errors are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from symdl.errors import ReadError, ShapeError, Span, UnknownName, nearest
from symdl.language.dims import Axis, Dim, Range, Shape
from symdl.language.reading.unify import Sizes, describe
from symdl.language.scope import Declaration, Scope
from symdl.language.surface import Surface
from symdl.language.syntax import Node

MAX_DEPTH = 120


@dataclass(slots=True)
class Use:
    """One access that says where a letter runs: from first to last; `bare` is x_i, else it is shifted: x_{i+1}."""

    first: Dim
    last: Dim
    bare: bool
    span: Span
    of: str
    axis: Axis
    symbol: str = ""
    position: int = 0
    soft: bool = False  # values outside the axis are known, so this says nothing while another access does
    family: str = ""  # where it picks a member of a family
    end: bool = False  # at an end of another letter's range: a hint where it can be compared, no more


@dataclass(slots=True)
class LetterState:
    """An index letter while its scope is being read: bound by an operator, or free in the line."""

    name: str
    bound: bool
    explicit: Range | None = None
    start: Dim | None = None  # a written first value without a last one: \sum_{i=1}
    uses: list[Use] = field(default_factory=list)
    hints: list[Use] = field(default_factory=list)  # what says where it runs while no access does
    peers: list[LetterState] = field(default_factory=list)  # letters it is compared with: j < i
    cut: bool = False  # shorter than the axes it runs over, so that a print must say its range


class Rebase(Exception):
    """An axis turns out to count from 0 (rule 12): the declaration changes and the problem is read again."""

    def __init__(self, symbol: str, position: int) -> None:
        super().__init__(symbol)
        self.symbol, self.position = symbol, position


Handler = Callable[["Context", Surface], Node]
HANDLERS: dict[type, Handler] = {}


def reads(kind: type) -> Callable[[Handler], Handler]:
    """Register the reading of one kind of surface node."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


class Context:
    """What the readers of all notations share. One per line; a speculative reading works on `attempt`."""

    def __init__(self, scope: Scope, latex: str, role: str = "work") -> None:
        self.scope, self.latex, self.role = scope, latex, role
        self.sizes = Sizes()
        self.stack: list[dict[str, LetterState]] = []
        self.free: dict[str, LetterState] = {}
        self.mentioned: frozenset[str] = frozenset()  # letters that stand in a subscript somewhere in the line
        self.subscripted: frozenset[str] = frozenset()  # letters that stand in a subscript proper
        self.outside: frozenset[str] = frozenset()  # letters that stand free outside the sums of the line
        self.notes: list[str] = []
        self.beside: list[Node] = []  # what a line claims within an expression, as in a branch `a = b` of cases
        self.locals: dict[str, Declaration] = {}  # parameters of the function being defined, integration variables
        self.d_is_differential = "d" not in scope.names
        self.numerator = scope.layout == "numerator"
        self.depth = 0
        self.reads, self.budget = 0, 5000 + 20 * len(latex)  # what nested attempts may cost
        self.in_index = False
        self.doubtful = False  # was something read that others write for another shape? Then no misfit is certain
        self.elsewhere: frozenset[str] = frozenset()  # letters free on the other sides of the relation
        self.sums_apart = False  # `\\log a \\sum_i b_i` as (log a) Σ b: not the rule, but a way people write
        self.ran: dict[str, Range | None] = {}  # where letters bound so far ran; None where two sums disagree
        self.started: frozenset[str] = frozenset()  # names whose first entry a line of `given` gives
        self.definable: frozenset[str] = frozenset()  # built-in constants (\\pi, e, I) that no line used so far
        self.trace: list[tuple[Span, Node]] = []  # what each stretch of the text was read as
        self.spelled: dict[str, Surface] = {}  # how each name was first written

    # ------------------------------------------------------------------------------------------ reading

    def read(self, s: Surface) -> Node:
        """The typed tree of a surface tree."""
        handler = HANDLERS.get(type(s))
        if handler is None:
            raise self.error("this can't be read here", s)
        self.depth += 1
        self.reads += 1
        if self.reads > self.budget:
            raise ReadError("this line can be read in too many ways", span=s.span, cure="write it in several lines")
        if self.depth > MAX_DEPTH:
            raise ReadError("a formula is nested too deeply", span=s.span, expected=f"at most {MAX_DEPTH} levels")
        try:
            node = handler(self, s)
        finally:
            self.depth -= 1
        self.trace.append((s.span, node))
        return node

    def shape(self, node: Node) -> Shape:
        """Its shape as far as it is known."""
        return self.sizes.shape(node.shape)

    def text(self, s: Surface) -> str:
        return self.latex[s.span.start : s.span.end].strip()

    def attempt(self, action: Callable[[], Node]) -> Node | ReadError:
        """Try one reading; where it fails everything is as it was before."""
        saved = (dict(self.sizes.values), len(self.notes), len(self.stack), dict(self.free))
        states = [state for level in (*self.stack, self.free) for state in level.values()]
        uses = [(kept, len(kept)) for state in states for kept in (state.uses, state.hints, state.peers)]
        depth, beside, traced = self.depth, len(self.beside), len(self.trace)
        try:
            return action()
        except ReadError as error:
            self.sizes.values, self.depth = saved[0], depth
            del self.notes[saved[1] :]
            del self.beside[beside:]
            del self.trace[traced:]
            del self.stack[saved[2] :]
            self.free = saved[3]
            for kept, count in uses:
                del kept[count:]
            return error

    def spell(self, name: str, s: Surface) -> None:
        """Keep how a declared name was written the first time."""
        self.spelled.setdefault(name, s)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    # ------------------------------------------------------------------------------------------- errors

    def error(self, what: str, s: Surface, found: str = "", expected: str = "", cure: str = "") -> ReadError:
        return ReadError(what, span=s.span, found=found or self.text(s), expected=expected, cure=cure)

    def misfit(self, what: str, s: Surface, found: str, expected: str, cure: str = "") -> ReadError:
        """Shapes that don't fit; where a size is not known, that they don't is not certain, hence no ShapeError."""
        kind = ReadError if "?" in found or self.doubtful else ShapeError
        return kind(what, span=s.span, found=found, expected=expected, cure=cure)

    def unknown(self, name: str, s: Surface) -> UnknownName:
        known = [*self.scope.names, *self.scope.dimensions, *self.scope.aliases]
        return UnknownName(
            f"nobody declared  {name}",
            span=s.span,
            found=name,
            expected="a name that is declared, defined above, or bound as an index",
            cure=self._row_of(name) or nearest(name, known),
        )

    def _row_of(self, name: str) -> str:
        """`x_i` and `x^{(i)}` are rows of X by a definition alone (rule 3): where X is a matrix, say which."""
        found = re.fullmatch(r"([a-z])(?:_\{?([a-z])\}?|\^\{?[(\[]([a-z])[)\]]\}?)", name)
        matrix = None if found is None else self.lookup(found[1].upper())
        if found is None or matrix is None or len(matrix.shape) != 2:
            return ""
        row, letter = matrix.name, found[2] or found[3]
        end = rf"{row}_{{{letter}:}}^\top" if self.scope.examples == "rows" else rf"{row}_{{:{letter}}}"
        what = "row" if self.scope.examples == "rows" else "column"
        return f"if a {what} of {row} is meant, define it on a line before:  {name} = {end}"

    def describe(self, node: Node) -> str:
        return describe(self.shape(node))

    # ------------------------------------------------------------------------------------------ letters

    def letter(self, name: str) -> LetterState | None:
        """The innermost binding of a letter, bound or free."""
        for level in reversed(self.stack):
            if name in level:
                return level[name]
        return self.free.get(name)

    def free_letter(self, name: str) -> LetterState:
        found = self.letter(name)
        if found is None:
            found = self.free[name] = LetterState(name, False, self.scope.indices.get(name))
        return found

    def is_bound(self, name: str) -> bool:
        return any(name in level for level in self.stack)

    @contextmanager
    def binding(self, states: list[LetterState]) -> Iterator[None]:
        self.stack.append({s.name: s for s in states})
        try:
            yield
        finally:
            self.stack.pop()

    def lookup(self, name: str) -> Declaration | None:
        return self.locals.get(name) or self.scope.lookup(name)
