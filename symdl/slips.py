"""The common slip: a result with one small mistake that people make, refuted by the judge with a witness.

Only what the judge refutes is shown, with the values at which both sides differ. The changes most often seen in work
are tried first: a forgotten path of the chain rule, the factor of a mean, a lost factor, a sign, an order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symdl.errors import SymdlError
from symdl.language.letters import free_letters
from symdl.language.syntax import Add, Relation
from symdl.language.understanding import Line
from symdl.solution.narrative import claim_of
from symdl.solution.worked import Slip

MOST_TRIED = 4
CLEAR = 1e-3  # values closer to zero or to each other than this show a reader nothing


def slip(model: Any, solution: Any) -> Slip | None:
    """A slip in a result, else in an authored line; None where the judge refutes none that people make."""
    rights = [(claim_of(r, r.matrix if r.matrix is not None else r.index), r.evidence) for r in solution.results] or [
        (s.line, s.evidence) for s in reversed(solution.lines) if not s.conditions
    ]
    rights = [(line, e) for line, e in rights if _equation(line) and e is not None and e.holds]
    found = [e for k, (line, _) in enumerate(rights) for e in _likely(line, k, model)]
    first = None
    for _, k, edit, right, kind in sorted(found, key=lambda f: f[:2])[:MOST_TRIED]:
        line = Relation((right.sides[0], edit.node), ("=",))
        witness, status = _refuted(line, model), rights[k][1].status
        if witness is None:
            continue
        slip = Slip(line, Relation((right.sides[0], right.sides[-1]), ("=",)), kind, edit.words, status, witness)
        if min(abs(witness.left), abs(witness.left - witness.right)) >= CLEAR:
            return slip
        first = first or slip
    return first


def _equation(line: Any) -> bool:
    return isinstance(line, Relation) and set(line.ops) == {"="}


def _likely(right: Relation, k: int, model: Any) -> Iterator[tuple[int, int, Any, Relation, str]]:
    """Edits of the right side that people make, each with how common it is (0 is commonest) and its kind."""
    from symdl.marking.diagnose import Context, surroundings
    from symdl.marking.edits import edits

    side = right.sides[-1]
    pair = Line(Relation((right.sides[0], side), ("=",)), "", letters=free_letters(right, model.understanding.scope))
    known = model.understanding
    context: Any = Context(model.program, known.scope, known.definitions, lambda q: q, lambda q: None)  # type: ignore[arg-type,return-value]
    try:
        found = edits(side, surroundings(pair, context))
    except SymdlError:
        return
    many = any(isinstance(n, Add) and len(n.terms) > 2 for n in side.walk())
    for edit in found:
        common = _common(edit.kind, edit.words, many)
        if common is not None:
            yield common, k, edit, right, "path" if common == 0 else edit.kind


def _common(kind: str, words: str, many: bool) -> int | None:
    """How common a change is, from 0; None for one that nobody makes."""
    gone, term = words.endswith("is not there"), words.startswith("the term")
    if kind == "chain-rule" and term and gone and many:
        return 0
    if kind in ("mean", "scale", "factor") and gone:
        return 1 + ("mean", "scale", "factor").index(kind)
    if kind == "expectation":
        return 4
    if kind == "sign" and term:
        return 5
    return 6 if kind in ("order", "exponent") else None


def _refuted(line: Relation, model: Any) -> Any:
    from symdl import api

    try:
        evidence = api.rule_on(line, model)
    except SymdlError:
        return None
    return evidence.witness if evidence.status == "refuted" else None
