"""Build the program of a problem: leaves, functions, laws, statements in order of definition, facts.

    understanding  ⇒  Program

The parts follow one another because each needs the one before: names and sizes, then functions and laws, then
statements (whose right sides use both), then facts and moments (which may speak of all of them).
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from symdl.errors import SymdlError
from symdl.language.declare import with_definition
from symdl.language.scope import Declaration, Scope
from symdl.language.syntax import Apply
from symdl.language.understanding import Definition, Understanding
from symdl.tensor.build_cycles import ordered
from symdl.tensor.build_functions import add_properties, functions_of
from symdl.tensor.build_laws import add_laws, named_laws
from symdl.tensor.build_statements import statements_of
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Bind
from symdl.tensor.program import Fact, Leaf, Program


def build_program(understanding: Understanding) -> Program:
    """The program that a problem's definitions, assumptions and laws make.

    Raises:
        ReadError: a definition goes round in a circle; UnsupportedError: a form that has no entries.
    """
    scope = understanding.scope
    program = Program(
        values=MappingProxyType(dict(understanding.values)),
        sizes=scope.dimensions,
        size_families=scope.families_of_sizes,
    )
    leaves = leaves_of(scope, understanding.definitions)
    program = replace(program, leaves=MappingProxyType(leaves))
    program = functions_of(program, scope, understanding.definitions)
    program = named_laws(program, scope, understanding.definitions)
    program = add_laws(program, scope, understanding.random)
    program = statements_of(program, scope, understanding.definitions)
    program = ordered(program)
    program = add_facts(program, understanding)
    return add_properties(program)


def add_definition(program: Program, scope: Scope, definition: Definition) -> tuple[Program, Scope]:
    """The program and scope with one more name: an author's own definition in work (rule 13)."""
    scope = with_definition(scope, definition)
    if definition.kind == "function" and isinstance(definition.left, Apply):
        return functions_of(program, scope, (definition,)), scope
    return ordered(statements_of(program, scope, (definition,))), scope


def leaves_of(scope: Scope, definitions: tuple[Definition, ...]) -> dict[str, Leaf]:
    """Tensors that nothing defines, with their axes; index sets are tensors of zeros and ones."""
    defined = {name for d in definitions if d.kind not in ("function", "law") for name in d.names}
    return {
        name: _leaf(scope, d)
        for name, d in scope.names.items()
        if d.kind in ("tensor", "set") and name not in defined and d.origin != "builtin"
    }


def _leaf(scope: Scope, d: Declaration) -> Leaf:
    """The declared letters of a family stay: the axes of the leaf are written in them."""
    el = Elaborator(scope)
    members = tuple(Bind(b.name, el.size(b.range.first), el.size(b.range.last)) for b in d.members)
    return Leaf(d.name, d.shape, members, d.integer or d.kind == "set")


def add_facts(program: Program, understanding: Understanding) -> Program:
    el = Elaborator(understanding.scope, program)
    facts: list[Fact] = list(program.facts)
    for line in understanding.assumptions:
        try:
            facts += el.facts(line)
        except SymdlError as error:
            raise error.at("assume", line.latex) from error
    return replace(program, facts=tuple(facts))
