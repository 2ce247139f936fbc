"""`given`, line by line: values, functions, abstract functions, gradients, laws, implicit definitions, recurrences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from symdl.errors import ReadError
from symdl.language.parse import parse
from symdl.language.reading import quantities, recurrences
from symdl.language.reading.context import Context
from symdl.language.reading.decompositions import is_decomposition
from symdl.language.reading.densities import at_a_point, law_of_argument, names_law
from symdl.language.reading.forms import Forms, parameter_names
from symdl.language.reading.lines import Reading, finish_letters
from symdl.language.reading.names import (
    find,
    is_empty,
    name_text,
    unwrap,
    words_of,
)
from symdl.language.reading.quantified import introduced
from symdl.language.scope import Declaration, Scope, Signature
from symdl.language.surface import (
    Commas,
    Group,
    Infix,
    Prose,
    Related,
    Scripts,
    Seq,
    Surface,
)
from symdl.language.syntax import (
    Apply,
    Binder,
    Derivative,
    Entry,
    Implication,
    IndexVar,
    Node,
    Number,
    Relation,
    Symbol,
)
from symdl.language.tokens import tokenize
from symdl.language.understanding import Definition

if TYPE_CHECKING:
    from symdl.problem import Text
from symdl.language.reading.bodies import applied_scalars, inlined


class Definitions(Forms):
    """The scope and the definitions as they grow, line by line."""

    def __init__(self, scope: Scope, rebased: frozenset[tuple[str, int]] = frozenset()) -> None:
        self.scope, self.rebased = scope, rebased
        self.definitions: list[Definition] = []
        self.starts: dict[str, list[tuple[Related, str]]] = {}  # first values of recurrences whose step comes later
        self.recurring: set[str] = set()
        self.by_name: dict[str, list[Definition]] = {}
        self.started: frozenset[str] = frozenset()  # names whose first entry a line gave
        self.definable = {r"\pi", "e", "I"}  # built-in constants, until a line uses them
        self.applied: dict[str, Surface] = {}  # scalars that `w^⋆ : ∇_w L(w^⋆) = 0` applies, with their variable

    def expect(self, lines: Iterable[Text]) -> None:
        """Look ahead for recurrences of names that nobody declared."""
        for text in lines:
            try:
                surface = parse(text.value, words_of(self.scope))
            except ReadError:
                continue  # reported when the line itself is read
            self.recurring |= recurrences.step_names(self.scope, surface, text.value)
            self.applied |= applied_scalars(surface)

    def add(self, latex: str) -> None:
        surface = parse(latex, words_of(self.scope))
        self.statement(surface, latex)
        self.definable -= {t.text for t in tokenize(latex)}

    def close(self) -> None:
        for name, starts in self.starts.items():
            raise ReadError(
                f"{name} has a first value and no step",
                span=starts[0][0].span,
                found=starts[0][1],
                expected=f"a line such as  {name}_t = …{name}_{{t-1}}…",
            )

    def declare(self, declaration: Declaration) -> None:
        self.scope = self.scope.with_declaration(declaration)

    def context(self, surface: Surface, latex: str) -> Context:
        from symdl.language.reader import new_context

        ctx = new_context(surface, latex, self.scope, "given")
        ctx.started = self.started
        ctx.definable = frozenset(self.definable)
        return ctx

    # -------------------------------------------------------------------------------------------- forms

    def statement(self, s: Surface, latex: str) -> None:
        s = unwrap(s)
        if isinstance(s, Infix) and s.op == ":":
            right = unwrap(s.right)
            if isinstance(right, Related) and "→" in right.ops:
                return self.mapping(s.left, right, latex)
            if isinstance(right, Related) and right.ops == ("=",):
                return self.implicit(s.left, right, latex)
        s = introduced(self.context(s, latex), s)
        if isinstance(s, Commas) and all(isinstance(p, Related) for p in s.parts):
            for p in s.parts:
                self.statement(p, latex)
            return None
        if isinstance(s, Commas) and isinstance(s.parts[0], Related):
            return self.value(s, s.parts[0], latex)
        if isinstance(s, Related) and s.ops in (("=",), (":=",), ("≡",)):
            return self.equation(s, latex)
        if isinstance(s, Related) and s.ops == ("=", "="):
            ctx = self.context(s, latex)
            raise ctx.error("a definition has one equals sign", s, cure="write two lines")
        ctx = self.context(s, latex)
        raise ctx.error(
            "this defines nothing",
            s,
            expected="a definition such as  Z = X W",
            cure="what only restricts values belongs under `assume`",
        )

    def equation(self, s: Related, latex: str) -> None:
        left, right = unwrap(s.parts[0]), unwrap(s.parts[1])
        ctx = self.context(s, latex)
        if name_text(left) in self.scope.dimensions:
            raise self.named_as_size(name_text(left) or "", left, ctx)
        if is_decomposition(ctx, s):
            return self.decomposition(s, latex)
        name = name_text(left)
        if name is not None and isinstance(right, Seq) and len(right.items) == 2:
            head, group = right.items
            if isinstance(group, Group) and group.kind == "()":
                if name_text(unwrap(head)) == name:
                    return self.abstract(name, group, s, latex)
                if names_law(ctx, head) and not at_a_point(group):
                    return self.law(name, right, s, latex)
        if isinstance(left, Seq) and len(left.items) == 2 and isinstance(left.items[1], Group):
            group = left.items[1]
            fname = name_text(unwrap(left.items[0]))
            if fname is not None and group.kind == "()" and parameter_names(group) is not None:
                law = law_of_argument(ctx, group, right)
                if law is not None:
                    return self.law(fname, law, s, latex)
                unused = quantities.unused_parameters(ctx, group, s)
                if unused:
                    return self.called(unused, replace(s, parts=(left.items[0], right)), latex)
                return self.function(fname, group, s, latex)
        if recurrences.is_start(self, left) and name_text(unwrap(unindexed(left))) in self.recurring:
            self.starts.setdefault(name_text(unwrap(unindexed(left))) or "", []).append((s, latex))
            return None
        base = name_text(unwrap(unindexed(left)))
        if base in self.recurring and find(ctx, unindexed(left)) is None:
            if base in self.scope.dimensions:
                raise self.named_as_size(base or "", left, ctx)
            return recurrences.infer(self, base or "", s, latex)
        return self.value(s, s, latex)

    # ------------------------------------------------------------------------------------------- values

    def value(self, whole: Surface, s: Related, latex: str) -> None:
        """`name = expression`, indexed or not, perhaps under a condition in words."""
        ctx = self.context(whole, latex)
        reading = Reading(ctx, None)
        name = reading.own_name(s.parts[0]) if not is_empty(s.parts[0]) else None
        condition: Node | None = None
        if isinstance(whole, Commas):
            node = self._conditional(ctx, reading, whole)
            if isinstance(node, Implication):
                condition, node = node.left, node.right
        else:
            node = reading.related(s)
        if not isinstance(node, Relation):
            raise ctx.error("this defines nothing", s, expected="a definition such as  Z = X W")
        if name is not None and name[0] in self.scope.dimensions:
            raise self.named_as_size(name[0], s.parts[0], ctx)
        left, right = node.sides[0], node.sides[-1]
        letters = finish_letters(ctx, s)
        self._check_left(ctx, left, s)
        names = letters_of_left(left)
        loose = [n for n in letters if n not in names]
        if loose:
            raise ReadError(
                f"index {loose[0]} stands on the right of a definition only",
                span=s.span,
                found=f"{loose[0]} free on the right",
                expected=f"{loose[0]} among the indices on the left, or under a sum",
            )
        from symdl.language.reader import finish

        left, right = finish(ctx, left), finish(ctx, right)
        binders = tuple(Binder(n, letters[n].substitute(ctx.sizes.values)) for n in names)
        symbol = _symbol(left)
        if name is not None or self.scope.lookup(symbol.name) is None:
            zero = {k for name, k in self.rebased if name == symbol.name}
            axes = tuple(replace(a, base=0) if k in zero else a for k, a in enumerate(symbol.axes))
            self.declare(Declaration(symbol.name, axes, origin="given", defined=True))
        else:
            known = self.scope.lookup(symbol.name)
            assert known is not None
            self.declare(replace(known, defined=True))
        self._append(Definition(symbol.name, left, right, binders, _kind(left, right), latex, condition))
        if symbol.name in self.applied and isinstance(left, Symbol):
            self.also_function(symbol, self.applied[symbol.name], right, latex)

    def _conditional(self, ctx: Context, reading: Reading, whole: Commas) -> Node:
        """`a_i = … \\text{ for } i > 1`: the condition holds of the definition."""
        cut = next((k for k, p in enumerate(whole.parts) if isinstance(p, Prose)), None)
        if cut != 1:
            raise ctx.error("this defines nothing", whole, expected="a definition such as  Z = X W")
        conditions = reading.conditions(whole.parts[cut + 1 :], whole)
        first = whole.parts[0]
        assert isinstance(first, Related)
        node = reading.related(first)
        found = tuple(conditions)
        if not found:
            return node
        from symdl.language.syntax import Junction

        return Implication("implies", found[0] if len(found) == 1 else Junction("and", found), node)

    def named_as_size(self, name: str, s: Surface, ctx: Context) -> ReadError:
        what = f"{name} is a size, so that it can't name a quantity too"
        return ctx.error(what, s, expected="another name for the one or the other")

    def called(self, names: tuple[str, ...], s: Related, latex: str) -> None:
        """`L(\\theta) = …` of parameters that only stand for all the others: L, which may be written so."""
        before = len(self.definitions)
        self.value(s, s, latex)
        for d in self.definitions[before:]:
            known = self.scope.lookup(d.name)
            if known is not None:
                self.declare(replace(known, called=names))

    def _check_left(self, ctx: Context, left: Node, s: Related) -> None:
        symbol = left.base if isinstance(left, Entry) else left
        if not isinstance(symbol, Symbol):
            raise ctx.error(
                "what is defined must be a name", s.parts[0], expected="a name, alone or with indices, on the left"
            )

    def _append(self, d: Definition) -> None:
        for old in self.by_name.get(d.name, ()):
            if old.left == d.left and old.condition is None and d.condition is None:
                raise ReadError(f"{d.name} is defined twice", found=d.latex, expected="one definition")
        self.definitions.append(d)
        self.by_name.setdefault(d.name, []).append(d)
        if _at_constant(d.left):
            self.started |= {d.name}

    def also_function(self, symbol: Symbol, variable: Surface, body: Node, latex: str) -> None:
        """A defined scalar that is applied at another point is a function of its variable too."""
        ctx = self.context(variable, latex)
        found = find(ctx, variable)
        if found is None or found.kind != "tensor" or found.members:
            return
        parameter = Symbol(found.name, found.shape)
        body = inlined(body, found.name, self.definitions)
        signature = Signature((found.shape,), symbol.axes, (found.name,), body)
        known = self.scope.lookup(symbol.name)
        assert known is not None
        self.declare(replace(known, signature=signature))
        self._append(
            Definition(symbol.name, Apply(symbol.name, (parameter,), (), symbol.axes), body, (), "function", latex)
        )


def unindexed(s: Surface) -> Surface:
    """`m` of `m_t`; the whole where there is no subscript."""
    s = unwrap(s)
    if isinstance(s, Scripts) and s.sub is not None:
        return Scripts(s.span, s.base, None, s.sup, s.primes) if s.sup is not None or s.primes else s.base
    return s


def _symbol(left: Node) -> Symbol:
    node = left.base if isinstance(left, Entry) else left
    assert isinstance(node, Symbol)
    return node


def _at_constant(left: Node) -> bool:
    """Is it one entry, or one member, that a definition gives: `h_0 = x`?"""
    symbol = left.base if isinstance(left, Entry) else left
    indices = (*getattr(symbol, "members", ()), *(left.indices if isinstance(left, Entry) else ()))
    return any(isinstance(i, Number) for i in indices)


def letters_of_left(left: Node) -> list[str]:
    nodes = [*(left.indices if isinstance(left, Entry) else ()), *_symbol(left).members]
    out: list[str] = []
    for n in nodes:
        out += [x.name for x in n.walk() if isinstance(x, IndexVar)]
    return list(dict.fromkeys(out))


def _kind(left: Node, right: Node) -> str:
    """value, gradient, or the two parts of a recurrence."""
    name = _symbol(left).name
    if any(isinstance(n, Symbol) and n.name == name for n in right.walk()):
        return "step"
    indices = [*(left.indices if isinstance(left, Entry) else ()), *_symbol(left).members]
    if indices and not letters_of_left(left):
        return "start"
    return "gradient" if isinstance(right, Derivative) and isinstance(left, Symbol) else "value"
