"""What is taken of a whole matrix: traces, determinants, spectra, decompositions, norms."""

from __future__ import annotations

from dataclasses import dataclass

from symdl.errors import ShapeError
from symdl.language.dims import Axis, Shape, shape_text
from symdl.language.syntax.base import Node
from symdl.language.syntax.fitting import fits


@dataclass(frozen=True)
class MatrixFunction(Node):
    """trace det logdet rank (→ scalar); diag (column ↔ diagonal matrix); vec (column-major stack); expm; cholesky.

    Eigenvalues are `Eigenvalue`.
    """

    name: str
    body: Node

    def _shape(self) -> Shape:
        s = self.body.shape
        if self.name == "vec":
            if len(s) != 2:
                raise ShapeError("vec of what is not a matrix", found=shape_text(s), expected="a matrix")
            return (Axis(s[0].size * s[1].size, factors=(s[1].size, s[0].size)),)
        if self.name == "diag":
            if len(s) == 1:
                return (s[0], s[0])
            if len(s) == 2 and fits(s[0], s[1]):
                return (s[0],)
            raise ShapeError("diag takes a column or a square matrix", found=shape_text(s))
        if self.name == "rank":
            return ()
        if len(s) != 2 or not fits(s[0], s[1]):
            raise ShapeError(
                f"{self.name} of what is not a square matrix", found=shape_text(s), expected="a square matrix"
            )
        return s if self.name in ("expm", "cholesky") else ()


@dataclass(frozen=True)
class Eigenvalue(Node):
    """`\\lambda_i(A)`, largest first; `index` may also be the word `max` or `min` as a `Constant`."""

    body: Node
    index: Node


@dataclass(frozen=True)
class SingularValue(Node):
    """`\\sigma_i(A)`, largest first; `index` as for an eigenvalue."""

    body: Node
    index: Node


@dataclass(frozen=True)
class Decomposition(Node):
    """`\\operatorname{eigh}(A)`, `\\operatorname{svd}(A)`: several matrices at once, which a `Tuple` of names takes.

    eigh: A = Q Λ Qᵀ of a symmetric A; svd: A = U S Vᵀ, thin. Values stand largest first; the signs of the columns are
    free (its gauge).
    """

    name: str
    body: Node


@dataclass(frozen=True)
class Tuple(Node):
    """`(Q, \\Lambda)`: the names that a decomposition gives; not a tensor."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Norm(Node):
    """`\\|x\\|`: kind `2` (Euclidean, of a column), `1`, `inf`, `F`, `spectral`, `nuclear`."""

    body: Node
    kind: str = "2"
