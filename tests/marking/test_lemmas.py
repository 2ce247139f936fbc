"""Lines by a lemma: its name is known, its conditions are checked, and an instance of it is proved by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from symdl.errors import ProblemError, SymdlError
from symdl.language.declare import understand
from symdl.library import entries
from symdl.library.entry import Lemma
from symdl.marking.authored import rule_authored, rule_claims
from symdl.problem import Problem, load_problem
from symdl.solution.evidence import Evidence
from symdl.tensor.build import build_program

F = r"f : \mathbb{R}^n \to \mathbb{R}"
SMOOTH = (r"f \text{ is } \beta\text{-smooth}", r"\beta > 0")
STRONG = (r"f \text{ is } \mu\text{-strongly convex}", r"\mu > 0")
STEP = (F, r"g = \nabla f(x)", r"y = x - \frac{1}{\beta} g")
COLUMNS = {"x": "n", r"\beta": "", r"\mu": "", "z": "n"}
LEMMAS = [e for e in entries("lemmas") if isinstance(e, Lemma)]


def evidence(line: str, by: str, **parts: Any) -> Evidence:
    suppose = parts.pop("suppose", ())
    problem = Problem(steps=[{"line": line, "by": by, "suppose": suppose}], **parts)
    u = understand(problem)
    return rule_authored(u, build_program(u))[0].evidence


def claim(lemma: Lemma, show: str, assume: tuple[str, ...] | None = None) -> Evidence:
    u = understand(
        Problem(
            given=lemma.given,
            assume=lemma.assume if assume is None else assume,
            show=[show],
            symbols=lemma.symbols,
        )
    )
    return rule_claims(u, build_program(u), ())[0].evidence


# ------------------------------------------------------------------------------------------ the lemmas themselves

STATED = [pytest.param(lemma, show, id=f"{lemma.name}-{n}") for lemma in LEMMAS for n, show in enumerate(lemma.show)]

MUTANTS = {  # the same claim, a constant or a direction off
    "am-gm": r"\sqrt{a b} \le \frac{a + b}{3}",
    "cauchy-schwarz": r"|x^\top y| \le \frac{1}{2} \|x\| \|y\|",
    "convex-first-order": r"f(y) \le f(x) + \nabla f(x)^\top (y - x)",
    "descent-lemma": r"f(x - \frac{1}{\beta} \nabla f(x)) \le f(x) - \frac{1}{\beta} \|\nabla f(x)\|^2",
    "gibbs": r"\sum_i p_i \log \frac{p_i}{q_i} \le 0",
    "jensen": r"f(\sum_i w_i X_{i:}^\top) \ge \sum_i w_i f(X_{i:}^\top)",
    "log-tangent": r"\log x \le x - 2",
    "rayleigh": r"x^\top A x \le \frac{1}{2} \lambda_1(A) \|x\|^2",
    "smooth-upper-bound": r"f(y) \le f(x) + \nabla f(x)^\top (y - x) + \frac{\beta}{4} \|y - x\|^2",
    "spectral-norm-bound": r"\|A x\| \le \frac{1}{2} \|A\|_2 \|x\|",
    "strong-convexity": r"\|\nabla f(x)\|^2 \ge 4 \mu (f(x) - f(y))",
    "triangle-inequality": r"\|x + y\| \le \|x\|",
    "young": r"a b \le \frac{a^2}{4 c} + \frac{c b^2}{2}",
}


@pytest.mark.parametrize(("lemma", "show"), STATED)
def test_every_lemma_holds(lemma: Lemma, show: str) -> None:
    assert claim(lemma, show).holds


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda e: e.name)
def test_a_mutant_of_every_lemma_is_refuted(lemma: Lemma) -> None:
    assert claim(lemma, MUTANTS[lemma.name]).status == "refuted"


@pytest.mark.parametrize(
    ("name", "without"),
    [("am-gm", ()), ("young", ()), ("gibbs", ("p_i > 0", "q_i > 0", r"\sum_i p_i = 1"))],
)
def test_its_conditions_are_needed(name: str, without: tuple[str, ...]) -> None:
    lemma = next(e for e in LEMMAS if e.name == name)
    assert not claim(lemma, lemma.show[0], without).holds


# ------------------------------------------------------------------------------------------------- lines by them


@pytest.mark.parametrize(
    ("line", "by", "parts"),
    [
        (r"f(y) \le f(x) - \frac{1}{2 \beta} \|g\|^2", "descent-lemma", {"given": STEP, "assume": SMOOTH}),
        (r"f(x) - f(y) \ge \frac{1}{2 \beta} g^\top g", "descent-lemma", {"given": STEP, "assume": SMOOTH}),
        (
            r"f(z) \le f(x) + \nabla f(x)^\top (z - x) + \frac{\beta}{2} \|z - x\|^2",
            "smooth-upper-bound",
            {"given": (F,), "assume": SMOOTH},
        ),
        (r"f(x) - f(z) \le \frac{1}{2 \mu} \|\nabla f(x)\|^2", "strong-convexity", {"given": (F,), "assume": STRONG}),
        (r"f(z) \ge f(x) + \nabla f(x)^\top (z - x)", "convex-first-order", {"given": (F,), "assume": STRONG}),
        (
            r"u^\top A v \le \|u\| \|A v\|",
            "cauchy-schwarz",
            {"symbols": {"u": "m", "A": "m k", "v": "k"}},
        ),
        (r"\|A v + u\| \le \|A v\| + \|u\|", "triangle-inequality", {"symbols": {"u": "m", "A": "m k", "v": "k"}}),
        (
            r"\sum_k r_k \log \frac{r_k}{s_k} \ge 0",
            "gibbs",
            {
                "symbols": {"r": "c", "s": "c"},
                "assume": ("r_k > 0", "s_k > 0", r"\sum_j r_j = 1", r"\sum_k s_k = 1"),
            },
        ),
        (r"\sqrt{u v} \le \frac{u + v}{2}", "am-gm", {"symbols": {"u": "", "v": ""}, "assume": ("u > 0", "v > 0")}),
        (r"\log u_i \le u_i - 1", "log-tangent", {"symbols": {"u": "m"}}),
        (r"a_i c_i \le \frac{a_i^2}{2} + \frac{c_i^2}{2}", "young", {"symbols": {"a": "k", "c": "k"}}),
    ],
)
def test_an_instance_whose_conditions_are_given_is_proved(line: str, by: str, parts: dict[str, Any]) -> None:
    found = evidence(line, by, **{"symbols": COLUMNS, **parts})
    assert (found.status, by in found.how) == ("proved", True), found.how


def test_a_condition_may_be_supposed_for_the_line() -> None:
    line, symbols = r"u v \le \frac{u^2}{2 w} + \frac{w v^2}{2}", {"u": "", "v": "", "w": ""}
    assert evidence(line, "young", symbols=symbols, assume=["w > 0"]).status == "proved"
    assert evidence(line, "young", symbols=symbols, suppose=["w > 0"]).status == "proved"


@pytest.mark.parametrize(
    ("assume", "status"),
    [
        (("w > 0",), "proved"),
        (("0 < w",), "proved"),
        (("w > r", "r > 0"), "proved"),
        (("w > r", "r = s", "s > 0"), "proved"),
        (("w > 0", "w > r"), "proved"),
        (("w^2 = r", "w > -1", "w > 0"), "proved"),
    ],
)
def test_a_condition_may_follow_from_a_chain_of_assumptions(assume: tuple[str, ...], status: str) -> None:
    symbols = {"u": "", "v": "", "w": "", "r": "", "s": ""}
    line = r"u v \le \frac{u^2}{2 w} + \frac{w v^2}{2}"
    assert evidence(line, "young", symbols=symbols, assume=assume).status == status


def test_a_chain_that_is_not_strict_gives_no_strict_condition() -> None:
    symbols = {"u": "", "v": "", "w": "", "r": ""}
    line = r"u v \le \frac{u^2}{2 w} + \frac{w v^2}{2}"
    assert evidence(line, "young", symbols=symbols, assume=["w \\ge r", "r \\ge 0"]).status != "proved"


@pytest.mark.parametrize("using", [[True], ["x"]])
def test_a_line_number_is_a_whole_number(using: list[object]) -> None:
    with pytest.raises(SymdlError):
        Problem(steps=["1 = 1", {"line": "2 = 2", "using": using}])


@pytest.mark.parametrize(
    ("line", "by", "assume", "missing"),
    [
        (r"f(x) \ge f(x)", "descent-lemma", (r"\beta > 0",), "smooth"),
        (r"f(z) \ge f(x) + \nabla f(x)^\top (z - x)", "strong-convexity", (r"f \text{ convex}",), "strongly"),
        (r"f(z) + 1 \ge f(z)", "convex-first-order", SMOOTH, "convex"),
    ],
)
def test_a_property_that_is_not_given_leaves_the_line_unchecked(
    line: str, by: str, assume: tuple[str, ...], missing: str
) -> None:
    found = evidence(line, by, given=(F,), assume=assume, symbols=COLUMNS)
    assert found.status == "unchecked"
    assert by in found.how and missing in found.how


def test_a_condition_that_does_not_hold_leaves_an_instance_unchecked() -> None:
    # true for both signs of a product of one sign, but the lemma asks for more than is given
    found = evidence(r"\sqrt{u^2 v^2} \le \frac{u^2 + v^2}{2}", "am-gm", symbols={"u": "", "v": ""})
    assert found.holds  # squares are never negative
    found = evidence(r"\sqrt{u v} \le \frac{u + v}{2}", "am-gm", symbols={"u": "", "v": ""}, assume=["u + v > 0"])
    assert found.status == "unchecked" and "am-gm needs" in found.how


@pytest.mark.parametrize(
    ("line", "by"),
    [
        (r"f(y) \le f(x) - \frac{1}{\beta} \|g\|^2", "descent-lemma"),
        (r"f(z) \le f(x) + g^\top (z - x) + \frac{\beta}{4} \|z - x\|^2", "smooth-upper-bound"),
    ],
)
def test_a_wrong_constant_stays_refuted(line: str, by: str) -> None:
    assert evidence(line, by, given=STEP, assume=SMOOTH, symbols=COLUMNS).status == "refuted"


def test_a_line_that_is_no_instance_is_never_proved_by_the_lemma() -> None:
    weaker = r"f(y) \le f(x) - \frac{1}{4 \beta} \|g\|^2"
    found = evidence(weaker, "descent-lemma", given=STEP, assume=SMOOTH, symbols=COLUMNS)
    assert found.status == "supported" and "not seen to be an instance" in found.how


def test_a_lemma_proves_the_line_and_not_the_chain_that_it_ends() -> None:
    by = {"by": "cauchy-schwarz"}
    steps = [
        r"\|u\| \|v\| + 2 \ge \|u\| \|v\| + \tanh(w)",
        {"line": r"\ge u^\top v + \tanh(w)", **by},
        {"line": r"\|u\| \|v\| + \tanh(w) \ge u^\top v + \tanh(w)", **by},
    ]
    u = understand(Problem(steps=steps, symbols={"u": "k", "v": "k", "w": ""}))
    assert [s.evidence.status for s in rule_authored(u, build_program(u))] == ["supported", "supported", "proved"]


# ------------------------------------------------------------------------------------------------- names and numbers

TEXT = """[symbols]
x = "n"

