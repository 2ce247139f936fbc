"""Functions that a generated module may need, whichever framework it is written for."""


def _position(index, first, last):
    """The position of an index that counts from `first`; one outside first..last is an error."""
    if not first <= index <= last:
        raise IndexError(f"an index is outside {first}..{last}: found {index}")
    return index - first


def _called(axis):
    """How an axis is called in a message: a size, a member of a family of sizes, or a number."""
    return "_".join(map(str, axis)) if isinstance(axis, tuple) else str(axis or "any")


def _input(name, value, axes, sizes, dtype, whole=False):
    """Check one input: what it holds, its axes, and sizes that agree with those before."""
    array = _array(name, value, dtype, whole)
    if array.ndim != len(axes):
        expected = " × ".join(map(_called, axes)) or "a scalar"
        raise ValueError(f"{name}: found shape {tuple(array.shape)}, expected {expected}")
    for position, axis in enumerate(axes):
        size = array.shape[position]
        if axis is None:  # what it says is worked out from it
            continue
        expected = axis if isinstance(axis, int) else sizes.setdefault(axis, size)
        if size != expected or size == 0:
            meaning = expected if isinstance(axis, int) else f"{_called(axis)} = {expected}"
            meaning = meaning if size else "at least 1"
            where = f"axis {position + 1}"
            raise ValueError(f"{name}: found size {size} on {where}, expected {meaning}")
    return array


def _family(name, values, first, count, axes, sizes, dtype, whole=False):
    """Check a list of arrays: how many, and each of them."""
    if not isinstance(values, (list, tuple)):
        found = type(values).__name__
        raise TypeError(f"{name}: found {found}, expected a list of arrays, {name}[{first}] first")
    expected = count if isinstance(count, int) else sizes.setdefault(count, len(values))
    if len(values) != expected:
        raise ValueError(f"{name}: found {len(values)} arrays, expected {expected}")
    numbered = enumerate(values, first)
    return [_input(f"{name} of {k}", v, axes(k), sizes, dtype, whole) for k, v in numbered]


def _size(name, position, found, factor, offset, expected):
    """The size that this axis tells: found = factor · size + offset."""
    size, left = divmod(found - offset, factor)
    if left or size < 1:
        raise ValueError(f"{name}: found size {found} on axis {position}, expected {expected}")
    return size
