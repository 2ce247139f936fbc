"""Statements of a program: each definition of `given` at letters over all entries of what it defines.

P_{ik} = E_{ik} / S_i  ⇒  P[i, k] = E[i, k] · S[i]⁻¹
m_0 = 0, m_t = β m_{t−1} + g_t  ⇒  scan m[t] = β m[t−1] + g[t], base m[0] = 0
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from symdl.errors import SymdlError, UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import ONE as SINGLE
from symdl.language.dims import Range, Shape
from symdl.language.scope import Scope
from symdl.language.understanding import Definition
from symdl.tensor.build_decompositions import decomposed
from symdl.tensor.build_starts import with_starts
from symdl.tensor.elaborate import Elaborator
from symdl.tensor.elaborate_base import Indices, letters_of
from symdl.tensor.elaborate_conditions import between, condition
from symdl.tensor.elaborate_leaves import unpacked
from symdl.tensor.expr import Bind, Call, Expect, Expr, Idx, Logic, Mat, Opt, Red, Where, accesses, add, eq, neg, num
from symdl.tensor.program import Program, Statement
from symdl.tensor.sequents import side

HEADS: tuple[tuple[type[Expr], str], ...] = (
    (Mat, "matrix"),
    (Call, "abstract"),
    (Expect, "expectation"),
    (Opt, "optimum"),
)


def statements_of(program: Program, scope: Scope, definitions: tuple[Definition, ...]) -> Program:
    """One statement for each defined name, from all its definitions, in the order of the first."""
    groups: dict[str, list[Definition]] = {}
    for d in definitions:
        if d.kind not in ("function", "law"):
            groups.setdefault(d.name, []).append(d)
    for name, group in groups.items():
        if len(group) == 1 and _is_decomposition(group[0]):
            program = _with_decomposition(program, scope, group[0])
            continue
        try:
            made = _statement(program, scope, name, group)
        except SymdlError as error:
            raise error.at("given", group[0].latex) from error
        made, starts = with_starts(made, scope)
        if any(leaf.name in {*program.leaves, *program.statements} for leaf in starts):
            raise UnsupportedError(f"no name is left for the start of {name}", found=starts[0].name)
        program = replace(
            program,
            statements=MappingProxyType({**program.statements, name: made}),
            leaves=MappingProxyType({**program.leaves, **{leaf.name: leaf for leaf in starts}}),
        )
    return program


def _is_decomposition(d: Definition) -> bool:
    whole = isinstance(d.left, s.Symbol) and not d.left.members
    return d.kind == "decomposition" or (
        whole and isinstance(d.right, s.MatrixFunction) and d.right.name == "cholesky" and d.condition is None
    )


def _with_decomposition(program: Program, scope: Scope, d: Definition) -> Program:
    """The program with each output of a decomposition, and what is known of them."""
    try:
        made, facts = decomposed(Elaborator(scope, program), d)
    except SymdlError as error:
        raise error.at("given", d.latex) from error
    statements = {**program.statements, **{st.name: st for st in made}}
    return replace(program, statements=MappingProxyType(statements), facts=(*program.facts, *facts))


@dataclass(frozen=True)
class Part:
    """One definition: its value, where it holds (None: everywhere), and the constant indices on its left."""

    value: Expr
    when: Expr | None
    at: tuple[Expr | None, ...]
    kind: str


def _statement(program: Program, scope: Scope, name: str, group: list[Definition]) -> Statement:
    el = Elaborator(scope, program)
    binders, shape, env = _binders(el, scope, name, group[0])
    if group[0].kind == "implicit":
        with el.letters_as(env):
            zero = _zero(el, group[0], binders, shape)
        return Statement(name, binders, zero, "implicit", condition=zero)
    parts = [_part(el, d, binders, shape) for d in group]
    recurs = any(a.name == name for p in parts for a in accesses(p.value))
    if recurs or any(p.kind in ("start", "step") for p in parts):
        return _scan(name, binders, parts)
    if len(parts) == 1 and parts[0].when is None:
        return Statement(name, binders, parts[0].value, _kind(parts[0].value))
    return Statement(name, binders, Where(tuple((p.when, p.value) for p in parts)))


def _kind(body: Expr) -> str:
    if isinstance(body, Red) and body.op != "sum":
        return "reduce"
    return next((kind for head, kind in HEADS if isinstance(body, head)), "sum")


def _binders(
    el: Elaborator, scope: Scope, name: str, first: Definition
) -> tuple[tuple[Bind, ...], Shape, dict[str, Expr]]:
    """New letters over a tensor's members and axes; its axes as declared; what the declared member letters are here."""
    declared = scope.lookup(name)
    left = first.left.base if isinstance(first.left, s.Entry) else first.left
    shape = declared.shape if declared is not None else left.shape
    env: dict[str, Expr] = {}
    members: list[Bind] = []
    for b in declared.members if declared is not None else ():
        with el.letters_as(env):
            bound = el.bind(b.range, b.name)
        members.append(bound)
        env[b.name] = Idx(bound.name)
    with el.letters_as(env):
        axes = el.bind_axes(shape)
    return (*members, *axes), shape, env


