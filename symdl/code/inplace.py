"""A statement as steps that change one new array in place, where NumPy would make an array for every operation.

    dX = s[:, None] * (G - m[:, None])   ⇒   dX = G - m[:, None];  dX *= s[:, None]

Numbers and arrays of the same shape need no such steps (NumPy reuses temporary arrays by itself): broadcasting does.
An array that is not needed any more is used again: dS = dA; dS -= r[:, None]; dS *= A.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from symdl.code import arithmetic, loops, masks
from symdl.code.exponentials import SOFTMAX, recognise
from symdl.code.lowering import Lowering
from symdl.code.ordering import Assignment, Block, uses
from symdl.code.values import ADD, ATOM, MUL, Value, aligned, permuted
from symdl.tensor import expr as e
from symdl.tensor.expr import Expr
from symdl.tensor.program import Leaf


@dataclass
class Arrays:
    """Which arrays a function made itself and may therefore change, once nothing that follows reads them."""

    kept: frozenset[str]  # keys of what the function returns
    blocks: Sequence[Block]
    whole: frozenset[str] = frozenset()  # keys of arrays of whole numbers
    own: set[str] = field(default_factory=set)

    def made(self, a: Assignment, fresh: bool) -> None:
        """Note a new array; one that may share its memory with others keeps those from being changed."""
        if fresh:
            self.own.add(a.key)
        else:
            self.own -= set(uses(a))

    def free(self, block: Block) -> frozenset[str]:
        """Keys of arrays that may be overwritten by this block, the last to read them."""
        at = next(k for k, b in enumerate(self.blocks) if b is block)
        later = {n for b in self.blocks[at + 1 :] for a in b for n in uses(a)}
        return frozenset(self.own - later - self.kept)


@dataclass
class Steps:
    """The lines that make one array; `reused` is the key of the array that they change into it, if any."""

    low: Lowering
    name: str
    letters: tuple[str, ...]
    free: frozenset[str]
    lines: list[str] = field(default_factory=list)
    worth: bool = False
    reused: str = ""

    def code(self, x: Expr) -> str:
        return aligned(self.low.value(x), self.letters).at(MUL)

    def narrow(self, v: Value) -> bool:
        return not v.python and 0 < len(v.letters) < len(self.letters)

    # -------------------------------------------------------------------------------------------------- the first line

    def start(self, x: Expr) -> bool:
        """Lines after which the array holds x; False where x has no such lines."""
        if isinstance(x, e.Add):
            return self._sum(x)
        if isinstance(x, e.Mul):
            return self._product(x)
        if isinstance(x, e.Acc | e.Deriv) and self._key(x) in self.free:
            return self._reuse(x)
        v = self.low.value(x)
        if set(v.letters) != set(self.letters) or not fresh(x, v):
            return False
        self.lines.append(f"{self.name} = {permuted(v, self.letters).code}")
        return True

    def _key(self, x: Expr) -> str:
        return self.low.derivative(x)[0] if isinstance(x, e.Deriv) else x.name if isinstance(x, e.Acc) else ""

    def _reuse(self, x: Expr) -> bool:
        v = self.low.value(x)
        if v.letters != self.letters or not v.code.isidentifier():
            return False
        self.lines.append(f"{self.name} = {v.code}")
        self.reused = self._key(x)
        return True

    def _can_start(self, x: Expr) -> bool:
        return isinstance(x, e.Add | e.Mul | e.Fn) or self._key(x) in self.free

    def _sum(self, x: e.Add) -> bool:
        signed = [arithmetic.sign(t) for t in x.terms]
        wide = [set(self.low.value(t).letters) == set(self.letters) for _, t in signed]
        leads = [k for k, (s, _) in enumerate(signed) if s == "+" and wide[k]]
        if not leads:
            return False
        lead = next((k for k in leads if self._key(signed[k][1]) in self.free), None)
        lead = next((k for k in leads if self._can_start(signed[k][1])), leads[0]) if lead is None else lead
        rest = [st for k, st in enumerate(signed) if k != lead]
        if not self._can_start(signed[lead][1]):
            s, t = rest.pop(0)
            self.lines.append(f"{self.name} = {self.code(signed[lead][1])} {s} {self.code(t)}")
        elif not self.start(signed[lead][1]):
            return False
        for s, t in rest:
            v = self.low.value(t)
            self.worth |= self.narrow(v)
            self.lines.append(f"{self.name} {s}= {aligned(v, self.letters).at(ADD)}")
        return True

    def _product(self, x: e.Mul) -> bool:
        values = [(f, self.low.value(f)) for f in x.factors if not isinstance(f, e.Num)]
        wide = [f for f, v in values if set(v.letters) == set(self.letters) and not _below(f)]
        under = [f for f, v in values if set(v.letters) == set(self.letters) and _below(f)]
        if not wide:
            return False
        rest = [f for f in x.factors if f not in (*wide, *under)]
        free = [f for f in wide if self._key(f) in self.free]
        lead = next((f for f in (*free, *(f for f in wide if self._can_start(f)))), None)
        others = [f for f in wide if f is not lead]
        if lead is None:
            if len(wide) == 1:
                return not under and self._scaled(wide[0], rest)
            self.lines.append(f"{self.name} = {arithmetic.product(self.low, tuple(others)).code}")
        else:
            if not self.start(lead):
                return False
            for f in others:
                self.lines.append(f"{self.name} *= {bare(self.code(f))}")
        for f in under:
            self.lines.append(f"{self.name} /= {bare(self.code(e.power(f.base, e.neg(f.exponent))))}")  # type: ignore
        return self._times(rest)

    def _scaled(self, x: Expr, rest: list[Expr]) -> bool:
        """An array that is read elsewhere too, times what has fewer axes: one operation makes the new array."""
        self.lines.append(f"{self.name} = {self._ordered(arithmetic.product(self.low, (*rest, x)))}")
        return bool(rest)

    def _ordered(self, v: Value) -> str:
        return permuted(v, self.letters).code

    def _times(self, rest: list[Expr]) -> bool:
        if not rest:
            return True
        v = arithmetic.product(self.low, tuple(rest))
        self.worth |= self.narrow(v)
        one_over = v.code.startswith("1 / ") and v.level == MUL
        code = aligned(v, self.letters)
        if one_over and v.python:
            self.lines.append(f"{self.name} /= {v.code.removeprefix('1 / ')}")
        else:
            self.lines.append(f"{self.name} *= {bare(code.at(ADD))}")
        return True


def steps(low: Lowering, a: Assignment, block: Block, arrays: Arrays) -> Steps | None:
    """Lines that make the array of an assignment; None where one expression is as good."""
    if not low.backend.in_place or a.members or len(a.binders) < 2:
        return None
    body = recognise(masks.within(low, a.body, a.binders), a.binders)
    if loops.chosen(low, body, a.binders) or not _plain(body, arrays.whole):
        return None
    for free in (arrays.free(block), frozenset[str]()):
        with low.letters(a.binders):
            made = Steps(low, a.code, tuple(b.name for b in a.binders), free)
            if not made.start(body) or not made.worth or len(made.lines) < 2:
                continue
        if not made.reused or not _read_in(low.tensors[made.reused].code, made.lines[2:]):
            arrays.own.discard(made.reused)
            return made
    return None


def _read_in(name: str, lines: Iterable[str]) -> bool:
    return any(re.search(rf"(?<![\w.]){name}(?!\w)", line) for line in lines)


def shows_another(code: str) -> bool:
    """May an array share its memory with one that is there already? A name, a view, or a choice of two."""
    view = re.fullmatch(r"\w+(\.T|\.transpose\([\d, ]+\)|\[[^\[\]]*\])*", code)
    return view is not None or "diagonal(" in code or " if " in code


def bare(code: str) -> str:
    """The code without brackets around the whole of it."""
    depth = 0
    for k, c in enumerate(code):
        depth += (c == "(") - (c == ")")
        if depth == 0 and k < len(code) - 1:
            return code
    inner = code[1:-1]
    return inner if code.startswith("(") and not any(s in inner for s in (",", " for ", '"')) else code


def whole_numbers(program_leaves: Iterable[Leaf], blocks: Iterable[Block]) -> frozenset[str]:
    """Keys of arrays of whole numbers: inputs that are, positions of a largest entry, and what is made of these."""
    found = {x.name for x in program_leaves if x.integer}
    for block in blocks:
        for a in block:
            reads = set(uses(a))
            positions = any(isinstance(y, e.Red) and y.op in ("argmax", "argmin") for y in e.walk(a.body))
            if positions or (reads and reads <= found):
                found.add(a.key)
    return frozenset(found)


def fresh(x: Expr, v: Value) -> bool:
    """Does the code make an array of its own, rather than show one that is there?"""
    return (v.level < ATOM and not v.python) or (isinstance(x, e.Fn) and v.code.endswith(")"))


def _below(f: Expr) -> bool:
    return isinstance(f, e.Pow) and isinstance(f.exponent, e.Num) and f.exponent.value < 0


def _plain(x: Expr, whole: Iterable[str]) -> bool:
    """Sums, products and functions of arrays of the inputs' type: no conditions, no whole numbers."""
    for y in e.walk(x):
        if isinstance(y, e.Ind | e.Where | e.Cmp | e.Logic | e.Mat | e.Call | e.Lam):
            return False
        if isinstance(y, e.Red) and (y.op in ("argmax", "argmin") or y.condition is not None):
            return False
        if isinstance(y, e.Acc) and (y.name in whole or any(not isinstance(i, e.Idx) for i in y.indices)):
            return False
        if isinstance(y, e.Fn) and y.name == SOFTMAX:
            return False
    return True
