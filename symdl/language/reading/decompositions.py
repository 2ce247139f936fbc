"""`(Q, \\Lambda) = \\operatorname{eigh}(A)`, `(U, S, V) = \\operatorname{svd}(A)`: several names at once.

The shapes of the outputs are those declared in [symbols]. The middle one of each may be a diagonal matrix or the
column of its diagonal; svd is thin, so the declared k of U (m×k) is min(m, n). Names that nobody declared get their
shapes from eigh; svd needs them declared, as no size is known for k.
"""

from __future__ import annotations

from symdl.language.dims import Shape
from symdl.language.functions import DECOMPOSITIONS
from symdl.language.reading.context import Context
from symdl.language.reading.heads import Head
from symdl.language.reading.names import find, name_text, parts_of, unwrap
from symdl.language.reading.unify import describe
from symdl.language.surface import Commas, Group, Related, Seq, Surface, Word
from symdl.language.syntax import Decomposition, Relation, Symbol, Tuple


def is_decomposition(ctx: Context, s: Related) -> bool:
    """Is this `( …, … ) = eigh(…)`?"""
    left, right = unwrap(s.parts[0]), unwrap(s.parts[-1])
    if len(s.parts) != 2 or s.ops[0] not in ("=", ":="):
        return False
    if not (isinstance(left, Group) and left.kind == "()" and isinstance(left.body, Commas)):
        return False
    if not (isinstance(right, Seq) and len(right.items) == 2 and isinstance(right.items[1], Group)):
        return False
    head = Head(right.items[0])
    return isinstance(head.bare, Word) and head.bare.text in DECOMPOSITIONS and find(ctx, head.core) is None


def decomposition(ctx: Context, s: Related) -> Relation:
    """The names on the left with their shapes, and what is decomposed."""
    left, right = unwrap(s.parts[0]), unwrap(s.parts[1])
    assert isinstance(left, Group) and isinstance(right, Seq)
    word, group = Head(right.items[0]).bare, right.items[1]
    assert isinstance(word, Word) and isinstance(group, Group)
    name, outputs = word.text, parts_of(left.body)
    if len(outputs) != DECOMPOSITIONS[name]:
        raise ctx.error(
            f"{name} gives {DECOMPOSITIONS[name]} matrices",
            left,
            found=f"{len(outputs)} names",
            expected="(Q, \\Lambda)" if name == "eigh" else "(U, S, V)",
        )
    body = ctx.read(group.body)
    shape = ctx.shape(body)
    if len(shape) != 2 or (name == "eigh" and not ctx.sizes.equal(shape[0], shape[1])):
        wanted = "a square matrix" if name == "eigh" else "a matrix"
        raise ctx.misfit(f"{name} of what is not {wanted}", group, ctx.describe(body), wanted)
    symbols = tuple(_output(ctx, p, shape if name == "eigh" else None) for p in outputs)
    if len({x.name for x in symbols}) < len(symbols):
        raise ctx.error("a name stands twice", left, expected="names that differ")
    _check(ctx, name, shape, symbols, outputs)
    return Relation((Tuple(symbols), Decomposition(name, body)), ("=",))


def _output(ctx: Context, s: Surface, shape: Shape | None) -> Symbol:
    found = find(ctx, s)
    if found is not None:
        if found.kind != "tensor" or found.members or found.signature is not None:
            raise ctx.error("a decomposition gives tensors", s, expected="a name of its own")
        return Symbol(found.name, found.shape)
    name = name_text(unwrap(s))
    if name is None:
        raise ctx.error("what is defined must be a name", s, expected="a name")
    if shape is None:
        raise ctx.error(
            f"the shape of {name} is not known", s, expected="a declared name", cure=f"declare {name} in [symbols]"
        )
    return Symbol(name, shape)


def _check(ctx: Context, name: str, shape: Shape, symbols: tuple[Symbol, ...], where: tuple[Surface, ...]) -> None:
    """A = Q Λ Qᵀ: Q n×n, Λ n×n or n. A = U S Vᵀ: U m×k, S k×k or k, V n×k."""
    first = symbols[0].shape
    k = shape[0] if name == "eigh" else first[1] if len(first) == 2 else None
    if k is None:
        raise ctx.misfit("this is no matrix of vectors", where[0], describe(first), "a matrix m×k")
    vectors = [(0, (shape[0], k))] + ([(2, (shape[1], k))] if name == "svd" else [])
    for at, wanted in vectors:
        _fit(ctx, symbols[at], wanted, where[at])
    middle = symbols[1].shape
    _fit(ctx, symbols[1], (k,) if len(middle) == 1 else (k, k), where[1])


def _fit(ctx: Context, symbol: Symbol, wanted: Shape, s: Surface) -> None:
    if len(symbol.shape) != len(wanted) or not all(
        a.size == ctx.sizes.resolve(b.size) for a, b in zip(symbol.shape, wanted, strict=True)
    ):
        raise ctx.misfit(
            f"{symbol.name} does not fit the decomposition",
            s,
            describe(symbol.shape),
            describe(ctx.sizes.shape(wanted)),
        )
