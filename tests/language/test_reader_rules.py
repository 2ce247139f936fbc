"""The fourteen rules of the contract, each with what it reads and what it refuses."""

from __future__ import annotations

import pytest

from symdl.errors import ReadError, ShapeError, SymdlError, UnknownName
from symdl.language import syntax as s
from symdl.language.declare import understand
from symdl.language.reader import beyond_definition, read_expression, read_line
from symdl.language.scope import Scope
from symdl.language.understanding import Line
from symdl.problem import Problem
from tests.language.short import short

NAMES = {
    "x": "n",
    "y": "n",
    "z": "n",
    "A": "n n",
    "X": "B n",
    "W": "n c",
    "b": "c",
    "Y": "B c",
    "L": "",
    "s": "",
    "t": "",
    r"\lambda": "",
}


def scope(symbols: dict[str, str] | None = None, given: tuple[str, ...] = (), **rest: object) -> Scope:
    return understand(Problem(symbols=symbols or NAMES, given=given, **rest)).scope


def line(latex: str, known: Scope | None = None, role: str = "work", previous: Line | None = None) -> Line:
    return read_line(latex, known or scope(), role, previous)


def tree(latex: str, known: Scope | None = None) -> str:
    return short(line(latex, known).node)


def refused(latex: str, known: Scope | None = None) -> SymdlError:
    with pytest.raises(ReadError) as caught:
        line(latex, known)
    assert caught.value.span is not None
    return caught.value


def test_rule_1_a_name_before_parentheses_multiplies_unless_it_is_a_function() -> None:
    assert tree("s(s + t)") == "<s (s + t)>"
    known = scope(NAMES, ("f(u) = u^2", r"\sigma(z) = \tanh(z)"))
    assert tree("f(s + t)", known) == "f((s + t))"
    assert tree(r"\sigma(s)") == "sigmoid(s)"
    assert tree(r"\sigma(s)", known) == r"\sigma(s)"
    assert "argument" in refused(r"\sigma s").what
    assert tree(r"\log^2 s") == tree(r"\log(s)^2") == "log(s)^2"
    assert tree(r"\tanh^{-1} s") == "arctanh(s)"
    with pytest.raises(ReadError, match="declared both"):
        scope({r"\sigma": "", r"\sigma^2": ""})


def test_rule_1_a_declared_name_beats_a_built_in_one() -> None:
    known = scope({"e": "n", r"\pi": "", "I": "n n", r"\delta": "n", "x": "n"})
    assert tree(r"\pi e_i + I_{ij} \delta_j", known) == r"(<\pi e[i]> + <I[i, j] \delta[j]>)"
    assert tree("e^{s}") == "exp(s)"


def test_rule_2_fonts_and_sizes_as_subscripts() -> None:
    assert tree(r"\mathbf{x}^\top \bm{A} \boldsymbol x") == "<xᵀ A x>"
    both = scope({"x": "n", r"\mathbf{x}": "m"})
    assert line(r"\mathbf{x}", both).node.shape != line("x", both).node.shape
    assert "forms" in refused(r"\bm{x}", both).what
    assert tree(r"I_n + \mathbf{1}_n \mathbf{1}_n^\top") == "(I(n) + <Ones(n) Ones(n)ᵀ>)"
    with pytest.raises(ReadError, match="share one name"):
        scope({"B": "n", "X": "B n"})
    assert "neither" in refused(r"\sum_n x_n").what


def test_rule_3_subscripts_take_leading_axes() -> None:
    assert line("X_i").node.shape == s.Symbol("v", line("x").node.shape).shape
    assert tree(r"X_{i:} x") == "<X[i, :] x>"
    assert tree("X_{ij}") == tree("X_{i,j}") == "X[i, j]"
    assert isinstance(refused("x_{ij}"), ShapeError)
    assert isinstance(refused("x^{(i)}"), UnknownName)  # it may be an iterate
    assert isinstance(refused(r"\|x^{(t+1)} - x^{(t)}\|"), UnknownName)
    assert tree(r"\sum_i x^{(i)}") == "sum{i=1..n}[x[i]]"
    assert tree(r"\sum_i X_j^{(i)}") == "sum{i=1..B}[X[i, j]]"
    family = scope({"x^{(i)}": "n for i in 1..N", "W^{[l]}": "m_l m_{l-1} for l in 1..D"})
    assert line(r"\|x^{(i)} - x^{(j)}\|^2", family).letters.keys() == {"i", "j"}
    assert str(line("W^{[l]}", family).node.shape[1]) == "m_{l-1}"
    assert "comma" in refused("X_{12}").expected


