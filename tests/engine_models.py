"""Models for the tests of the engine, each with its targets and the reference form of each result.

The forms were written down before the engine met them, in the short notation of `spelling`; None where only the numbers
are compared. A leading `=` asks for exactly this form, otherwise the result may be at most 1.3 times as long.
"""

from __future__ import annotations

from collections.abc import Callable

from symdl.tensor import expr as E
from tests.blackboard import Board, F, dim, exp, f, fn, log, relu, sigmoid, sqrt, tanh

Targets = list[tuple[tuple[str, ...], str | None]]
MODELS: dict[str, Callable[[], tuple[Board, Targets]]] = {}


def model(g: Callable[[], tuple[Board, Targets]]) -> Callable[[], tuple[Board, Targets]]:
    MODELS[g.__name__] = g
    return g


def names(b: Board, text: str) -> list[Callable[..., F]]:
    return [b.at(n) for n in text.split()]


def half() -> F:
    return f(1) / 2


@model
def linear_regression() -> tuple[Board, Targets]:
    b = Board(X="B n", w="n", y="B")
    X, w, y = names(b, "X w y")
    residual = lambda i: b.sum("n", lambda j: X(i, j) * w(j)) - y(i)  # noqa: E731
    b.define("L", "", lambda: 1 / (2 * f(dim("B"))) * b.sum("B", lambda i: residual(i) ** 2))
    return b, [(("L", "w"), "=[1 / B] Xᵀ (X w - y)"), (("L", "w", "w"), "=[1 / B] Xᵀ X")]


@model
def linear_regression_with_a_name() -> tuple[Board, Targets]:
    b = Board(X="B n", w="n", y="B")
    X, w, y, r = names(b, "X w y r")
    b.define("r", "B", lambda i: b.sum("n", lambda j: X(i, j) * w(j)) - y(i))
    b.define("L", "", lambda: 1 / (2 * f(dim("B"))) * b.sum("B", lambda i: r(i) ** 2))
    return b, [(("L", "w"), "=[1 / B] Xᵀ r")]


@model
def ridge() -> tuple[Board, Targets]:
    b = Board(X="B n", w="n", y="B", lam="")
    X, w, y, lam = names(b, "X w y lam")
    residual = lambda i: b.sum("n", lambda j: X(i, j) * w(j)) - y(i)  # noqa: E731
    b.define("L", "", lambda: b.sum("B", lambda i: residual(i) ** 2) + lam() * b.sum("n", lambda j: w(j) ** 2))
    return b, [(("L", "w"), "2 Xᵀ (X w - y) + 2 lam w"), (("L", "w", "w"), "2 Xᵀ X + 2 lam I")]


@model
def logistic() -> tuple[Board, Targets]:
    b = Board(X="B n", w="n", y="B")
    X, w, y, z, p = names(b, "X w y z p")
    b.define("z", "B", lambda i: b.sum("n", lambda j: X(i, j) * w(j)))
    b.define("p", "B", lambda i: sigmoid(z(i)))
    b.define("L", "", lambda: -f(1) / f(dim("B")) * b.sum("B", lambda i: y(i) * log(p(i)) + (1 - y(i)) * log(1 - p(i))))
    return b, [
        (("L", "z"), "=[1 / B] (p - y)"),
        (("L", "w"), "=[1 / B] Xᵀ (p - y)"),
        (("L", "w", "w"), "=[1 / B] Xᵀ diag((p ⊙ (1 - p))) X"),
    ]


@model
def softmax_jacobian() -> tuple[Board, Targets]:
    b = Board(z="n")
    z, _ = names(b, "z p")
    b.define("p", "n", lambda i: exp(z(i)) / b.sum("n", lambda j: exp(z(j))))
    return b, [(("p", "z"), "=(diag(p) - p pᵀ)")]


def upstream(b: Board, name: str, dims: str) -> None:
    """A nonlinear loss on top, so that the gradient that arrives is no constant."""
    y, G = names(b, f"{name} G")
    b.define("L", "", lambda: b.sum(dims, lambda i, j: G(i, j) * tanh(y(i, j))))


