"""The sweep: the adjoint of every quantity between a result and what it is differentiated by, in textbook size.

A downstream adjoint keeps its name, unless writing it out makes the line shorter (softmax under cross-entropy), or the
quantity is a helper whose only users are users of the same variable (mean and variance inside a normalisation).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from symdl.calculus.adjoint import Adjoint, adjoint_names, bounded, each_name, occurrences, tensors
from symdl.calculus.decompositions import conditions
from symdl.calculus.domains import kinks, places
from symdl.calculus.expectations import exchanged
from symdl.calculus.likeness import Key, Surroundings, renamed
from symdl.calculus.reverse import Graph, edges, graph, steps_of
from symdl.rewrite.context import Context
from symdl.rewrite.cost import cost
from symdl.rewrite.pipeline import simplify
from symdl.rewrite.terms import substitute, substitute_binder
from symdl.tensor import expr as E
from symdl.tensor.expr import Acc, Bind, Deriv, Expr, Idx
from symdl.tensor.notation_base import is_diagonal
from symdl.tensor.program import Program
from symdl.tensor.spelled import Spelled, spelled

SLACK = 3  # how much longer a line may get to spare the reader a name
SMALL = 60  # an adjoint longer than this is never written out inside another


@dataclass
class Sweep:
    """One reverse sweep from a root expression."""

    root: Expr
    program: Program
    ctx: Context
    binders: Mapping[str, tuple[Bind, ...]]  # the letters of every quantity
    found: dict[str, Adjoint] = field(default_factory=dict)
    apart: bool = False  # each adjoint worked out by itself, so that its single moves can be shown
    graph: Graph | None = None
    around: Surroundings | None = None
    spelled: dict[str, Spelled | None] = field(default_factory=dict)
    alike: dict[tuple[object, ...], tuple[tuple[str, ...], Adjoint]] = field(default_factory=dict)

    @property
    def root_name(self) -> Acc | None:
        return self.root if isinstance(self.root, Acc) else None

    def run(self, wanted: Iterable[str]) -> None:
        """All adjoints that the wanted ones may need, users first."""
        wanted = tuple(wanted)
        self.graph = graph(self.root, wanted, self.program)
        for name in self.graph.order:
            if self.root_name is not None and name == self.root_name.name:
                continue
            self.found[name] = self._like(name) or self._adjoint(name)

    def _like(self, name: str) -> Adjoint | None:
        """The adjoint by that of a quantity with the same surroundings, worked out now if it is the first."""
        g, root = self.graph, self.root_name
        if self.apart or root is None or g is None or g.cycles or None in g.users[name] or self._helpers(name, g):
            return None
        if self._decomposed:
            return None  # its adjoint names parts of the decomposition that need not be near
        if self.around is None:
            self.around = Surroundings(self.program, self.ctx)
        key = Key(root.name, name)
        key.add(name, spelled(self.binders[name]))
        users = [u for u in g.users[name] if u is not None]
        near = list(users)
        for u in users:
            key.add(u, self.around.definition(u))
            near += [m for m in (self.found[u].names if u in self.found else ()) if m not in near]
        for u in near:
            key.add(u, self._spelled(u))
        if not self.around.look(key, root.name):
            return None
        names = tuple(key.names)
        known = self.alike.get(key.value)
        if known is None:
            self.ctx.used.clear()
            a = self._adjoint(name)
            if self.ctx.used | set(a.inlined) <= {*names}:  # nothing further away was looked at
                if not a.assumed:  # an assumption speaks of these names alone
                    self.alike[key.value] = (names, a)
            return a
        theirs, a = known
        put = {x: y for x, y in zip(theirs, names, strict=True) if x != y}
        letters: dict[str, Expr] = {b.name: Idx(c.name) for b, c in zip(a.letters, self.binders[name], strict=True)}
        self.ctx.know(self.binders[name])
        inlined = tuple(sorted(put.get(n, n) for n in a.inlined))
        value = renamed(a.value, put, letters, self.program.sizes)
        return Adjoint(name, self.binders[name], value, g.users[name], inlined, a.kinks, a.upstream, a.where)

    @cached_property
    def _decomposed(self) -> bool:
        return any(s.kind == "decomposition" for s in self.program.statements.values())

    def _spelled(self, name: str) -> Spelled | None:
        """The adjoint of a user, for comparing; written once."""
        if name not in self.spelled:
            a = self.found.get(name)
            self.spelled[name] = None if a is None else spelled(a.letters, a.value, a.upstream)
        return self.spelled[name]

    def _adjoint(self, name: str) -> Adjoint:
        g = self.graph
        assert g is not None
        letters = self.binders[name]
        self.ctx.know(letters)
        at = tuple(Idx(b.name) for b in letters)
        if self._upstream(name, g):
            assert self.root_name is not None
            given = Deriv(self.root_name, (Acc(name, at),), True)
            return Adjoint(name, letters, given, g.users[name], upstream=True)
        parts = edges(name, at, self.root, self.root_name, g, self.program)
        raw = self._with_starts(E.add(*(e.value for e in parts)))
        always = self._helpers(name, g) if self.root_name is not None else frozenset(self.found) - g.cycles
        always |= {n for n in self.found if is_diagonal(n)}  # no name that a derivative could have
        opened: Expr = raw
        inlined: set[str] = set()
        while inside := always & set(adjoint_names(opened)):
            opened, inlined = self.write_out(opened, inside), inlined | inside
        self.ctx.assumed = {}
        value = simplify(opened, self.ctx)
        shorter = self._steps(name, letters)
        if shorter is not None and bounded(value, letters):
            values = {b.name: Idx(c.name) for b, c in zip(letters, shorter, strict=True)}
            value, letters = simplify(E.substitute(opened, values), self.ctx), shorter
        assumed = self.ctx.assumed
        for _ in range(3):
            options = [n for n in adjoint_names(value) if self._may_inline(n, g)]
            changed = False
            for n in options:
                a = self.found[n]
                if a.names and tensors(a.value).isdisjoint(tensors(value)):
                    continue  # nothing could cancel
                self.ctx.assumed = {}
                written = simplify(self.write_out(value, frozenset((n,))), self.ctx)
                spare = -1 if self.found[n].names or occurrences(value, n) > 1 else SLACK
                if cost(written) <= cost(value) + spare:
                    value, changed = written, True
                    assumed = assumed | self.ctx.assumed
                    inlined.add(n)
            if not changed:
                break
        out = Adjoint(name, letters, value, g.users[name], tuple(sorted(inlined)), raw=raw)
        bodies = [self.root if e.user is None else self.program.statements[e.user].body for e in parts]
        where = [*each_name(conditions, bodies), *each_name(lambda b: exchanged(b, name, self.program), bodies)]
        where += each_name(lambda b: places(b, self.program), bodies)
        return replace(out, kinks=each_name(kinks, bodies), where=tuple(where), assumed=tuple(assumed.values()))

    # ------------------------------------------------------------------------------------------------ recurrences

    def _steps(self, name: str, letters: tuple[Bind, ...]) -> tuple[Bind, ...] | None:
        """New letters over a recurrence's steps: what it starts from has a value of its own (see `at`)."""
        s = self.program.statements.get(name)
        if s is None or not s.base or name not in self.ctx.recurrent:
            return None
        steps, guards = steps_of(s, letters)
        if guards:
            return None
        fresh: dict[str, Expr] = {b.name: Idx(E.fresh(b.name)) for b in letters}
        out = tuple(substitute_binder(b, fresh) for b in steps)
        self.ctx.know(out)
        return out

    def _with_starts(self, raw: Expr) -> Expr:
        """Adjoints of the first entry of a recurrence written out: `∂L/∂h_0 ⇒ Wᵀ ∂L/∂z_1`."""

        def visit(x: Expr) -> Expr:
            if isinstance(x, Deriv) and len(x.by) == 1 and self.is_start(x.by[0]):
                return self.at(x.by[0])
            return E.rebuild(x, visit)

        starts = any(isinstance(x, Deriv) and len(x.by) == 1 and self.is_start(x.by[0]) for x in E.walk(raw))
        return visit(raw) if starts else raw

    def is_start(self, access: Acc) -> bool:
        """Is it an entry that the start of a recurrence gives?"""
        a = self.found.get(access.name)
        if a is None or not self._shorter(a):
            return False
        return any(
            (i is full.first and step.first is not full.first) or (i is full.last and step.last is not full.last)
            for i, full, step in zip(access.indices, self.binders[access.name], a.letters, strict=True)
        )

    def at(self, access: Acc) -> Expr:
        """An adjoint at an entry; where that may be a start, from what the chain rule gave for all entries."""
        a = self.found[access.name]
        whole = self._shorter(a) and (self.is_start(access) or self._anywhere(access, a))
        if not whole:
            values = {b.name: i for b, i in zip(a.letters, access.indices, strict=True)}
            value = E.substitute(E.refresh(a.value), values)
            fixed = a.name in self.ctx.recurrent and any(not i.free for i in access.indices)
            return simplify(value, self.ctx) if fixed else value
        values = {b.name: i for b, i in zip(self.binders[a.name], access.indices, strict=True)}
        return simplify(E.substitute(E.refresh(a.raw), values), self.ctx)

    def _shorter(self, a: Adjoint) -> bool:
        """Does its line hold for the steps of a recurrence only?"""
        return a.letters is not self.binders[a.name]

    def _anywhere(self, access: Acc, a: Adjoint) -> bool:
        """Does a letter of the access, one that stands for the whole axis, run through the start as well?"""
        return any(
            isinstance(i, Idx)
            and "·" in i.name
            and (own := self.ctx.ranges.get(i.name)) is not None
            and (own.first is not step.first or own.last is not step.last)
            for i, step in zip(access.indices, a.letters, strict=True)
        )

    def _upstream(self, name: str, g: Graph) -> bool:
        """Does the name reach the root only as an argument, as it stands, of an abstract function?"""
        if self.root_name is None:
            return False
        users = g.users[name]
        if users != (self.root_name.name,):
            return False
        s = self.program.statements[self.root_name.name]
        if not isinstance(s.body, E.Call):
            return False
        for a in s.body.args:
            inner = a.body if isinstance(a, E.Lam) else a
            if isinstance(inner, Acc) and inner.name == name:
                return True
        return False

    def _helpers(self, name: str, g: Graph) -> frozenset[str]:
        """Quantities of lower rank through which this one acts on another of its users: private parts of one formula.

        Mean and variance between x and x̂; the norm between x and x/‖x‖.
        """
        rank = len(self.binders[name])
        mine = {u for u in g.users[name] if u is not None}
        if len(mine) < 2:
            return frozenset()

        def low(u: str) -> bool:
            a = self.found.get(u)
            return a is not None and not a.upstream and u not in g.cycles and len(self.binders[u]) < rank

        private: set[str] = set()
        stack = [u for u in mine if low(u)]
        while stack:
            u = stack.pop()
            if u not in private:
                private.add(u)
                stack.extend(v for v in g.users[u] if v is not None and low(v))
        goals = {u for u in mine if not low(u) and u in self.found}
        changed = bool(goals)
        while changed:
            leaking = {u for u in private if any(v not in private | goals for v in g.users[u])}
            private -= leaking
            changed = bool(leaking)
        return frozenset(private) if goals else frozenset()

    def _may_inline(self, n: str, g: Graph) -> bool:
        a = self.found.get(n)
        if a is None or a.upstream or n in g.cycles or cost(a.value) > SMALL:
            return False
        return not any(isinstance(x, E.Red) for x in E.walk(a.value))  # a product of matrices keeps its name

    def write_out(self, e: Expr, names: frozenset[str]) -> Expr:
        """Adjoints of these names replaced by what they are."""
        if not names:
            return e
        memo: dict[Expr, Expr] = {}

        def visit(x: Expr) -> Expr:
            if isinstance(x, Deriv) and len(x.by) == 1 and x.by[0].name in names and x.by[0].name in self.found:
                a = self.found[x.by[0].name]
                if not a.upstream:
                    values = {b.name: i for b, i in zip(a.letters, x.by[0].indices, strict=True)}
                    return substitute(E.refresh(a.value), values)
            y = memo.get(x)
            if y is None:
                y = memo[x] = E.rebuild(x, visit)
            return y

        return visit(e)

    def rests_on(self, names: Iterable[str], own: str) -> int:
        """These adjoints and all that they rest on as bits in the order of the sweep; givens and `own` left out."""
        mask = 0
        for n in names:
            mask |= self._closures.get(n, 0)
        place = self._places.get(own)
        return mask if place is None else mask & ~(1 << place)

    def named(self, mask: int) -> Iterator[str]:
        while mask:
            yield self._order[(mask & -mask).bit_length() - 1]
            mask &= mask - 1

    @cached_property
    def _places(self) -> dict[str, int]:
        return {n: k for k, n in enumerate(self._order)}

    @cached_property
    def _order(self) -> tuple[str, ...]:
        return tuple(self.found)

    @cached_property
    def _closures(self) -> dict[str, int]:
        """For each adjoint, those it rests on as bits: one pass, as users come first; recurrences are gone round."""
        place = self._places
        given = {n for n, a in self.found.items() if a.upstream}
        out: dict[str, int] = {}
        changed = True
        while changed:
            changed = False
            for n, a in self.found.items():
                mask = 0 if n in given else 1 << place[n]
                for m in a.names:
                    if m in place and n not in given:
                        mask |= out.get(m, 0)
                if mask != out.get(n):
                    out[n], changed = mask, True
        return out

    def whole(self, e: Expr) -> Expr:
        """With every adjoint written out that is not a given."""
        closed = {n for n, a in self.found.items() if not a.upstream}
        while names := closed.intersection(adjoint_names(e)):
            e = self.write_out(e, frozenset(names))
        return e
