"""Diagnose: find the smallest change of a wrong line that makes it true, and say it in a sentence.

    solved factors (scaling)  →  changes of form (edits)  →  an assumption that is not given  →  factors entry by entry,
    missing terms  →  a change, smallest first, that the judge accepts under the same claims as the line itself

Changes are tried at two points first, which is quick. Nothing found: `algebra`, without a correction.
"""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import numpy as np

from symdl.errors import SymdlError
from symdl.judge.hypotheses import for_all_letters
from symdl.judge.sample import NoSample
from symdl.language.print_latex import latex
from symdl.language.syntax import (
    Binder,
    Derivative,
    Differential,
    Entry,
    Implication,
    IndexVar,
    Moment,
    Node,
    Number,
    Reduce,
    Relation,
    Symbol,
)
from symdl.language.understanding import Line
from symdl.marking.assumptions import unstated
from symdl.marking.bench import Bench
from symdl.marking.contractions import contractions
from symdl.marking.correction import correction, written_out
from symdl.marking.edits import Edit, edits, slopes
from symdl.marking.edits_bound import another_number, loosened
from symdl.marking.factors import Factors
from symdl.marking.kinds import kind_at, sentence
from symdl.marking.mistake import Context, Mistake, fallback
from symdl.marking.quantities import terms_for, weights_for
from symdl.marking.scaling import missing, scaled, weighted
from symdl.marking.surroundings import surroundings
from symdl.tensor.elaborate import sequents
from symdl.tensor.program import Fact, Program, Sequent

MOST_EDITS = 600
MOST_JUDGED = 4
MOST_BOUNDS = 12  # few points tell a bound from a wrong one, so the judge is asked more often
TURNED = {"≤": "≥", "≥": "≤", "<": ">", ">": "<"}
SMALL = 1.32  # changes up to this size come before an assumption that is not given


def diagnose(line: Line, context: Context) -> Mistake:
    """The likeliest single mistake of a refuted relation.

    Args:
        line: a relation whose step is refuted.
        context: what it was ruled under.

    Returns:
        a mistake of one of the kinds; `algebra` where no small change repairs the line.
    """
    try:
        return _diagnosed(line, context)
    except (SymdlError, NoSample, ArithmeticError, LookupError, TypeError, ValueError, RecursionError):
        return fallback(line)  # a ruling never depends on whether its mistake could be named


def _diagnosed(line: Line, context: Context) -> Mistake:
    node = line.node
    deadline = process_time() + context.seconds
    if isinstance(node, Implication):
        return _concluded(line, node, context)
    if not isinstance(node, Relation):
        return fallback(line)
    for k, (left, op, right) in enumerate(zip(node.sides, node.ops, node.sides[1:], strict=False)):
        pair = replace(line, node=Relation((left, right), (op,)))
        if len(node.ops) > 1 and not _refuted(pair, context):
            continue
        if op in TURNED and _holds(replace(pair, node=Relation((left, right), (TURNED[op],))), context):
            turned = replace(node, sides=node.sides[: k + 2], ops=(*node.ops[:k], TURNED[op]))
            text = written_out(line, turned, context.hand)
            return Mistake("algebra", "The inequality points the wrong way.", text, corrected=turned)
        found = _Search(pair, context, deadline).best()
        if isinstance(found, Mistake):
            return found
        if found is None:
            return _other_sum(pair, node, k, context) or _left_side(pair, node, k, context) or fallback(pair)
        edit, ties = found
        kind = kind_at(edit.kind, left if context.head is None else context.head)
        mended = correction(line, k, edit.node, context.hand, context.reread, lambda x: _holds(x, context))
        if mended is None:
            return Mistake(kind, sentence(kind, edit.words), None, ties)
        return Mistake(kind, sentence(kind, edit.words), mended.latex, ties, mended.node)
    return fallback(line)


NAMED = (Symbol, Entry, Derivative, Differential, Moment, Number)


