"""A whole problem read: symbols, every kind of definition, assumptions, laws, targets, steps, and errors in place."""

from __future__ import annotations

import pytest

from symdl.errors import ReadError, SymdlError
from symdl.language.declare import understand
from symdl.language.sizes import read_shape
from symdl.language.understanding import Definition, Understanding
from symdl.problem import Problem
from tests.language.short import short


def read(symbols: dict[str, str], given: tuple[str, ...] = (), **rest: object) -> Understanding:
    return understand(Problem(symbols=symbols, given=given, **rest))


def stated(d: Definition) -> str:
    return f"{d.kind}: {short(d.left)} := {short(d.right)}"


def test_softmax_regression_as_in_the_contract() -> None:
    u = read(
        {"X": "B n", "W": "n c", "b": "c", "Y": "B c"},
        (
            r"Z = X W + \mathbf{1} b^\top",
            r"P = \operatorname{softmax}(Z)",
            r"L = -\frac{1}{B} \sum_{i,k} Y_{ik} \log P_{ik}",
        ),
        assume=(r"\sum_k Y_{ik} = 1",),
        derive=(r"\frac{\partial L}{\partial W}", r"\frac{\partial L}{\partial b}"),
    )
    assert [stated(d) for d in u.definitions] == [
        "value: Z := (<X W> + <Ones(B) bᵀ>)",
        "value: P := softmax[-1](Z)",
        "value: L := -<(1/#B) sum{i=1..B, k=1..c}[<Y[i, k] log(P[i, k])>]>",
    ]
    assert [str(a) for a in u.scope.names["Z"].shape] == ["B", "c"]
    assert u.scope.final_scalars == ("L",)
    assert list(u.assumptions[0].letters) == ["i"]
    assert [short(t.node) for t in u.targets] == ["∂(L / W)", "∂(L / b)"]


def test_kinds_of_definitions() -> None:
    u = read(
        {"Z": "m n", "w": "n", r"\mu": "", r"\sigma": "", "x": "n", "X": "B n"},
        (
            "L = L(Z)",
            r"G = \frac{\partial L}{\partial Z}",
            r"f : \mathbb{R}^n \to \mathbb{R}",
            r"J(w) = \frac{1}{2} w^\top w",
            r"w^\star : \nabla_w J(w^\star) = 0",
            r"p = \mathcal{N}(\mu, \sigma^2)",
            r"r_i = X_{i:}^\top",
        ),
    )
    assert [d.kind for d in u.definitions] == ["abstract", "gradient", "function", "value", "implicit", "law", "value"]
    assert u.scope.names["f"].kind == "function"
    assert stated(u.definitions[4]) == r"implicit: w^\star := ∂(J(w^\star) / w^\star) = Zeros(n)"
    assert stated(u.definitions[6]) == "value: r[i] := X[i, :]ᵀ"
    assert [str(a) for a in u.scope.names["r"].shape] == ["B", "n"]


def test_a_quantity_written_with_its_variables_is_a_value_and_a_function_of_them() -> None:
    symbols = {"X": "B n", "w": "n", "y": "B", "V": "B B"}
    u = read(symbols, ("r = X w - y", r"L(w, V) = r^\top V r", r"K = L(w, V)", r"M = L(2 w, V)"))
    assert [stated(d) for d in u.definitions][1:] == [
        "function: L(w, V) := <(<X w> + -y)ᵀ V (<X w> + -y)>",
        "value: L := <rᵀ V r>",
        "value: K := L(w, V)",
        "value: M := L(<2 w>, V)",
    ]
    u = read(symbols, (r"\ell(\theta) = \|X w\|^2", r"K = 2 \ell(\theta)"))
    assert [stated(d) for d in u.definitions] == [r"value: \ell := ‖<X w>‖2^2", r"value: K := <2 \ell>"]
    entries = r"r_i = \sum_j X_{ij} w_j - y_i"
    with pytest.raises(ReadError, match="a definition by entries stands between"):
        read(symbols, (entries, r"L(w) = r^\top r", "K = L(2 w)"))
    with pytest.raises(ReadError, match="no function of what stands in the brackets"):
        read(symbols, (r"\ell(\theta) = \|X w\|^2", r"K = 2 \ell(w)"))


