"""The shapes that flow through a model as a diagram of characters: bars as high as the image, as wide as the channels.

Both are logarithmic, so that 224 and 7 pixels, 3 and 512 channels can stand side by side. Rows of values are low bars.
"""

from collections.abc import Iterator
from itertools import pairwise, zip_longest
from math import log2
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.spec.layers import Residual, Shape, values
from cnn_tui.spec.shapes import Row
from cnn_tui.ui.numbers import times

Look = Literal["", "image", "flat", "here", "label", "here-label", "arc", "wrong"]
Span = tuple[str, Look]
"""A piece of a line, and what it is."""

EIGHTHS = " ▁▂▃▄▅▆▇█"
FLAT, IMAGES = "─", "═"
"""Between two labels of which one is a row of values, and between two images."""
WIDEST = 9
WRONG = "✗"


class Block(Struct, frozen=True):
    """One bar: the shape that the layers from `first` to `last` give. The input is -1."""

    first: int
    last: int
    shape: Shape | None
    """None: what comes here is not known, because of a problem."""

    @property
    def label(self) -> str:
        """The shape in words."""
        return times(self.shape) if self.shape else WRONG

    @property
    def width(self) -> int:
        """Columns for the channels, or for the values of a row."""
        return min(WIDEST, 1 + round(0.6 * log2(self.shape[-1]))) if self.shape else 1

    @property
    def side(self) -> float:
        """How large the image is along one axis, in the mean; 1 for a row of values."""
        sizes = self.shape[:-1] if self.shape else ()
        return values(sizes) ** (1 / len(sizes)) if sizes else 1.0


class Slot(Struct, frozen=True):
    """A block in its place: where its bar and its label begin; an empty label: there was no room for it."""

    block: Block
    bar: int
    width: int
    at: int
    label: str


def blocks(input_shape: Shape, rows: tuple[Row, ...]) -> tuple[Block, ...]:
    """A bar for the input and one for each layer that computes or changes the shape; the others go with it."""
    found = [Block(-1, -1, input_shape)]
    for row in rows:
        if row.output_shape is None:
            return (*found, Block(row.index, len(rows) - 1, None))
        if row.layer.enabled and (row.macs or row.output_shape != found[-1].shape):
            found.append(Block(row.index, row.index, row.output_shape))
        else:
            found[-1] = replace(found[-1], last=row.index)
    return tuple(found)


def skips(rows: tuple[Row, ...], held: tuple[Block, ...]) -> tuple[tuple[int, int], ...]:
    """From which bar to which what went into a residual group goes round it."""
    place = {index: at for at, block in enumerate(held) for index in range(block.first, block.last + 1)}
    ends = [
        (place[max(-1, row.index - row.layer.layers - 1)], place[row.index])
        for row in rows
        if isinstance(row.layer, Residual) and row.layer.enabled and row.output_shape
    ]
    return tuple((first, last) for first, last in ends if last > first)


def words(input_shape: Shape, rows: tuple[Row, ...]) -> str:
    """The shapes from the input to the answer, each change once: `784 ─ 28×28×1 ═ 28×28×64 ─ 10`."""
    held = blocks(input_shape, rows)
    kept = [held[0], *(after for before, after in pairwise(held) if after.shape != before.shape)]
    return kept[0].label + "".join(f" {_joint(before, after)} {after.label}" for before, after in pairwise(kept))


def draw(input_shape: Shape, rows: tuple[Row, ...], here: int | None, width: int, height: int) -> list[list[Span]]:
    """The lines of the diagram, `height` of them bars: arcs of residual groups if there are any, bars, labels.

    `here`: the layer under the cursor (None: the input), whose bar and label stand out.
    """
    held = blocks(input_shape, rows)
    at = -1 if here is None else here
    slots = _in_view(_slots(held, at, width), at, width)
    arcs = _arcs(slots, [(held[a], held[b]) for a, b in skips(rows, held)], width)
    highest = max(block.side for block in held)
    bars = [_bars(slots, at, level, height, highest) for level in reversed(range(height))]
    return [*arcs, *bars, _labels(slots, at)]


def _slots(held: tuple[Block, ...], here: int, width: int) -> list[Slot]:
    """All labels where there is room for them, else bars close together and the labels that fit."""
    rooms = [max(block.width, len(block.label)) for block in held]
    for gap in (3, 2):
        if sum(rooms) + gap * (len(held) - 1) <= width:
            return list(_spread(held, rooms, gap))
    for most, gap in ((WIDEST, 1), (5, 1), (3, 1), (2, 1), (2, 0), (1, 0)):
        if sum(min(block.width, most) + gap for block in held) - gap <= width:
            break
    return _with_labels(list(_packed(held, most, gap)), here)


