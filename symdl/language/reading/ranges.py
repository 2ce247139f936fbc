"""Where each index letter runs: from its written bounds, or from every access it indexes."""

from __future__ import annotations

import re
from dataclasses import replace

from symdl.errors import IndexClash, ReadError
from symdl.language.dims import Axis, Dim, Range
from symdl.language.reading.context import Context, LetterState, Rebase, Use
from symdl.language.surface import Surface
from symdl.language.syntax import Entry, IndexVar, Node, Symbol


def note_use(ctx: Context, dim: Dim, axis: Axis, s: Surface, of: str, symbol: str = "", position: int = 0) -> None:
    """Remember that an index expression runs over an axis."""
    note_range(ctx, dim, axis.first, axis.last, axis, s, of, symbol, position)


def note_range(
    ctx: Context,
    dim: Dim,
    first: Dim,
    last: Dim,
    axis: Axis,
    s: Surface,
    of: str,
    symbol: str = "",
    position: int = 0,
    family: str = "",
) -> None:
    letters = [n for n in dim.names if ctx.letter(n) is not None]
    if len(letters) == 2:
        _note_ends(ctx, dim, letters, first, last, axis, s, of, symbol, position)
    if len(letters) != 1:
        return
    name = letters[0]
    state = ctx.letter(name)
    assert state is not None
    if dim.name == name:
        use = Use(first, last, True, s.span, of, axis, symbol, position, family=family)
        if state.explicit is not None:
            check_explicit(ctx, state, use, s)
            for end in {*state.explicit.first.names, *state.explicit.last.names}:
                if (other := ctx.letter(end)) is not None:  # y_i = \sum_{j=1}^{i-1} x_j: i runs where j does
                    other.hints.append(use)
        state.uses.append(use)
        return
    rest = dim - Dim.of(name)
    if name not in rest.names:
        soft = symbol in ctx.scope.beyond
        state.uses.append(Use(first - rest, last - rest, False, s.span, of, axis, symbol, position, soft))
        return
    rest = dim + Dim.of(name)
    if name not in rest.names:
        soft = symbol in ctx.scope.beyond
        state.uses.append(Use(rest - last, rest - first, False, s.span, of, axis, symbol, position, soft))


def _note_ends(
    ctx: Context,
    dim: Dim,
    letters: list[str],
    first: Dim,
    last: Dim,
    axis: Axis,
    s: Surface,
    of: str,
    symbol: str,
    position: int,
) -> None:
    """`o_{T+t-i}` where i has written bounds: at both of them the index is inside its axis, which says where t runs."""
    for bound, other in (letters, letters[::-1]):
        if symbol in ctx.scope.beyond:
            return  # it has values outside its axis too, so that the ends say nothing
        written, state = ctx.letter(bound), ctx.letter(other)
        if written is None or state is None or written.explicit is None or not ctx.is_bound(bound):
            continue
        for end in (written.explicit.first, written.explicit.last):
            rest = dim.substitute({bound: end}) - Dim.of(other)
            if other not in rest.names:
                state.uses.append(Use(first - rest, last - rest, False, s.span, of, axis, symbol, position, end=True))
        return


def note_comparison(ctx: Context, left: Node, right: Node, s: Surface) -> None:
    """`j < i`, `X_j = k`: where no access says it, a letter runs where what it is compared with does."""
    for letter, other in ((left, right), (right, left)):
        state = ctx.letter(letter.name) if isinstance(letter, IndexVar) else None
        if state is None:
            continue
        peer = ctx.letter(other.name) if isinstance(other, IndexVar) else None
        if peer is not None and peer is not state:
            state.peers.append(peer)
        symbol = other.base if isinstance(other, Entry) else other
        known = ctx.lookup(symbol.name) if isinstance(symbol, Symbol) else None
        if known is not None and known.values is not None and not ctx.shape(other):
            first, last = known.values.first, known.values.last
            axis = Axis(last - first + 1, first.constant if first.constant is not None else 1)
            state.hints.append(Use(first, last, True, s.span, ctx.text(s), axis))


def check_explicit(ctx: Context, state: LetterState, use: Use, s: Surface) -> None:
    """A letter with written bounds must stay inside the axis it indexes."""
    written = state.explicit
    assert written is not None
    if use.symbol in ctx.scope.beyond:
        return
    low = ctx.sizes.resolve(written.first - use.first).constant
    top = ctx.sizes.resolve(written.last)
    end = ctx.sizes.resolve(use.last)
    if end != top and any(n.startswith("?") for n in end.names):
        ctx.sizes.equal(Axis(end), Axis(top))
        return
    high = (top - end).constant
    if low == -1 and high == -1 and written.first.constant == 0 and use.symbol:
        raise Rebase(use.symbol, use.position)
    if (low is not None and low < 0) or (high is not None and high > 0):
        raise ctx.misfit(
            f"index {state.name} leaves its axis",
            s,
            f"{state.name} = {written}",
            f"{use.first}..{end} in  {use.of}",
        )


