"""Hand-written worlds: for each shipped derivation, sizes, values inside its assumptions and a plain forward function.

A world knows the mathematics of its file by hand: what follows from what, closed forms where the file states a minimum
or an expectation, atoms with the stated moments. `draw(rng, case, step)` gives values; later cases are special ones
(signs, equal vectors, extremal points) where an inequality is tight, and a step's supposition is built in.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.trust.oracle import Point, Quantities

Values = dict[str, Any]
Rng = np.random.Generator


@dataclass(frozen=True)
class World:
    sizes: tuple[Mapping[str, int], ...]
    draw: Callable[[Rng, Mapping[str, int], int, int], Values]
    forward: Callable[[Quantities], None]
    atoms: Callable[[Quantities, int], list[tuple[Any, Values]]] | None = None
    divergence: Callable[[Quantities, str, str], Any] | None = None
    cases: int = 3
    finer: Callable[[Quantities, int], list[tuple[Any, Values]]] | None = None

    def points(self, step: int, moving: frozenset[str]) -> list[Point]:
        """Points to evaluate line `step` at; `moving` are the symbols under a d."""
        out = []
        for sizes in self.sizes:
            for case in range(self.cases):
                rng = np.random.default_rng((7, case, step, *sizes.values()))
                inputs = self.draw(rng, sizes, case, step)
                directions = {n: rng.normal(size=np.shape(inputs[n])) for n in sorted(moving) if n in inputs}
                laws = (_bound(self.atoms, case), _bound(self.finer, case))
                out.append(Point(sizes, inputs, self.forward, *laws, self.divergence, directions))
        return out


def _bound(atoms: Callable[[Quantities, int], Any] | None, case: int) -> Callable[[Quantities], Any] | None:
    return None if atoms is None else lambda q: atoms(q, case)


def real(rng: Rng, *shape: int) -> Any:
    return rng.uniform(0.4, 1.6, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def positive(rng: Rng, *shape: int) -> Any:
    return rng.uniform(0.4, 1.8, size=shape)


def invertible(rng: Rng, n: int) -> Any:
    m = rng.normal(size=(n, n)) + 2 * np.eye(n)
    return m if np.linalg.det(m) > 0 else m @ np.diag([-1.0] + [1.0] * (n - 1))


def softmax_rows(z: Any) -> Any:
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def simplex(rng: Rng, *shape: int) -> Any:
    p = rng.uniform(0.2, 1.0, size=shape)
    return p / p.sum(axis=-1, keepdims=True)


def skew(variance: Any, case: int) -> list[tuple[Any, Any]]:
    """Three atoms with mean 0 and this variance, neither symmetric nor Gaussian; another shape in each case."""
    weights = np.array([(0.5, 0.3, 0.2), (0.2, 0.2, 0.6), (0.25, 0.6, 0.15)][case % 3])
    places = np.array([(-1.0, 0.7, 2.3), (1.9, -1.3, 0.4), (-0.2, 0.9, 3.1)][case % 3])
    places = places - weights @ places
    places = places / np.sqrt(weights @ places**2)
    scale = np.sqrt(np.asarray(variance))
    return [(w, scale * x) for w, x in zip(weights, places, strict=True)]


def together(*laws: list[tuple[Any, Any]]) -> list[tuple[Any, tuple[Any, ...]]]:
    """Atoms of independent variables."""
    return [(np.prod([w for w, _ in c]), tuple(x for _, x in c)) for c in itertools.product(*laws)]


def gauss(order: int = 12) -> list[tuple[float, float]]:
    x, w = np.polynomial.hermite_e.hermegauss(order)
    return list(zip(w / w.sum(), x, strict=True))


# ------------------------------------------------------------------------------------------------------- calculus


def _adam(q: Quantities) -> None:
    m = [0.0]
    for _ in range(q["_T"]):
        m.append(q[r"\beta"] * m[-1] + (1 - q[r"\beta"]) * q["g"])
    q.let("m", np.array(m))


def _momentum(q: Quantities) -> None:
    m = [0.0]
    for g in q["g"]:
        m.append(q[r"\beta"] * m[-1] + g)
    q.let("m", np.array(m))


def _some_loss(q: Quantities, of: str) -> None:
    """A loss that nobody would guess, and its gradient by hand."""
    a, b, y = q["_a"], q["_b"], q[of]
    inner = (b * y).sum()
    q.let("L", np.sin(a * y).sum() + 0.3 * inner**3)
    q.let("G", a * np.cos(a * y) + 0.9 * inner**2 * b)


def _dense(q: Quantities) -> None:
    q.let("Y", np.einsum("in,nm->im", q["X"], q["W"]) + q["b"])
    _some_loss(q, "Y")


def _dense_draw(rng: Rng, z: Mapping[str, int], case: int, step: int) -> Values:
    B, n, m = z["B"], z["n"], z["m"]
    return {
        "X": real(rng, B, n), "W": real(rng, n, m), "b": real(rng, m), "_a": real(rng, B, m),
        "_b": 0.2 * real(rng, B, m),
    }  # fmt: skip


def _layernorm(q: Quantities) -> None:
    x = q["x"]
    n = len(x)
    q.let(r"\mu", x.sum() / n)
    q.let("v", ((x - q[r"\mu"]) ** 2).sum() / n)
    q.let("s", np.sqrt(q["v"] + q[r"\epsilon"]))
    q.let(r"\hat{x}", (x - q[r"\mu"]) / q["s"])
    q.let("y", q[r"\gamma"] * q[r"\hat{x}"] + q[r"\beta"])
    _some_loss(q, "y")
    q.let("g", q["G"] * q[r"\gamma"])


def _layernorm_draw(rng: Rng, z: Mapping[str, int], case: int, step: int) -> Values:
    n = z["n"]
    return {
        "x": real(rng, n), r"\gamma": real(rng, n), r"\beta": real(rng, n), r"\epsilon": rng.uniform(0.3, 1.0),
        "_a": real(rng, n), "_b": 0.2 * real(rng, n),
    }  # fmt: skip


def _softmax(q: Quantities) -> None:
    q.let("S", np.exp(q["z"]).sum())
    q.let("p", np.exp(q["z"]) / q["S"])


# ----------------------------------------------------------------------------------------- geometry and matrices


def _cosine(q: Quantities) -> None:
    q.let("r", np.sqrt((q["x"] * q["x"]).sum()))
    q.let("s", np.sqrt((q["y"] * q["y"]).sum()))
    q.let("c", (q["x"] * q["y"]).sum() / (q["r"] * q["s"]))


def _cosine_draw(rng: Rng, z: Mapping[str, int], case: int, step: int) -> Values:
    x = real(rng, z["n"])
    return {"x": x, "y": {2: 1.5 * x, 3: -0.7 * x}.get(case, real(rng, z["n"]))}


def _unit(q: Quantities) -> None:
    q.let("r", np.sqrt((q["x"] * q["x"]).sum()))
    q.let("u", q["x"] / q["r"])


def _least_squares(q: Quantities) -> None:
    X, y = q["X"], q["y"]
    q.let("r", X @ q["w"] - y)
    q.let("L", 0.5 * (q["r"] * q["r"]).sum())
    q.let(r"w^\star", np.linalg.solve(X.T @ X, X.T @ y))


def _ridge(q: Quantities) -> None:
    X, y, lam = q["X"], q["y"], q[r"\lambda"]
    r = X @ q["w"] - y
    q.let("L", 0.5 * (r * r).sum() + 0.5 * lam * (q["w"] * q["w"]).sum())
    q.let(r"w^\star", np.linalg.solve(X.T @ X + lam * np.eye(X.shape[1]), X.T @ y))


def _regression_draw(rng: Rng, z: Mapping[str, int], case: int, step: int) -> Values:
    B, n = z["B"], z["n"]
    return {"X": rng.normal(size=(B, n)), "w": real(rng, n), "y": real(rng, B), r"\lambda": rng.uniform(0.4, 1.5)}


def _quadratic_draw(rng: Rng, z: Mapping[str, int], case: int, step: int) -> Values:
    a = real(rng, z["n"], z["n"])
    return {"A": (a + a.T) / 2 if step == 6 else a, "x": real(rng, z["n"])}


# ------------------------------------------------------------------------------------------------------- numerics


def _bce(q: Quantities) -> None:
    q.let("p", 1 / (1 + np.exp(-q["z"])))
    q.let("L", -q["y"] * np.log(q["p"]) - (1 - q["y"]) * np.log(1 - q["p"]))


def _xavier_draw(rng: Rng, z: Mapping[str, int], case: int, step: int) -> Values:
    n = z["n"]
    tau = np.sqrt(1 / n) if step == 5 else rng.uniform(0.5, 1.5)
    return {r"\tau": tau, r"\sigma": rng.uniform(0.5, 1.5), "w": real(rng, n), "x": real(rng, n)}


def _xavier_atoms(q: Quantities, case: int) -> list[tuple[Any, Values]]:
    n = len(q["x"])
    laws = [skew(q[r"\tau"] ** 2, case)] * n + [skew(q[r"\sigma"] ** 2, case + 1)] * n
    return [(w, {"w": np.array(v[:n]), "x": np.array(v[n:])}) for w, v in together(*laws)]


# ---------------------------------------------------------------------------------------------------- probability


def _bias(q: Quantities) -> None:
    q.let("y", q["f"] + q[r"\varepsilon"])
    q.let("m", q["_m"])


def _bias_draw(rng: Rng, z: Mapping[str, int], case: int, step: int) -> Values:
    names = ("f", "g", r"\varepsilon", "_m")
    return {**{k: float(real(rng)) for k in names}, r"\sigma": rng.uniform(0.5, 1.5), "v": rng.uniform(0.5, 1.5)}


def _bias_atoms(q: Quantities, case: int) -> list[tuple[Any, Values]]:
    laws = together(skew(q["v"], case), skew(q[r"\sigma"] ** 2, case + 1))
    return [(w, {"g": q["_m"] + a, r"\varepsilon": b}) for w, (a, b) in laws]


def _entropy(q: Quantities) -> None:
    p, r = q["p"], q["q"]
    q.let("H", -(p * np.log(p)).sum())
    q.let("C", -(p * np.log(r)).sum())
    q.let("D", (p * np.log(p / r)).sum())


def _entropy_draw(rng: Rng, z: Mapping[str, int], case: int, step: int) -> Values:
    p = simplex(rng, z["n"])
    return {"p": p, "q": p if case == 2 else simplex(rng, z["n"])}


def _gaussian_draw(rng: Rng, z: Mapping[str, int], case: int, step: int) -> Values:
    same = case == 2
    m1, s1 = float(real(rng)), rng.uniform(0.5, 1.5)
    return {
        r"\mu_1": m1, r"\sigma_1": s1, "x": float(real(rng)),
        r"\mu_2": m1 if same else float(real(rng)), r"\sigma_2": s1 if same else rng.uniform(0.5, 1.5),
    }  # fmt: skip


def _gaussian_kl(q: Quantities, a: str, b: str) -> Any:
    """∫ p log(p / q) by quadrature of the log-densities."""
    names = {"p": (q[r"\mu_1"], q[r"\sigma_1"]), "q": (q[r"\mu_2"], q[r"\sigma_2"])}
    (m1, s1), (m2, s2) = names[a], names[b]

    def log_density(x: Any, m: Any, s: Any) -> Any:
        return -0.5 * ((x - m) / s) ** 2 - np.log(s)

    return sum(w * (log_density(m1 + s1 * x, m1, s1) - log_density(m1 + s1 * x, m2, s2)) for w, x in gauss())


def _reparam(q: Quantities) -> None:
    q.let("x", q[r"\mu"] + q[r"\sigma"] * q[r"\varepsilon"])
    q.let("J", q[r"\mu"] ** 3 + 3 * q[r"\mu"] * q[r"\sigma"] ** 2)


def _sample_variance(q: Quantities) -> None:
    x = q["x"]
    q.let("m", x.sum() / len(x))
    q.let("s", ((x - q["m"]) ** 2).sum() / len(x))


def _sample_atoms(q: Quantities, case: int) -> list[tuple[Any, Values]]:
    laws = [skew(q[r"\sigma"] ** 2, case)] * len(q["x"])
    return [(w, {"x": q[r"\mu"] + np.array(v)}) for w, v in together(*laws)]


def _classifier(q: Quantities) -> None:
    q.let("Z", np.einsum("in,nc->ic", q["X"], q["W"]) + q["b"])
    q.let("P", softmax_rows(q["Z"]))
    q.let("L", -(q["Y"] * np.log(q["P"])).sum() / len(q["X"]))


def _classifier_draw(rng: Rng, z: Mapping[str, int], case: int, step: int) -> Values:
    B, n, c = z["B"], z["n"], z["c"]
    return {"X": real(rng, B, n), "W": real(rng, n, c), "b": real(rng, c), "Y": simplex(rng, B, c)}


def _vae(q: Quantities) -> None:
    m, sd = q[r"\mu"], q[r"\sigma"]
    q.let("J", 0.5 * (m**2 + sd**2 - 1 - np.log(sd**2)).sum())


def _vae_draw(rng: Rng, z: Mapping[str, int], case: int, step: int) -> Values:
    d = z["d"]
    if case == 2:  # the minimum
        return {r"\mu": np.zeros(d), r"\sigma": np.ones(d)}
    return {r"\mu": real(rng, d), r"\sigma": positive(rng, d)}


def _log_sum(q: Quantities) -> None:
    q.let("f", np.log(np.exp(q["x"]).sum()))


def _form(q: Quantities) -> None:
    q.let("f", np.einsum("i,ij,j->", q["x"], q["A"], q["x"]))


def _trace(q: Quantities) -> None:
    q.let("f", np.einsum("pm,mn,np->", q["A"], q["X"], q["B"]))


def _logdet(q: Quantities) -> None:
    q.let("f", np.log(np.linalg.det(q["X"])))


def _inverse(q: Quantities) -> None:
    q.let("Y", np.linalg.inv(q["X"]))


def _scalars(**draw: Callable[[Rng], Any]) -> Callable[[Rng, Mapping[str, int], int, int], Values]:
    return lambda rng, z, case, step: {k: d(rng) for k, d in draw.items()}


N = ({"n": 4}, {"n": 3})

WORLDS: dict[str, World] = {
    "adam-bias-correction": World(
        ({"T": 4}, {"T": 6}),
        lambda rng, z, case, step: {"_T": z["T"], r"\beta": rng.uniform(0.3, 0.9), "g": float(real(rng))},
        _adam,
    ),
    "dense-backward": World(({"B": 3, "n": 4, "m": 5}, {"B": 5, "n": 3, "m": 4}), _dense_draw, _dense),
    "layernorm-backward": World(N, _layernorm_draw, _layernorm),
    "momentum-unrolled": World(
        ({"T": 4}, {"T": 6}),
        lambda rng, z, case, step: {r"\beta": rng.uniform(0.3, 0.9), "g": real(rng, z["T"])},
        _momentum,
    ),
    "softmax-jacobian": World(N, lambda rng, z, case, step: {"z": real(rng, z["n"])}, _softmax),
    "cosine-similarity-grad": World(N, _cosine_draw, _cosine, cases=4),
    "l2-normalise-jacobian": World(N, lambda rng, z, case, step: {"x": real(rng, z["n"])}, _unit),
    "d-inverse": World(N, lambda rng, z, case, step: {"X": invertible(rng, z["n"])}, _inverse),
    "dlogdet": World(N, lambda rng, z, case, step: {"X": invertible(rng, z["n"])}, _logdet),
    "least-squares-normal-eq": World(({"B": 5, "n": 3}, {"B": 6, "n": 4}), _regression_draw, _least_squares),
    "quadratic-form-grad": World(N, _quadratic_draw, _form),
    "ridge-closed-form": World(({"B": 5, "n": 3}, {"B": 3, "n": 4}), _regression_draw, _ridge),
    "trace-axb": World(
        ({"m": 3, "n": 4, "p": 5}, {"m": 5, "n": 3, "p": 4}),
        lambda rng, z, case, step: {
            "A": real(rng, z["p"], z["m"]), "X": real(rng, z["m"], z["n"]), "B": real(rng, z["n"], z["p"])
        },
        _trace,
    ),
    "logsumexp-shift": World(N, lambda rng, z, case, step: {"x": real(rng, z["n"]), "m": float(real(rng))}, _log_sum),
    "stable-bce": World(
        ({},), lambda rng, z, case, step: {"z": (1 if case % 2 else -1) * rng.uniform(0.4, 2), "y": case // 2}, _bce,
        cases=4,
    ),
    "xavier-init": World(
        ({"n": 3},), _xavier_draw, lambda q: q.let("y", (q["w"] * q["x"]).sum()), _xavier_atoms, cases=2
    ),
    "bias-variance": World(({},), _bias_draw, _bias, _bias_atoms),
    "ce-entropy-kl": World(N, _entropy_draw, _entropy),
    "gaussian-kl-univariate": World(
        ({},), _gaussian_draw, lambda q: None,
        lambda q, case: [(w, {"x": q[r"\mu_1"] + q[r"\sigma_1"] * x}) for w, x in gauss()], _gaussian_kl,
        finer=lambda q, case: [(w, {"x": q[r"\mu_1"] + q[r"\sigma_1"] * x}) for w, x in gauss(19)],
    ),
    "reparam-grad": World(
        ({},),
        _scalars(**{
            r"\mu": lambda rng: float(real(rng)), r"\sigma": lambda rng: rng.uniform(0.5, 1.5),
            r"\varepsilon": lambda rng: float(real(rng)),
        }),
        _reparam, lambda q, case: [(w, {r"\varepsilon": x}) for w, x in gauss()],
    ),
    "sample-variance-bias": World(
        N,
        lambda rng, z, case, step: {"x": real(rng, z["n"]), r"\mu": float(real(rng)), r"\sigma": rng.uniform(0.5, 1.5)},
        _sample_variance, _sample_atoms, cases=2,
    ),
    "softmax-ce-grad": World(({"B": 3, "n": 4, "c": 5}, {"B": 5, "n": 3, "c": 4}), _classifier_draw, _classifier),
    "vae-kl-term": World(({"d": 4}, {"d": 3}), _vae_draw, _vae),
}  # fmt: skip
