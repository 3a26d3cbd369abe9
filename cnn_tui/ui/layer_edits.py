"""Edits of several layers at once: each makes a new model, and tells which layers keys act on afterwards."""

from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.spec.layers import Layer, Residual
from cnn_tui.spec.model import MAX_LAYERS, Model


class Edited(Struct, frozen=True):
    """The new model, where its cursor is, and the layers that are marked."""

    model: Model
    cursor: int | None
    marks: frozenset[int] = frozenset()


def removed(model: Model, chosen: tuple[int, ...]) -> Edited:
    """Without these layers."""
    for index in reversed(chosen):
        model = model.without(index)
    return Edited(model, min(chosen[0], len(model.layers) - 1) if model.layers else None)


def pasted(model: Model, index: int, layers: tuple[Layer, ...]) -> Edited:
    """With these layers before the one at this place; several are marked, so that they can be moved at once."""
    model = model.with_pasted(index, layers)
    places = frozenset(range(index, index + len(layers)))
    return Edited(model, index + len(layers) - 1, places if len(layers) > 1 else frozenset())


def duplicated(model: Model, chosen: tuple[int, ...]) -> Edited:
    """With a copy of these layers below the last of them."""
    return pasted(model, chosen[-1] + 1, copied(model, chosen))


def copied(model: Model, chosen: tuple[int, ...]) -> tuple[Layer, ...]:
    """These layers, to be put somewhere else; a Residual takes its group with it."""
    return tuple(model.layers[index] for index in _with_groups(model, chosen))


def turned(model: Model, chosen: tuple[int, ...]) -> Edited:
    """With these layers off, or all on again when none of them is on."""
    on = not any(model.layers[index].enabled for index in chosen)
    for index in chosen:
        model = model.with_layer(index, replace(model.layers[index], enabled=on))
    return Edited(model, chosen[-1], frozenset(chosen) if len(chosen) > 1 else frozenset())


def can_move(model: Model, chosen: tuple[int, ...], by: int) -> bool:
    """Whether there is a place for them."""
    return bool(chosen) and chosen[0] + by >= 0 and chosen[-1] + by < len(model.layers)


def moved(model: Model, chosen: tuple[int, ...], by: int) -> Edited:
    """With these layers a place further up or down, the unmarked ones between them going the other way.

    A residual group that a layer leaves shrinks, and goes when nothing is left of it; so the places are looked up.
    """
    tagged = replace(model, layers=tuple(replace(one, name=f"at_{at}") for at, one in enumerate(model.layers)))
    runs = _runs(chosen)
    for first, last in runs if by < 0 else reversed(runs):
        tagged = _moved_run(tagged, f"at_{first}", f"at_{last}", by)
    origins = [int(one.name.removeprefix("at_")) for one in tagged.layers]
    named = tuple(replace(one, name=model.layers[at].name) for at, one in zip(origins, tagged.layers, strict=True))
    places = [place for place, origin in enumerate(origins) if origin in chosen]
    marks = frozenset(places) if len(chosen) > 1 else frozenset()
    cursor = (max if by > 0 else min)(places, default=min(chosen[0], len(named) - 1))
    return Edited(replace(model, layers=named), cursor, marks)


def fits(model: Model, more: int) -> bool:
    """Whether the model may have so many layers more."""
    return len(model.layers) + more <= MAX_LAYERS


def _moved_run(model: Model, first_name: str, last_name: str, by: int) -> Model:
    """A run of layers stays as it is: the layer above it goes below it, or the one below it above."""
    names = [one.name for one in model.layers]
    if first_name not in names or last_name not in names:
        return model  # the end of a group that nothing was left of
    first, last = names.index(first_name), names.index(last_name)
    if not 0 <= first + by <= last + by < len(names):
        return model
    if first == last:
        return model.with_moved(first, first + by)
    if by < 0:
        return model.with_moved(first - 1, last)
    below = model.layers[last + 1]
    if isinstance(below, Residual) and below.layers <= last - first + 1:
        return model.without(last + 1)  # nothing of its group is left above the run
    return model.with_moved(last + 1, first)


def _runs(chosen: tuple[int, ...]) -> list[tuple[int, int]]:
    """Neighbours as one: 1, 2, 5 are 1 to 2 and 5 to 5."""
    runs = []
    for _, run in groupby(enumerate(chosen), key=lambda pair: pair[1] - pair[0]):
        places = [index for _, index in run]
        runs.append((places[0], places[-1]))
    return runs


def _with_groups(model: Model, chosen: tuple[int, ...]) -> tuple[int, ...]:
    whole = set(chosen)
    for index in chosen:
        layer = model.layers[index]
        if isinstance(layer, Residual):
            whole |= set(range(max(0, index - layer.layers), index))
    return tuple(sorted(whole))
