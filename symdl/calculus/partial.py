"""The partial derivative of one body by one tensor: ∂body/∂X[p], exact, with δ for each access.

Only accesses to X that stand in the body itself count; other names are constants here, the sweep follows them.
"""

from __future__ import annotations

from symdl.calculus import decompositions, expectations, matrix_rules, scalar_rules
from symdl.errors import UnsupportedError
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Add, Expr, Fn, Idx, Ind, Mul, Pow, Red
from symdl.tensor.program import Program, Statement


def depends(e: Expr, name: str, memo: dict[Expr, bool]) -> bool:
    """Does the tensor's value (not only an index into it) occur?"""
    found = memo.get(e)
    if found is None:
        found = (isinstance(e, Acc) and e.name == name) or any(depends(c, name, memo) for c in e.children())
        memo[e] = found
    return found


def partial_of(s: Statement, letters: tuple[Expr, ...], name: str, at: tuple[Expr, ...], program: Program) -> Expr:
    """∂T[letters]/∂name[at] of a part T of a decomposition."""
    return decompositions.partial(program, s, letters, lambda e: partial(e, name, at, program))


def partial(body: Expr, name: str, at: tuple[Expr, ...], program: Program | None = None) -> Expr:
    """∂body/∂name[at]; the program has the names that eigenvalues and singular values need for their vectors.

    Raises:
        UnsupportedError: the body holds the tensor in a place for which there is no rule.
    """
    seen: dict[Expr, bool] = {}
    seen.update(dict.fromkeys(expectations.moving(body, name, program), True))

    def d(e: Expr) -> Expr:
        if not depends(e, name, seen):
            return E.ZERO
        if isinstance(e, Acc):
            if any(depends(i, name, seen) for i in e.indices):
                raise UnsupportedError(f"no derivative through an index: {e!r}")
            if e.name != name:
                return E.ZERO
            return E.mul(*(E.delta(i, p) for i, p in zip(e.indices, at, strict=True)))
        if isinstance(e, Add):
            return E.add(*(d(t) for t in e.terms))
        if isinstance(e, Mul):
            rest = e.factors
            return E.add(
                *(E.mul(*rest[:n], d(f), *rest[n + 1 :]) for n, f in enumerate(rest) if depends(f, name, seen))
            )
        if isinstance(e, Pow):
            by_base, by_exponent = scalar_rules.power_partials(e.base, e.exponent)
            return E.add(
                E.mul(by_base, d(e.base)), E.mul(by_exponent, d(e.exponent)) if d(e.exponent) is not E.ZERO else E.ZERO
            )
        if isinstance(e, Fn):
            slopes = scalar_rules.partials(e)
            return E.add(*(E.mul(s, d(a)) for s, a in zip(slopes, e.args, strict=True) if depends(a, name, seen)))
        if isinstance(e, Red):
            return reduction(e)
        if isinstance(e, E.Where):
            return branches(e)
        if isinstance(e, Ind | E.Cmp | E.Logic):
            return E.ZERO  # piecewise constant: its jump is said where a kink is
        if isinstance(e, E.Mat):
            if program is not None and e.op in decompositions.OPS:
                return decompositions.function(program, e, d)
            return matrix_rules.partial(e, d)
        if isinstance(e, E.Call):
            return call(e)
        if isinstance(e, E.Expect):
            return expectations.partial(e, d, program)
        raise UnsupportedError(f"no derivative rule for {type(e).__name__.lower()}", found=repr(e)[:120])

    def reduction(e: Red) -> Expr:
        if e.op in ("argmax", "argmin"):
            return E.ZERO
        if e.op == "sum":
            return E.total(e.binders, d(e.body), e.condition)
        if e.op in ("max", "min") and len(e.binders) == 1:
            b = e.binders[0]
            best = E.refresh(Red("arg" + e.op, e.binders, e.condition, e.body))
            return E.total(e.binders, E.mul(E.delta(Idx(b.name), best), d(e.body)))
        if e.op in ("max", "min"):  # the entries that attain it; at a tie there is no derivative
            fresh = E.refresh(e)
            assert isinstance(fresh, Red)
            best = Ind(E.Cmp("=", fresh.body, e))
            slope = E.substitute(
                d(e.body), {a.name: Idx(b.name) for a, b in zip(e.binders, fresh.binders, strict=True)}
            )
            return E.total(fresh.binders, E.mul(best, slope), fresh.condition)
        if e.op == "prod":
            return E.total(e.binders, E.mul(E.refresh(e), E.power(e.body, -1), d(e.body)), e.condition)
        raise UnsupportedError(f"no derivative rule for {e.op} over {len(e.binders)} letters")

    def branches(e: E.Where) -> Expr:
        before: list[Expr] = []
        out: list[Expr] = []
        for condition, value in e.branches:
            slope = d(value)
            here = [*(E.Logic("not", (c,)) for c in before), *([condition] if condition is not None else [])]
            if slope is not E.ZERO:
                out.append(E.mul(*(Ind(c) for c in here), slope))
            if condition is not None:
                before.append(condition)
        return E.add(*out)

    def call(e: E.Call) -> Expr:
        out: list[Expr] = []
        for n, argument in enumerate(e.args):
            if not depends(argument, name, seen):
                continue
            fresh = E.refresh(argument)
            binders, inner = (fresh.binders, fresh.body) if isinstance(fresh, E.Lam) else ((), fresh)
            slot = (n, tuple(Idx(b.name) for b in binders))
            out.append(E.total(binders, E.mul(E.Call(e.name, e.indices, e.args, (*e.slots, slot)), d(inner))))
        return E.add(*out)

    return d(body)
