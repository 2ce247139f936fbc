"""A whole problem read: `[symbols]` into a scope, `given` into definitions, then what is assumed, asked and shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from symdl.errors import ReadError, Span, SymdlError
from symdl.language.names import canonical
from symdl.language.parse import parse
from symdl.language.reader import read_line
from symdl.language.reading.context import Rebase
from symdl.language.reading.definitions import Definitions
from symdl.language.reading.integers import beyond_names, integer_names, law_names
from symdl.language.reading.names import family_style, words_of
from symdl.language.reading.natural_sizes import with_natural_sizes
from symdl.language.reading.own_names import declaration_of
from symdl.language.reading.sets import set_names
from symdl.language.scope import Declaration, Scope
from symdl.language.sizes import DeclaredShape, read_shape
from symdl.language.surface import Surface
from symdl.language.syntax import Node, Symbol
from symdl.language.understanding import AuthoredLine, Definition, Line, Understanding

if TYPE_CHECKING:
    from symdl.problem import Problem, Text

MAX_REBASED = 16


def understand(problem: Problem) -> Understanding:
    """What a problem means: every text as a typed tree in one scope.

    Raises:
        ReadError: with file, line and caret, at the first text that can't be read.
    """
    rebased: set[tuple[str, int]] = set()
    while True:
        try:
            return _understand(problem, frozenset(rebased))
        except Rebase as found:
            rebased.add((found.symbol, found.position))
            if len(rebased) > MAX_REBASED:
                raise ReadError("too many axes turn out to count from 0", cure="declare them as 0..n-1") from None


def declare_symbols(
    symbols: Mapping[str, Text],
    aliases: Mapping[str, Text] | None = None,
    layout: str = "denominator",
    examples: str = "rows",
    rebased: frozenset[tuple[str, int]] = frozenset(),
) -> Scope:
    """The scope that `[symbols]` and `[aliases]` state."""
    names: dict[str, Declaration] = {}
    dimensions: set[str] = set()
    families: set[str] = set()
    known = frozenset().union(*(_shape(text).families for text in symbols.values()))
    for key, text in symbols.items():
        name = _canonical(key, text)
        shape = _shape(text, known)
        axes = tuple(replace(a, base=0) if (name, k) in rebased else a for k, a in enumerate(shape.axes))
        names[name] = Declaration(name, axes, members=shape.members, style=family_style(name))
        dimensions |= shape.sizes
        families |= shape.families
    for key, text in symbols.items():
        name = _canonical(key, text)
        if name in dimensions:
            raise text.locate_key(
                ReadError(
                    "a symbol and a size share one name",
                    span=Span(0, len(key)),
                    found=f"{name}, which is also a size in [symbols]",
                    expected="another name for one of them",
                )
            )
        if f"{name}^2" in names:
            raise text.locate_key(
                ReadError(
                    f"{name} and {name}^2 are declared both",
                    span=Span(0, len(key)),
                    found=f"{name}, {name}^2",
                    expected="one of them",
                )
            )
    other = {_canonical(k, t): _canonical(t.value, t) for k, t in (aliases or {}).items()}
    return Scope(
        MappingProxyType(names),
        frozenset(dimensions),
        frozenset(families),
        MappingProxyType(other),
        layout=layout,
        examples=examples,
    )


def _shape(text: Text, families: frozenset[str] = frozenset()) -> DeclaredShape:
    try:
        return read_shape(text.value, families)
    except SymdlError as error:
        raise text.locate(error) from None


def _canonical(name: str, text: Text) -> str:
    try:
        return canonical(name)
    except SymdlError as error:
        raise text.locate_key(error) from None


def _understand(problem: Problem, rebased: frozenset[tuple[str, int]]) -> Understanding:
    scope = declare_symbols(problem.symbols, problem.aliases, problem.layout, problem.examples, rebased)
    scope = _with_sizes(scope, problem)
    for text in problem.assume:
        scope = _with_sets(scope, text)
    # integers first: an index such as the y_i of P_{i, y_i} must be known as one when `given` is read
    for text in problem.assume:
        scope = _with_integers(scope, text)
    for text in problem.random:
        scope = _with_laws(scope, text)
    reader = Definitions(scope, rebased)
    reader.expect(problem.given)
    for text in problem.given:
        try:
            reader.add(text.value)
        except SymdlError as error:
            raise text.locate(error) from None
    reader.close()
    for text in problem.assume:
        reader.scope = _with_integers(reader.scope, text)
    scope = replace(reader.scope, final_scalars=_final_scalars(reader.definitions))
    assumptions = tuple(_line(t, scope, "assume") for t in problem.assume)
    random = tuple(_line(t, scope, "random") for t in problem.random)
    targets = tuple(_line(t, scope, "target") for t in problem.derive)
    claims = tuple(_line(t, scope, "show") for t in problem.show)
    return Understanding(
        scope,
        tuple(reader.definitions),
        assumptions,
        random,
        targets,
        claims,
        _steps(problem, scope),
        MappingProxyType({canonical(k): v for k, v in problem.values.items()}),
    )


def _line(text: Text, scope: Scope, role: str, previous: Line | None = None) -> Line:
    try:
        return read_line(text.value, scope, role, previous)
    except SymdlError as error:
        raise text.locate(error) from None


def _steps(problem: Problem, scope: Scope) -> tuple[AuthoredLine, ...]:
    out: list[AuthoredLine] = []
    previous: Line | None = None
    for step in problem.steps:
        line = _line(step.line, scope, "work", previous)
        for definition in line.definitions:
            scope = with_definition(scope, definition)
        suppose: tuple[Node, ...] = tuple(
            _line(t, scope.with_indices(line.letters), "assume").node for t in step.suppose
        )
        out.append(AuthoredLine(line, step.because, step.by, step.using, suppose, step.tight))
        previous = line
    return tuple(out)


def with_definition(scope: Scope, definition: Definition) -> Scope:
    """The scope in which a line's own name is known to the lines below it."""
    return scope.with_declaration(
        declaration_of(definition.name, definition.left, definition.right, definition.binders)
    )


