"""A model as layers in order, composed from the library's equations: the output of one is the input of the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from symdl.errors import UsageError
from symdl.language.dims import Dim, Shape
from symdl.language.syntax import Binder, IndexVar, Node, Product, Relation, Size, Symbol, substitute_sizes
from symdl.language.understanding import Understanding
from symdl.language.written_sizes import shape_text
from symdl.layer_problem import is_integer, loss_on_top, stated
from symdl.library.entry import ANY_SHAPE, Entry, Loss
from symdl.library.shelf import Placed
from symdl.problem import Problem
from symdl.sequential_sizes import Unifier

LETTERS = "ijklrstuvpqabcemnfgh"


class Sequential:
    """Layers in order, a loss last (or any loss `L = L(output)` where none is given).

        Sequential(layers.Dense("h"), layers.Tanh(), layers.Dense("c"), losses.CrossEntropy())

    Raises:
        UsageError: there is no layer, one can't stand in a row of layers, or sizes don't fit.
    """

    def __init__(self, *layers: Placed) -> None:
        if not layers:
            raise UsageError("a model without a layer", expected="at least one layer")
        for k, p in enumerate(layers):
            if not isinstance(p, Placed):
                raise UsageError(
                    "a model is made of layers",
                    found=repr(p),
                    expected='symdl.layers.Dense("h")',
                    cure="call it" if hasattr(p, "entry") else "",
                )
            _refuse_misplaced(p.entry, last=k == len(layers) - 1)
        self.layers = layers

    def as_problem(self) -> Problem:
        """The model like a derivation file: every definition, and the gradients of the loss by every parameter."""
        return _compose(self.layers)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(p.entry.name for p in self.layers)})"

    def _repr_latex_(self) -> str:
        rows = (str(g).replace(" = ", " &= ", 1) for g in self.as_problem().given)
        return "$$\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}$$"


def _refuse_misplaced(e: Entry, last: bool) -> None:
    if e.kind not in ("layers", "activations", "losses"):
        raise UsageError(f"{e.name} is no layer", expected="layers and activations, and a loss at the end")
    if isinstance(e, Loss) and not last:
        raise UsageError(f"the loss {e.name} stands before a layer", expected="the loss last")
    if len(e.inputs) != 1:
        raise UsageError(f"{e.name} takes {len(e.inputs)} inputs", expected="layers with one input each")
    if any(" for " in shape for shape in e.symbols.values()):
        raise UsageError(
            f"{e.name} runs over the moments of a sequence, which a row of layers has no place for",
            cure=f"state the model in a problem; `symdl show {e.name}` prints the equations to start from",
        )


# --------------------------------------------------------------------------------------------------- composition


@dataclass
class _Part:
    """One layer, read, with its own names and free sizes, and where it stands in the model."""

    entry: Entry
    meaning: Understanding
    sizes: Mapping[str, Dim]
    names: dict[str, str]

    def shape(self, name: str) -> Shape:
        axes = self.meaning.scope.names[name].shape
        return tuple(replace(a, size=a.size.substitute(self.sizes)) for a in axes)


def _compose(layers: Sequence[Placed]) -> Problem:
    unifier = Unifier()
    parts: list[_Part] = []
    rank = next((_rank(p.entry) for p in layers if _rank(p.entry)), 2)
    for p in layers:
        meaning = _read(p.entry, rank)
        sizes = {s: _chosen(p.sizes[s]) if s in p.sizes else unifier.new(s) for s in sorted(meaning.scope.dimensions)}
        part = _Part(p.entry, meaning, sizes, {})
        if parts:
            before = parts[-1]
            incoming = unifier.shape(before.shape(before.entry.output))
            unifier.match(incoming, part.shape(p.entry.inputs[0]), p.entry.name)
        parts.append(part)
        rank = len(meaning.scope.names[p.entry.output].shape)
    dimensions = {n for part in parts for d in part.sizes.values() for n in unifier.resolve(d).names}
    dimensions -= unifier.free.keys()
    _name(parts, dimensions)
    used = {n for part in parts for n in part.names.values()}
    unifier.name_the_free(dimensions | used)
    dimensions = {n for part in parts for d in part.sizes.values() for n in unifier.resolve(d).names}
    return _stated(parts, unifier, dimensions | used)


def _stated(parts: Sequence[_Part], unifier: Unifier, taken: set[str]) -> Problem:
    from symdl.language.print_latex import latex

    symbols: dict[str, str] = {}
    given: list[str] = []
    assume: list[str] = []
    derive: list[str] = []
    for k, part in enumerate(parts):
        sizes = {s: unifier.resolve(d) for s, d in part.sizes.items()}
        change = _Change(part.names, sizes, taken)
        for name in part.meaning.scope.names:
            if k == 0 or name not in part.entry.inputs:
                symbols[part.names[name]] = shape_text(unifier.shape(part.shape(name)))
        given += [latex(change(Relation((d.left, d.right), ("=",)))) for d in part.meaning.definitions]
        assume += [latex(change(a.node)) for a in part.meaning.assumptions]
    last = parts[-1]
    of = last.names[last.entry.output]
    if not isinstance(last.entry, Loss):
        of, line, _ = loss_on_top(of, {**symbols, of: ""})
        given.append(line)
    for part in reversed(parts):
        derive += [rf"\frac{{\partial {of}}}{{\partial {part.names[n]}}}" for n in part.entry.parameters]
    if not derive:  # nothing is learned: the input is what is left to differentiate by
        derive = [rf"\frac{{\partial {of}}}{{\partial {parts[0].names[parts[0].entry.inputs[0]]}}}"]
    return stated(
        title=" → ".join(p.entry.name for p in parts),
        sources=tuple(dict.fromkeys(p.entry.source for p in parts)),
        symbols=symbols,
        given=given,
        assume=list(dict.fromkeys(assume)),
        derive=derive,
    )


def _rank(e: Entry) -> int:
    shape = e.symbols[e.inputs[0]]
    return 0 if shape == ANY_SHAPE else len(shape.split())


@lru_cache(maxsize=256)
def _read(entry: Entry, rank: int) -> Understanding:
    """The entry's equations as trees; what takes any shape is read with so many axes."""
    from symdl.language.declare import understand

    axes = {1: "n", 2: "B n", 3: "B C n", 4: "B C m n"}.get(rank) or " ".join(f"n{k}" for k in range(rank))
    symbols = {n: axes if s == ANY_SHAPE else s for n, s in entry.symbols.items()}
    return understand(stated(symbols=symbols, given=entry.given, assume=entry.assume, label=entry.name))


