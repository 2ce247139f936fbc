"""Entries of expectations, variances, divergences, entropies and densities."""

from __future__ import annotations

from symdl.errors import UnsupportedError
from symdl.language import syntax as s
from symdl.tensor.elaborate_base import Elaboration, Indices, letters_of, rule
from symdl.tensor.expr import Acc, Call, Expect, Expr, fn, fresh, mul, neg, power, sub, total, walk
from symdl.tensor.laws import axes_of_law, event_shape, law_of, log_density
from symdl.tensor.program import Law, Program


def random_names(program: Program, e: Expr) -> tuple[str, ...]:
    """The random tensors an expression depends on, in the order of the program's laws.

    It may depend on them through definitions, bodies of functions and parameters of laws.
    """
    seen: set[str] = set()
    stack = [e]
    while stack:
        for x in walk(stack.pop()):
            if isinstance(x, Call):
                function = program.functions.get(x.name)
                stack += [function.body] if function is not None and function.body is not None else []
            if not isinstance(x, Acc) or x.name in seen:
                continue
            seen.add(x.name)
            found, law = program.statements.get(x.name), program.laws.get(x.name)
            if found is not None:
                stack += [found.body, *(b for _, b in found.base)]
                stack += [] if found.condition is None else [found.condition]
            if law is not None and x.name in program.leaves:
                stack += [value for _, value in law.parameters]
    return tuple(n for n in program.laws if n in seen and n in program.leaves)


@rule(s.Moment)
def _moment(el: Elaboration, node: s.Moment, indices: Indices) -> Expr:
    """E[x]; Var(x) = E[(x − E x)²], of a column the matrix of covariances; Cov(x, y) = E[(x − E x)(y − E y)]."""
    a, b = node.args[0], node.args[-1]
    if node.kind == "E":
        return expectation(el, node, el.entry(a, indices))
    if len(a.shape) == 1 and len(b.shape) == 1:
        left, right = indices[:1], indices[1:]
    else:
        left = indices if a.shape else ()
        right = indices if b.shape else ()

    def centred(x: s.Node, at: Indices) -> Expr:
        return sub(el.entry(x, at), expectation(el, node, el.entry(x, at)))

    if node.kind not in ("Var", "Cov"):
        raise UnsupportedError("a moment", found=node.kind)
    if left == right and a == b:
        return expectation(el, node, power(centred(a, left), 2))
    return expectation(el, node, mul(centred(a, left), centred(b, right)))


def expectation(el: Elaboration, node: s.Moment, body: Expr) -> Expr:
    """E over what is written under the sign, else over every random tensor in the body that is not conditioned on."""
    given = {g.name for g in node.given if isinstance(g, s.Symbol)}
    over: list[tuple[str, Law | None]] = []
    for variable, law in node.over:
        if isinstance(variable, s.Entry):
            variable = variable.base
        if not isinstance(variable, s.Symbol):
            raise UnsupportedError("an expectation over what is not a symbol")
        made = None if law is None else law_of(el, law, variable.name, variable.shape, node.given)
        own = el.program.laws.get(variable.name)
        if made is not None and own is not None and density_name(made) == density_name(own) != "":
            made = None  # the variable's own law, with what it is conditioned on
        over.append((variable.name, made))
    if not over:
        over = [(n, None) for n in random_names(el.program, body) if n not in given]
    return Expect(tuple(over), body) if over else body


def density_name(law: Law) -> str:
    """The name of an undefined density; nothing for any other law."""
    density = dict(law.parameters).get("density")
    return density.name if isinstance(density, Call) else ""


@rule(s.Divergence)
def _divergence(el: Elaboration, node: s.Divergence, indices: Indices) -> Expr:
    """KL(p‖q) = E_p[log p − log q], H(p) = −E_p log p, CE(p, q) = −E_p log q; Σ p … for vectors of probabilities."""
    if node.name not in ("KL", "H", "CE"):
        raise UnsupportedError("a divergence", found=node.name)
    p, q = node.args[0], node.args[-1]
    if isinstance(p, s.Distribution):
        if not isinstance(q, s.Distribution):
            raise UnsupportedError("a divergence of a law and what is none")
        return _of_laws(el, node.name, p, q)
    if len(p.shape) != 1 or len(q.shape) != 1:
        raise UnsupportedError("a divergence of what is neither a law nor a vector of probabilities")
    binders = tuple(el.bind(a) for a in p.shape)
    at = letters_of(binders)
    weight, log_p = el.entry(p, at), fn("log", el.entry(p, at))
    log_q = fn("log", el.at(q, p.shape, at))
    inside = {"KL": sub(log_p, log_q), "H": neg(log_p), "CE": neg(log_q)}[node.name]
    return total(binders, mul(weight, inside))


def _of_laws(el: Elaboration, name: str, p: s.Distribution, q: s.Distribution) -> Expr:
    variable = fresh("x")
    laws = [law_of(el, d, variable, event_shape(d)) for d in (p, q)]

    def log_of(law: Law) -> Expr:
        axes = tuple(type(b)(fresh(b.name), b.first, b.last) for b in axes_of_law(law))
        return log_density(el, law, axes, lambda at: Acc(variable, at))

    inside = {
        "KL": lambda: sub(log_of(laws[0]), log_of(laws[1])),
        "H": lambda: neg(log_of(laws[0])),
        "CE": lambda: neg(log_of(laws[1])),
    }[name]()
    return Expect(((variable, laws[0]),), inside)


def log_density_of(el: Elaboration, node: s.Apply) -> Expr | None:
    """The entry of log p(x), where p is the name of a law; None where it is not."""
    law = el.program.laws.get(node.name)
    if law is None or node.name in el.program.leaves or law.name == "named":
        return None
    if len(node.args) != 1 or any(node.orders):
        raise UnsupportedError("the density of a law", found=f"{node.name} of {len(node.args)} arguments")
    return _at_point(el, law, node.args[0])


def log_density_at(el: Elaboration, point: s.Node, tree: s.Distribution) -> Expr:
    """The logarithm of a listed law's density at a point."""
    return _at_point(el, law_of(el, tree, "", point.shape), point)


def _at_point(el: Elaboration, law: Law, x: s.Node) -> Expr:
    axes = tuple(type(b)(fresh(b.name), b.first, b.last) for b in axes_of_law(law))
    letters = dict(el.letters)

    def value(at: Indices) -> Expr:
        with el.letters_as(letters):
            return el.entry(x, at) if x.shape else el.scalar(x)

    return log_density(el, law, axes if x.shape else (), value)
