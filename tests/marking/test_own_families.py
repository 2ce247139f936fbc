"""A name of one's own for the members of a family: `\\delta_l = \\partial L / \\partial z_l`, layers of any width."""

from __future__ import annotations

from symdl import api

RIGHT = (
    r"\delta_l = \frac{\partial L}{\partial z_l}",
    r"\delta_D = (h_D - y) \odot (1 - h_D^2)",
    r"\delta_l = (W_{l+1}^\top \delta_{l+1}) \odot (1 - h_l^2)",
    r"\frac{\partial L}{\partial z_l} = \delta_l",
    r"\frac{\partial L}{\partial W_l} = \delta_l h_{l-1}^\top",
    r"\frac{\partial L}{\partial b_l} = \delta_l",
)


def marked(rows: tuple[str, ...]) -> api.Any:
    return api.check("\n".join(f"\\[ {r} \\]" for r in rows), "mlp-backprop-deep")


def test_layers_of_different_width_have_an_own_name() -> None:
    report = marked(RIGHT)
    assert report.verdict == "correct"
    assert all(line.step.holds for line in report.lines)


def test_mistakes_in_it_are_found() -> None:
    for k, wrong in (
        (1, r"\delta_D = (y - h_D) \odot (1 - h_D^2)"),
        (2, r"\delta_l = (W_{l+1}^\top \delta_{l+1}) \odot (1 - h_{l}^2) + \delta_l"),
        (4, r"\frac{\partial L}{\partial W_l} = h_{l-1} \delta_l^\top"),
        (5, r"\frac{\partial L}{\partial b_l} = 2 \delta_l"),
    ):
        report = marked((*RIGHT[:k], wrong, *RIGHT[k + 1 :]))
        assert (report.verdict, report.first_wrong_line) == ("wrong", k + 1), wrong
