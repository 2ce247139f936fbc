"""Derivation files: what is loaded, where errors point, and that a slip names its cure."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from symdl.errors import ProblemError, ReadError, Span
from symdl.problem import TEMPLATE, Problem, Text, load_problem


def failure(text: str) -> ProblemError:
    with pytest.raises(ProblemError) as caught:
        load_problem(text + "\n")
    return caught.value


def marked(error: ProblemError) -> str:
    """The part of the file under the caret."""
    assert error.place is not None and error.place.span is not None, error.render()
    return error.place.text[error.place.span.start : error.place.span.end]


def test_the_template_teaches_every_key() -> None:
    problem = load_problem(TEMPLATE)
    assert problem.area == "probability"
    assert [t.value for t in problem.derive] == [r"\frac{\partial L}{\partial W}", r"\frac{\partial L}{\partial b}"]
    assert problem.symbols["X"].value == "B n"
    assert problem.marks[r"\frac{\partial L}{\partial W}"] == 3
    assert problem.steps[1].using == (1,)
    for key in ("title area sources intro given assume random derive show layout examples tight").split():
        assert f"\n{key}" in TEMPLATE
    for table in ("[symbols]", "[aliases]", "[values]", "[marks]", "[[step]]"):
        assert f"\n{table}" in TEMPLATE


def test_everything_may_be_missing() -> None:
    assert load_problem("\n") == Problem() == load_problem("given = []\n[symbols]\n")


@pytest.mark.parametrize(
    "written",
    ["'y = x + z'", "'''y = x + z'''", "'''\ny = x + z'''", '"y = x + z"', '"""y = x + z"""'],
)
def test_an_error_inside_a_formula_points_into_the_file(written: str) -> None:
    text = load_problem(f"title = 'a'\r\ngiven = [ # ]\n  'first', {written},\n]\n").given[1]
    assert text.label == "given line 2"
    error = text.locate(ReadError("unknown name", span=Span(8, 9)))
    assert error.place is not None and error.place.span is not None
    assert error.place.text[error.place.span.start] == "z"
    assert error.place.text.startswith("title")


def test_escapes_fall_back_to_the_formula_itself() -> None:
    text = load_problem('given = ["y = \\\\log z"]\n').given[0]
    assert text.value == r"y = \log z" and text.offset is None
    error = text.locate(ReadError("unknown name", span=Span(9, 10)))
    assert error.place is not None and error.place.text == text.value


def test_positions_in_tables_and_steps() -> None:
    problem = load_problem(
        "[symbols]\n'\\hat{y}' = 'n m'\n[[step]]\nline='a'\n[[step]]\nsuppose=['b', 'c']\nline='d'\n"
    )
    shape = problem.symbols[r"\hat{y}"]
    assert shape.text[shape.offset :][:3] == "n m" and shape.text[shape.key_offset :][:7] == r"\hat{y}"
    step = problem.steps[1]
    assert step.line.text[step.line.offset] == "d"
    assert step.suppose[1].text[step.suppose[1].offset] == "c"


def test_values_are_exact() -> None:
    problem = load_problem("[symbols]\nx = ''\ny = ''\n[values]\nx = 1e-5\ny = 0.1\n")
    assert problem.values == {"x": Fraction(1, 100_000), "y": Fraction(1, 10)}
    assert Problem(symbols={"x": ""}, values={"x": 0.1}).values["x"] == Fraction(1, 10)


@pytest.mark.parametrize(
    ("text", "what", "under", "cure"),
    [
        ("gven = ['y = x']", "unknown key", "gven", "did you mean  given"),
        ("[[step]]\nlines = 'x'", "unknown key", "lines", "did you mean  line"),
        ("given = 'y = x'", "wrong type", "'y = x'", ""),
        ("tight = 1", "wrong type", "1", ""),
        ("area = 'calcul'", "wrong value", "'calcul'", "did you mean  calculus"),
        ("layout = 'numerater'", "wrong value", "'numerater'", "did you mean  numerator"),
        ("[symbols]\nX = 'n'\nderive = ['x']", "top-level key `derive` stands inside [symbols]", "derive", "move"),
        ("[values]\nlayout = 'rows'", "top-level key `layout` stands inside [values]", "layout", "move"),
        ("[[step]]\nline = 'x'\nshow = ['x']", "top-level key `show` stands inside [[step]]", "show", "move"),
        ("[symbols]\nX = 3", "wrong type", "3", ""),
        ("[symbols]\n'X_ 1' = 'n'\n'X_1' = 'm'", "declared twice", "X_1", ""),
        ("[symbols]\nX = 'n'\n[aliases]\nX = 'Y'", "declared twice", "X", ""),
        ("[symbols]\nX = 'n'\n[aliases]\nZ = 'Y'", "alias of an unknown name", "Y", ""),
        ("[symbols]\nx = ''\n[values]\ny = 1", "number to an unknown name", "y", ""),
        ("[symbols]\nx = ''\n[values]\nx = inf", "not a number", "inf", ""),
        ("[symbols]\nx = ''\n[values]\nx = 1e99999999", "not a number", "1e99999999", ""),
        ("[[step]]\nline = 'x'\nusing = [1]", "does not come before", "1", ""),
        ("[[step]]\nbecause = 'x'", "no line", "[[step]]", ""),
    ],
)
def test_what_is_wrong_and_where(text: str, what: str, under: str, cure: str) -> None:
    error = failure(text)
    assert what in error.what
    assert marked(error) == under
    assert cure in error.cure


@pytest.mark.parametrize(
    "text",
    [
        r'given = ["\lambda"]',
        r'given = ["y = \frac{a}{b}"]',
        r'given = ["x", "y = \theta"]',
        r"given = ['\\frac{a}{b}']",
        r"given = ['\\begin{bmatrix} a \\ b \end{bmatrix}']",
        '[symbols]\n"\\beta" = ""',
    ],
)
def test_a_slip_with_backslashes_names_the_cure(text: str) -> None:
    error = failure(text)
    assert "backslash" in error.what
    assert r"'\frac{a}{b}'" in error.cure
    assert "\\" in marked(error)


def test_rows_of_a_matrix_are_no_slip() -> None:
    problem = load_problem(r"given = ['v = \begin{bmatrix} a \\ \lambda \\b \end{bmatrix}']" + "\n")
    assert r"\\b" in problem.given[0].value


@pytest.mark.parametrize(
    "text",
    ["given = ['f'(z) = 2 z']", "given = [\n 'f''(z) = 2 z',\n]", "given = ['y = f'']", "derive = [\n'f' + 1',\n]"],
)
def test_a_prime_in_single_quotes_names_the_cure(text: str) -> None:
    error = failure(text)
    assert "prime" in error.what and "three quotes" in error.cure
    assert marked(error) == "'"


@pytest.mark.parametrize("key", [r"\lambda", "W_{1}", "λ", r"\hat y"])
def test_an_unquoted_name_names_the_cure(key: str) -> None:
    error = failure(f"[symbols]\nX = 'n'\n{key} = ''")
    assert "quoted" in error.what and f"'{key}'" in error.cure
    assert error.place is not None and "line 3" in error.place.label


def test_a_comment_or_a_second_string_is_no_prime() -> None:
    problem = load_problem("given = ['a', 'b'] # it's fine\nshow = [\n'c' # don't\n]\n")
    assert [t.value for t in problem.given + problem.show] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "text", ["given = " + "[" * 5000, "[values]\nx = " + "9" * 6000, "given = ['a\0']", "given = ['"]
)
def test_hostile_texts_are_errors(text: str) -> None:
    failure(text)


def test_files_that_can_not_be_used(tmp_path: Path) -> None:
    bad = {"latin.toml": b"title = 'a'\n\xff", "large.toml": b"#" * 1_000_001}
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ProblemError) as caught:
            load_problem(tmp_path / name)
        assert name in caught.value.render()
    with pytest.raises(ProblemError, match=r"did you mean  latin\.toml"):
        load_problem(tmp_path / "latn.toml")
    for path in (tmp_path, Path("/dev/zero"), Path("a\0b"), Path("x" * 5000)):
        with pytest.raises(ProblemError):
            load_problem(path)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbftitle = 'a'\r\n")
    problem = load_problem(str(tmp_path / "a.toml"))
    assert problem.title == "a" and problem.label.endswith("a.toml")


def test_a_problem_made_in_python() -> None:
    problem = Problem(symbols={"x": "n"}, given=["L = x"], steps=["a = b", {"line": "c", "using": [1]}])
    assert problem.given[0] == Text("L = x", "given line 1")
    assert problem.steps[1].using == (1,)
    assert problem.replace(title="t").given == problem.given
    for wrong in ({"area": "algebra"}, {"given": "L = x"}, {"given": [3]}, {"tight": 1}, {"steps": [{"lin": "x"}]}):
        with pytest.raises(ProblemError):
            Problem(**wrong)
