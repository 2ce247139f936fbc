"""Products: what stands side by side, `\\cdot`, `\\odot`, `\\otimes`, `/`, and how far sums and functions reach.

Multiplicative operators are read from one flat row of things and operators, so that Σ, tr and functions without
parentheses can take what follows (rule 5), whatever the grammar grouped.
"""

from __future__ import annotations

from dataclasses import dataclass

from symdl.errors import ReadError
from symdl.language.reading import building, calls, derivatives, operators
from symdl.language.reading.context import Context, reads
from symdl.language.reading.names import is_empty
from symdl.language.reading.spelled import spelled
from symdl.language.surface import Digits, Fraction, Infix, Prefix, Seq, Surface
from symdl.language.syntax import Node

OPERATORS = ("cdot", "times", "/", "odot", "circ", "oslash", "otimes", "ast")


@dataclass(frozen=True)
class Operator:
    """A multiplicative operator between the things of a row."""

    op: str
    surface: Surface


Row = list["Surface | Operator"]


def row_of(s: Surface) -> Row:
    """A product as one flat row: the tree of juxtapositions and multiplicative operators, in order."""
    if isinstance(s, Seq):
        out: Row = []
        for item in s.items:
            if isinstance(item, Seq):
                out += row_of(item)
            else:
                out.append(item)
        return out
    if isinstance(s, Infix) and s.op in OPERATORS:
        return [*row_of(s.left), Operator(s.op, s), *row_of(s.right)]
    return [s]


@reads(Seq)
def sequence(ctx: Context, s: Surface) -> Node:
    row = row_of(s)
    if not row:
        raise ctx.error("a formula is missing here", s, found="nothing")
    return read_row(ctx, row, s)


@reads(Infix)
def infix(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Infix)
    if s.op in ("+", "-", "pm", "mp"):
        from symdl.language.reading.sums import addition

        return addition(ctx, s)
    if s.op in OPERATORS:
        if is_empty(s.left) or is_empty(s.right):
            raise ctx.error("an operator lacks an operand", s)
        return read_row(ctx, row_of(s), s)
    raise ctx.error(f"the operator {s.op} has no meaning here", s)


@dataclass
class Part:
    """One thing of a segment, read."""

    node: Node
    surface: Surface


def read_row(ctx: Context, row: Row, s: Surface) -> Node:
    """A whole product: segments of juxtaposed things, joined by operators."""
    return _Rows(ctx, row, s).read()