def test_pi_and_e_are_names_that_a_line_may_define_before_another_uses_the_numbers() -> None:
    symbols = {"z": "n", "y": "n"}
    u = read(symbols, (r"\pi_k = \frac{\exp(z_k)}{\sum_j \exp(z_j)}", "e = y - z", r"L = \sum_k \pi_k e_k"))
    assert stated(u.definitions[2]) == r"value: L := sum{k=1..n}[<\pi[k] e[k]>]"
    for first in (r"a = 2 \pi", r"a = e^{z}"):
        with pytest.raises(ReadError):
            read(symbols, (first, r"\pi = z", "e = y"))


@pytest.mark.parametrize("given", [(r"h = \tanh(W x)",), ("h_0 = 0", r"h_t = \tanh(W h_{t-1})")])
def test_a_size_names_no_quantity(given: tuple[str, ...]) -> None:
    with pytest.raises(ReadError, match="h is a size"):
        read({"W": "h h", "x": "h"}, given)


def test_functions_of_one_number_entrywise_ones_and_functions_of_bound_names_stay_functions() -> None:
    symbols = {"z": "n", "x": "", "Q": "n n", "y": "n"}
    u = read(symbols, (r"s(z) = \frac{1}{1 + e^{-z}}", "f(x) = x^2", r"q(v) = v^2", r"\sigma(z) = \tanh(z)"))
    assert {d.kind for d in u.definitions} == {"function"}


def test_a_scalar_applied_at_a_minimiser_is_a_function_of_its_variable_with_definitions_put_in() -> None:
    u = read(
        {"X": "B n", "w": "n", "y": "B"},
        ("r = X w - y", r"L = \|r\|^2", r"w^\star : \nabla_w L(w^\star) = 0"),
    )
    assert [stated(d) for d in u.definitions][1:3] == [
        "value: L := ‖r‖2^2",
        "function: L(w) := ‖(<X w> + -y)‖2^2",
    ]


def test_a_recurrence_finds_its_shape_and_its_length() -> None:
    u = read({"g": "T n", r"\beta": ""}, ("m_0 = 0", r"m_t = \beta m_{t-1} + (1-\beta) g_t"))
    assert [str(a) for a in u.scope.names["m"].shape] == ["0..T", "n"]
    assert [d.kind for d in u.definitions] == ["start", "step"]
    assert short(u.definitions[0].right) == "Zeros(n)"
    assert str(u.definitions[1].binders[0].range) == "1..T"


def test_a_recurrent_network_that_starts_at_zero() -> None:
    u = read(
        {"x": "T n", "W": "m m", "U": "m n", "b": "m", "V": "k m", "y": "T"},
        (
            r"h_0 = \mathbf{0}",
            r"h_t = \tanh(W h_{t-1} + U x_t + b)",
            r"p_t = \operatorname{softmax}(V h_t)",
            r"L = -\sum_{t=1}^{T} \log p_{t, y_t}",
        ),
        assume=(r"y_t \in \{1,\dots,k\}",),
    )
    assert [str(a) for a in u.scope.names["h"].shape] == ["0..T", "m"]
    assert [d.kind for d in u.definitions] == ["start", "step", "value", "value"]


def test_a_recurrence_without_a_first_value_has_any() -> None:
    u = read({r"\eta": ""}, (r"f : \mathbb{R}^n \to \mathbb{R}", r"x_{t+1} = x_t - \eta \nabla f(x_t)"))
    assert [str(a) for a in u.scope.names["x"].shape] == ["0..T", "n"]
    assert short(u.definitions[0].right) == "x_0"


def test_a_recurrence_without_an_end_gets_one() -> None:
    u = read({"x_0": "n", r"\eta": "", "A": "n n"}, ("v_0 = x_0", r"v_{k+1} = v_k - \eta A v_k"))
    assert [str(a) for a in u.scope.names["v"].shape] == ["0..T", "n"]
    assert str(u.definitions[1].binders[0].range) == "0..T-1"
    assert "T" in u.scope.dimensions


def test_a_recurrence_needs_its_step() -> None:
    with pytest.raises(ReadError, match="nobody declared  q"):
        read({"g": "T"}, ("m_t = m_{t-1} + q_t",))