def test_rule_4_a_transpose_unless_t_is_declared() -> None:
    assert tree("x^T y") == tree(r"x^{\mathsf T} y") == tree(r"x^\intercal y") == "<xᵀ y>"
    assert tree("s^T") == "s"
    known = scope({"A": "n n", "s": "", "g": "T"})
    assert tree("s^T", known) == "s^#T"
    assert r"^\top" in refused("A^T", known).cure


def test_rule_5_how_far_sums_and_functions_reach() -> None:
    assert tree(r"\sum_i x_i y_i + 1") == "(sum{i=1..n}[<x[i] y[i]>] + 1)"
    extended = line(r"L = \sum_i x_i + y_i")
    assert short(extended.node) == "L = sum{i=1..n}[(x[i] + y[i])]"
    assert any("extends" in n for n in extended.notes)
    assert tree(r"x_i = \sum_j A_{ij} + y_i") == "x[i] = (sum{j=1..n}[A[i, j]] + y[i])"
    assert tree(r"\log s t \cdot t") == "<log(<s t>) t>"
    assert tree(r"\log s \log t") == "<log(s) log(t)>"
    assert tree(r"\operatorname{tr} A A + s") == "(trace(<A A>) + s)"


def test_rule_6_operators_and_letters() -> None:
    assert tree(r"x \odot A y") == "(x ⊙ <A y>)"
    assert tree(r"x \cdot y") == "Dot(x; y)"
    assert tree(r"x \circ y") == "(x ⊙ y)"
    assert tree("x + 1") == "(x + 1)"
    assert line("A_{ii}").letters.keys() == {"i"}  # a repeated index is not summed
    assert tree(r"y_i = \sum_{j<i} x_j") == "y[i] = sum{j=1..n | j < i}[x[j]]"
    assert tree(r"\sum_{i \neq j} A_{ij}") == "sum{i=1..n, j=1..n | i ≠ j}[A[i, j]]"
    assert "two different axes" in refused(r"\sum_i x_i b_i").what
    assert "outside" in refused("x_0").what
    assert "leaves its axis" in refused(r"\sum_{i=1}^{n+1} x_i").what


def test_rule_7_powers_norms_and_bars() -> None:
    assert tree("x^2") == "x^2" and tree("A^2") == "A^2"
    assert r"\odot" in refused("W^2").cure
    assert "norm" in refused(r"\|A\|").what
    assert tree(r"\|A\|_F^2 + \|A\|_2 + \|A\|_* + \|x\|") == "(‖A‖F^2 + ‖A‖spectral + ‖A‖nuclear + ‖x‖2)"
    assert tree("|A| + |s|") == "(det(A) + abs(s))"
    assert r"\oslash" in refused(r"\frac{A}{A}").cure


def test_rule_8_the_last_axis_and_a_bias_on_every_row() -> None:
    biased = line("X W + b")
    assert short(biased.node) == "(<X W> + <Ones(B) bᵀ>)"
    assert any("every row" in n for n in biased.notes)
    assert tree(r"\operatorname{softmax}_{\text{col}}(X)") == "softmax[0](X)"
    turned = scope({"X": "n B", "W": "c n", "b": "c"}, examples="columns")
    assert tree("W X + b", turned) == "(<W X> + <b Ones(B)ᵀ>)"
    assert isinstance(refused("A + x"), ShapeError)  # square: rows or columns?


def test_rule_9_differentials() -> None:
    assert tree(r"dL = \operatorname{tr}(A^\top dA)") == "d(L) = trace(<Aᵀ d(A)>)"
    sized = scope({"X": "m d", "L": "", "G": "m d", r"\sigma": ""})
    assert tree(r"dL = \operatorname{tr}(G^\top dX)", sized) == "d(L) = trace(<Gᵀ d(X)>)"
    assert tree(r"\sigma = d \sigma^2", sized) == r"\sigma = <#d \sigma^2>"
    declared = scope({"d": "n", "x": "n", "L": ""})
    assert tree("dL", declared) == "<d L>"
    assert tree(r"\mathrm{d}L", declared) == "d(L)"


