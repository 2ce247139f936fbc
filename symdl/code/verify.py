"""Before a module is handed out: run it, and compare everything it returns with the judge's interpreter.

Forward quantities with the values of the statements, gradients with the derivative that the target names, by dual
numbers over the program: neither the engine's formula nor the code that came from it.
"""

from __future__ import annotations

import copy
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from symdl.code.arguments import free_sizes, in_list
from symdl.code.plan import Plan, plan
from symdl.code.targets import Target
from symdl.errors import SymdlError, UnsupportedError, UsageError
from symdl.judge.sample import NoSample, Sampler
from symdl.judge.settings import Setting
from symdl.language.understanding import Understanding
from symdl.solution.step import Solution
from symdl.tensor import expr as e
from symdl.tensor.expr import Acc, Bind, Deriv, Expr, Idx
from symdl.tensor.interpret import Valuation, evaluate_box
from symdl.tensor.program import Program, Sequent

SETTINGS = (Setting("distinct"), Setting("distinct", 3))
SMALLER = (Setting("square", 1), Setting("square", 4))  # where distinct sizes make arrays that are too large
MANY = 7  # names of sizes
ATTEMPTS = 6
TOLERANCE = 1e-8


def example(program: Program, setting: Setting | None = None) -> Valuation:
    """Small values that satisfy every assumption.

    Raises:
        UnsupportedError: none are found.
    """
    try:
        return Sampler(program).draw(Sequent(program, ()), setting or Setting("small", 11))
    except NoSample as error:
        raise UnsupportedError(
            "no values satisfy the assumptions, so code can't be verified", found=str(error)
        ) from error


def verified(
    text: str, understanding: Understanding, program: Program, solution: Solution, backend: str = "numpy"
) -> str:
    """The same text, once everything it computes agrees at two settings of sizes.

    Raises:
        SymdlError: it does not agree, so it is not handed out.
    """
    p = plan(understanding, program, solution)
    with double_precision(backend):
        _verify(text, p, program)
    return text


@contextmanager
def double_precision(backend: str) -> Iterator[None]:
    """JAX computes in single precision unless it is told otherwise: here it is, for as long as we compare.

    Raises:
        UsageError: the framework is not installed.
    """
    if backend != "numpy" and importlib.util.find_spec(backend) is None:
        raise UsageError(
            f"{backend} is not installed, so code for it can't be verified",
            cure=f"pip install {backend}",
        )
    if backend != "jax":
        yield
        return
    import jax

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    try:
        yield
    finally:
        jax.config.update("jax_enable_x64", before)


def _verify(text: str, p: Plan, program: Program) -> None:
    namespace: dict[str, Any] = {"__name__": "symdl_generated"}
    exec(compile(text, "<generated code>", "exec"), namespace)  # our own text, made from trees
    missing = [f for f in ("forward", *(["gradients"] if p.targets else [])) if f not in namespace]
    if missing:  # a template of the user's own
        raise SymdlError("a module has no function of this name", found=", ".join(missing))
    many = len(program.sizes) >= MANY
    for k in range(2):
        _at_setting(namespace, p, program, SMALLER[k] if many else SETTINGS[k], SMALLER[k])
    if many:
        _shapes(namespace, p, example(program, SETTINGS[0]))


class _Overflow(Exception):
    """The judge's own values are not finite: nothing can be compared."""


def _at_setting(namespace: dict[str, Any], p: Plan, program: Program, setting: Setting, smaller: Setting) -> None:
    for attempt in range(ATTEMPTS):
        varied = replace(setting, round=setting.round + 10 * attempt)
        try:
            return _compare(namespace, p, _smaller(program, example(program, varied), 0.5**attempt))
        except _Overflow:
            continue
        except UnsupportedError:
            if setting == smaller:
                raise
            return _at_setting(namespace, p, program, smaller, smaller)
    raise UnsupportedError("code is not verified: every value that was tried overflows")


def _smaller(program: Program, valuation: Valuation, factor: float) -> Valuation:
    """The same with values nearer to zero where nothing restricts them, so that exponentials stay finite."""
    if factor == 1:
        return valuation
    leaves = {
        n: v if n in restricted(program) or program.leaves[n].integer else np.asarray(v, dtype=float) * factor
        for n, v in valuation.leaves.items()
    }
    return valuation.variant(leaves=leaves)


def restricted(program: Program) -> set[str]:
    """Leaves that an assumption or a law speaks of."""
    found = {a.name for f in program.facts for x in (f.left, f.right) if x is not None for a in e.accesses(x)}
    return found | {f.subject for f in program.facts} | set(program.laws)


def _shapes(namespace: dict[str, Any], p: Plan, valuation: Valuation) -> None:
    """Shapes alone, at sizes that all differ."""
    inputs = inputs_of(p, valuation)

    def shape(binders: tuple[Bind, ...]) -> tuple[int, ...]:
        lengths = (e.add(b.last, e.neg(b.first), e.ONE) for b in binders)
        return tuple(int(_entries(n, valuation, ())) for n in lengths)

    with np.errstate(all="ignore"):
        upstream = {u.code: np.ones(shape(u.binders)) for u in p.upstreams}
        found = namespace["forward"](**inputs)
        found |= namespace["gradients"](**inputs, **upstream) if p.targets else {}
    for name, a in [*((a.code, a) for a in p.quantities), *((t.name, t.assignment) for t in p.targets)]:
        if name in found and not a.members and np.shape(found[name]) != shape(a.binders):
            raise SymdlError(
                "generated code disagrees with the judge",
                found=f"{name} of shape {np.shape(found[name])}",
                expected=str(shape(a.binders)),
            )


