"""Laws of random tensors as data with entries: from a tree to a `Law`, and a law's log density at a value.

Parameters of a law, by name:

| law | parameters |
|---|---|
| normal | `mean`, and `variance` (each entry on its own) or `covariance` (a matrix) |
| bernoulli | `probability` |
| categorical | `probability` (a vector; values count from its base) |
| uniform | `lower`, `upper` |
| exponential | `rate` |
| laplace | `mean`, `scale` |
| poisson | `rate` |
| beta | `alpha`, `beta` |
| gamma | `shape`, `rate` |
| moments | those of `mean`, `variance`, `covariance` that are stated |
| named | `density`: a call of an abstract positive function at the variable itself, then what it is conditioned on |

A parameter of a tensor is a lambda over the tensor's own axes (`covariance` over two copies of them).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symdl.errors import ShapeError, UnsupportedError
from symdl.language import syntax as s
from symdl.language.dims import Shape, shape_text
from symdl.tensor.elaborate_base import HALF, Elaboration, Indices, letters_of
from symdl.tensor.expr import (
    ONE,
    Acc,
    Bind,
    Call,
    Cmp,
    Const,
    Expr,
    Idx,
    Ind,
    Lam,
    Mat,
    add,
    div,
    fn,
    fresh,
    mul,
    neg,
    num,
    power,
    refresh,
    sub,
    substitute,
    total,
)
from symdl.tensor.program import Law

PARAMETERS = {
    "normal": ("mean", "variance"),
    "bernoulli": ("probability",),
    "categorical": ("probability",),
    "uniform": ("lower", "upper"),
    "exponential": ("rate",),
    "laplace": ("mean", "scale"),
    "poisson": ("rate",),
    "beta": ("alpha", "beta"),
    "gamma": ("shape", "rate"),
}


def law_of(
    el: Elaboration, tree: s.Distribution, variable: str, shape: Shape, conditioned: tuple[s.Node, ...] = ()
) -> Law:
    """The law a distribution is, for a variable of this shape."""
    if tree.name == "named":
        name = tree.args[0].name if isinstance(tree.args[0], s.Symbol | s.Apply) else str(tree.args[0])
        known = el.program.laws.get(name)
        if known is not None:
            return known
        binders = el.bind_axes(shape)
        own: Expr = Acc(variable, ())
        if binders:
            own = Lam(binders, Acc(variable, letters_of(binders)))
        given = (*tree.args[1:], *conditioned)
        return Law("named", (("density", Call(name, (), (own, *(el.lambda_of(g) for g in given)), ())),))
    names = PARAMETERS.get(tree.name)
    if names is None:
        raise UnsupportedError("a distribution without a law", found=tree.name)
    if len(names) != len(tree.args):
        raise ShapeError(f"parameters of {tree.name}", found=f"{len(tree.args)} parameters", expected=", ".join(names))
    if tree.name == "normal" and shape and len(tree.args[1].shape) == 2:
        variance = _separate_variance(tree.args[1])
        if variance is not None:
            return _separate(el, tree.args[0], variance, shape)
        if len(shape) > 1:
            raise UnsupportedError("a normal law of a matrix whose covariance is not diagonal")
    parameters: list[tuple[str, Expr]] = []
    for name, arg in zip(names, tree.args, strict=True):
        if tree.name == "normal" and name == "variance" and len(shape) == 1 and len(arg.shape) == 2:
            parameters.append(("covariance", el.lambda_of(arg)))
        elif tree.name == "categorical":
            parameters.append((name, el.lambda_of(arg)))
        else:
            parameters.append((name, spread(el, arg, shape)))
    return Law(tree.name, tuple(parameters))


def _separate(el: Elaboration, mean: s.Node, variance: s.Node, shape: Shape) -> Law:
    """N(μ, diag(v)): entries independent by the law itself; a matrix has it along its last axis."""
    parameters = []
    for name, value in (("mean", mean), ("variance", variance)):
        binders = el.bind_axes(shape)
        own = len(value.shape)
        entry = el.at(value, shape[len(shape) - own :], letters_of(binders[len(binders) - own :]))
        parameters.append((name, Lam(binders, entry)))
    return Law("normal", tuple(parameters), iid=True, separate=True)


def _separate_variance(covariance: s.Node) -> s.Node | None:
    """The variance of each entry, where the covariance is a multiple of I or a diagonal matrix."""
    if isinstance(covariance, s.MatrixFunction) and covariance.name == "diag" and len(covariance.body.shape) == 1:
        return covariance.body
    return _multiple_of_identity(covariance)


def event_shape(tree: s.Distribution) -> Shape:
    """The shape of what a law is the law of: that of its parameters; a category is a number."""
    if tree.name in ("categorical", "named"):
        return ()
    return next((a.shape for a in tree.args if len(a.shape) == 1), ())


def spread(el: Elaboration, arg: s.Node, shape: Shape) -> Expr:
    """A parameter over the axes of its variable: a scalar is the same for every entry."""
    if not shape:
        return el.scalar(arg)
    binders = el.bind_axes(shape)
    at = letters_of(binders)
    if not arg.shape:
        return Lam(binders, el.entry(arg, ()))
    if len(arg.shape) != len(shape):
        raise ShapeError("a parameter of a law", found=shape_text(arg.shape), expected=shape_text(shape))
    return Lam(binders, el.at(arg, shape, at))


def _multiple_of_identity(arg: s.Node) -> s.Node | None:
    """c, where the tree is c I."""
    if isinstance(arg, s.Identity):
        return s.Number(Fraction(1))
    if isinstance(arg, s.Product) and isinstance(arg.factors[-1], s.Identity):
        rest = arg.factors[:-1]
        if all(not f.shape for f in rest):
            return rest[0] if len(rest) == 1 else s.Product(rest)
    return None


def parameter(law: Law, name: str, at: Indices) -> Expr | None:
    """A parameter's entry, with new bound letters."""
    found = dict(law.parameters).get(name)
    if found is None:
        return None
    found = refresh(found)
    if isinstance(found, Lam):
        return substitute(found.body, {b.name: i for b, i in zip(found.binders, at, strict=True)})
    return found