def _with_integers(scope: Scope, text: Text) -> Scope:
    try:
        surface = parse(text.value, words_of(scope))
        found = integer_names(scope, surface, text.value)
    except SymdlError as error:
        raise text.locate(error) from None
    scope = replace(scope, beyond=scope.beyond | beyond_names(surface))
    for name, values in found.items():
        known = scope.names[name]
        scope = scope.with_declaration(replace(known, integer=True, values=known.values or values))
    return scope


def _with_sizes(scope: Scope, problem: Problem) -> Scope:
    if not any("mathbb" in t.value or "ℕ" in t.value for t in problem.assume):
        return scope
    lines = (*problem.given, *problem.show, *problem.derive, *(s.line for s in problem.steps))
    return with_natural_sizes(scope, _parsed(scope, problem.assume), _parsed(scope, lines))


def _parsed(scope: Scope, texts: Iterable[Text]) -> list[Surface]:
    """What can be parsed of these texts; the others' errors are reported where they are read."""
    out = []
    for text in texts:
        with suppress(SymdlError):
            out.append(parse(text.value, words_of(scope)))
    return out


def _with_sets(scope: Scope, text: Text) -> Scope:
    if "\\subset" not in text.value and "⊂" not in text.value and "⊆" not in text.value:
        return scope
    try:
        for declaration in set_names(scope, parse(text.value, words_of(scope)), text.value):
            scope = scope.with_declaration(declaration)
    except SymdlError as error:
        raise text.locate(error) from None
    return scope


def _with_laws(scope: Scope, text: Text) -> Scope:
    try:
        surface = parse(text.value, words_of(scope))
    except SymdlError as error:
        raise text.locate(error) from None
    for declaration in law_names(scope, surface, text.value):
        scope = scope.with_declaration(declaration)
    return scope


def _final_scalars(definitions: list[Definition]) -> tuple[str, ...]:
    """Defined scalars that no other definition uses."""
    used = {
        n.name
        for d in definitions
        if d.kind != "gradient"
        for n in d.right.walk()
        if isinstance(n, Symbol) and n.name != d.name
    }
    finals = (
        d.name
        for d in definitions
        if d.kind in ("value", "abstract") and isinstance(d.left, Symbol) and not d.left.shape and d.name not in used
    )
    return tuple(dict.fromkeys(finals))
