"""SymPy expressions as trees: one handler a kind, by the name of its class; what has none is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Axis, Dim, Range, Shape
from symdl.language.names import canonical
from symdl.language.written_sizes import shape_text

LETTERS = "ijklpqrstuvabcemnfgh"
FUNCTIONS = {
    **{n: n for n in "exp log sin cos tan sinh cosh tanh sign erf floor gamma loggamma digamma".split()},
    **{"Abs": "abs", "ceiling": "ceil", "Max": "max", "Min": "min"},
    **{
        "asin": "arcsin",
        "acos": "arccos",
        "atan": "arctan",
        "asinh": "arcsinh",
        "acosh": "arccosh",
        "atanh": "arctanh",
    },
}
RELATIONS = {"Eq": "=", "Ne": "≠", "Lt": "<", "Le": "≤", "Gt": ">", "Ge": "≥"}
RELATIONS |= {
    "Equality": "=",
    "Unequality": "≠",
    "StrictLessThan": "<",
    "LessThan": "≤",
    "StrictGreaterThan": ">",
    "GreaterThan": "≥",
}
NO_SPAN = (None, None)  # of an axis over which several sums run
ONE = s.Number(Fraction(1), "1")


class Reader:
    """Turns the equations of one problem into trees, and collects the shapes of what they name."""

    def __init__(self, sizes: frozenset[str], declared: Mapping[str, str], taken: set[str]) -> None:
        self.sizes, self.declared, self.taken = sizes, declared, taken
        self.tensors: dict[str, tuple[Any, ...] | None] = {}
        self.zero_based: set[tuple[str, int]] = set()
        self.scalars: dict[str, None] = {}
        self.letters: dict[Any, str] = {}
        self.lower: dict[Any, Any] = {}
        self.limits: dict[Any, tuple[Any, Any]] = {}  # from where to where a bound letter runs
        self.spans: dict[str, dict[int, tuple[Any, Any]]] = {}  # and so an axis of a tensor without a shape
        self.ranks: dict[str, int] = {}
        self.moved: set[Any] = set()  # letters that counted from 0 and were moved to count from 1
        self.values: dict[Any, s.Node] = {}  # what the parameter of an elementwise function stands for

    # ------------------------------------------------------------------------------------------- equations

    def equation(self, left: Any, right: Any) -> tuple[s.Node, s.Node]:
        """Both sides. Letters that a matrix symbol's entries take are moved to count from 1."""
        import sympy

        self.letters, self.lower, self.limits, self.moved = {}, {}, {}, set()
        if isinstance(left, sympy.matrices.expressions.matexpr.MatrixElement):
            free = {i: i - 1 for i in left.indices if isinstance(i, sympy.Symbol)}
            left, right = left.xreplace(free), right.xreplace(free)
            self.moved |= free.keys()
            for i in free:
                self._letter(i)
        if isinstance(left, sympy.Indexed):
            for i in left.indices:
                self._letter(i)
        return self.node(left), self.node(right)

    def shapes(self) -> dict[str, str]:
        """What `[symbols]` says of each tensor whose shape SymPy knows."""
        out = {}
        for name, shape in self.tensors.items():
            if shape is not None:
                out[name] = shape_text(self.axes(name, shape))
            elif (axes := self._spanned(name)) is not None:
                out[name] = shape_text(axes)
        return out

    def _spanned(self, name: str) -> Shape | None:
        """The axes of a tensor without a shape, where each is what a sum's letter runs over, from 0 or 1."""
        spans = self.spans[name]
        if len(spans) != self.ranks[name] or any(first not in (0, 1) for first, _ in spans.values()):
            return None
        return tuple(Axis(self.size(last - first + 1), int(first)) for _, (first, last) in sorted(spans.items()))

    def axes(self, name: str, shape: tuple[Any, ...]) -> Shape:
        return tuple(Axis(self.size(d), 0 if (name, k) in self.zero_based else 1) for k, d in enumerate(shape))

    # ----------------------------------------------------------------------------------------------- nodes

    def node(self, e: Any) -> s.Node:
        """The tree of an expression."""
        for kind in type(e).__mro__:
            handler: Callable[[Any], s.Node] | None = getattr(self, f"_{kind.__name__}", None)
            if handler is not None:
                return handler(e)
        name = type(e).__name__
        if name in FUNCTIONS:
            return s.Function(FUNCTIONS[name], tuple(map(self.node, e.args)))
        raise UnsupportedError(f"SymPy's {name} has no counterpart here", found=str(e))

    def _Symbol(self, e: Any) -> s.Node:
        if e in self.values:
            return self.values[e]
        if e in self.letters:
            return s.IndexVar(self.letters[e])
        name = self._name(e)
        if name in self.sizes:
            return s.Size(Dim.of(name))
        self.scalars[name] = None
        return s.Symbol(name)

    def _Idx(self, e: Any) -> s.Node:
        return s.IndexVar(self._letter(e))

    def _Integer(self, e: Any) -> s.Node:
        n = int(e)
        number = s.Number(Fraction(abs(n)), str(abs(n)))
        return s.Neg(number) if n < 0 else number

    def _Rational(self, e: Any) -> s.Node:
        quotient = s.Quotient(self._Integer(abs(e.p)), self._Integer(e.q))
        return s.Neg(quotient) if e.p < 0 else quotient

    def _Float(self, e: Any) -> s.Node:
        text = format(abs(e), "f").rstrip("0").rstrip(".")
        number = s.Number(Fraction(text), text)
        return s.Neg(number) if e < 0 else number

    def _Pi(self, e: Any) -> s.Node:
        return s.Constant("pi")

    def _Exp1(self, e: Any) -> s.Node:
        return s.Constant("e")

    def _Add(self, e: Any) -> s.Node:
        return s.Add(tuple(map(self.node, e.args)))

    _MatAdd = _Add

    def _Mul(self, e: Any) -> s.Node:
        above, below = e.as_numer_denom()
        if below != 1:
            quotient = s.Quotient(self.node(abs_of(above)), self.node(below))
            return s.Neg(quotient) if above.could_extract_minus_sign() else quotient
        factors = list(e.args)
        negative = factors[0].is_number and factors[0] < 0
        if negative:
            factors[0] = -factors[0]
        nodes = [self.node(f) for f in factors if f != 1]
        product = _times(nodes)
        return s.Neg(product) if negative else product

    def _Pow(self, e: Any) -> s.Node:
        base, power = self.node(e.base), e.exp
        if power.is_Rational and power < 0:
            return s.Quotient(ONE, self.node(e.base**-power))
        if power.is_Rational and power.q == 2 and power.p == 1:
            return s.Function("sqrt", (base,))
        kind = s.HadamardPower if len(base.shape) > 1 else s.Power
        return kind(base, self.node(power))

    def _exp(self, e: Any) -> s.Node:
        return s.Function("exp", (self.node(e.args[0]),))

    def _Piecewise(self, e: Any) -> s.Node:
        branches = tuple((self.node(v), None if c == True else self.condition(c)) for v, c in e.args)  # noqa: E712
        return s.Cases(branches)

    def condition(self, c: Any) -> s.Condition:
        op = RELATIONS.get(type(c).__name__)
        if op is None:
            raise UnsupportedError("a condition that is no comparison", found=str(c))
        return s.Compare(op, self.node(c.lhs), self.node(c.rhs))

    def _KroneckerDelta(self, e: Any) -> s.Node:
        return s.Delta(self.node(e.args[0]), self.node(e.args[1]))

    # ---------------------------------------------------------------------------------------- sums, entries

    def _Sum(self, e: Any) -> s.Node:
        return self._reduce(e, "sum")

    def _Product(self, e: Any) -> s.Node:
        return self._reduce(e, "prod")

    def _reduce(self, e: Any, op: str) -> s.Node:
        from sympy.matrices.expressions.matexpr import MatrixElement

        body, limits, binders = e.function, e.limits, []
        known = dict(self.letters)
        for letter, first, last in reversed(limits):
            if first == 0 and any(letter in m.free_symbols for m in body.atoms(MatrixElement)):
                body, first, last = body.xreplace({letter: letter - 1}), first + 1, last + 1
                self.moved.add(letter)
            self.lower[letter] = first
            self.limits[letter] = (first, last)
            name = self._letter(letter)
            binders.append(s.Binder(name, Range(self.size(first), self.size(last)), True))
        out = s.Reduce(op, tuple(binders), self.node(body))
        self.letters = known
        return out

    def _Indexed(self, e: Any) -> s.Node:
        name = canonical(self._latex(e.base.label))
        shape = tuple(e.base.shape) if e.base.shape else None
        self.tensors.setdefault(name, shape)
        self.ranks[name] = len(e.indices)
        spans = self.spans.setdefault(name, {})
        for k, i in enumerate(e.indices):
            if i in self.limits:
                spans[k] = self.limits[i] if spans.get(k, self.limits[i]) == self.limits[i] else NO_SPAN
            from_zero = i in self.letters and self.lower.get(i) == 0
            if i == 0 or from_zero or any(i == m - 1 for m in self.moved):
                self.zero_based.add((name, k))
        axes = self.axes(name, shape) if shape else tuple(Axis(Dim.of(f"?{k}")) for k, _ in enumerate(e.indices))
        return s.Entry(s.Symbol(name, axes), tuple(self.node(i) for i in e.indices))

    def _MatrixElement(self, e: Any) -> s.Node:
        base = self.node(e.parent)
        kept = [i + 1 for i, extent in zip(e.indices, e.parent.shape, strict=True) if extent != 1]
        if not base.shape:
            return base
        return s.Entry(base, tuple(map(self.node, kept)))

    # --------------------------------------------------------------------------------------------- matrices

    def _MatrixSymbol(self, e: Any) -> s.Node:
        name = self._name(e)
        rows, columns = e.shape
        shape: tuple[Any, ...] = (rows,) if columns == 1 else (rows, columns)
        self.tensors.setdefault(name, shape)
        return s.Symbol(name, self.axes(name, shape))

    def _MatMul(self, e: Any) -> s.Node:
        factors = list(e.args)
        negative = factors[0].is_number and factors[0] < 0
        if negative:
            factors[0] = -factors[0]
        nodes = [self.node(f) for f in factors if f != 1]
        product = s.Product(tuple(nodes)) if len(nodes) > 1 else nodes[0]
        return s.Neg(product) if negative else product

    def _MatPow(self, e: Any) -> s.Node:
        if e.exp == -1:
            return s.Inverse(self.node(e.base))
        return s.Power(self.node(e.base), self.node(e.exp))

    def _Inverse(self, e: Any) -> s.Node:
        return s.Inverse(self.node(e.arg))

    def _Transpose(self, e: Any) -> s.Node:
        return s.Transpose(self.node(e.arg))

    def _Trace(self, e: Any) -> s.Node:
        body = self.node(e.arg)
        return body if not body.shape else s.MatrixFunction("trace", body)

    def _Determinant(self, e: Any) -> s.Node:
        return s.MatrixFunction("det", self.node(e.arg))

    def _DiagMatrix(self, e: Any) -> s.Node:
        return s.MatrixFunction("diag", self.node(e.args[0]))

    def _KroneckerProduct(self, e: Any) -> s.Node:
        first, *others = map(self.node, e.args)
        for other in others:
            first = s.Kronecker(first, other)
        return first

    def _HadamardProduct(self, e: Any) -> s.Node:
        return s.Hadamard(tuple(map(self.node, e.args)))

    def _HadamardPower(self, e: Any) -> s.Node:
        base = self.node(e.args[0])
        kind = s.HadamardPower if len(base.shape) > 1 else s.Power
        return kind(base, self.node(e.args[1]))

    def _ElementwiseApplyFunction(self, e: Any) -> s.Node:
        (parameter,), body = e.function.variables, e.function.expr
        self.values[parameter] = self.node(e.expr)
        return self.node(body)

    def _Identity(self, e: Any) -> s.Node:
        return s.Identity(Axis(self.size(e.shape[0])))

    def _OneMatrix(self, e: Any) -> s.Node:
        return s.Ones(self._shape_of(e))

    def _ZeroMatrix(self, e: Any) -> s.Node:
        return s.Zeros(self._shape_of(e))

    def _shape_of(self, e: Any) -> Shape:
        rows, columns = (Axis(self.size(d)) for d in e.shape)
        return (rows,) if e.shape[1] == 1 else (rows, columns)

    # ---------------------------------------------------------------------------------------- sizes, names

    def size(self, d: Any) -> Dim:
        """A size: a polynomial in names and letters with whole coefficients."""
        if d.is_Integer:
            return Dim.of(int(d))
        if d.is_Symbol:
            return Dim.of(self.letters.get(d) or self._name(d))
        if d.is_Add or d.is_Mul:
            parts = [self.size(a) for a in d.args]
            total = parts[0]
            for p in parts[1:]:
                total = total + p if d.is_Add else total * p
            return total
        if d.is_Pow and d.exp.is_Integer and d.exp > 0:
            total = base = self.size(d.base)
            for _ in range(int(d.exp) - 1):
                total = total * base
            return total
        raise UnsupportedError("a size that is no whole polynomial", found=str(d))

    def _letter(self, symbol: Any) -> str:
        """An index letter for a SymPy symbol: its own name where that is a letter and no name of a quantity."""
        if not symbol.is_Symbol and not hasattr(symbol, "label"):
            return ""
        if symbol in self.letters:
            return self.letters[symbol]
        if getattr(symbol, "lower", None) is not None:
            self.lower[symbol] = symbol.lower
        name = str(getattr(symbol, "label", symbol.name if symbol.is_Symbol else symbol))
        used = {*self.letters.values(), *self.taken, *self.sizes}
        if len(name) != 1 or not name.isalpha() or name in used or symbol.is_Dummy:
            name = next(x for x in LETTERS if x not in used)
        self.letters[symbol] = name
        return name

    def _name(self, e: Any) -> str:
        return canonical(self._latex(e))

    @staticmethod
    def _latex(e: Any) -> str:
        import sympy

        return str(sympy.latex(e))


def abs_of(e: Any) -> Any:
    """Without a leading minus sign."""
    return -e if e.could_extract_minus_sign() else e


def _times(nodes: list[s.Node]) -> s.Node:
    """Scalars in front of one another; tensors, which only stand for entries here, entry by entry."""
    tensors = [n for n in nodes if n.shape]
    scalars = [n for n in nodes if not n.shape]
    if len(tensors) > 1:
        entrywise = s.Hadamard(tuple(tensors))
        return s.Product((*scalars, entrywise)) if scalars else entrywise
    return s.Product((*scalars, *tensors)) if len(nodes) > 1 else nodes[0]
