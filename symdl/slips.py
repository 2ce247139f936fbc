"""The common slip: a result with one small mistake that people make, refuted by the judge with a witness.

Only what the judge refutes is shown, with the values at which both sides differ. The changes most often seen in work
are tried first: a forgotten path of the chain rule, the factor of a mean, another lost factor, a sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from symdl.errors import SymdlError
from symdl.language.letters import free_letters
from symdl.language.syntax import (
    Add,
    Cases,
    Condition,
    Derivative,
    Entry,
    Indicator,
    Neg,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Size,
)
from symdl.solution.narrative import claim_of
from symdl.solution.worked import Slip

MOST_TRIED = 4
SEED = 0
CLEAR, SEEN = 1e-3, 0.05  # values closer to zero, or to each other as a share, show a reader nothing
KINDS = ("path", "term", "mean", "scale", "factor", "sign")  # the commonest first


def slip(model: Any, solution: Any) -> Slip | None:
    """A slip in a result, else in an authored line; None where the judge refutes none that people make."""
    lines = [(claim_of(r, r.index if r.matrix is None else r.matrix), r.evidence) for r in solution.results]
    lines = lines or [(s.line, s.evidence) for s in reversed(solution.lines) if not s.conditions]
    rights = [(n, e.status) for n, e in lines if isinstance(n, Relation) and _equation(n) and e is not None and e.holds]
    found = [
        (KINDS.index(kind), k, wrong)
        for k, (line, _) in enumerate(rights)
        for kind, wrong in slips(line.sides[-1], isinstance(line.sides[0], Derivative))
    ]
    fixed = _with_fixed_draws(model)
    functions = tuple(d.left for d in model.understanding.definitions if d.kind == "abstract")
    first = None
    for kind, k, wrong in sorted(found, key=lambda f: f[:2])[:MOST_TRIED]:
        right, status = rights[k]
        line = Relation((right.sides[0], wrong), ("=",))
        witness = _refuted(line, fixed)
        if witness is None:
            continue
        shown = Relation((right.sides[0], right.sides[-1]), ("=",))
        witness = replace(witness, values={n: v for n, v in witness.values.items() if n not in model.program.laws})
        slip = Slip(line, shown, KINDS[kind], status, witness, functions, *_letter(line, model))
        gap, size = abs(witness.left - witness.right), max(abs(witness.left), abs(witness.right))
        if size >= CLEAR and gap >= SEEN * size:
            return slip
        first = first or slip
    return first


def slips(node: Node, derivative: bool) -> Iterator[tuple[str, Node]]:
    """Formulas that differ from this one by a slip, each with its kind."""
    if isinstance(node, Add):
        for k, term in enumerate(node.terms[1:], 1):
            before, behind = node.terms[:k], node.terms[k + 1 :]
            if len(node.terms) > 2:
                yield "path" if derivative else "term", Add((*before, *behind))
            yield "sign", Add((*before, term.body if isinstance(term, Neg) else Neg(term), *behind))
    if isinstance(node, Product):
        for k, factor in enumerate(node.factors):
            rest = (*node.factors[:k], *node.factors[k + 1 :])
            kind = _factor(factor)
            if kind:
                yield kind, rest[0] if len(rest) == 1 else Product(rest)
    if isinstance(node, Entry | Condition | Indicator | Cases):
        return  # what picks an entry or a case is no place for these slips
    for child in node.children():
        for kind, new in slips(child, derivative):
            yield kind, node.map_children(lambda c, child=child, new=new: new if c is child else c)  # type: ignore[misc]


def _factor(node: Node) -> str:
    """The kind of slip that losing this factor is; nothing where it is no factor that people lose."""
    if node.shape:
        return ""
    if isinstance(node, Quotient) and _is_count(node.denominator):
        return "mean"
    if any(isinstance(n, Size) for n in node.walk()) and not any(isinstance(n, Condition) for n in node.walk()):
        return "scale"
    return "factor" if isinstance(node, Quotient | Number | Power) else ""


def _is_count(node: Node) -> bool:
    """A size, or a product of sizes and numbers: what a mean divides by."""
    factors = node.factors if isinstance(node, Product) else (node,)
    return any(isinstance(f, Size) for f in factors) and all(isinstance(f, Size | Number) for f in factors)


def _with_fixed_draws(model: Any) -> Any:
    """The same model, drawing the same values every time: a page must not change from one call to the next."""
    from symdl import api
    from symdl.judge.sample import Sampler

    fixed = api.Model(model.problem)
    fixed.__dict__.update(
        understanding=model.understanding, program=model.program, sampler=Sampler(model.program, SEED)
    )
    return fixed


def _letter(line: Relation, model: Any) -> tuple[str, int]:
    """The one letter of a line of scalars, and where it starts to count."""
    letters = free_letters(line, model.understanding.scope)
    if len(letters) != 1 or any(side.shape for side in line.sides):
        return "", 1
    ((name, found),) = letters.items()
    first = str(found.first)
    return (name, int(first)) if first.isdigit() else ("", 1)


def _equation(line: Relation) -> bool:
    return set(line.ops) == {"="}


def _refuted(line: Relation, model: Any) -> Any:
    from symdl import judging

    try:
        evidence = judging.rule_on(line, model)
    except SymdlError:
        return None
    return evidence.witness if evidence.status == "refuted" else None
