"""Colour: a text report on a terminal, its marks in green, red and yellow."""

from __future__ import annotations

STYLES = {"✓": "green", "✗": "bold red", "?": "bold yellow"}


def show(report: str) -> None:
    """Print a report; rich leaves the colours out where the terminal or the user wants none."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    why = ""
    for row in report.splitlines():
        sign = row[2:3] if row.startswith("  ") else ""
        if sign in STYLES and row[3:4] == " ":
            why = STYLES[sign] if sign != "✓" else ""
            text = Text(row)
            text.stylize(STYLES[sign], 2, 3)
        elif row.startswith("        ") and why:
            text = Text(row, style="red" if "red" in why else "yellow")
        else:
            text = Text(row, style="bold" if row and not row.startswith(" ") else "")
        console.print(text)
