"""Functions of a program: abstract ones by their signature, defined ones with their body over their parameters."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from symdl.errors import SymdlError
from symdl.language import syntax as s
from symdl.language.dims import Axis, Shape
from symdl.language.scope import Scope, Signature
from symdl.language.understanding import Definition
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.expr import Idx, fresh
from symdl.tensor.program import Function, Program


def functions_of(program: Program, scope: Scope, definitions: tuple[Definition, ...]) -> Program:
    """Declared functions, then defined ones in order: a body may apply the functions before it."""
    functions = dict(program.functions)
    bodies = {d.name for d in definitions if d.kind == "function"}
    for name, declared in scope.names.items():
        if declared.kind == "function" and declared.signature is not None and name not in {*bodies, *functions}:
            functions[name] = _declared(program, scope, name, declared.signature)
            program = replace(program, functions=MappingProxyType(dict(functions)))
    laws = {d.name for d in definitions if d.kind == "law"}
    for name, declared in scope.names.items():
        if declared.kind == "distribution" and name not in {*laws, *program.laws, *functions}:
            # a density of which nothing else is known
            functions[name] = Function(name, (), (), properties=(("positive", ()),))
    program = replace(program, functions=MappingProxyType(dict(functions)))
    for d in definitions:
        if d.kind == "abstract" and isinstance(d.right, s.Apply) and d.right.name not in functions:
            functions[d.right.name] = Function(d.right.name, tuple(a.shape for a in d.right.args), d.right.shape)
        elif d.kind == "function" and isinstance(d.left, s.Apply):
            parameters = tuple(a.name for a in d.left.args if isinstance(a, s.Symbol | s.IndexVar))
            shapes = tuple(a.shape for a in d.left.args)
            try:
                functions[d.name] = _defined(program, scope, d.name, parameters, shapes, d.right, d.binders)
            except SymdlError as error:
                raise error.at("given", d.latex) from error
        program = replace(program, functions=MappingProxyType(dict(functions)))
    return program


def _declared(program: Program, scope: Scope, name: str, signature: Signature) -> Function:
    if signature.body is None:
        return Function(name, signature.arguments, signature.result)
    return _defined(program, scope, name, signature.parameters, signature.arguments, signature.body)


def _defined(
    program: Program,
    scope: Scope,
    name: str,
    parameters: tuple[str, ...],
    shapes: tuple[Shape, ...],
    body: s.Node,
    members: tuple[s.Binder, ...] = (),
) -> Function:
    """A defined function; of a family `f_i(x)`, one function whose result has the members' axes first."""
    # inside a function its parameters are bound: no other function of the same names is the quantity it defines
    quantities = {n: x for n, x in program.statements.items() if n not in program.functions}
    el = Elaborator(scope, replace(program, statements=MappingProxyType(quantities)))
    chosen = tuple(fresh(b.name) for b in members)
    letters = tuple(fresh(el.stem(n)) for n in range(len(body.shape)))
    with el.letters_as({b.name: Idx(x) for b, x in zip(members, chosen, strict=True)}):
        entry = el.entry(body, tuple(Idx(x) for x in letters))
    own = tuple(Axis(b.range.last - b.range.first + 1, b.range.first.constant or 0) for b in members)
    return Function(name, shapes, (*own, *body.shape), parameters, entry, (*chosen, *letters))


def add_properties(program: Program) -> Program:
    """Say of each function what the facts say of it: convex, β-smooth, …"""
    functions = dict(program.functions)
    for fact in program.facts:
        if fact.subject in functions and fact.left is None and fact.right is None:
            old = functions[fact.subject]
            functions[fact.subject] = replace(old, properties=(*old.properties, (fact.op, fact.arguments)))
    return replace(program, functions=MappingProxyType(functions))
