"""Own names: `name = expression` with a name nobody declared is a definition (rule 13)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from symdl.errors import ReadError
from symdl.language.dims import Axis, Shape
from symdl.language.names import canonical
from symdl.language.reading import ranges, scan, wholes
from symdl.language.reading.context import Context
from symdl.language.reading.derivatives import head_of
from symdl.language.reading.names import (
    dimension,
    family_style,
    find,
    index_letter,
    index_of,
    letter_name,
    name_text,
    plain,
    unwrap,
)
from symdl.language.reading.own_functions import applied, own_function
from symdl.language.reading.relations import relation
from symdl.language.scope import Declaration, Signature
from symdl.language.surface import (
    Commas,
    Group,
    Letter,
    Prose,
    Related,
    Scripts,
    Seq,
    Surface,
    Word,
)
from symdl.language.syntax import (
    Apply,
    Binder,
    Entry,
    IndexVar,
    Node,
    Symbol,
)

_MARKS = (r"\star", "*", r"\ast", r"\dagger", "+")  # `x^\star` is a name of its own beside x
_NEVER_NAMES = (r"\infty", r"\partial", r"\nabla", ":")


@dataclass(frozen=True)
class Own:
    """A name that a line defines: its two sides, and the letters that index it."""

    name: str
    left: Node
    right: Node
    letters: tuple[str, ...] = ()


def declaration_of(name: str, left: Node, right: Node, binders: tuple[Binder, ...] = ()) -> Declaration:
    """What the lines below know of a name that a line defines; of a family, with its members' letters."""
    if isinstance(left, Apply):
        parameters = tuple(a.name for a in left.args if isinstance(a, Symbol))
        signature = Signature(tuple(a.shape for a in left.args), left.result, parameters, right, left.elementwise)
        return Declaration(name, left.result, "function", signature=signature, origin="work", defined=True)
    symbol = next(n for n in left.walk() if isinstance(n, Symbol) and n.name == name)
    members = binders if symbol.members else ()
    return Declaration(name, symbol.axes, members=members, style=symbol.style, origin="work", defined=True)


