"""What each display of `formulas/blind.toml` says, by hand, before the reader met it: a value, or one a side."""

from __future__ import annotations

import numpy as np


def _softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def b_softmax(z):
    return _softmax(z)


def b_softmax_same(z):
    a = _softmax(z)
    return (None, None, np.diag(a) - np.outer(a, a), np.outer(a * (1 - a), np.ones(len(a))))


def b_softmax_other(z):
    a = _softmax(z)
    return (None, None, np.diag(a) - np.outer(a, a), -np.outer(a, a))


def b_cross_entropy(z, y):
    return -(y * np.log(_softmax(z))).sum()


def b_cross_entropy_gradient(z, y):
    return _softmax(z) - y


def b_risk(w, vec_x, y):
    return ((vec_x @ w - y) ** 2).mean()


def b_risk_matrix(w, vec_x, y):
    return ((vec_x @ w - y) ** 2).mean()


def b_risk_gradient(vec_w, vec_x, y, n):
    return 2 / n * vec_x.T @ (vec_x @ vec_w - y)


def b_svm_lagrangian(w, b, x, y, xi, alpha, mu, C):
    return w @ w / 2 + C * xi.sum() + (alpha * (1 - xi - y * (x @ w + b))).sum() - (mu * xi).sum()


def b_svm_stationary(w, x, y, alpha):
    by_w = w - (alpha * y) @ x
    return (by_w, 0, w, (alpha * y) @ x, -alpha @ y, 0, alpha @ y, 0)


def b_svm_box(alpha, mu, C):
    return (C - alpha - mu, 0, C - alpha - mu, 0, 0, alpha, C)


def b_svm_slackness(w, b, x, y, xi, alpha, mu):
    return (alpha * (1 - xi - y * (x @ w + b)), 0, mu * xi, 0)


def b_svm_dual_gradient(alpha, y, K):
    return 1 - np.diag(y) @ K @ np.diag(y) @ alpha


def b_svm_weights(alpha, y, x):
    return (alpha * y) @ x


def b_svm_decision(w, b, x):
    f = w @ x + b
    return (f, f, np.sign(f), np.sign(f))


def b_svm_margin(w, x, y, b):
    return (y * (x @ w + b), 1)


def b_multipliers(vec_x, lambda_, A):
    return (2 * vec_x, -A.T @ lambda_)


def b_lagrangian(vec_x, lambda_, A):
    return vec_x @ vec_x + lambda_ @ (A @ vec_x)


def b_discriminant(w, x, b):
    return w @ x + b


def b_normal(w, x_1, x_2):
    return (w @ (x_1 - x_2), 0)


def b_point(w, x_p, rho):
    return x_p + rho * w / np.linalg.norm(w)


def b_distance(w, x_p, rho, b):
    return w @ x_p + b + rho * np.linalg.norm(w)


def b_chain(x):
    return 18 * x + 30


def b_long_chain(x):
    return 2 * np.sin(x**3) * np.cos(x**3) * 3 * x**2


def b_total(x, A):
    y = np.tanh(A @ x)
    return A.T @ (2 * y * (1 - y**2))


def b_sum_rule(x, c):
    return 2 * x * c.sum()


def b_gradient_stacked(x, A):
    return (A + A.T) @ x


def _layers(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = _sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, a1, z2, _sigmoid(z2)


def b_squared_error(x, W_1, b_1, W_2, b_2, y):
    a2 = _layers(x, W_1, b_1, W_2, b_2)[3]
    return ((a2 - y) ** 2).sum() / 2


def b_output_error(x, W_1, b_1, W_2, b_2, y):
    return _layers(x, W_1, b_1, W_2, b_2)[3] - y


def _delta(x, W_1, b_1, W_2, b_2, y):
    a2 = _layers(x, W_1, b_1, W_2, b_2)[3]
    return (a2 - y) * a2 * (1 - a2)


def b_output_delta(x, W_1, b_1, W_2, b_2, y):
    return _delta(x, W_1, b_1, W_2, b_2, y)


def b_output_delta_vector(x, W_1, b_1, W_2, b_2, y):
    return _delta(x, W_1, b_1, W_2, b_2, y)


def b_weight(x, W_1, b_1, W_2, b_2, y):
    return np.outer(_delta(x, W_1, b_1, W_2, b_2, y), _layers(x, W_1, b_1, W_2, b_2)[1])


def b_weight_matrix(x, W_1, b_1, W_2, b_2, y):
    return np.outer(_delta(x, W_1, b_1, W_2, b_2, y), _layers(x, W_1, b_1, W_2, b_2)[1])


def b_bias(x, W_1, b_1, W_2, b_2, y):
    return _delta(x, W_1, b_1, W_2, b_2, y)


def b_hidden(x, W_1, b_1, W_2, b_2, y):
    return W_2.T @ _delta(x, W_1, b_1, W_2, b_2, y)


def b_hidden_delta(x, W_1, b_1, W_2, b_2, y):
    a1 = _layers(x, W_1, b_1, W_2, b_2)[1]
    return W_2.T @ _delta(x, W_1, b_1, W_2, b_2, y) * a1 * (1 - a1)


def b_quadratic_gradient(x, A, b):
    return A @ x + b


def b_composite_gradient(x):
    return np.cos(x @ x) * 2 * x


def b_quadratic_hessian(A):
    return A


def b_ridge_function_hessian(x, a):
    return -np.sin(a @ x) * np.outer(a, a)


def b_outer_psd(x, z):
    return ((x @ z) ** 2, (x @ z) ** 2, (x @ z) ** 2, 0)


def b_congruence(x, A, B):
    y = B.T @ x
    return (y @ A @ y, y @ A @ y, y @ A @ y, 0)


def b_diagonalised(T, lambda_):
    return T @ np.diag(lambda_)


def b_rayleigh(u_i, lambda_, A):
    form = np.einsum("ij,jk,ik->i", u_i, A, u_i)
    norms = (u_i**2).sum(1)
    return (form, lambda_ * norms, lambda_ * norms, lambda_)


def b_update_rule(theta, alpha, x, y):
    step = alpha * (y - _sigmoid(x @ theta))[:, None] * x
    return (np.broadcast_to(theta, step.shape), theta + step)


def _square(X, W, G):
    return 2 * G * (X @ W)


def b_entry_chain(X, W, G):
    return (_square(X, W, G) @ W.T)[0, 0]


def b_layer_chain(X, W, G):
    return _square(X, W, G) @ W.T


def b_layer_input(X, W, G):
    return _square(X, W, G) @ W.T


def b_layer_weight(X, W, G):
    return X.T @ _square(X, W, G)


def b_numerator_square(x):
    return 2 * x[None, :]


def b_numerator_norm(W, x, b):
    return 2 * np.outer(x, W @ x + b)


def b_numerator_logdet(S):
    return np.linalg.inv(S)


def b_numerator_trace(A, B):
    return B @ A


def b_log_loss(w_1, w_2, b, x, y):
    p = _sigmoid(x @ np.array([w_1, w_2]) + b)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


def b_one_log_loss(y, p):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def b_slopes(w_1, w_2, b, x, y):
    error = _sigmoid(x @ np.array([w_1, w_2]) + b) - y
    return [(error * x[:, 0]).mean(), (error * x[:, 1]).mean(), error.mean()]


def b_log_odds(P):
    odds = P / (1 - P)
    return [odds, P, P, odds, odds, P]


def b_mixture_mean():
    return None  # Σ_N binds no index


def b_bernoulli(x, p):
    return (x * np.log(p) + (1 - x) * np.log(1 - p)).sum()