@model
def layernorm() -> tuple[Board, Targets]:
    b = Board(x="B n", g="n", be="n", eps="", G="B n")
    x, g, be, eps, mu, v, xh = names(b, "x g be eps mu v xh")
    n = f(dim("n"))
    b.define("mu", "B", lambda i: 1 / n * b.sum("n", lambda j: x(i, j)))
    b.define("v", "B", lambda i: 1 / n * b.sum("n", lambda j: (x(i, j) - mu(i)) ** 2))
    b.define("xh", "B n", lambda i, j: (x(i, j) - mu(i)) / sqrt(v(i) + eps()))
    b.define("y", "B n", lambda i, j: g(j) * xh(i, j) + be(j))
    upstream(b, "y", "B n")
    return b, [
        (
            ("L", "x"),
            "diag([1 / sqrt((v + eps 1))]) (∂L/∂xh - [1 / n] ∂L/∂xh 1 1ᵀ - [1 / n] diag((∂L/∂xh ⊙ xh) 1) xh)",
        ),
        (("L", "g"), "(∂L/∂y ⊙ xh)ᵀ 1"),
        (("L", "be"), "∂L/∂yᵀ 1"),
    ]


@model
def batchnorm() -> tuple[Board, Targets]:
    b = Board(x="B n", g="n", be="n", eps="", G="B n")
    x, g, be, eps, mu, v, xh = names(b, "x g be eps mu v xh")
    n = f(dim("B"))
    b.define("mu", "n", lambda i: 1 / n * b.sum("B", lambda j: x(j, i)))
    b.define("v", "n", lambda i: 1 / n * b.sum("B", lambda j: (x(j, i) - mu(i)) ** 2))
    b.define("xh", "B n", lambda i, j: (x(i, j) - mu(j)) / sqrt(v(j) + eps()))
    b.define("y", "B n", lambda i, j: g(j) * xh(i, j) + be(j))
    upstream(b, "y", "B n")
    return b, [
        (
            ("L", "x"),
            "(∂L/∂xh - [1 / B] 1 (∂L/∂xhᵀ 1)ᵀ - [1 / B] xh diag((∂L/∂xh ⊙ xh)ᵀ 1)) diag([1 / sqrt((v + eps 1))])",
        ),
        (("L", "g"), "(∂L/∂y ⊙ xh)ᵀ 1"),
    ]


@model
def rmsnorm() -> tuple[Board, Targets]:
    b = Board(x="B n", g="n", eps="", G="B n")
    x, g, eps, G, r, xh = names(b, "x g eps G r xh")
    b.define("r", "B", lambda i: sqrt(b.sum("n", lambda j: x(i, j) ** 2) / f(dim("n")) + eps()))
    b.define("xh", "B n", lambda i, j: x(i, j) / r(i))
    b.define("L", "", lambda: b.sum("B n", lambda i, j: G(i, j) * tanh(xh(i, j) * g(j))))
    return b, [(("L", "x"), "diag([1 / r]) (∂L/∂xh - [1 / n] diag((∂L/∂xh ⊙ xh) 1) xh)"), (("L", "g"), None)]


@model
def attention() -> tuple[Board, Targets]:
    b = Board(Q="n d", K="m d", V="m h", G="n h")
    Q, K, V, S, P = names(b, "Q K V S P")
    b.define("S", "n m", lambda i, j: b.sum("d", lambda k: Q(i, k) * K(j, k)) / sqrt(f(dim("d"))))
    b.define("P", "n m", lambda i, j: exp(S(i, j)) / b.sum("m", lambda k: exp(S(i, k))))
    b.define("O", "n h", lambda i, j: b.sum("m", lambda k: P(i, k) * V(k, j)))
    upstream(b, "O", "n h")
    return b, [
        (("L", "S"), "=(P ⊙ (∂L/∂P - (P ⊙ ∂L/∂P) 1 1ᵀ))"),
        (("L", "Q"), "=[1 / sqrt(d)] ∂L/∂S K"),
        (("L", "K"), "=[1 / sqrt(d)] ∂L/∂Sᵀ Q"),
        (("L", "V"), "=Pᵀ ∂L/∂O"),
    ]


@model
def quadratic_form() -> tuple[Board, Targets]:
    b = Board(A="n n", x="n")
    A, x = names(b, "A x")
    b.define("L", "", lambda: b.sum("n n", lambda i, j: x(i) * A(i, j) * x(j)))
    return b, [(("L", "x"), "=(A + Aᵀ) x"), (("L", "A"), "=x xᵀ"), (("L", "x", "x"), "=(A + Aᵀ)")]


@model
def log_determinant() -> tuple[Board, Targets]:
    b = Board(S="n n")

    def body() -> F:
        r, c = b.bind("n", "n")
        return F(E.Mat("logdet", (), r, c, E.Acc("S", (E.Idx(r.name), E.Idx(c.name)))))

    b.define("L", "", body)
    return b, [(("L", "S"), "=S⁻¹ᵀ")]


