"""Under each command's help stands one example that runs as it is written."""

from __future__ import annotations

import click

EXAMPLES = {
    "list": "symdl list --area calculus",
    "show": "symdl show softmax-jacobian",
    "read": "symdl read softmax-ce-grad",
    "derive": "symdl derive softmax-ce-grad --notation both -o solution.pdf",
    "grad": r"""symdl grad 'x^\top A x' --wrt x --shape 'x="n"' --shape 'A="n n"'""",
    "check": "symdl check anna.tex --given softmax-ce-grad",
    "code": "symdl code softmax-ce-grad -o softmax_ce.py",
    "handout": "symdl handout mlp-classifier --no-solutions -o sheet.pdf",
    "verify": "symdl verify softmax-jacobian",
    "new": "symdl new my-loss",
}


class Commands(click.Group):
    """A group whose every command ends its help with the example of its name."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Give the command its example; `\\b` keeps click from wrapping a line that is meant to be copied."""
        cmd.epilog = f"\b\nExample:\n  {EXAMPLES[name or cmd.name or '']}"
        super().add_command(cmd, name)
