"""Numbers as people read them: 30,634, 3.1 M, 0.4 MB, 28×28×1."""

_STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def short(number: float) -> str:
    """A large number with one decimal and its letter: 3,117,312 is 3.1 M; below a thousand as it is."""
    for size, letter in _STEPS:
        if number >= size:
            return f"{number / size:,.1f} {letter}"
    return f"{number:,.0f}"


def memory(size: float) -> str:
    """Bytes in the unit that leaves few digits: 0.4 MB, 12.0 GB."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"


def times(sizes: tuple[int, ...]) -> str:
    """Sizes as they stand in tables: 28×28×1."""
    return "×".join(map(str, sizes))


def share(part: float) -> str:
    """A share as a percentage with one decimal."""
    return f"{100 * part:.1f} %"
