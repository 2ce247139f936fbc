"""Small programs built by hand, for tests of values: softmax regression, a recurrent network, a family of layers."""

from __future__ import annotations

from collections.abc import Mapping

from symdl.language.dims import Axis, Dim, SizeAt, axis
from symdl.tensor.expr import (
    ONE,
    ZERO,
    Acc,
    Bind,
    Deriv,
    Dimension,
    Expr,
    Idx,
    add,
    div,
    fn,
    mul,
    num,
    power,
    sub,
    total,
)
from symdl.tensor.program import Fact, Goal, Law, Leaf, Program, Sequent, Statement


def size(name: str) -> Expr:
    return Dimension(name, None)


def bind(letter: str, name: str) -> Bind:
    """The letter from 1 to a size."""
    return Bind(letter, ONE, size(name))


def acc(name: str, *indices: str | Expr) -> Acc:
    out = Acc(name, tuple(Idx(i) if isinstance(i, str) else i for i in indices))
    assert isinstance(out, Acc)
    return out


def leaves(shapes: Mapping[str, str]) -> dict[str, Leaf]:
    return {n: Leaf(n, tuple(axis(a) for a in s.split())) for n, s in shapes.items()}


def program(
    shapes: Mapping[str, str],
    statements: tuple[Statement, ...] = (),
    facts: tuple[Fact, ...] = (),
    laws: Mapping[str, Law] | None = None,
    independent: tuple[tuple[str, str], ...] = (),
) -> Program:
    sizes = {a for s in shapes.values() for a in s.split()} | {"n", "m"}
    return Program(
        leaves=leaves(shapes),
        statements={s.name: s for s in statements},
        facts=facts,
        laws=laws or {},
        independent=independent,
        sizes=frozenset(sizes),
    )


def claim(p: Program, left: Expr, right: Expr, *binders: Bind, op: str = "=") -> Sequent:
    return Sequent(p, (Goal(op, left, right, binders),))


SIMPLEX = Fact("=", total((bind("fk", "c"),), acc("Y", "fi", "fk")), ONE, (bind("fi", "B"),))


def softmax_regression(facts: tuple[Fact, ...] = (SIMPLEX,)) -> Program:
    """Z = X W + b, P = softmax(Z), L = −(1/B) Σ Y log P."""
    z = Statement(
        "Z",
        (bind("zi", "B"), bind("zk", "c")),
        add(total((bind("zj", "n"),), mul(acc("X", "zi", "zj"), acc("W", "zj", "zk"))), acc("b", "zk")),
    )
    p = Statement(
        "P",
        (bind("pi", "B"), bind("pk", "c")),
        div(fn("exp", acc("Z", "pi", "pk")), total((bind("pl", "c"),), fn("exp", acc("Z", "pi", "pl")))),
    )
    loss = total((bind("li", "B"), bind("lk", "c")), mul(acc("Y", "li", "lk"), fn("log", acc("P", "li", "lk"))))
    return program(
        {"X": "B n", "W": "n c", "b": "c", "Y": "B c"},
        (z, p, Statement("L", (), mul(num(-1), power(size("B"), -1), loss))),
        facts,
    )


def logits_gradient() -> Expr:
    """(P − Y)/B at (gi, gk)."""
    return mul(power(size("B"), -1), sub(acc("P", "gi", "gk"), acc("Y", "gi", "gk")))


def weights_gradient() -> Expr:
    """Xᵀ(P − Y)/B at (gj, gk)."""
    return total((bind("gi", "B"),), mul(acc("X", "gi", "gj"), logits_gradient()))


def by(of: str, tensor: str, *letters: str | Expr, total_: bool = True) -> Expr:
    """∂of/∂tensor at an entry."""
    return Deriv(acc(of), (acc(tensor, *letters),), total_)


def recurrent_network() -> Program:
    """h_t = tanh(W h_{t−1} + U x_t) from h_0 = g, through two statements; L = Σ v h²."""
    before = add(Idx("t"), num(-1))
    a = Statement(
        "a",
        (bind("t", "T"), bind("ai", "n")),
        add(
            total((bind("aj", "n"),), mul(acc("W", "ai", "aj"), acc("h", before, "aj"))),
            total((bind("ak", "m"),), mul(acc("U", "ai", "ak"), acc("x", "t", "ak"))),
        ),
    )
    h = Statement(
        "h",
        (bind("s", "T"), bind("hi", "n")),
        fn("tanh", acc("a", "s", "hi")),
        "scan",
        base=(((ZERO, None), acc("g", "hi")),),
    )
    loss = total((bind("lt", "T"), bind("li", "n")), mul(acc("v", "li"), power(acc("h", "lt", "li"), 2)))
    shapes = {"W": "n n", "U": "n m", "x": "T m", "v": "n", "g": "n"}
    return program(shapes, (a, h, Statement("L", (), loss)))


def deep_network() -> Program:
    """h_l = tanh(W_l h_{l−1}), layers of sizes n_l for l in 1..D, from h_0 = x; L = Σ h_D²."""
    layer, below = Idx("l"), add(Idx("l"), num(-1))
    rows = Bind("i", ONE, Dimension("n", layer))
    inner = Bind("j", ONE, Dimension("n", below))
    body = fn("tanh", total((inner,), mul(acc("W", "l", "i", "j"), acc("h", below, "j"))))
    h = Statement("h", (bind("l", "D"), rows), body, "scan", base=(((ZERO, None), acc("x", "i")),))
    top = Bind("k", ONE, Dimension("n", size("D")))
    loss = total((top,), power(acc("h", size("D"), "k"), 2))
    first = Dim.of(SizeAt("n", Dim.of(0)))
    weights = (Axis(Dim.of(SizeAt("n", Dim.of("l")))), Axis(Dim.of(SizeAt("n", Dim.of("l") - 1))))
    return Program(
        leaves={"W": Leaf("W", weights, (bind("l", "D"),)), "x": Leaf("x", (Axis(first),))},
        statements={"h": h, "L": Statement("L", (), loss)},
        sizes=frozenset({"D"}),
        size_families=frozenset({"n"}),
    )
