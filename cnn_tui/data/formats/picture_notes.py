"""What is said about pictures: that their sizes differ, and what was done to them so that they are alike."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from cnn_tui.data.formats.class_folders import with_reasons
from cnn_tui.data.formats.decoding import MODES, SIXTEEN_BITS, Colour, Header
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Reading, Where
from cnn_tui.spec.report import Finding

FIRST_ROWS = 10
_STEP, _MOST_PROPOSED = 32, 256


def refuse_different_sizes(headers: Sequence[Header], where: Where) -> None:
    """Raises UserError unless the pictures are alike in height and width; it proposes a size."""
    sizes = Counter(found[:2] for found in headers)
    if len(sizes) == 1:
        return
    often, count = sizes.most_common(1)[0]
    proposal = often if 2 * count >= len(headers) else (_typical(headers),) * 2
    problem = f"the pictures have {_range(sizes)}, most often {_by(often)} (height x width)"
    raise UserError(problem, Place(where.path, inside=where.inside), f"Say --size {proposal[0]}x{proposal[1]}.")


def notes_on(
    headers: Sequence[Header], colour: Colour, reading: Reading, damaged: Mapping[str, str]
) -> tuple[Finding, ...]:
    """What was done to the pictures that were kept, in their order, and which were left out."""
    notes = [
        _resized(headers, reading),
        _converted(headers, colour),
        _note(headers, "16-bit", lambda found: found.mode in SIXTEEN_BITS, "16-bit grey", "scaled to 8 bits"),
        _note(
            headers,
            "transparency",
            lambda found: found.alpha and colour != "rgba",
            "partly transparent",
            "made opaque",
            "Say --colour rgba to keep the transparency.",
        ),
        _note(headers, "frames", lambda found: found.frames, "of several frames", "read up to the first one"),
        _note(headers, "turned", lambda found: found.turned, "rotated by EXIF", "turned upright"),
        _left_out(damaged),
    ]
    return tuple(note for note in notes if note)


def _resized(headers: Sequence[Header], reading: Reading) -> Finding | None:
    rows = [row for row, found in enumerate(headers) if reading.size and found[:2] != reading.size]
    if not rows or not reading.size:
        return None
    sizes = Counter(headers[row][:2] for row in rows)
    before = f"{_range(sizes)}," if len(sizes) > 1 else _by(next(iter(sizes)))
    sentence = (
        f"{_many(len(rows))} of {before} {_were(len(rows))} resized to {_by(reading.size)} "
        f"({reading.fit}, {reading.interpolation})."
    )
    return _finding("resized", sentence, rows)


def _converted(headers: Sequence[Header], colour: Colour) -> Finding | None:
    aim = MODES[colour]
    rows = [row for row, found in enumerate(headers) if found.mode != aim and found.mode not in SIXTEEN_BITS]
    if colour != "grey":
        rows = [row for row, found in enumerate(headers) if found.mode != aim]
    modes = Counter(headers[row].mode for row in rows).most_common()
    if not modes:
        return None
    listed = ", ".join(f"{count:,} {mode}" for mode, count in modes)
    word = "grey" if colour == "grey" else aim
    return _finding("converted", f"{_many(len(rows))} {_were(len(rows))} made {word}: {listed}.", rows)


def _note(
    headers: Sequence[Header], kind: str, which: Callable[[Header], bool], what: str, done: str, remedy: str = ""
) -> Finding | None:
    rows = [row for row, found in enumerate(headers) if which(found)]
    if not rows:
        return None
    is_or_are = "is" if len(rows) == 1 else "are"
    return _finding(kind, f"{_many(len(rows))} {is_or_are} {what} and {_were(len(rows))} {done}.", rows, remedy)


def _left_out(damaged: Mapping[str, str]) -> Finding | None:
    if not damaged:
        return None
    listed = with_reasons(damaged)
    sentence = f"{_many(len(damaged))} that cannot be read {_were(len(damaged))} left out: {listed}."
    return Finding(kind="damaged", sentence=sentence, count=len(damaged))


def _finding(kind: str, sentence: str, rows: Sequence[int], remedy: str = "") -> Finding:
    return Finding(kind=kind, sentence=sentence, remedy=remedy, count=len(rows), rows=tuple(rows[:FIRST_ROWS]))


def _range(sizes: Counter[tuple[int, int]]) -> str:
    ordered = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    return f"{len(sizes):,} sizes, from {_by(ordered[0])} to {_by(ordered[-1])}"


def _typical(headers: Sequence[Header]) -> int:
    """The middle one of all heights and widths, in steps that pooling likes."""
    middle = median(side for found in headers for side in found[:2])
    return min(max(round(middle / _STEP), 1) * _STEP, _MOST_PROPOSED)


def _by(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _many(count: int) -> str:
    return f"{count:,} picture{'' if count == 1 else 's'}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
