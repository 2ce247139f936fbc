"""Layers that look alike share one derivation; layers that differ, however little, do not."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from symdl.calculus.likeness import renamed
from symdl.engine import derive
from symdl.tensor import expr as E
from tests.blackboard import Board, F, Values, check, f, relu, sigmoid, tanh
from tests.spelling import spell

SIZES = {"B": 2, "n": 3, "m": 4, "p": 5}


def network(sizes: str, activations: list[Callable[..., F]], scale: int = 1) -> Board:
    """One dense layer for each activation: sizes `n m p` are those of its values, from the input on."""
    dims = sizes.split()
    weights = {f"W{k}": f"{a} {b}" for k, (a, b) in enumerate(itertools.pairwise(dims), 1)}
    b = Board(H0=f"B {dims[0]}", **weights)
    for k, activation in enumerate(activations, 1):
        before, W, Z = map(b.at, (f"H{k - 1}", f"W{k}", f"Z{k}"))
        factor = scale if k == 2 else 1
        b.define(
            f"Z{k}",
            f"B {dims[k]}",
            lambda i, j, u=before, W=W, d=dims[k - 1], c=factor: f(c) * b.sum(d, lambda q: u(i, q) * W(q, j)),
        )
        b.define(f"H{k}", f"B {dims[k]}", lambda i, j, Z=Z, g=activation: g(Z(i, j)))
    last = b.at(f"H{len(activations)}")
    b.define("L", "", lambda: f(1) / 2 * b.sum(f"B {dims[-1]}", lambda i, j: last(i, j) ** 2))
    return b


@pytest.mark.parametrize(
    "board",
    [
        network("n n n n n", [tanh] * 4),
        network("n m p n m", [tanh] * 4),
        network("n n n n n", [tanh, sigmoid, tanh, relu]),
        network("n n n n n", [tanh] * 4, scale=3),
    ],
)
def test_every_layer_has_its_own_numbers(board: Board) -> None:
    names = [f"W{k}" for k in range(1, 5)]
    solution = derive(board.understanding(*(board.d("L", n) for n in names)), board.program)
    values = Values(board, SIZES)
    for n, result in zip(names, solution.results, strict=True):
        assert result.matrix is not None
        check(board, result.matrix, values.gradient("L", n), values)


def test_a_fact_about_one_layer_is_used_in_that_layer_only() -> None:
    plain, special = (network("n n n n n", [tanh] * 4) for _ in range(2))
    special.fact("B", lambda i: special.sum("n", lambda j: special.at("H2")(i, j) ** 2), 1)
    forms = []
    for board in (plain, special):
        solution = derive(board.understanding(*(board.d("L", f"W{k}") for k in range(1, 5))), board.program)
        forms.append([spell(s.line) for r in solution.results for s in r.steps])
    assert len(forms[0]) == len(forms[1])
    assert forms[0][0] == forms[1][0]


def test_names_and_letters_are_put_in_everywhere() -> None:
    i, k = E.Idx("i"), E.Idx("k·1")
    e = E.total((E.Bind("k·1", E.ONE, E.Dimension("n", None)),), E.mul(E.Acc("W1", (i, k)), E.Acc("Z1", (k,))))
    moved = renamed(e, {"W1": "W2", "Z1": "Z2", "n": "m"}, {"i": E.Idx("j")}, frozenset("nm"))
    assert {a.name for a in E.accesses(moved)} == {"W2", "Z2"}
    assert moved.free == {"j"}
    assert "m" in E.text(moved)
    assert np.all([b.name != "k·1" for b in moved.binders])  # type: ignore[attr-defined]
