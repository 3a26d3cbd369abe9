from dataclasses import replace as with_field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sklearn.model_selection import StratifiedKFold, train_test_split

from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.data.parts import Parts, split
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data, Source

COUNT, SEED = 90, 3
CLASSES = ("cat", "dog", "eel")
LABELS = np.arange(COUNT) % 3
DATA = Data(train=Source(images="X.tsv", labels="y.tsv"))
ELSEWHERE = Source(images="Z.tsv", labels="z.tsv")


def dataset(count: int = COUNT) -> Dataset:
    return Dataset(np.zeros((count, 4), np.uint8), LABELS[:count], CLASSES)


OPENED = Opened(dataset())


def rows_of(parts: Parts) -> list[list[int]]:
    return [part.rows.tolist() if part else [] for part in (parts.training, parts.validation, parts.test)]


def sentence(data: Data, opened: Opened = OPENED) -> str:
    with pytest.raises(UserError) as caught:
        split(opened, data, SEED)
    return caught.value.sentence


@pytest.fixture
def groups(tmp_path):
    """A file with a group for each row, every group of five rows."""
    path = tmp_path / "groups.txt"
    path.write_text("".join(f"patient {row // 5}\n" for row in range(COUNT)))
    return str(path)


@given(
    how=st.sampled_from(["in order", "shuffled", "stratified"]),
    test_share=st.sampled_from([0, 0.1, 0.3]),
    validation=st.sampled_from([0, 0.2, 0.5]),
    folds=st.sampled_from([None, 2, 5]),
    first=st.sampled_from([None, 12, 20]),
    seed=st.integers(0, 2**53),
)
def test_parts_never_overlap_and_together_are_all_rows(how, test_share, validation, folds, first, seed):
    data = replace(DATA, split=how, test_share=test_share, validation=validation, folds=folds, first_per_class=first)
    parts = split(OPENED, data, seed)
    training, watching, testing = rows_of(parts)
    assert sorted(training + watching + testing) == list(range(3 * first if first else COUNT))
    assert (parts.validation is None) == (not validation and not folds)
    assert (parts.test is None) == (test_share == 0)
    assert rows_of(split(OPENED, data, seed)) == [training, watching, testing]


def test_the_test_is_split_off_first_and_the_validation_from_the_rest_as_galaxy_does():
    rest, test = train_test_split(np.arange(COUNT), test_size=0.2, random_state=SEED)
    rest = np.sort(rest)
    training, watching = train_test_split(rest, test_size=0.25, random_state=SEED)
    found = rows_of(split(OPENED, replace(DATA, test_share=0.2, validation=0.25), SEED))
    assert found == [sorted(training), sorted(watching), sorted(test)]


def test_a_fold_is_the_validation_and_the_share_is_not_heeded():
    splitter = StratifiedKFold(4, shuffle=True, random_state=SEED)
    for fold, (training, held) in enumerate(splitter.split(LABELS, LABELS), 1):
        data = replace(DATA, split="stratified", folds=4, fold=fold, validation=0.9)
        assert rows_of(split(OPENED, data, SEED)) == [training.tolist(), held.tolist(), []]


def test_images_given_for_a_part_are_that_part_and_nothing_is_held_out():
    watching, testing = dataset(7), dataset(5)
    opened = Opened(dataset(), watching, testing)
    parts = split(opened, replace(DATA, validate=ELSEWHERE, test=ELSEWHERE, validation=0.5), SEED)
    assert rows_of(parts) == [list(range(COUNT)), list(range(7)), list(range(5))]
    assert parts.validation
    assert parts.validation.dataset is watching
    assert parts.tested
    assert parts.tested.dataset is testing
    assert parts.tested.part == "test"


def test_without_a_test_the_model_is_tested_on_the_validation_or_on_nothing():
    parts = split(OPENED, DATA, SEED)
    assert parts.tested
    assert parts.tested.part == "validation"
    assert parts.validation
    assert parts.tested.rows.tolist() == parts.validation.rows.tolist()
    assert split(OPENED, replace(DATA, validation=0), SEED).tested is None


def test_a_subset_is_taken_of_the_training_images_alone():
    opened = Opened(dataset(), test=dataset(60))
    parts = split(opened, replace(DATA, test=ELSEWHERE, first_per_class=4, validation=0.5), SEED)
    training, watching, testing = rows_of(parts)
    assert sorted(training + watching) == list(range(12))
    assert testing == list(range(60))


def test_groups_stay_whole_in_three_parts(groups: str):
    data = replace(DATA, split="group", groups=groups, test_share=0.2, validation=0.3)
    sides = [{row // 5 for row in rows} for rows in rows_of(split(OPENED, data, SEED))]
    assert all(sides)
    assert sum(map(len, sides)) == COUNT // 5


def test_groups_that_are_as_numbers_in_a_column_with_a_name(tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text("patient\n" + "".join(f"{row % 9}\n" for row in range(COUNT)))
    data = replace(DATA, split="group", groups=str(path), folds=9, fold=2)
    training, held, _ = rows_of(split(OPENED, data, SEED))
    assert len({row % 9 for row in held}) == 1
    assert len({row % 9 for row in training}) == 8


def test_settings_that_contradict_each_other(groups: str):
    validated, tested = with_field(OPENED, validate=dataset(5)), with_field(OPENED, test=dataset(5))
    assert sentence(replace(DATA, folds=3, validate=ELSEWHERE), validated) == (
        "folds: there are images for the validation already. Remove the folds, or those images."
    )
    assert sentence(replace(DATA, test_share=0.1, test=ELSEWHERE), tested) == (
        "test_share: there are images for the test already. Make it 0, or remove those images."
    )
    assert sentence(replace(DATA, folds=3, fold=4)) == "fold: there is no fold 4 of 3. Use a number from 1 to 3."
    assert sentence(replace(DATA, split="group")) == (
        "split: there are no groups to split by. Give a file with a group for each row."
    )
    assert sentence(replace(DATA, groups=groups)) == (
        'groups: the split is "shuffled", which does not heed groups. Use the split "group", or remove the groups.'
    )


def test_groups_that_are_too_few_or_too_many(tmp_path):
    path = tmp_path / "groups.txt"
    data = replace(DATA, split="group", groups=str(path))
    path.write_text("a\nb\n")
    assert sentence(data) == (
        "groups.txt: has 2 groups but X.tsv has 90 images. Give each image one group, in the same order."
    )
    path.write_text("name\n" + "a\nb\n" * (COUNT // 2))
    assert sentence(data) == (
        "groups.txt: has 91 groups but X.tsv has 90 images. Say --header yes if the first line is a name."
    )


def test_a_file_of_groups_that_is_not_there(tmp_path):
    data = replace(DATA, split="group", groups=str(tmp_path / "groups.txt"))
    assert sentence(data).startswith("groups.txt: ")
