"""Export: a solution as the JSON that the manual promises, every formula in readable LaTeX."""

from __future__ import annotations

from typing import Any

from symdl.language.print_latex import latex
from symdl.solution.step import Result, Solution, Step


def as_json(solution: Solution) -> dict[str, Any]:
    """title, targets (with matrix and index forms, where, steps, evidence) and authored lines."""
    out: dict[str, Any] = {"title": solution.title, "targets": [_result(r) for r in solution.results]}
    if solution.lines:
        out["lines"] = [_step(s) for s in solution.lines]
    return out


def _result(r: Result) -> dict[str, Any]:
    return {
        "target": latex(r.target),
        "shape": list(r.shape),
        "matrix": None if r.matrix is None else latex(r.matrix),
        "index": latex(r.index),
        "where": [latex(w) for w in r.where],
        "steps": [_step(s) for s in r.steps],
        "evidence": None if r.evidence is None else r.evidence.as_json(),
    }


def _step(s: Step) -> dict[str, Any]:
    out: dict[str, Any] = {
        "rule": s.rule,
        "line": latex(s.line),
        "because": s.because,
        "evidence": None if s.evidence is None else s.evidence.as_json(),
    }
    if s.conditions:
        out["conditions"] = [latex(c) for c in s.conditions]
    if s.block:
        out["block"] = [_step(b) for b in s.block]
    return out
