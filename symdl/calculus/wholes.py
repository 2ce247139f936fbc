"""Results about all of a quantity at once: differentials, `dL = tr(Gᵀ dX)`, and minimisers of quadratic functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.calculus.adjoint import adjoint_names
from symdl.calculus.adjoints import Sweep
from symdl.calculus.expectations import fixed
from symdl.calculus.session import sizes_of
from symdl.calculus.stationary import affine
from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.solution import narrative
from symdl.solution.step import Result, Step
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc
from symdl.tensor.notation_index import add_trees
from symdl.tensor.notation_trees import inverse_of, product, transpose

if TYPE_CHECKING:
    from symdl.engine import Work


def differential(work: Work, node: s.Differential, detail: str) -> Result:
    """`dL` in the differentials of all that L is made of.

    Raises:
        UnsupportedError: of more than a scalar by name, or through what has no matrix form.
    """
    of = work.quantity(node.body)
    if not isinstance(of, s.Symbol) or of.shape:
        raise UnsupportedError("no rule yet for the differential of what is no scalar by name")
    root = work.elaborator.entry(of, ())
    assert isinstance(root, Acc)
    leaves = [n for n, leaf in work.program.leaves.items() if not leaf.integer and not leaf.members]
    leaves = fixed(root, leaves, work.program)
    sweep = Sweep(root, work.program, work.ctx, work.binders)
    sweep.run(leaves)
    terms: list[s.Node] = []
    used: list[str] = []
    for n in leaves:
        a = sweep.found.get(n)
        if a is None or a.value is E.ZERO:
            continue
        tree = work.lines.matrix(a.value, a.letters)
        if tree is None:
            raise UnsupportedError("no matrix form of a gradient in this differential", found=n)
        used += adjoint_names(a.value)
        symbol = work.lines.symbol(n)
        change: s.Node = s.Differential(symbol)
        if len(symbol.shape) == 2:
            terms.append(s.MatrixFunction("trace", product([transpose(tree), change])))
        else:
            terms.append(product([transpose(tree) if symbol.shape else tree, change]))
    if not terms:
        raise UnsupportedError("nothing that varies", found=of.name)
    line = s.Relation((node, add_trees(terms)), ("=",))
    where = work.lines_of(sweep, root, used)
    steps = tuple(Step("chain-rule", w, "an adjoint that the differential uses") for w in where)
    steps += (Step("differential", line, f"each quantity {narrative.code(of.name)} is made of moves by its own d"),)
    return Result(node, (), line.sides[1], line, where, steps if detail != "result" else ())


def minimiser(work: Work, node: s.Optimum, detail: str) -> Result:
    """`arg min_w L` of a quadratic L: where its gradient vanishes.

    Raises:
        UnsupportedError: constraints, another operator, or a gradient that is not affine.
    """
    body = work.quantity(node.body)
    if node.op not in ("argmin", "argmax") or node.constraints or not isinstance(body, s.Symbol):
        raise UnsupportedError(
            f"no rule yet to derive {node.op} here", expected="arg min of a scalar by name, without constraints"
        )
    gradient = work.gradient(s.Derivative(body, (node.variable,)), detail)
    access, letters = work.access(node.variable)
    root = work.elaborator.entry(body, ())
    assert isinstance(root, Acc)
    sweep = work.sweep(root, (access.name,))
    if access.name not in sweep.found or not letters:
        raise UnsupportedError("no rule for the minimiser over a scalar, or over what the function does not depend on")
    parts = affine(sweep.whole(sweep.at(access)), access.name, letters, work.program, work.ctx)
    matrix = work.lines.matrix(parts.matrix, (letters[0], parts.column))
    right = work.lines.matrix(parts.right, letters)
    if matrix is None or right is None:
        raise UnsupportedError("no matrix form of these normal equations")
    residual = s.Add((product([matrix, node.variable]), s.Neg(right)))
    whole = residual if parts.scale is E.ONE else product([work.lines.index(parts.scale), residual])
    left = s.Derivative(body, (node.variable,))
    collected = Step("collect", s.Relation((left, whole), ("=",)), f"collect the terms in ${access.name}$")
    solved = product([inverse_of(matrix), right])
    line = s.Relation((node, solved), ("=",))
    because = "the gradient vanishes there: normal equations, whose matrix is invertible"
    steps = (*gradient.steps, collected, Step("stationary-point", line, because))
    return Result(node, sizes_of(node), solved, line, (), steps if detail != "result" else ())
