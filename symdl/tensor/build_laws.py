"""Laws of a program: named ones (`p = N(μ, σ²)`), those of random tensors, moments, independence."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from symdl.errors import SymdlError, UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Axis, Range
from symdl.language.scope import Scope
from symdl.language.understanding import Definition, Line
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.elaborate_base import letters_of
from symdl.tensor.expr import Expr, Idx, Lam, substitute
from symdl.tensor.laws import event_shape, law_of
from symdl.tensor.program import Law, Program


def named_laws(program: Program, scope: Scope, definitions: tuple[Definition, ...]) -> Program:
    """`p = N(μ, σ²)`: a law under a name, for KL(p‖q), E over x ∼ p, and p(x)."""
    laws = dict(program.laws)
    for d in definitions:
        if d.kind == "law" and isinstance(d.right, s.Distribution):
            el = Elaborator(scope, program)
            laws[d.name] = law_of(el, d.right, d.name, event_shape(d.right))
    return replace(program, laws=MappingProxyType(laws))


def add_laws(program: Program, scope: Scope, random: tuple[Line, ...]) -> Program:
    """Laws of random tensors, in the order of `random`; a later line on moments or iid adds to an earlier law."""
    iid = frozenset(
        symbol_of(x).name
        for line in random
        for p in line.node.walk()
        if isinstance(p, s.Property) and p.name == "iid"
        for x in p.subjects
    )
    for line in random:
        try:
            program = _add(program, scope, line, iid)
        except SymdlError as error:
            raise error.at("random", line.latex) from error
    return program


def _add(program: Program, scope: Scope, line: Line, iid: frozenset[str]) -> Program:
    if isinstance(line.node, s.Junction) and line.node.op == "and":
        for part in line.node.parts:
            program = _add(program, scope, replace(line, node=part), iid)
        return program
    el = Elaborator(scope, program)
    node = line.node
    if isinstance(node, s.Property) and node.name == "distributed":
        subject, *conditioned = node.subjects
        symbol = symbol_of(subject)
        (tree,) = node.parameters
        if not isinstance(tree, s.Distribution):
            raise UnsupportedError("a law that is no distribution")
        if isinstance(subject, s.Entry) or symbol.members:
            law = _entrywise(el, scope, subject, symbol, tree, tuple(conditioned))
            if len(subject.shape) and "covariance" in dict(law.parameters):
                raise UnsupportedError("a joint law of the rows of a matrix", expected="a law of each entry")
        else:
            law = law_of(el, tree, symbol.name, symbol.shape, tuple(conditioned))
        return _with(program, symbol.name, replace(law, iid=law.iid or symbol.name in iid))
    if isinstance(node, s.Property) and node.name == "iid":
        for subject in node.subjects:
            name = symbol_of(subject).name
            program = _with(program, name, replace(program.laws.get(name, Law("moments")), iid=True))
        return program
    if isinstance(node, s.Property) and node.name == "independent":
        names = [symbol_of(x).name for x in node.subjects]
        pairs = tuple((a, b) for n, a in enumerate(names) for b in names[n + 1 :])
        for name in names:
            if name not in program.laws and name in program.leaves:
                program = _with(program, name, Law("moments"))
        return replace(program, independent=(*program.independent, *pairs))
    if isinstance(node, s.Compare):
        node = s.Relation((node.left, node.right), (node.op,))
    if isinstance(node, s.Relation) and set(node.ops) == {"="} and isinstance(node.sides[0], s.Moment):
        return _moments(program, el, scope, node)
    raise UnsupportedError(
        "a line of `random` that states no law", expected="x ~ a law, x independent of y, iid, or E[x] = …, Var(x) = …"
    )


def _with(program: Program, name: str, law: Law) -> Program:
    return replace(program, laws=MappingProxyType({**program.laws, name: law}))


def symbol_of(node: s.Node) -> s.Symbol:
    """The tensor a law is said of: itself, or that of which an entry is written."""
    if isinstance(node, s.Entry):
        return symbol_of(node.base)
    if isinstance(node, s.Apply):
        return s.Symbol(node.name, node.shape)
    if not isinstance(node, s.Symbol):
        raise UnsupportedError(f"a law of a {type(node).__name__}", expected="a symbol or its entries")
    return node


def _written_letters(subject: s.Node) -> list[str]:
    """The letters of x_i or W_l as a law is written for each entry, leading axes first."""
    nodes = (*symbol_of(subject).members, *(subject.indices if isinstance(subject, s.Entry) else ()))
    names = [n.name for n in nodes if isinstance(n, s.IndexVar)]
    if len(names) != len(nodes) or len(set(names)) != len(names):
        raise UnsupportedError("a law of a single entry", expected="one law for all entries")
    return names


def _entrywise(
    el: Elaborator, scope: Scope, subject: s.Node, symbol: s.Symbol, tree: s.Distribution, given: tuple[s.Node, ...]
) -> Law:
    """The law of each entry x_i (or row, or member), its parameters as functions of the letters too."""
    names = _written_letters(subject)
    law = law_of(el, tree, symbol.name, subject.shape, given)
    members = scope.names[symbol.name].members
    ranges: list[Axis | Range] = [*(b.range for b in members), *symbol.shape[: len(names) - len(members)]]
    outer = []
    for name, over in zip(names, ranges, strict=True):
        outer.append((name, el.bind(over, name)))
    values: dict[str, Expr] = {name: Idx(b.name) for name, b in outer}

    def lift(e: Expr) -> Expr:
        inner, body = (e.binders, e.body) if isinstance(e, Lam) else ((), e)
        return Lam((*(b for _, b in outer), *inner), substitute(body, values))

    # what is independent inside a row is not yet so between rows: only `iid` says that
    return Law(law.name, tuple((name, lift(e)) for name, e in law.parameters))


def _moments(program: Program, el: Elaborator, scope: Scope, node: s.Relation) -> Program:
    """E[x] = μ, Var(x) = σ²: a law of which only these moments are known."""
    moment, value = node.sides[0], node.sides[-1]
    assert isinstance(moment, s.Moment)
    subject = moment.args[0]
    symbol = symbol_of(subject)
    if moment.kind == "Cov" and moment.args[0] != moment.args[1]:
        raise UnsupportedError("a stated covariance of two random tensors")
    old = program.laws.get(symbol.name, Law("moments"))
    if old.name != "moments":
        raise UnsupportedError("a moment of what has a law already", found=symbol.name)
    kind = {"E": "mean", "Var": "variance", "Cov": "covariance"}[moment.kind]
    if kind == "variance" and len(subject.shape) == 1:
        kind = "covariance"
    shape = moment.shape
    names = _written_letters(subject) if isinstance(subject, s.Entry) or symbol.members else []
    members = scope.names[symbol.name].members if symbol.name in scope.names else ()
    ranges: list[Axis | Range] = [*(b.range for b in members), *symbol.shape]
    outer = tuple(el.bind(r, n) for n, r in zip(names, ranges, strict=False))
    inner = el.bind_axes(shape)
    with el.letters_as({n: Idx(b.name) for n, b in zip(names, outer, strict=True)}):
        body = el.at(value, shape, letters_of(inner))
    entry = Lam((*outer, *inner), body) if outer or inner else body
    parameters = {**dict(old.parameters), kind: entry}
    return _with(program, symbol.name, replace(old, parameters=tuple(parameters.items())))
