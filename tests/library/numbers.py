"""Problems with numbers: leaves drawn inside the assumptions, generated gradients run, autograd asked the same."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np

from symdl.api import Model
from symdl.code.identifiers import gradient_name, identifier
from symdl.code.module import module
from symdl.engine import derive
from symdl.language import syntax as s
from symdl.problem import Problem
from symdl.tensor.program import Program

POSITIVE = {"epsilon", "k", "a", "s", "b", "tau", "v", "alpha", "lambda_", "beta"}


def sizes_of(program: Program, primes: tuple[int, ...]) -> dict[str, int]:
    return dict(zip(sorted(program.sizes), primes, strict=False))


def draw(model: Model, sizes: dict[str, int], rng: np.random.Generator, special: dict[str, Any]) -> dict[str, Any]:
    """Leaves by Python name, with the sizes that the reference wants added by the caller."""
    out: dict[str, Any] = {}
    for name, leaf in model.program.leaves.items():
        ident = identifier(name)
        shape = [sizes[m.last.name] for m in leaf.members]
        shape += [a.size.value(sizes) for a in leaf.axes]
        if ident in special:
            out[ident] = special[ident](rng, tuple(shape))
        elif leaf.integer:
            out[ident] = rng.integers(1, 4, size=shape)
        else:
            value = rng.normal(size=shape)
            out[ident] = value if shape or ident not in POSITIVE else abs(value) + 0.1
            out[ident] = out[ident] if shape else float(out[ident])
    return out


def simplex(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    p = rng.uniform(0.1, 1, size=shape)
    return p / p.sum(axis=-1, keepdims=True)


def positive(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.uniform(0.2, 1, size=shape) if shape else float(rng.uniform(0.2, 1))


def definite(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    a = rng.normal(size=shape)
    return a @ a.T + np.eye(shape[0])


def bits(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return rng.integers(0, 2, size=shape).astype(float) if shape else float(rng.integers(0, 2))


def signs(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    return 2 * bits(rng, shape) - 1


def generated(model: Model) -> Callable[..., Any]:
    """`gradients` of the generated module, not yet verified: this test is what verifies it."""
    solution = derive(model.understanding, model.program)
    names: dict[str, Any] = {"__name__": "generated"}
    exec(module(model.understanding, model.program, solution), names)
    return names["gradients"]


def compare(problem: Problem, reference: Callable[..., Any], inputs: dict[str, Any], sizes: dict[str, int]) -> int:
    """Every gradient of the problem against autograd; gives how many were compared."""
    model = Model(problem)
    upstream = _upstream(model)
    wanted = _sizes_wanted(reference, sizes)
    given = dict(inputs)
    if upstream:
        out = reference(**inputs, **wanted)
        rng = np.random.default_rng(7)
        given[f"grad_{identifier(upstream)}"] = rng.normal(size=np.shape(out))
    gradients = generated(model)
    given |= {n: v for n, v in sizes.items() if n in inspect.signature(gradients).parameters and n not in given}
    found = gradients(**given)
    compared = 0
    for line in model.understanding.targets:
        node = line.node
        assert isinstance(node, s.Derivative) and isinstance(node.of, s.Symbol) and len(node.by) == 1
        by = node.by[0]
        assert isinstance(by, s.Symbol)
        ident = identifier(by.name)
        if ident not in inputs:
            continue  # a quantity on the way, whose gradient the others rest on

        def total(x: Any, ident: str = ident) -> Any:
            y = reference(**{**inputs, ident: x}, **wanted)
            return anp.sum(y * given[f"grad_{identifier(upstream)}"]) if upstream else y

        expected = autograd.grad(total)(np.asarray(inputs[ident], dtype=float))
        got = found[gradient_name(identifier(node.of.name), (ident,))]
        assert np.shape(got) == np.shape(expected), (ident, np.shape(got), np.shape(expected))
        scale = max(1.0, float(np.max(np.abs(expected))))
        assert np.max(np.abs(got - expected)) <= 1e-9 * scale, ident
        compared += 1
    return compared


def _upstream(model: Model) -> str:
    """The tensor that an abstract loss takes, or an empty string."""
    for d in model.understanding.definitions:
        if d.kind == "abstract":
            argument = d.right.args[0] if isinstance(d.right, s.Apply) else d.left
            assert isinstance(argument, s.Symbol)
            return argument.name
    return ""


def _sizes_wanted(reference: Callable[..., Any], sizes: dict[str, int]) -> dict[str, int]:
    code = reference.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return {n: v for n, v in sizes.items() if n in names}
