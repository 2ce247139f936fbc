"""A library entry as a problem: its equations, any loss on top, and the gradients by its input and parameters."""

from __future__ import annotations

from typing import Any

from symdl.library.entry import ANY_SHAPE, Distribution, Entry, Loss, Optimizer
from symdl.problem import Problem

LOSS_NAMES = ("L", "J", r"\mathcal{L}")


def problem_of(entry: Entry) -> Problem:
    """The entry stated like a derivation file.

    A layer gets `L = L(output)`, a loss is differentiated itself, a distribution's log-density by its parameters; an
    optimizer is stated only, as it has nothing to differentiate.
    """
    symbols = {name: "B n" if shape == ANY_SHAPE else shape for name, shape in entry.symbols.items()}
    given = list(entry.given)
    by = [*(n for n in entry.inputs if not is_integer(entry, n)), *entry.parameters]
    of = entry.output
    if isinstance(entry, Distribution):
        by = list(entry.parameters)
    elif isinstance(entry, Optimizer):
        by = []
    elif not isinstance(entry, Loss):
        of, line, more = loss_on_top(entry.output, symbols)
        given.append(line)
        symbols |= more
    return stated(
        title=entry.title,
        sources=(entry.source,),
        symbols=symbols,
        given=given,
        assume=entry.assume,
        derive=[rf"\frac{{\partial {of}}}{{\partial {name}}}" for name in by],
        label=entry.name,
    )


def stated(**parts: Any) -> Problem:
    """A problem from plain strings, which it takes for texts."""
    return Problem(**parts)


def loss_on_top(output: str, symbols: dict[str, str]) -> tuple[str, str, dict[str, str]]:
    """Any loss of the output: its name, its line, and what else it needs declared.

    Of a sequence, the loss is `Σ_t g_tᵀ h_t`, where g_t is the gradient that arrives at each moment: whatever the loss
    is, the gradients below depend on nothing else.
    """
    name = next(n for n in LOSS_NAMES if n not in symbols)
    shape = symbols.get(output, "")
    if " for " not in shape:
        return name, f"{name} = {name}({output})", {}
    size = shape.partition(" for ")[0]
    last = shape.rpartition("..")[2]
    letter = shape.partition(" for ")[2].split()[0]
    arriving = rf"\bar{{{output.partition('_')[0]}}}_{letter}"
    line = rf"{name} = \sum_{{{letter}=1}}^{{{last}}} {arriving}^\top {output}"
    return name, line, {arriving: f"{size} for {letter} in 1..{last}"}


def is_integer(entry: Entry, name: str) -> bool:
    """Is this input a token or a label, by which nothing is differentiated?"""
    return any(a.replace(" ", "").startswith(name) and r"\in\{" in a.replace(" ", "") for a in entry.assume)
