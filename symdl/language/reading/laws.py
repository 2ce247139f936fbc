"""Lines of `random` and memberships: laws of symbols, independence, what lies in which set."""

from __future__ import annotations

from symdl.language.reading.conditions import within
from symdl.language.reading.context import Context
from symdl.language.reading.moments import law_of
from symdl.language.reading.names import (
    find,
    parts_of,
    unwrap,
)
from symdl.language.reading.relations import fitted_law
from symdl.language.surface import (
    Infix,
    Prose,
    Related,
    Seq,
    Surface,
)
from symdl.language.syntax import (
    Condition,
    Junction,
    Node,
    Property,
    Symbol,
)


class Laws:
    """What a `Reading` does with `x \\sim p` and `x \\in S`."""

    ctx: Context

    def law(self, s: Related) -> Node:
        """`x \\sim \\mathcal{N}(\\mu, \\Sigma)`, `z \\mid x \\sim q_\\phi`."""
        ctx = self.ctx
        if s.ops != ("~",):
            raise ctx.error("a law is stated alone", s)
        left = unwrap(s.parts[0])
        given: tuple[Node, ...] = ()
        if isinstance(left, Infix) and left.op == "mid":
            given = tuple(ctx.read(p) for p in parts_of(left.right))
            left = left.left
        right, iid = s.parts[1], False
        if isinstance(right, Seq) and any(isinstance(i, Prose) for i in right.items):
            said = "".join(i.text for i in right.items if isinstance(i, Prose)).strip(" ,.")
            if said not in ("iid", "i.i.d"):
                raise ctx.error("these words can't be read here", s, found=said, expected="iid")
            right, iid = Seq(right.span, tuple(i for i in right.items if not isinstance(i, Prose))), True
        law = law_of(ctx, right)
        made: list[Condition] = []
        for subject in self.subjects(left):
            law_here = fitted_law(ctx, law, subject, s)
            made.append(Property("distributed", (subject, *given), (law_here,)))
            if iid:
                made.append(Property("iid", (subject,)))
        return made[0] if len(made) == 1 else Junction("and", tuple(made))

    def subjects(self, s: Surface) -> list[Node]:
        ctx = self.ctx
        out: list[Node] = []
        for p in parts_of(s):
            d = find(ctx, p)
            if d is not None and not d.members and (d.kind != "tensor" or d.signature is not None):
                out.append(Symbol(d.name, d.shape))
            else:
                out.append(ctx.read(p))
        return out

    def membership(self, s: Related) -> Condition:
        ctx = self.ctx
        made = tuple(within(ctx, p, s.parts[1], s.ops[0] == "∉", s) for p in parts_of(s.parts[0]))
        return made[0] if len(made) == 1 else Junction("and", made)
