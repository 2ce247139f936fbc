"""A session: what all targets of one problem share, and how a target's symbol becomes an access."""

from __future__ import annotations

from dataclasses import dataclass, field

from symdl.calculus.blocks import unstacked
from symdl.calculus.expectations import opened
from symdl.calculus.letters import author_letters, binders_of
from symdl.calculus.recognised import recognised
from symdl.errors import UnsupportedError, UsageError, nearest
from symdl.language import syntax as s
from symdl.language.understanding import Understanding
from symdl.rewrite.context import Context
from symdl.rewrite.pipeline import context
from symdl.tensor import expr as E
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Acc, Bind, Expr, Idx
from symdl.tensor.notation_lines import Lines
from symdl.tensor.program import Program


@dataclass
class Session:
    """One problem being worked on."""

    understanding: Understanding
    program: Program
    ctx: Context = field(init=False)
    lines: Lines = field(init=False)
    binders: dict[str, tuple[Bind, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.program = recognised(unstacked(opened(self.program)))
        self.ctx = context(self.program)
        author = author_letters(self.understanding)
        self.lines = Lines(self.program, self.understanding.scope, author)
        members = {n: len(d.members) for n, d in self.understanding.scope.names.items() if d.members}
        self.binders = binders_of(self.program, author, members)
        for b in self.binders.values():
            self.ctx.know(b)
        refuse_singular(self.program)

    @property
    def elaborator(self) -> Elaborator:
        return Elaborator(self.understanding.scope, self.program)

    def quantity(self, node: s.Node) -> s.Node:
        """`L(w)` at its own w as the quantity L that it is; anything else as it stands."""
        if isinstance(node, s.Apply) and node.name in self.program.statements:
            entry = self.elaborator.entry(node, tuple(Idx(f"?{n}") for n in range(len(node.shape))))
            if isinstance(entry, Acc) and entry.name == node.name:
                return s.Symbol(node.name, node.shape)
        return node

    def letters_of(self, node: s.Node) -> tuple[Bind, ...]:
        """New letters for the axes of any expression."""
        el = self.elaborator
        out = tuple(Bind(E.fresh("ijklpq"[k % 6]), el.size(a.first), el.size(a.last)) for k, a in enumerate(node.shape))
        self.ctx.know(out)
        return out

    def access(self, node: s.Node) -> tuple[Acc, tuple[Bind, ...]]:
        """The access that a symbol or an entry is, and new letters for its axes."""
        el = self.elaborator
        probe = el.entry(node, tuple(Idx(f"?{n}") for n in range(len(node.shape))))
        if not isinstance(probe, Acc):
            raise UnsupportedError("a derivative by what is no symbol and no entry of one")
        known = self.binders.get(probe.name)
        if known is None:
            raise UsageError("a target names nothing", found=probe.name, cure=nearest(probe.name, self.binders))
        letters: dict[str, Expr] = {}
        out: list[Bind] = []
        for i, b in zip(probe.indices, known, strict=True):
            if isinstance(i, Idx) and i.name.startswith("?"):
                new = Bind(E.fresh(b.name), E.substitute(b.first, letters), E.substitute(b.last, letters))
                letters[b.name] = Idx(new.name)
                letters[i.name] = Idx(new.name)
                out.append(new)
            else:
                letters[b.name] = i
        self.ctx.know(tuple(out))
        access = E.substitute(probe, {k: v for k, v in letters.items() if k.startswith("?")})
        assert isinstance(access, Acc)
        return access, tuple(out)

    def refuse_constrained(self, name: str) -> None:
        """Entries vary independently here; a problem that says otherwise needs a rule that is not there."""
        for fact in self.program.facts:
            if fact.subject == name and fact.op.startswith("varies"):
                raise UnsupportedError(f"no derivative rule for a matrix that {fact.op.replace('-', ' ')}", found=name)
        leaf = self.program.leaves.get(name)
        if leaf is not None and leaf.integer:
            raise UsageError(
                "a derivative by whole numbers", found=name, expected="a quantity that varies continuously"
            )


def refuse_singular(program: Program) -> None:
    """An assumption such as det A = 0 leaves a formula with A⁻¹ without a value.

    Raises:
        UsageError: a matrix that is singular by assumption is inverted, or its log det taken.
    """
    singular = {
        f.left.body.name
        for f in program.facts
        if f.op == "=" and isinstance(f.left, E.Mat) and f.left.op == "det" and f.right is E.ZERO
        if isinstance(f.left.body, Acc)
    }
    for name, st in program.statements.items() if singular else ():
        for x in E.walk(st.body):
            needed = _inverted(x)
            if needed in singular:
                raise UsageError(
                    f"the assumptions make {needed} singular, and {name} needs its inverse or its log det",
                    found=f"det {needed} = 0",
                    expected=f"an invertible {needed}",
                    cure="take the assumption away, or the inverse",
                )


def _inverted(x: Expr) -> str:
    """The matrix whose inverse, log det or reciprocal det this is."""
    ops: tuple[str, ...]
    if isinstance(x, E.Fn) and x.name == "log":
        x, ops = x.args[0], ("det",)
    elif isinstance(x, E.Pow) and isinstance(x.exponent, E.Num) and x.exponent.value < 0:
        x, ops = x.base, ("det",)
    else:
        ops = ("inverse", "logdet", "cholesky")
    return x.body.name if isinstance(x, E.Mat) and x.op in ops and isinstance(x.body, Acc) else ""


def sizes_of(node: s.Node) -> tuple[str, ...]:
    """A shape as the sizes' text."""
    return tuple(str(a.size) for a in node.shape)
