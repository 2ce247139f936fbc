"""A witness in words: the sizes, the values, both sides and the entry at which a line fails."""

from __future__ import annotations

from typing import Any


def witness_rows(w: dict[str, Any]) -> list[str]:
    """The values at which a line fails, for a person to check; `w` is the witness as `Evidence.as_json` gives it."""
    values = dict(w["values"])
    return [witness_sentence(w)] + [f"  {k} = {_shown(v)}" for k, v in values.items() if not isinstance(v, int)]


def witness_sentence(w: dict[str, Any]) -> str:
    """At which sizes and in which entry a line fails, and what stands on its two sides there."""
    sizes = [f"{k} = {v}" for k, v in w["values"].items() if isinstance(v, int)]
    at = f", entry {', '.join(map(str, w['entry']))}" if w["entry"] else ""
    return f"for {', '.join(sizes) or 'these values'}{at}: left {w['left']:.6g}, right {w['right']:.6g}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_shown(v) for v in value) + "]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
