"""What symdl prints reads as what the judge has seen; where it can't, nothing is printed."""

from __future__ import annotations

import pytest

from symdl import api
from symdl.errors import SymdlError
from symdl.problem import Problem


def jacobian(**names: str) -> Problem:
    return Problem(
        symbols={"x": "n", **names},
        assume=[r"x \neq 0"],
        given=[r"r = \|x\|", r"u = \frac{1}{r} x"],
        derive=[r"\frac{\partial u}{\partial x}"],
    )


def test_a_name_that_clashes_with_the_identity_is_refused() -> None:
    with pytest.raises(SymdlError, match="no unambiguous print"):
        api.derive(jacobian(I="n n"))


def test_without_the_clash_it_is_printed() -> None:
    assert api.derive(jacobian(J="n n")).results[0].evidence.holds
