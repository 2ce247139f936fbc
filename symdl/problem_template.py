r"""The commented derivation file that `symdl new` writes: softmax regression, with every key explained."""

from __future__ import annotations

TEMPLATE = r"""# A derivation file for symdl. It is data: loading it runs no code.
# Write LaTeX in single quotes, with each backslash once: '\frac{a}{b}'.
# A formula with a prime needs three single quotes on each side.
# Every key may be left out. Keys come first, [tables] last, as TOML wants it.

title   = "Softmax regression with cross-entropy"
area    = "probability"          # linear-algebra | calculus | probability | numerics | geometry
sources = ["Goodfellow, Bengio, Courville 2016, section 6.2.2.3"]
intro   = 'Rows of $X$ are examples; $Y$ holds one-hot labels.'     # prose: Markdown with $…$

# Definitions, in order, in matrix form, in index form, or both mixed.
given = [
  'Z = X W + \mathbf{1} b^\top',
  'P = \operatorname{softmax}(Z)',
  'L = -\frac{1}{B} \sum_{i,k} Y_{ik} \log P_{ik}',
]

# What may be used besides: equations, inequalities, properties in words ('\lambda > 0', 'A \text{ invertible}').
assume = ['\sum_k Y_{ik} = 1']

# Laws of random quantities: 'x \sim \mathcal{N}(\mu, \sigma^2)', '\varepsilon \perp x'.
random = []

# What to find: gradients, Jacobians, Hessians, differentials, expectations.
derive = ['\frac{\partial L}{\partial W}', '\frac{\partial L}{\partial b}']

# Claims to establish. `tight = true` says that a bound among them is attained.
show  = ['\frac{\partial L}{\partial Z} = \frac{1}{B} (P - Y)']
tight = false

layout   = "denominator"         # a gradient has the shape of its variable; "numerator" transposes it
examples = "rows"                # or "columns": examples are the columns of a matrix

# Every tensor that `given` does not define: its name as in LaTeX, and its shape. "" is a scalar.
# A size is a name, a whole number or an expression (o+k-1). Axes count from 1; "0..n-1" counts from 0.
# A family: 'W_l' = "n_l n_{l-1} for l in 1..D".
[symbols]
X = "B n"
W = "n c"
b = "c"
Y = "B c"

# Other names that students may use.
[aliases]
'\mathcal{L}' = "L"

# Numbers for symbols, for lines that are purely numeric: '\epsilon' = 1e-5
[values]

# Points, by target or line.
[marks]
'\frac{\partial L}{\partial W}' = 3
'\frac{\partial L}{\partial b}' = 1

# Lines of your own, each judged like any other: `because` is the reason, `by` a named lemma, `using` the numbers of
# the lines it rests on (default: those above), `suppose` what holds for this line only.
[[step]]
line    = '\frac{\partial L}{\partial Z} = \frac{1}{B} (P - Y)'
because = "softmax and cross-entropy together, since every row of Y sums to 1"

[[step]]
line    = '\frac{\partial L}{\partial W} = X^\top \frac{\partial L}{\partial Z}'
because = "chain rule through Z = X W + 1 bᵀ"
using   = [1]
"""
