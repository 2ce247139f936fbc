"""Lines: relations, chains, implications, several relations at once, conditions in words, and own definitions."""

from __future__ import annotations

from symdl.language.dims import Axis, Range
from symdl.language.letters import letters_in
from symdl.language.reading import decompositions, ranges, scan, sets, words
from symdl.language.reading.conditions import condition
from symdl.language.reading.context import Context, Use
from symdl.language.reading.laws import Laws
from symdl.language.reading.names import (
    find,
    index_letter,
    is_empty,
    letter_name,
    name_text,
    unwrap,
)
from symdl.language.reading.own_functions import own_function
from symdl.language.reading.own_names import Own, OwnNames
from symdl.language.reading.quantified import introduced, quantifies
from symdl.language.reading.relations import last_side, relation
from symdl.language.surface import (
    Commas,
    Dots,
    Logic,
    Prose,
    Related,
    Surface,
)
from symdl.language.syntax import (
    Compare,
    Condition,
    Implication,
    Junction,
    Node,
    Property,
    Relation,
)
from symdl.language.understanding import Line

EQUATIONS = ("=", "≠", "<", "≤", ">", "≥", "⪰", "⪯", "≻", "≺", "≈", "∝", "≡", ":=", "→", "←")
_ANY = ("for any", "for any constant", "for all constants", "for arbitrary", "for any vector", "for any matrix")
_CONDITIONAL = (*_ANY, "for", "if", "when", "where", "whenever", "for all", "for every", "for each", "with", "∀")