def test_a_family_and_its_layers() -> None:
    u = read(
        {"W_l": "n_l n_{l-1} for l in 1..D", "h_l": "n_l for l in 0..D", "x": "n"},
        (r"h_l = \tanh(W_l h_{l-1})",),
    )
    assert stated(u.definitions[0]) == "step: h_l{l} := tanh(<W_l{l} h_l{(l + -1)}>)"
    assert str(u.definitions[0].binders[0].range) == "1..D"


def test_labels_are_integers_before_given_is_read() -> None:
    u = read(
        {"P": "B c", "y": "B"},
        (r"L = -\sum_i \log P_{i, y_i}",),
        assume=(r"y_i \in \{1,\dots,c\}",),
    )
    assert u.scope.names["y"].integer
    with pytest.raises(ReadError, match="whole number"):
        read({"P": "B c", "y": "B"}, (r"L = \sum_i P_{i, y_i}",))


def test_laws_name_any_density() -> None:
    u = read({"z": "d", "x": "n", "e": "d"}, random=(r"z \mid x \sim q_\phi", r"e \sim \mathcal{N}(0, I)"))
    assert u.scope.names[r"q_\phi"].kind == "distribution"
    assert short(u.random[1].node) == "Property(distributed; (e); (Distribution(normal; (Zeros(d), I(d)))))"


def test_a_function_of_a_column_that_acts_entry_by_entry_takes_any_shape() -> None:
    u = read({"z": "n", "Z": "m k"}, (r"s(z) = \frac{1}{1 + e^{-z}}", "Y = s(Z)", r"u(z) = z / \|z\|"))
    assert u.scope.names["s"].signature is not None and u.scope.names["s"].signature.elementwise
    assert u.scope.names["u"].signature is not None and not u.scope.names["u"].signature.elementwise


def test_a_step_supposes_things_of_its_own_letters() -> None:
    u = read(
        {"x": "n", "y": "n"},
        steps=({"line": "x_t = y_t", "suppose": [r"t \ge 2"]}, "q = x", r"q^\top y = x^\top y"),
    )
    assert short(u.steps[0].suppose[0]) == "t ≥ 2"
    assert u.steps[1].line.definition is not None
    assert short(u.steps[2].line.node) == "<qᵀ y> = <xᵀ y>"


@pytest.mark.parametrize(
    ("symbols", "given", "what"),
    [
        ({"W": "n c", "X": "B n"}, "Z = W X", "shapes do not fit"),
        ({"X": "B n"}, "Z = X Q", "nobody declared  Q"),
        ({"x": "n"}, "s = x_i", "index i stands on the right of a definition only"),
        ({"x": "n"}, r"x \ge 0", "this defines nothing"),
        ({"x": "n", "s": ""}, r"\|x\| = s", "what is defined must be a name"),
        ({"x": "n n2+"}, "y = x", "a size can't be read"),
    ],
)
def test_an_error_says_where_it_stands(symbols: dict[str, str], given: str, what: str) -> None:
    with pytest.raises(SymdlError) as caught:
        read(symbols, (given,))
    assert caught.value.what == what
    assert caught.value.place is not None and caught.value.place.label


def test_nothing_is_defined_twice() -> None:
    with pytest.raises(ReadError, match="defined twice"):
        read({"x": "n"}, ("y = x", "y = 2 x"))


@pytest.mark.parametrize(
    ("text", "axes"),
    [
        ("", []),
        ("B n", ["B", "n"]),
        ("o+k-1 h*d 2n", ["k+o-1", "d h", "2 n"]),
        ("(n+2*p-k)//s+1", ["⌊(-k+n+2 p)/(s)⌋+1"]),
        ("0..n-1", ["0..n-1"]),
        ("n_l n_{l-1} for l in 1..D", ["n_l", "n_{l-1}"]),
        ("d_k T_{max}", ["d_k", "T_{max}"]),
    ],
)
def test_shapes(text: str, axes: list[str]) -> None:
    assert [str(a) for a in read_shape(text).axes] == axes


@pytest.mark.parametrize("text", ["n/2", "0", "n+", "(n", "n for l", "n^99", "-1", "n 0..m..k"])
def test_shapes_that_are_none(text: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_shape(text)
    assert caught.value.span is not None
