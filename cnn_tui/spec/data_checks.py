"""Whether the settings of data go together, and with what its labels are, said before anything is split."""

from collections.abc import Iterator

from cnn_tui.errors import UserError
from cnn_tui.spec.augmentation import picture_to_augment
from cnn_tui.spec.class_weights import SETTING, weights_asked
from cnn_tui.spec.data import Data
from cnn_tui.spec.layers import Remedy, Shape
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import Problem


def data_problems(data: Data, names: tuple[str, ...], targets: int) -> list[Problem]:
    """What cannot be meant; `names` are the classes, or where `targets` is not 0 the numbers of a label."""
    return [*_contradictions(data), *(_without_classes(data) if targets else _weights(data, names))]


def augmentation_problems(data: Data, model: Model, shape: Shape) -> list[Problem]:
    """Why images of this shape cannot be augmented for the model."""
    try:
        picture_to_augment(data.augmentation, model, shape)
    except UserError as error:
        return [Problem(None, str(error.where), error.problem, Remedy(error.remedy), "augmentation")]
    return []


def is_of_data(problem: Problem) -> bool:
    """Whether it is about a setting of the data, and not of a layer that has one of the same name."""
    return problem.index is None and problem.field in Data.__struct_fields__


def _contradictions(data: Data) -> Iterator[Problem]:
    """Settings of which one would be silently ignored."""
    if data.folds and data.validate:
        fact = "there are images for the validation already"
        yield _problem("folds", fact, "Remove the folds, or those images.")
    if data.test_share and data.test:
        yield _problem("test_share", "there are images for the test already", "Make it 0, or remove those images.")
    if data.folds and data.fold > data.folds:
        fact = f"there is no fold {data.fold:,} of {data.folds:,}"
        yield _problem("fold", fact, f"Use a number from 1 to {data.folds:,}.")
    if data.split == "group" and not data.groups:
        yield _problem("split", "there are no groups to split by", "Give a file with a group for each row.")
    if data.split != "group" and data.groups:
        fact = f'the split is "{data.split}", which does not heed groups'
        yield _problem("groups", fact, 'Use the split "group", or remove the groups.')


def _without_classes(data: Data) -> Iterator[Problem]:
    """Settings that have no meaning for labels that are numbers."""
    if data.split == "stratified":
        fact = "the labels are numbers, which cannot be split evenly by class"
        yield _problem("split", fact, 'Use the split "shuffled".')
    if data.first_per_class:
        yield _problem("first_per_class", "the labels are numbers, so there are no classes", "Leave it out.")
    if data.class_weights not in ("none", ""):
        yield _problem(SETTING, "the labels are numbers, so there are no classes to weigh", "Use none.")


def _weights(data: Data, classes: tuple[str, ...]) -> Iterator[Problem]:
    """Weights that cannot be read, or of a class that is not there."""
    try:
        weights_asked(data.class_weights, classes)
    except UserError as error:
        yield _problem(SETTING, error.problem, error.remedy)


def _problem(setting: str, fact: str, remedy: str) -> Problem:
    return Problem(None, setting, fact, Remedy(remedy), setting)
