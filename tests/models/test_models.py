"""Models nobody listed go the whole way: derived, every step judged, numbers equal autograd's, code that runs.

On first contact, before anything was repaired for them (a batch a file, 205 models written as their authors would):

    batch   models   right   right, code failed   refused   in part or unchecked   wrong
    1           46      42                    3         1                      0       0
    2           44      38                    0         6                      0       0
    3           45      37                    4         4                      0       0
    4           48      43                    1         3                      1       0
    5           22      20                    0         1                      1       0

One refusal hid a wrong derivative, min(r A, clip(r) A) where both agree, which the judge refuted. The code that was
refused twice was wrong (log-softmax of a diagonal), which its own check found. Still refused: those with `refused`.
"""

from __future__ import annotations

import re
import warnings

import pytest

import symdl
from symdl.api import Model
from symdl.errors import SymdlError
from symdl.language.print_latex import latex
from symdl.language.tokens import tokenize
from tests.models import batch_1, batch_2, batch_3, batch_4, batch_5
from tests.models.case import Case
from tests.models.compare import claims_hold, code_agrees

CASES: dict[str, Case] = {n: c for b in (batch_1, batch_2, batch_3, batch_4, batch_5) for n, c in b.CASES.items()}
HELD = ("proved", "supported")
LONGEST = 1.3  # times the reference form
LAYOUT = {"\\left", "\\right", "\\,", "\\;", "{", "}"}


def length(formula: str) -> int:
    r"""Tokens that a reader sees: `\operatorname{sigmoid}` is one sign, as \sigma is."""
    signs = re.sub(r"\\operatorname\{\w+\}", r"\\name", formula)
    return sum(t.text not in LAYOUT for t in tokenize(signs))


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if not c.refused])
def test_a_model_goes_the_whole_way(name: str) -> None:
    case = CASES[name]
    model = Model(case.problem())
    solution = symdl.derive(model)
    for result in solution.results:
        assert result.evidence.status in HELD
        assert [s.evidence.how for s in result.steps if s.evidence.status not in HELD] == []
    assert claims_hold(model, solution, case) <= 1e-9
    if case.code:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # values are drawn at random: some overflow
            gradients = symdl.compile(model)
        assert code_agrees(model, gradients, case) <= 1e-9
    for target, reference in case.references.items():
        result = solution.results[list(case.derive).index(target)]
        form = latex(result.matrix if result.matrix is not None else result.index)
        assert length(form) <= LONGEST * length(reference), form


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c.refused])
def test_a_refusal_says_why(name: str) -> None:
    case = CASES[name]
    with pytest.raises(SymdlError) as error:
        symdl.derive(case.problem())
    assert case.refused in error.value.render()
