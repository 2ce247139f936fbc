"""Claims over hand-built programs: each true for all sizes, each with what it needs."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symdl.tensor.expr import (
    ONE,
    ZERO,
    Bind,
    Call,
    Diff,
    Expr,
    Idx,
    Lam,
    Mat,
    Red,
    add,
    delta,
    div,
    fn,
    mul,
    neg,
    num,
    power,
    sub,
)
from symdl.tensor.program import Program, Sequent, Statement
from tests.judge.building import B, S, T, claim, d, define, fact, inverse, program, size

HALF = num(Fraction(1, 2))
n, m, Bs = size("n"), size("m"), size("B")
x, z, y = T("x"), T("z"), T("y")


def kron(i: str, j: str) -> Expr:
    return delta(Idx(i), Idx(j))


def softmax() -> Program:
    total_ = define("s", "", S("m:n", fn("exp", T("z", "m"))))
    return program([total_, define("p", "i:n", div(fn("exp", T("z", "i")), T("s")))])


def cross_entropy(with_fact: bool = True) -> Program:
    log_p = fn("log", T("P", "b", "k"))
    return program(
        [
            define("Z", "b:B k:c", add(S("q:n", mul(T("X", "b", "q"), T("W", "q", "k"))), T("bias", "k"))),
            define("S", "b:B", S("m:c", fn("exp", T("Z", "b", "m")))),
            define("P", "b:B k:c", div(fn("exp", T("Z", "b", "k")), T("S", "b"))),
            define("L", "", neg(mul(power(Bs, -1), S("b:B k:c", mul(T("Y", "b", "k"), log_p))))),
        ],
        [fact("i:B", S("k:c", T("Y", "i", "k")), ONE)] if with_fact else [],
    )


def dense() -> Program:
    out = add(S("k:n", mul(T("X", "i", "k"), T("W", "k", "j"))), T("b", "j"))
    loss = Call("L", (), (Lam((B("u", "B"), B("v", "m")), T("Y", "u", "v")),), ())
    return program([define("Y", "i:B j:m", out), define("L", "", loss)])


def layernorm() -> Program:
    return program(
        [
            define("mu", "", mul(power(n, -1), S("a:n", T("x", "a")))),
            define("v", "", mul(power(n, -1), S("a:n", power(sub(T("x", "a"), T("mu")), 2)))),
            define("s", "", power(add(T("v"), T("eps")), HALF)),
            define("h", "i:n", div(sub(T("x", "i"), T("mu")), T("s"))),
            define("L", "", Call("L", (), (Lam((B("q", "n"),), T("h", "q")),), ())),
        ],
        [fact("", T("eps"), ZERO, ">")],
    )


def quadratic(symmetric: bool) -> Program:
    form = S("i:n j:n", mul(T("x", "i"), T("A", "i", "j"), T("x", "j")))
    facts = [fact("i:n j:n", T("A", "i", "j"), T("A", "j", "i"))] if symmetric else []
    return program([define("q", "", form)], facts)


def normalised() -> Program:
    norm = power(S("k:n", power(T("x", "k"), 2)), HALF)
    return program([define("r", "", norm), define("u", "i:n", div(T("x", "i"), T("r")))])


def momentum() -> Program:
    step = add(mul(T("beta"), T("m", sub(Idx("τ"), ONE))), mul(sub(ONE, T("beta")), T("g", "τ")))
    return program([Statement("m", (B("τ", "T", 0),), step, "scan", (((ZERO,), ZERO),))])


def upstream(i: str) -> Expr:
    return d(T("L"), T("h", i))


def layernorm_backward() -> Sequent:
    mean = mul(power(n, -1), S("a:n", upstream("a")))
    along = mul(power(n, -1), T("h", "j"), S("a:n", mul(upstream("a"), T("h", "a"))))
    right = div(sub(sub(upstream("j"), mean), along), T("s"))
    return claim(layernorm(), "j:n", d(T("L"), T("x", "j")), right)


def bce() -> Sequent:
    stable = add(fn("max", z, ZERO), neg(mul(z, y)), fn("log", add(ONE, fn("exp", neg(fn("abs", z))))))
    p = fn("sigmoid", z)
    plain = neg(add(mul(y, fn("log", p)), mul(sub(ONE, y), fn("log", sub(ONE, p)))))
    return claim(program([]), "", plain, stable)


def shift() -> Sequent:
    top = Red("max", (B("t", "n"),), None, T("z", "t"))
    plain = fn("log", S("i:n", fn("exp", T("z", "i"))))
    return claim(program([]), "", plain, add(top, fn("log", S("j:n", fn("exp", sub(T("z", "j"), top))))))


def geometric() -> Sequent:
    t = size("t")
    left = S("i:t", power(T("beta"), sub(t, Idx("i"))))
    return claim(program([]), "", left, div(sub(ONE, power(T("beta"), t)), sub(ONE, T("beta"))))


def product_inverse() -> Sequent:
    both = Mat(
        "inverse", (Idx("i"), Idx("j")), B("r", "n"), B("c", "n"), S("k:n", mul(T("A", "r", "k"), T("C", "k", "c")))
    )
    return claim(program([]), "i:n j:n", both, S("a:n", mul(inverse("C", "i", "a"), inverse("A", "a", "j"))))


def unrolled() -> Sequent:
    t = Idx("t")
    terms = mul(power(T("beta"), sub(t, Idx("i"))), T("g", "i"))
    total_ = mul(sub(ONE, T("beta")), Red("sum", (Bind("i", ONE, t),), None, terms))
    return claim(momentum(), "t:T", T("m", "t"), total_)


def trace_differential() -> Sequent:
    f = define("f", "", S("i:n k:m j:p", mul(T("A", "i", "k"), T("X", "k", "j"), T("C", "j", "i"))))
    right = S("k:m j:p i:n", mul(T("C", "j", "i"), T("A", "i", "k"), Diff(T("X", "k", "j"))))
    return claim(program([f]), "", Diff(T("f")), right)


CLAIMS: dict[str, Callable[[], Sequent]] = {
    "softmax Jacobian": lambda: claim(
        softmax(), "i:n j:n", d(T("p", "i"), T("z", "j")), mul(T("p", "i"), sub(kron("i", "j"), T("p", "j")))
    ),
    "softmax cross-entropy": lambda: claim(
        cross_entropy(), "i:B j:c", d(T("L"), T("Z", "i", "j")), div(sub(T("P", "i", "j"), T("Y", "i", "j")), Bs)
    ),
    "through the weights": lambda: claim(
        cross_entropy(),
        "k:n j:c",
        d(T("L"), T("W", "k", "j")),
        div(S("i:B", mul(T("X", "i", "k"), sub(T("P", "i", "j"), T("Y", "i", "j")))), Bs),
    ),
    "dense backward": lambda: claim(
        dense(), "k:n j:m", d(T("L"), T("W", "k", "j")), S("i:B", mul(T("X", "i", "k"), d(T("L"), T("Y", "i", "j"))))
    ),
    "layernorm backward": layernorm_backward,
    "quadratic form": lambda: claim(
        quadratic(False),
        "a:n",
        d(T("q"), T("x", "a")),
        S("j:n", mul(add(T("A", "a", "j"), T("A", "j", "a")), T("x", "j"))),
    ),
    "symmetric quadratic form": lambda: claim(
        quadratic(True), "a:n", d(T("q"), T("x", "a")), mul(num(2), S("j:n", mul(T("A", "a", "j"), T("x", "j"))))
    ),
    "trace of a product": trace_differential,
    "gradient of log det": lambda: claim(
        program([]),
        "i:n j:n",
        d(Mat("logdet", (), B("r", "n"), B("c", "n"), T("A", "r", "c")), T("A", "i", "j")),
        inverse("A", "j", "i"),
    ),
    "differential of the inverse": lambda: claim(
        program([]),
        "i:n j:n a:n b:n",
        d(inverse("A", "i", "j"), T("A", "a", "b")),
        neg(mul(inverse("A", "i", "a"), inverse("A", "b", "j"))),
    ),
    "inverse of a product": product_inverse,
    "normalised vector": lambda: claim(
        normalised(),
        "i:n j:n",
        d(T("u", "i"), T("x", "j")),
        div(sub(kron("i", "j"), mul(T("u", "i"), T("u", "j"))), T("r")),
    ),
    "sigmoid": lambda: claim(
        program([]), "", d(fn("sigmoid", x), x), mul(fn("sigmoid", x), sub(ONE, fn("sigmoid", x)))
    ),
    "tanh": lambda: claim(program([]), "", fn("tanh", x), sub(mul(num(2), fn("sigmoid", mul(num(2), x))), ONE)),
    "tanh's slope": lambda: claim(program([]), "", d(fn("tanh", x), x), sub(ONE, power(fn("tanh", x), 2))),
    "softplus": lambda: claim(program([]), "", sub(fn("softplus", x), fn("softplus", neg(x))), x),
    "stable BCE": bce,
    "shifted log-sum-exp": shift,
    "geometric sum": geometric,
    "momentum unrolled": unrolled,
}