class _Rows:
    """A cursor over a row. `\\cdot`, `\\times` and `/` bind tighter than ⊙, ⊘ and ⊗."""

    def __init__(self, ctx: Context, row: Row, s: Surface) -> None:
        self.ctx, self.row, self.s = ctx, spelled(ctx, row), s
        self.at = 0

    def read(self) -> Node:
        slashed = derivatives.slashed(self.ctx, self.row)
        if slashed is not None:
            self.row = slashed
        node = self.tight()
        while self.at < len(self.row):
            operator = self.row[self.at]
            assert isinstance(operator, Operator)
            self.at += 1
            right = self.tight()
            node = building.entrywise(self.ctx, operator.op, node, right, operator.surface)
        return node

    def tight(self) -> Node:
        """Segments joined by \\cdot, \\times and /."""
        parts = self.segment()
        while self.at < len(self.row):
            operator = self.row[self.at]
            assert isinstance(operator, Operator)
            if operator.op not in ("cdot", "times", "/"):
                break
            self.at += 1
            right = self.segment()
            if operator.op == "/":
                parts = self.divide(parts, right, operator.surface)
            else:
                left, other = self.product(parts), self.product(right)
                node = building.dotted(self.ctx, operator.op, left, other, operator.surface)
                parts = [Part(node, operator.surface)]
        return self.product(parts)

    def product(self, parts: list[Part]) -> Node:
        if not parts:
            raise self.ctx.error("an operator lacks an operand", self.s)
        return building.product(self.ctx, [(p.node, p.surface) for p in parts], self.s)

    def segment(self) -> list[Part]:
        """Things side by side, up to the next operator. Σ and tr swallow the rest of the row."""
        ctx = self.ctx
        parts: list[Part] = []
        while self.at < len(self.row):
            item = self.row[self.at]
            if isinstance(item, Operator):
                break
            if isinstance(item, Prefix) and parts:
                parts.append(Part(ctx.read(item), item))
                self.at += 1
                continue
            if operators.is_operator(ctx, item):
                rest = self.row[self.at + 1 :]
                self.at = len(self.row)
                node = operators.read_operator(ctx, item, rest, self.s)
                self.keep(item, node)
                parts.append(Part(node, self.s if not parts else item))
                continue
            derived = derivatives.operator_at(ctx, self.row, self.at)
            if derived is not None:
                node, self.at = derived
                self.keep(item, node)
                parts.append(Part(node, item))
                continue
            called = calls.call_at(ctx, self.row, self.at)
            if called is not None:
                node, self.at = called
                self.keep(item, node)
                parts.append(Part(node, item))
                continue
            if parts and isinstance(item, Digits) and item.text == "1":
                ctx.doubtful = True  # nobody multiplies by 1 from the right: a column of ones may be meant
            parts.append(Part(ctx.read(item), item))
            self.at += 1
        return parts

    def keep(self, first: Surface, node: Node) -> None:
        """Remember what the stretch from `first` to where the cursor stands was read as."""
        last = self.row[self.at - 1]
        end = last.surface if isinstance(last, Operator) else last
        self.ctx.trace.append((first.span.join(end.span), node))

    def divide(self, left: list[Part], right: list[Part], s: Surface) -> list[Part]:
        """`a / b c`: (a/b) c where b is a number or a size, else the one reading that fits."""
        ctx = self.ctx
        if not left or not right:
            raise ctx.error("an operator lacks an operand", s)
        numerator = self.product(left)
        if len(right) == 1:
            return [Part(building.quotient(ctx, numerator, right[0].node, s), s)]
        first, *rest = right
        if building.is_coefficient(first.node) and not building.is_coefficient(rest[0].node):
            if building.is_coefficient(numerator) or not building.is_plain_scalar(ctx, rest[0].node):
                quotient = building.quotient(ctx, numerator, first.node, s)
                if not building.is_coefficient(numerator):
                    ctx.note(f"{ctx.text(self.s)}: the slash divides by {ctx.text(first.surface)} alone")
                return [Part(quotient, s), *rest]
        narrow = ctx.attempt(lambda: self.product([Part(building.quotient(ctx, numerator, first.node, s), s), *rest]))
        wide = ctx.attempt(lambda: building.quotient(ctx, numerator, self.product(right), s))
        if isinstance(narrow, ReadError) and isinstance(wide, ReadError):
            raise narrow
        if isinstance(wide, ReadError):
            assert isinstance(narrow, Node)
            return [Part(narrow, s)]
        if isinstance(narrow, ReadError):
            return [Part(wide, s)]
        a, b = ctx.text(first.surface), " ".join(ctx.text(p.surface) for p in rest)
        raise ctx.error(
            "a slash can be read in two ways",
            s,
            expected=f"\\frac{{…}}{{{a}}} {b}  or  \\frac{{…}}{{{a} {b}}}",
            cure="write \\frac, or parentheses",
        )


@reads(Prefix)
def prefix(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Prefix)
    if s.op in ("-", "+", "pm"):
        from symdl.language.reading.sums import addition

        return addition(ctx, s)
    raise ctx.error(f"the sign {s.op} has no meaning here", s)


@reads(Fraction)
def fraction(ctx: Context, s: Surface) -> Node:
    """\\frac: a derivative, or a quotient."""
    assert isinstance(s, Fraction)
    found = derivatives.fraction(ctx, s)
    if found is not None:
        return found
    return building.quotient(ctx, ctx.read(s.numerator), ctx.read(s.denominator), s)
