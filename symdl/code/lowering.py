"""From entries to arrays: a scalar expression over index letters becomes code for a whole array.

    Σ_k X[i, k] W[k, j] + b[j]   ⇒   X @ W + b

Each rule gives a `Value`: code, with the letters that its axes run over. The rules stand in `arithmetic`, `truth`,
`reductions` and `matrices`; products under a sum are contracted in `contraction`; accesses become slices and gathers in
`accesses`; what is recognised as softmax, log-sum-exp, sigmoid or softplus, and computed without overflow, stands in
`stable`. The backend spells operations, so that others can follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from symdl.code import arithmetic, loops, masks, matrices, reductions, truth
from symdl.code.backend import Backend
from symdl.code.exponentials import recognise
from symdl.code.ordering import derivative_key
from symdl.code.polynomial import short
from symdl.code.values import ATOM, MUL, Tensor, Value, aligned, permuted
from symdl.code.whole import whole
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr, text


@dataclass
class Lowering:
    """Lowers expressions over named tensors. `helpers` collects the functions that the code calls."""

    backend: Backend
    sizes: Mapping[str, str]
    tensors: dict[str, Tensor] = field(default_factory=dict)
    labels: Mapping[str, tuple[Expr, Expr]] = field(default_factory=dict)  # ranges of whole-number inputs, checked
    beyond: Mapping[str, frozenset[str]] = field(default_factory=dict)  # zero outside their range
    softmaxes: dict[str, tuple[tuple[Bind, ...], Any]] = field(default_factory=dict)  # statements that are a softmax
    sigmoids: dict[str, tuple[tuple[Bind, ...], Expr]] = field(default_factory=dict)  # statements that are a sigmoid
    taken: Value | None = None  # where what is lowered counts: elsewhere it is computed, but not used
    helpers: set[str] = field(default_factory=set)
    order: list[str] = field(default_factory=list)  # letters that are axes
    loops: dict[str, str] = field(default_factory=dict)  # letters that are Python numbers, and their code
    looped: set[str] = field(default_factory=set)  # letters that will be, once they are bound
    kernels: set[Expr] = field(default_factory=set)  # lengths of the ranges of such letters
    ranges: dict[str, Bind] = field(default_factory=dict)
    names: frozenset[str] = frozenset()  # identifiers that loops may not take
    integers: int = 0
    guarded: int = 0

    # ------------------------------------------------------------------------------------------- whole statements

    def array(self, body: Expr, binders: tuple[Bind, ...]) -> str:
        """Code for the array of the body over the binders, all axes at full length; a list where a letter is a loop
        that counts the members of a family.
        """
        body = recognise(masks.within(self, body, binders), binders)
        self.looped |= loops.chosen(self, body, binders)
        for k, b in enumerate(binders):
            if b.name in self.looped and b.name not in self.loops:
                with self.loop(b) as (name, span):
                    rest = (*binders[:k], *binders[k + 1 :])
                    inner = self._over(body, rest)
                    listed = f"[{inner} for {name} in {span}]"
                if any(b.name in (*c.first.free, *c.last.free) for c in rest):
                    return listed
                return self.backend.stack(listed, k)
        return self._over(body, binders)

    def _over(self, body: Expr, binders: tuple[Bind, ...]) -> str:
        if any(b.name in self.looped and b.name not in self.loops for b in binders):
            return self.array(body, binders)
        with self.letters(binders):
            v = self.value(body)
            return self.wide(v, tuple(b.name for b in binders))

    def wide(self, v: Value, letters: tuple[str, ...]) -> str:
        """The code with exactly these axes, at full length."""
        if set(v.letters) == set(letters):
            code = permuted(v, letters).code
            return self.backend.scalar(code) if v.python else code
        if v.python:
            return self.backend.full(v.code, self.shape(letters))
        return self.backend.broadcast(aligned(v, letters).code, self.shape(letters))

    @contextmanager
    def letters(self, binders: Iterable[Bind]) -> Iterator[None]:
        """Letters in scope, in the order in which axes should come."""
        added = list(binders)
        for b in added:
            self.ranges[b.name] = b
            if b.name not in self.loops:
                self.order.append(b.name)
        try:
            yield
        finally:
            for b in added:
                if b.name not in self.loops:
                    self.order.remove(b.name)

    @contextmanager
    def loop(self, b: Bind, name: str = "") -> Iterator[tuple[str, str]]:
        """A letter as a Python number: its name in the code, and the range it runs through."""
        span = f"range({self.whole(b.first)}, {self.whole(e.add(b.last, e.ONE))})".replace("range(0, ", "range(")
        self.ranges[b.name] = b
        self.loops[b.name] = name or self.loop_name(b.name)
        try:
            yield self.loops[b.name], span
        finally:
            del self.loops[b.name]

    def loop_name(self, letter: str) -> str:
        """A name for a loop that nothing else in the module has."""
        stem = "".join(c for c in letter.split("·")[0] if c.isalnum() and c.isascii()) or "k"
        taken = {*self.loops.values(), *self.sizes.values(), *self.names}
        return next(n for n in (stem, *(f"{stem}_{k}" for k in range(1, 99))) if n not in taken)

    @contextmanager
    def whole_numbers(self) -> Iterator[None]:
        """Letters here are whole numbers: they index, or are compared."""
        self.integers += 1
        try:
            yield
        finally:
            self.integers -= 1

    def length(self, b: Bind) -> str:
        return self.whole(e.add(b.last, e.neg(b.first), e.ONE))

    def shape(self, letters: Iterable[str]) -> str:
        lengths = [self.length(self.ranges[n]) for n in letters]
        return f"({', '.join(lengths)}{',' if len(lengths) == 1 else ''})"

    def zeros(self, letters: tuple[str, ...]) -> str:
        return self.backend.zeros(self.shape(letters)) if letters else "0"

    def whole(self, x: Expr) -> str:
        """A whole number made of sizes, as Python integer arithmetic."""
        return whole(short(x), self.sizes, self.loops)

    # ----------------------------------------------------------------------------------------------------- values

    def value(self, x: Expr) -> Value:
        rule = RULES.get(type(x))
        if rule is None:
            raise UnsupportedError(f"code for {_WORDS.get(type(x), type(x).__name__)}", found=text(x))
        return rule(self, x)

    def spread(self, v: Value, letter: str) -> Value:
        """The value with an axis for a letter that it does not depend on."""
        if letter in v.letters:
            return v
        ones = self.backend.ones(self.length(self.ranges[letter]))
        wide = f"{v.at(ATOM)}[..., None]" if v.letters else v.at(MUL)
        return Value(f"{wide} * {ones}", (*v.letters, letter), MUL)

    def row_dots(self, a: str, b: str) -> str:
        """Code for Σ_k a_…k b_…k; nothing where the backend has no better way than einsum."""
        if not self.backend.row_products:
            return ""
        self.helpers.add("_row_dots")
        return f"_row_dots({a}, {b})"

    def sums(self, v: Value, names: list[str]) -> Value:
        """Σ over the axes of these letters."""
        if self.backend.row_products and len(v.letters) > 1 and v.level and not v.python:
            matrix = len(v.letters) == 2
            found = "_row_sums" if names == [v.letters[-1]] else "_column_sums" if matrix and len(names) == 1 else ""
            if found:
                self.helpers.add(found)
                return Value(f"{found}({v.code})", tuple(n for n in v.letters if n not in names))
        return self.backend.reduce("sum", v, names)

    def derivative(self, x: e.Deriv) -> tuple[str, tuple[Expr, ...]]:
        """The name of a derivative's array, and its indices."""
        own = x.of.indices if isinstance(x.of, e.Acc) else ()
        return derivative_key(x), own + tuple(i for b in x.by for i in b.indices)


RULES: Mapping[type[Expr], Callable[[Lowering, Any], Value]] = {
    e.Num: arithmetic.lower_num,
    e.Const: arithmetic.lower_const,
    e.Dimension: arithmetic.lower_dimension,
    e.Idx: arithmetic.lower_idx,
    e.Acc: arithmetic.lower_acc,
    e.Add: arithmetic.lower_add,
    e.Pow: arithmetic.lower_pow,
    e.Fn: arithmetic.lower_fn,
    e.Mul: truth.lower_mul,
    e.Cmp: truth.lower_cmp,
    e.Logic: truth.lower_logic,
    e.Ind: truth.lower_ind,
    e.Where: truth.lower_where,
    e.Red: reductions.lower_red,
    e.Mat: matrices.lower_mat,
    e.Deriv: matrices.lower_deriv,
    e.Call: matrices.lower_call,
}

_WORDS: Mapping[type[Expr], str] = {
    e.Expect: "an expectation",
    e.Integ: "an integral",
    e.Opt: "a minimum or maximum that has to be searched for",
    e.Diff: "a differential",
}
