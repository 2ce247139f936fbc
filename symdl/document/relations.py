"""Signs between the two sides of a line, in each target's spelling."""

from __future__ import annotations

LATEX = {
    "=": "=", "≠": r"\neq", "<": "<", "≤": r"\le", ">": ">", "≥": r"\ge", "⪰": r"\succeq", "⪯": r"\preceq",
    "≻": r"\succ", "≺": r"\prec", "≈": r"\approx", "∝": r"\propto", "+": "{}+", "-": "{}-", ":": ":",
    "×": r"{}\times",
}  # fmt: skip

TYPST = {
    "=": "=", "≠": "!=", "<": "<", "≤": "<=", ">": ">", "≥": ">=", "⪰": "succ.eq", "⪯": "prec.eq",
    "≻": "succ", "≺": "prec", "≈": "approx", "∝": "prop", "+": '"" +', "-": '"" -', ":": "colon",
    "×": '"" times',
}  # fmt: skip

SPOKEN = {
    "=": "equals", "≠": "is not equal to", "<": "is less than", "≤": "is at most", ">": "is greater than",
    "≥": "is at least", "⪰": "succeeds or equals", "⪯": "precedes or equals", "≻": "succeeds", "≺": "precedes",
    "≈": "is about", "∝": "is proportional to", "+": "plus", "-": "minus", ":": "such that", "×": "times",
}  # fmt: skip
