"""Probability: laws, densities, moments, divergences."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.language.dims import Shape
from symdl.language.syntax.base import Node
from symdl.language.syntax.fitting import common


@dataclass(frozen=True)
class Distribution(Node):
    """`\\mathcal{N}(\\mu, \\Sigma)`, `\\mathrm{Bernoulli}(q)` …, or a named density: name `normal`, `bernoulli`, … or
    `named` with the declared name as its only argument."""

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True)
class Density(Node):
    """`\\mathcal{N}(x \\mid \\mu, \\Sigma)`: a listed law's density at a point; of a discrete one, the probability."""

    point: Node
    law: Distribution


@dataclass(frozen=True)
class Moment(Node):
    """`\\mathbb{E}[x]`, `\\operatorname{Var}(x)`, `\\operatorname{Cov}(x, y)`: kind is E, Var or Cov.

    `over` are pairs (random symbol, its law or None) written under the sign; empty means all random symbols in the
    body. `given` are symbols conditioned on.
    """

    kind: str
    args: tuple[Node, ...]
    over: tuple[tuple[Node, Distribution | None], ...] = ()
    given: tuple[Node, ...] = ()

    def _shape(self) -> Shape:
        if self.kind == "E":
            return self.args[0].shape
        a, b = self.args[0].shape, self.args[-1].shape
        if not a and not b:
            return ()
        if self.kind == "Var" and len(a) > 1:
            return a
        return (a[0], b[0]) if len(a) == 1 and len(b) == 1 else common(a, b, "with")


@dataclass(frozen=True)
class Divergence(Node):
    """`\\mathrm{KL}(p \\| q)` and entropies: name is KL, H (entropy, one argument) or CE (cross-entropy)."""

    name: str
    args: tuple[Node, ...]
