"""Results entry by entry: Jacobians, Hessians, mixed derivatives, as lines with their steps."""

from __future__ import annotations

from symdl.calculus.expectations import exchanged, refuse_averaged
from symdl.calculus.jacobian import derivative_of_entry
from symdl.calculus.session import Session, sizes_of
from symdl.language import syntax as s
from symdl.solution import narrative
from symdl.solution.step import Result, Step
from symdl.tensor import expr as E
from symdl.tensor.expr import Bind, Expr, Idx
from symdl.tensor.notation_trees import transpose


def entrywise(work: Session, node: s.Derivative, of: s.Node, by: tuple[s.Node, ...], detail: str) -> Result:
    """Each entry of `of` differentiated by each entry of each `by` in turn."""
    letters: tuple[Bind, ...]
    value: Expr
    if isinstance(of, s.Symbol | s.Entry) and of.shape:
        value, letters = work.access(of)
    else:
        letters = work.letters_of(of)
        value = work.elaborator.entry(of, tuple(Idx(b.name) for b in letters))
    steps: list[Step] = []
    for n, x in enumerate(by):
        access, own = work.access(x)
        work.refuse_constrained(access.name)
        refuse_averaged(value, access.name, work.program)
        value, notes = derivative_of_entry(value, access.name, access.indices, work.program, work.ctx, work.binders)
        letters = (*letters, *own)
        if detail != "result":
            steps.append(_step(work, node, of, by[: n + 1], value, letters, access.name, notes))
    tree = work.lines.matrix(value, letters)
    if tree is not None and node.transposed:
        tree = transpose(tree)
    if value is E.ZERO and tree is not None and node.shape:
        tree = s.Zeros(node.shape)
    if steps and tree is not None:
        steps[-1] = Step(steps[-1].rule, s.Relation((node, tree), ("=",)), steps[-1].because)
    return Result(node, sizes_of(node), tree, work.lines.index_line(of, by, value, letters), (), tuple(steps))


def _step(
    work: Session,
    node: s.Derivative,
    of: s.Node,
    by: tuple[s.Node, ...],
    value: Expr,
    letters: tuple[Bind, ...],
    name: str,
    notes: tuple[str, ...],
) -> Step:
    tree = work.lines.matrix(value, letters)
    if tree is not None:
        line = s.Relation((s.Derivative(of, by, form=node.form), tree), ("=",))
    else:
        line = work.lines.index_line(of, by, value, letters)
    if len(by) > 1:
        return Step("second-derivative", line, "; ".join((narrative.second(name), *notes)))
    if value is E.ZERO:
        named = next((x.name for x in of.walk() if isinstance(x, s.Symbol)), "this")
        return Step("independent", line, narrative.no_path(named, name))
    said = dict.fromkeys((*exchanged(value), *notes))
    return Step("jacobian", line, "; ".join(("chain rule, entry by entry", *said)))
