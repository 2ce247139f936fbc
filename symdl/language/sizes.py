"""Shapes as declared: `B n`, `o+k-1 (n+2*p-k)//s+1`, `0..n-1`, `n_l n_{l-1} for l in 1..D` become axes and members."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symdl.errors import ReadError, Span
from symdl.language.dims import Axis, Dim, Range, Shape, SizeAt
from symdl.language.syntax import Binder


@dataclass(frozen=True)
class DeclaredShape:
    """What the right side of a key of `[symbols]` says. `sizes` are the names used as dimensions."""

    axes: Shape
    members: tuple[Binder, ...] = ()
    sizes: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()


_NAME = re.compile(r"(\\[A-Za-z]+|[A-Za-z][A-Za-z0-9]*)\s*('*)")
_MEMBER = re.compile(r"^\s*(\S+?)\s*(?:=|\bin\b|\\in\b)\s*(.+?)\s*$")
MAX_LENGTH = 2000


class _Reader:
    """A recursive descent over one text; positions are offsets in it."""

    def __init__(self, text: str, letters: frozenset[str], known: frozenset[str] = frozenset()) -> None:
        self.text, self.at, self.letters, self.known = text, 0, letters, known
        self.sizes: set[str] = set()
        self.families: set[str] = set()
        self.depth = 0

    def error(self, what: str, start: int | None = None) -> ReadError:
        start = self.at if start is None else start
        return ReadError(
            what,
            span=Span(start, max(start + 1, self.at)),
            found=self.text[start : start + 20] or "the end",
            expected="names, whole numbers, + - * // and parentheses",
        )

    def blanks(self) -> bool:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in " \t\n,":
            self.at += 1
        return self.at > start

    def peek(self, word: str) -> bool:
        return self.text.startswith(word, self.at)

    def take(self, word: str) -> bool:
        if self.peek(word):
            self.at += len(word)
            return True
        return False

    def sum(self, tight: bool) -> Dim:
        """Terms; `tight` stops at a blank (the next axis)."""
        self.depth += 1
        if self.depth > 50:
            raise self.error("a size is nested too deeply")
        total = -self.term(tight) if self.take("-") else self.term(tight)
        while True:
            mark = self.at
            if not tight:
                self.blanks()
            if self.peek("..") or not (self.peek("+") or self.peek("-")):
                self.at = mark
                self.depth -= 1
                return total
            minus = self.take("-") or not self.take("+")
            if not tight:
                self.blanks()
            term = self.term(tight)
            total = total - term if minus else total + term

    def term(self, tight: bool) -> Dim:
        product = self.atom()
        while True:
            mark = self.at
            if not tight:
                self.blanks()
            if self.take("//"):
                product = product // self.after(tight)
            elif self.take("*") or self.take("\\cdot"):
                product = product * self.after(tight)
            elif self.take("^"):
                start = self.at
                power = self.after(tight).constant
                if power is None or not 0 <= power <= 8:
                    raise self.error("a power in a size must be a small whole number", start)
                base = product
                product = Dim.of(1)
                for _ in range(power):
                    product = product * base
            elif self.peek("/"):
                raise self.error("a size is a whole number: write // for a quotient that is rounded down")
            elif (
                self.at < len(self.text)
                and (self.text[self.at].isalpha() or self.text[self.at] in "\\(")
                and mark == self.at
            ):
                product = product * self.atom()  # 2n
            else:
                self.at = mark
                return product

    def after(self, tight: bool) -> Dim:
        if not tight:
            self.blanks()
        return self.atom()

    def atom(self) -> Dim:
        start = self.at
        if self.at < len(self.text) and self.text[self.at].isdigit():
            while self.at < len(self.text) and self.text[self.at].isdigit():
                self.at += 1
            if self.at - start > 12:
                raise self.error("a size is too large", start)
            return Dim.of(int(self.text[start : self.at]))
        if self.take("("):
            self.blanks()
            inner = self.sum(tight=False)
            self.blanks()
            if not self.take(")"):
                raise self.error("a parenthesis is not closed", start)
            return inner
        found = _NAME.match(self.text, self.at)
        if not found:
            raise self.error("a size can't be read")
        self.at = found.end(1) + len(found.group(2))
        name = found.group(1) + found.group(2)
        if self.take("_"):
            return self.subscripted(name)
        if name not in self.letters:
            self.sizes.add(name)
        return Dim.of(name)

    def subscripted(self, base: str) -> Dim:
        start = self.at
        if self.take("{"):
            depth = 1
            while depth and self.at < len(self.text):
                depth += {"{": 1, "}": -1}.get(self.text[self.at], 0)
                self.at += 1
            if depth:
                raise self.error("a brace is not closed", start)
            inner = self.text[start + 1 : self.at - 1].strip()
        else:
            found = re.compile(r"\\[A-Za-z]+|\w").match(self.text, self.at)
            if not found:
                raise self.error("a subscript is missing")
            self.at = found.end()
            inner = found.group()
        if (
            base in self.known
            or inner in self.letters
            or (self.letters and any(x in self.letters for x in re.findall(r"[A-Za-z]+", inner)))
        ):
            sub = _Reader(inner, self.letters, self.known)
            index = sub.sum(tight=False)
            self.sizes |= sub.sizes
            self.families.add(base)
            return Dim.of(SizeAt(base, index))
        name = f"{base}_{inner}" if len(inner) == 1 or re.fullmatch(r"\\[A-Za-z]+", inner) else f"{base}_{{{inner}}}"
        self.sizes.add(name)
        return Dim.of(name)


def read_shape(text: str, known: frozenset[str] = frozenset()) -> DeclaredShape:
    """The axes and members that a shape text declares; `""` is a scalar.

    Where n is one of the `known` families of sizes (declared by another shape as n_l), n_0 is a member of it.

    Raises:
        ReadError: it can't be read; the span counts from its first character.
    """
    if len(text) > MAX_LENGTH:
        raise ReadError("a shape is too long", found=f"{len(text)} characters", expected=f"at most {MAX_LENGTH}")
    head, _, tail = text.partition(" for ") if not text.startswith("for ") else ("", "", text[4:])
    members: list[Binder] = []
    sizes: set[str] = set()
    families: set[str] = set()
    if tail:
        offset = text.index(tail)
        for part in re.split(r",| and | for ", tail):
            found = _MEMBER.match(part)
            if not found or ".." not in found.group(2):
                raise ReadError(
                    "the members of a family can't be read",
                    span=Span(offset, len(text)),
                    found=part.strip(),
                    expected="for l in 1..D",
                )
            reader = _Reader(found.group(2), frozenset(b.name for b in members), known)
            try:
                members.append(Binder(found.group(1), _range(reader), written=True))
            except ReadError as error:
                where = offset + tail.index(found.group(2))
                error.span = None if error.span is None else Span(error.span.start + where, error.span.end + where)
                raise
            sizes |= reader.sizes
            families |= reader.families
    reader = _Reader(head, frozenset(b.name for b in members), known)
    axes: list[Axis] = []
    while True:
        reader.blanks()
        if reader.at >= len(head):
            break
        start = reader.at
        first = reader.sum(tight=True)
        if reader.take(".."):
            last = reader.sum(tight=True)
            base = first.constant
            if base is None:
                raise reader.error("an axis must start at a number", start)
            axes.append(Axis(last - base + 1, base))
        else:
            axes.append(Axis(first, factors=_factors(head[start : reader.at], first)))
        if reader.at < len(head) and not reader.text[reader.at].isspace() and reader.text[reader.at] != ",":
            raise reader.error("a size can't be read")
        for a in axes[-1:]:
            if a.size.constant is not None and a.size.constant < 1:
                raise reader.error("a size must be at least 1", start)
        if len(axes) > 12:
            raise reader.error("too many axes", start)
    return DeclaredShape(
        tuple(axes), tuple(members), frozenset(sizes | reader.sizes), frozenset(families | reader.families)
    )


_FACTOR = re.compile(r"(?:\\?[A-Za-z][A-Za-z0-9]*'*(?:_(?:\w|\{\w+\}))?|\d+)")


def _factors(text: str, size: Dim) -> tuple[Dim, ...]:
    """The parts of an axis written as a product, in the written order: `h*d`."""
    parts = text.split("*")
    if len(parts) < 2 or not all(_FACTOR.fullmatch(p) for p in parts):
        return ()
    factors = tuple(_Reader(p, frozenset()).atom() for p in parts)
    product = Dim.of(1)
    for f in factors:
        product = product * f
    return factors if product == size else ()


def _range(reader: _Reader) -> Range:
    reader.blanks()
    first = reader.sum(tight=False)
    reader.blanks()
    if not reader.take(".."):
        raise reader.error("a range is written first..last")
    reader.blanks()
    last = reader.sum(tight=False)
    reader.blanks()
    if reader.at < len(reader.text):
        raise reader.error("a range can't be read")
    return Range(first, last)
