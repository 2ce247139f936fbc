"""Numbers, names, powers, transposes, groups: what stands between operators."""

from __future__ import annotations

from fractions import Fraction as Rational

from symdl.errors import ReadError
from symdl.language.dims import Dim
from symdl.language.functions import APPLIED_LETTERS, is_function_word
from symdl.language.reading import entries
from symdl.language.reading.context import Context, reads
from symdl.language.reading.names import (
    dimension,
    find,
    find_name,
    index_letter,
    index_of,
    is_empty,
    letter_name,
    name_text,
    parts_of,
    plain,
    read_in_index,
    to_dim,
    unwrap,
)
from symdl.language.reading.unify import transposed
from symdl.language.scope import Declaration
from symdl.language.surface import Digits, Group, Letter, Prefix, Scripts, Seq, Styled, Surface, Word
from symdl.language.syntax import (
    Apply,
    BasisVector,
    Constant,
    Delta,
    Function,
    HadamardPower,
    Identity,
    IndexVar,
    Inverse,
    Neg,
    Node,
    Number,
    Ones,
    Power,
    Size,
    Symbol,
    Transpose,
    Zeros,
)


@reads(Digits)
def digits(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Digits)
    if len(s.text) > 400 or ("e" in s.text.lower() and len(s.text.lower().partition("e")[2].lstrip("+-")) > 3):
        raise ctx.error("a number is too long", s)
    return Number(Rational(s.text), s.text)


def symbol(ctx: Context, d: Declaration, members: tuple[Node, ...] = (), s: Surface | None = None) -> Node:
    """The node for a declared name; a defined function's bare name is its value at its own parameters."""
    if d.kind == "function" and d.signature is not None and not d.members:
        args = []
        for p in d.signature.parameters:
            found = ctx.lookup(p)
            if found is None or found.kind != "tensor":
                assert s is not None
                raise ctx.error(
                    f"{d.name} is a function", s, expected="its argument in parentheses", cure=f"write  {d.name}({p})"
                )
            args.append(Symbol(found.name, found.shape, integer=found.integer))
        if not args:
            assert s is not None
            raise ctx.error(f"{d.name} is a function", s, expected="its argument in parentheses")
        g = d.signature
        return Apply(d.name, tuple(args), result=g.result, elementwise=g.elementwise)
    axes = d.shape
    if d.members:
        values = {b.name: v for b, m in zip(d.members, members, strict=True) if (v := to_dim(m)) is not None}
        axes = tuple(type(a)(a.size.substitute(values), a.base) for a in axes)
    return Symbol(d.name, axes, members, d.style if d.members else "sub", d.integer)


def member(ctx: Context, d: Declaration, indices: tuple[Surface, ...], s: Surface) -> Node:
    """A family's member, `W_{l-1}`: its indices run over the family's ranges."""
    nodes = []
    for b, part in zip(d.members, indices, strict=True):
        node = read_in_index(ctx, part)
        dim = to_dim(node)
        if dim is None:
            raise ctx.error("a member's index must be a letter or a whole number", part)
        r = b.range.substitute(
            {c.name: v for c, n in zip(d.members, nodes, strict=False) if (v := to_dim(n)) is not None}
        )
        if dim.constant is not None:
            low, high = r.first.constant, r.last.constant
            if (low is not None and dim.constant < low) or (high is not None and dim.constant > high):
                raise ctx.misfit("an index outside its range", part, str(dim), str(r))
        entries.note_range(ctx, dim, r.first, r.last, _range_axis(r.first, r.last), part, ctx.text(s))
        nodes.append(node)
    return symbol(ctx, d, tuple(nodes), s)


def _range_axis(first: Dim, last: Dim):  # type: ignore[no-untyped-def]
    from symdl.language.dims import Axis

    return Axis(last - first + 1, first.constant if first.constant is not None else 1)


@reads(Letter)
def letter(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Letter)
    return _name(ctx, s)


