"""Slips that LaTeX in TOML invites, and their cures: backslashes in "…", primes in '…', bare LaTeX keys."""

from __future__ import annotations

import re

from symdl.errors import Place, ProblemError, Span

ONE_QUOTE = "write LaTeX in single quotes, with each backslash once: '\\frac{a}{b}'"
THREE_QUOTES = "a formula with a prime needs three quotes: '''f'(z) = 2 z'''"
QUOTE_KEY = "a name that is not just letters and digits needs single quotes: '\\lambda' = …"

_POSITION = re.compile(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)")
_BAD_KEY = re.compile(r"\s*(?!['\"#\[])([^='\"#\[]*[^A-Za-z0-9_\-.\s='\"#\[][^='\"#]*?)\s*=")
_CONTROL = {"b": "a backspace", "t": "a tab", "n": "a line break", "f": "a form feed", "r": "a carriage return"}


def explain(error: ValueError, text: str, label: str) -> ProblemError:
    """What tomllib refused, with the place in the file and, where it is a slip with LaTeX, the cure."""
    message = str(error)
    found = _POSITION.search(message)
    what = _POSITION.sub("", message) if found else "a value that TOML does not allow"
    what = what[:1].lower() + what[1:]
    rows = text.split("\n")
    if found and found.group(1):
        row, column = int(found.group(1)), int(found.group(2))
        row, column = min(row, len(rows)), min(column, len(rows[min(row, len(rows)) - 1]) + 1)
    else:
        row, column = len(rows), len(rows[-1]) + 1
    start = sum(len(r) + 1 for r in rows[: row - 1]) + column - 1
    line = rows[row - 1]
    cure, shift = "", 0
    if "escape" in message.lower() or "'\\\\'" in message:
        what, cure, shift = 'a backslash in "…"', ONE_QUOTE, line.rfind("\\", 0, column) + 1 - column
    elif (end := _broken_literal(line)) is not None:
        what, cure, shift = "a string in '…' ends at a prime", THREE_QUOTES, end + 1 - column
    elif (bad := _BAD_KEY.match(line)) and ("key" in message or "statement" in message.lower()):
        what, cure = "a key that must be quoted", QUOTE_KEY.replace("\\lambda", bad.group(1).strip())
        shift = bad.start(1) + 1 - column
    elif "\0" in line:
        what, cure = "a NUL character", "save the file as plain text"
    elif "overwrite" in message.lower() or "twice" in message.lower() or "mutate" in message.lower():
        what, shift = "a key or a table stands twice", 1 - column
    elif "digits" in message:
        what, start, shift = "a number with too many digits", 0, 0
    place = Place(f"{label}, line {row}" if label else f"line {row}", text, Span(start + shift, start + shift + 1))
    return ProblemError(what, place=place, cure=cure)


def _broken_literal(line: str) -> int | None:
    """Where on the line a '…' string closes with something behind it that TOML does not allow: a prime, surely."""
    at = 0
    while at < len(line):
        quote = line[at]
        if quote == "#":
            return None
        if quote not in "'\"":
            at += 1
            continue
        if line.startswith(quote * 3, at):
            end = line.find(quote * 3, at + 3)
            if end < 0:
                return None
            at = end + 3
            continue
        end = line.find(quote, at + 1)
        if end < 0:
            return None
        behind = line[end + 1 :].lstrip(" \t")[:1]
        if quote == "'" and behind and behind not in ",]}#=.":
            return end
        if quote == "'" and behind == "=" and at and line[:at].strip():  # a key has nothing before it
            return end
        at = end + 1
    return None


def check_backslashes(
    source: str, span: tuple[int, int], value: str, literal: bool, label: str, *, prose: bool = False
) -> None:
    """Refuse a string whose backslashes say something else than LaTeX: `"\\frac"` (a form feed) or `'\\\\frac'`.

    In prose a line break or a tab may be meant, and a doubled backslash may end a line of a formula.
    """
    start, end = span
    if not literal:
        for found in re.finditer(r"\\(.)", source[start:end]):
            letter = found.group(1)
            if letter in _CONTROL and (
                letter in "bf" if prose else letter != "n" or '"""' != source[start : start + 3]
            ):
                place = Place(label, source, Span(start + found.start(), start + found.end()))
                raise ProblemError(
                    'a backslash in "…"', place=place, found=f"`\\{letter}` is {_CONTROL[letter]}", cure=ONE_QUOTE
                )
    doubled = re.search(r"\\\\(begin\b|[A-Za-z]{2,})", value)
    if doubled and not prose and (doubled.group(1) == "begin" or "\\begin" not in value):
        at = source.find("\\\\", start, end)
        place = Place(label, source, Span(max(at, start), max(at, start) + 2))
        raise ProblemError("a doubled backslash", place=place, found=doubled.group(), cure=ONE_QUOTE)