class Reading(Laws, OwnNames):
    """The reading of one line: its node, and what it defines."""

    def __init__(self, ctx: Context, previous: Line | None) -> None:
        self.ctx, self.previous = ctx, previous
        self.starts_with_relation = False
        self.own: list[Own] = []
        self.side_by_side = False  # may further names be defined on this line?

    def statement(self, s: Surface) -> Node:
        ctx = self.ctx
        s = introduced(ctx, unwrap(s))
        if isinstance(s, Logic):
            if s.op == "impliedby":
                return Implication("implies", self.statement(s.right), self.statement(s.left))
            left = self.premise_above(s) if is_empty(s.left) else self.statement(s.left)
            return Implication("implies" if s.op == "implies" else "iff", left, self.statement(s.right))
        if isinstance(s, Commas):
            return self.several(s)
        if isinstance(s, Related):
            return self.related(s)
        if words.is_worded(s):
            return words.worded(ctx, s)
        return ctx.read(s)

    # ------------------------------------------------------------------------------------ several on a line

    def several(self, s: Commas) -> Node:
        """Relations side by side, and relations under a condition in words."""
        ctx = self.ctx
        cut = next((k for k, p in enumerate(s.parts) if isinstance(p, Prose) and _word(p) in _CONDITIONAL), None)
        if cut is not None and cut > 0 and not self._defines_what_is_used(s.parts, cut):
            conditions = self.conditions(s.parts[cut + 1 :], s)
            main = self.parts(s.parts[:cut], s)
            if not conditions:
                return main
            stated = tuple(_stated(c) for c in conditions)
            premise = stated[0] if len(stated) == 1 else Junction("and", stated)  # type: ignore[arg-type]
            return Implication("implies", premise, main)
        if isinstance(s.parts[0], Related) and len(s.parts) == 3 and isinstance(s.parts[1], Prose):
            if _word(s.parts[1]) in ("in", "as a function of"):
                node = self.related(s.parts[0])
                assert isinstance(node, Relation)
                return Relation(node.sides, node.ops, ctx.read(s.parts[2]))
        if words.is_worded(s) and not any(isinstance(p, Related) for p in s.parts):
            return words.worded(ctx, s)
        if any(isinstance(p, Related) and p.ops == ("~",) for p in s.parts) and not isinstance(s.parts[0], Related):
            last = s.parts[-1]
            assert isinstance(last, Related)
            spread = tuple(Related(last.span, (p, last.parts[1]), last.ops) for p in (*s.parts[:-1], last.parts[0]))
            return Junction("and", tuple(self.related(r) for r in spread))  # type: ignore[misc]
        return self.parts(s.parts, s)

    def _defines_what_is_used(self, parts: tuple[Surface, ...], cut: int) -> bool:
        """`…, \\text{where } T_i = …`: definitions of new names restrict nothing."""
        word, after = parts[cut], [p for p in parts[cut + 1 :] if not isinstance(p, Prose)]
        where = isinstance(word, Prose) and _word(word) in ("where", "with")
        return where and bool(after) and all(self._defined_by(p) is not None for p in after)

    def parts(self, parts: tuple[Surface, ...], s: Surface) -> Node:
        shared = [
            p
            for p in self._shared(tuple(p for p in parts if not quantifies(p)))
            if not (isinstance(p, Prose) and _word(p) in ("and", "so", "hence", "where", "with", ""))
        ]
        before, self.side_by_side = self.side_by_side, self.ctx.role == "work"
        found = {k: self.statement(shared[k]) for k in self.in_order(shared)}
        self.side_by_side = before
        read = [found[k] for k in range(len(shared))]
        if len(read) == 1:
            return read[0]
        if not all(isinstance(r, Relation | Condition | Implication) for r in read):
            raise self.ctx.error("several things on a line that are not all statements", s)
        return Junction("and", tuple(read))  # type: ignore[arg-type]

    def _shared(self, parts: tuple[Surface, ...]) -> list[Surface]:
        """`a, b > 0` says it of both."""
        out: list[Surface] = []
        waiting: list[Surface] = []
        for p in parts:
            if isinstance(p, Related):
                out += [Related(p.span, (w, *p.parts[1:]), p.ops) for w in waiting]
                waiting = []
                out.append(p)
            elif isinstance(p, Prose) or words.is_worded(p) or isinstance(p, Logic):
                out.append(p)
            else:
                waiting.append(p)
        return out + waiting

    def conditions(self, parts: tuple[Surface, ...], s: Surface) -> list[Condition]:
        """What follows `for`, `if`: conditions, or letters with their ranges."""
        ctx = self.ctx
        out: list[Condition] = []
        waiting: list[str] = []  # the i of `i, j = 1, \\dots, n`
        k = 0
        while k < len(parts):
            p = unwrap(parts[k])
            if isinstance(p, Prose):
                k += 1
                continue
            name = letter_name(p)
            if name is not None and index_letter(ctx, p) is not None:
                ctx.free_letter(name)
                waiting.append(name)
                k += 1
                continue
            if name_text(p) is not None and find(ctx, p) is not None:
                k += 1  # "for all x": every value of a symbol is meant anyway
                continue
            if (
                isinstance(p, Related)
                and p.ops == ("=",)
                and k + 2 < len(parts)
                and isinstance(unwrap(parts[k + 1]), Dots)
            ):
                from symdl.language.reading.bounds import size_bound

                written = Range(size_bound(ctx, p.parts[1]), size_bound(ctx, parts[k + 2]))
                for counted in (*waiting, letter_name(p.parts[0]) or ""):
                    ctx.free_letter(counted).explicit = written
                waiting.clear()
                k += 3
                continue
            if isinstance(p, Related) and p.ops == ("∈",) and (n := index_letter(ctx, p.parts[0])) is not None:
                from symdl.language.reading.conditions import set_range

                found = set_range(ctx, p.parts[1])
                if found is not None:
                    for counted in (*waiting, n):
                        ctx.free_letter(counted).explicit = found
                    waiting.clear()
                    k += 1
                    continue
            out.append(condition(ctx, p))
            k += 1
        return out

    # ------------------------------------------------------------------------------------------ relations

    def related(self, s: Related) -> Node:
        ctx = self.ctx
        ops = tuple("=" if op in (":=", "≡") else op for op in s.ops)
        parts = s.parts
        if "~" in ops:
            return self.law(s)
        if "⊥" in ops:
            subjects = tuple(x for p in parts for x in self.subjects(p))
            return Property("independent", subjects)
        if ops in (("∈",), ("∉",)):
            return self.membership(s)
        if ops == ("⊂",):
            return sets.subset(ctx, s)
        if "∈" in ops or "∉" in ops:
            k = next(i for i, op in enumerate(ops) if op in "∈∉")
            if k == len(ops) - 1 and k > 0:
                first = Related(s.span, parts[:-1], s.ops[:-1])
                rest = Related(s.span, parts[-2:], s.ops[-1:])
                return Junction("and", (self.related(first), self.membership(rest)))  # type: ignore[arg-type]
            raise ctx.error("a chain of memberships can't be read", s)
        if "→" in ops and len(ops) > 1:
            return self.leads_to(s)
        for op in ops:
            if op not in EQUATIONS or op == "→":
                raise ctx.error(f"the relation {op} has no meaning here", s, expected="= ≠ < ≤ > ≥ ⪰ ⪯ ≈ ∝")
        if is_empty(parts[0]):
            return self.continued(s, ops)
        if decompositions.is_decomposition(ctx, s):
            return decompositions.decomposition(ctx, s)
        new = ops[0] == "=" and (not self.own or self.side_by_side)
        name = self.own_name(parts[0]) if new and ctx.role in ("work", "given") else None
        if name is not None:
            return self.defining(s, ops, name)
        if new and ctx.role == "work":
            function = own_function(ctx, parts[0])
            if function is not None:
                return self.defining_function(s, ops, function)
        sides = self._sides(parts, s)
        return relation(ctx, sides, ops, s, None)

    def leads_to(self, s: Related) -> Node:
        """`f(x) = x^2 \\rightarrow \\frac{df}{dx} = 2x`: an arrow between statements is an implication."""
        at = s.ops.index("→")
        left, right = s.parts[: at + 1], s.parts[at + 1 :]
        if len(right) < 2 or (len(left) < 2 and not is_empty(left[0])):
            raise self.ctx.error("the relation → has no meaning here", s, expected="= ≠ < ≤ > ≥ ⪰ ⪯ ≈ ∝")
        after = self.statement(Related(right[0].span.join(right[-1].span), right, s.ops[at + 1 :]))
        if len(left) < 2:  # an arrow that leads from the line above
            return after
        return Implication("implies", self.related(Related(s.span, left, s.ops[:at])), after)

    def _sides(self, parts: tuple[Surface, ...], s: Related) -> list[tuple[Node, Surface]]:
        ctx = self.ctx
        free = [frozenset(scan.free_letters(ctx, p)) for p in parts]
        out = []
        for k, p in enumerate(parts):
            ctx.elsewhere = (
                frozenset().union(*(f for j, f in enumerate(free) if j != k)) if len(parts) > 1 else frozenset()
            )
            out.append((ctx.read(p), p))
        return out

    def premise_above(self, s: Surface) -> Node:
        """A line that begins with an arrow concludes from the line above (from what that concludes, if it does)."""
        ctx = self.ctx
        above = self.previous.node if self.previous is not None else None
        if isinstance(above, Implication) and above.op == "implies":
            above = above.right
        if not isinstance(above, Relation | Condition):
            raise ctx.error("this line begins with an arrow, and no line above states anything", s)
        assert self.previous is not None
        self.keep_letters(above, s)
        return above

    def keep_letters(self, above: Node, s: Surface) -> None:
        """What is taken from the line above keeps the ranges that its letters were read with."""
        assert self.previous is not None
        for name in letters_in(above):
            known = self.previous.letters.get(name)
            if known is not None:
                axis = Axis(known.last - known.first + 1, known.first.constant or 0)
                use = Use(known.first, known.last, False, s.span, "the line above", axis)
                self.ctx.free_letter(name).uses.append(use)

    def continued(self, s: Related, ops: tuple[str, ...]) -> Node:
        """A line that begins with a relation takes the last side of the line above."""
        ctx = self.ctx
        left = last_side(self.previous.node if self.previous is not None else None)
        if left is None:
            raise ctx.error("this line begins with a relation, and no line above has a side to begin with", s)
        self.starts_with_relation = True
        self.keep_letters(left, s)
        ctx.elsewhere = frozenset(letters_in(left))
        sides: list[tuple[Node, Surface]] = [(left, s)]
        for p in s.parts[1:]:
            sides.append((ctx.read(p), p))
        return relation(ctx, sides, ops, s, None)


def _stated(c: Condition) -> Node:
    """A condition in words is a premise like any other: the same tree as under ⟹."""
    if isinstance(c, Compare):
        return Relation((c.left, c.right), (c.op,))
    if isinstance(c, Junction):
        return Junction(c.op, tuple(_stated(p) for p in c.parts))  # type: ignore[arg-type,misc]
    return c


def _word(p: Prose) -> str:
    return p.text.strip().lower().rstrip(":,. ")


def finish_letters(ctx: Context, s: Surface) -> dict[str, Range]:
    """The free letters of a line with their ranges."""
    if ctx.beside and ctx.role == "given":
        raise ctx.error("an equation within a definition", s, cure="give each branch one value")
    return {name: ranges.range_of(ctx, state, s) for name, state in ctx.free.items()}