def _spread(held: tuple[Block, ...], rooms: list[int], gap: int) -> Iterator[Slot]:
    at = 0
    for block, room in zip(held, rooms, strict=True):
        label = at + (room - len(block.label)) // 2
        yield Slot(block, at + (room - block.width) // 2, block.width, label, block.label)
        at += room + gap


def _packed(held: tuple[Block, ...], most: int, gap: int) -> Iterator[Slot]:
    at = 0
    for block in held:
        width = min(block.width, most)
        yield Slot(block, at, width, at, "")
        at += width + gap


def _with_labels(slots: list[Slot], here: int) -> list[Slot]:
    """The label of the layer under the cursor first, then those of the ends, then what fits between."""
    taken: list[tuple[int, int]] = []
    labelled = dict(enumerate(slots))
    end = slots[-1].bar + slots[-1].width
    changes = [at for at, slot in enumerate(slots) if at == 0 or slots[at - 1].block.shape != slot.block.shape]
    current = [at for at, slot in enumerate(slots) if _is_here(slot.block, here)]
    for at in (*current, 0, len(slots) - 1, *changes):
        slot = slots[at]
        begin = max(0, min(slot.bar, end - len(slot.block.label)))
        finish = begin + len(slot.block.label)
        if not labelled[at].label and all(finish < a or begin > b for a, b in taken):
            taken.append((begin, finish))
            labelled[at] = replace(slot, at=begin, label=slot.block.label)
    return list(labelled.values())


def _in_view(slots: list[Slot], here: int, width: int) -> list[Slot]:
    """Those around the layer under the cursor, where not even bars of one column all fit."""
    end = slots[-1].bar + slots[-1].width
    if end <= width:
        return slots
    centre = next((slot.bar for slot in slots if _is_here(slot.block, here)), 0)
    left = max(0, min(centre - width // 2, end - width))
    moved = (replace(one, bar=one.bar - left, at=one.at - left) for one in slots)
    seen = [one for one in moved if one.bar >= 0 and one.bar + one.width <= width]
    return [one if one.at >= 0 and one.at + len(one.label) <= width else replace(one, label="") for one in seen]


def _bars(slots: list[Slot], here: int, level: int, height: int, highest: float) -> list[Span]:
    """One line of all bars; `level` counts from the ground."""
    pieces: list[tuple[int, str, Look]] = []
    for slot in slots:
        filled = max(0, min(8, _eighths(slot.block, height, highest) - 8 * level))
        text = WRONG if slot.block.shape is None and level == 0 else EIGHTHS[filled] * slot.width
        pieces.append((slot.bar, text, _look(slot.block, here)))
    return _line(pieces)


def _eighths(block: Block, height: int, highest: float) -> int:
    if block.shape is None:
        return 0
    share = log2(block.side) / log2(highest) if highest > 1 else 0.0
    return 2 + round(share * (8 * height - 2)) if block.side > 1 else 2


def _labels(slots: list[Slot], here: int) -> list[Span]:
    """The shapes in words; between two that stand beside each other what joins them."""
    pieces: list[tuple[int, str, Look]] = []
    for slot, after in zip_longest(slots, slots[1:]):
        if not slot.label:
            continue
        look: Look = "here-label" if _is_here(slot.block, here) else "label"
        pieces.append((slot.at, slot.label, look if slot.block.shape else "wrong"))
        end = slot.at + len(slot.label)
        if after and after.label and after.at - end >= 3:
            pieces.append((end + 1, _joint(slot.block, after.block) * (after.at - end - 2), "arc"))
    return _line(pieces)


def _arcs(slots: list[Slot], ends: list[tuple[Block, Block]], width: int) -> list[list[Span]]:
    """A line of arcs over the bars, where there are residual groups; groups in groups share it."""
    if not ends:
        return []
    place = {slot.block: slot.bar + slot.width // 2 for slot in slots}
    signs = [" "] * width
    for first, last in sorted(ends, key=lambda pair: pair[0].first - pair[1].first):
        if first in place and last in place and place[last] - place[first] > 1:
            begin, finish = place[first], place[last]
            signs[begin:finish] = ["┬" if signs[begin] == "╮" else "╭", *"─" * (finish - begin - 1)]
            signs[finish] = "┬" if signs[finish] == "╭" else "╮"
    return [[("".join(signs).rstrip(), "arc")]]


def _look(block: Block, here: int) -> Look:
    if block.shape is None:
        return "wrong"
    if _is_here(block, here):
        return "here"
    return "flat" if len(block.shape) == 1 else "image"


def _is_here(block: Block, here: int) -> bool:
    return block.first <= here <= block.last


def _joint(before: Block, after: Block) -> str:
    both = before.shape and after.shape and len(before.shape) == len(after.shape) > 1
    return IMAGES if both else FLAT


def _line(pieces: list[tuple[int, str, Look]]) -> list[Span]:
    """Pieces in their places, with blanks between them; those that look the same are one."""
    line: list[Span] = []
    at = 0
    for begin, text, look in sorted(pieces):
        blank, at = " " * (begin - at), begin + len(text)
        if line and line[-1][1] == look != "here-label":
            line[-1] = (line[-1][0] + blank + text, look)
        else:
            line += [(blank, ""), (text, look)]
    return [span for span in line if span[0]]
