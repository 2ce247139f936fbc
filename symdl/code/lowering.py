"""From entries to arrays: a scalar expression over index letters becomes code for a whole array.

    Σ_k X[i, k] W[k, j] + b[j]   ⇒   X @ W + b

Each rule gives a `Value`: code, with the letters that its axes run over. Products under a sum are contracted in
`contraction`; accesses become slices and gathers in `accesses`; what is recognised as softmax, log-sum-exp, sigmoid or
softplus, and computed without overflow, stands in `stable`. The backend spells operations, so that others can follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symdl.code import accesses, contraction, stable
from symdl.code.backend import Backend
from symdl.code.values import ADD, ATOM, MUL, NEG, POW, Value, aligned, permuted, union
from symdl.code.whole import whole
from symdl.errors import UnsupportedError
from symdl.tensor import expr as e
from symdl.tensor.expr import Bind, Expr, text


@dataclass(frozen=True)
class Tensor:
    """A named array in the code: how it is written, and the range of each axis."""

    code: str
    axes: tuple[Bind, ...]


@dataclass
class Lowering:
    """Lowers expressions over named tensors. `helpers` collects the functions that the code calls."""

    backend: Backend
    sizes: Mapping[str, str]
    tensors: dict[str, Tensor] = field(default_factory=dict)
    softmaxes: dict[str, tuple[tuple[Bind, ...], Any]] = field(default_factory=dict)  # statements that are a softmax
    helpers: set[str] = field(default_factory=set)
    order: list[str] = field(default_factory=list)
    ranges: dict[str, Bind] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------- whole statements

    def array(self, body: Expr, binders: tuple[Bind, ...]) -> str:
        """Code for the array of the body over the binders, all axes at full length."""
        with self.letters(binders):
            v = self.value(stable.recognise(body, self))
            letters = tuple(b.name for b in binders)
            if set(v.letters) == set(letters):
                return permuted(v, letters).code
            shape = ", ".join(self.length(b) for b in binders)
            comma = "," if len(binders) == 1 else ""
            return self.backend.broadcast(aligned(v, letters).code, f"({shape}{comma})")

    @contextmanager
    def letters(self, binders: Iterable[Bind]) -> Any:
        """Letters in scope, in the order in which axes should come."""
        added = list(binders)
        for b in added:
            self.ranges[b.name] = b
            self.order.append(b.name)
        try:
            yield
        finally:
            for b in added:
                self.order.remove(b.name)

    def length(self, b: Bind) -> str:
        return self.whole(e.add(b.last, e.neg(b.first), e.ONE))

    def whole(self, x: Expr) -> str:
        """A whole number made of sizes, as Python integer arithmetic."""
        return whole(x, self.sizes)

    # ----------------------------------------------------------------------------------------------------- values

    def value(self, x: Expr) -> Value:
        rule = getattr(self, f"_{type(x).__name__.lower()}", None)
        if rule is None:
            raise UnsupportedError(f"code for {type(x).__name__}", found=text(x))
        out: Value = rule(x)
        return out

    def _num(self, x: e.Num) -> Value:
        if x.value.denominator == 1:
            return Value(str(x.value), level=ATOM if x.value >= 0 else NEG)
        return Value(f"{x.value.numerator} / {x.value.denominator}", level=MUL)

    def _const(self, x: e.Const) -> Value:
        return Value(self.backend.constants[x.name])

    def _dimension(self, x: e.Dimension) -> Value:
        return Value(self.whole(x))

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
        return Value(out, letters, ADD)

    def _mul(self, x: e.Mul) -> Value:
        return self.product(x.factors)

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
            above.insert(0, Value(str(abs(coefficient.numerator))))
        if coefficient.denominator != 1:
            below.insert(0, Value(str(coefficient.denominator)))
        letters = union([v.letters for v in (*above, *below)], self.order)
        top = [aligned(v, letters) for v in above]
        out = " * ".join(v.at(POW if len(top) > 1 else MUL) for v in top) if top else "1"
        level = MUL if len(top) > 1 or below else (top[0].level if top else ATOM)
        for v in below:
            out += f" / {aligned(v, letters).at(POW)}"
        if coefficient < 0:
            out, level = (f"-{out}", NEG) if level >= MUL else (f"-({out})", NEG)
        return Value(out, letters, level)

    def _pow(self, x: e.Pow) -> Value:
        n = x.exponent.value if isinstance(x.exponent, e.Num) else None
        if n is not None and n < 0:
            return self.product((x,))
        base = self.value(x.base)
        if n == Fraction(1, 2):
            return Value(self.backend.call("sqrt", base.code), base.letters)
        if n is not None and n.denominator == 1:
            return Value(f"{base.at(ATOM)}**{n}", base.letters, POW)
        exponent = self.value(x.exponent)
        letters = union([base.letters, exponent.letters], self.order)
        return Value(f"{aligned(base, letters).at(ATOM)} ** {aligned(exponent, letters).at(ATOM)}", letters, POW)

    def _fn(self, x: e.Fn) -> Value:
        found = stable.function(self, x)
        if found is not None:
            return found
        args = [self.value(a) for a in x.args]
        letters = union([a.letters for a in args], self.order)
        codes = [aligned(a, letters).code for a in args]
        return Value(self.function(x.name, codes), letters)

    def function(self, name: str, codes: list[str]) -> str:
        """A call of a scalar function; its helper is written into the module if it needs one."""
        helper = self.backend.helper(name)
        if helper is not None:
            self.helpers.add(helper)
            return f"{helper}({', '.join(codes)})"
        return self.backend.call(name, *codes)

    def _cmp(self, x: e.Cmp) -> Value:
        a, b = self.value(x.left), self.value(x.right)
        letters = union([a.letters, b.letters], self.order)
        sign = {"=": "==", "≠": "!=", "≤": "<=", "≥": ">="}.get(x.op, x.op)
        return Value(f"{aligned(a, letters).at(ADD)} {sign} {aligned(b, letters).at(ADD)}", letters, 0)

    def _logic(self, x: e.Logic) -> Value:
        args = [self.value(a) for a in x.args]
        letters = union([a.letters for a in args], self.order)
        codes = [aligned(a, letters).at(ATOM) for a in args]
        if x.op == "not":
            return Value(f"~{codes[0]}", letters, NEG)
        return Value({"and": " & ", "or": " | "}[x.op].join(codes), letters, 0)

    def _ind(self, x: e.Ind) -> Value:
        c = x.condition
        if isinstance(c, e.Cmp) and c.op == "=" and isinstance(c.left, e.Idx) and isinstance(c.right, e.Idx):
            a, b = self.ranges[c.left.name], self.ranges[c.right.name]
            if a.first is b.first and a.last is b.last and c.left is not c.right:
                return Value(self.backend.eye(self.length(a)), (a.name, b.name))
        v = self.value(c)
        return Value(self.backend.call("where", v.code, "1.0", "0.0"), v.letters)

    def _where(self, x: e.Where) -> Value:
        pairs = [(None if c is None else self.value(c), self.value(b)) for c, b in x.branches]
        letters = union([v.letters for pair in pairs for v in pair if v is not None], self.order)
        out = self.backend.constants["nan"]
        for condition, branch in reversed(pairs):
            code = aligned(branch, letters).code
            out = code if condition is None else self.backend.call("where", aligned(condition, letters).code, code, out)
        return Value(out, letters, ATOM if len(pairs) > 1 else 0)

    # -------------------------------------------------------------------------------------------------- reductions

    def _red(self, x: e.Red) -> Value:
        with self.letters(x.binders):
            if x.op == "sum":
                return contraction.summed(self, x)
            if x.condition is not None:
                raise UnsupportedError(f"code for a {x.op} under a condition", found=text(x))
            v = self.value(x.body)
            names = [b.name for b in x.binders]
            if x.op in ("argmax", "argmin"):
                k = names[0]
                v = self.spread(v, k)
                out = self.backend.reduce(x.op, v, [k])
                return Value(f"{out.at(ADD)} + {self.whole(x.binders[0].first)}", out.letters, ADD)
            for name in names:
                v = self.spread(v, name) if x.op == "prod" else v
            return self.backend.reduce(x.op, v, [n for n in names if n in v.letters])

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

    def _deriv(self, x: e.Deriv) -> Value:
        name = derivative_key(x)
        if name not in self.tensors:
            raise UnsupportedError("code for a derivative that no step works out", found=text(x))
        indices = (x.of.indices if isinstance(x.of, e.Acc) else ()) + tuple(i for b in x.by for i in b.indices)
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
