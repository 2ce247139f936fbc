"""The reader on hundreds of lines: each has its tree, and each printed tree reads as itself."""

from __future__ import annotations

from functools import cache

import pytest

from symdl.errors import SymdlError
from symdl.language.declare import understand
from symdl.language.print_latex import latex
from symdl.language.reader import read_line
from symdl.language.understanding import Line, Understanding
from symdl.problem import Problem
from tests.language.readings import BLOCKS
from tests.language.short import short

READS = [(k, *row) for k, block in enumerate(BLOCKS) for row in block["reads"]]
REFUSES = [(k, *row) for k, block in enumerate(BLOCKS) for row in block["refuses"]]
# PRINT writes the variable of a ∝ after a comma, which says nothing
NOT_PRINTED_YET = (r"L \propto s \text{ in } t", r"J \propto s \text{ in } s")


@cache
def problem(k: int) -> Understanding:
    block = BLOCKS[k]
    return understand(Problem(symbols=block["symbols"], given=block["given"], **block["rest"]))


def read(k: int, written: str) -> tuple[Line, str]:
    role, text = "work", written
    if written.startswith("@"):
        role, text = written[1:].split(" ", 1)
    return read_line(text, problem(k).scope, role), role


@pytest.mark.parametrize(("k", "written", "tree", "letters"), READS)
def test_reads(k: int, written: str, tree: str, letters: str) -> None:
    line, _ = read(k, written)
    assert short(line.node) == tree
    assert ", ".join(f"{name}={r}" for name, r in line.letters.items()) == letters


@pytest.mark.parametrize(("k", "written", "kind", "what"), REFUSES)
def test_refuses_with_a_place(k: int, written: str, kind: str, what: str) -> None:
    with pytest.raises(SymdlError) as caught:
        read(k, written)
    assert type(caught.value).__name__ == kind
    assert caught.value.what == what
    assert caught.value.span is not None
    assert 0 <= caught.value.span.start <= caught.value.span.end <= len(written)


@pytest.mark.parametrize(("k", "written"), [(k, w) for k, w, _, _ in READS if w not in NOT_PRINTED_YET])
def test_what_is_printed_reads_as_itself(k: int, written: str) -> None:
    line, role = read(k, written)
    printed = latex(line.node)
    assert read_line(printed, problem(k).scope, role).node == line.node, printed