@model
def determinant() -> tuple[Board, Targets]:
    b = Board(S="n n")

    def body() -> F:
        r, c = b.bind("n", "n")
        return F(E.Mat("det", (), r, c, E.Acc("S", (E.Idx(r.name), E.Idx(c.name)))))

    b.define("L", "", body)
    return b, [(("L", "S"), "=L S⁻¹ᵀ")]


@model
def mahalanobis() -> tuple[Board, Targets]:
    b = Board(S="n n", x="n", m="n")
    x, m, S = names(b, "x m S")

    def body() -> F:
        i, j, r, c = b.bind("n", "n", "n", "n")
        at = [E.Idx(t.name) for t in (i, j)]
        inverse = F(E.Mat("inverse", (at[0], at[1]), r, c, S(E.Idx(r.name), E.Idx(c.name)).e))
        return F(E.total((i, j), ((x(at[0]) - m(at[0])) * inverse * (x(at[1]) - m(at[1]))).e))

    b.define("L", "", body)
    return b, [(("L", "x"), "S⁻¹ (x - m) + S⁻¹ᵀ (x - m)"), (("L", "S"), "-S⁻¹ᵀ (x - m) (x - m)ᵀ S⁻¹ᵀ")]


@model
def relu_network() -> tuple[Board, Targets]:
    b = Board(X="B n", W="n h", v="h", y="B")
    X, W, v, y, Z, H, r = names(b, "X W v y Z H r")
    b.define("Z", "B h", lambda i, j: b.sum("n", lambda k: X(i, k) * W(k, j)) - 1)
    b.define("H", "B h", lambda i, j: relu(Z(i, j)))
    b.define("r", "B", lambda i: b.sum("h", lambda k: H(i, k) * v(k)) - y(i))
    b.define("L", "", lambda: half() * b.sum("B", lambda i: r(i) ** 2))
    return b, [(("L", "Z"), "(r vᵀ ⊙ 𝟙[Z>0])"), (("L", "W"), "Xᵀ (r vᵀ ⊙ 𝟙[Z>0])"), (("L", "v"), "=Hᵀ r")]


@model
def trace_of_a_product() -> tuple[Board, Targets]:
    b = Board(A="m n", X="n d", C="d m")
    A, X, C = names(b, "A X C")
    b.define("L", "", lambda: b.sum("m n d", lambda i, j, k: A(i, j) * X(j, k) * C(k, i)))
    return b, [(("L", "X"), "=Aᵀ Cᵀ")]


@model
def normalised_column() -> tuple[Board, Targets]:
    b = Board(x="n")
    x, r = names(b, "x r")
    b.define("r", "", lambda: sqrt(b.sum("n", lambda i: x(i) ** 2)))
    b.define("u", "n", lambda i: x(i) / r())
    return b, [(("u", "x"), "[1 / r] (I - u uᵀ)"), (("r", "x"), "=u")]


@model
def log_sum_exp() -> tuple[Board, Targets]:
    b = Board(x="n")
    x = b.at("x")
    b.define("L", "", lambda: log(b.sum("n", lambda i: exp(x(i)))))
    return b, [(("L", "x"), None), (("L", "x", "x"), None)]


@model
def matrix_factors() -> tuple[Board, Targets]:
    b = Board(A="m d", C="n d", Y="m n")
    A, C, Y, R = names(b, "A C Y R")
    b.define("R", "m n", lambda i, j: b.sum("d", lambda k: A(i, k) * C(j, k)) - Y(i, j))
    b.define("L", "", lambda: half() * b.sum("m n", lambda i, j: R(i, j) ** 2))
    return b, [(("L", "A"), "=R C"), (("L", "C"), "=Rᵀ A")]


@model
def tied_autoencoder() -> tuple[Board, Targets]:
    b = Board(X="B n", W="n h")
    X, W, H, R = names(b, "X W H R")
    b.define("H", "B h", lambda i, j: tanh(b.sum("n", lambda k: X(i, k) * W(k, j))))
    b.define("R", "B n", lambda i, j: b.sum("h", lambda k: H(i, k) * W(j, k)) - X(i, j))
    b.define("L", "", lambda: half() * b.sum("B n", lambda i, j: R(i, j) ** 2))
    return b, [(("L", "H"), "=R W"), (("L", "W"), "Xᵀ (∂L/∂H ⊙ (1 - (H ⊙ H))) + Rᵀ H")]


