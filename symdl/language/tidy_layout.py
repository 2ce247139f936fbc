"""Layout: tokens that belong together — `\\text{…}`, environments, what stands above or below a symbol."""

from __future__ import annotations

from symdl.errors import ReadError, nearest
from symdl.language import commands as c
from symdl.language.tokens import Token, group_end

# After a sum under a brace: what shows that nothing multiplies it.
_TERM_ENDS = frozenset(
    (
        "",
        "+",
        "-",
        "=",
        "<",
        ">",
        "&",
        ",",
        ";",
        ".",
        ")",
        "]",
        "}",
        "\\\\",
        "\\right",
        "\\le",
        "\\ge",
        "\\leq",
        "\\geq",
    )
)
_LIMITS = frozenset("arg argmin argmax min max sup inf lim limsup liminf Pr".split())


class Layout:
    """The state of tidying, and the constructs that take arguments. `command` and `sub` belong to the tidier."""

    def __init__(self, tokens: list[Token], depth: int = 0) -> None:
        self.tokens, self.depth = tokens, depth
        self.out: list[Token] = []
        self.switches: list[int] = [0]  # font switches to close, by open brace or environment
        self.braces: list[bool] = []  # what is open: a brace (or else an environment)
        self.sides: list[bool] = []  # for each \left: was its delimiter the empty one?
        self.environments: list[str] = []

    def sub(self, tokens: list[Token]) -> list[Token]:
        """The same tidying, of the tokens of an argument."""
        raise NotImplementedError

    def command(self, i: int, token: Token) -> int:
        raise NotImplementedError

    def put(self, kind: str, text: str, token: Token) -> None:
        self.out.append(Token(kind, text, token.start, token.end, token.space))

    def text_at(self, i: int) -> str:
        return self.tokens[i].text if i < len(self.tokens) else ""

    def close_switches(self, token: Token | None) -> None:
        if token is not None:
            for _ in range(self.switches[-1]):
                self.put("}", "}", token)
        self.switches[-1] = 0

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
        font = c.TEXT_FONTS.get(command.text)
        if font is not None and hi == lo + 1 and self.tokens[lo].kind == "letter":
            self.put("command", font, command)  # one letter is a name, whatever font it takes: \\textbf{u}
            self.put("{", "{", command)
            self.put("letter", self.tokens[lo].text, self.tokens[lo])
            self.put("}", "}", self.tokens[lo])
            return hi + (lo > i + 1)
        words: list[str] = []
        math = False
        start = lo

        def flush(end: int) -> None:
            text = "".join(words)
            if text.strip():
                first, last = self.tokens[start], self.tokens[max(start, end - 1)]
                self.out.append(
                    Token("prose", text, min(first.start, last.start), max(first.end, last.end), command.space)
                )
            words.clear()

        for k in range(lo, hi):
            token = self.tokens[k]
            if token.text == "$":
                if math:
                    self.out.extend(self.sub(self.tokens[start:k]))
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
        token = command._replace(end=max(command.end, self.tokens[min(hi, len(self.tokens) - 1)].end))
        if command.text == "\\begin":
            self.environments.append(name)
            self.switches.append(0)
            self.braces.append(False)
            self.put("begin", name, token)
            if self.text_at(after) == "[" and self.text_at(after + 2) == "]":  # the position of an array
                after += 3
            if name in ("array", "alignedat") and self.text_at(after) == "{":
                after = group_end(self.tokens, after) + 1
            return after
        self.close_switches(token)
        if self.braces[-1:] == [True]:
            raise ReadError("a { that is not closed", span=token.span, found=f"\\end{{{name}}}", expected="}")
        if not self.environments or self.environments[-1] != name:
            opened = f"\\begin{{{self.environments[-1]}}}" if self.environments else "nothing"
            raise ReadError(f"\\end{{{name}}} closes {opened}", span=token.span)
        self.environments.pop()
        self.switches.pop()
        self.braces.pop()
        self.put("end", name, token)
        return after

    def under(self, i: int) -> int:
        """An annotation above or below: the main symbol is kept; what stands under an operator is its subscript."""
        command = self.tokens[i]
        lo, hi = self.group(i + 1)
        after = hi + (self.text_at(i + 1) == "{")
        if command.text in ("\\underbrace", "\\overbrace"):
            before = self.out[-1] if self.out else None
            inner = self.sub(self.tokens[lo:hi])
            self.put("{", "{", command)
            self.out.extend(inner)
            self.put("}", "}", self.tokens[hi - 1] if hi > lo else command)
            if self.text_at(after) in ("_", "^"):
                if self.text_at(after + 1) in c.TEXTS:  # \\underbrace{…}_\\text{a note}
                    after += 1
                start, end = self.group(after + 1)
                after = end + (self.text_at(start - 1) == "{" and start > after + 1)
            if _has_terms(inner) and not (_ends_term(before) and self.text_at(after) in _TERM_ENDS):
                raise ReadError(
                    "does the brace group a sum?",
                    span=command.span,
                    cure="write ( ) around the sum, or leave the brace out",
                )
            return after
        main_lo, main_hi = self.group(after)
        end = main_hi + (self.text_at(after) == "{")
        note = "".join(t.text for t in self.tokens[lo:hi])
        main = self.sub(self.tokens[main_lo:main_hi])
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
            self.out.extend(self.sub(self.tokens[lo:hi]))
            self.put("}", "}", self.tokens[max(lo, hi - 1)])
        return end


def _has_terms(tokens: list[Token]) -> bool:
    """Is this a sum or difference at its top level?"""
    depth = 0
    for i, token in enumerate(tokens):
        depth += (token.kind in ("open", "{", "begin")) - (token.kind in ("close", "}", "end"))
        if depth == 0 and i > 0 and token.kind == "add":
            return True
    return False


def _ends_term(token: Token | None) -> bool:
    """May a sum without brackets begin after this token?"""
    if token is None or token.kind in ("rel", "logic", "open", "{", ",", ";", "sep", "cell", "row", "begin"):
        return True
    return token.kind == "add" and token.text == "+"


def _takes_limits(main: list[Token]) -> bool:
    first = main[0]
    if first.kind == "word" and first.text in _LIMITS:
        return True
    if first.kind == "letter" and first.text in c.BIG:
        return True
    return first.text in ("\\operatorname", "\\mathop", "\\mathbb", "\\mathrm") or first.kind == "prose"
