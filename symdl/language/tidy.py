"""Tidying: from raw tokens to the parser's vocabulary, without anything that only moves ink.

Spacing, sizes and font switches go; `\\left|` and `\\big|` say which side they are; Unicode characters become the
commands they stand for; `\\text{…}` becomes one token; every token gets the kind by which the parser knows it:
`letter digits word rel logic add mul open close bar mid dmid eval sep cell row dots prose begin end command` or the
character itself for `{ } ^ _ ' , ; : !`.
"""

from __future__ import annotations

import unicodedata

from symdl.errors import ReadError, nearest
from symdl.language import commands as c
from symdl.language.tokens import Token, group_end, tokenize

_STRUCTURES = frozenset(
    ("\\sqrt", "\\operatorname", "\\mathop", "\\binom", "\\dbinom", "\\tbinom", "\\over", "\\substack")
)
_UNDER = frozenset(("\\underset", "\\underbrace", "\\overbrace", "\\symdlover"))
_LIMITS = frozenset("argmin argmax min max sup inf lim limsup liminf Pr".split())


def _vocabulary() -> dict[str, tuple[str, str]]:
    known: dict[str, tuple[str, str]] = {}
    for text, letter in (c.LETTERS | c.BIG).items():
        known[text] = (letter if letter == ":" else "letter", letter)
    known |= {text: ("word", word) for text, word in c.WORDS.items()}
    known |= {text: ("rel", op) for text, op in c.RELATIONS.items()}
    known |= {text: ("logic", op) for text, op in c.LOGIC.items()}
    known |= {text: ("add", op) for text, op in c.SUMS.items()}
    known |= {text: ("mul", op) for text, op in c.PRODUCTS.items()}
    known |= {text: ("open", kind) for text, kind in c.OPENERS.items()}
    known |= {text: ("close", kind) for text, kind in c.CLOSERS.items()}
    known |= {text: ("bar", kind) for text, kind in c.BARS.items()}
    known |= {text: ("dots", text) for text in c.DOTS}
    known |= {text: ("sep", text) for text in c.SEPARATORS}
    known |= {text: (text, text) for text in ("{", "}", "^", "_", "'", ",", ";", ":", "!", ".")}
    known |= {"\\mid": ("mid", "mid"), "\\parallel": ("dmid", "||"), "&": ("cell", "&"), "\\\\": ("row", "\\\\")}
    known |= {"\\tabularnewline": ("row", "\\\\"), "\\cr": ("row", "\\\\")}
    known |= {text: ("command", text) for text in (*c.FONTS, *c.ACCENTS, *c.FRACTIONS, *_STRUCTURES)}
    known |= {"\\%": ("letter", "\\%"), "\\#": ("letter", "\\#"), "\\prime": ("prime", "'")}
    return known


VOCABULARY = _vocabulary()
KNOWN_COMMANDS = (
    frozenset(VOCABULARY) | c.DROPPED | c.TEXTS | c.SIZES | frozenset(c.SWITCHES) | {"\\left", "\\right", "\\begin"}
)


def tidy(tokens: list[Token]) -> list[Token]:
    """The parser's tokens.

    Raises:
        ReadError: an unknown or a forbidden command, a character that has no place in a formula, a lone `\\left`.
    """
    return _Tidier(tokens).run()


