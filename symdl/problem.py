"""A derivation file as data: `load_problem` reads one, `Problem` is what it states, `TEMPLATE` one to start from."""

from __future__ import annotations

import re
from pathlib import Path

from symdl.problem_data import AuthoredStep, Problem, Text
from symdl.problem_file import parse_problem, read_source
from symdl.problem_template import TEMPLATE

__all__ = ["TEMPLATE", "AuthoredStep", "Problem", "Text", "load_problem"]


def load_problem(source: str | Path) -> Problem:
    """The problem in a derivation file, given by its path, or in a TOML text.

    A string is a text where it has a line break or starts like a TOML pair (`given = …`), else a path.

    Raises:
        ProblemError: with file, line, a caret under the place, what was found and expected, and the nearest known name.
    """
    if isinstance(source, str):
        if not source.strip() or "\n" in source or re.match(r"\s*[A-Za-z]+\s*=", source):
            return parse_problem(source)
        source = Path(source)
    return parse_problem(read_source(source), str(source))