def test_rule_10_partials_in_a_chain_rule_sum_are_local() -> None:
    known = scope({"x": "n", "p": "m", "q": "k", "L": ""})
    alone = line(r"\frac{\partial p}{\partial x}", known).node
    assert isinstance(alone, s.Derivative) and alone.total
    both = line(
        r"\frac{\partial L}{\partial x} = \frac{\partial L}{\partial p} \frac{\partial p}{\partial x}"
        r" + \frac{\partial L}{\partial q} \frac{\partial q}{\partial x}",
        known,
    )
    assert short(both.node).count("∂local(p / x)") == short(both.node).count("∂local(q / x)") == 1
    assert "∂(L / p)" in short(both.node)
    assert any("local" in n for n in both.notes)


def test_rule_10_a_path_half_worked_out_counts_too() -> None:
    known = scope({"x": "n", "W": "m n", "p": "m", "q": "k", "L": ""})
    mixed = r"W^\top \frac{\partial L}{\partial p} + \frac{\partial L}{\partial q} \frac{\partial q}{\partial x}"
    assert "∂local(q / x)" in tree(mixed, known)
    direct = r"2 x + \frac{\partial L}{\partial q} \frac{\partial q}{\partial x}"
    assert "local" not in tree(direct, known)


def test_rule_6_values_outside_a_range_where_an_assumption_gives_them() -> None:
    known = scope({"g": "n", "w": "n"}, assume=(r"g_i = 0 \text{ for } i < 1",))
    assert tree(r"\sum_j g_{j-1} w_j", known) == "sum{j=1..n}[<g[(j + -1)] w[j]>]"
    assert tree("g_0", known) == "g[0]"
    assert tree(r"\sum_j w_{j-1} g_j", known) == "sum{j=2..n!}[<w[(j + -1)] g[j]>]"


def test_rule_11_adjacent_partials_contract() -> None:
    known = scope({"W": "m n", "Z": "m n", "L": ""})
    forward = r"\frac{\partial L}{\partial Z} \frac{\partial Z}{\partial W}"
    backward = r"\frac{\partial Z}{\partial W} \frac{\partial L}{\partial Z}"
    for written in (forward, backward):
        node = line(written, known).node
        assert isinstance(node, s.ChainProduct) and str(node.axes[0]) == "m"
    elementwise = scope({"z": "n", "a": "n", "L": ""})
    assert "∂D(a / z)" in tree(r"\frac{\partial L}{\partial a} \odot \frac{\partial a}{\partial z}", elementwise)


def test_rule_12_sizes_are_scalars_and_axes_may_count_from_0() -> None:
    assert tree(r"\frac{1}{n} x") == "<(1/#n) x>"
    known = scope({"r": "T", r"\gamma": ""}, (r"R = \sum_{t=0}^{T-1} \gamma^t r_t",))
    assert known.names["r"].shape[0].base == 0
    assert tree("A x = 0") == "<A x> = Zeros(n)"
    assert tree("A = 0,") == "A = Zeros(nxn)"
    assert tree(r"s = t \implies s^2 = t^2").startswith("Implication(implies")


def test_rule_13_own_names() -> None:
    own = line(r"q = X^\top X")
    assert own.definition is not None and own.definition.name == "q"
    assert any("own" in n for n in own.notes)
    indexed = line(r"S_{ij} = \sum_k A_{ik} A_{kj}")
    assert indexed.definition is not None and len(indexed.definition.binders) == 2
    assert isinstance(refused("x = q"), UnknownName)
    assert "right" in refused("q = x_i").what
    several = line("q = x - p, \\quad p = s x")  # each defined before it is used, whatever their order
    assert [d.name for d in several.definitions] == ["p", "q"]
    beyond = beyond_definition(line("q = x, s = t"))
    assert beyond is not None and short(beyond.node) == "s = t"
    own = line(r"R(W) = \sum_{i,j} W_{ij}^2")
    assert own.definition is not None and own.definition.kind == "function"
    assert own.definition.left.args[0].name == "W"


def test_rule_14_orders_and_variables() -> None:
    assert "Order" in tree(r"s \approx t + O(t^2)")
    node = line(r"L \propto s \text{ in } s").node
    assert isinstance(node, s.Relation) and node.note is not None