def axes_of_law(law: Law) -> tuple[Bind, ...]:
    """The axes of a variable with this law, as its parameters show them; categorical ones are scalars."""
    for name, value in law.parameters:
        if name not in ("covariance", "probability" if law.name == "categorical" else "") and isinstance(value, Lam):
            return value.binders
    return ()


def log_density(el: Elaboration, law: Law, axes: tuple[Bind, ...], value: Callable[[Indices], Expr]) -> Expr:
    """The logarithm of p(x): entries of x by `value`, over its axes; entries that are independent add up."""
    if law.name == "normal" and "covariance" in dict(law.parameters):
        return _log_normal(el, law, axes, value)
    if law.name == "named":
        raise UnsupportedError("the density of an undefined law at another variable")
    at = letters_of(axes)
    x = value(at)

    def p(name: str) -> Expr:
        found = parameter(law, name, at)
        if found is None:
            raise UnsupportedError(f"the density of a law whose {name} is not stated", found=law.name)
        return found

    return total(axes, _log_scalar(el, law, x, p))


def _log_scalar(el: Elaboration, law: Law, x: Expr, p: Callable[[str], Expr]) -> Expr:
    if law.name == "normal":
        two_pi_v = mul(num(2), Const("pi"), p("variance"))
        square = div(power(sub(x, p("mean")), 2), mul(num(2), p("variance")))
        return sub(neg(mul(HALF, fn("log", two_pi_v))), square)
    if law.name == "bernoulli":
        q = p("probability")
        return add(mul(x, fn("log", q)), mul(sub(ONE, x), fn("log", sub(ONE, q))))
    if law.name == "categorical":
        probability = dict(law.parameters)["probability"]
        if isinstance(probability, Lam):
            body = refresh(probability)
            assert isinstance(body, Lam)
            return fn("log", substitute(body.body, {body.binders[0].name: x}))
    if law.name == "exponential":
        return sub(fn("log", p("rate")), mul(p("rate"), x))
    if law.name == "laplace":
        return sub(neg(fn("log", mul(num(2), p("scale")))), div(fn("abs", sub(x, p("mean"))), p("scale")))
    if law.name == "poisson":
        return add(mul(x, fn("log", p("rate"))), neg(p("rate")), neg(fn("loggamma", add(x, ONE))))
    if law.name == "beta":
        a, b = p("alpha"), p("beta")
        norm = sub(fn("loggamma", add(a, b)), add(fn("loggamma", a), fn("loggamma", b)))
        return add(mul(sub(a, ONE), fn("log", x)), mul(sub(b, ONE), fn("log", sub(ONE, x))), norm)
    if law.name == "gamma":
        a, r = p("shape"), p("rate")
        return add(mul(a, fn("log", r)), mul(sub(a, ONE), fn("log", x)), neg(mul(r, x)), neg(fn("loggamma", a)))
    if law.name == "uniform":
        inside = mul(Ind(Cmp("≥", x, p("lower"))), Ind(Cmp("≤", x, p("upper"))))
        return fn("log", div(inside, sub(p("upper"), p("lower"))))
    raise UnsupportedError("the density of a law", found=law.name)


def _log_normal(el: Elaboration, law: Law, axes: tuple[Bind, ...], value: Callable[[Indices], Expr]) -> Expr:
    """−½ (n log 2π + log det Σ + (x−μ)ᵀ Σ⁻¹ (x−μ))."""
    covariance = dict(law.parameters)["covariance"]
    if not isinstance(covariance, Lam) or len(axes) != 1:
        raise UnsupportedError("a normal law of a tensor with a covariance")
    first, second = axes[0], Bind(fresh(axes[0].name), axes[0].first, axes[0].last)

    def centred(letter: Expr) -> Expr:
        mean = parameter(law, "mean", (letter,))
        assert mean is not None
        return sub(value((letter,)), mean)

    def positioned(letter: Bind) -> Expr:
        return add(Idx(letter.name), sub(ONE, letter.first))

    matrices = [refresh(covariance), refresh(covariance)]
    spans = [m.binders for m in matrices if isinstance(m, Lam)]
    bodies = [m.body for m in matrices if isinstance(m, Lam)]
    inverse = Mat("inverse", (positioned(first), positioned(second)), spans[0][0], spans[0][1], bodies[0])
    logdet = Mat("logdet", (), spans[1][0], spans[1][1], bodies[1])
    size = add(first.last, ONE, neg(first.first))
    form = total((first, second), mul(centred(Idx(first.name)), inverse, centred(Idx(second.name))))
    constant = mul(size, fn("log", mul(num(2), Const("pi"))))
    return neg(mul(HALF, add(constant, logdet, form)))
