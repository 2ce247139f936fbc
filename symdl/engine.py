"""The engine: from an understood problem and its program to a worked solution, step by step.

One reverse sweep serves all targets with the same `of`; Jacobians and Hessians apply it again, entry by entry. Each
step is recorded when it is made: its rule, its line, its reason. Evidence is the judge's, and added elsewhere.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from symdl.calculus.adjoint import Adjoint, adjoint_names, occurrences
from symdl.calculus.adjoints import Sweep
from symdl.calculus.ends import Case, cases
from symdl.calculus.entrywise import entrywise
from symdl.calculus.expectations import EXCHANGED, refuse_averaged
from symdl.calculus.numerator_layout import in_numerator_layout
from symdl.calculus.score import MOVES
from symdl.calculus.session import Session, sizes_of
from symdl.calculus.wholes import differential, minimiser
from symdl.errors import UnsupportedError, UsageError
from symdl.language import syntax as s
from symdl.language.understanding import Line, Understanding
from symdl.rewrite.cost import cost
from symdl.rewrite.delta import eliminate
from symdl.rewrite.normal import terms_of
from symdl.rewrite.pipeline import simplify
from symdl.rewrite.terms import merge, total
from symdl.solution import narrative
from symdl.solution.step import Result, Solution, Step
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Bind, Expr, Idx
from symdl.tensor.notation_trees import transpose
from symdl.tensor.program import Program

PLAIN = 12  # an adjoint up to this cost, without sums, is written out in a result


def derive(
    understanding: Understanding, program: Program, targets: Sequence[Line] | None = None, detail: str = "steps"
) -> Solution:
    """Work out each target.

    Args:
        understanding: the problem's scope, and its targets.
        program: its definitions as entries.
        targets: lines whose node is the target; default: the understanding's own.
        detail: `result` (no steps), `steps` or `full`.

    Raises:
        UsageError: there is no target, or one names nothing.
        UnsupportedError: a rule is missing; the message says which.
    """
    targets = tuple(targets) if targets is not None else understanding.targets
    if not targets:
        raise UsageError("nothing to derive", cure="state targets in  derive = [...]")
    with _nothing_collected():
        work = Work(understanding, program, full=detail == "full")
        results = tuple(work.result(t, detail) for t in targets)
    solution = Solution(title="", results=results, program=program)
    return in_numerator_layout(solution) if understanding.scope.layout == "numerator" else solution


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Trees and entries hold no cycles: looking for some among so many takes a third of the time and finds nothing."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@dataclass
class Work(Session):
    """The session with its sweeps and the steps already shown."""

    full: bool = False  # each step opens to its single moves
    sweeps: dict[Acc, Sweep] = field(default_factory=dict)
    steps: dict[tuple[Acc, str], tuple[Step, ...]] = field(default_factory=dict)
    shown: set[tuple[Acc, str]] = field(default_factory=set)
    listed: dict[Acc, int] = field(default_factory=dict)  # those whose steps were all shown, as bits of the sweep
    named: dict[Acc, tuple[int, tuple[s.Node, ...], tuple[int, ...]]] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------ results

    def result(self, line: Line, detail: str) -> Result:
        node = line.node
        if isinstance(node, s.Relation) and len(node.sides) == 1:
            node = node.sides[0]
        if isinstance(node, s.Differential):
            return differential(self, node, detail)
        if isinstance(node, s.Optimum):
            return minimiser(self, node, detail)
        if not isinstance(node, s.Derivative):
            raise UnsupportedError(
                f"no rule yet to derive a {type(node).__name__}", expected="a derivative, a gradient or a Hessian"
            )
        for name, r in line.letters.items():
            self.ctx.know((Bind(name, self.elaborator.size(r.first), self.elaborator.size(r.last)),))
        of, by = self._flat(node)
        if len(by) == 1 and isinstance(of, s.Symbol) and not of.shape:
            return self.gradient(node, detail)
        return entrywise(self, node, of, by, detail)

    def sweep(self, root: Acc, names: tuple[str, ...] = ()) -> Sweep:
        """The sweep from a root that serves all targets and these names."""
        found = self.sweeps.get(root)
        wanted = self._wanted
        if found is None or any(n not in found.found and n not in wanted for n in names):
            found = self.sweeps[root] = Sweep(root, self.program, self.ctx, self.binders, apart=self.full)
            found.run(dict.fromkeys((*wanted, *names)))
            self.listed.pop(root, None)
            self.named.pop(root, None)
        return found

    def lines_of(self, sweep: Sweep, root: Acc, names: Iterable[str]) -> tuple[s.Node, ...]:
        """The lines of these adjoints and of all they rest on."""
        return tuple(step.line for n in sweep.named(sweep.rests_on(names, "")) for step in self._steps(sweep, root, n))

    @cached_property
    def _wanted(self) -> dict[str, None]:
        """All names that some target differentiates by, in their order: one sweep serves them."""
        names: list[str] = []
        for t in self.understanding.targets:
            for d in t.node.walk():
                if isinstance(d, s.Derivative):
                    names += [x.name for b in d.by for x in b.walk() if isinstance(x, s.Symbol)]
        return dict.fromkeys(names)

    def _flat(self, node: s.Derivative) -> tuple[s.Node, tuple[s.Node, ...]]:
        """Of and by of a derivative of a derivative, in order."""
        of: s.Node = node.of
        by = node.by
        while isinstance(of, s.Derivative):
            by = (*of.by, *by)
            of = of.of
        return self.quantity(of), by

    def gradient(self, node: s.Derivative, detail: str) -> Result:
        of, (by,) = self._flat(node)
        root = self.elaborator.entry(of, ())
        if not isinstance(root, Acc):
            raise UnsupportedError("the derivative of what is no symbol")
        access, letters = self.access(by)
        self.refuse_constrained(access.name)
        refuse_averaged(root, access.name, self.program)
        if access.name == root.name:
            one = s.Number(E.ONE.value)
            line = s.Relation((node, one), ("=",))
            step = Step("itself", line, "a quantity changes with itself one to one")
            return Result(node, (), one, line, (), (step,))
        sweep = self.sweep(root, (access.name,))
        a = sweep.found.get(access.name)
        if a is None:
            return self._independent(node, of, by, letters)
        steps = self._needed(sweep, root, a.name) if detail != "result" else ()
        value = sweep.at(access)
        final = self._final(sweep, value, letters)
        tree, index = self._forms(node, of, by, final, letters)
        where = self._where(sweep, root, final, a.name) if final is not E.ZERO else ()
        if tree is None and a.name in self.ctx.recurrent:
            parts = cases(final, (*self._known(access), *letters), self.ctx)
            if len(parts) > 1 and not parts[1].letter.count("·"):  # members differ in size: one line cannot say both
                _, other = parts
                line = self.lines.index_line(of, (by,), other.value, letters)
                condition = s.Relation((s.IndexVar(other.letter), self.lines.index(other.end)), (other.op,))
                index = s.Implication("implies", condition, line)
                where = (*where, *(step.line for step in self._steps(sweep, root, a.name)))
        if detail != "result":
            last = self._last_step(node, sweep, a, value, final, tree, index, of, by, letters)
            steps = (*steps, last)
        return Result(node, sizes_of(node), tree, index, where, steps)

    def _known(self, access: Acc) -> tuple[Bind, ...]:
        """The author's own letters in an access."""
        names = [i.name for i in access.indices if isinstance(i, Idx) and "·" not in i.name]
        return tuple(self.ctx.ranges[n] for n in names if n in self.ctx.ranges)

    def _final(self, sweep: Sweep, value: Expr, letters: tuple[Bind, ...]) -> Expr:
        """The result: short downstream adjoints written out; others keep their names and have lines of their own."""
        bare = isinstance(_unsigned(value), E.Deriv)  # ∂L/∂x = −∂L/∂r says nothing yet
        plain = frozenset(
            n
            for n in adjoint_names(value)
            if (a := sweep.found.get(n)) is not None
            and not a.upstream
            and not any(isinstance(x, E.Deriv) for x in E.walk(a.value))
            and (bare or not any(isinstance(x, E.Red) for x in E.walk(a.value)))
            and cost(a.value) <= (2 * PLAIN if bare else PLAIN)
            and occurrences(value, n) == 1
        )
        if not plain:
            return value
        final = simplify(sweep.write_out(value, plain), self.ctx)
        if self.lines.matrix(value, letters) is None or self.lines.matrix(final, letters) is not None:
            return final
        return value

    def _forms(
        self, node: s.Derivative, of: s.Node, by: s.Node, value: Expr, letters: tuple[Bind, ...]
    ) -> tuple[s.Node | None, s.Node]:
        tree = self.lines.matrix(value, letters)
        if tree is not None and node.transposed:
            tree = transpose(tree)
        return tree, self.lines.index_line(of, (by,), value, letters)

    # -------------------------------------------------------------------------------------------------- steps

    def _needed(self, sweep: Sweep, root: Acc, name: str) -> tuple[Step, ...]:
        """Steps for the adjoints that this one rests on and that were not shown yet, in the order of the sweep."""
        out: list[Step] = []
        mask = sweep.rests_on(sweep.found[name].names, name)
        for n in sweep.named(mask & ~self.listed.get(root, 0)):
            if (root, n) not in self.shown:
                self.shown.add((root, n))
                out.extend(self._steps(sweep, root, n))
        self.listed[root] = self.listed.get(root, 0) | mask
        return tuple(out)

    def _steps(self, sweep: Sweep, root: Acc, name: str) -> tuple[Step, ...]:
        """The lines of one adjoint: one, or one at the end of a recurrence and one elsewhere."""
        found = self.steps.get((root, name))
        if found is None:
            a = sweep.found[name]
            found = ()
            ends = cases(a.value, a.letters, self.ctx) if name in self.ctx.recurrent else (Case(a.value),)
            for n, c in enumerate(ends):
                if c.op == "=" and isinstance(c.value, E.Call):
                    continue  # L = L(h_D): the gradient that arrives there is a given
                line = self.lines.adjoint_line(
                    root, name, a.letters, c.value, (c.letter, c.op, c.end) if c.letter else None
                )
                block = self._block(sweep, root, a) if self.full and n == len(ends) - 1 else ()
                found += (Step(_rule(a), line, _because(a, root), block=block),)
            self.steps[root, name] = found
        return found

    def _where(self, sweep: Sweep, root: Acc, final: Expr, name: str) -> tuple[s.Node, ...]:
        """The line of every adjoint that the result rests on, its own left out: in the order of the sweep."""
        mask = sweep.rests_on(adjoint_names(final), name)
        longest, lines, ends = self.named.get(root, (0, (), ()))
        if longest & ((1 << mask.bit_length()) - 1) != mask:  # not just the first lines of what was listed before
            found: list[s.Node] = []
            counts = [0]
            for n in sweep.named(mask):
                found += (step.line for step in self._steps(sweep, root, n))
                counts.append(len(found))
            lines, ends = tuple(found), tuple(counts)
            self.named[root] = (mask, lines, ends)
        return lines[: ends[mask.bit_count()]] if mask else ()

    def _last_step(
        self,
        node: s.Derivative,
        sweep: Sweep,
        a: Adjoint,
        value: Expr,
        final: Expr,
        tree: s.Node | None,
        index: s.Node,
        of: s.Node,
        by: s.Node,
        letters: tuple[Bind, ...],
    ) -> Step:
        """The answer; through the adjoint's name where that was written out on the way."""
        root = sweep.root_name
        assert root is not None
        self.shown.add((root, a.name))
        because = _because(a, root)
        rule = "upstream" if a.upstream else _rule(a)
        if tree is None:
            return Step(rule, index, because)
        sides: list[s.Node] = [node]
        if final is not value:
            before = self.lines.matrix(value, letters)
            if before is not None:
                sides.append(transpose(before) if node.transposed else before)
                because += "; " + narrative.substituted(
                    n for n in adjoint_names(value) if n not in adjoint_names(final)
                )
        sides.append(tree)
        block = self._block(sweep, root, a) if self.full and not a.upstream else ()
        return Step(rule, s.Relation(tuple(sides), ("=",) * (len(sides) - 1)), because, block=block)

    def _block(self, sweep: Sweep, root: Acc, a: Adjoint) -> tuple[Step, ...]:
        """The single moves behind an adjoint, entry by entry; of a recurrence at one of its steps."""
        if a.raw is E.ZERO:
            return ()
        places = {b.name: Idx(c.name) for b, c in zip(sweep.binders[a.name], a.letters, strict=True)}
        raw = E.substitute(E.refresh(a.raw), places)
        parts = terms_of(raw, self.ctx)
        solved = merge(u for t in parts for u in eliminate(t, self.ctx))
        moves = (
            ("product-rule", raw, narrative.every_use(a.name)),
            ("delta", total(solved), narrative.DELTAS),
            ("fold", a.value, narrative.PUT_BACK),
        )
        out: list[Step] = []
        for rule, value, because in moves:
            try:
                line = self.lines.entry_line(root, a.name, a.letters, value)
            except UnsupportedError:
                continue  # a form for which the language has no tree is left out of the explanation
            if not out or line != out[-1].line:
                out.append(Step(rule, line, because))
        return tuple(out) if len(out) > 1 else ()

    def _independent(self, node: s.Derivative, of: s.Node, by: s.Node, letters: tuple[Bind, ...]) -> Result:
        zero: s.Node = s.Zeros(node.shape) if node.shape else s.Number(E.ZERO.value)
        why = narrative.no_path(*(next(x.name for x in n.walk() if isinstance(x, s.Symbol)) for n in (of, by)))
        step = Step("independent", s.Relation((node, zero), ("=",)), why)
        index = self.lines.index_line(of, (by,), E.ZERO, letters)
        return Result(node, sizes_of(node), zero, index, (), (step,))


def _unsigned(e: Expr) -> Expr:
    return e.factors[1] if isinstance(e, E.Mul) and len(e.factors) == 2 and e.factors[0] is E.MINUS_ONE else e


def _rule(a: Adjoint) -> str:
    if MOVES in a.where:
        return "score-function"
    return "under-expectation" if EXCHANGED in a.where else "chain-rule"


def _because(a: Adjoint, root: Acc) -> str:
    if a.upstream:
        return narrative.upstream(root.name)
    users = [root.name if u is None else u for u in a.users]
    text = narrative.chain_rule(a.name, users, a.inlined)
    return "; ".join((text, *narrative.at_kinks(a.kinks), *a.where, *narrative.using(a.assumed)))
