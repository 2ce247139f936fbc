"""What lecture notes write without saying so: what each convention reads, and the near thing it does not."""

from __future__ import annotations

import pytest

from symdl.errors import ReadError, ShapeError
from symdl.language.declare import understand
from symdl.language.print_latex import latex
from symdl.language.reader import read_line
from symdl.language.understanding import Understanding
from symdl.problem import Problem
from tests.language.short import short

SYMBOLS = {
    "x": "n",
    "g": "n",
    "z": "n",
    "A": "n n",
    "H": "n n",
    "e": "m n",
    "u": "N K",
    "Y": "N",
    "p": "K",
    "s": "",
    "t": "",
    r"\alpha": "n",
    r"\pi_\theta": "n",
    "w^*": "n",
}
ASSUME = (r"Y_j \in \{1,\dots,K\}",)


@pytest.fixture(scope="module")
def known() -> Understanding:
    return understand(Problem(symbols=SYMBOLS, given=["q = x^\\top g"], assume=ASSUME))


READS = [
    # conditions on index letters that no word introduces
    (r"x_i g_j = 0, i \neq j", "Implication(implies; i ≠ j; <x[i] g[j]> = 0)", "i=1..n, j=1..n"),
    (r"A_{ij} = 0, \quad i < j", "Implication(implies; i < j; A[i, j] = 0)", "i=1..n, j=1..n"),
    (r"\alpha_i \ge 0 \forall i \in \{1,\dots,3\}", r"\alpha[i] ≥ 0", "i=1..3"),
    (r"\forall i \in \{1,\dots,3\}: x_i > 0", "x[i] > 0", "i=1..3"),
    (r"\forall i, x_i > 0", "x[i] > 0", "i=1..n"),
    (r"A_{ij} = s, \quad i, j = 1, \dots, 3", "A[i, j] = s", "i=1..3, j=1..3"),
    ("x_i = s, t > 0", "Junction(and; (x[i] = s, t > 0))", "i=1..n"),
    # sums whose end goes without saying
    (r"\sum_{j=1} x_j = s", "sum{j=1..n}[x[j]] = s", ""),
    (r"\sum_{j=2} x_j = s", "sum{j=2..n!}[x[j]] = s", ""),
    # letters that only conditions and bounds use
    (r"T_i = \exp(-\sum_{j=1}^{i-1} x_j)", "T[i] = exp(-sum{j=1..i-1!}[x[j]])", "i=1..n"),
    (r"T_i = \sum_{j<i} x_j", "T[i] = sum{j=1..n | j < i}[x[j]]", "i=1..n"),
    (r"C_k = \sum_j 1\{Y_j = k\}", "C[k] = sum{j=1..N}[Indicator(Y[j] = k)]", "k=1..K"),
    # a name with an index beside a size of that letter
    (r"N_k = \sum_j u_{jk}", "N_k{k} = sum{j=1..N}[u[j, k]]", "k=1..K"),
    # definitions of new names after `where`
    (
        r"s = \sum_i T_i g_i, \text{ where } T_i = x_i^2",
        "Junction(and; (s = sum{i=1..n}[<T[i] g[i]>], T[i] = x[i]^2))",
        "i=1..n",
    ),
    (r"s = 2 r, where r = t^2", "Junction(and; (s = <2 r>, r = t^2))", ""),
    # softmax of an entry
    (r"w_i = \operatorname{softmax}(z_i)", "w[i] = softmax[-1](z)[i]", "i=1..n"),
    (r"w_{ij} = \operatorname{softmax}(e_{ij})", "w[i, j] = softmax[-1](e[i])[j]", "i=1..m, j=1..n"),
    (
        r"w_{ij} = \operatorname{softmax}_i(e_{ij})",
        "w[i, j] = softmax[-1](Comprehension(Binder(i; 1..m; True); e[i, j])ᵀ)[i]",
        "i=1..m, j=1..n",
    ),
    (
        r"w_i = \operatorname{softmax}(s x_i + t)",
        "w[i] = softmax[-1](Comprehension(Binder(i; 1..n; True); (<s x[i]> + t))ᵀ)[i]",
        "i=1..n",
    ),
    # entries in brackets
    (r"\sum_j p(j) \log p(j)", "sum{j=1..K}[<p[j] log(p[j])>]", ""),
    (r"v_i = \max_j e(i, j)", "v[i] = max{j=1..n}[e[i, j]]", "i=1..m"),
    ("x(s)", "<x s>", ""),
    # the diagonal of a matrix where only a matrix fits
    (r"\operatorname{diag}(H)^{-1} g", "<diag(diag(H)^-1) g>", ""),
    (r"\operatorname{diag}(H) \odot g", "(diag(H) ⊙ g)", ""),
    # an index in parentheses above a name that has a subscript
    (r"\sum_i \pi_\theta^{(i)} x_i", r"sum{i=1..n}[<\pi_\theta[i] x[i]>]", ""),
    # names in plain letters
    (r"ROC = \sum_i x_i", "ROC = sum{i=1..n}[x[i]]", ""),
    # an equation in a branch is a claim beside it
    (
        r"s = \begin{cases} 0 & t \le 0 \\ t^2 = t t & t > 0 \end{cases}",
        "Junction(and; (s = Cases(((0, t ≤ 0), (t^2, t > 0))), Implication(implies; t > 0; t^2 = <t t>)))",
        "",
    ),
    # a gradient is never of the constant that stands first
    (r"\nabla_x \frac{1}{n} \|x\|^2", "∂(<(1/#n) ‖x‖2^2> / x)", ""),
    (r"\nabla_x s \|x\|^2", "∂(<s ‖x‖2^2> / x)", ""),
    (r"\nabla_x \frac{1}{2} (A x - g)^\top (A x - g)", "∂(<(1/2) (<A x> + -g)ᵀ (<A x> + -g)> / x)", ""),
    # a mark and a transpose above one name
    (r"w^{*\top} x", "<w^*ᵀ x>", ""),
    # a defined quantity and what it is a quantity of
    ("q(x, g) = s", "q = s", ""),
    # words are no indices
    (r"x_{\text{new}} = x - s g", r"x_{\mathrm{new}} = (x + -<s g>)", ""),
    # dots that stand for a second index
    (r"\begin{bmatrix} x_1 \\ x_2 \\ \vdots \\ x_n \end{bmatrix}", "Comprehension(Binder(i; 1..n; True); x[i])ᵀ", ""),
    (r"[A_{i1}, \dots, A_{in}]^\top = A_i", "Comprehension(Binder(j; 1..n; True); A[i, j])ᵀ = A[i]", "i=1..n"),
]

