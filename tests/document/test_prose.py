"""An author's prose: Markdown's small part, formulas read, broken ones named."""

from __future__ import annotations

import pytest

from symdl.document import tree
from symdl.document.prose import blocks, inline, plain, reader
from symdl.errors import UsageError
from symdl.language.dims import axis
from symdl.language.scope import Declaration, Scope
from symdl.language.syntax import Symbol


def test_inline_parts() -> None:
    body = inline(r"Rows of $X$ are *all* **bold** `x_1`, see [here](https://a.b/c); 5 \$ \*.")
    kinds = [p.kind for p in body]
    assert kinds == [
        "words",
        "formula",
        "words",
        "emphasis",
        "words",
        "strong",
        "words",
        "literal",
        "words",
        "link",
        "words",
    ]
    assert plain(body) == "Rows of X are all bold x_1, see here; 5 $ *."


def test_formulas_are_read_in_a_scope_and_kept_as_written_without() -> None:
    scope = Scope(names={"X": Declaration("X", (axis("B"), axis("n")))}, dimensions=frozenset(("B", "n")))
    (found,) = inline("$X$", reader(scope))
    assert isinstance(found, tree.Formula) and isinstance(found.node, Symbol)
    (kept,) = inline(r"$\heartsuit X$", reader(scope))
    assert isinstance(kept, tree.Formula) and kept.node is None and kept.source == r"\heartsuit X"


def test_blocks() -> None:
    out = blocks("One\nline.\n\n- a\n- b\n  more\n\n1. c\n\n## Heading\n\n$$x = y$$")
    assert [b.kind for b in out] == ["paragraph", "bullets", "bullets", "heading", "aligned"]
    assert isinstance(out[1], tree.Bullets) and len(out[1].items) == 2 and plain(out[1].items[1]) == "b more"
    assert isinstance(out[2], tree.Bullets) and out[2].ordered


@pytest.mark.parametrize("text", ["$a}{b$", "$\\frac{a}{b$", "see $a % b$"])
def test_a_formula_that_would_break_the_page_is_an_error_with_a_place(text: str) -> None:
    with pytest.raises(UsageError) as error:
        inline(text)
    assert "^" in error.value.render()
