"""Derive: a tanh network of 10, 100 and 1,000 layers, all gradients with all steps; beside JAX's tracing of the same.

    python benchmarks/derive.py [DEPTH …]

Seconds are of the processor. JAX's column is `jax.make_jaxpr(jax.grad(f))` of the same network, if JAX is installed.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence

from symdl.engine import derive
from symdl.language import syntax as s
from symdl.language.dims import shape
from symdl.language.scope import Declaration, Scope
from symdl.language.understanding import Line, Understanding
from symdl.tensor import expr as E
from symdl.tensor.program import Leaf, Program, Statement

DEPTHS = (10, 100, 1000)


def network(depth: int) -> tuple[Understanding, Program]:
    """`Z_k = H_{k−1} W_k`, `H_k = tanh Z_k`, `L = ½ ‖H‖²`; the gradient in every W_k."""
    batch, width = E.Dimension("B", None), E.Dimension("n", None)

    def over(*sizes: E.Expr) -> tuple[E.Bind, ...]:
        return tuple(E.Bind(E.fresh(stem), E.ONE, size) for stem, size in zip("ijk", sizes, strict=False))

    def at(name: str, *binders: E.Bind) -> E.Expr:
        return E.Acc(name, tuple(E.Idx(b.name) for b in binders))

    leaves = {"H0": Leaf("H0", shape("B", "n"))}
    statements: dict[str, Statement] = {}
    for k in range(1, depth + 1):
        leaves[f"W{k}"] = Leaf(f"W{k}", shape("n", "n"))
        i, j, m = over(batch, width, width)
        body = E.total((m,), E.mul(at(f"H{k - 1}", i, m), at(f"W{k}", m, j)))
        statements[f"Z{k}"] = Statement(f"Z{k}", (i, j), body)
        i, j = over(batch, width)
        statements[f"H{k}"] = Statement(f"H{k}", (i, j), E.fn("tanh", at(f"Z{k}", i, j)))
    i, j = over(batch, width)
    loss = E.mul(E.power(E.num(2), -1), E.total((i, j), E.power(at(f"H{depth}", i, j), 2)))
    statements["L"] = Statement("L", (), loss)
    program = Program(leaves, statements, sizes=frozenset(("B", "n")))
    names = {n: Declaration(n, leaf.axes) for n, leaf in leaves.items()}
    names |= {n: Declaration(n, shape("B", "n") if n != "L" else ()) for n in statements}
    symbol = {n: s.Symbol(n, d.shape) for n, d in names.items()}
    targets = tuple(Line(s.Derivative(symbol["L"], (symbol[f"W{k}"],)), "") for k in range(1, depth + 1))
    return Understanding(Scope(names=names, dimensions=program.sizes), targets=targets), program


def symdl_run(depth: int) -> Callable[[], object]:
    understanding, program = network(depth)
    return lambda: derive(understanding, program)


def jax_run(depth: int) -> Callable[[], object] | None:
    try:
        import jax
        import jax.numpy as jnp
    except ImportError:
        return None

    def loss(weights: Sequence[object], h: object) -> object:
        for w in weights:
            h = jnp.tanh(h @ w)  # type: ignore[operator]
        return 0.5 * jnp.sum(h**2)  # type: ignore[operator]

    weights, h = [jnp.ones((4, 4))] * depth, jnp.ones((3, 4))
    return lambda: jax.make_jaxpr(jax.grad(loss))(weights, h)


def seconds(run: Callable[[], object] | None) -> str:
    if run is None:
        return "not installed"
    start = time.process_time()
    run()
    return f"{time.process_time() - start:.2f} s"


def main(depths: Sequence[int]) -> None:
    sys.setrecursionlimit(100_000)  # JAX's
    print(f"{'layers':>8} {'symdl, all steps':>18} {'jax.make_jaxpr':>16} {'peak memory':>12}")
    for depth in depths:
        own = seconds(symdl_run(depth))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{depth:>8} {own:>18} {seconds(jax_run(depth)):>16} {peak:>9.0f} MB", flush=True)


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or DEPTHS)
