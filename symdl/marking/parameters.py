"""Names that a line takes from elsewhere: the parameter z in `f'(z) = …`, the letter t of the line above."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from symdl.errors import SymdlError, UnknownName
from symdl.language.scope import Declaration
from symdl.marking.state import State
from symdl.tensor.program import Leaf


def with_parameter(error: SymdlError, state: State) -> State | None:
    """The state in which a line may speak of such a name, for any value of it; None where this is not what is amiss."""
    if not isinstance(error, UnknownName):
        return None
    letters = state.previous.letters if state.previous is not None else {}
    if error.found in letters:
        return replace(state, scope=state.scope.with_indices({error.found: letters[error.found]}))
    for d in state.scope.names.values():
        if d.signature is not None and error.found in d.signature.parameters:
            shape = d.signature.arguments[d.signature.parameters.index(error.found)]
            scope = state.scope.with_declaration(Declaration(error.found, shape, origin="work"))
            leaves = {**state.program.leaves, error.found: Leaf(error.found, shape)}
            return replace(state, scope=scope, program=replace(state.program, leaves=MappingProxyType(leaves)))
    return None
