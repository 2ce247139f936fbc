"""Layout of what is random: laws, densities, moments, divergences."""

from __future__ import annotations

from symdl.language import syntax as s
from symdl.language.boxes import (
    Box,
    Call,
    Chain,
    Commas,
    Digits,
    Fence,
    Infix,
    Name,
    Op,
    Script,
    Sign,
)
from symdl.language.layout import inside, lay, lays
from symdl.language.layout_binding import listed
from symdl.language.precedence import LINE
from symdl.language.syntax import Node

_LAWS = {
    "bernoulli": "Bernoulli",
    "categorical": "Categorical",
    "uniform": "Uniform",
    "exponential": "Exponential",
    "poisson": "Poisson",
    "gamma": "Gamma",
    "beta": "Beta",
    "laplace": "Laplace",
    "rademacher": "Rademacher",
    "binomial": "Binomial",
}


@lays(s.Distribution)
def distribution(node: s.Distribution, last: bool, fixed: bool) -> Box:
    if node.name == "named":
        return lay(node.args[0], LINE)
    return Call(_law_name(node), Fence("()", _parameters(node)))


def _law_name(node: s.Distribution) -> Box:
    return Name(r"\mathcal{N}") if node.name == "normal" else Op(_LAWS.get(node.name, node.name))


def _parameters(node: s.Distribution) -> Commas:
    if node.name == "normal":
        return Commas(tuple(plain_zero(a) or lay(a, LINE, True, k == 1) for k, a in enumerate(node.args)))
    return Commas(tuple(inside(a) for a in node.args))


@lays(s.Density)
def density(node: s.Density, last: bool, fixed: bool) -> Box:
    return Call(_law_name(node.law), Fence("()", Infix("mid", (inside(node.point), _parameters(node.law)))))


def plain_zero(node: Node) -> Box | None:
    """A zero whose shape its neighbours fix."""
    return Digits("0") if isinstance(node, s.Zeros) else None


@lays(s.Moment)
def moment(node: s.Moment, last: bool, fixed: bool) -> Box:
    head: Box = Sign("expectation") if node.kind == "E" else Op(node.kind)
    under = [inside(x) if law is None else Chain((inside(x), inside(law)), ("~",)) for x, law in node.over]
    if under:
        head = Script(head, listed(under))
    body = listed([inside(a) for a in node.args])
    if node.given:
        body = Infix("mid", (body, listed([inside(g) for g in node.given])))
    return Call(head, Fence("[]" if node.kind == "E" else "()", body))


@lays(s.Divergence)
def divergence(node: s.Divergence, last: bool, fixed: bool) -> Box:
    if node.name == "KL":
        return Call(Op("KL"), Fence("()", Infix("divides", tuple(inside(a) for a in node.args))))
    return Call(Name("H"), Fence("()", listed([inside(a) for a in node.args])))
