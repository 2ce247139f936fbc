"""A writer turns inline parts and formulas into one target's text; templates arrange what it gives them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from markupsafe import Markup

from symdl.document import tree
from symdl.document.prose import plain

MEANINGS = {
    "proved": "proved for all sizes and values",
    "supported": "agrees at random points",
    "unchecked": "not checked",
    "refuted": "does not hold",
}


class Writer(ABC):
    """The base: dispatches on inline parts. A target says how words, formulas and emphasis look."""

    family: ClassVar[str]  # the folder of templates
    base: ClassVar[str]  # the template a document starts from

    def __init__(self, notation: str = "matrix") -> None:
        self.notation = notation

    def prose(self, body: Iterable[tree.Inline]) -> Markup:
        return Markup("".join(self.inline(part) for part in body))

    def inline(self, part: tree.Inline) -> str:
        if isinstance(part, tree.Words):
            return self.words(part.text)
        if isinstance(part, tree.Formula | tree.Space):
            return self.math(part)
        if isinstance(part, tree.Literal):
            return self.literal(part.text)
        if isinstance(part, tree.Reference):
            return self.reference(part)
        body = self.prose(part.body)
        if isinstance(part, tree.Strong):
            return self.strong(body)
        if isinstance(part, tree.Emphasis):
            return self.emphasis(body)
        return self.link(body, part.url)

    def math(self, formula: tree.Formula | tree.Space) -> Markup:
        """A formula in a line, with its delimiters."""
        return Markup(self.inline_math(formula))

    def formula(self, formula: tree.Formula | tree.Space) -> Markup:
        """A formula without delimiters, for use inside a display."""
        return Markup(self.bare(formula))

    def functions(self) -> dict[str, object]:
        """What templates may call."""
        return {
            "prose": self.prose,
            "math": self.math,
            "formula": self.formula,
            "plain": lambda body: Markup(self.words(plain(body))),
            "verbatim": lambda text: Markup(self.verbatim(text)),
            "meaning": lambda status: MEANINGS[status],
        }

    def verbatim(self, text: str) -> str:
        """A listing's text, where the target's own quoting takes no escapes."""
        return text

    @abstractmethod
    def words(self, text: str) -> str: ...

    @abstractmethod
    def bare(self, formula: tree.Formula | tree.Space) -> str: ...

    @abstractmethod
    def inline_math(self, formula: tree.Formula | tree.Space) -> str: ...

    @abstractmethod
    def literal(self, text: str) -> str: ...

    @abstractmethod
    def strong(self, body: str) -> str: ...

    @abstractmethod
    def emphasis(self, body: str) -> str: ...

    @abstractmethod
    def link(self, body: str, url: str) -> str: ...

    def reference(self, part: tree.Reference) -> str:
        return self.words(f"({part.number})")


def safe_url(url: str) -> str:
    """Only web addresses become links; anything else (`javascript:`, a local file) has no address."""
    good = url.startswith(("https://", "http://")) and not any(c in url for c in "\"'<>\\{}` \n")
    return url if good else ""