def inputs_of(p: Plan, valuation: Valuation) -> dict[str, Any]:
    """Arguments for a module, from a valuation: lists of arrays for families."""
    out: dict[str, Any] = {}
    for x in p.inputs:
        if not x.members:
            out[p.names[x.name]] = _plain(valuation.leaves[x.name])
            continue
        if not in_list(p, x):
            axes = p.leaf_axes[x.name]
            out[p.names[x.name]] = _entries(Acc(x.name, _indices(axes)), valuation, axes)
            continue
        (b,) = x.members
        whole = Bind("·", b.first, b.last)
        count = len(_entries(Idx("·"), valuation, (whole,)))
        rows = []
        for k in range(count):
            at = e.add(b.first, e.num(k))
            axes = tuple(
                Bind(a.name, e.substitute(a.first, {b.name: at}), e.substitute(a.last, {b.name: at}))
                for a in p.leaf_axes[x.name][1:]
            )
            rows.append(_entries(Acc(x.name, (at, *_indices(axes))), valuation, axes))
        out[p.names[x.name]] = rows
    return out | {p.names[n]: valuation.sizes[n] for n in free_sizes(p)}


def _compare(namespace: dict[str, Any], p: Plan, valuation: Valuation) -> None:
    inputs = inputs_of(p, valuation)
    before = copy.deepcopy(inputs)
    with np.errstate(all="ignore"):
        upstream = {
            u.code: _entries(Deriv(Acc(u.of, ()), (Acc(u.by, _indices(u.binders)),), True), valuation, u.binders)
            for u in p.upstreams
        }
        late = {a.code for block in p.late for a in block}
        found = namespace["forward"](**inputs, **(upstream if late else {}))
        for a in p.quantities:
            _agree(a.code, found[a.code], Acc(a.key, _indices(a.binders)), valuation, a.binders, a.members)
        gradients = namespace["gradients"](**inputs, **upstream) if p.targets else {}
        for t in p.targets:
            axes = t.assignment.binders
            _agree(t.name, gradients[t.name], _derivative(t, p), valuation, axes, t.assignment.members)
    for k, v in before.items():
        if not all(np.array_equal(x, y) for x, y in zip(_listed(v), _listed(inputs[k]), strict=True)):
            raise SymdlError("generated code changed an input", found=k)


def _listed(x: Any) -> list[Any]:
    return x if isinstance(x, list) else [x]


def _derivative(t: Target, p: Plan) -> Expr:
    """The entry of a target at its letters, axes of `of` first."""
    axes = {a.key: a.binders for block in (*p.forward, *p.late) for a in block} | dict(p.leaf_axes)
    indices = list(_indices(t.assignment.binders))
    accesses = []
    for name in (t.of, *t.by):
        count = len(axes.get(name, ()))
        accesses.append(Acc(name, tuple(indices[:count])))
        del indices[:count]
    return Deriv(accesses[0], tuple(accesses[1:]), True)


def _indices(binders: tuple[Bind, ...]) -> tuple[Expr, ...]:
    return tuple(Idx(b.name) for b in binders)


def _entries(x: Expr, valuation: Valuation, binders: tuple[Bind, ...]) -> Any:
    arrays, _, _ = evaluate_box((x,), valuation, binders)
    return np.asarray(arrays[0], dtype=float)


def _plain(a: Any) -> Any:
    array = np.asarray(a)
    return array if array.dtype.kind in "iu" else array.astype(float)


def _agree(name: str, found: Any, x: Expr, valuation: Valuation, binders: tuple[Bind, ...], members: int = 0) -> None:
    if not members:
        _close(name, found, _entries(x, valuation, binders))
        return
    b, *rest = binders
    first = int(_entries(b.first, valuation, ()))
    last = int(_entries(b.last, valuation, ()))
    if len(found) != last - first + 1:
        raise SymdlError("generated code disagrees with the judge", found=f"{name} of {len(found)} arrays")
    for k, member in enumerate(found, first):
        at = {b.name: e.num(k)}
        axes = tuple(Bind(c.name, e.substitute(c.first, at), e.substitute(c.last, at)) for c in rest)
        _close(f"{name} of {k}", member, _entries(e.substitute(x, at), valuation, axes))


def _close(name: str, found: Any, expected: Any) -> None:
    if not np.all(np.isfinite(expected)):
        raise _Overflow
    found = np.asarray(found)
    if found.shape != expected.shape:
        raise SymdlError(
            "generated code disagrees with the judge",
            found=f"{name} of shape {found.shape}",
            expected=str(expected.shape),
        )
    gap = np.abs(found - expected) / (1 + np.abs(expected))
    if not np.all(gap <= TOLERANCE):  # a NaN is a failure
        worst = float(np.max(gap)) if gap.size else float("nan")
        raise SymdlError(
            "generated code disagrees with the judge",
            found=f"{name} is off by {worst:.1e}",
            expected=f"at most {TOLERANCE:.0e}",
            cure="this is a fault in symdl: please report the problem file",
        )
