"""Other forms of definitions: abstract functions, mappings, functions, laws, implicit definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from symdl.language.dims import Axis, Dim, Shape
from symdl.language.reading.context import Context
from symdl.language.reading.decompositions import decomposition
from symdl.language.reading.heads import arguments
from symdl.language.reading.lines import finish_letters
from symdl.language.reading.moments import event_shape, law_of, text_of
from symdl.language.reading.names import (
    dimension,
    family_style,
    find,
    index_letter,
    letter_name,
    name_text,
    parts_of,
    unwrap,
)
from symdl.language.reading.quantities import of_declared, opened
from symdl.language.reading.relations import relation
from symdl.language.scope import Declaration, Scope, Signature
from symdl.language.surface import (
    Group,
    Infix,
    Related,
    Scripts,
    Seq,
    Styled,
    Surface,
)
from symdl.language.syntax import (
    Apply,
    Binder,
    IndexVar,
    Node,
    Relation,
    Symbol,
    Tuple,
)
from symdl.language.understanding import Definition

if TYPE_CHECKING:
    pass
from symdl.language.reading.bodies import acts_entry_by_entry


class Forms:
    """What `Definitions` does with lines that are no plain `name = expression`."""

    scope: Scope
    declare: Callable[[Declaration], None]
    context: Callable[[Surface, str], Context]
    definitions: list[Definition]
    _append: Callable[[Definition], None]

    def abstract(self, name: str, group: Group, s: Related, latex: str) -> None:
        """`L = L(Z)`: any differentiable function of Z."""
        ctx = self.context(s, latex)
        args = tuple(ctx.read(p) for p in arguments(group))
        for a, p in zip(args, arguments(group), strict=True):
            if not isinstance(a, Symbol):
                raise ctx.error("an abstract function takes declared names", p, expected="L = L(Z)")
        known = self.scope.lookup(name)
        shape: Shape = known.shape if known is not None else ()
        signature = Signature(tuple(a.shape for a in args), shape, tuple(a.name for a in args if isinstance(a, Symbol)))
        self.declare(Declaration(name, shape, "tensor", signature=signature, origin="given", defined=True))
        self._append(Definition(name, Symbol(name, shape), Apply(name, args, (), shape), (), "abstract", latex))

    def decomposition(self, s: Related, latex: str) -> None:
        """`(Q, \\Lambda) = \\operatorname{eigh}(A)`: a definition of each name on its left."""
        from symdl.language.reader import finish

        ctx = self.context(s, latex)
        node = finish(ctx, decomposition(ctx, s))
        if letters := finish_letters(ctx, s):
            raise ctx.error("an index is free in a decomposition", s.parts[1], found=", ".join(letters))
        assert isinstance(node, Relation)
        left, right = node.sides
        assert isinstance(left, Tuple)
        for symbol in left.items:
            assert isinstance(symbol, Symbol)
            known = self.scope.lookup(symbol.name) or Declaration(symbol.name, symbol.axes, origin="given")
            if known.defined:
                raise ctx.error(f"{symbol.name} is defined twice", s.parts[0], expected="one definition")
            self.declare(replace(known, defined=True))
        first = left.items[0]
        assert isinstance(first, Symbol)
        self._append(Definition(first.name, left, right, (), "decomposition", latex))

    def mapping(self, left: Surface, right: Related, latex: str) -> None:
        """`f : \\mathbb{R}^n \\to \\mathbb{R}`."""
        ctx = self.context(right, latex)
        name = name_text(unwrap(left))
        if name is None or len(right.parts) != 2:
            raise ctx.error("this declares no function", right, expected=r"f : \mathbb{R}^n \to \mathbb{R}")
        domain, target = unwrap(right.parts[0]), unwrap(right.parts[1])
        pieces = crossed(domain)
        arguments = tuple(self._space(ctx, p) for p in pieces)
        result = self._space(ctx, target)
        elementwise = len(arguments) == 1 and not arguments[0] and not result
        signature = Signature(arguments, result, elementwise=elementwise)
        self.declare(Declaration(name, result, "function", signature=signature, origin="given"))

    def _space(self, ctx: Context, s: Surface) -> Shape:
        """`\\mathbb{R}^{m \\times n}` as a shape; sizes that nobody knows yet become sizes here."""
        s = unwrap(s)
        sup = s.sup if isinstance(s, Scripts) else None
        base = unwrap(s.base) if isinstance(s, Scripts) else s
        if not (isinstance(base, Styled) and base.style in ("mathbb", "mathbf") and text_of(base) == "R"):
            raise ctx.error(
                "this is no space of numbers", s, expected=r"\mathbb{R}, \mathbb{R}^n or \mathbb{R}^{m \times n}"
            )
        if sup is None:
            return ()
        axes = []
        for part in crossed(unwrap(sup)):
            name = letter_name(part) or name_text(unwrap(part))
            if name is not None and dimension(ctx, part) is None and find(ctx, part) is None:
                self.scope = replace(self.scope, dimensions=self.scope.dimensions | {name})
                axes.append(Axis(Dim.of(name)))
                continue
            from symdl.language.reading.bounds import size_bound

            axes.append(Axis(size_bound(ctx, part)))
        return tuple(axes)

    def function(self, name: str, group: Group, s: Related, latex: str) -> None:
        """`f(z) = …`, a built-in one too."""
        ctx = self.context(s, latex)
        parameters = parameter_names(group) or []
        locals_: dict[str, Declaration] = {}
        args: list[Node] = []
        for p in parameters:
            known = find(ctx, p)
            pname = known.name if known is not None else name_text(p) or ""
            shape = known.shape if known is not None else ()
            if pname in locals_:
                raise ctx.error("a parameter stands twice", p)
            locals_[pname] = Declaration(pname, shape, origin="bound")
            args.append(Symbol(pname, shape))
        indices = _family_indices(ctx, s)
        body, binders = self._body(s, latex, locals_, indices)
        if (
            not binders
            and len(args) == 1
            and args[0].shape
            and body.shape == args[0].shape
            and acts_entry_by_entry(body)
        ):
            # σ(z) = 1/(1+e^{-z}) with a declared column z: a function of any number, which acts entry by entry
            (pname,) = locals_
            locals_ = {pname: Declaration(pname, origin="bound")}
            args = [Symbol(pname)]
            body, _ = self._body(s, latex, locals_)
        elementwise = len(args) == 1 and not args[0].shape and not body.shape and not binders
        quantity = not binders and not elementwise and of_declared(ctx, tuple(args))
        inside = opened(body, tuple(args), self.definitions) if quantity else body
        fixed, value, body = inside is None, body, inside if inside is not None else body
        signature = Signature(tuple(a.shape for a in args), body.shape, tuple(locals_), body, elementwise, fixed)
        self.declare(
            Declaration(
                name,
                body.shape,
                "function",
                members=binders,
                style=family_style(name) if binders else "sub",
                signature=signature,
                origin="given",
                defined=True,
            )
        )
        members = tuple(IndexVar(b.name) for b in binders)
        left = Apply(name, tuple(args), (), body.shape, members, elementwise)
        self._append(Definition(name, left, body, binders, "function", latex))
        if quantity:
            self._append(Definition(name, Symbol(name, body.shape), value, (), "value", latex))

    def _body(
        self, s: Related, latex: str, parameters: dict[str, Declaration], indices: tuple[str, ...] = ()
    ) -> tuple[Node, tuple[Binder, ...]]:
        """What a function is, and where the indices run that pick it from a family."""
        from symdl.language.reader import finish

        ctx = self.context(s, latex)
        ctx.locals = parameters
        ctx.elsewhere = frozenset(indices)
        ctx.subscripted |= frozenset(indices)  # l^{(i)}(w) = … x^{(i)} …: what picks the function picks the row
        body = ctx.read(s.parts[1])
        letters = finish_letters(ctx, s)
        loose = [n for n in letters if n not in indices]
        if loose:
            raise ctx.error("an index is free in the body of a function", s.parts[1], found=", ".join(loose))
        body = finish(ctx, body)
        binders = tuple(Binder(n, letters[n].substitute(ctx.sizes.values)) for n in indices if n in letters)
        return body, binders if len(binders) == len(indices) else ()

    def law(self, name: str, right: Surface, s: Related, latex: str) -> None:
        """`p = \\mathcal{N}(\\mu, \\sigma^2)`."""
        from symdl.language.reader import finish
        from symdl.language.syntax import Distribution

        ctx = self.context(s, latex)
        law = finish(ctx, law_of(ctx, right))
        assert isinstance(law, Distribution)
        shape = event_shape(ctx, law)
        outcomes = law.args[0].shape[0] if law.name == "categorical" and len(law.args[0].shape) == 1 else None
        self.declare(Declaration(name, shape, "distribution", origin="given", defined=True, outcomes=outcomes))
        self._append(Definition(name, Symbol(name, shape), law, (), "law", latex))

    def implicit(self, left: Surface, right: Related, latex: str) -> None:
        """`w^\\star : \\nabla_w J(w^\\star) = 0`."""
        from symdl.language.reader import finish

        ctx = self.context(right, latex)
        core = unwrap(left)
        name = name_text(core)
        if name is None:
            raise ctx.error("what is defined must be a name", left)
        known = find(ctx, core)
        if known is None and isinstance(core, Scripts):
            known = find(ctx, core.base)
        if known is None and isinstance(core, Styled):
            known = find(ctx, core.body)
        if known is None:
            raise ctx.error(
                f"the shape of {name} is not known",
                left,
                expected="a declared name",
                cure=f"declare {name} in [symbols]",
            )
        ctx.locals = {name: Declaration(name, known.shape)}
        sides = [(ctx.read(p), p) for p in right.parts]
        node = finish(ctx, relation(ctx, sides, ("=",), right, None))
        finish_letters(ctx, right)
        self.declare(Declaration(name, known.shape, origin="given", defined=True))
        self._append(Definition(name, Symbol(name, known.shape), node, (), "implicit", latex))


def _family_indices(ctx: Context, s: Related) -> tuple[str, ...]:
    """The letters of `f_i(x) = …` or `l^{(i)}(w) = …` that may pick one function of a family."""
    left = unwrap(s.parts[0])
    head = unwrap(left.items[0]) if isinstance(left, Seq) else left
    if not isinstance(head, Scripts) or head.primes:
        return ()
    raised = unwrap(head.sup) if head.sup is not None else None
    where = head.sub if raised is None else raised.body if isinstance(raised, Group) and head.sub is None else None
    if where is None:
        return ()
    names = [index_letter(ctx, p) for p in parts_of(where)]
    return tuple(n for n in names if n is not None) if None not in names else ()


def parameter_names(group: Group) -> list[Surface] | None:
    """The names in the brackets of `f(x, y)`, or None where they are not all names."""
    parts = [unwrap(p) for p in arguments(group)]
    return parts if parts and all(name_text(p) is not None for p in parts) else None


def crossed(s: Surface) -> list[Surface]:
    """The parts of `\\mathbb{R}^n \\times \\mathbb{R}^m` or `m \\times n`."""
    s = unwrap(s)
    if isinstance(s, Infix) and s.op == "times":
        return [*crossed(s.left), *crossed(s.right)]
    return [s]
