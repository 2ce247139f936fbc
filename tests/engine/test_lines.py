"""Results and the names they rest on, line by line, as a lecturer writes them; and all of it read and judged."""

from __future__ import annotations

import pytest

from symdl.api import Model, judged, load
from symdl.engine import derive
from symdl.errors import UnsupportedError
from symdl.language.print_latex import latex
from symdl.problem import Problem
from symdl.solution.step import Solution


def solution(
    given: list[str], symbols: dict[str, str], *by: str, of: str = "L", assume: list[str] | None = None
) -> Solution:
    targets = [rf"\frac{{\partial {of}}}{{\partial {v}}}" for v in by]
    model = Model(Problem(title="", given=given, symbols=symbols, derive=targets, assume=assume or []))
    found = judged(derive(model.understanding, model.program), model)
    for r in found.results:
        assert r.evidence.status in ("proved", "supported")
        assert all(s.evidence.status in ("proved", "supported") for s in r.steps)
    return found


def lines(found: Solution) -> tuple[list[str], list[list[str]]]:
    return [latex(r.matrix) for r in found.results], [[latex(w) for w in r.where] for r in found.results]


RNN = [r"h_0 = 0", r"h_t = \tanh(W h_{t-1} + U x_t)", r"L = \frac{1}{2} \sum_{t=1}^T \|h_t - y_t\|^2"]
SHAPES = {"W": "n n", "U": "n d", "x": "T d", "y": "T n", "h": "0..T n"}
BACKWARD = (
    r"\frac{\partial L}{\partial h_t} = h_t - y_t + "
    r"W^\top \left( \frac{\partial L}{\partial h_{t+1}} \odot (1 - h_{t+1}^2) \right)"
)


def test_a_recurrent_network_runs_backwards_without_brackets() -> None:
    found = solution(RNN, SHAPES, "U", "h_t")
    results, where = lines(found)
    through = r"\sum_{t=1}^T \left( \frac{\partial L}{\partial h_t} \odot (1 - h_t^2) \right) x_t^\top"
    assert results == [through, BACKWARD.partition(" = ")[2]]
    assert where == [[BACKWARD], []]


def test_a_loss_at_the_end_has_a_line_of_its_own() -> None:
    found = solution([*RNN[:2], r"L = \frac{1}{2} \|h_T - v\|^2"], {**SHAPES, "v": "n"}, "W")
    assert lines(found)[1] == [
        [
            r"\frac{\partial L}{\partial h_T} = h_T - v",
            r"t < T \implies \frac{\partial L}{\partial h_t} = "
            r"W^\top \left( \frac{\partial L}{\partial h_{t+1}} \odot (1 - h_{t+1}^2) \right)",
        ]
    ]


def test_a_start_that_is_a_variable() -> None:
    """The first entry is no step: its adjoint is what the chain rule says there."""
    given = ["h_0 = g", *RNN[1:]]
    found = solution(given, {**SHAPES, "g": "n"}, "g")
    step = r"W^\top \left( \frac{\partial L}{\partial h_1} \odot (1 - h_1^2) \right)"
    assert lines(found) == ([step], [[BACKWARD]])


LAYERS = {
    "W_l": "n_l n_{l-1} for l in 1..D",
    "h_l": "n_l for l in 0..D",
    "z_l": "n_l for l in 1..D",
    "x": "n_0",
    "y": "n_D",
}
FORWARD = [r"h_0 = x", r"z_l = W_l h_{l-1}", r"h_l = \tanh(z_l)"]


def test_layers_of_different_sizes_as_a_family() -> None:
    found = solution([*FORWARD, r"L = \frac{1}{2} \|h_D - y\|^2"], LAYERS, "W_l", "h_l", "x")
    assert [r.matrix and latex(r.matrix) for r in found.results] == [
        r"\frac{\partial L}{\partial z_l} h_{l-1}^\top",
        None,  # h_D has a line of its own
        r"\frac{\partial L}{\partial h_0}",
    ]
    backward = [
        r"\frac{\partial L}{\partial h_D} = h_D - y",
        r"l < D \implies \frac{\partial L}{\partial h_l} = W_{l+1}^\top \frac{\partial L}{\partial z_{l+1}}",
        r"\frac{\partial L}{\partial z_l} = \frac{\partial L}{\partial h_l} \odot (1 - h_l^2)",
    ]
    assert [latex(w) for w in found.results[0].where] == backward
    assert latex(found.results[1].index).startswith(r"l < D \implies \frac{\partial L}{\partial (h_l)_i} = ")


def test_a_loss_of_the_last_layer_may_be_any_function() -> None:
    found = solution([*FORWARD, "L = L(h_D)"], LAYERS, "W_l")
    assert all("h_D" not in latex(w) for w in found.results[0].where)  # that gradient is a given


def test_an_abstract_loss_of_every_step_is_refused_with_a_cure() -> None:
    with pytest.raises(UnsupportedError, match="g_t") as error:
        solution([*RNN[:2], "L = L(h)"], SHAPES, "W")
    assert "what L itself adds" in str(error.value)