@reads(Styled)
def styled(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Styled)
    found = _try_name(ctx, s)
    if found is not None:
        return found
    body = unwrap(s.body)
    if s.style in ("mathbf", "boldsymbol", "bm", "mathbb", "mathds") and isinstance(body, Digits):
        if body.text == "1":
            return Ones((ctx.sizes.fresh(r"\mathbf{1}", s.span),))
        if body.text == "0":
            return Zeros((ctx.sizes.fresh(r"\mathbf{0}", s.span),))
    if s.style in ("mathbf", "boldsymbol", "bm", "mathrm", "mathit", "mathsf"):
        forms = index_of(ctx.scope).by_plain.get(plain(name_text(s) or ""), ())
        if len(forms) > 1:
            raise ctx.error("which of the declared forms is meant?", s, expected=" or ".join(forms))
        return ctx.read(s.body)
    raise ctx.unknown(name_text(s) or ctx.text(s), s)


@reads(Word)
def word(ctx: Context, s: Surface) -> Node:
    assert isinstance(s, Word)
    found = _try_name(ctx, s)
    if found is not None:
        return found
    if len(s.text) == 1:
        return _name(ctx, Letter(s.span, s.text))
    if is_function_word(s.text):
        raise ctx.error(f"{s.text} has no argument", s, expected="what it is applied to")
    raise ctx.unknown(s.text, s)


def _try_name(ctx: Context, s: Surface) -> Node | None:
    found = find(ctx, s)
    if found is not None and not found.members:
        return symbol(ctx, found, (), s)
    size = dimension(ctx, s)
    return None if size is None else Size(size)


def _name(ctx: Context, s: Letter) -> Node:
    bound = letter_name(s)
    if bound is not None and ctx.is_bound(bound):
        return IndexVar(bound)
    found = _try_name(ctx, s)
    if found is not None:
        return found
    if s.text == "I":
        axis = ctx.sizes.fresh("I", s.span)
        return Identity(axis)
    if s.text == "e":
        return Constant("e")
    if s.text == r"\pi":
        return Constant("pi")
    if s.text == r"\infty":
        return Constant("infinity")
    name = index_letter(ctx, s)
    if name is not None and (ctx.in_index or name in ctx.mentioned or name in ctx.scope.indices):
        return entries.free_index(ctx, name)
    if s.text in APPLIED_LETTERS:
        raise ctx.error(
            f"{s.text} stands without an argument", s, expected=f"a declared name, or  {s.text}(…)  for the function"
        )
    raise ctx.unknown(s.text, s)


@reads(Scripts)
def scripts(ctx: Context, s: Surface) -> Node:
    """A base with scripts: the longest declared name first, the scripts that are left are indices and powers."""
    assert isinstance(s, Scripts)
    parts = _split_superscript(ctx, s)
    if parts is not None:
        return ctx.read(parts)
    node, sub, sup, primes = resolve_base(ctx, s)
    if primes:
        raise ctx.unknown(name_text(Scripts(s.span, s.base, None, None, s.primes)) or ctx.text(s), s)
    if not is_empty(sub):
        assert sub is not None
        node = entries.entry(ctx, node, sub, s)
    if not is_empty(sup):
        assert sup is not None
        node = superscript(ctx, node, sup, s)
    return node


def _split_superscript(ctx: Context, s: Scripts) -> Scripts | None:
    """`x^{(i)\\top}`, `w^{\\star\\top}`: an index or a mark, then a transpose or a power of the whole."""
    sup = unwrap(s.sup) if s.sup is not None else None
    if not isinstance(sup, Seq) or len(sup.items) != 2 or find(ctx, s) is not None:
        return None
    first, last = sup.items
    core = unwrap(first)
    marked = isinstance(core, Group) and core.kind in ("()", "[]")
    marked = marked or (isinstance(core, Letter) and core.text in (r"\star", "*", r"\ast"))
    if marked or is_transpose(ctx, unwrap(last)):
        return Scripts(s.span, Scripts(s.span, s.base, s.sub, first, s.primes), None, last, 0)
    return None


