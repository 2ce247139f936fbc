"""The vocabulary: for each command and sign, the kind of token it is to the parser and the text it carries."""

from __future__ import annotations

from symdl.language import commands as c

_STRUCTURES = frozenset(
    ("\\sqrt", "\\operatorname", "\\mathop", "\\binom", "\\dbinom", "\\tbinom", "\\over", "\\substack")
)


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
