"""Long lines are broken, and mean what they meant."""

from __future__ import annotations

import ast

import pytest

from symdl.python_rows import wrapped

LINES = (
    "x = aaaa + bbbb * (cccc - dddd) / np.sqrt(eeee + ffff)  # (3)",
    "x = np.stack([np.sum(aaaa @ b[:, :, s - 1:o + s - 1].transpose(0, 2, 1), axis=0) for s in range(1, k)], axis=2)",
    "return {'aaaa': aaaa, 'bbbb': bbbb, 'cccc': cccc, 'dddd': dddd}",
    "x[:, i - 1:i + m - 1] += (aaaa.transpose(1, 2, 0) @ wwww[:, :, i - 1, j - 1].T).transpose(2, 0, 1)",
    "x = aaaaaaaaaaaaaaaaaaaa if bbbbbbbbbbbbbbbbbb else np.zeros((bbbb, cccc), dtype)",
    "x = {k[1]: v for k, v in sizes.items() if isinstance(k, tuple) and k[0] == 'a, (b) # c'}",
    "y = _input('grad_y', grad_y, (bbbb, oooo, k + o - 1), sizes, dtype, whole=True)",
    "x = [np.array([[1.0, -2.0, 3.5], [4.0, 5e-3, 6.0]]), np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])]",
    "assert gap <= 1e-6, f'{name} at {index} is off by {gap:.1e} from differences'",
    "x = -(1 / _sums(np.where(np.arange(1, n + 1) <= np.arange(1, n + 1)[:, None], np.exp(S), 0)))[:, None] * y",
)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("width", [40, 60, 100])
def test_the_meaning_stays(line: str, width: int) -> None:
    found = wrapped([line], width)
    program = "def f():\n" + "\n".join("    " + x for x in found)
    assert ast.dump(ast.parse(program)) == ast.dump(ast.parse("def f():\n    " + line))
    assert width < 100 or max(map(len, found)) <= width


def test_a_short_line_stays() -> None:
    assert wrapped(["x = a + b  # (1)"]) == ["x = a + b  # (1)"]


def test_a_signature_keeps_its_star() -> None:
    found = wrapped(["def f(*, aaaa, bbbb, cccc, dddd=None):"], 30)
    assert found == ["def f(", "    *,", "    aaaa,", "    bbbb,", "    cccc,", "    dddd=None,", "):"]