REFUSES = [
    (r"\operatorname{softmax}(s)", "softmax of a scalar"),
    (r"w_{ij} = \operatorname{softmax}(e_{ij} + z_j)", "softmax over which index?"),
    (r"w_i = \operatorname{softmax}_j(z_i)", "softmax over what is no index of its argument"),
    (r"\sum_{j=0} x_j = s", "index j starts before its axis does"),
    ("dr = 3", "nobody declared  r"),
    (r"\operatorname{diag}(x) A g g", "shapes do not fit"),
    (
        r"r = \begin{cases} 0 & t \le 0 \\ t = s & \text{otherwise} \end{cases}",
        "a relation where an expression is expected",
    ),
    ("s = r; r", "nobody declared  r"),
    ("q(x, r) = s", "several things where one is expected"),
    (r"\begin{bmatrix} x_1 \\ x_3 \\ \vdots \\ x_n \end{bmatrix}", "the first and the second are not alike"),
]


@pytest.mark.parametrize(("written", "tree", "letters"), READS)
def test_reads(known: Understanding, written: str, tree: str, letters: str) -> None:
    line = read_line(written, known.scope)
    assert short(line.node) == tree
    assert ", ".join(f"{k}={r}" for k, r in line.letters.items()) == letters


@pytest.mark.parametrize("written", [w for w, tree, _ in READS if "Junction" not in tree])
def test_what_is_printed_reads_as_itself(known: Understanding, written: str) -> None:
    node = read_line(written, known.scope).node
    assert read_line(latex(node), known.scope).node == node


@pytest.mark.parametrize(("written", "what"), REFUSES)
def test_refuses(known: Understanding, written: str, what: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_line(written, known.scope)
    assert caught.value.what == what


def test_a_function_with_parameters_after_a_semicolon_is_read() -> None:
    scope = understand(Problem(symbols={"x": "n", "w": "n"}, given=[r"f(x; w) = w^\top x"])).scope
    assert short(read_line(r"f(x; w) = x^\top w", scope).node) == "f(x, w) = <xᵀ w>"


def test_a_name_of_a_whole_is_no_recurrence() -> None:
    u = understand(Problem(symbols={"x_{l}": "n", "x_{l+1}": "n"}, given=["x_{l+1} = 2 x_{l}"]))
    assert u.definitions[0].kind == "value"


def test_the_derivative_of_a_row_is_never_certainly_ill_typed(known: Understanding) -> None:
    with pytest.raises(ReadError) as caught:
        read_line(r"\frac{\partial (A x)^\top}{\partial x} = A", known.scope)
    assert not isinstance(caught.value, ShapeError)
