"""Properties in words: `A \\text{ invertible}`, `f \\text{ is } \\beta\\text{-smooth}`, `x_j \\text{ iid}`."""

from __future__ import annotations

from symdl.errors import nearest
from symdl.language.reading.context import Context
from symdl.language.reading.names import find, parts_of
from symdl.language.surface import Commas, Prose, Seq, Surface, Word
from symdl.language.syntax import Condition, Node, Property, Symbol

PROPERTIES: dict[str, str] = {
    "symmetric": "symmetric",
    "invertible": "invertible",
    "nonsingular": "invertible",
    "non-singular": "invertible",
    "orthogonal": "orthogonal",
    "orthonormal": "orthogonal",
    "diagonal": "diagonal",
    "positive definite": "positive-definite",
    "positive-definite": "positive-definite",
    "positive semidefinite": "positive-semidefinite",
    "positive-semidefinite": "positive-semidefinite",
    "positive semi-definite": "positive-semidefinite",
    "psd": "positive-semidefinite",
    "convex": "convex",
    "concave": "concave",
    "smooth": "smooth",
    "strongly convex": "strongly-convex",
    "strongly-convex": "strongly-convex",
    "lipschitz": "lipschitz",
    "differentiable": "differentiable",
    "one-hot": "one-hot",
    "has full column rank": "full-column-rank",
    "full column rank": "full-column-rank",
    "full rank": "full-rank",
    "has full rank": "full-rank",
    "varies symmetrically": "varies-symmetrically",
    "varies diagonally": "varies-diagonally",
    "iid": "iid",
    "i.i.d.": "iid",
    "i.i.d": "iid",
    "independent": "independent",
    "uncorrelated": "uncorrelated",
    "integer": "integer",
    "permutation": "permutation",
}
WITH_PARAMETER = ("smooth", "strongly-convex", "lipschitz")


def is_worded(s: Surface) -> bool:
    """Does this say a property in words?"""
    if isinstance(s, Seq):
        return any(isinstance(i, Prose) or (isinstance(i, Word) and i.text in PROPERTIES) for i in s.items[1:])
    return isinstance(s, Commas) and any(is_worded(p) or isinstance(p, Prose) for p in s.parts)


def worded(ctx: Context, s: Surface) -> Condition:
    """A property of one or several subjects."""
    items: list[Surface] = []
    for k, part in enumerate(s.parts if isinstance(s, Commas) else (s,)):
        if k:
            items.append(Prose(part.span, ","))
        items += part.items if isinstance(part, Seq) else (part,)
    subjects: list[Node] = []
    parameters: list[Node] = []
    words = ""
    row: list[Surface] = []
    for item in items:
        text = (
            item.text
            if isinstance(item, Prose) or (isinstance(item, Word) and row and item.text in PROPERTIES)
            else None
        )
        if text is None:
            row.append(item)
            continue
        if row:
            (
                subjects if not words.strip(" ,") or (words.split()[-1:] == ["and"] and not parameters) else parameters
            ).extend(_things(ctx, row, s))
            row = []
        words += f" {text} "
    if row:
        raise ctx.error("words and formulas are mixed in a way that can't be read", s, expected=_expected())
    said = _normal(words)
    if said not in PROPERTIES:
        raise ctx.error(
            "this property is not known", s, found=said, expected=_expected(), cure=nearest(said, PROPERTIES)
        )
    name = PROPERTIES[said]
    if (name in WITH_PARAMETER) != bool(parameters) and not (name == "lipschitz" and not parameters):
        raise ctx.error(
            "this property takes one constant", s, found=said, expected="as in  f \\text{ is } \\beta\\text{-smooth}"
        )
    return Property(name, tuple(subjects), tuple(parameters))


def _normal(words: str) -> str:
    said = " ".join(words.lower().replace(",", " ").split())
    for lead in ("and ", "is ", "are ", "is a ", "all ", "an "):
        said = said.removeprefix(lead)
    said = said.removeprefix("are ").removeprefix("is ").removeprefix("a ")
    return said.removeprefix("-").removesuffix(" matrix").strip()


def _things(ctx: Context, row: list[Surface], s: Surface) -> list[Node]:
    """A subject: a name (a function's too), or an expression."""
    out: list[Node] = []
    for part in parts_of(row[0]) if len(row) == 1 else (Seq(row[0].span.join(row[-1].span), tuple(row)),):
        d = find(ctx, part)
        if d is not None and not d.members and (d.kind != "tensor" or d.signature is not None):
            out.append(Symbol(d.name, d.shape))
            continue
        out.append(ctx.read(part))
    return out


def _expected() -> str:
    return ", ".join(sorted(set(PROPERTIES.values())))
