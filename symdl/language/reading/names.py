"""Which declared thing a written name is: the longest declared name wins, fonts count only where both forms exist."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from symdl.errors import ReadError
from symdl.language.dims import Dim, SizeAt
from symdl.language.names import surface_name
from symdl.language.reading.context import Context
from symdl.language.scope import Declaration, Scope
from symdl.language.surface import Commas, Digits, Group, Letter, Scripts, Seq, Styled, Surface, Word
from symdl.language.syntax import IndexVar, Node, Number, Size

_FONT = re.compile(r"\\(?:mathbf|boldsymbol|bm|mathrm|mathsf|mathit|pmb)\{((?:[^{}]|\{[^{}]*\})*)\}")
_UPRIGHT = re.compile(r"\\mathrm\{([A-Za-z]+)\}")
_NOT_LETTERS = frozenset(
    (
        r": \partial \nabla \infty \top \intercal \star \ast * \dagger \prime \cdot"
        + r" \sum \prod \int \forall \exists \emptyset | \|"
    ).split()
)


@lru_cache(maxsize=65536)
def plain(name: str) -> str:
    """A name without fonts: `\\mathbf{x}_1` → `x_1`."""
    before = None
    while before != name:
        before, name = name, _FONT.sub(r"\1", name)
    return name


def unwrap(s: Surface | None) -> Surface:
    """Without TeX braces and sequences of one."""
    while True:
        if isinstance(s, Group) and s.kind == "invisible":
            s = s.body
        elif isinstance(s, Seq) and len(s.items) == 1:
            s = s.items[0]
        else:
            assert s is not None
            return s


def is_empty(s: Surface | None) -> bool:
    return s is None or (isinstance(s, Seq) and not s.items)


@dataclass(frozen=True)
class Family:
    declaration: Declaration
    base: str
    style: str


class NameIndex:
    """Declared names by their plain form, and families by how their members are written."""

    def __init__(self, names: Mapping[str, Declaration], aliases: Mapping[str, str]) -> None:
        self.by_plain: dict[str, list[str]] = {}
        self.families: dict[tuple[str, str], Family] = {}
        for name in names:
            self.by_plain.setdefault(plain(name), []).append(name)
        for alias, name in aliases.items():
            if name in names:
                self.by_plain.setdefault(plain(alias), []).append(name)
        for d in names.values():
            self._add_family(d)
        for alias, name in aliases.items():
            d2 = names.get(name)
            if d2 is not None and d2.members:
                base = family_base(alias, d2.style)
                self.families.setdefault((base, d2.style), Family(d2, base, d2.style))

    def _add_family(self, d: Declaration) -> None:
        if d.members:
            base = family_base(d.name, d.style, tuple(b.name for b in d.members))
            for key in {base, plain(base)}:
                self.families[(key, d.style)] = Family(d, base, d.style)

    def grown(self, d: Declaration) -> NameIndex:
        """The index with one more name, without a walk over all the others."""
        new = NameIndex({}, {})
        new.by_plain, new.families = dict(self.by_plain), dict(self.families)
        known = new.by_plain.get(plain(d.name), [])
        if d.name not in known:
            new.by_plain[plain(d.name)] = [*known, d.name]
        new._add_family(d)
        return new


def family_style(name: str) -> str:
    """How members of a family are written, from the name it was declared by."""
    if re.search(r"\^\{?\(", name):
        return "paren"
    return "bracket" if re.search(r"\^\{?\[", name) else "sub"


def family_base(name: str, style: str, members: tuple[str, ...] = ()) -> str:
    """`W_l` → `W`; `x^{(i)}` → `x`; `W^{[l]}` → `W`; `v_{A,i}` over i → `v_A`."""
    if style == "paren":
        return re.sub(r"\^\{?\([^()]*\)\}?", "", name)
    if style == "bracket":
        return re.sub(r"\^\{?\[[^\[\]]*\]\}?", "", name)
    labelled = re.match(r"^(.*_)\{([^{},]+),([^{}]*)\}$", name)
    if labelled and members and tuple(labelled[3].split(",")) == members and labelled[2] not in members:
        label = labelled[2]
        return labelled[1] + (label if len(label) == 1 else f"{{{label}}}")
    found = re.match(r"^(.*)_(?:\{[^{}]*\}|\\[A-Za-z]+|.)('*)$", name)
    return found.group(1) + found.group(2) if found else name


_cache: list[tuple[Scope, NameIndex]] = []


def index_of(scope: Scope) -> NameIndex:
    """The name index of a scope; the last few are kept."""
    for known, index in _cache:
        if known is scope:
            return index
    index = _grown_index(scope) or NameIndex(scope.names, scope.aliases)
    _cache.insert(0, (scope, index))
    del _cache[8:]
    return index


def _grown_index(scope: Scope) -> NameIndex | None:
    """From the index of the scope before its last declaration, where that is still known."""
    if scope.grown is None or scope.aliases:
        return None
    before, declaration = scope.grown
    if len(before) + (declaration.name not in before) != len(scope.names):
        return None
    old = before.get(declaration.name)
    if old is not None and old.members != declaration.members:
        return None
    return next((i.grown(declaration) for known, i in _cache if known.names is before and not known.aliases), None)


def name_text(s: Surface) -> str | None:
    """The canonical spelling of a surface tree that is a name, else None."""
    try:
        return surface_name(s)
    except ReadError:
        return None


def find(ctx: Context, s: Surface) -> Declaration | None:
    """The declaration of exactly this name, in any font."""
    name = name_text(s)
    return None if name is None else find_name(ctx, name)


def find_name(ctx: Context, name: str) -> Declaration | None:
    found = ctx.lookup(name)
    if found is not None:
        return found
    bare = plain(name)
    if bare in ctx.locals:
        return ctx.locals[bare]
    written = index_of(ctx.scope).by_plain.get(bare, ())
    if len(written) == 1:
        return ctx.scope.names[written[0]]
    return None


def dimension(ctx: Context, s: Surface) -> Dim | None:
    """The size that a written name is: n, d_k, n_{l-1}."""
    s = unwrap(s)
    name = name_text(s)
    if name is not None:
        if name in ctx.scope.dimensions:
            return Dim.of(name)
        bare = plain(name)
        if bare in ctx.scope.dimensions:
            return Dim.of(bare)
    if isinstance(s, Scripts) and s.sub is not None and s.sup is None and not s.primes:
        base = name_text(s.base)
        if base is not None and base in ctx.scope.families_of_sizes:
            index = to_dim(read_in_index(ctx, s.sub))
            return None if index is None else Dim.of(SizeAt(base, index))
    return None


def read_in_index(ctx: Context, s: Surface) -> Node:
    """Read where letters nobody declared are index letters."""
    before = ctx.in_index
    ctx.in_index = True
    try:
        return ctx.read(s)
    finally:
        ctx.in_index = before


def to_dim(node: Node) -> Dim | None:
    """An index or a size as a polynomial in letters and sizes, or None where it is none."""
    from symdl.language.syntax import Add, Neg, Product

    if isinstance(node, Number):
        return Dim.of(int(node.value)) if node.value.denominator == 1 else None
    if isinstance(node, IndexVar):
        return Dim.of(node.name)
    if isinstance(node, Size):
        return node.size
    if isinstance(node, Neg):
        inner = to_dim(node.body)
        return None if inner is None else -inner
    if isinstance(node, Add | Product):
        parts = [to_dim(x) for x in (node.terms if isinstance(node, Add) else node.factors)]
        total = Dim.of(0 if isinstance(node, Add) else 1)
        for p in parts:
            if p is None:
                return None
            total = total + p if isinstance(node, Add) else total * p
        return total
    return None


def index_letter(ctx: Context, s: Surface) -> str | None:
    """The name of an index letter, if this can be one: a letter (with primes) that is neither declared nor a size."""
    s = unwrap(s)
    name = letter_name(s)
    if name is None:
        return None
    if ctx.is_bound(name):
        return name
    if find(ctx, s) is not None or name in ctx.scope.dimensions:
        return None
    return name


def letter_name(s: Surface) -> str | None:
    """A single letter, perhaps with primes, whatever it means."""
    s = unwrap(s)
    if isinstance(s, Scripts) and s.sub is None and s.sup is None and s.primes:
        inner = letter_name(s.base)
        return None if inner is None else inner + "'" * s.primes
    if isinstance(s, Styled) and s.style in ("mathbf", "boldsymbol", "bm", "mathrm", "mathit"):
        return letter_name(s.body)
    if isinstance(s, Letter) and s.text not in _NOT_LETTERS and (s.text.isalpha() or s.text.startswith("\\")):
        return s.text if len(s.text) == 1 or s.text.startswith("\\") else None
    if isinstance(s, Word) and s.command in ("mathrm", "mathit") and len(s.text) == 1:
        return s.text
    return None


_words: list[tuple[Mapping[str, Declaration], frozenset[str], Mapping[str, str], frozenset[str]]] = []


def words_of(scope: Scope) -> frozenset[str]:
    """Declared names of several letters, which the parser must not take apart; words in `\\text{…}` among them."""
    fresh = (*scope.names, *scope.dimensions, *scope.aliases)
    known: frozenset[str] = frozenset()
    for names, dimensions, aliases, words in _words:
        if dimensions != scope.dimensions or aliases is not scope.aliases:
            continue
        if names is scope.names:
            return words
        if scope.grown is not None and names is scope.grown[0] and scope.grown[1].name not in names:
            fresh, known = (scope.grown[1].name,), words
            break
    found = known | _words_among(scope, fresh)
    _words.insert(0, (scope.names, scope.dimensions, scope.aliases, found))
    del _words[4:]
    return found


def _words_among(scope: Scope, names: tuple[str, ...]) -> frozenset[str]:
    upright = {found[1] for n in names if (found := _UPRIGHT.match(n)) and len(found[1]) > 1}
    spelled = {n for n in upright if len(n) > 2 and _is_function(scope, n)}  # fonts are ignored (rule 2)
    words = frozenset(n for n in names if len(n) > 1 and n.isalpha())
    return words | spelled | {f"\\text{{{n}}}" for n in upright}


def _is_function(scope: Scope, word: str) -> bool:
    d = scope.names.get(f"\\mathrm{{{word}}}")
    return d is not None and d.kind == "function"


def parts_of(s: Surface) -> tuple[Surface, ...]:
    """The comma-separated parts of a subscript; juxtaposed things stay one part."""
    s = unwrap(s)
    return s.parts if isinstance(s, Commas) else (s,)


def is_digits(s: Surface) -> bool:
    return isinstance(unwrap(s), Digits)
