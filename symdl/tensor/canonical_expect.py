"""Expectations in canonical form: linear, constants outside, products over independent parts split, moments known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symdl.tensor.canonical_terms import Poly, atom
from symdl.tensor.expr import Expect

if TYPE_CHECKING:
    from symdl.tensor.canonical import Normaliser


def expectation(n: Normaliser, e: Expect) -> Poly:
    return atom(Expect(e.over, n.expr(e.body)))
