"""Kinds of mistakes in words, and which kind a slip is of where it shows on a line about moments."""

from __future__ import annotations

from symdl.language.syntax import Moment, Node


def kind_at(kind: str, head: Node) -> str:
    """A slip in a rule of moments shows as a sign, an exponent or a dropped term on a line about a variance."""
    of_moment = isinstance(head, Moment) and head.kind in ("Var", "Cov")
    return "expectation" if of_moment and kind in ("sign", "exponent", "chain-rule", "algebra", "scale") else kind


SENTENCES = {
    "sign": "A sign is wrong",
    "factor": "A numerical factor is wrong",
    "mean": "A factor made of sizes is wrong",
    "scale": "A factor is wrong",
    "transpose": "A transpose is wrong",
    "order": "The order of the factors is wrong",
    "exponent": "A power is wrong",
    "index": "An index is wrong",
    "axis": "A sum runs along the wrong axis",
    "chain-rule": "A factor or a path of the chain rule is wrong",
    "expectation": "A rule of moments is broken",
    "algebra": "The rewriting is wrong",
    "shape": "The shapes do not fit",
    "assumption": "An assumption is missing",
}


def sentence(kind: str, words: str) -> str:
    return f"{SENTENCES[kind]}: {words}."
