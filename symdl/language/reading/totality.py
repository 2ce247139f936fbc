"""Which partials of a chain-rule sum are local, and which total (rule 10)."""

from __future__ import annotations

from itertools import pairwise

from symdl.language.reading.context import Context
from symdl.language.syntax import (
    Add,
    Apply,
    ChainProduct,
    Derivative,
    Entry,
    Neg,
    Node,
    Product,
    Reduce,
    Symbol,
    Transpose,
)


def localise(ctx: Context, terms: list[Node]) -> list[Node]:
    """In a chain-rule sum the partials of intermediates are local: their other paths are further terms (rule 10)."""
    chains = [_chain(t) for t in terms]
    if len(terms) < 2 or not any(chains):
        return terms
    ends = [(c[0].of, c[-1].by[-1]) if c else None for c in chains]
    out = []
    for k, (term, chain) in enumerate(zip(terms, chains, strict=True)):
        if chain is None:
            out.append(term)
            continue
        others = [c for m, c in enumerate(chains) if m != k and c is not None and ends[m] == ends[k]]
        # a further path may be half worked out: Wᵀ ∂L/∂a beside ∂L/∂b ∂b/∂x
        half = len(chain) > 1 and any(_leads(chain, x) for m, x in enumerate(terms) if m != k and chains[m] is None)
        local: set[int] = set()
        for j, d in enumerate(chain):
            if not others and not half:
                break
            if len(chain) == 1:
                if any(len(c) > 1 for c in others):
                    local.add(j)  # the direct path beside the indirect ones
            elif j > 0 or ctx.shape(d.of):
                if j > 0 or not _final(ctx, d.of):
                    local.add(j)
        chosen = {id(chain[j]) for j in local}
        if chosen:
            shown = ", ".join(sorted(_text(chain[j]) for j in local))
            ctx.note(f"{shown}: local, as the other paths stand in further terms")
            term = _replace(term, chosen)
        out.append(term)
    return out


def _leads(chain: list[Derivative], term: Node) -> bool:
    """Does a term hold a partial of the same quantity by another intermediate?"""
    return any(
        isinstance(d, Derivative) and d.of == chain[0].of and d.by[0] not in (chain[0].by[0], chain[-1].by[0])
        for d in term.walk()
    )


def _final(ctx: Context, node: Node) -> bool:
    return not ctx.shape(node) and (
        not ctx.scope.final_scalars or (isinstance(node, Symbol) and node.name in ctx.scope.final_scalars)
    )


def _text(d: Derivative) -> str:
    def name(n: Node) -> str:
        return n.name if isinstance(n, Symbol | Apply) else name(n.base) if isinstance(n, Entry) else "…"

    return f"∂{name(d.of)}/∂{name(d.by[0])}"


def _chain(term: Node) -> list[Derivative] | None:
    """The partials of a term, from the final quantity down, if they form one chain."""
    if isinstance(term, Neg):
        return _chain(term.body)
    if isinstance(term, Reduce) and term.op == "sum":
        return _chain(term.body)
    factors: tuple[Node, ...] = (term,)
    if isinstance(term, ChainProduct):
        factors = term.factors
    elif isinstance(term, Product):
        factors = tuple(f for x in term.factors for f in (x.factors if isinstance(x, ChainProduct) else (x,)))
    found = [f.body if isinstance(f, Transpose) else f for f in factors]
    links = [d for d in found if isinstance(d, Derivative) and len(d.by) == 1]
    if not links or len(links) != len(found):
        return None
    for ordered in (links, links[::-1]):
        if all(a.by[0] == b.of for a, b in pairwise(ordered)):
            return ordered
    return None


def _replace(node: Node, chosen: set[int]) -> Node:
    if isinstance(node, Derivative) and id(node) in chosen:
        return Derivative(node.of, node.by, False, node.form, node.transposed, node.diagonal)
    if isinstance(node, Neg | Reduce | Product | ChainProduct | Transpose | Add):
        return node.map_children(lambda c: _replace(c, chosen))
    return node
