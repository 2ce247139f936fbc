"""The surface tree of the forms that course notes use, and the error for those that can't be read."""

from __future__ import annotations

import pytest

from symdl.errors import ReadError
from symdl.language.parse import parse
from tests.language.shown import all_nodes, shown

WORDS = frozenset({"net"})

READ = [
    # products, sums, precedence
    (r"Z = X W + \mathbf{1} b^\top", r"Rel(Z = ([X W] + [mathbf{1} b^{\top}]))"),
    ("a - b - c", "((a - b) - c)"),
    ("-a b + c", "((- [a b]) + c)"),
    (r"a \odot B c", "(a odot [B c])"),
    (r"a \cdot b \odot c / d", "(((a cdot b) odot c) / d)"),
    (r"a \cdot -b", "(a cdot (- b))"),
    ("1/2 x", "(1 / [2 x])"),
    (r"\partial L / \partial W", r"([\partial L] / [\partial W])"),
    # relations, logic, lists
    (r"= \frac{1}{n} X^{\mathsf T} y.", "Rel([] = [frac(1, n) X^{mathsf{T}} y])"),
    (r"a \le b < c \neq d", "Rel(a ≤ b < c ≠ d)"),
    (r"a = b, \quad c = d", "{Rel(a = b); Rel(c = d)}"),
    (r"a = b \quad\text{and}\quad c = d \implies e = f", "Logic({Rel(a = b); Rel(c = d)} implies Rel(e = f))"),
    (r"\implies d = e", "Logic([] implies Rel(d = e))"),
    (r"a \iff b \iff c", "Logic(a iff Logic(b iff c))"),
    (r"a \not= b, x \not\in S", "{Rel(a ≠ b); Rel(x ∉ S)}"),
    (r"S := \sum_k S_k", r"Rel(S := [\sum_{k} S_{k}])"),
    (r"a \overset{(a)}{=} b \stackrel{!}{\le} c", "Rel(a = b ≤ c)"),
    # scripts
    (r"\sum_{i,j : i \neq j} x_i x_j", r"[\sum_{({i; j} : Rel(i ≠ j))} x_{i} x_{j}]"),
    (r"\sum_{\substack{i<j \\ i \ne k}} a_{ij}", r"[\sum_{{Rel(i < j); Rel(i ≠ k)}} a_{[i j]}]"),
    (r"\max_{1 \le a \le 3} f(a)", "[<max>_{Rel(1 ≤ a ≤ 3)} f «() a»]"),
    (r"X_{i:} X_{:,j} x_{1:t-1} X_{i,1:t}", "[X_{[i :]} X_{{:; j}} x_{(1 : (t - 1))} X_{{i; (1 : t)}}]"),
    (r"x_{<t} \mathbb{R}_{\ge 0} x_+ w^* \|X\|_*", "[x_{Rel([] < t)} mathbb{R}_{Rel([] ≥ 0)} x_{+} w^{*} «‖‖ X»_{*}]"),
    (r"A^{\odot 2} B^{-\top}", r"[A^{([] odot 2)} B^{(- \top)}]"),
    (r"x^{\prime\prime} y^\prime f''(x) f'^2", "[x'' y' f'' «() x» f'^{2}]"),
    (r"W_{\text{row}} \operatorname{softmax}_{\mathrm{col}}", "[W_{<row>} <softmax>_{<col>}]"),
    ("9^{9^{9^9}}", "9^{9^{9^{9}}}"),
    (r"{\left(X^T X\right)}^{-1} {W}^T {x_i}^2", "[«() [X^{T} X]»^{(- 1)} W^{T} «invisible x_{i}»^{2}]"),
    # bars
    ("|x| |y| + ||x| - |y||", "([«|| x» «|| y»] + «|| («|| x» - «|| y»)»)"),
    (r"\|x\|_2^2 + \lVert A \rVert_F + \Big\| b \Big\|", "((«‖‖ x»_{2}^{2} + «‖‖ A»_{F}) + «‖‖ b»)"),
    (r"p(x, y | z) p(z)", "[p «() ({x; y} mid z)» p «() z»]"),
    (r"\mathrm{KL}(q(z|x) \| p(z))", "[<KL> «() ([q «() (z mid x)»] || [p «() z»])»]"),
    (r"D(p || q)", "[D «() (p || q)»]"),
    (r"P(|X| > 1 | Y = 2)", "[P «() (Rel(«|| X» > 1) mid Rel(Y = 2))»]"),
    (r"z \mid x \sim q_\phi", r"Rel((z mid x) ~ q_{\phi})"),
    (r"\ln\det A = \log|A|", "Rel([<ln> <det> A] = [<log> «|| A»])"),
    (r"p(\cdot | x) f(\cdot, y)", r"[p «() (\cdot mid x)» f «() {\cdot; y}»]"),
    (r"\left.\frac{\partial f}{\partial x}\right|_{x=0}", r"«.| frac([\partial f], [\partial x])»_{Rel(x = 0)}"),
    (r"f'(x)|_{x=0}", "«.| [f' «() x»]»_{Rel(x = 0)}"),
    (r"\{x \in \mathbb{R} : |x| < 1\}", "«{} (Rel(x ∈ mathbb{R}) : Rel(«|| x» < 1))»"),
    ("a|b|c", "[a «|| b» c]"),
    # words, fonts, accents
    (
        r"L = -\frac{1}{B} \sum_{i,k} Y_{ik} \log P_{ik}",
        r"Rel(L = (- [frac(1, B) \sum_{{i; k}} Y_{[i k]} <log> P_{[i k]}]))",
    ),
    (
        r"\underset{w}{\arg\min}\; L + \operatorname*{argmin}_w L + \arg\,\max_x",
        "(([<argmin>_{w} L] + [<argmin>_{w} L]) + <argmax>_{x})",
    ),
    (
        r"\mathrm{d}L = \operatorname{tr}(G^\top \mathrm{d}Z)",
        r"Rel([mathrm{d} L] = [<tr> «() [G^{\top} mathrm{d} Z]»])",
    ),
    (r"\text{Var}(x) \text{softmax}(z)_i", "[<Var> «() x» <softmax> «() z»_{i}]"),
    (r"\mathbf{W x} + {\bf v} + {\rm tr}(A)", "(([mathbf{W} mathbf{x}] + mathbf{v}) + [<tr> «() A»])"),
    (r"net_j = nets + n et", "Rel(net_{j} = ([net s] + [n e t]))"),
    (r"\widehat{y} \hat{\boldsymbol\beta}", r"[hat{y} hat{boldsymbol{\beta}}]"),
    (r"\mathbb{E}_{x \sim p}[f] \mathbb 1[z>0]", "[mathbb{E}_{Rel(x ~ p)} «[] f» mathbb{1} «[] Rel(z > 0)»]"),
    # fractions and roots
    (
        r"\sqrt[3]{x} \sqrt2 \frac12 x \frac1n \tfrac{a}{b} {a \over b} c",
        "[root(x, 3) root(2) frac(1, 2) x frac(1, n) frac(a, b) frac(a, b) c]",
    ),
    # grids and prose
    (
        r"\begin{cases} x & \text{if } x > 0 \\ 0, & \text{otherwise} \end{cases}",
        "cases(x & {‘if’; Rel(x > 0)} // 0 & ‘otherwise’)",
    ),
    (r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}^{-1}", "bmatrix(a & b // c & d)^{(- 1)}"),
    (r"\begin{array}{c|c} 1 & 2 \\[2pt] 3 & 4 \\ \end{array}", "array(1 & 2 // 3 & 4)"),
    (r"g_i = 0 \text{ for } i < 0", "{Rel(g_{i} = 0); ‘for’; Rel(i < 0)}"),
    (r"f \text{ is } \beta\text{-smooth}", r"[f ‘is’ \beta ‘-smooth’]"),
    # ranges, intervals, numbers
    (r"y_i \in \{1,\dots,c\}", "Rel(y_{i} ∈ «{} {1; …; c}»)"),
    ("x \\in [0, 1)", "Rel(x ∈ «[) {0; 1}»)"),
    (r"3.5 \times 10^{-2} = 1e-5 + .5", "Rel((3.5 times 10^{(- 2)}) = (1e-5 + .5))"),
    # colons
    (r"w^\star : \nabla_w J(w^\star) = 0", r"(w^{\star} : Rel([\nabla_{w} J «() w^{\star}»] = 0))"),
    (r"f : \mathbb{R}^n \to \mathbb{R}", "(f : Rel(mathbb{R}^{n} → mathbb{R}))"),
    ("I(X; Y | Z)", "[I «() ((X ; Y) mid Z)»]"),
    # layout that carries nothing
    (r"\displaystyle \left\langle a,\, b \right\rangle \label{eq:x} \tag{1} \nonumber", "«<> {a; b}»"),
    (r"\underbrace{X^\top X}_{\text{gram}} w", r"[X^{\top} X w]"),
    (r"\boxed{\textcolor{red}{a} = b} % so", "Rel(a = b)"),
    (r"{a + b} c", "(a + [b c])"),
    # Unicode
    ("α ∂L/∂W ≤ x² · Wᵀ − ‖v‖", r"Rel(([\alpha \partial L] / [\partial W]) ≤ ((x^{2} cdot W^{\top}) - «‖‖ v»))"),
    ("xᵢ₊₁ ∈ ℝ", "Rel(x_{(i + 1)} ∈ mathbb{R})"),
]


@pytest.mark.parametrize(("latex", "tree"), READ, ids=[latex for latex, _ in READ])
def test_reads(latex: str, tree: str) -> None:
    surface = parse(latex, WORDS)
    assert shown(surface) == tree
    assert all(0 <= n.span.start <= n.span.end <= len(latex) for n in all_nodes(surface))


REFUSED = [
    (r"\unknwon x", "unknown command", r"\unknwon"),
    (r"\alhpa", "unknown command", r"\alhpa"),
    ("|a|b|c|", "two ways", "|a|b|c|"),
    ("a_b_c", "two subscripts", "a_b_c"),
    ("x^2^3", "two superscripts", "x^2^3"),
    ("x^2'", "prime", "'"),
    ("x^10", "prints as", "10"),
    ("(a", "not closed", "("),
    ("a)", "never opened", ")"),
    (r"(a]+[b}", "", ""),
    (r"\left( a", r"\left", "a"),
    (r"\frac{a}", "argument", r"\frac"),
    ("a +", "nothing stands after +", "+"),
    ("a =", "nothing stands after =", "="),
    (r"a \cdot", "nothing stands after", r"\cdot"),
    ("a,,b", "nothing stands before ,", ","),
    ("{a+b}^2", "braces do not show", "{a+b}"),
    (r"c \underbrace{a+b}_{d}", "sum", r"\underbrace"),
    (r"a \\ b", "second row", r"\\"),
    (r"x_i \overset{\text{iid}}{\sim} p", "word over", r"\overset{\text{iid}}{\sim}"),
    (r"a b|_{x=0}", "evaluated", "|"),
    ("n!", "factorial", "!"),
    ("a $b$", "no mathematics", "$"),
    (r"\begin{tikzpicture}\end{tikzpicture}", "unknown environment", r"\begin"),
    (r"\begin{bmatrix} a", "not closed", r"\begin{bmatrix}"),
    ("", "empty", ""),
    (r"\input{x}", "opens no files", r"\input"),
]


@pytest.mark.parametrize(("latex", "what", "place"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refuses_and_says_where(latex: str, what: str, place: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse(latex)
    error = caught.value
    assert what in error.what
    assert error.span is not None
    assert not place or latex[error.span.start : error.span.end] == place


def test_an_unknown_command_gets_the_nearest_known_one() -> None:
    with pytest.raises(ReadError, match="did you mean"):
        parse(r"\alhpa")


def test_spans_point_at_the_source() -> None:
    latex = r"y = \frac{a_{ij}}{b} + c"
    texts = {latex[n.span.start : n.span.end] for n in all_nodes(parse(latex))}
    assert {r"\frac{a_{ij}}{b}", "a_{ij}", r"\frac{a_{ij}}{b} + c", latex} <= texts