def _other_sum(pair: Line, node: Relation, k: int, context: Context) -> Mistake | None:
    """`Σ_b C_{bi} = 0` for `Σ_i C_{bi} = 0`: the letter bound on the left and the one that is free change places."""
    left, right = node.sides[k : k + 2]
    if not isinstance(left, Reduce) or len(left.binders) != 1 or pair.starts_with_relation:
        return None
    bound = left.binders[0]
    for name, r in pair.letters.items():
        if any(isinstance(n, IndexVar) and n.name == name for n in right.walk()):
            continue
        turned = replace(left, binders=(Binder(name, r),))
        letters = {bound.name: bound.range, **{n: x for n, x in pair.letters.items() if n != name}}
        if _holds(replace(pair, node=Relation((turned, right), node.ops[k : k + 1]), letters=letters), context):
            corrected = replace(node, sides=(*node.sides[:k], turned, *node.sides[k + 1 :]))
            words = f"the sum should run over ${name}$, not over ${bound.name}$"
            return Mistake("axis", sentence("axis", words), written_out(pair, corrected, context.hand), (), corrected)
    return None


def _left_side(pair: Line, node: Relation, k: int, context: Context) -> Mistake | None:
    """The mistake may be on the left, where an expression stands there: `E^\\top 1 = 0` for `E 1 = 0`."""
    left, right = node.sides[k : k + 2]
    if node.ops[k] != "=" or pair.starts_with_relation or isinstance(left, NAMED):
        return None
    turned = replace(pair, node=Relation((right, left), ("=",)))
    found = _Search(turned, context, process_time() + context.seconds / 2).best()
    if not isinstance(found, tuple):
        return None
    edit, ties = found
    corrected = replace(node, sides=(*node.sides[:k], edit.node, *node.sides[k + 1 :]))
    words = sentence(edit.kind, edit.words.replace("the right side", "the left side"))
    return Mistake(edit.kind, words, written_out(pair, corrected, context.hand), ties, corrected)


def _concluded(line: Line, node: Implication, context: Context) -> Mistake:
    """What is wrong with the conclusion, its premises being given."""
    found = sequents(line, context.program)
    if node.op != "implies" or len(found) != 1:
        return fallback(line)
    asked = found[0]
    if any(g.condition is not None for g in asked.goals):
        taken = for_all_letters(asked)
        if taken is None:
            return fallback(line)
        asked = taken
    premises, suppose = asked.premises, asked.suppose

    def with_premises(q: Sequent) -> Sequent:
        q = context.with_claims(q)
        return replace(q, premises=(*q.premises, *premises), suppose=(*q.suppose, *suppose))

    mistake = _diagnosed(replace(line, node=node.right), replace(context, with_claims=with_premises))
    if mistake.correction is None:
        return mistake
    again = context.reread(mistake.correction)
    if again is not None and isinstance(again.node, Implication):  # the student's own row, premises and all
        return replace(mistake, corrected=again.node)
    premise = latex(node.left, hand=context.hand)
    return replace(mistake, correction=rf"{premise} \implies {mistake.correction}", corrected=None)


def _refuted(pair: Line, context: Context) -> bool:
    try:
        found = [context.judge(context.with_claims(q)) for q in sequents(pair, context.program)]
    except SymdlError:
        return False
    return any(e.status == "refuted" for e in found)


def _holds(line: Line, context: Context) -> bool:
    if not isinstance(line.node, Relation) or line.definition is not None:
        return False
    try:
        return all(context.judge(context.with_claims(q)).holds for q in sequents(line, context.program))
    except SymdlError:
        return False