[[step]]
line = '\\|x\\| \\ge 0'
by   = "cauchy-shwarz"
"""


def test_an_unknown_lemma_is_an_error_with_its_place() -> None:
    with pytest.raises(ProblemError) as caught:
        load_problem(TEXT)
    said = str(caught.value)
    assert "unknown lemma" in said and "did you mean  cauchy-schwarz" in said
    assert '    by   = "cauchy-shwarz"\n' + " " * 11 + "^" * 15 in said


def test_an_unknown_lemma_is_an_error_in_a_problem_of_python_too() -> None:
    with pytest.raises(ProblemError, match="unknown lemma"):
        Problem(steps=[{"line": "1 = 1", "by": "descent lemma"}])


@pytest.mark.parametrize("using", [[1], [0], [2]])
def test_a_line_rests_on_lines_above_it_only(using: list[int]) -> None:
    with pytest.raises(SymdlError, match="does not come before"):
        Problem(steps=[{"line": "1 = 1", "using": using}])


def test_a_line_may_rest_on_one_above() -> None:
    assert Problem(steps=["1 = 1", {"line": "2 = 2", "using": [1]}]).steps[1].using == (1,)


def test_the_manual_lists_every_lemma_and_no_other() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "derivation-file.md").read_text(encoding="utf-8")
    table = manual.split("## Lemmas")[1].split("## ")[0]
    named = {row.split("`")[1] for row in table.splitlines() if row.startswith("| `")} - {"by"}
    assert named == {lemma.name for lemma in LEMMAS}
    for lemma in LEMMAS:
        row = next(r for r in table.splitlines() if r.startswith(f"| `{lemma.name}`"))
        assert all(f"${form.replace('|', chr(92) + '|')}$" in row for form in (*lemma.show, *lemma.assume)), row