def _chosen(size: int | str) -> Dim:
    from symdl.language.sizes import read_shape

    axes = read_shape(str(size)).axes
    if len(axes) != 1:
        raise UsageError("a size that is no size", found=repr(size), expected='3, "h" or "2*h"')
    return axes[0].size


def _name(parts: Sequence[_Part], dimensions: set[str]) -> None:
    """Names in the model: as in the entry where that is the only one, else numbered in order, `W_1`, `W_2`.

    The model's input, and what belongs to the loss, keep their names.
    """
    first, last = parts[0], parts[-1]
    source = first.entry.inputs[0]
    taken = set(dimensions)
    if not is_integer(first.entry, source):
        first.names[source] = "X"
    else:
        first.names[source] = source
    taken.add(first.names[source])
    if isinstance(last.entry, Loss):
        own = [n for n in last.meaning.scope.names if n not in last.entry.inputs]
        last.names |= {n: n for n in own}
        taken |= set(own)
    wanted = [
        n for part in parts for n in part.meaning.scope.names if n not in part.names and n not in part.entry.inputs
    ]
    count = Counter(wanted)
    number: Counter[str] = Counter()
    for k, part in enumerate(parts):
        if k:
            before = parts[k - 1]
            part.names[part.entry.inputs[0]] = before.names[before.entry.output]
        for n in part.meaning.scope.names:
            if n in part.names:
                continue
            name = n
            while name in taken or (count[n] > 1 and name == n):
                number[n] += 1
                name = _numbered(n, number[n])
            part.names[n] = name
            taken.add(name)


def _numbered(name: str, number: int) -> str:
    """`W` is `W_1`, `W_Q` is `W_{Q,1}`."""
    from symdl.language.names import canonical

    base, bar, script = name.rpartition("_")
    if bar and "{" not in base:
        return canonical(f"{base}_{{{script.strip('{}')},{number}}}")
    return canonical(f"{name}_{{{number}}}")


class _Change:
    """A tree of one layer with the model's names, sizes and letters."""

    def __init__(self, names: Mapping[str, str], sizes: Mapping[str, Dim], taken: set[str]) -> None:
        self.names, self.sizes, self.taken = names, dict(sizes), taken
        self.letters: dict[str, str] = {}

    def __call__(self, node: Node) -> Node:
        letters = {n.name for n in node.walk() if isinstance(n, IndexVar | Binder)}
        free = [x for x in LETTERS if x not in self.taken and x not in letters]
        self.letters = {n: free.pop(0) for n in sorted(letters) if n in self.taken}
        if not self.letters:
            return self._visit(substitute_sizes(node, self.sizes))
        moved: dict[str, Dim] = {n: Dim.of(x) for n, x in self.letters.items()}
        return self._visit(substitute_sizes(node, {**self.sizes, **moved}))

    def _visit(self, node: Node) -> Node:
        node = node.map_children(self._visit)
        if isinstance(node, Symbol):
            return replace(node, name=self.names.get(node.name, node.name))
        if isinstance(node, IndexVar | Binder) and node.name in self.letters:
            return replace(node, name=self.letters[node.name])
        if isinstance(node, Product):
            kept = tuple(f for f in node.factors if f != Size(Dim.of(1)))  # B n where n turned out to be 1
            return Product(kept) if len(kept) > 1 else (*kept, Size(Dim.of(1)))[0]
        return node