class _Search:
    """The search for the smallest change of one pair of sides."""

    def __init__(self, pair: Line, context: Context, deadline: float) -> None:
        self.pair, self.context, self.deadline = pair, context, deadline
        relation = pair.node
        assert isinstance(relation, Relation)
        self.left, self.right = relation.sides
        self.equation = relation.ops == ("=",)
        self.bench = Bench(pair, context.program, context.with_claims)
        self.around = surroundings(pair, context)
        self.judged = 0
        self.refused: set[Node] = set()

    def best(self) -> tuple[Edit, tuple[str, ...]] | Mistake | None:
        small, large = self.fitting()
        if not self.equation:  # a bound for convex functions alone may hold with other factors too
            unstated = _assumption(self.pair, self.context, self.deadline, shapes_only=True)
            if unstated is not None:
                return unstated
        found = self._accepted(small)
        if found is not None:
            return found
        unstated = _assumption(self.pair, self.context, self.deadline)
        if unstated is not None:
            return unstated
        found = self._accepted(large)
        return found if found is not None else self._accepted(self.rare())

    def _accepted(self, candidates: list[Edit]) -> tuple[Edit, tuple[str, ...]] | None:
        if self.equation:
            candidates = sorted(candidates, key=lambda e: e.rank)
        else:
            candidates = sorted(candidates, key=lambda e: (round(e.cost, 1), self._slack(e)))
        for k, edit in enumerate(candidates):
            most = MOST_JUDGED if self.equation else MOST_BOUNDS
            if self.judged >= most or (self.judged and process_time() > self.deadline):
                return None
            if edit.node in self.refused or not self._judge(edit):
                continue
            near = [e for e in candidates[k + 1 :] if e.cost <= edit.cost + 0.06 and e.kind != edit.kind]
            return edit, tuple(dict.fromkeys(e.kind for e in near))
        return None

    def _judge(self, edit: Edit) -> bool:
        self.judged += 1
        try:
            found = sequents(self._with(edit.node), self.context.program)
            if all(self.context.judge(self.context.with_claims(q)).holds for q in found):
                return True
        except SymdlError:
            pass
        self.refused.add(edit.node)
        return False

    def _with(self, right: Node) -> Line:
        relation = self.pair.node
        assert isinstance(relation, Relation)
        return replace(self.pair, node=replace(relation, sides=(self.left, right)))

    def fitting(self) -> tuple[list[Edit], list[Edit]]:
        """Changes that fit at the bench: the small ones, and the others."""
        found: list[Edit] = []
        if not self.bench:
            return [], []
        self.wanted = self.bench.value(self.left) if self.equation else None
        if self.wanted is not None:
            self.factors = Factors(
                self.bench, self.around.sizes, self.around.scalars, tuple(s for s, _ in slopes(self.around))
            )
            found += scaled(self.bench, self.right, self.wanted, self.factors, self.around)
            found += another_number(self.right, self.wanted, self.around)
        elif not self.equation:
            found += loosened(self.right, self.around, lambda n: self.bench.holds(self._with(n)))
        for edit in edits(self.right, self.around)[:MOST_EDITS]:
            if process_time() > self.deadline:
                break
            if any(e.cost <= edit.cost - 0.08 for e in found):
                break
            if self.bench.holds(self._with(edit.node)):
                found.append(edit)
        return [e for e in found if e.cost <= SMALL], [e for e in found if e.cost > SMALL]

    def _slack(self, edit: Edit) -> float:
        """How far from equality an inequality becomes: of two changes that repair it, the tighter was meant."""
        left, right = self.bench.value(self.left), self.bench.value(edit.node)
        if left is None or right is None:
            return float("inf")
        return sum(float(np.mean(np.abs(a - b) / (1 + np.abs(a)))) for a, b in zip(left, right, strict=True))

    def rare(self) -> list[Edit]:
        """Factors entry by entry, and terms that are missing."""
        if not self.bench or self.wanted is None:
            return []
        known = list(self.around.known)
        found: list[Edit] = []
        weights = weights_for(self.pair, self.right.shape, self.around, known)
        found += weighted(self.bench, self.right, self.wanted, weights, self.around)
        terms = terms_for(self.pair, self.right.shape, self.around, known)
        taken = frozenset((*self.context.scope.names, *self.context.scope.dimensions))
        terms += contractions(self.right.shape, self.pair.letters, known, taken)
        found += missing(self.bench, self.right, self.wanted, self.factors, terms, self.around)
        return found


def _assumption(pair: Line, context: Context, deadline: float, shapes_only: bool = False) -> Mistake | None:
    """An assumption that is not given and would make the line true."""

    def holds(program: Program, facts: tuple[Fact, ...]) -> bool:
        if process_time() > deadline:
            raise TimeoutError
        queries = [context.with_claims(q) for q in sequents(pair, program)]
        return all(context.judge(replace(q, suppose=(*q.suppose, *facts))).holds for q in queries)

    words = unstated(pair, context.program, context.scope, context.definitions, holds, shapes_only)
    if words is None:
        return None
    text = f"The line holds only if {words}, which is not given."
    return Mistake("assumption", text, latex(pair.node, hand=context.hand), corrected=pair.node)
