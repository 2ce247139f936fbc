"""Matrix functions of jets: values by linear algebra, differentials from the judge's own table.

    d(A⁻¹) = −A⁻¹ dA A⁻¹        d det A = det A · tr(A⁻¹ dA)        dλ_k = v_kᵀ dA v_k   (A symmetric, λ distinct)
    dL = L Φ(L⁻¹ dA L⁻ᵀ) for A = L Lᵀ, Φ the lower triangle with half the diagonal

Each rule is applied to the highest ε of a jet, with the rest of the jet inside, so higher derivatives follow.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symdl.errors import UnsupportedError
from symdl.tensor.duals import Jet, Jets, bits, shift, split
from symdl.tensor.expr import Mat
from symdl.tensor.fields import FLOAT, Array
from symdl.tensor.interpret import Context, bind, pad
from symdl.tensor.interpret_types import Env, Tensor, gather
from symdl.tensor.primitives import apply

TERMS = {15: 20, 50: 40}
HIGHEST_POWER = 64


def matrix_function(ctx: Context, e: Mat, env: Env) -> Jet:
    """The value of a matrix function at its indices (positions from 1)."""
    inner, mask = bind(ctx, (e.row, e.column), env)
    if mask is not None:
        raise UnsupportedError(f"{e.op} of matrices of different sizes at once")
    rows, columns = (inner.letters[b.name][1].shape[0] for b in (e.row, e.column))
    a = ctx.jets.map(ctx.value(e.body, inner), lambda v: _stack(v, rows, columns, inner.ndim))
    m = Matrices(ctx.jets)
    if (
        e.op in ("det", "logdet", "inverse", "cholesky", "expm", "sqrtm", "eigenvalue", "eigenvectors", "power")
        and rows != columns
    ):
        raise UnsupportedError(f"{e.op} of a matrix that is not square", found=f"{rows}×{columns}")
    if e.op in ("eigenvalue", "eigenvectors", "sqrtm", "cholesky"):
        m.symmetric(a, e.op)
    scalar: dict[str, Callable[[Jet], Jet]] = {
        "det": m.det, "logdet": m.logdet, "rank": m.rank, "spectral": m.spectral, "nuclear": m.nuclear,
    }  # fmt: skip
    if e.op in scalar:
        return scalar[e.op](a)
    if e.op in ("eigenvalue", "singular-value"):
        values = m.eigenvalues(a) if e.op == "eigenvalue" else m.singular(a)
        front = ctx.jets.map(values, lambda v: np.moveaxis(v, -1, 0))
        tensor = Tensor((1,), (min(rows, columns),), front, env.rank)
        return gather(tensor, tuple(ctx.index(i, env) for i in e.indices), env.rank)[0]
    if e.op == "power":
        return _powers(ctx, m, a, e, env)
    table: dict[str, Callable[[Jet], Jet]] = {
        "inverse": m.inverse, "expm": m.expm, "cholesky": m.cholesky, "sqrtm": m.sqrtm, "pinv": m.pinv,
        "eigenvectors": lambda x: m.symmetric_eigen(x)[1], "left-singular": lambda x: m.svd(x)[0],
        "right-singular": lambda x: m.svd(x)[2],
    }  # fmt: skip
    if e.op not in table:
        raise UnsupportedError(f"no value of the matrix function {e.op}")
    out = table[e.op](a)
    front = ctx.jets.map(out, lambda v: np.moveaxis(v, (-2, -1), (0, 1)))
    shape = out[0].shape[-2:]
    tensor = Tensor((1, 1), (int(shape[0]), int(shape[1])), front, env.rank)
    return gather(tensor, tuple(ctx.index(i, env) for i in e.indices), env.rank)[0]


def _powers(ctx: Context, m: Matrices, a: Jet, e: Mat, env: Env) -> Jet:
    """A^k for a whole number k that letters may take part in: every power that occurs, then the one asked for."""
    *at, exponent = (ctx.index(i, env) for i in e.indices)
    low, high = int(np.min(exponent, initial=0)), int(np.max(exponent, initial=0))
    if high - low > HIGHEST_POWER:
        raise UnsupportedError(f"more than {HIGHEST_POWER} powers of a matrix", found=f"{low}..{high}")
    powers: list[Jet] = [{0: ctx.field.array(np.eye(a[0].shape[-1]))}]
    for _ in range(high):
        powers.append(m.mul(powers[-1], a))
    inverse = m.inverse(a) if low < 0 else a
    for _ in range(-low):
        powers.insert(0, m.mul(powers[0], inverse))
    size = int(a[0].shape[-1])
    zero = ctx.field.array(np.zeros((size, size)))
    data: Jet = {}
    for key in {k for p in powers for k in p}:
        parts = np.broadcast_arrays(a[0], *(p.get(key, zero) for p in powers))[1:]
        data[key] = np.stack([np.moveaxis(v, (-2, -1), (0, 1)) for v in parts])
    return gather(Tensor((low, 1, 1), (high - low + 1, size, size), data, env.rank), (exponent, *at), env.rank)[0]


def _stack(v: Array, rows: int, columns: int, ndim: int) -> Array:
    """(column, row, letters…, reserved…) ⇒ (letters…, reserved…, row, column)."""
    v = pad(v, ndim)
    v = np.broadcast_to(v, (columns, rows, *v.shape[2:]))
    return np.moveaxis(v, (1, 0), (-2, -1))


class Matrices:
    """Linear algebra on jets of stacked matrices."""

    def __init__(self, jets: Jets) -> None:
        self.j, self.field = jets, jets.field

    def mul(self, a: Jet, b: Jet) -> Jet:
        out: Jet = {}
        for ka, va in a.items():
            for kb, vb in b.items():
                if ka & kb:
                    continue
                v = self.field.matmul(va, vb)
                out[ka | kb] = self.field.add(out[ka | kb], v) if ka | kb in out else v
        return out

    def transpose(self, a: Jet) -> Jet:
        return self.j.map(a, lambda v: np.swapaxes(v, -1, -2))

    def trace(self, a: Jet) -> Jet:
        return self.j.map(a, lambda v: self.field.total(np.diagonal(v, axis1=-2, axis2=-1), (-1,)))

    def _top(self, a: Jet) -> tuple[int, Jet, Jet] | None:
        top = bits(a)
        if not top:
            return None
        bit = 1 << (top.bit_length() - 1)
        low, high = split(a, bit)
        return bit, low, high

    def inverse(self, a: Jet) -> Jet:
        found = self._top(a)
        if found is None:
            return {0: self.field.inverse(a[0])}
        bit, low, d = found
        inverse = self.inverse(low)
        return self.j.add(inverse, shift(self.j.neg(self.mul(inverse, self.mul(d, inverse))), bit))

    def det(self, a: Jet) -> Jet:
        found = self._top(a)
        if found is None:
            return {0: self.field.det(a[0])}
        bit, low, d = found
        det = self.det(low)
        return self.j.add(det, shift(self.j.mul(det, self.trace(self.mul(self.inverse(low), d))), bit))

    def logdet(self, a: Jet) -> Jet:
        return apply(self.j, "log", self.det(a))

    def rank(self, a: Jet) -> Jet:
        if self.field.exact or not np.all(np.isfinite(self.field.floats(a[0]))):
            raise UnsupportedError("no rank of a matrix modulo a prime or without values")
        return {0: self.field.array(self.field.rank(a[0]))}

    def eigen(self, a: Jet) -> tuple[Jet, Jet]:
        """Eigenvalues (…, n), largest first, and vectors as columns, of symmetric matrices with distinct ones."""
        found = self._top(a)
        if found is None:
            plain_values, plain_vectors = self.field.eigh(a[0])
            return {0: plain_values}, {0: plain_vectors}
        bit, low, d = found
        values, vectors = self.eigen(low)
        inner = self.mul(self.transpose(vectors), self.mul(d, vectors))
        moved = self.j.map(inner, lambda v: np.diagonal(v, axis1=-2, axis2=-1))
        n = a[0].shape[-1]
        rows = self.j.map(values, lambda v: v[..., :, None])
        columns = self.j.map(values, lambda v: v[..., None, :])
        eye = np.eye(n)
        gaps = self.j.add(self.j.subtract(columns, rows), {0: self.field.array(eye)})
        off = self.j.map(self.j.mul(self.j.reciprocal(gaps), inner), lambda v: v * (1 - eye))
        return self.j.add(values, shift(moved, bit)), self.j.add(vectors, shift(self.mul(vectors, off), bit))

    def symmetric(self, a: Jet, op: str) -> None:
        """Refuse what is not symmetric: its eigenvalues, root and Cholesky factor are another matter."""
        m = self.field.floats(a[0])
        asymmetric = np.abs(m - np.swapaxes(m, -1, -2))
        if np.max(asymmetric, initial=0.0) > 1e-9 * max(1.0, float(np.max(np.abs(m), initial=0.0))):
            raise UnsupportedError(f"{op} of a matrix that is not symmetric")

    def symmetric_eigen(self, a: Jet) -> tuple[Jet, Jet]:
        """Eigenvalues and vectors as functions of a symmetric matrix; the largest entry of each vector is positive."""
        values, vectors = self.eigen(self.half(a))
        return values, self.scaled(vectors, self.signs(vectors))

    def half(self, a: Jet) -> Jet:
        """(A + Aᵀ) / 2: what moves of a symmetric matrix."""
        return self.j.mul(self.j.constant(0.5), self.j.add(a, self.transpose(a)))

    def signs(self, vectors: Jet) -> Array:
        """±1 for each column, by its entry of largest size: the same at every precision."""
        v = self.field.floats(vectors[0])
        largest = np.argmax(np.abs(v), axis=-2)[..., None, :]
        return np.where(np.take_along_axis(v, largest, axis=-2) < 0, -1, 1)

    def scaled(self, vectors: Jet, signs: Array) -> Jet:
        return self.j.map(vectors, lambda v: v * signs)

    def eigenvalues(self, a: Jet) -> Jet:
        return self.eigen(self.half(a))[0]

    def svd(self, a: Jet) -> tuple[Jet, Jet, Jet]:
        """U (m×k), the singular values (k), V (n×k) with A = U S Vᵀ, thin: of a matrix of full rank.

        The eigenvectors of the smaller Gram matrix, and A (or Aᵀ) times them over the singular values; so their
        differentials are those of an eigenvalue decomposition.
        """
        wide = a[0].shape[-2] <= a[0].shape[-1]
        squares, vectors = self.eigen(self._gram(a))
        values = apply(self.j, "sqrt", squares)
        over = self.j.map(self.j.reciprocal(values), lambda v: v[..., None, :])
        other = self.j.mul(self.mul(self.transpose(a) if wide else a, vectors), over)
        u, v = (vectors, other) if wide else (other, vectors)
        signs = self.signs(u)
        return self.scaled(u, signs), values, self.scaled(v, signs)

    def _gram(self, a: Jet) -> Jet:
        t = self.transpose(a)
        return self.mul(a, t) if a[0].shape[-2] <= a[0].shape[-1] else self.mul(t, a)

    def singular(self, a: Jet) -> Jet:
        return apply(self.j, "sqrt", self.eigen(self._gram(a))[0])

    def spectral(self, a: Jet) -> Jet:
        return self.j.map(self.singular(a), lambda v: v[..., 0])

    def nuclear(self, a: Jet) -> Jet:
        return self.j.map(self.singular(a), lambda v: self.field.total(v, (-1,)))

    def cholesky(self, a: Jet) -> Jet:
        return self._factor(self.half(a))

    def _factor(self, a: Jet) -> Jet:
        found = self._top(a)
        if found is None:
            return {0: self.field.cholesky(a[0])}
        bit, low, d = found
        factor = self._factor(low)
        inverse = self.inverse(factor)
        inner = self.mul(inverse, self.mul(d, self.transpose(inverse)))
        n = a[0].shape[-1]
        lower = self.field.array(np.tril(np.ones((n, n))) - 0.5 * np.eye(n))
        phi = self.j.map(inner, lambda v: self.field.mul(v, lower))
        return self.j.add(factor, shift(self.mul(factor, phi), bit))

    def sqrtm(self, a: Jet) -> Jet:
        """S with S S = A; its differential solves S dS + dS S = dA, whatever the symmetry of dA."""
        found = self._top(a)
        if found is None:
            values, vectors = self.field.eigh(a[0])
            roots = apply(self.j, "sqrt", {0: values})[0][..., None, :]
            scaled = self.field.mul(vectors, roots)
            return {0: self.field.matmul(scaled, np.swapaxes(vectors, -1, -2))}
        bit, low, d = found
        root = self.sqrtm(low)
        n = a[0].shape[-1]
        eye = self.field.array(np.eye(n))

        def sylvester(s: Array) -> Array:
            left = s[..., :, None, :, None] * eye[None, :, None, :]
            right = np.swapaxes(s, -1, -2)[..., None, :, None, :] * eye[:, None, :, None]
            return self.field.add(left, right).reshape((*s.shape[:-2], n * n, n * n))

        def column(v: Array) -> Array:
            return v.reshape((*v.shape[:-2], n * n, 1))

        moved = self.mul(self.inverse(self.j.map(root, sylvester)), self.j.map(d, column))
        return self.j.add(root, shift(self.j.map(moved, lambda v: v.reshape((*v.shape[:-2], n, n))), bit))

    def pinv(self, a: Jet) -> Jet:
        """Of a matrix of full rank."""
        t = self.transpose(a)
        if a[0].shape[-2] >= a[0].shape[-1]:
            return self.mul(self.inverse(self.mul(t, a)), t)
        return self.mul(t, self.inverse(self.mul(a, t)))

    def expm(self, a: Jet) -> Jet:
        """Scaling, Taylor, squaring."""
        if self.field.exact:
            raise UnsupportedError("a matrix exponential has no value modulo a prime")
        size = float(np.max(np.sum(np.abs(self.field.floats(a[0])), axis=-1), initial=0.0))
        if not np.isfinite(size) or size > 300:
            raise UnsupportedError("a matrix exponential too large to compute")
        halvings = max(0, int(np.ceil(np.log2(max(size, 1e-30)))) + 2)
        x = self.j.scale(a, self.field.array(0.5**halvings))
        n = a[0].shape[-1]
        out: Jet = {0: self.field.array(np.eye(n))}
        term = out
        for k in range(1, TERMS[15 if self.field is FLOAT else 50]):
            term = self.mul(term, x)
            term = self.j.scale(term, self.field.power(self.field.array(k), np.asarray(-1)))
            out = self.j.add(out, term)
        for _ in range(halvings):
            out = self.mul(out, out)
        return out