def range_of(ctx: Context, state: LetterState, s: Surface) -> Range:
    """Where a letter runs: as written, or from its uses.

    Raises:
        ReadError: nothing says where, or two uses disagree.
    """
    if state.explicit is not None:
        return state.explicit
    bare = [u for u in state.uses if u.bare]
    shifted = [u for u in state.uses if not u.bare and (not u.soft or all(v.soft for v in state.uses))]
    if not state.uses:
        state.cut = True
    if not state.uses and state.hints:
        return _hinted(ctx, state)
    for peer in state.peers if not state.uses else ():
        if peer.uses or peer.explicit or peer.hints:
            peers = [p for p in peer.peers if p is not state]
            return range_of(ctx, replace(peer, bound=False, peers=peers), s)
    if not state.uses:
        raise ReadError(
            f"nothing says where index {state.name} runs",
            span=s.span,
            found=f"{state.name} without bounds, on no axis",
            expected="bounds, or an access that it indexes",
            cure=f"write the bounds, as in \\sum_{{{state.name}=1}}^{{n}}",
        )
    for u in bare[1:]:
        ctx.sizes.equal(Axis(bare[0].last), Axis(u.last)) if _unknown(ctx, u.last) or _unknown(
            ctx, bare[0].last
        ) else None
    lead, *others = bare or shifted[:1]
    first, last = ctx.sizes.resolve(lead.first), ctx.sizes.resolve(lead.last)
    cut = False
    for u in (*others, *(shifted if bare else shifted[1:])):
        f, e = ctx.sizes.resolve(u.first), ctx.sizes.resolve(u.last)
        low, high = (f - first).constant, (e - last).constant
        if u.end and lead.end and (low is None or high is None):  # `x_{i+a-1}`, a in 1..k: i runs where x has entries
            low, high = (f - first).sign, (e - last).sign
        # states 0..T beside steps 1..T: a sum is over the steps
        from_start = state.bound and high == 0 and low in (-1, 1)
        if (
            low is None
            or high is None
            or (u.bare and not shifted and (low or high) and not from_start and not _may_cut(ctx, state))
        ):
            if not u.end and (u.bare or (u.first - u.axis.first).constant is not None):
                clash = IndexClash(
                    f"index {state.name} runs over two different axes",
                    span=u.span,
                    found=f"{state.name} = {f}..{e} in  {u.of}",
                    expected=f"{first}..{last}, as in  {lead.of}",
                    cure="use two letters, or write the bounds",
                )
                clash.certain = state.bound and u.bare and low == 0 and high is None and _in_one_term(ctx, lead, u)
                raise clash
            continue
        if low > 0:
            first, cut = f, True
        if high < 0:
            last, cut = e, True
    if state.start is not None and state.start != first:
        late = (state.start - first).constant
        if late is None or late < 0:
            raise ReadError(
                f"index {state.name} starts before its axis does",
                span=s.span,
                found=f"{state.name} from {state.start}",
                expected=f"{Range(first, last)}, as in  {lead.of}",
            )
        first, cut = state.start, True
    if cut:
        state.cut = True
        ctx.note(f"{state.name} runs over {Range(first, last)}, where every access is inside its axis")
    return Range(first, last)


def _in_one_term(ctx: Context, a: Use, b: Use) -> bool:
    """Do two accesses stand side by side, with no sign, relation or sum between them?"""
    first, last = sorted((a.span, b.span), key=lambda x: x.start)
    between = ctx.latex[first.end : last.start]
    known = not _unknown(ctx, a.last) and not _unknown(ctx, b.last)
    return known and not re.search(r"[-+=<>,;&]|\\(sum|prod|le|ge|quad|text)", between)


def bound_range(ctx: Context, state: LetterState, s: Surface) -> Range:
    """Where a letter bound by a sum runs: `\\sum_i 1` as the other sums over i in this line, or in the one above."""
    known = ctx.ran.get(state.name)
    if state.explicit is None and not state.uses and not state.hints and known is not None:
        ctx.note(f"{state.name} runs over {known}, as in the sum before it")
        return known
    found = range_of(ctx, state, s)
    ctx.ran[state.name] = found if ctx.ran.get(state.name, found) == found else None
    return found


def _hinted(ctx: Context, state: LetterState) -> Range:
    ranges = [Range(ctx.sizes.resolve(u.first), ctx.sizes.resolve(u.last)) for u in state.hints]
    for u, r in zip(state.hints, ranges, strict=True):
        if r != ranges[0]:
            raise IndexClash(
                f"index {state.name} may run over two different axes",
                span=u.span,
                found=f"{state.name} = {r} by  {u.of}",
                expected=f"{ranges[0]}, as by  {state.hints[0].of}",
                cure="write the bounds",
            )
    return ranges[0]


def _may_cut(ctx: Context, state: LetterState) -> bool:
    r"""A letter free in a line runs where all its accesses are inside; in a definition where a start gives the rest.

    `h_l = \tanh(z_l)` with z over 1..D and h over 0..D says nothing of h_0, which `h_0 = x` gives.
    """
    return not state.bound and (ctx.role != "given" or any({u.symbol, u.family} & ctx.started for u in state.uses))


def _unknown(ctx: Context, d: Dim) -> bool:
    return any(n.startswith("?") for n in ctx.sizes.resolve(d).names)
