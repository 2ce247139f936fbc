"""The functions that are known by name, with their LaTeX spellings: what each is called in a tree, and how it acts."""

from __future__ import annotations

# Spelling (text of the command or of \operatorname) → name in the tree. Entry by entry.
ELEMENTWISE: dict[str, str] = {
    "exp": "exp",
    "log": "log",
    "ln": "log",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "arcsin",
    "arccos": "arccos",
    "arctan": "arctan",
    "atan": "arctan",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "arcsinh": "arcsinh",
    "arccosh": "arccosh",
    "artanh": "arctanh",
    "arctanh": "arctanh",
    "sigmoid": "sigmoid",
    "sigm": "sigmoid",
    "relu": "relu",
    "ReLU": "relu",
    "softplus": "softplus",
    "abs": "abs",
    "sign": "sign",
    "sgn": "sign",
    "floor": "floor",
    "ceil": "ceil",
    "erf": "erf",
    "sqrt": "sqrt",
    "gamma": "gamma",
    "loggamma": "loggamma",
    "digamma": "digamma",
    "clip": "clip",
}
# Letters that are functions where they are applied: \sigma(z), \Phi(z), \varphi(z), \phi(z), \Gamma(z).
APPLIED_LETTERS: dict[str, str] = {
    r"\sigma": "sigmoid",
    r"\Phi": "Phi",
    r"\varphi": "phi",
    r"\phi": "phi",
    r"\Gamma": "gamma",
}
INVERSES: dict[str, str] = {
    "sin": "arcsin",
    "cos": "arccos",
    "tan": "arctan",
    "sinh": "arcsinh",
    "cosh": "arccosh",
    "tanh": "arctanh",
    "exp": "log",
    "log": "exp",
}
ALONG_AXIS: dict[str, str] = {
    "softmax": "softmax",
    "logsumexp": "logsumexp",
    "lse": "logsumexp",
    "LSE": "logsumexp",
    "mean": "mean",
    "var": "var",
    "std": "std",
    "argmax": "argmax",
    "argmin": "argmin",
    "max": "max",
    "min": "min",
    "sum": "sum",
    "sort": "sort",
    "argsort": "argsort",
}
OF_MATRIX: dict[str, str] = {
    "tr": "trace",
    "Tr": "trace",
    "trace": "trace",
    "diag": "diag",
    "Diag": "diag",
    "det": "det",
    "logdet": "logdet",
    "vec": "vec",
    "rank": "rank",
    "expm": "expm",
    "chol": "cholesky",
    "cholesky": "cholesky",
}
DECOMPOSITIONS: dict[str, int] = {"eigh": 2, "svd": 3}  # how many matrices each gives
MOMENTS: dict[str, str] = {"E": "E", "Var": "Var", "Cov": "Cov"}
DIVERGENCES = ("KL", "H")
DISTRIBUTIONS: dict[str, str] = {
    "N": "normal",
    "Normal": "normal",
    "Bernoulli": "bernoulli",
    "Bern": "bernoulli",
    "Ber": "bernoulli",
    "Categorical": "categorical",
    "Cat": "categorical",
    "Uniform": "uniform",
    "Unif": "uniform",
    "U": "uniform",
    "Exponential": "exponential",
    "Exp": "exponential",
    "Poisson": "poisson",
    "Poi": "poisson",
    "Gamma": "gamma",
    "Beta": "beta",
    "Laplace": "laplace",
    "Rademacher": "rademacher",
    "Binomial": "binomial",
}
ARITY: dict[str, tuple[int, int]] = {"clip": (3, 3), "max": (1, 99), "min": (1, 99)}


def is_function_word(text: str) -> bool:
    """Is this operator name a listed function (rule 1)?"""
    return text in ELEMENTWISE or text in ALONG_AXIS or text in OF_MATRIX


ALL_WORDS: tuple[str, ...] = tuple(
    {**ELEMENTWISE, **ALONG_AXIS, **OF_MATRIX, **MOMENTS, "KL": "KL", "logdet": "logdet"}
)
