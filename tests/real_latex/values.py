"""What each formula's sides are worth: plain NumPy, written from the notes, sharing nothing with symdl.

A function has the formula's id; its parameters are the declared symbols and sizes by identifier. It returns

- an array: the value of every side of every row, axes for free letters (in the alphabet's order) before a tensor's own;
- a tuple: the sides one by one, where they differ (`None`: not compared; 0: zero of any shape);
- `rows(…)`: one of these for each row of the display;
- `None`: the notes' meaning can't be declared; such a formula has to be refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any


def rows(*values: Array) -> list[Array]:
    return list(values)


def softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def norm(v: Array) -> Array:
    return np.sqrt((v * v).sum(axis=-1))


# ------------------------------------------------------------------------------------ Dive into Deep Learning


def dot_sum(u, v):
    return sum(a * b for a, b in zip(u, v, strict=True))


def angle(v, w):
    return np.arccos(v @ w / (norm(v) * norm(w)))


def law_of_cosines(v, w):
    return v @ w


def matrix_product_entries(a, b):
    return a @ b


def tensor_contraction(x, a):
    return np.einsum("ijkl,jk->il", x, a)


def tensor_contraction_bold(a, b, v):
    return np.einsum("ijk,il,j->kl", b, a, v)


def bernoulli_likelihood(pi, y):
    return np.where(y == 1, np.log(pi), np.log(1 - pi)).sum()


def area_of_the_bell():
    return (1 - np.exp(-1)) / 2


def fundamental_theorem(x):
    return np.cos(x) + x**2


def quartic_derivative(x):
    return 12 * x**3 - 12 * x**2 - 24 * x


def chain_two_paths(a, b):
    # f = ((a+b)^2 + (a-b)^2)^2 = (2a^2 + 2b^2)^2
    return 2 * (2 * a**2 + 2 * b**2) * 4 * a


def partials_table(w, x, y, z):
    a, b = (w + x + y + z) ** 2, (w + x - y - z) ** 2
    u, v = (a + b) ** 2, (a - b) ** 2
    f = 2 * (u + v)
    return rows(
        (f, f, f, f),
        (2 * (a + b),) * 4,
        (2 * (a - b), 2 * (a - b), -2 * (a - b), -2 * (a - b)),
        (2 * (w + x + y + z),) * 2 + (2 * (w + x - y - z),) * 2,
    )


def second_derivatives(x, A):
    return A + A.T + np.diag(12 * x**2)


def quadratic_form(x, A):
    return A @ x + A.T @ x


def square_of_sum(x):
    return 2 * x.sum()


def entry_of_product(U, V):
    return (U @ V).T


def gradient_column(beta):
    return beta


def variance_of_X(v):
    return v


def variance_of_X_again(v):
    return v


def correlation_as_cosine(v, w):
    return v @ w / np.sqrt((v @ v) * (w @ w))


def derivatives_of_a_quadratic(x, a, b):
    return rows(2 * a * x + b, 2 * a)


def derivative_to_find(x):
    inner, low = (x**2 + 1) / (2 * x - 1), 2 * x - 1
    return 4 * x**3 - np.sin(inner) * (2 * x * low - 2 * (x**2 + 1)) / low**2


def log_of_tenth_power(x):
    return 10 * (x - 1) ** 9 / (1 + (x - 1) ** 10)


def sample_moments(x):
    m, s = x.mean(), x.var(ddof=1)
    return (m, m, s, s)


def attention_pooling(q, k, v):
    a = np.exp(-0.5 * ((q - k) ** 2).sum(axis=1))
    return (a / a.sum()) @ v


def attention_score(q, k):
    return -0.5 * ((q - k) ** 2).sum(axis=1)


def attention_weights(q, k, d):
    return softmax(k @ q / np.sqrt(d))


def batch_statistics(x, epsilon):
    m, s = x.mean(), x.var() + epsilon
    return (m, m, s, s)


def softmax_shift(o):
    return softmax(o)


def log_softmax_shift(o):
    return np.log(softmax(o))


def softmax_of_rows(X):
    return softmax(X)


def softmax_where(o):
    return softmax(o)


def cross_entropy_of_softmax(o, y):
    return -(y * np.log(softmax(o))).sum()


def cross_entropy_gradient(o, y):
    return softmax(o) - y


def argmax_of_softmax(o):
    return np.argmax(o) + 1


def entropy_of_P(P):
    return -(P * np.log(P)).sum()


def squared_loss(x, y, w, b):
    return 0.5 * np.mean((x @ w + b - y) ** 2)


def normal_equations(X, y, w):
    g = 2 * X.T @ (X @ w - y)
    return (g, g, 0, X.T @ y, X.T @ X @ w)


def gaussian_log_likelihood(x, y, w, b, sigma):
    r = y - x @ w - b
    return (0.5 * np.log(2 * np.pi * sigma**2) + r**2 / (2 * sigma**2)).sum()


def weight_decay(x, y, w, b, lambda_):
    return 0.5 * np.mean((x @ w + b - y) ** 2) + lambda_ / 2 * w @ w


def weight_decay_update(x, y, w, b, lambda_, eta, cal_B):
    return (w, (1 - eta * lambda_) * w - eta / cal_B.sum() * x.T @ (cal_B * (x @ w + b - y)))


def weight_penalty(W_1, W_2, lambda_):
    return lambda_ / 2 * ((W_1**2).sum() + (W_2**2).sum())


def weight_penalty_gradients(W_1, W_2, lambda_):
    return (lambda_ * W_1, lambda_ * W_1, lambda_ * W_2, lambda_ * W_2)


def objective_partials():
    return 1.0


def log_error(y, hat_y):
    return np.sqrt(np.mean((np.log(y) - np.log(hat_y)) ** 2))


def sigmoid_slope(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


def tanh_slope(x):
    return 1 / np.cosh(x) ** 2


def mean_of_outputs(m):
    return np.zeros(m)


def variance_of_outputs(sigma, gamma, n_in, m):
    return np.full(m, n_in * sigma**2 * gamma**2)


def soft_alignment(e, b):
    return softmax(e) @ b


def two_pools(v_A_i, v_B_j):
    a, b = v_A_i.sum(axis=0), v_B_j.sum(axis=0)
    return (a, a, b, b)


def skip_gram_softmax(u, v, cal_V):
    e = np.exp(v @ u.T)
    return e / (e @ cal_V)[:, None]


def glove_loss(u, v, b, c, x, cal_V):
    error = v @ u.T + b[:, None] + c[None, :] - np.log(x)
    return cal_V @ ((x**2 + 1) * error**2) @ cal_V


def cosine_similarity_range(x, y):
    value = x @ y / (norm(x) * norm(y))
    return (-1, value, value, 1)


def adam_moments(g, v, s, beta_1, beta_2):
    return rows(
        (v[1:], beta_1 * v[:-1] + (1 - beta_1) * g),
        (s[1:], beta_2 * s[:-1] + (1 - beta_2) * g * g),
    )


def adam_corrected(v, s, beta_1, beta_2, T):
    t = np.arange(1, T + 1)[:, None]
    a, b = v / (1 - beta_1**t), s / (1 - beta_2**t)
    return (a, a, b, b)


def jensen(alpha, x, m, v):
    def f(z):
        return z**2 + z

    return (alpha @ f(x), f(alpha @ x), m**2 + v + m, f(m))


def gradient_as_row_transposed(x, A):
    return (A + A.T) @ x


def newton_step(x, A, H, epsilon):
    g = (A + A.T) @ x
    return (g + H @ epsilon, 0, epsilon, -np.linalg.solve(H, g))


def preconditioned_step(x, A, H, eta):
    return (x, x - eta * ((A + A.T) @ x) / np.diag(H))


def momentum_average(eta, x):
    return eta @ x / eta.sum()


def gradient_of_mean(x, A, b, n):
    return A.T @ (A @ x - b) / n


def stochastic_gradient_is_unbiased(x, A, b, n):
    return A.T @ (A @ x - b) / n


def rules_of_differentiation(x, n):
    power = n * x ** (n - 1)
    return rows(0.0, (n, 0, power, power), np.exp(x), 1 / x)


def linearity_of_differentiation(x):
    return 6 * x - 4


def gradient_of_partials(x, A):
    return (A + A.T) @ x


def chain_rule_d(x):
    return np.cos(x**3 + x) * (3 * x**2 + 1)


def triangle_inequality(x, y):
    return (norm(x + y), norm(x) + norm(y))


def norm_homogeneous(x, alpha):
    return norm(alpha * x)


def one_norm(x):
    return abs(x).sum()


def p_norm(x, p):
    return (abs(x) ** p).sum() ** (1 / p)


def frobenius_norm(X):
    return np.sqrt((X**2).sum())


def factorization_machine(w, v, x, d):
    pairs = sum(v[i] @ v[j] * x[i] * x[j] for i in range(d) for j in range(i + 1, d))
    return w[0] + w[1:] @ x + pairs


def root_mean_square_over_pairs():
    return None


def recurrence_solved(b, c, T):
    a = [0.0]
    for t in range(T):
        a.append(b[t] + c[t] * a[-1])
    return np.array(a[1:])


def bptt_hidden_gradient(W_hx, W_hh, W_qh, x, y, T):
    h, hidden = np.zeros(len(W_hh)), []
    for t in range(T):
        h = W_hx @ x[t] + W_hh @ h
        hidden.append(h)
    G = (np.array(hidden) @ W_qh.T - y) / T
    back, out = np.zeros(len(W_hh)), []
    for t in reversed(range(T)):
        back = W_qh.T @ G[t] + W_hh.T @ back
        out.append(back)
    return np.array(out[::-1])


def loss_over_time(o, y):
    return np.mean(y * (o**2).sum(axis=1))


def gradient_clipping(g, theta):
    return (g, min(1.0, theta / norm(g)) * g)


# ---------------------------------------------------------------------------------------------------- CS231n


def _hinge(scores, y, Delta):
    """scores: examples × classes."""
    right = np.array([s[k - 1] for s, k in zip(scores, y, strict=True)])
    return np.maximum(0, scores - right[:, None] + Delta), right


def hinge_loss(s, y, Delta, N):
    loss, _ = _hinge(np.tile(s, (N, 1)), y, Delta)
    return loss.sum(axis=1) - np.maximum(0, Delta)


def hinge_loss_linear(w, x, y, Delta):
    loss, _ = _hinge(x @ w.T, y, Delta)
    return loss.sum(axis=1) - np.maximum(0, Delta)


def regularization_penalty(W):
    return (W**2).sum()


def data_and_regularization_loss(L_i, W, lambda_):
    return L_i.mean() + lambda_ * (W**2).sum()


def softmax_loss(f, y):
    return -np.log(softmax(f))[y - 1]


def softmax_stability(f, y):
    return softmax(f)[y - 1]


def variance_of_score(n, sigma, gamma):
    return n * sigma**2 * gamma**2


def attribute_hinge(y, f):
    return np.maximum(0, 1 - y * f).sum(axis=1)


def attribute_cross_entropy(y, f):
    p = sigmoid(f)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum(axis=1)


def one_norm_loss(y, f):
    return abs(f - y).sum(axis=1)


def probabilities_and_loss(f, y):
    p = softmax(f)
    return (p, p, -np.log(p[y - 1]), -np.log(p[y - 1]))


def softmax_loss_gradient(f, y, c):
    return softmax(f) - np.eye(c)[y - 1]


def _hinge_gradient(w, x, y, Delta):
    """Rows of the gradient: examples × classes × d."""
    loss, _ = _hinge(x @ w.T, y, Delta)
    on = (loss > 0).astype(float)
    on[np.arange(len(y)), y - 1] = 0
    on[np.arange(len(y)), y - 1] = -on.sum(axis=1)
    return on[:, :, None] * x[:, None, :]


def hinge_gradient_other_rows(w, x, y, Delta):
    loss, _ = _hinge(x @ w.T, y, Delta)
    return (_hinge_gradient(w, x, y, Delta), (loss > 0)[:, :, None] * x[:, None, :])


def hinge_gradient_right_row(w, x, y, Delta):
    return _hinge_gradient(w, x, y, Delta)[np.arange(len(y)), y - 1]


def product_gate(x, y):
    return (x * y, x * y, y, y, x, x)


def max_gate(x, y):
    return (max(x, y), max(x, y), float(x >= y), float(x >= y), float(y >= x), float(y >= x))


def sigmoid_gate(x):
    s, slope = sigmoid(x), sigmoid(x) * (1 - sigmoid(x))
    return rows((s, s), slope)


def volume_rendering(sigma, delta, c):
    light = np.exp(-np.concatenate([[0], np.cumsum(sigma * delta)[:-1]]))
    value = (light * (1 - np.exp(-sigma * delta)) * c).sum()
    return (value, value, light, light)


def attention_sum(a, x):
    return a.T @ x


def temperature_softmax_jacobian(X, A, T):
    p = softmax(A @ X / T)
    return (np.diag(p) - np.outer(p, p)) @ A / T


# ----------------------------------------------------------------------------------------------------- CS228


def kl_of_tables(a, b):
    return (a * np.log(a / b)).sum()


def expectation_of_f(a, m):
    return a @ np.arange(1, m + 1) ** 2


def count_of_labels(X, K):
    return np.array([(X == k).sum() for k in range(1, K + 1)])


def categorical_likelihood(X, theta):
    return np.prod(theta[X - 1])


def gmm_means():
    return None


# ---------------------------------------------------------------------------------- LMU, Supervised Learning


def elastic_net(x, y, theta, lambda_1, lambda_2):
    total = lambda_1 + lambda_2
    value = ((y - x @ theta) ** 2).sum() + lambda_1 * abs(theta).sum() + lambda_2 * theta @ theta
    return rows(value, (value, value, lambda_2 / total, lambda_2 / total, total, total))


def _logistic_hessian(X, theta):
    p = sigmoid(X @ theta)
    return X.T @ np.diag(p * (1 - p)) @ X


def logistic_hessian_is_psd(X, theta, w):
    value = w @ _logistic_hessian(X, theta) @ w
    return (value, value, value, value, 0)


def logistic_hessian(x, theta):
    return _logistic_hessian(x, theta)


def gp_log_likelihood(r, K_y, n):
    return -0.5 * r @ np.linalg.inv(K_y) @ r - 0.5 * np.log(np.linalg.det(K_y)) - n / 2 * np.log(2 * np.pi)


def ard_kernel(d, ell):
    return np.exp(-0.5 * (d**2 / ell**2).sum())


def svm_lagrangian(x, y, theta, theta_0, alpha):
    value = 0.5 * theta @ theta - (alpha * (y * (x @ theta + theta_0) - 1)).sum()
    return rows(value, (alpha, 0))


def svm_stationarity(x, y, theta, alpha):
    return rows((theta, (alpha * y) @ x), (0, alpha @ y))


def distance_to_hyperplane(x, theta, theta_0):
    return abs(theta @ x + theta_0) / norm(theta)


def bernoulli_loss_on_margin(x, y, theta):
    return np.log(1 + np.exp(-y * (theta @ x)))


def bernoulli_loss_on_probabilities(x, y, theta):
    p = sigmoid(theta @ x)
    value = -y * np.log(p) - (1 - y) * np.log(1 - p)
    return (value, value, y)


def brier_score(x, y, Theta, g):
    return ((np.eye(g)[y - 1] - softmax(Theta @ x)) ** 2).sum()


def optimal_constant(y, theta, g):
    slope = -2 * (np.eye(g)[y - 1] - theta).sum(axis=0)
    return (slope, slope, 0)


def entropy_plus_kl(a, b):
    return -(a * np.log(b)).sum()


def kl_as_expectation(a, b):
    return (a * np.log(a / b)).sum()


def noisy_features_expanded(x, y, theta, lambda_, n):
    return ((y - x @ theta) ** 2).sum() + n * lambda_ * theta @ theta


def noisy_features_ridge(x, y, theta, lambda_, n):
    right = ((y - x @ theta) ** 2).sum() + n * lambda_ * theta @ theta
    return rows(right, (right, ((y - x @ theta) ** 2).sum() + lambda_ * theta @ theta))


def shrunken_risk(theta, H, lambda_):
    return 0.5 * theta @ H @ theta + lambda_ / 2 * theta @ theta


def soft_threshold_slope(theta, hat_theta, H, lambda_):
    slope = np.diag(H) * (theta - hat_theta) + lambda_
    return (slope, slope, 0)


def softmax_regression(x, theta):
    return softmax(theta @ x)


def area_under_curve(y, f, n_plus, n_minus):
    pairs = sum(f[i] > f[j] for i in range(len(f)) for j in range(len(f)) if y[i] == 1 and y[j] == -1)
    return pairs / (n_plus * n_minus)


def gaussian_kernel(x, tilde_x, sigma):
    return np.exp(-((x - tilde_x) ** 2).sum() / (2 * sigma**2))


def gaussian_prior(theta, tau, d):
    return (2 * np.pi * tau**2) ** (-d / 2) * np.exp(-theta @ theta / (2 * tau**2))


# --------------------------------------------------------------- matrix calculus, Géron, UvA, Spinning Up


def gradient_of_two_variables(x, y):
    return np.array([[6 * x * y, 3 * x**2]])  # a row, as the page lays gradients out


def partials_of_numbers(y):
    return 8 * y**7


def sum_reduction(x):
    return x.sum()


def total_derivative_product(x):
    return 3 * x**2


def total_derivative_sum(x):
    return 1 + 2 * x


def dot_product_chain(x):
    return x[None, :]


def relu_slope(z):
    return (float(z > 0), float(z > 0), None, None, 1.0, 1.0)  # the branch dz/dz = 1 claims that under z > 0


def unit_bias_slope(w, x, b):
    return float(w @ x + b > 0)


def loss_gradient_row(x, y, w, b, N):
    return (2 / N * (x @ w + b - y) @ x)[None, :]


def loss_of_one_unit(x, y, w, b):
    return np.mean((y - np.maximum(0, x @ w + b)) ** 2)


def jacobian_of_shift(n):
    return np.eye(n)


def jacobian_of_scaling(x):
    return x


def norm_of_u(u):
    return norm(u)


def dot_product_times(u, v):
    return (u * v).sum()


def projection(u, v):
    return (u @ v) / (u @ u) * u


def matrix_product_times(Q, R):
    return Q @ R


def trace_inner_product(A, B):
    return (A * B).sum()


def cross_entropy_cost(y, x, Theta):
    return -np.mean((y * np.log(softmax(x @ Theta.T))).sum(axis=1))


def cross_entropy_cost_gradient(y, x, theta, m):
    return (softmax(x @ theta.T) - y).T @ x / m


def partial_of_sine(x, y):
    return y * np.cos(x * y)


def quotient_rule(x):
    return ((3 * x**2 + 1) * (2 + np.cos(x)) + (x**3 + x) * np.sin(x)) / (2 + np.cos(x)) ** 2


def sum_rule(x):
    return 3 * x**2 - np.sin(x)


def chain_of_three(x):
    return np.exp(np.sin(x**2 + 1)) * np.cos(x**2 + 1) * 2 * x


def slope_of_tan(x):
    return 1 / np.cos(x) ** 2


def frobenius_as_trace(A, B):
    return ((A * B).sum(),) * 3


def entropy_sum(p):
    return -(p * np.log(p)).sum()


def temperature_softmax(r, tau):
    return softmax(r / tau)


def softmax_of_weights(x):
    return softmax(x)


def contrastive_loss(z, tau):
    unit = z / norm(z)[:, None]
    s = unit @ unit.T / tau
    others = np.exp(s).sum(axis=1) - np.exp(np.diag(s))
    return -s + np.log(others)[:, None]


def mean_of_squares(x, n):
    return ((x + 2) ** 2 + 3).sum() / n


def chain_by_entries(x, n):
    return 2 * (x + 2) / n


def partials_in_a_row(x):
    one = np.ones(3)
    return (one, one, 2 * (x + 2), 2 * (x + 2), one, one, one / 3, one / 3)


def binary_cross_entropy(x, y):
    return -(y * np.log(x) + (1 - y) * np.log(1 - x)).sum()


def binary_cross_entropy_open(x, y):
    return (y * np.log(x) + (1 - y) * np.log(1 - x)).sum()


def residual_jacobian(x_l, A, n):
    return np.eye(n) + np.diag(1 - np.tanh(A @ x_l) ** 2) @ A


def attention_output(key, query, value):
    a = softmax(key @ query)
    return (a, a, a @ value, a @ value)


def variance_of_dot_product(sigma, d_k):
    return (sigma**4 * d_k, sigma**4 * d_k)


def prototype():
    return None


def polyak_averaging(phi_targ, phi, rho):
    return (phi_targ, rho * phi_targ + (1 - rho) * phi)