def test_a_line_that_begins_with_a_relation_goes_on_from_the_one_above() -> None:
    first = line(r"x_i = \sum_j A_{ij} y_j")
    second = line("= (A y)_i", previous=first)
    assert second.starts_with_relation
    assert short(second.node) == "sum{j=1..n}[<A[i, j] y[j]>] = <A y>[i]"
    assert "begins with a relation" in refused("= x").what
    with pytest.raises(ReadError, match="two different axes"):
        line("= b_i", previous=first)


def test_a_slash_that_can_be_read_in_two_ways_is_refused() -> None:
    assert tree(r"1/n \sum_i x_i") == "<(1/#n) sum{i=1..n}[x[i]]>"
    assert tree("1/2 s^2") == "<(1/2) s^2>"
    assert "two ways" in refused("t / s t").what
    assert "two ways" in refused(r"1/2n \sum_i x_i").what


def test_a_product_that_does_not_fit_names_a_cure_that_does() -> None:
    assert refused("W X").cure == "did you mean  X W  (B×c) ?"
    assert r"x^\top y" in refused("x y").cure


def test_an_expression_alone() -> None:
    assert short(read_expression(r"x^\top x", scope())) == "<xᵀ x>"
    with pytest.raises(ReadError):
        read_expression("x = y", scope())


def test_unknown_sizes_are_solved_or_named() -> None:
    assert tree(r"X^\top \mathbf{1}") == "<Xᵀ Ones(B)>"
    assert tree(r"A + \lambda I") == r"(A + <\lambda I(n)>)"
    assert r"\mathbf{1}" in refused(r"\mathbf{1} \mathbf{1}^\top x").what


def test_a_step_whose_start_is_given_runs_where_all_its_accesses_are_inside() -> None:
    """h over 0..D beside z over 1..D: `h_0 = x` says what h_0 is, so h_l = tanh z_l is no clash of ranges."""
    given = [r"h_0 = x", r"z_l = W_l h_{l-1}", r"h_l = \tanh(z_l)"]
    symbols = {
        "W_l": "n n for l in 1..D", "h_l": "n for l in 0..D", "z_l": "n for l in 1..D", "x": "n",
    }  # fmt: skip
    understanding = understand(Problem(given=given, symbols=symbols))
    assert str(understanding.definitions[-1].binders[0].range) == "1..D"
    with pytest.raises(ReadError, match="two different axes"):
        understand(Problem(given=given[2:], symbols=symbols))


def test_forms_of_course_notes() -> None:
    assert tree("max(0, s)") == tree(r"\max(0, s)")
    assert tree("tr(A A)") == tree(r"\operatorname{tr}(A A)")
    assert tree("s(t)") == "<s t>"
    assert tree(r"\sum_i^n x_i") == "sum{i=1..n!}[x[i]]"
    assert tree(r"\textbf{x}^\top y") == tree(r"x^\top y")
    assert tree(r"s \leftarrow s - t L") == "s ← (s + -<t L>)"
    assert tree("s >= t") == tree(r"s \ge t")
    assert tree(r"s = L \hspace{1cm} t = L") == tree(r"s = L \quad t = L") != tree(r"s = L \hspace{1pt} t = L")
    assert tree(r"s = L \text{ and hence } t = L") == tree(r"s = L, \quad t = L")


def test_a_derivative_at_a_point() -> None:
    known = scope(NAMES, ("g(z) = z^2", "v = s^2"))
    assert tree(r"\frac{dg}{ds}(s)", known) == tree("g'(s)", known)
    assert tree(r"\frac{d^2 g}{ds^2}(t + 1)", known) == tree("g''(t + 1)", known)
    assert tree(r"\frac{dv}{ds}(s)", known) == tree(r"\frac{dv}{ds}", known)
    assert tree(r"\frac{dv}{ds}(t + 1)", known).startswith("<")  # v is a value, so this is a product


def test_a_window_beside_its_output_is_no_clash_of_ranges() -> None:
    """Of `x_{i+k-1}` with k in 1..m the ends say less than `y_i` says of i."""
    given = [r"y_i = \sum_{k=1}^{m} w_k x_{i+2 (k-1)}"]
    understanding = understand(Problem(given=given, symbols={"x": "o+2*m-2", "w": "m", "y": "o"}))
    assert str(understanding.definitions[0].binders[0].range) == "1..o"