def test_long_short_term_memory() -> None:
    gates = [rf"{g}_t = \sigma(W_{g} h_{{t-1}} + U_{g} x_t)" for g in "ifo"]
    given = [
        "h_0 = 0", "c_0 = 0", *gates, r"g_t = \tanh(W_g h_{t-1} + U_g x_t)", r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        r"h_t = o_t \odot \tanh(c_t)", RNN[-1],
    ]  # fmt: skip
    symbols = {"x": "T d", "y": "T n", "h": "0..T n", "c": "0..T n"}
    symbols |= {f"{m}_{g}": "n n" if m == "W" else "n d" for g in "ifog" for m in "WU"} | dict.fromkeys("ifog", "T n")
    model = Model(Problem(title="", given=given, symbols=symbols, derive=[r"\frac{\partial L}{\partial c_t}"]))
    result = derive(model.understanding, model.program).results[0]
    assert result.matrix is not None
    assert latex(result.matrix) == (
        r"\frac{\partial L}{\partial h_t} \odot o_t \odot (1 - \tanh^2 c_t)"
        r" + \frac{\partial L}{\partial c_{t+1}} \odot f_{t+1}"
    )


def test_layer_normalisation_in_its_usual_order() -> None:
    given = [
        r"\mu = \frac{1}{n} \sum_i x_i", r"v = \frac{1}{n} \sum_i (x_i - \mu)^2", r"s = \sqrt{v + \epsilon}",
        r"\hat{x}_i = \frac{x_i - \mu}{s}", r"y_i = \gamma_i \hat{x}_i", "L = L(y)",
        r"g = \frac{\partial L}{\partial \hat{x}}",
    ]  # fmt: skip
    found = solution(given, {"x": "n", r"\gamma": "n", r"\epsilon": "", r"\hat{x}": "n"}, "x", assume=[r"\epsilon > 0"])
    wanted = (
        r"\frac{1}{s} \left( g - \frac{1}{n} \mathbf{1}^\top g \mathbf{1} - \frac{1}{n} g^\top \hat{x} \hat{x} \right)"
    )
    assert lines(found)[0] == [wanted]


@pytest.mark.parametrize(
    ("given", "symbols", "by", "wanted"),
    [
        (
            [r"H = \operatorname{relu}(A X W)", "L = L(H)"],
            {"A": "n n", "X": "n d", "W": "d h"},
            "X",
            r"A^\top \left( \mathbb{1}[A X W > 0] \odot \frac{\partial L}{\partial H} \right) W^\top",
        ),
        ([r"L = \max(0, 1 - y w^\top x)"], {"x": "d", "w": "d", "y": ""}, "w", r"-\mathbb{1}[1 - y w^\top x > 0] y x"),
        (
            [r"S = U V^\top", r"P = \operatorname{softmax}(S)", r"L = -\frac{1}{N} \sum_i \log P_{ii}"],
            {"U": "N d", "V": "N d"},
            "S",
            r"\frac{1}{N} (P - I)",
        ),
        ([r"L = \sum_i \log \cosh(x_i)"], {"x": "n"}, "x", r"\tanh x"),
        ([r"L = \sum_i \log(1 + \exp(x_i))"], {"x": "n"}, "x", r"\operatorname{sigmoid}(x)"),
        ([r"u = x - y", r"L = u^\top M u"], {"x": "n", "y": "n", "M": "n n"}, "x", r"(M + M^\top) u"),
    ],
)
def test_forms(given: list[str], symbols: dict[str, str], by: str, wanted: str) -> None:
    assert lines(solution(given, symbols, by))[0] == [wanted]


def test_full_detail_opens_each_step_to_its_single_moves() -> None:
    model = Model(
        Problem(
            title="",
            given=[r"\mu = \frac{1}{n} \sum_i x_i", r"c_i = \tanh(x_i - \mu)", r"L = \frac{1}{2} \|c\|^2"],
            symbols={"x": "n", "c": "n"},
            derive=[r"\frac{\partial L}{\partial x}"],
        )
    )
    steps = judged(derive(model.understanding, model.program, detail="full"), model).results[0].steps
    moves = [b for s in steps for b in s.block]
    assert {b.rule for b in moves} >= {"product-rule", "delta", "fold"}
    assert all(b.evidence is not None and b.evidence.status in ("proved", "supported") for b in moves)
    assert r"\delta_{" in latex(moves[0].line)
    assert all(not s.block for s in derive(model.understanding, model.program).results[0].steps)


def test_steps_of_a_recurrence_open_too() -> None:
    model = Model(load("rnn-bptt"))
    solution = judged(derive(model.understanding, model.program, detail="full"), model)
    step = next(s for s in solution.steps if latex(s.line).startswith(r"\frac{\partial L}{\partial h_t}"))
    assert [b.rule for b in step.block] == ["product-rule", "delta", "fold"]
    assert r"\delta_{" in latex(step.block[0].line)
    assert all(b.evidence is not None and b.evidence.holds for b in step.block)