def resolve_base(ctx: Context, s: Scripts) -> tuple[Node, Surface | None, Surface | None, int]:
    """The named thing in scripts, and the scripts that are not part of its name."""
    for sub, sup in ((s.sub, s.sup), (s.sub, None), (None, s.sup), (None, None)):
        if sub is None and sup is None:
            continue
        found = find(ctx, Scripts(s.span, s.base, sub, sup, s.primes))
        if found is not None and not found.members:
            node = symbol(ctx, found, (), s)
            return node, None if sub is not None else s.sub, None if sup is not None else s.sup, 0
        if sub is not None and sup is None:
            size = dimension(ctx, Scripts(s.span, s.base, sub, None, s.primes))
            if size is not None and not s.primes:
                return Size(size), None, s.sup, 0
    family = _family(ctx, s)
    if family is not None:
        return family
    if s.primes:
        found = find(ctx, Scripts(s.span, s.base, None, None, s.primes))
        if found is not None and not found.members:
            return symbol(ctx, found, (), s), s.sub, s.sup, 0
        name = letter_name(Scripts(s.span, s.base, None, None, s.primes))
        if name is not None and (ctx.is_bound(name) or ctx.in_index):
            return entries.free_index(ctx, name) if not ctx.is_bound(name) else IndexVar(name), s.sub, s.sup, 0
    base = unwrap(s.base)
    if isinstance(base, Group) and base.kind == "‖‖" and s.sub is not None:
        from symdl.language.reading.groups import norm

        return norm(ctx, base, s.sub), None, s.sup, s.primes
    special = _special(ctx, s)
    if special is not None:
        return special
    _refuse_names(ctx, s)
    return ctx.read(s.base), s.sub, s.sup, s.primes


def _family(ctx: Context, s: Scripts) -> tuple[Node, Surface | None, Surface | None, int] | None:
    """`W_l`, `x^{(i)}_j`, `W^{[l]}`: members of a declared family."""
    families = index_of(ctx.scope).families
    if not families:
        return None
    sup = unwrap(s.sup) if s.sup is not None else None
    if isinstance(sup, Group) and sup.kind in ("()", "[]"):
        style = "paren" if sup.kind == "()" else "bracket"
        for sub in (s.sub, None):
            name = name_text(Scripts(s.span, s.base, sub, None, s.primes)) if sub or s.primes else name_text(s.base)
            family = families.get((name or "", style)) or families.get((plain(name or ""), style))
            if family is not None:
                parts = parts_of(sup.body)
                if len(parts) != len(family.declaration.members):
                    raise ctx.error("a member has the wrong number of indices", sup)
                return member(ctx, family.declaration, parts, s), None if sub is not None else s.sub, None, 0
    if s.sub is not None:
        for name in (name_text(Scripts(s.span, s.base, None, s.sup, s.primes)), name_text(_primed(s))):
            family = families.get((name or "", "sub")) or families.get((plain(name or ""), "sub"))
            if family is None:
                continue
            d = family.declaration
            count = len(d.members)
            parts = tuple(entries.subscript_parts(ctx, s.sub, count + len(d.shape)))
            if len(parts) < count:
                raise ctx.error("a member has too few indices", s, expected=f"{count} indices")
            node = member(ctx, d, parts[:count], s)
            took_sup = s.sup is not None and name == name_text(Scripts(s.span, s.base, None, s.sup, s.primes))
            if len(parts) > count:
                from symdl.language.surface import Commas

                node = entries.entry(ctx, node, Commas(s.sub.span, parts[count:]), s)
            return node, None, None if took_sup else s.sup, 0
    return None


def _primed(s: Scripts) -> Surface:
    return Scripts(s.span, s.base, None, None, s.primes) if s.primes else s.base