class OwnNames:
    """What a `Reading` does with a new name alone on the left."""

    ctx: Context
    own: list[Own]
    side_by_side: bool

    def in_order(self, parts: list[Surface]) -> list[int]:
        """The parts of a line, each after those that define the names it uses: `g - m, \\quad m = \\ldots`."""
        names = {k: n for k, p in enumerate(parts) if (n := self._defined_by(p)) is not None}
        left = list(range(len(parts)))
        out: list[int] = []
        while left:
            waiting = {n for k, n in names.items() if k in left}
            ready = next((k for k in left if not _uses(parts[k], waiting - {names.get(k, "")}, k in names)), left[0])
            left.remove(ready)
            out.append(ready)
        return out

    def _defined_by(self, part: Surface) -> str | None:
        """The new name that a statement defines."""
        if self.ctx.role != "work" or not isinstance(part, Related) or part.ops[0] not in ("=", ":=", "≡"):
            return None
        left = part.parts[0]
        if isinstance(left, Seq) and not left.items:
            return None
        own = self.own_name(left) or own_function(self.ctx, left)
        return None if own is None else own[0]

    def define(
        self, name: str, left: Node, right: Node, letters: tuple[str, ...] = (), members: tuple[Binder, ...] = ()
    ) -> None:
        """Keep a definition, and let the rest of the line know its name."""
        self.own.append(Own(name, left, right, letters))
        if self.side_by_side:
            self.ctx.scope = self.ctx.scope.with_declaration(declaration_of(name, left, right, members))

    def own_name(self, s: Surface) -> tuple[str, tuple[Surface, ...]] | None:
        """A name nobody declared that stands alone, with the letters that index it."""
        ctx = self.ctx
        s = unwrap(s)
        whole = wholes.new_name(ctx, s) or self._spelled_name(s)
        if whole is not None:
            return whole, ()
        name = name_text(s)
        if name is None or find(ctx, s) is not None or dimension(ctx, s) is not None:
            return None
        if isinstance(s, Seq) and head_of(s.items[0]) == r"\nabla":
            return None  # ∇f = … is a claim about a gradient, never its name
        if isinstance(s, Group) or (_built_in(s) and not _redefined(ctx, s)):
            return None
        if isinstance(s, Scripts):
            if head_of(s) is not None:
                return None
            sup = unwrap(s.sup) if s.sup is not None else None
            if isinstance(sup, Letter) and sup.text in (r"\top", "T", r"\intercal"):
                return None
            if sup is not None and self._known(s.base, sup):
                return None
            if ctx.role == "given" and isinstance(sup, Letter) and sup.text in (r"\star", "*", r"\ast"):
                return name, ()  # w^⋆ = arg min beside a w
            if s.sub is not None and s.sup is None and not s.primes and _is_word(ctx, s.sub):
                return name, ()  # y_{\text{true}}: words are no indices
            marked = isinstance(sup, Letter) and sup.text in _MARKS and s.sub is None and not s.primes
            if find(ctx, s.base) is not None and not marked and (s.sub is not None or s.primes == 0):
                base = find(ctx, s.base)
                if base is not None and (base.shape or base.members or s.sub is None):
                    return None
            if _family_member(ctx, s):
                return None
            if isinstance(sup, Group) and sup.kind in ("()", "[]") and s.sub is None and not s.primes:
                raised = self._index_letters(sup.body)  # x^{(i)} = X_{i:}^\top
                if raised is not None:
                    return name, raised
            if s.sub is not None and not s.primes and s.sup is None and _labels_family(ctx, name):
                return name, ()
            if s.sub is not None:
                letters = self._index_letters(s.sub)
                if letters is not None:
                    stem = Scripts(s.span, s.base, None, s.sup, s.primes) if s.sup or s.primes else s.base
                    stem_name = name_text(stem)
                    if stem_name is not None and find(ctx, stem) is None:
                        return name if dimension(ctx, stem) is not None else stem_name, letters
        letter = letter_name(s)
        if letter is not None and letter in ctx.mentioned and ctx.role == "work":
            return None
        return name, ()

    def _spelled_name(self, s: Surface) -> str | None:
        """`AUC = …`, `loss = …` in plain letters, none of which means anything of its own."""
        ctx = self.ctx
        items = s.items if isinstance(s, Seq) else ()
        letters = [x.text for x in items if isinstance(x, Letter) and len(x.text) == 1 and x.text.isascii()]
        if len(letters) < 2 or len(letters) != len(items) or not "".join(letters).isalpha() or letters[0] == "d":
            return None
        if any(a.span.end != b.span.start for a, b in pairwise(items)) or any(n in ctx.mentioned for n in letters):
            return None
        if any(find(ctx, x) is not None or dimension(ctx, x) is not None for x in items):
            return None
        return "".join(letters)

    def defining_function(self, s: Related, ops: tuple[str, ...], own: tuple[str, tuple[Declaration, ...]]) -> Node:
        """`R(W) = expr`: a function of this derivation's own."""
        ctx = self.ctx
        name, parameters = own
        sides = [(ctx.read(p), p) for p in s.parts[1:]]
        left = applied(ctx, name, parameters, sides[0][0], s)
        self.define(name, left, sides[0][0])
        ctx.note(f"{name} is a function of this derivation's own, defined here")
        return relation(ctx, [(left, s.parts[0]), *sides], ops, s, None)

    def _known(self, base: Surface, power: Surface) -> bool:
        """Is it a power of something known (e^x, n^2), or to a known one (q^x)? Then it is no name."""
        ctx = self.ctx
        if _built_in(base) or dimension(ctx, base) is not None:
            return True
        return find(ctx, power) is not None or dimension(ctx, power) is not None

    def _index_letters(self, sub: Surface) -> tuple[Surface, ...] | None:
        core = unwrap(sub)
        if isinstance(core, Commas):
            pieces: tuple[Surface, ...] = core.parts
        elif isinstance(core, Seq):
            pieces = core.items
        else:
            pieces = (core,)
        if all(index_letter(self.ctx, p) is not None for p in pieces):
            return pieces
        return None

    def defining(self, s: Related, ops: tuple[str, ...], name: tuple[str, tuple[Surface, ...]]) -> Node:
        """`name = expr`: its shape and its indices' ranges follow from the right side."""
        ctx = self.ctx
        text, letters = name
        right_letters = set().union(*(scan.free_letters(ctx, p) for p in s.parts[1:]))
        before = set(ctx.free)
        names = [letter_name(p) or "" for p in letters]
        label = name_text(unwrap(s.parts[0])) or text
        unindexed = letters and not right_letters & set(names)  # in no subscript on the right: v_A is a name
        if unindexed and not set(names) & set().union(*(scan.letters_inside(ctx, p) for p in s.parts[1:])):
            text, names = label, []
        ctx.elsewhere = frozenset(names)
        sides = [(ctx.read(p), p) for p in s.parts[1:]]
        if unindexed and not set(names) <= set(ctx.free):
            text, names = label, []
        shape: Shape = ctx.shape(sides[0][0])
        members = tuple(Binder(n, ranges.range_of(ctx, ctx.free_letter(n), s.parts[0])) for n in names)
        axes = []
        for r in (b.range for b in members):
            base = r.first.constant
            axes.append(Axis(r.last - r.first + 1, base if base is not None else 1))
        unbound = sorted((set(ctx.free) - before | set(ctx.free) & right_letters) - set(names))
        if unbound:
            raise ReadError(
                f"index {unbound[0]} stands on the right of a definition only",
                span=s.span,
                found=f"{unbound[0]} free on the right",
                expected=f"{unbound[0]} among the indices on the left, or under a sum",
            )
        letters_ = tuple(IndexVar(n) for n in names)
        ragged = any(n in d.names for n in names for a in shape for d in (a.size, *a.factors))
        left: Node
        if names and (ragged or text == label):
            # members of different sizes, as `\delta_l = \partial L / \partial z_l`, or N_k beside a size N: a family
            text = text if text == label else canonical_member(text, names)
            left = Symbol(text, shape, letters_, family_style(text))
        else:
            symbol = Symbol(text, (*axes, *shape))
            left = Entry(symbol, letters_) if names else symbol
        self.define(text, left, sides[0][0], tuple(names), members)
        ctx.note(f"{text} is a name of this derivation's own, defined here")
        return relation(ctx, [(left, s.parts[0]), *sides], ops, s, None)


