"""The verdict on a sequent: exact proof and values at generic points, so that the words mean what they say.

proved: a proof, and the values agree; supported: the values agree at every setting; refuted: a witness
unchecked: none of these, with the reason; a proof that values contradict is a fault of symdl's own, and says so
"""

from __future__ import annotations

import random
import secrets
from dataclasses import replace
from typing import Any

from symdl.judge.at_values import at_values
from symdl.judge.constants import with_constants
from symdl.judge.directions import has_derivatives
from symdl.judge.domain import narrowed
from symdl.judge.equality import Proof, prove
from symdl.judge.gap import TOLERANCE
from symdl.judge.hypotheses import for_all_letters
from symdl.judge.modular import modular
from symdl.judge.numeric import NO_SAMPLE, NumericResult, numeric
from symdl.judge.sample import Sampler
from symdl.judge.stress import stressed
from symdl.solution.evidence import PROVED, REFUTED, SUPPORTED, UNCHECKED, Evidence
from symdl.tensor.program import Sequent

SECONDS = 6.0  # of processor time: a verdict must not depend on what else the machine does
AFTER_PROOF = 0.2  # for special values of what is proved
OF_DERIVATIVES = 0.3  # and of an equation between derivatives, each of whose values costs a sweep through the model
TRIVIAL = {
    "definition": "equal by definition",
    "restatement": "both sides are the same",
    "rearrangement": "both sides are the same but for their arrangement",
}


def rule(
    sequent: Sequent, *, seed: int | None = None, budget: float = SECONDS, sampler: Sampler | None = None
) -> Evidence:
    """Rule on a sequent.

    Args:
        sequent: what is claimed, under what.
        seed: of the samples (a new one each time if None).
        budget: seconds for values, and again for a proof.
        sampler: shares samples between the lines of one program.

    Returns:
        Evidence. `details["trivial"]` is `definition`, `restatement` or `rearrangement` where both sides are one
        without opening a definition, using a fact or differentiating; `details["proof"]` lists what a proof used.
    """
    if not sequent.goals:
        return Evidence(UNCHECKED, "there is no claim in it")
    numbers = at_values(sequent)
    if numbers is not None:
        return numbers
    seed = secrets.randbelow(2**32) if seed is None else seed
    sampler = sampler if sampler is not None and sampler.program is sequent.program else Sampler(sequent.program, seed)
    found = numeric(sequent, rng_seed=seed, budget=budget, sampler=sampler)
    if found.status == UNCHECKED and found.reason == NO_SAMPLE:
        taken = for_all_letters(sequent)
        if taken is not None:
            under = rule(taken, seed=seed, budget=budget, sampler=sampler)
            return replace(under, how=f"{under.how} (the premise taken for all values of its letters)")
    refuted = found.status == REFUTED
    if refuted:
        other = with_constants(sequent)
        if other is not None and numeric(other[0], rng_seed=seed, budget=budget, sampler=sampler).status == SUPPORTED:
            names = ", ".join(other[1])
            return Evidence(UNCHECKED, f"holds only if {names} is constant: write its d, or expand the differential")
    proof = prove(sequent, seconds=min(0.3, budget) if refuted else budget)
    details: dict[str, Any] = {"seed": seed}
    if proof is not None:
        details["proof"] = list(proof.uses)
        if proof.trivial:
            details["trivial"] = proof.trivial
    if found.status == SUPPORTED and (proof is None or not proof.trivial):
        seconds = min(budget, AFTER_PROOF if proof is not None else OF_DERIVATIVES if _derives(sequent) else budget)
        failed = stressed(sequent, sampler, seconds, proved=proof is not None)
        if failed is not None:
            found = NumericResult(REFUTED, failed.error, (failed.sizes,), failed.witness)
    if found.status == SUPPORTED and not details.get("trivial"):
        name = narrowed(sequent, sampler)
        if name:
            how = f"holds where both sides have values, but the sign of {name} takes it from the right side alone"
            return Evidence(UNCHECKED, f"{how}: say what it is assumed to be", None, None, {**details, "domain": name})
    if proof is None and found.status == SUPPORTED:
        exact = modular(sequent, sampler, rng=random.Random(seed))
        if exact is not None and not exact.agrees:
            how = "values agree to rounding, but not exactly modulo a random prime: too small a difference to show"
            return Evidence(UNCHECKED, how, found.max_error, None, details)
        if exact is not None:
            details["modular"] = {"agrees": exact.agrees, "prime": exact.prime, "bound": exact.bound}
    return _combined(found, proof, details)


def _derives(sequent: Sequent) -> bool:
    """Is it an equation about derivatives?"""
    return all(g.op == "=" and (has_derivatives(g.left) or has_derivatives(g.right)) for g in sequent.goals)


def _combined(found: NumericResult, proof: Proof | None, details: dict[str, Any]) -> Evidence:
    if found.status == REFUTED:
        if proof is not None:
            how = (
                f"symdl contradicts itself here: {proof.how}, yet at a sample the sides differ; please report this line"
            )
            return Evidence(UNCHECKED, how, found.max_error, found.witness, {**details, "contradiction": True})
        return Evidence(REFUTED, _at_witness(found), found.max_error, found.witness, details)
    if found.status == SUPPORTED:
        points = _points(found)
        if proof is not None:
            how = TRIVIAL.get(proof.trivial, proof.how)
            return Evidence(PROVED, f"{how}; values agree at {points}", found.max_error, None, details)
        how = f"agrees at {points} of pairwise distinct sizes, to {TOLERANCE:.0e} relative"
        if details.get("modular", {}).get("agrees"):
            bound = f"{details['modular']['bound']:.0e}"
            how += f", and exactly modulo a random prime near 2^61 (error bound {bound} at sizes above its degree)"
        return Evidence(SUPPORTED, how, found.max_error, None, details)
    reason = found.reason or "it could not be evaluated"
    if proof is not None:
        reason = f"{proof.how}, but no values could confirm it: {reason}"
    return Evidence(UNCHECKED, reason, None, None, details)


def _points(found: NumericResult) -> str:
    n = len(found.settings)
    largest = max((v for s in found.settings for v in s.values()), default=0)
    sizes = f" (sizes up to {largest})" if largest else ""
    return f"{n} random point{'s' if n != 1 else ''}{sizes}"


def _at_witness(found: NumericResult) -> str:
    w = found.witness
    if w is None:
        return "the sides differ at a sample, confirmed at 50 digits"
    at = ", ".join(f"{k} = {v}" for k, v in sorted(w.sizes.items()))
    entry = f" in entry {list(w.entry)}" if w.entry else ""
    left, right = f"{w.left:.6g}", f"{w.right:.6g}"
    if w.left == w.right:
        return f"at {at or 'a sample'} both sides are {left}{entry}"
    by = f", by a relative {found.max_error:.0e}" if left == right and found.max_error else ""
    return f"at {at or 'a sample'} the sides differ{entry}: {left} against {right}{by}"