def _special(ctx: Context, s: Scripts) -> tuple[Node, Surface | None, Surface | None, int] | None:
    """I_n, \\mathbf{1}_n, \\mathbf{0}_{m×n}, e_k, δ_ij, where nobody declared them."""
    base = unwrap(s.base)
    bare = base
    while isinstance(bare, Styled) and bare.style in ("mathbf", "boldsymbol", "bm", "mathrm", "mathbb", "mathit"):
        bare = unwrap(bare.body)
    if s.primes:
        return None
    if isinstance(bare, Letter) and bare.text == "I" and s.sub is not None and find(ctx, base) is None:
        size = _as_size(ctx, s.sub)
        if size is not None:
            return Identity(size), None, s.sup, 0
        return Identity(ctx.sizes.fresh("I", s.span)), s.sub, s.sup, 0
    if isinstance(bare, Digits) and base is not bare and bare.text in ("0", "1") and s.sub is not None:
        kind = Ones if bare.text == "1" else Zeros
        axes = _as_shape(ctx, s.sub)
        if axes is not None:
            return kind(axes), None, s.sup, 0
        from symdl.language.reading.conditions import indicator_subscript

        condition = indicator_subscript(ctx, s.sub)
        if condition is not None:
            return condition, None, s.sup, 0
        return None
    if isinstance(bare, Letter) and bare.text == "e" and find(ctx, base) is None:
        if s.sub is not None:
            axis = ctx.sizes.fresh("e_k", s.span)
            index = entries.read_index(ctx, s.sub, axis, ctx.text(s))
            return BasisVector(index, axis), None, s.sup, 0
        if s.sup is not None and base is bare:
            exponent = ctx.read(s.sup)
            return Function("exp", (exponent,)), None, None, 0
    if isinstance(bare, Letter) and bare.text == r"\delta" and s.sub is not None and find(ctx, base) is None:
        parts = entries.subscript_parts(ctx, s.sub, 2)
        if len(parts) == 2:
            left, right = (read_in_index(ctx, p) for p in parts)
            return Delta(left, right), None, s.sup, 0
    return None


def _as_size(ctx: Context, sub: Surface):  # type: ignore[no-untyped-def]
    from symdl.language.dims import Axis

    node = ctx.attempt(lambda: ctx.read(sub))
    if isinstance(node, ReadError):
        return None
    size = to_dim(node)
    if size is None or any(ctx.letter(n) is not None and n not in ctx.scope.dimensions for n in size.names):
        return None
    return Axis(size)


def _as_shape(ctx: Context, sub: Surface):  # type: ignore[no-untyped-def]
    """`n`, `m \\times n`, `{m, n}`: the sizes of \\mathbf{1} and \\mathbf{0}."""
    from symdl.language.surface import Infix

    parts = parts_of(sub)
    if len(parts) == 1 and isinstance(unwrap(parts[0]), Infix) and unwrap(parts[0]).op == "times":  # type: ignore[attr-defined]
        product = unwrap(parts[0])
        assert isinstance(product, Infix)
        parts = (product.left, product.right)
    axes = tuple(_as_size(ctx, p) for p in parts)
    return None if any(a is None for a in axes) else axes


def _refuse_names(ctx: Context, s: Scripts) -> None:
    """A scripted name whose base alone can't carry these scripts gets an error about the name itself."""
    sup = unwrap(s.sup) if s.sup is not None else None
    if isinstance(sup, Group) and sup.kind in ("()", "[]") and not isinstance(unwrap(s.base), Group):
        raise ctx.unknown(name_text(s) or ctx.text(s), s)
    if isinstance(sup, Letter) and sup.text in (r"\star", "*", r"\ast", r"\dagger", "+"):
        raise ctx.unknown(name_text(s) or ctx.text(s), s)
    base = find(ctx, s.base)
    if s.sub is not None and letter_name(s.base) is not None and not ctx.is_bound(letter_name(s.base) or ""):
        name = name_text(Scripts(s.span, s.base, s.sub, None, s.primes))
        if (base is None and dimension(ctx, s.base) is None) or (base is not None and not base.shape and name):
            raise ctx.unknown(name or ctx.text(s), s)


# ------------------------------------------------------------------------------------------------ superscripts


def superscript(ctx: Context, base: Node, sup: Surface, s: Surface) -> Node:
    """`^\\top`, `^{-1}`, `^{-\\top}`, `^{\\odot 2}`, `^2`, `^{n-1}`."""
    core = unwrap(sup)
    if is_transpose(ctx, core):
        return transpose(ctx, base, s)
    if isinstance(core, Prefix) and core.op == "-":
        inner = unwrap(core.body)
        if is_transpose(ctx, inner):
            return transpose(ctx, inverse(ctx, base, s), s)
        if isinstance(inner, Digits) and inner.text == "1" and len(ctx.shape(base)) == 2:
            return inverse(ctx, base, s)
    entrywise = hadamard_exponent(core)
    if entrywise is not None:
        exponent = ctx.read(entrywise)
        if len(ctx.shape(base)) < 2:
            return Power(base, exponent)
        return HadamardPower(base, exponent)
    if isinstance(core, Group) and core.kind in ("()", "[]"):
        raise ctx.error(
            "a superscript in parentheses is an index or part of a name, never a power",
            s,
            expected="a declared family or name",
            cure="declare it in [symbols]",
        )
    if isinstance(core, Letter) and core.text in (r"\star", "*", r"\ast", r"\dagger", "+", r"\prime"):
        raise ctx.unknown(ctx.text(s), s)
    return power(ctx, base, ctx.read(sup), s)


