"""Narrative: the one sentence that says why a step holds, in words a lecturer would use."""

from __future__ import annotations

from collections.abc import Iterable

from symdl.language.letters import free_letters
from symdl.language.print_latex import latex
from symdl.language.syntax import Implication, Node, Relation
from symdl.solution.step import Result

__all__ = ["free_letters"]


TIED = ("max", "min", "argmax", "argmin")


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    items = list(names)
    if len(items) <= 1:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]


def code(name: str) -> str:
    """A name in prose: in dollars, as a formula."""
    return f"${name}$"


def chain_rule(name: str, users: Iterable[str], inlined: Iterable[str]) -> str:
    """Why an adjoint is what it is: through which quantities its variable acts."""
    users = list(users)
    if not users:
        return f"{code(name)} stands in the formula itself"
    text = f"chain rule: {code(name)} acts through {listed(code(u) for u in users)}"
    passed = [n for n in inlined if n not in users]
    if passed:
        text += f", and {listed(code(u) for u in passed)} is written out"
    return text


def at_kinks(names: Iterable[str]) -> tuple[str, ...]:
    """What a step says where a function in it is not differentiable everywhere."""
    names = list(names)
    bent = [n for n in names if n not in TIED]
    tied = [n for n in names if n in TIED]
    return (
        *((f"away from the kinks of {listed(bent)}",) if bent else ()),
        *((f"away from ties of the {listed(tied)}",) if tied else ()),
    )


def using(assumptions: Iterable[Node]) -> tuple[str, ...]:
    """The assumptions that made a line shorter."""
    found = [f"${latex(a)}$" for a in assumptions]
    return (f"using {listed(found)}",) if found else ()


def no_path(of: str, by: str) -> str:
    return f"{code(of)} does not depend on {code(by)}: no definition leads from one to the other"


SUBSTITUTED = "with the value found above for the derivative by "


def substituted(names: Iterable[str]) -> str:
    return SUBSTITUTED + listed(code(n) for n in names)


def second(by: str) -> str:
    return f"differentiate each entry of the gradient once more by {code(by)}"


def entrywise(of: str, by: str) -> str:
    return f"differentiate each entry of {code(of)} by each entry of {code(by)}"


DELTAS = "each δ leaves one term of its sum"
PUT_BACK = "names put back, facts used, factors collected"


def every_use(name: str) -> str:
    return f"each place where {code(name)} is used, with a δ for the entry that is used there"


def upstream(of: str) -> str:
    return f"{code(of)} is any differentiable function: this derivative is a given"


def claim_of(result: Result, form: Node) -> Node:
    """The line that says the result: `target = form`; an index form is such a line already."""
    return form if isinstance(form, Relation | Implication) else Relation((result.target, form), ("=",))