def _part(el: Elaborator, d: Definition, binders: tuple[Bind, ...], shape: Shape) -> Part:
    """A definition at the statement's letters: what is written on its left says what its own letters are."""
    left = d.left
    written: tuple[s.Node, ...] = ()
    if isinstance(left, s.Entry):
        written, left = left.indices, left.base
    if isinstance(left, s.Apply):
        left = s.Symbol(left.name, left.shape)
    if not isinstance(left, s.Symbol) or any(isinstance(i, s.Slice) for i in written):
        raise UnsupportedError("a definition of what is no name and no entry of one")
    written = (*left.members, *written)
    env: dict[str, Expr] = {}
    conditions: list[Expr] = []
    at: list[Expr | None] = [None] * len(binders)
    for n, (node, b) in enumerate(zip(written, binders, strict=False)):
        letter = Idx(b.name)
        if isinstance(node, s.MultiIndex):
            for part, value in zip(node.parts, unpacked(el, node, letter), strict=True):
                found = _letter_in(part)
                if found is not None and found[0] not in env:
                    env[found[0]] = add(value, neg(el.entry(found[1], ())))
                else:
                    with el.letters_as(env):
                        conditions.append(eq(value, el.scalar(part)))
            continue
        solved = _letter_in(node)
        if solved is not None and solved[0] not in env:
            env[solved[0]] = add(letter, neg(el.entry(solved[1], ())))
            continue
        with el.letters_as(env):
            value = el.scalar(node)
        if solved is None:
            at[n] = value
        conditions.append(eq(letter, value))
    rest = letters_of(binders[len(written) :])
    left_over = shape[len(shape) - len(rest) :]
    with el.letters_as(env):
        if d.kind not in ("start", "step"):
            conditions += _narrowed(el, d, binders, env)
        if isinstance(d.condition, s.Condition):
            conditions.append(condition(el, d.condition, (), ()))
        value = side(el, d.right, left_over, rest)
    when = None if not conditions else conditions[0] if len(conditions) == 1 else Logic("and", tuple(conditions))
    return Part(value, when, tuple(at), d.kind)


def _letter_in(node: s.Node) -> tuple[str, s.Node] | None:
    """The letter t and the offset c of an index t + c on the left of a definition."""
    if isinstance(node, s.IndexVar):
        return node.name, s.Number(Fraction(0))
    if isinstance(node, s.Add) and isinstance(node.terms[0], s.IndexVar):
        rest = node.terms[1:]
        if all(isinstance(x, s.Number) or (isinstance(x, s.Neg) and isinstance(x.body, s.Number)) for x in rest):
            return node.terms[0].name, rest[0] if len(rest) == 1 else s.Add(rest)
    return None


def _narrowed(el: Elaborator, d: Definition, binders: tuple[Bind, ...], env: dict[str, Expr]) -> list[Expr]:
    """A condition for each letter whose written range is not that of its whole axis."""
    out = []
    for b in d.binders:
        letter = env.get(b.name)
        if not b.written or letter is None:
            continue
        axis = next((x for x in binders if Idx(x.name) is letter), None)
        if axis is None or (el.size(b.range.first), el.size(b.range.last)) != (axis.first, axis.last):
            out.append(between(el, letter, Range(b.range.first, b.range.last)))
    return out


def _scan(name: str, binders: tuple[Bind, ...], parts: list[Part]) -> Statement:
    """A recurrence: definitions with constant indices are its boundary, the other one its step."""
    base = tuple((p.at, p.value) for p in parts if any(i is not None for i in p.at))
    steps = [p for p in parts if all(i is None for i in p.at)]
    if len(steps) != 1 or any(p.when is not None for p in steps):
        raise UnsupportedError("a recurrence with more than one step, or none", found=name)
    return Statement(name, binders, steps[0].value, "scan", base)


def _zero(el: Elaborator, d: Definition, binders: tuple[Bind, ...], shape: Shape) -> Expr:
    """What an implicit definition sets to zero, entry by entry of what it defines."""
    if not isinstance(d.right, s.Relation) or d.right.ops != ("=",):
        raise UnsupportedError("an implicit definition that is no single equation")
    a, b = d.right.sides
    at = letters_of(binders)
    if len(at) != len(shape):
        raise UnsupportedError("an implicit definition of a family")
    return add(_written(el, a, shape, at), neg(_written(el, b, shape, at)))


def _written(el: Elaborator, node: s.Node, shape: Shape, at: Indices) -> Expr:
    """A side, entry by entry; a gradient that the numerator layout writes as a row belongs to a column all the same."""
    if len(node.shape) == 2 and len(shape) == 1 and node.shape[0] == SINGLE and node.shape[1] == shape[0]:
        return el.entry(node, (num(1), *at))
    return side(el, node, shape, at)