def is_transpose(ctx: Context, s: Surface) -> bool:
    """`\\top`, `\\intercal`, `\\mathsf{T}`, and `T` unless it is declared (rule 4)."""
    if isinstance(s, Letter):
        if s.text in (r"\top", r"\intercal"):
            return True
        return s.text == "T" and ctx.lookup("T") is None and "T" not in ctx.scope.dimensions and not ctx.is_bound("T")
    if isinstance(s, Styled) and s.style in ("mathsf", "mathrm", "mathtt", "text", "sf"):
        body = unwrap(s.body)
        return isinstance(body, Letter) and body.text in ("T", r"\top") and find_name(ctx, ctx.text(s)) is None
    return (
        isinstance(s, Word)
        and s.text in ("T", "t")
        and s.command in ("mathsf", "mathrm", "text", "operatorname", "intercal")
    )


def hadamard_exponent(s: Surface) -> Surface | None:
    """The 2 of `^{\\odot 2}`."""
    from symdl.language.surface import Infix

    if isinstance(s, Infix) and s.op in ("odot", "circ") and is_empty(s.left):
        return s.right
    if isinstance(s, Prefix) and s.op in ("odot", "circ"):
        return s.body
    if isinstance(s, Seq) and len(s.items) == 2:
        first = s.items[0]
        if isinstance(first, Letter) and first.text in (r"\odot", r"\circ"):
            return s.items[1]
    return None


def transpose(ctx: Context, base: Node, s: Surface) -> Node:
    shape = ctx.shape(base)
    if not shape:
        return base
    if transposed(shape) is None:
        raise ctx.misfit("a transpose of a tensor with more than two axes", s, ctx.describe(base), "a matrix")
    if isinstance(base, Transpose):
        return base.body
    return Transpose(base)


def inverse(ctx: Context, base: Node, s: Surface) -> Node:
    shape = ctx.shape(base)
    if len(shape) == 2 and ctx.sizes.equal(shape[0], shape[1]):
        return Inverse(base)
    raise ctx.misfit("an inverse of what is not a square matrix", s, ctx.describe(base), "a square matrix")


def power(ctx: Context, base: Node, exponent: Node, s: Surface) -> Node:
    """A power: of a scalar or a column (entry by entry), or of a square matrix by a whole number."""
    shape = ctx.shape(base)
    if ctx.shape(exponent):
        raise ctx.misfit("an exponent must be a scalar", s, ctx.describe(exponent), "a scalar")
    if len(shape) == 2:
        if not ctx.sizes.could_equal(shape[:1], shape[1:]):
            raise ctx.misfit(
                "a power of a matrix that is not square",
                s,
                ctx.describe(base),
                "a square matrix",
                r"for entrywise powers write ^{\odot 2}",
            )
        ctx.sizes.equal(shape[0], shape[1])
        if isinstance(exponent, Symbol) and exponent.name == "T":
            raise ctx.error("T is declared, so this is a power", s, expected="a whole number", cure=r"write ^\top")
        if isinstance(exponent, Size) and str(exponent.size) == "T" and ctx.text(s).endswith("T"):
            raise ctx.error(
                "T is declared, so ^T is a power, here of a matrix",
                s,
                expected="a transpose or a power by a whole number",
                cure=r"write ^\top",
            )
        if isinstance(exponent, Neg) and exponent.body == Number(Rational(1)):
            return Inverse(base)
        value = to_dim(exponent)
        if isinstance(exponent, Number) and (value is None or (value.constant or 0) < 0):
            raise ctx.error(
                "a power of a matrix must be a whole number", s, expected="^2, ^k, ^{-1}, or ^{\\odot p} entry by entry"
            )
    if len(shape) > 2:
        raise ctx.misfit("a power of a tensor", s, ctx.describe(base), "a square matrix", r"write ^{\odot 2}")
    return Power(base, exponent)
