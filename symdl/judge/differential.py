"""The judge's own differential, forward: dT = Σ ∂body/∂access · dA, with dX[q] = Π δ(q, p) for ∂/∂X[p].

It shares no rule with the engine's reverse sweep, so that a wrong rule can't vouch for itself. Derivatives become
plain entries; what has no rule is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping

from symdl.errors import UnsupportedError
from symdl.judge.matrix_differential import decomposition_differential, matrix_differential
from symdl.judge.scalar_derivatives import partials
from symdl.tensor.canonical import CLOSED
from symdl.tensor.canonical_order import place
from symdl.tensor.expr import (
    ONE,
    ZERO,
    Acc,
    Add,
    Bind,
    Call,
    Cmp,
    Const,
    Deriv,
    Diff,
    Dimension,
    Expect,
    Expr,
    Fn,
    Idx,
    Ind,
    Integ,
    Lam,
    Mat,
    Mul,
    Num,
    Pow,
    Red,
    Where,
    accesses,
    add,
    delta,
    fn,
    fresh,
    mul,
    power,
    rebuild,
    refresh,
    sub,
    substitute,
    total,
    walk,
)
from symdl.tensor.program import Program, Statement

DIRECTION = Acc("d·", ())  # what everything is differentiated by in a differential


def instance(template: Expr, names: tuple[str, ...], values: tuple[Expr, ...]) -> Expr:
    """A template at given indices, no letter captured."""
    return place(template, dict(zip(names, values, strict=True)))


class Differentiator:
    """Derivatives over one program.

    Args:
        program: the statements; claims: claimed adjoints by (of, by), as lambdas over the axes of `by`.
        directions: the names whose differentials are free (`dX`); those of what depends on them follow.
    """

    def __init__(
        self,
        program: Program,
        claims: Mapping[tuple[str, str], Expr] | None = None,
        directions: frozenset[str] = frozenset(),
    ) -> None:
        self.program = program
        self.directions = directions
        self.claims = dict(claims or {})
        self._below: dict[tuple[str, str], bool] = {}
        self._templates: dict[tuple[str, str, int], tuple[tuple[str, ...], Expr]] = {}
        self._resolved: dict[Expr, Expr] = {}
        self._bodies: dict[str, Expr] = {}

    # ---------------------------------------------------------------------------------------------- removing ∂

    def resolve(self, e: Expr) -> Expr:
        """The same entry with every derivative worked out."""
        found = self._resolved.get(e)
        if found is None:
            found = self._resolved[e] = self._resolve(e)
        return found

    def _resolve(self, e: Expr) -> Expr:
        if isinstance(e, Deriv):
            out = self.resolve(e.of)
            whole = e.total
            for k, x in enumerate(e.by):
                out = self._one(e.of if k == 0 else None, out, x, whole)
            return out
        if isinstance(e, Diff):
            if any(isinstance(x, Diff) for x in walk(e.of)):
                raise UnsupportedError("a differential of a differential")
            return self.d(self.resolve(e.of), DIRECTION, True)
        return rebuild(e, self.resolve)

    def _one(self, named: Expr | None, e: Expr, x: Acc, whole: bool) -> Expr:
        at = self.resolve(x)
        if not isinstance(at, Acc):
            raise UnsupportedError("a derivative by what is no entry of a tensor")
        x = at
        if any(f.op.startswith("varies") and f.subject == x.name for f in self.program.facts):
            raise UnsupportedError(f"a proof about derivatives by {x.name}, whose entries do not vary freely")
        if not whole:
            st = self.program.statements.get(e.name) if isinstance(e, Acc) else None
            if isinstance(e, Acc) and st is not None and e.name != x.name:
                e = instance(self.body(st), tuple(b.name for b in st.binders), e.indices)
            return self.d(e, x, False)
        if isinstance(named, Acc) and named is e:
            claimed = self._claimed(named, x)
            if claimed is not None:
                return claimed
        return self.d(e, x, True)

    def _claimed(self, of: Acc, x: Acc) -> Expr | None:
        """∂of/∂x from the claimed ∂of/∂z, where every path from x to `of` goes through z (the z nearest to x)."""
        exact = self.claims.get((of.name, x.name))
        if isinstance(exact, Lam):
            return instance(exact.body, tuple(b.name for b in exact.binders), x.indices)
        nearest: tuple[str, Lam] | None = None
        for (f, z), lam in self.claims.items():
            if f != of.name or not isinstance(lam, Lam) or not self.depends(z, x.name):
                continue
            if self._reaches(of.name, x.name, without=z, seen=set()):
                continue
            if nearest is None or self.depends(nearest[0], z):
                nearest = (z, lam)
        if nearest is None:
            return None
        z, lam = nearest
        names = tuple(fresh(b.name) for b in lam.binders)
        at: tuple[Expr, ...] = tuple(Idx(n) for n in names)
        renaming = {b.name: i for b, i in zip(lam.binders, at, strict=True)}
        binders = tuple(
            Bind(n, substitute(b.first, renaming), substitute(b.last, renaming))
            for n, b in zip(names, lam.binders, strict=True)
        )
        upstream = instance(self.resolve(lam.body), tuple(b.name for b in lam.binders), at)
        return total(binders, mul(upstream, self.d(Acc(z, at), x, True)))  # type: ignore[arg-type]

    def _reaches(self, name: str, x: str, without: str, seen: set[str]) -> bool:
        if name == x:
            return True
        st = self.program.statements.get(name)
        if st is None or name == without or name in seen:
            return False
        seen.add(name)
        return any(self._reaches(a, x, without, seen) for a in self._used(st))

    # -------------------------------------------------------------------------------------------- dependence

    def body(self, st: Statement) -> Expr:
        found = self._bodies.get(st.name)
        if found is None:
            found = self._bodies[st.name] = self.resolve(st.body)
        return found

    def _used(self, st: Statement) -> set[str]:
        names = {a.name for a in accesses(st.body)}
        for _, e in st.base:
            names |= {a.name for a in accesses(e)}
        if st.condition is not None:
            names |= {a.name for a in accesses(st.condition)}
        return names

    def depends(self, name: str, x: str) -> bool:
        """Does a tensor depend on x?"""
        if name == x or (x == DIRECTION.name and name in self.directions):
            return True
        key = (name, x)
        found = self._below.get(key)
        if found is None:
            self._below[key] = False
            st = self.program.statements.get(name)
            found = st is not None and any(self.depends(a, x) for a in self._used(st))
            self._below[key] = found
        return found

    def moves(self, e: Expr, x: str, whole: bool) -> bool:
        return any(
            a.name == x or (whole and self.depends(a.name, x)) or (x == DIRECTION.name and a.name in self.directions)
            for a in accesses(e)
        )

    # ------------------------------------------------------------------------------------------------- rules

    def d(self, e: Expr, x: Acc, whole: bool) -> Expr:
        """∂e/∂x."""
        if not self.moves(e, x.name, whole):
            return ZERO
        if isinstance(e, Acc):
            return self._access(e, x, whole)
        if isinstance(e, Add):
            return add(*(self.d(t, x, whole) for t in e.terms))
        if isinstance(e, Mul):
            parts = []
            for k, f in enumerate(e.factors):
                df = self.d(f, x, whole)
                if df is not ZERO:
                    parts.append(mul(*e.factors[:k], df, *e.factors[k + 1 :]))
            return add(*parts)
        if isinstance(e, Pow):
            return self._power(e, x, whole)
        if isinstance(e, Fn):
            slopes = partials(e.name, e.args)
            return add(*(mul(s, self.d(a, x, whole)) for s, a in zip(slopes, e.args, strict=True)))
        if isinstance(e, Red):
            return self._reduction(e, x, whole)
        if isinstance(e, Where):
            return Where(tuple((c, self.d(v, x, whole)) for c, v in e.branches))
        if isinstance(e, Ind | Num | Const | Idx | Dimension | Cmp):
            return ZERO  # indicators are constant but at their thresholds
        if isinstance(e, Mat):
            return matrix_differential(e, self.d(e.body, x, whole))
        if isinstance(e, Call):
            return self._call(e, x, whole)
        if isinstance(e, Expect):
            self._fixed_laws(e, x)
            return Expect(e.over, self.d(e.body, x, whole))
        if isinstance(e, Integ):
            for end in (e.lower, e.upper):
                if end is not None and self.moves(end, x.name, whole):
                    raise UnsupportedError("the derivative of an integral whose bounds move")
            return Integ(e.variable, e.lower, e.upper, self.d(e.body, x, whole))
        raise UnsupportedError(f"the derivative of a {type(e).__name__}")

    def _access(self, e: Acc, x: Acc, whole: bool) -> Expr:
        if any(self.moves(i, x.name, whole) for i in e.indices):
            raise UnsupportedError(f"the derivative of {e.name} at an index that moves")
        if x is DIRECTION and e.name in self.directions:
            return Diff(e)
        if e.name == x.name:
            return mul(*(delta(i, p) for i, p in zip(e.indices, x.indices, strict=True)))
        st = self.program.statements[e.name]
        key = (e.name, x.name, len(x.indices))
        found = self._templates.get(key)
        if found is None:
            if st.kind == "decomposition":
                return decomposition_differential(st, e.indices, lambda body: self.d(self.resolve(body), x, True))
            if st.kind not in CLOSED or e.name in {a.name for a in accesses(st.body)}:
                raise UnsupportedError(f"the derivative of {e.name}, which is defined by a {st.kind}")
            places = tuple(fresh("p") for _ in x.indices)
            at = Acc(x.name, tuple(Idx(p) for p in places))
            names = (*(b.name for b in st.binders), *places)
            found = self._templates[key] = (names, self.d(self.body(st), at, True))  # type: ignore[arg-type]
        names, template = found
        return instance(template, names, (*e.indices, *x.indices))

    def _power(self, e: Pow, x: Acc, whole: bool) -> Expr:
        db, dx = self.d(e.base, x, whole), self.d(e.exponent, x, whole)
        out = mul(e.exponent, power(e.base, sub(e.exponent, ONE)), db)
        return out if dx is ZERO else add(out, mul(e, fn("log", e.base), dx))

    def _reduction(self, e: Red, x: Acc, whole: bool) -> Expr:
        inner = self.d(e.body, x, whole)
        for b in e.binders:
            if self.moves(b, x.name, whole):
                raise UnsupportedError("the derivative of a reduction whose range moves")
        if e.op == "sum":
            return Red("sum", e.binders, e.condition, inner) if inner is not ZERO else ZERO
        if inner is ZERO or e.op in ("argmax", "argmin"):
            return ZERO
        copy = refresh(e)
        if e.op == "prod":
            return mul(copy, Red("sum", e.binders, e.condition, mul(power(e.body, -1), inner)))
        if e.op in ("max", "min") and len(e.binders) == 1:
            assert isinstance(copy, Red)
            place = Red("arg" + e.op, copy.binders, copy.condition, copy.body)
            return Red("sum", e.binders, e.condition, mul(delta(Idx(e.binders[0].name), place), inner))
        raise UnsupportedError(f"the derivative of a {e.op} over several letters")

    def _call(self, e: Call, x: Acc, whole: bool) -> Expr:
        """df(u) = Σ_q ∂f/∂u_q du_q: an abstract function gets one more slot."""
        out = []
        for k, a in enumerate(e.args):
            binders, body = (a.binders, a.body) if isinstance(a, Lam) else ((), a)
            inner = self.d(body, x, whole)
            if inner is not ZERO:
                places = tuple(Idx(b.name) for b in binders)
                args = tuple(refresh(v) for v in e.args)
                out.append(total(binders, mul(Call(e.name, e.indices, args, (*e.slots, (k, places))), inner)))
        return add(*out)

    def _fixed_laws(self, e: Expect, x: Acc) -> None:
        for name, law in e.over:
            law = law if law is not None else self.program.laws.get(name)
            for _, value in getattr(law, "parameters", ()):
                if isinstance(value, Expr) and self.moves(value, x.name, True):
                    raise UnsupportedError(f"the derivative of an expectation whose law, that of {name}, moves")
