"""Canonical names for the bound letters of a term: colour refinement, individualisation where letters tie.

Two terms get the same labelled form only if they are the same up to a renaming of bound letters (the form spells the
whole term), and any two such terms do, unless the bounded search gives up: then `Exhausted`, never a wrong answer.
"""

from __future__ import annotations

from symdl.tensor.canonical_order import height, rename, spell
from symdl.tensor.expr import Bind, Expr, Idx

Powers = tuple[tuple[Expr, Expr], ...]
Item = tuple[Expr, ...]  # (base, exponent) or (binder,)


class Exhausted(Exception):
    """The budget of a proof is used up: nothing is claimed."""


def label(binders: tuple[Bind, ...], powers: Powers) -> dict[str, Expr]:
    """The canonical name of each bound letter, as a renaming."""
    letters = [b.name for b in binders]
    items: list[Item] = [*powers, *((b,) for b in binders)]
    level = 1 + max((height(x) for it in items for x in it), default=0)
    parts = []
    for component in _components(letters, items):
        own = [it for it in items if _letters_of(it) & component]
        budget = [150]
        parts.append(_best(sorted(component), own, {n: 0 for n in component}, budget))
    parts.sort(key=lambda p: p[0])
    names: dict[str, Expr] = {}
    for _, order in parts:
        for n in order:
            names[n] = Idx(f"§{level}.{len(names) + 1}")
    return names


def _letters_of(item: Item) -> frozenset[str]:
    found = frozenset().union(*(x.free for x in item))
    return found | {item[0].name} if isinstance(item[0], Bind) else found


def _components(letters: list[str], items: list[Item]) -> list[set[str]]:
    groups: list[set[str]] = []
    for it in items:
        joined = set(_letters_of(it) & set(letters))
        if not joined:
            continue
        rest = []
        for g in groups:
            if g & joined:
                joined |= g
            else:
                rest.append(g)
        groups = [*rest, joined]
    return groups


def _spell_item(item: Item, names: dict[str, Expr]) -> str:
    return "^".join(spell(rename(x, names)) for x in item)


def _refine(letters: list[str], items: list[Item], ranks: dict[str, int]) -> dict[str, int]:
    own = {n: [it for it in items if n in _letters_of(it)] for n in letters}
    while True:
        colours: dict[str, Expr] = {n: Idx(f"#{ranks[n]}") for n in letters}
        signs = {
            n: (ranks[n], tuple(sorted(_spell_item(it, {**colours, n: Idx("*")}) for it in own[n]))) for n in letters
        }
        order = {s: k for k, s in enumerate(sorted(set(signs.values())))}
        fresh = {n: order[signs[n]] for n in letters}
        if len(set(fresh.values())) == len(set(ranks.values())):
            return fresh
        ranks = fresh


def _best(letters: list[str], items: list[Item], ranks: dict[str, int], budget: list[int]) -> tuple[str, list[str]]:
    """The least spelling over all ways to break ties, and the order of letters that gives it."""
    ranks = _refine(letters, items, ranks)
    classes: dict[int, list[str]] = {}
    for n in letters:
        classes.setdefault(ranks[n], []).append(n)
    tied = [k for k in sorted(classes) if len(classes[k]) > 1]
    if not tied:
        budget[0] -= 1
        if budget[0] < 0:
            raise Exhausted("too many symmetric letters in one term")
        order = sorted(letters, key=lambda n: ranks[n])
        names: dict[str, Expr] = {n: Idx(f"#{k}") for k, n in enumerate(order)}
        return "|".join(sorted(_spell_item(it, names) for it in items)), order
    found = []
    for chosen in classes[tied[0]]:
        split = {n: 2 * r + (1 if n != chosen and r == tied[0] else 0) for n, r in ranks.items()}
        found.append(_best(letters, items, split, budget))
    return min(found)
