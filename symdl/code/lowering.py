"""From entries to arrays: a scalar expression over index letters becomes code for a whole array.

    Σ_k X[i, k] W[k, j] + b[j]   ⇒   X @ W + b

Each rule gives a `Value`: code, with the letters that its axes run over. Products under a sum are contracted in
`contraction`; accesses become slices and gathers in `accesses`; what is recognised as softmax, log-sum-exp, sigmoid or
softplus, and computed without overflow, stands in `stable`. The backend spells operations, so that others can follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symdl.code import accesses, contraction, loops, masks, stable
from symdl.code.backend import Backend
from symdl.code.polynomial import same, short
from symdl.code.values import ADD, ATOM, MUL, NEG, POW, Tensor, Value, aligned, permuted, union
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
        body = stable.recognise(masks.within(self, body, binders), self)
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

    def condition(self, c: Expr) -> str:
        """A comparison of whole numbers as a Python condition."""
        if isinstance(c, e.Cmp):
            sign = {"=": "==", "≠": "!=", "≤": "<=", "≥": ">="}.get(c.op, c.op)
            return f"{self.whole(c.left)} {sign} {self.whole(c.right)}"
        if isinstance(c, e.Logic):
            inner = [f"({self.condition(a)})" for a in c.args]
            return f"not {inner[0]}" if c.op == "not" else f" {c.op} ".join(inner)
        raise UnsupportedError("code for a condition", found=text(c))

    # ----------------------------------------------------------------------------------------------------- values

    def value(self, x: Expr) -> Value:
        rule = getattr(self, f"_{type(x).__name__.lower()}", None)
        if rule is None:
            raise UnsupportedError(f"code for {type(x).__name__}", found=text(x))
        out: Value = rule(x)
        return out

    def _num(self, x: e.Num) -> Value:
        if x.value.denominator == 1:
            return Value(str(x.value), level=ATOM if x.value >= 0 else NEG, python=True)
        return Value(f"{x.value.numerator} / {x.value.denominator}", level=MUL, python=True)

    def _const(self, x: e.Const) -> Value:
        return Value(self.backend.constants[x.name], python=True)

    def _dimension(self, x: e.Dimension) -> Value:
        return Value(self.whole(x), python=True)

    def _idx(self, x: e.Idx) -> Value:
        return accesses.letter(self, x.name)

    def _acc(self, x: e.Acc) -> Value:
        if x.name not in self.tensors:
            raise UnsupportedError("code that uses a quantity which has no value", found=x.name)
        return accesses.access(self, self.tensors[x.name], x.name, x.indices)

    def _add(self, x: e.Add) -> Value:
        values: list[tuple[str, Value]] = []
        for t in x.terms:
            sign, rest = _sign(t)
            values.append((sign, self.value(rest)))
        letters = union([v.letters for _, v in values], self.order)
        first = next((k for k, (sign, _) in enumerate(values) if sign == "+"), 0)
        values.insert(0, values.pop(first))  # 1 - H * H rather than -H * H + 1
        out = ""
        for sign, v in values:
            code = aligned(v, letters).at(MUL)
            out = (code if sign == "+" else f"-{aligned(v, letters).at(NEG)}") if not out else f"{out} {sign} {code}"
        return Value(out, letters, ADD, all(v.python for _, v in values))

    def _mul(self, x: e.Mul) -> Value:
        return self.conditional(x.factors)

    def conditional(self, factors: tuple[Expr, ...]) -> Value:
        """A product whose conditions [c] shorten ranges, become masks or Python conditions."""
        found, rest = masks.conditions(factors)
        equal = [c for c in found if self._identity(c)]
        found = [c for c in found if c not in equal and not masks.implied(self, c)]
        kept = (*(e.Ind(c) for c in equal), *rest)
        if not found:
            return self.product(kept)
        return masks.masked(self, found, lambda: self.product(kept))

    def _identity(self, c: Expr) -> bool:
        """Is it i = j of two axes with one range? Then it is an identity matrix."""
        if not (isinstance(c, e.Cmp) and c.op == "=" and isinstance(c.left, e.Idx) and isinstance(c.right, e.Idx)):
            return False
        if c.left.name not in self.order or c.right.name not in self.order or c.left is c.right:
            return False
        a, b = self.ranges[c.left.name], self.ranges[c.right.name]
        return same(a.first, b.first) and same(a.last, b.last)

    def product(self, factors: tuple[Expr, ...], ready: tuple[Value, ...] = ()) -> Value:
        """An entrywise product: sign, numerators, then denominators; `ready` are numerators that are code already."""
        coefficient, above, below = Fraction(1), list(ready), []
        for f in factors:
            if isinstance(f, e.Num):
                coefficient *= f.value
            elif isinstance(f, e.Pow) and isinstance(f.exponent, e.Num) and f.exponent.value < 0:
                below.append(self.value(e.power(f.base, -f.exponent.value)))
            else:
                above.append(self.value(f))
        if abs(coefficient.numerator) != 1:
            above.insert(0, Value(str(abs(coefficient.numerator)), python=True))
        if coefficient.denominator != 1:
            below.insert(0, Value(str(coefficient.denominator), python=True))
        above, below = self._narrow_first(above, below)
        out = self._quotient(above, below)
        if coefficient < 0:
            code, level = (f"-{out.code}", NEG) if out.level >= MUL else (f"-({out.code})", NEG)
            return Value(code, out.letters, level, out.python)
        return out

    def _narrow_first(self, above: list[Value], below: list[Value]) -> tuple[list[Value], list[Value]]:
        """What has fewer axes is multiplied first: (s / n)[:, None] * N rather than s[:, None] * N / n."""
        letters = {n for v in (*above, *below) for n in v.letters}
        wide = [v for v in above if set(v.letters) == letters]
        narrow = [v for v in (*above, *below) if v.letters and set(v.letters) < letters]
        if len(letters) < 2 or not wide or not narrow or {n for v in narrow for n in v.letters} == letters:
            return above, below
        under = [v for v in below if set(v.letters) < letters]
        inner = self._quotient([v for v in above if v not in wide], under)
        return [inner, *wide], [v for v in below if v not in under]

    def _quotient(self, above: list[Value], below: list[Value]) -> Value:
        letters = union([v.letters for v in (*above, *below)], self.order)
        top = [aligned(v, letters) for v in above]
        out = " * ".join(v.at(POW if len(top) > 1 else MUL) for v in top) if top else "1"
        level = MUL if len(top) > 1 or below else (top[0].level if top else ATOM)
        for v in below:
            out += f" / {aligned(v, letters).at(POW)}"
        return Value(out, letters, level, all(v.python for v in (*above, *below)))

    def _pow(self, x: e.Pow) -> Value:
        n = x.exponent.value if isinstance(x.exponent, e.Num) else None
        if n is not None and n < 0:
            return self.product((x,))
        base = self.value(x.base)
        if n == Fraction(1, 2):
            return self._call_of("sqrt", (base,))
        if n is not None and n.denominator == 1:
            return Value(f"{base.at(ATOM)}**{n}", base.letters, POW, base.python)
        exponent = self.value(x.exponent)
        letters = union([base.letters, exponent.letters], self.order)
        code = f"{aligned(base, letters).at(ATOM)} ** {aligned(exponent, letters).at(ATOM)}"
        return Value(code, letters, POW, base.python and exponent.python)

    def _fn(self, x: e.Fn) -> Value:
        found = stable.function(self, x)
        if found is not None:
            return found
        return self._call_of(x.name, tuple(self.value(a) for a in x.args))

    def _call_of(self, name: str, args: tuple[Value, ...]) -> Value:
        if all(a.python for a in args):
            found = self.backend.number(name, [a.code for a in args])
            if found is not None:
                self.helpers.add("math")
                return Value(found, python=True)
            args = tuple(Value(self.backend.scalar(a.code)) for a in args)
        letters = union([a.letters for a in args], self.order)
        codes = [aligned(a, letters).code for a in args]
        return Value(self.function(name, codes), letters)

    def function(self, name: str, codes: list[str]) -> str:
        """A call of a scalar function; its helper is written into the module if it needs one."""
        helper = self.backend.helper(name)
        if helper is not None:
            self.helpers.add(helper)
            return f"{helper}({', '.join(codes)})"
        return self.backend.call(name, *codes)

    def _cmp(self, x: e.Cmp) -> Value:
        with self.whole_numbers():
            a, b = self.value(x.left), self.value(x.right)
        letters = union([a.letters, b.letters], self.order)
        sign = {"=": "==", "≠": "!=", "≤": "<=", "≥": ">="}.get(x.op, x.op)
        code = f"{aligned(a, letters).at(ADD)} {sign} {aligned(b, letters).at(ADD)}"
        return Value(code, letters, 0, a.python and b.python)

    def _logic(self, x: e.Logic) -> Value:
        args = [self.value(a) for a in x.args]
        letters = union([a.letters for a in args], self.order)
        codes = [aligned(a, letters).at(ATOM) for a in args]
        if all(a.python for a in args):
            return Value(f"not {codes[0]}" if x.op == "not" else f" {x.op} ".join(codes), letters, 0, True)
        if x.op == "not":
            return Value(f"~{codes[0]}", letters, NEG)
        return Value({"and": " & ", "or": " | "}[x.op].join(codes), letters, 0)

    def _ind(self, x: e.Ind) -> Value:
        c = x.condition
        if self._identity(c):
            assert isinstance(c, e.Cmp) and isinstance(c.left, e.Idx) and isinstance(c.right, e.Idx)
            a, b = self.ranges[c.left.name], self.ranges[c.right.name]
            return Value(self.backend.eye(self.length(a)), (a.name, b.name))
        found, _ = masks.conditions((x,))
        return masks.masked(self, found, lambda: Value("1", python=True))

    def _where(self, x: e.Where) -> Value:
        pairs = []
        for c, b in x.branches:
            truth = None if c is None else self.value(c)
            self.guarded += 1  # a branch is computed everywhere, and taken where its condition holds
            pairs.append((truth, self.value(b)))
            self.guarded -= 1
        letters = union([v.letters for pair in pairs for v in pair if v is not None], self.order)
        out = Value(self.backend.constants["nan"], python=True)
        for truth, branch in reversed(pairs):
            if truth is None:
                out = Value(aligned(branch, letters).code, letters, 0, branch.python)
            elif truth.python and (branch.letters == out.letters == () or not letters):
                out = Value(f"({branch.code} if {truth.code} else {out.code})", letters)
            else:
                code = self.backend.where(aligned(truth, letters).code, aligned(branch, letters).code, out.code, self)
                out = Value(code, letters)
        return out

    # -------------------------------------------------------------------------------------------------- reductions

    def _red(self, x: e.Red) -> Value:
        x = masks.hull(self, x)
        loop = next((b for b in x.binders if b.name in self.looped and b.name not in self.loops), None)
        if loop is not None:
            return self._looped(x, loop)
        with self.letters(x.binders):
            if x.op == "sum":
                return contraction.summed(self, x)
            names = [b.name for b in x.binders]
            v = self.value(x.body)
            if x.condition is not None:
                v = self._only_where(x, v)
            if x.op in ("argmax", "argmin"):
                k = names[0]
                v = self.spread(v, k)
                return self._counted(self.backend.reduce(x.op, v, [k]), x.binders[0].first)
            for name in names:
                v = self.spread(v, name) if x.op == "prod" else v
            return self.backend.reduce(x.op, v, [n for n in names if n in v.letters])

    def _counted(self, out: Value, first: Expr) -> Value:
        """Positions as the letter counts them."""
        return out if first is e.ZERO else Value(f"{out.at(ADD)} + {self.whole(first)}", out.letters, ADD)

    def _only_where(self, x: e.Red, v: Value) -> Value:
        """The values with the operation's neutral element where the condition does not hold."""
        assert x.condition is not None
        neutral = {"max": "-inf", "argmax": "-inf", "min": "inf", "argmin": "inf", "prod": "1"}[x.op]
        truth = self.value(x.condition)
        letters = union([v.letters, truth.letters], self.order)
        if "inf" in neutral:
            neutral = neutral.replace("inf", self.backend.constants["infinity"])
        if truth.python:
            return Value(f"({v.code} if {truth.code} else {neutral})", v.letters)
        code = self.backend.where(aligned(truth, letters).code, aligned(v, letters).code, neutral, self)
        return Value(code, letters)

    def _looped(self, x: e.Red, b: Bind) -> Value:
        """A reduction over one letter as a Python loop."""
        rest = tuple(c for c in x.binders if c is not b)
        with self.loop(b) as (name, span):
            body = e.Red(x.op, rest, x.condition, x.body) if rest else x.body
            if not rest and x.condition is not None and x.op == "sum":
                body = e.mul(e.Ind(x.condition), x.body)
            v = self.value(body)
            if not rest and x.condition is not None and x.op != "sum":
                v = self._only_where(x, v)
        pieces = f"{v.code} for {name} in {span}"
        if x.op == "sum":
            return Value(f"sum({pieces})", v.letters)
        if x.op in ("argmax", "argmin"):
            stacked = Value(self.backend.stack(f"[{pieces}]", 0), (b.name, *v.letters))
            return self._counted(self.backend.reduce(x.op, stacked, [b.name]), b.first)
        return Value(self.backend.fold(x.op, pieces, self), v.letters)

    def spread(self, v: Value, letter: str) -> Value:
        """The value with an axis for a letter that it does not depend on."""
        if letter in v.letters:
            return v
        ones = self.backend.ones(self.length(self.ranges[letter]))
        wide = f"{v.at(ATOM)}[..., None]" if v.letters else v.at(MUL)
        return Value(f"{wide} * {ones}", (*v.letters, letter), MUL)

    # --------------------------------------------------------------------------------- matrix functions, derivatives

    def _mat(self, x: e.Mat) -> Value:
        with self.letters((x.row, x.column)):
            v = self.value(x.body)
            inside = [n for n in v.letters if n not in (x.row.name, x.column.name)]
            if set(v.letters) < {x.row.name, x.column.name}:
                raise UnsupportedError(f"code for {x.op} of a matrix with constant rows or columns", found=text(x))
            matrix = permuted(v, (*inside, x.row.name, x.column.name))
        return accesses.matrix_function(self, x, matrix, tuple(inside))

    def derivative(self, x: e.Deriv) -> tuple[str, tuple[Expr, ...]]:
        """The name of a derivative's array, and its indices."""
        own = x.of.indices if isinstance(x.of, e.Acc) else ()
        return derivative_key(x), own + tuple(i for b in x.by for i in b.indices)

    def _deriv(self, x: e.Deriv) -> Value:
        name, indices = self.derivative(x)
        if name not in self.tensors:
            raise UnsupportedError("code for a derivative that no step works out", found=text(x))
        return accesses.access(self, self.tensors[name], name, indices)

    def _call(self, x: e.Call) -> Value:
        if len(x.slots) == 1 and not x.indices:
            argument = x.args[x.slots[0][0]]
            name = upstream_key(argument.body if isinstance(argument, e.Lam) else argument)
            if name in self.tensors:
                return accesses.access(self, self.tensors[name], name, x.slots[0][1])
        raise UnsupportedError("code for an abstract function", found=text(x))


def derivative_key(x: e.Deriv) -> str:
    """The name under which a derivative's array is kept: `L ∂ Z`."""
    of = x.of.name if isinstance(x.of, e.Acc) else text(x.of)
    return " ∂ ".join((of, *(b.name for b in x.by)))


def upstream_key(argument: Expr) -> str:
    return f"∇ {argument.name}" if isinstance(argument, e.Acc) else ""


def _sign(t: Expr) -> tuple[str, Expr]:
    """A term's sign, and the term without it."""
    if isinstance(t, e.Num) and t.value < 0:
        return "-", e.num(-t.value)
    if isinstance(t, e.Mul) and isinstance(t.factors[0], e.Num) and t.factors[0].value < 0:
        return "-", e.mul(e.num(-t.factors[0].value), *t.factors[1:])
    return "+", t
