"""The typed syntax tree: mathematics as people write it, with every ambiguity resolved.

Nodes are immutable, compare by structure and know their shape. A shape is a tuple of axes: `()` a scalar, `(n,)` a
column, `(1, n)` a row, `(m, n)` a matrix, more axes a tensor. Constructors check nothing; `node.shape` does, and
raises `ShapeError` where shapes do not fit. While the reader infers sizes, a size may be an unknown (a dim named
`?1`), which fits any size; finished trees have none.

Reading normalises what carries no meaning (fonts, `\\left`, spacing, `\\tfrac`), so that `read(print(e)) == e`.

A kind of node has a file; this one gathers their names, so that a tree is always `syntax.Add`, `syntax.Reduce`, ….
"""

# ruff: noqa: F401 (the names are gathered here for others)
from __future__ import annotations

from symdl.language.syntax.arithmetic import (
    Add,
    Dot,
    Hadamard,
    HadamardPower,
    InnerProduct,
    Inverse,
    Kronecker,
    Neg,
    Power,
    Product,
    Quotient,
    Transpose,
)
from symdl.language.syntax.base import Condition, Node, substitute_sizes
from symdl.language.syntax.binding import Binder, Cardinality, Integral, Optimum, Reduce
from symdl.language.syntax.derivatives import ChainProduct, Derivative, Differential
from symdl.language.syntax.entries import Comprehension, Entry, MultiIndex, Slice, Stack
from symdl.language.syntax.fitting import common, fits, is_row, is_unknown, product_shape, shapes_fit
from symdl.language.syntax.functions import SHAPE_KEEPING, Apply, AxisFunction, Cases, Function, Indicator
from symdl.language.syntax.leaves import (
    BasisVector,
    Constant,
    Delta,
    Identity,
    IndexVar,
    Number,
    Ones,
    Size,
    Symbol,
    Zeros,
)
from symdl.language.syntax.matrices import Decomposition, Eigenvalue, MatrixFunction, Norm, SingularValue, Tuple
from symdl.language.syntax.probability import Density, Distribution, Divergence, Moment
from symdl.language.syntax.relations import Compare, Implication, Junction, Order, Property, Relation, Subset, Within