class _Tidier:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.out: list[Token] = []
        self.switches: list[int] = [0]  # font switches to close, by open brace
        self.sides: list[bool] = []  # for each \left: was its delimiter the empty one?
        self.environments: list[str] = []

    def run(self) -> list[Token]:
        i = 0
        while i < len(self.tokens):
            i = self.step(i)
        self.close_switches(self.tokens[-1] if self.tokens else None)
        if self.sides:
            raise ReadError(
                "a \\left without its \\right",
                span=self.tokens[-1].span,
                cure="write \\right) or \\right. where it ends",
            )
        return self.out

    def put(self, kind: str, text: str, token: Token) -> None:
        self.out.append(Token(kind, text, token.start, token.end, token.space))

    def step(self, i: int) -> int:
        token = self.tokens[i]
        kind, text = token.kind, token.text
        if kind == "letter" or kind == "digits":
            self.out.append(token)
            return i + 1
        found = VOCABULARY.get(text)
        if found is not None:
            if text == "{":
                self.switches.append(0)
            elif text == "}" or found[0] in ("cell", "row"):
                self.close_switches(token)
                if text == "}" and len(self.switches) > 1:
                    self.switches.pop()
                if found[0] == "cell" and not self.environments:
                    return i + 1
                if found[0] == "row":
                    self.put("row", text, token)
                    return self.after_row(i + 1)
            elif text == ":" and self.text_at(i + 1) == "=":
                self.out.append(Token("rel", ":=", token.start, self.tokens[i + 1].end, token.space))
                return i + 2
            elif text == "<" and self.text_at(i + 1) == "=" and not self.tokens[i + 1].space:
                raise ReadError("<= is not mathematics", span=token.span, cure="write \\le")
            elif text == ">" and self.text_at(i + 1) == "=" and not self.tokens[i + 1].space:
                raise ReadError(">= is not mathematics", span=token.span, cure="write \\ge")
            self.put(found[0], found[1], token)
            return i + 1
        if text in c.DROPPED:
            return i + 1
        if kind == "command":
            return self.command(i, token)
        return self.character(i, token)

    def text_at(self, i: int) -> str:
        return self.tokens[i].text if i < len(self.tokens) else ""

    def after_row(self, i: int) -> int:
        """Skip the star and the [2pt] that may follow a row's end."""
        if self.text_at(i) == "*":
            i += 1
        if self.text_at(i) == "[" and not self.tokens[i].space and self.text_at(i + 1)[:1] in "0123456789.-":
            while i < len(self.tokens) and self.text_at(i) != "]":
                i += 1
            return i + 1
        return i

    def close_switches(self, token: Token | None) -> None:
        if token is not None:
            for _ in range(self.switches[-1]):
                self.put("}", "}", token)
        self.switches[-1] = 0

    # ------------------------------------------------------------------------------------------------- commands

    def command(self, i: int, token: Token) -> int:
        text = token.text
        if text in c.SWITCHES:
            self.put("command", c.SWITCHES[text], token)
            self.put("{", "{", token)
            self.switches[-1] += 1
            return i + 1
        if text in c.TEXTS:
            return self.prose(i)
        if text in ("\\left", "\\right", "\\middle") or text in c.SIZES:
            return self.delimiter(i)
        if text in ("\\begin", "\\end"):
            return self.environment(i)
        if text == "\\not":
            return self.negation(i)
        if text in _UNDER:
            return self.under(i)
        if text in c.FORBIDDEN:
            raise ReadError(
                f"{text} is not read: symdl opens no files and runs no code", span=token.span, cure="leave it out"
            )
        cure = nearest(text, KNOWN_COMMANDS) or "define it with \\newcommand, or write what it stands for"
        raise ReadError(f"unknown command {text}", span=token.span, found=text, cure=cure)

    def character(self, i: int, token: Token) -> int:
        text = token.text
        if text in c.UNICODE or text in c.RAISED:
            mark, script = c.RAISED.get(text, ("", ""))
            if mark:
                self.put(mark, mark, token)
                self.put("{", "{", token)
                while self.text_at(i) in c.RAISED and c.RAISED[self.text_at(i)][0] == mark:
                    self.spell(c.RAISED[self.text_at(i)][1], self.tokens[i])
                    i += 1
                self.put("}", "}", self.tokens[i - 1])
                return i
            self.spell(c.UNICODE[text], token)
            return i + 1
        plain = unicodedata.normalize("NFKC", text)
        if plain != text and plain.isascii() and plain.isalnum():  # 𝑥, 𝐖: mathematical letters
            self.spell(plain, token)
            return i + 1
        cure = "$ signs are not part of a formula" if text == "$" else "write it as a LaTeX command"
        raise ReadError(f"a character that is no mathematics: {text}", span=token.span, found=text, cure=cure)

    def spell(self, latex: str, at: Token) -> None:
        """Put what a Unicode character stands for."""
        spelled = [t._replace(start=at.start, end=at.end) for t in tokenize(latex)]
        self.out.extend(_Tidier(spelled).run())

    def negation(self, i: int) -> int:
        op = c.RELATIONS.get(self.text_at(i + 1), "")
        if op not in c.NEGATED:
            raise ReadError("\\not before this is not read", span=self.tokens[i].span, expected="\\not= or \\not\\in")
        self.put("rel", c.NEGATED[op], self.tokens[i])
        return i + 2

    def delimiter(self, i: int) -> int:
        """`\\left| ⇒ \\lvert`, `\\middle| ⇒ \\mid`, `\\left. … \\right| ⇒` evaluated at."""
        command = self.tokens[i]
        if i + 1 >= len(self.tokens):
            raise ReadError(f"{command.text} lacks its delimiter", span=command.span, expected="( [ \\{ | or .")
        token = self.tokens[i + 1]
        text = {"<": "\\langle", ">": "\\rangle"}.get(token.text, c.UNICODE.get(token.text, token.text))
        left = command.text == "\\left" or command.text[-1:] == "l" and command.text in c.SIZES
        right = command.text == "\\right" or command.text[-1:] == "r" and command.text in c.SIZES
        token = token._replace(start=command.start, space=command.space)
        empty = text == "."
        if command.text == "\\left":
            self.sides.append(empty)
        elif command.text == "\\right":
            if not self.sides:
                raise ReadError("a \\right without its \\left", span=command.span, cure="write \\left before it")
            if self.sides.pop():
                self.put("close", "." if text in c.BARS else "left.", token)
                if text not in c.BARS and not empty:
                    raise ReadError(
                        "a delimiter on one side only", span=token.span, cure="close it, or use \\begin{cases}"
                    )
                return i + 2
        if empty:
            if right:
                raise ReadError("a delimiter on one side only", span=token.span, cure="close it, or use \\begin{cases}")
            self.put("open", ".", token)
        elif text in c.BARS:
            bar = c.BARS[text]
            if left or right:
                self.put("open" if left else "close", bar, token)
            elif command.text == "\\middle" or command.text[-1] == "m":
                self.put(*(("mid", "mid") if bar == "|" else ("dmid", "||")), token)
            else:
                self.put("bar", bar, token)
        elif text in c.OPENERS:
            self.put("open", c.OPENERS[text], token)
        elif text in c.CLOSERS:
            self.put("close", c.CLOSERS[text], token)
        elif text == "/":
            self.put("mul", "/", token)
        else:
            raise ReadError(f"{command.text} needs a delimiter", span=token.span, found=text, expected="( [ \\{ | or .")
        return i + 2

    # ------------------------------------------------------------------------------------- groups of many tokens

    def group(self, i: int) -> tuple[int, int]:
        """The contents of the argument at `i`: a group, or a single token."""
        if i >= len(self.tokens):
            raise ReadError("an argument is missing", span=self.tokens[-1].span, expected="{…}")
        if self.tokens[i].text == "{":
            return i + 1, group_end(self.tokens, i)
        return i, i + 1

    def prose(self, i: int) -> int:
        """`\\text{if $x>0$}` ⇒ the words, and the mathematics between them."""
        command = self.tokens[i]
        lo, hi = self.group(i + 1)
        words: list[str] = []
        math = False
        start = lo

        def flush(end: int) -> None:
            text = "".join(words)
            if text.strip():
                first, last = self.tokens[start], self.tokens[max(start, end - 1)]
                self.out.append(Token("prose", text, first.start, max(first.end, last.end), command.space))
            words.clear()

        for k in range(lo, hi):
            token = self.tokens[k]
            if token.text == "$":
                if math:
                    self.out.extend(_Tidier(self.tokens[start:k]).run())
                else:
                    flush(k)
                math, start = not math, k + 1
            elif not math:
                if token.text in ("\\quad", "\\qquad", "~", "\\ ", "\\,", "\\;"):
                    words.append(" ")
                elif token.kind == "command" and token.text not in ("\\%", "\\&", "\\#", "\\_", "\\{", "\\}"):
                    if token.text in c.FORBIDDEN:
                        self.command(k, token)
                elif token.text not in ("{", "}"):
                    words.append((" " if token.space else "") + token.text.removeprefix("\\"))
        if math:
            raise ReadError("a $ that is not closed", span=command.span, expected="$…$")
        if hi < len(self.tokens) and self.tokens[hi].space:
            words.append(" ")
        flush(hi)
        return hi + (lo > i + 1)

    def environment(self, i: int) -> int:
        command = self.tokens[i]
        lo, hi = self.group(i + 1)
        name = "".join(t.text for t in self.tokens[lo:hi])
        after = hi + 1
        if name not in c.MATRICES and name.rstrip("*") not in c.MATRICES and name not in c.ALIGNED:
            known = nearest(name, c.MATRICES | c.ALIGNED)
            raise ReadError(f"unknown environment {name}", span=command.span, found=name, cure=known)
        token = command._replace(end=self.tokens[min(hi, len(self.tokens) - 1)].end)
        if command.text == "\\begin":
            self.environments.append(name)
            self.switches.append(0)
            self.put("begin", name, token)
            if self.text_at(after) == "[" and self.text_at(after + 2) == "]":  # the position of an array
                after += 3
            if name in ("array", "alignedat") and self.text_at(after) == "{":
                after = group_end(self.tokens, after) + 1
            return after
        self.close_switches(token)
        if not self.environments or self.environments[-1] != name:
            opened = f"\\begin{{{self.environments[-1]}}}" if self.environments else "nothing"
            raise ReadError(f"\\end{{{name}}} closes {opened}", span=token.span)
        self.environments.pop()
        self.switches.pop()
        self.put("end", name, token)
        return after

    def under(self, i: int) -> int:
        """An annotation above or below: the main symbol is kept; what stands under an operator is its subscript."""
        command = self.tokens[i]
        lo, hi = self.group(i + 1)
        after = hi + (self.text_at(i + 1) == "{")
        if command.text in ("\\underbrace", "\\overbrace"):
            self.put("{", "{", command)
            self.out.extend(_Tidier(self.tokens[lo:hi]).run())
            self.put("}", "}", self.tokens[hi - 1] if hi > lo else command)
            if self.text_at(after) in ("_", "^"):
                start, end = self.group(after + 1)
                after = end + (self.text_at(start - 1) == "{" and start > after + 1)
            return after
        main_lo, main_hi = self.group(after)
        end = main_hi + (self.text_at(after) == "{")
        note = "".join(t.text for t in self.tokens[lo:hi])
        main = _Tidier(self.tokens[main_lo:main_hi]).run()
        if command.text == "\\symdlover" and main and main[0].text == "~" and "d" in note.lower():
            raise ReadError(
                "a word over ~ is not read",
                span=command.span,
                cure="write  x_j \\sim p  and, on its own,  x_j \\text{ iid}",
            )
        self.out.extend(main)
        if command.text == "\\underset" and main and _takes_limits(main):
            self.put("_", "_", command)
            self.put("{", "{", command)
            self.out.extend(_Tidier(self.tokens[lo:hi]).run())
            self.put("}", "}", self.tokens[max(lo, hi - 1)])
        return end


def _takes_limits(main: list[Token]) -> bool:
    first = main[0]
    if first.kind == "word" and first.text in _LIMITS | {"arg"}:
        return True
    if first.kind == "letter" and first.text in c.BIG:
        return True
    return first.text in ("\\operatorname", "\\mathop", "\\mathbb", "\\mathrm") or first.kind == "prose"
