"""Parsing: one formula of LaTeX becomes a surface tree, by syntax alone.

The recipe: cut the text into tokens, expand macros, tidy away what only moves ink, pair the brackets and bars, then
read each level between brackets as operands and operators, which `precedence` turns into a tree.
"""

from __future__ import annotations

from symdl.errors import ReadError, Span
from symdl.language import commands as c
from symdl.language.atoms import Atoms
from symdl.language.delimiters import pair
from symdl.language.grammar_levels import Element, Precedence
from symdl.language.macros import Macros, expand
from symdl.language.surface import Letter, Prose, Surface
from symdl.language.tidy import tidy
from symdl.language.tokens import Token, tokenize

MAX_LENGTH = 20_000  # characters of one formula


def parse(latex: str, words: frozenset[str] = frozenset(), macros: Macros | None = None) -> Surface:
    """Read one formula.

    Args:
        latex: a formula or the row of a display, without its dollar signs.
        words: declared names of several letters (`net`), which a run of letters may spell.
        macros: the author's own commands.

    Raises:
        ReadError: with the place in `latex`, where the text is not LaTeX mathematics that symdl reads.
    """
    try:
        tokens = tidy(expand(tokenize(latex, MAX_LENGTH), macros))
        tokens = _ending(tokens)
        if not tokens:
            raise ReadError("an empty formula", span=Span(0, len(latex)), expected="a formula")
        tokens, partner = pair(tokens)
        return Parser(tokens, partner, words).level(0, len(tokens), "top")
    except RecursionError:
        raise ReadError("too deep a nest", span=Span(0, len(latex)), cure="write it in several lines") from None


def _ending(tokens: list[Token]) -> list[Token]:
    """Without the punctuation and the row ends that close a displayed formula."""
    end = len(tokens)
    while end and (
        tokens[end - 1].kind in (".", ",", ";", "sep", "row", "cell")
        or (tokens[end - 1].kind == "prose" and tokens[end - 1].text.strip() in (".", ",", ";"))
    ):
        end -= 1
    return tokens[:end]


class Parser(Precedence, Atoms):
    """Levels: a stretch of tokens between delimiters, split by its operators."""

    def level(self, lo: int, hi: int, context: str) -> Surface:
        """Everything between two delimiters. The context is `top cell brace script` or the delimiter's kind."""
        if context == "script" and hi == lo + 1 and self.tokens[lo].kind == "prose":
            return self.atom(lo, hi, single=True)[0]
        elements = self.elements(lo, hi, context)
        return self.logic(elements, context, self.empty(lo, hi))

    def elements(self, lo: int, hi: int, context: str) -> list[Element]:
        out: list[Element] = []
        i = lo
        while i < hi:
            token = self.tokens[i]
            kind = token.kind
            if kind in ("rel", "logic", "add", "mul", "mid", "dmid", ":", ";", ","):
                out.append((kind, token.text, Letter(token.span, token.text)))
                i += 1
            elif kind == "sep":
                if context in ("top", "cell"):
                    out.append(("sep", ",", Letter(token.span, ",")))
                i += 1
            elif kind == "skip":
                i += 1
            elif kind == "cell" and context == "top":
                i += 1
            elif kind in ("row", "cell"):
                raise ReadError("a second row in one formula", span=token.span, cure="write one formula")
            elif kind == ".":
                if i + 1 < hi and self.tokens[i + 1].kind not in ("sep", "prose"):
                    raise ReadError("a full stop within a formula", span=token.span, cure="remove it, or write \\cdot")
                out.append(("sep", ",", Letter(token.span, ",")))
                i += 1
            elif kind == "eval":
                i = self.evaluated(out, i, hi)
            elif kind == "prose" and not (self.names(token, i, hi) or self.coins(out, token, i, hi)):
                out.append(self.prose(token))
                i += 1
            elif kind == "{" and not self.scripted(self.partner[i] + 1, hi):
                inner_hi = self.partner[i]
                if any(t.text == "\\over" for t in self.tokens[i + 1 : inner_hi]):
                    out.append(("item", "", self.group(i + 1, inner_hi, "brace")))
                else:  # braces that don't show do not group
                    with self.deeper(token):
                        out.extend(self.elements(i + 1, inner_hi, context))
                i = inner_hi + 1
            elif token.text == "\\over":
                raise ReadError("\\over outside braces", span=token.span, cure="write \\frac{a}{b}")
            else:
                item, i = self.item(i, hi)
                out.append(("item", "", item))
        return out

    def names(self, token: Token, i: int, hi: int) -> bool:
        """Is a text an operator's name (`\\text{Var}(x)`), or anything else that carries scripts?"""
        text = token.text.strip()
        return (
            text in c.OPERATORS
            or text in self.words
            or text in self.texts
            or (text.isalpha() and self.scripted(i + 1, hi))
        )

    def coins(self, before: list[Element], token: Token, i: int, hi: int) -> bool:
        """Is a text a new name: alone on the left (`\\text{out} = …`), or a function (`\\text{sim}(a, b)`)?"""
        text = token.text.strip()
        if not text.isalpha() or text.lower() in c.CONNECTIVES or text.lower() in c.CLAUSES or i + 1 >= hi:
            return False
        after = self.tokens[i + 1]
        applied = after.kind == "open" and after.text == "(" and not after.space and token.text == text
        alone = not before or before[-1][0] in (",", ";", "sep", "logic")
        if applied or (alone and after.kind == "rel" and after.text in ("=", ":=", "≡")):
            self.coined.add(i)
        return i in self.coined

    def prose(self, token: Token) -> Element:
        text = token.text.strip()
        node = Prose(token.span, token.text)
        if text in c.CONNECTIVES:
            return "sep", ",", node
        first = text.split()[0].strip(",;:").lower()
        return ("clause" if first in c.CLAUSES else "item"), "", node
