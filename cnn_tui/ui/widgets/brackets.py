"""Brackets beside the rows of residual groups: where each begins, what is in it, and where it is joined."""

from msgspec import Struct

from cnn_tui.spec.layers import Layer, Residual

SIGNS = {"add": "+", "concatenate": "‖"}
"""How what went in is joined to what comes out."""


class Group(Struct, frozen=True):
    """The rows of a group, from its first layer to the Residual that ends it, and the bracket's place."""

    first: int
    last: int
    sign: str
    depth: int = 0
    """0 is nearest to the layers."""


def groups(layers: tuple[Layer, ...]) -> tuple[Group, ...]:
    """Every residual group, the shortest first; those that share rows have different depths."""
    found = [
        Group(max(0, index - layer.layers), index, SIGNS[layer.merge])
        for index, layer in enumerate(layers)
        if isinstance(layer, Residual) and index
    ]
    placed: list[Group] = []
    for group in sorted(found, key=lambda one: one.last - one.first):
        taken = {one.depth for one in placed if one.first <= group.last and group.first <= one.last}
        depth = next(depth for depth in range(len(found)) if depth not in taken)
        placed.append(Group(group.first, group.last, group.sign, depth))
    return tuple(placed)


def brackets(layers: tuple[Layer, ...]) -> tuple[str, ...]:
    """What stands left of each layer: nothing at all without groups, else as many signs for each.

    A group of two layers: `╭ `, `│ `, `╰+`.
    """
    found = groups(layers)
    if not found:
        return ("",) * len(layers)
    width = max(group.depth for group in found) + 2
    lines = [[" "] * width for _ in layers]
    for group in found:
        column = width - 2 - group.depth
        lines[group.first][column] = "╭"
        for row in range(group.first + 1, group.last):
            lines[row][column] = "│"
        lines[group.last][column] = "╰"
    for group in found:  # the joins last: they run over the brackets inside them
        end = lines[group.last]
        for column in range(width - 1 - group.depth, width - 1):
            end[column] = "─"
        end[-1] = group.sign
    return tuple("".join(line) for line in lines)
