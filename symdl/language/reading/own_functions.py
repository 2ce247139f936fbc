"""Own functions: `R(W) = \\sum_k \\sum_l W_{k,l}^2` with a name nobody declared, of declared names (rule 13)."""

from __future__ import annotations

import re

from symdl.errors import ReadError
from symdl.language.functions import ALONG_AXIS, APPLIED_LETTERS, ELEMENTWISE, MOMENTS, OF_MATRIX
from symdl.language.reading import scan
from symdl.language.reading.context import Context
from symdl.language.reading.heads import arguments
from symdl.language.reading.names import dimension, find, index_letter, letter_name, name_text, unwrap
from symdl.language.scope import Declaration
from symdl.language.surface import Group, Letter, Scripts, Seq, Styled, Surface
from symdl.language.syntax import Apply, Node, Symbol

NOT_NEW = (*APPLIED_LETTERS, *MOMENTS, "O", "o", "P", "p", "N", r"\delta", "d", "e")

# operators, moments and eigenvalues under any script: λ_1(A) = … says something of A
OPERATORS = ("nabla", "partial", "lambda", "E", "P", "Var", "Cov", "Pr", "KL", "Delta", "int", "sum", "prod")


def own_function(ctx: Context, s: Surface) -> tuple[str, tuple[Declaration, ...]] | None:
    """A name nobody declared before a bracket of declared names: what it is, and its parameters."""
    s = unwrap(s)
    if not isinstance(s, Seq) or len(s.items) != 2:
        return None
    head, group = unwrap(s.items[0]), s.items[1]
    if not isinstance(group, Group) or group.kind != "()" or not isinstance(head, Letter | Styled | Scripts):
        return None
    name = name_text(head)
    core = unwrap(head.base) if isinstance(head, Scripts) else head
    if name is None or find(ctx, head) is not None or dimension(ctx, head) is not None:
        return None
    if (letter_name(core) or name_text(core)) in NOT_NEW or find(ctx, core) is not None or _built_in(core):
        return None
    if isinstance(head, Scripts) and (head.primes or not _label(ctx, head)):
        return None
    parameters = [find(ctx, p) for p in arguments(group)]
    names = [d.name for d in parameters if d is not None and d.kind == "tensor" and not d.members]
    if len(names) != len(parameters) or len(set(names)) != len(names):
        return None
    return name, tuple(d for d in parameters if d is not None)


def _built_in(core: Surface) -> bool:
    """Is it a function that is known everywhere, whatever its scripts? \\tanh^{-1}(a) = … is a claim."""
    word = re.sub(r"\\(mathrm|mathbb|mathbf|operatorname)|[\\{} ]", "", name_text(core) or "")
    return word in ELEMENTWISE or word in ALONG_AXIS or word in OF_MATRIX or word in MOMENTS or word in OPERATORS


def _label(ctx: Context, head: Scripts) -> bool:
    """Are the scripts words or marks that tell names apart, and no indices?"""
    for script in (head.sub, head.sup):
        if script is None:
            continue
        core = unwrap(script)
        pieces = core.items if isinstance(core, Seq) else (core,)
        if any(index_letter(ctx, p) is not None for p in pieces):
            return False
        if isinstance(core, Group):
            return False
    return True


def applied(ctx: Context, name: str, parameters: tuple[Declaration, ...], body: Node, s: Surface) -> Apply:
    """The left side of its definition."""
    if loose := scan.free_letters(ctx, s) & set(ctx.free):
        raise ReadError(
            "an index is free in the body of a function",
            span=s.span,
            found=", ".join(sorted(loose)),
            expected="letters that a sum binds",
        )
    args = tuple(Symbol(d.name, d.shape, integer=d.integer) for d in parameters)
    shape = ctx.shape(body)
    elementwise = len(args) == 1 and not args[0].axes and not shape
    return Apply(name, args, (), shape, elementwise=elementwise)


__all__ = ["applied", "own_function"]