@model
def gated_unit() -> tuple[Board, Targets]:
    b = Board(X="B n", U="n h", V="n h", G="B h")
    X, U, V, A, g = names(b, "X U V A g")
    b.define("A", "B h", lambda i, j: b.sum("n", lambda k: X(i, k) * U(k, j)))
    b.define("g", "B h", lambda i, j: sigmoid(b.sum("n", lambda k: X(i, k) * V(k, j))))
    b.define("y", "B h", lambda i, j: A(i, j) * g(i, j))
    upstream(b, "y", "B h")
    return b, [(("L", "U"), None), (("L", "V"), None), (("L", "A"), "=(∂L/∂y ⊙ g)")]


@model
def squared_hinge() -> tuple[Board, Targets]:
    b = Board(X="B n", w="n", y="B")
    X, w, y, m = names(b, "X w y m")
    b.define("m", "B", lambda i: 2 - y(i) * b.sum("n", lambda j: X(i, j) * w(j)))
    b.define("L", "", lambda: b.sum("B", lambda i: fn("max")(0, m(i)) ** 2))
    return b, [(("L", "w"), None)]


@model
def temperature_distillation() -> tuple[Board, Targets]:
    b = Board(Z="B c", Q="B c", tau="")
    Z, Q, tau, P = names(b, "Z Q tau P")
    b.define("P", "B c", lambda i, k: exp(Z(i, k) / tau()) / b.sum("c", lambda j: exp(Z(i, j) / tau())))
    b.define("L", "", lambda: -f(1) / f(dim("B")) * b.sum("B c", lambda i, k: Q(i, k) * log(P(i, k))))
    b.fact("B", lambda i: b.sum("c", lambda k: Q(i, k)), 1)
    b.rows_sum_to_one.append("Q")
    return b, [(("L", "Z"), "=[1 / B tau] (P - Q)")]


@model
def graph_convolution() -> tuple[Board, Targets]:
    b = Board(A="n n", X="n d", W="d h", G="n h")
    A, X, W, Z = names(b, "A X W Z")
    b.define("Z", "n h", lambda i, j: b.sum("n d", lambda k, m: A(i, k) * X(k, m) * W(m, j)))
    b.define("y", "n h", lambda i, j: sigmoid(Z(i, j)))
    upstream(b, "y", "n h")
    return b, [(("L", "W"), "=Xᵀ Aᵀ ∂L/∂Z"), (("L", "X"), "=Aᵀ ∂L/∂Z Wᵀ"), (("L", "Z"), "(∂L/∂y ⊙ y ⊙ (1 - y))")]


@model
def convolution() -> tuple[Board, Targets]:
    b = Board(x="7", w="3", G="5 1")
    x, w = names(b, "x w")
    b.define("y", "5 1", lambda i, j: b.sum("3", lambda k: w(k) * x(i + k - 1)) + 0 * j)
    upstream(b, "y", "5 1")
    return b, [(("L", "w"), None), (("L", "x"), None)]


@model
def maxpool() -> tuple[Board, Targets]:
    b = Board(x="B n", G="B")
    x, G = names(b, "x G")

    def top(i: F) -> F:
        (k,) = b.bind("n")
        return F(E.Red("max", (k,), None, x(i, E.Idx(k.name)).e))

    b.define("m", "B", top, "reduce")
    b.define("L", "", lambda: b.sum("B", lambda i: G(i) * tanh(b.at("m")(i))))
    return b, [(("L", "x"), None)]


@model
def gaussian_likelihood() -> tuple[Board, Targets]:
    b = Board(x="B", mu="", s="")
    x, mu, s = names(b, "x mu s")
    b.define("L", "", lambda: b.sum("B", lambda i: (x(i) - mu()) ** 2 / (2 * s() ** 2) + log(s())))
    return b, [(("L", "mu"), None), (("L", "s"), None)]


@model
def cosine_similarity() -> tuple[Board, Targets]:
    b = Board(x="n", y="n")
    x, y, r, s, _ = names(b, "x y r s c")
    b.define("r", "", lambda: sqrt(b.sum("n", lambda i: x(i) ** 2)))
    b.define("s", "", lambda: sqrt(b.sum("n", lambda i: y(i) ** 2)))
    b.define("c", "", lambda: b.sum("n", lambda i: x(i) * y(i)) / (r() * s()))
    return b, [(("c", "x"), "[1 / r s] y - [c / r^2] x")]
