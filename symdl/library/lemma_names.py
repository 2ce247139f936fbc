"""The names that lemmas have, and what to say of a name that none has."""

from __future__ import annotations

from symdl.errors import nearest
from symdl.library import entries


def lemma_names() -> tuple[str, ...]:
    """The names that `by` may have."""
    return tuple(e.name for e in entries("lemmas"))


def others(name: str) -> tuple[str, str]:
    """What an error says where no lemma has this name: the names there are, and the nearest."""
    return f"one of {', '.join(lemma_names())}", nearest(name, lemma_names())
