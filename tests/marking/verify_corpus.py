"""Verify the corpus by hand-written NumPy, not by symdl: right lines hold, wrong ones do not.

    python -m tests.marking.verify_corpus

Each problem is a function from its inputs to all its quantities; derivatives are central differences of it, with
intermediates cut where a partial is taken; expectations are exact sums over small discrete laws.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.marking import own_models
from tests.marking.corpus_files import Work, corpus

SIZES = dict(B=3, n=4, c=5, m=6, h=2, d=3, v=5, k=2)
STEP = 1e-6


class Quantities(dict):  # type: ignore[type-arg]
    """What a model computes; a quantity that is cut keeps the value it is given."""

    def __init__(self, inputs: dict[str, Any], cut: dict[str, Any]) -> None:
        super().__init__({**inputs, **cut})
        self.cut = cut

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, self.cut.get(name, value))


def softmax(z: Any, axis: int = -1) -> Any:
    e = np.exp(z - z.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def sig(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def upstream(y: Any) -> Any:
    """Any differentiable scalar function of an output, not separable."""
    w = np.cos(np.arange(1, y.size + 1)).reshape(y.shape)
    return np.sin((w * y).sum()) + ((w**2) * y**2).sum() / 2


Model = tuple[dict[str, str], Callable[[Quantities], None]]
MODELS: dict[str, Model] = {}


def model(name: str, **shapes: str) -> Callable[[Callable[[Quantities], None]], Callable[[Quantities], None]]:
    def register(f: Callable[[Quantities], None]) -> Callable[[Quantities], None]:
        MODELS[name] = (shapes, f)
        return f

    return register


@model("softmax-ce", X="B n", W="n c", b="c", Y="B c one")
def _(q: Quantities) -> None:
    q["Z"] = q["X"] @ q["W"] + q["b"]
    q["P"] = softmax(q["Z"])
    q["L"] = -(q["Y"] * np.log(q["P"])).sum() / q["Y"].shape[0]


@model("softmax-ce-unassumed", Z="B c", Y="B c")
def _(q: Quantities) -> None:
    q["L"] = -(q["Y"] * np.log(softmax(q["Z"]))).sum()
    q["P"] = softmax(q["Z"])


@model("ridge", X="m n", w="n", y="m", lam="+")
def _(q: Quantities) -> None:
    q["r"] = q["X"] @ q["w"] - q["y"]
    q["J"] = q["r"] @ q["r"] / 2 + q["lam"] / 2 * q["w"] @ q["w"]
    q["ws"] = np.linalg.solve(q["X"].T @ q["X"] + q["lam"] * np.eye(q["w"].size), q["X"].T @ q["y"])


@model("quadratic", A="n n", x="n", b="n")
def _(q: Quantities) -> None:
    q["f"] = q["x"] @ q["A"] @ q["x"] + q["b"] @ q["x"]


@model("quadratic-symmetric", A="n n sym", x="n", b="n")
def _(q: Quantities) -> None:
    q["f"] = q["x"] @ q["A"] @ q["x"] / 2 - q["b"] @ q["x"]


@model("matrix-differential", X="n n det", A="n n", B="n n", E="n n")
def _(q: Quantities) -> None:
    q["Y"] = np.linalg.inv(q["X"])
    q["f"] = np.linalg.slogdet(q["X"])[1]
    q["g"] = np.trace(q["A"] @ q["X"] @ q["B"])


@model("layernorm", x="n", gamma="n", beta="n", eps="+")
def _(q: Quantities) -> None:
    q["mu"] = q["x"].mean()
    q["v"] = ((q["x"] - q["mu"]) ** 2).mean()
    q["s"] = np.sqrt(q["v"] + q["eps"])
    q["xh"] = (q["x"] - q["mu"]) / q["s"]
    q["y"] = q["gamma"] * q["xh"] + q["beta"]
    q["L"] = upstream(q["y"])


@model("mlp", X="B n", W1="n h", b1="h", W2="h c", Y="B c")
def _(q: Quantities) -> None:
    q["A"] = q["X"] @ q["W1"] + q["b1"]
    q["H"] = np.tanh(q["A"])
    q["O"] = q["H"] @ q["W2"]
    q["L"] = ((q["O"] - q["Y"]) ** 2).sum() / 2 / q["Y"].shape[0]


@model("logistic", w="n", x="n", b="", y="bit")
def _(q: Quantities) -> None:
    q["z"] = q["w"] @ q["x"] + q["b"]
    q["p"] = sig(q["z"])
    q["L"] = -q["y"] * np.log(q["p"]) - (1 - q["y"]) * np.log(1 - q["p"])


@model("cosine", x="n", y="n")
def _(q: Quantities) -> None:
    q["r"], q["s"] = np.linalg.norm(q["x"]), np.linalg.norm(q["y"])
    q["c"] = q["x"] @ q["y"] / q["r"] / q["s"]


@model("normalise", x="n")
def _(q: Quantities) -> None:
    q["r"] = np.linalg.norm(q["x"])
    q["u"] = q["x"] / q["r"]


@model("softmax-jacobian", z="n")
def _(q: Quantities) -> None:
    q["S"] = np.exp(q["z"]).sum()
    q["p"] = np.exp(q["z"]) / q["S"]


@model("attention", Q="m d", K="n d", V="n v")
def _(q: Quantities) -> None:
    q["S"] = q["Q"] @ q["K"].T / np.sqrt(q["Q"].shape[1])
    q["P"] = softmax(q["S"])
    q["O"] = q["P"] @ q["V"]
    q["L"] = upstream(q["O"])


@model("dense", X="B n", W="n m", b="m")
def _(q: Quantities) -> None:
    q["Y"] = q["X"] @ q["W"] + q["b"]
    q["L"] = upstream(q["Y"])


@model("trace", A="m m", B="n n", X="m n")
def _(q: Quantities) -> None:
    q["f"] = np.trace(q["A"] @ q["X"] @ q["B"] @ q["X"].T)
    q["h"] = (q["X"] ** 2).sum()


@model("factorisation", U="m k", V="n k", X="m n", lam="+")
def _(q: Quantities) -> None:
    q["R"] = q["U"] @ q["V"].T - q["X"]
    q["L"] = (q["R"] ** 2).sum() / 2 + q["lam"] / 2 * ((q["U"] ** 2).sum() + (q["V"] ** 2).sum())


@model("rayleigh", A="n n sym", x="n")
@model("rayleigh-general", A="n n", x="n")
def _(q: Quantities) -> None:
    q["q"] = q["x"] @ q["A"] @ q["x"]
    q["s"] = q["x"] @ q["x"]
    q["R"] = q["q"] / q["s"]


@model("logsumexp", z="n", a="")
def _(q: Quantities) -> None:
    q["l"] = np.log(np.exp(q["z"]).sum())
    q["p"] = np.exp(q["z"] - q["l"])


@model("stable-bce", z="", y="")
def _(q: Quantities) -> None:
    q["L"] = -q["y"] * np.log(sig(q["z"])) - (1 - q["y"]) * np.log(1 - sig(q["z"]))


@model("relu", w="n", x="n", b="", y="")
def _(q: Quantities) -> None:
    q["z"] = q["w"] @ q["x"] + q["b"]
    q["h"] = np.maximum(q["z"], 0)
    q["L"] = (q["h"] - q["y"]) ** 2 / 2


@model("huber", y="", theta="", c="+")
def _(q: Quantities) -> None:
    q["r"] = q["y"] - q["theta"]
    small = abs(q["r"]) <= q["c"]
    q["L"] = q["r"] ** 2 / 2 if small else q["c"] * abs(q["r"]) - q["c"] ** 2 / 2


@model("lagrange", x="n", a="n", c="", nu="")
def _(q: Quantities) -> None:
    q["Lam"] = q["x"] @ q["x"] / 2 - q["nu"] * (q["a"] @ q["x"] - q["c"])
    q["xs"] = q["c"] / (q["a"] @ q["a"]) * q["a"]


@model("weighted", X="m n", w="n", y="m", C="m m pd")
def _(q: Quantities) -> None:
    q["r"] = q["y"] - q["X"] @ q["w"]
    q["L"] = q["r"] @ q["C"] @ q["r"] / 2


@model("square-layer", W="n n", x="n")
def _(q: Quantities) -> None:
    q["y"] = q["W"] @ q["x"]
    q["L"] = upstream(q["y"])


@model("numerator", A="m n", x="n", b="m")
def _(q: Quantities) -> None:
    q["r"] = q["A"] @ q["x"] - q["b"]
    q["L"] = q["r"] @ q["r"] / 2


@model("gaussian-kl", m="", s="+")
def _(q: Quantities) -> None:
    x = np.linspace(-40, 40, 400_001)
    p = np.exp(-((x - q["m"]) ** 2) / 2 / q["s"] ** 2) / q["s"] / np.sqrt(2 * np.pi)
    log_ratio = -((x - q["m"]) ** 2) / 2 / q["s"] ** 2 - np.log(q["s"]) + x**2 / 2
    q["K"] = (p * log_ratio).sum() * (x[1] - x[0])


def draw(shape: str, rng: np.random.Generator) -> Any:
    *sizes, last = shape.split() or [""]
    property_ = last if last in ("one", "sym", "pd", "det", "+", "bit") else ""
    dims = [SIZES[s] for s in (shape.split() if not property_ else sizes)]
    if property_ == "bit":
        return float(rng.integers(2))
    x = rng.normal(size=dims) if dims else float(rng.normal())
    if property_ == "+":
        return 0.5 + abs(x)
    if property_ == "one":
        return softmax(x)
    if property_ == "det":
        return x + 4 * np.eye(len(x))
    if property_ == "sym":
        return x + x.T
    return x @ x.T + np.eye(len(x)) if property_ == "pd" else x


def derivative(run: Callable[[dict[str, Any]], Quantities], out: str, by: str, at: Any) -> Any:
    """Central differences, with `by` cut: shape of `out`, then of `by`."""
    at = np.asarray(at, dtype=float)
    columns = []
    for k in range(at.size):
        e = np.zeros(at.size)
        e[k] = STEP
        e = e.reshape(at.shape)
        up, down = run({by: at + e})[out], run({by: at - e})[out]
        columns.append((np.asarray(up) - np.asarray(down)) / (2 * STEP))
    stacked = np.stack(columns, axis=-1)
    return stacked.reshape((*stacked.shape[:-1], *at.shape))


def spaces(problem: str) -> Iterator[dict[str, Any]]:
    """What the claims of a problem may speak of, at a few draws."""
    for seed in range(24 if problem in ("huber", "relu") else 6):
        rng = np.random.default_rng(seed)
        if problem in SPECIAL:
            yield {**COMMON, **SIZES, **SPECIAL[problem](rng)}
            continue
        shapes, f = MODELS[problem]
        inputs = {name: draw(shape, rng) for name, shape in shapes.items()}

        def run(cut: dict[str, Any], inputs: dict[str, Any] = inputs, f: Any = f) -> Quantities:
            q = Quantities(inputs, cut)
            f(q)
            return q

        q = run({})

        def D_(out: str, by: str, run: Any = run, q: Quantities = q) -> Any:
            return derivative(run, out, by, q[by])

        yield {**COMMON, **SIZES, **q, "D_": D_, **derived(problem, q, D_, run)}


TWICE = ("ridge", "quadratic", "quadratic-symmetric", "weighted", "logsumexp")  # whose Hessian claims speak of
FINAL = {
    "ridge": "J", "quadratic": "f", "quadratic-symmetric": "f", "cosine": "c", "rayleigh": "R",
    "rayleigh-general": "R", "logsumexp": "l",
}  # fmt: skip
COMMON = {"np": np, "len": len, "one": np.ones, "inv": np.linalg.inv, "sig": sig, "max": max, "min": min, "abs": abs}


def derived(problem: str, q: Quantities, d: Callable[[str, str], Any], run: Any) -> dict[str, Any]:
    """Short names for the derivatives that claims speak of."""
    out: dict[str, Any] = {}
    final = FINAL.get(problem, "L")
    if final in q:
        for v in ("W", "b", "Z", "w", "x", "z"):
            if v in q and np.asarray(q[v]).dtype == float:
                out["d" + v] = d(final, v)
    variable = {"ridge": "w", "weighted": "w", "logsumexp": "z"}.get(problem, "x")
    if variable in q and final in q and problem in TWICE:
        size = q[variable].size
        hessian = np.zeros((size, size))
        for i, j in itertools.product(range(size), repeat=2):
            total = 0.0
            for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                x = q[variable].copy()
                x[i] += a * 1e-4
                x[j] += b * 1e-4
                total += a * b * run({variable: x})[final]
            hessian[i, j] = total / 4e-8
        out["H"] = hessian
    if problem == "softmax-ce":
        p = q["P"]
        out["jac"] = np.stack([derivative(lambda c: {"p": softmax(c["z"])}, "p", "z", z) for z in q["Z"]])  # type: ignore[arg-type]
        assert out["jac"].shape == (*p.shape, p.shape[1])
    if problem in ("normalise", "softmax-jacobian"):
        out["J"] = d("u", "x") if problem == "normalise" else d("p", "z")
    if problem == "matrix-differential":
        e = q["E"]
        inverse = [np.linalg.inv(q["X"] + s * STEP * e) for s in (1, -1)]
        out["dY"] = (inverse[0] - inverse[1]) / (2 * STEP)
        out["df"], out["dg"] = (d("f", "X") * e).sum(), (d("g", "X") * e).sum()
    if problem in ("matrix-differential", "trace"):
        out["DX"] = lambda name: d(name, "X")
    if problem == "gaussian-kl":
        out["Km"], out["Ks"] = d("K", "m"), d("K", "s")
    if problem == "attention":
        out["E"] = q["P"] * (d("L", "O") @ q["V"].T - (d("L", "O") @ q["V"].T * q["P"]).sum(1, keepdims=True))
        out["G"] = d("L", "O")
    if problem in ("layernorm", "dense", "square-layer"):
        g = d("L", "Y" if problem == "dense" else "y")
        out["g"] = out["G"] = g
    return out


def _sequence(rng: np.random.Generator, steps: int = 6) -> dict[str, Any]:
    return {"ts": np.arange(steps + 1), "g": rng.normal(size=steps), "steps": steps}


def _adam(rng: np.random.Generator) -> dict[str, Any]:
    s, beta, g = _sequence(rng), float(rng.uniform(0.2, 0.9)), float(rng.normal())
    m = [0.0]
    for _ in range(s["steps"]):
        m.append(beta * m[-1] + (1 - beta) * g)
    geo = np.array([sum(beta ** (t - u) for u in range(1, t + 1)) for t in s["ts"]])
    return {"ts": s["ts"], "beta": beta, "g": g, "m": np.array(m), "geo": geo}


def _momentum(rng: np.random.Generator) -> dict[str, Any]:
    s, gamma, eta = _sequence(rng), float(rng.uniform(0.2, 0.9)), float(rng.uniform(0.2, 0.9))
    v = [0.0]
    for g in s["g"]:
        v.append(gamma * v[-1] + eta * g)
    conv = np.array([eta * sum(gamma ** (t - u) * s["g"][u - 1] for u in range(1, t + 1)) for t in s["ts"]])
    convs = np.array([eta * sum(gamma**u * s["g"][u - 1] for u in range(1, t + 1)) for t in s["ts"]])
    return {"g": s["g"], "gamma": gamma, "eta": eta, "v": np.array(v), "conv": conv, "convs": convs}


def _rnn(rng: np.random.Generator) -> dict[str, Any]:
    s = _sequence(rng)
    w, u, y, x = (*(float(rng.normal()) for _ in range(3)), s["g"])

    def roll(u: float) -> Any:
        h = [0.0]
        for value in x:
            h.append(w * h[-1] + u * value)
        return np.array(h)

    def loss(u: float) -> float:
        return float((roll(u)[-1] - y) ** 2 / 2)

    conv = np.array([sum(w ** (t - r) * x[r - 1] for r in range(1, t + 1)) for t in s["ts"]])
    slope = (roll(u + STEP) - roll(u - STEP)) / (2 * STEP)
    return {
        "w": w, "u": u, "y": y, "x": x, "h": roll(u), "conv": conv, "Dhu": slope,
        "DLu": (loss(u + STEP) - loss(u - STEP)) / (2 * STEP),
    }  # fmt: skip


def _descent(rng: np.random.Generator) -> dict[str, Any]:
    a, eta = float(rng.uniform(0.5, 2)), float(rng.uniform(0.1, 0.8))
    w = [float(rng.normal())]
    for _ in range(6):
        w.append(w[-1] - eta * a * w[-1])
    return {"a": a, "eta": eta, "w": np.array(w), "ts": np.arange(7)}


def law(mean: float, variance: float) -> tuple[Any, Any]:
    """Three unequal atoms with this mean and variance."""
    p = np.array([0.5, 0.3, 0.2])
    x = np.array([-1.0, 0.5, 2.0])
    x = (x - p @ x) / np.sqrt(p @ (x - p @ x) ** 2)
    return mean + np.sqrt(variance) * x, p


def expect(laws: list[tuple[Any, Any]], f: Callable[..., Any]) -> Any:
    """The expectation of a function of independent variables, exactly."""
    total: Any = 0.0
    for combination in itertools.product(*(range(len(x)) for x, _ in laws)):
        weight = np.prod([p[k] for (_, p), k in zip(laws, combination, strict=True)])
        total = total + weight * f(*(x[k] for (x, _), k in zip(laws, combination, strict=True)))
    return total


def variance(laws: list[tuple[Any, Any]], f: Callable[..., Any]) -> Any:
    return expect(laws, lambda *x: f(*x) ** 2) - expect(laws, f) ** 2


def _sample_mean(rng: np.random.Generator) -> dict[str, Any]:
    n, mu, s2 = 4, float(rng.normal()), float(rng.uniform(0.5, 2))
    laws = [law(mu, s2)] * n
    spread = lambda *x: np.var(x)  # noqa: E731
    return {
        "n": n, "mu": mu, "s2": s2, "Ex": np.full(n, mu), "Vx": np.full(n, s2),
        "Em": expect(laws, lambda *x: np.mean(x)), "Vm": variance(laws, lambda *x: np.mean(x)),
        "Em2": expect(laws, lambda *x: np.mean(x) ** 2), "Ex2": expect(laws[:1], lambda x: x**2),
        "ES": expect(laws, spread), "Sgap": 0.0,
    }  # fmt: skip


def _xavier(rng: np.random.Generator) -> dict[str, Any]:
    n, u, v = 3, float(rng.uniform(0.5, 2)), float(rng.uniform(0.5, 2))
    laws = [law(0, v)] * n + [law(0, u)] * n
    return {
        "n": n, "u": u, "v": v, "Vwx": variance([law(0, v), law(0, u)], lambda w, x: w * x),
        "Vy": variance(laws, lambda *a: sum(a[i] * a[n + i] for i in range(n))),
    }  # fmt: skip


def _bias(rng: np.random.Generator) -> dict[str, Any]:
    f, hb, s2, v = float(rng.normal()), float(rng.normal()), float(rng.uniform(0.5, 2)), float(rng.uniform(0.5, 2))
    laws = [law(0, s2), law(hb, v)]
    error = lambda e, h: f + e - h  # noqa: E731
    return {
        "f": f, "hb": hb, "s2": s2, "v": v, "Ee": expect(laws, error), "Ve": variance(laws, error),
        "Ee2": expect(laws, lambda e, h: error(e, h) ** 2),
    }  # fmt: skip


def _dropout(rng: np.random.Generator) -> dict[str, Any]:
    n, q = 4, float(rng.uniform(0.3, 0.7))
    x, w = rng.normal(size=n), rng.normal(size=n)
    bit = (np.array([0.0, 1.0]), np.array([1 - q, q]))
    y = lambda *m: w @ (np.array(m) * x / q)  # noqa: E731
    return {
        "q": q, "x": x, "w": w, "Eh": np.array([expect([bit], lambda m, a=a: m * a / q) for a in x]),
        "Vh": np.array([variance([bit], lambda m, a=a: m * a / q) for a in x]),
        "Ey": expect([bit] * n, y), "Vy": variance([bit] * n, y),
    }  # fmt: skip


def _linear(rng: np.random.Generator) -> dict[str, Any]:
    m, n = 3, 2
    a, b, mu, root = rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=n), rng.normal(size=(n, n))
    laws = [law(0, 1)] * n
    y = lambda *e: a @ (mu + root @ np.array(e)) + b  # noqa: E731
    mean = expect(laws, y)
    spread = expect(laws, lambda *e: np.outer(y(*e) - mean, y(*e) - mean))
    return {"A": a, "b": b, "mu": mu, "Sig": root @ root.T, "Ey": mean, "Vy": spread}


SPECIAL: dict[str, Callable[[np.random.Generator], dict[str, Any]]] = {
    "adam": _adam,
    "momentum": _momentum,
    "rnn": _rnn,
    "descent": _descent,
    "sample-mean": _sample_mean,
    "xavier": _xavier,
    "bias-variance": _bias,
    "dropout": _dropout,
    "linear-moments": _linear,
    "moments-small": lambda rng: {},
}


def holds(claim: str, space: dict[str, Any]) -> bool:
    """Does a claim hold, with derivatives known to some five digits?"""
    for relation in ("==", "<=", ">="):
        if f" {relation} " in claim:
            values = [
                eval(side, dict(space)) for side in claim.split(f" {relation} ")
            ]  # our own corpus, not a submission
            return all(_compare(relation, a, b) for a, b in itertools.pairwise(values))
    raise ValueError(f"no relation in {claim!r}")


def _compare(relation: str, a: Any, b: Any) -> bool:
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if relation == "<=":
        return bool(np.all(a <= b + 1e-9))
    if relation == ">=":
        return bool(np.all(a >= b - 1e-9))
    if a.shape != b.shape and a.size > 1 and b.size > 1:
        return False
    return bool(np.allclose(a, b, rtol=1e-4, atol=1e-4 * (1 + float(np.max(np.abs(b))))))


def verify(work: Work) -> list[str]:
    """What is amiss with one derivation of the corpus."""
    problem = work.name.split("/")[0]
    found = []
    for claim in work.values:
        results = []
        for space in own_models.spaces(work.model) if work.model else spaces(problem):
            try:
                results.append(holds(claim, space))
            except ValueError as error:
                if not work.shape:
                    found.append(f"{work.name}: {claim}: {error}")
                results.append(False)
        if work.line is None and not all(results):
            found.append(f"{work.name}: does not hold: {claim}")
        if work.line is not None and all(results):
            found.append(f"{work.name}: holds after all: {claim}")
    return found


def main() -> int:
    count, bad = 0, []
    for work in corpus():
        count += 1
        bad += verify(work)
    print("\n".join(bad) or f"{count} derivations: every right line holds, every wrong one fails")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
