"""What can be corrected about the sources of data: their roles, what is images and what is labels."""

from typing import get_args

from msgspec.structs import replace

from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.report import PartName

ROLES: tuple[PartName, ...] = get_args(PartName)


def with_source(data: Data, role: PartName, source: Source | None) -> Data:
    """With another source in a role; None removes it, which the training cannot be."""
    assert source or role != "train"
    return replace(data, **{role: source})


def with_role(data: Data, role: PartName, by: int) -> tuple[Data, PartName] | None:
    """With a source moved `by` roles along train, validate, test, and its new role; what had that role takes the old.

    None where there is no such role, or where nothing would be left to train on.
    """
    place = ROLES.index(role) + by
    if not 0 <= place < len(ROLES):
        return None
    other = ROLES[place]
    sources = data.sources
    exchanged = {role: sources.get(other), other: sources.get(role)}
    if exchanged.get("train", data.train) is None:
        return None
    return replace(data, **exchanged), other


def with_images_and_labels_exchanged(data: Data, role: PartName) -> Data:
    """With what was taken for labels as images, of a source that has both."""
    source = data.sources[role]
    assert source.labels is not None
    return with_source(data, role, replace(source, images=source.labels, labels=source.images, format="auto"))


def free_role(data: Data) -> PartName | None:
    """What a further source would be: the test first, then what watches the training."""
    return next((role for role in reversed(ROLES) if role not in data.sources), None)
