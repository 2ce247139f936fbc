"""A model as its author states it, and beside it the same function written by hand for autograd."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import symdl

Expected = str | Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """A model and what it should give.

    Args:
        symbols: `X: N n; w: n; \\lambda:`, a name and its shape each.
        given: its definitions.
        derive: target → the names the oracle is differentiated by (`w`, or `w w` for a Hessian; `w^T` transposed), or
            a function that gives the expected value itself.
        oracle: the result as a function of the declared names and the sizes (in Python spelling).
        references: target → the form a textbook prints, written down before the engine met the model.
        positive, labels: leaves that are positive; whole-number leaves and the size they run up to.
        sizes: the two settings, where the default (pairwise distinct from 3 and from 5 upwards) does not suit.
        prepare: makes the values satisfy the assumptions.
        refused: a part of the message where the model is refused.
        code: is there generated code for its targets? (none for an arg min)
    """

    symbols: str
    given: list[str]
    derive: dict[str, Expected]
    oracle: Callable[..., Any]
    assume: list[str] = field(default_factory=list)
    references: dict[str, str] = field(default_factory=dict)
    positive: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    sizes: tuple[dict[str, int], dict[str, int]] | None = None
    prepare: Callable[[dict[str, Any]], None] | None = None
    random: list[str] = field(default_factory=list)
    layout: str = "denominator"
    examples: str = "rows"
    refused: str = ""
    code: bool = True

    @property
    def shapes(self) -> dict[str, str]:
        pairs = (part.rsplit(":", 1) for part in self.symbols.split(";") if part.strip())
        return {name.strip(): shape.strip() for name, shape in pairs}

    def problem(self) -> Any:
        return symdl.Problem(
            symbols=self.shapes,
            given=self.given,
            assume=self.assume,
            random=self.random,
            derive=list(self.derive),
            layout=self.layout,
            examples=self.examples,
        )


def by(*names: str, of: str = "L") -> dict[str, Expected]:
    """The plainest targets: ∂L/∂name for each name."""
    return {rf"\frac{{\partial {of}}}{{\partial {n}}}": n for n in names}