def canonical_member(stem: str, letters: list[str]) -> str:
    """The name that a family is declared by: its stem with its letters."""
    written = ",".join(letters) if any(len(n) > 1 for n in letters) else "".join(letters)
    return canonical(f"{stem}_{{{written}}}")


def _uses(part: Surface, names: set[str], defines: bool) -> bool:
    """Does a statement use one of these names, its own left side aside?"""
    sides = part.parts[1:] if defines and isinstance(part, Related) else (part,)
    return any(scan.uses(p, names) for p in sides)


def _built_in(s: Surface) -> bool:
    """Letters that mean something where nobody declares them are no new names (I, \\pi, \\infty)."""
    core = unwrap(s)
    return isinstance(core, Letter) and core.text in ("I", r"\pi", "e", *_NEVER_NAMES)


def _redefined(ctx: Context, s: Surface) -> bool:
    """A definition makes a built-in constant a name like any other: in `given` unless used before, e and π in work."""
    core = unwrap(s)
    constants = ctx.definable if ctx.role == "given" else frozenset(("e", r"\pi"))
    return isinstance(core, Letter) and core.text in constants


def _is_word(ctx: Context, sub: Surface) -> bool:
    """Is a subscript a word of several letters that nobody declared?"""
    core = unwrap(sub)
    return isinstance(core, Word | Prose) and len(core.text.strip()) > 1 and find(ctx, core) is None


def _labels_family(ctx: Context, name: str) -> bool:
    """`v_A` beside a family `v_{A,i}`: the subscript is a label, no index."""
    families = index_of(ctx.scope).families
    return (name, "sub") in families or (plain(name), "sub") in families


def _family_member(ctx: Context, s: Scripts) -> bool:
    families = index_of(ctx.scope).families
    for style in ("sub", "paren", "bracket"):
        raised = () if style == "sub" else (Scripts(s.span, s.base, s.sub, None, s.primes),)
        for base in (s.base, *raised, Scripts(s.span, s.base, None, s.sup, s.primes)):
            name = name_text(base)
            if name is not None and ((name, style) in families or (plain(name), style) in families):
                return True
    return False
