import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
)

from cnn_tui.data.splits import first_of_each_class, folds, hold_out
from cnn_tui.errors import UserError

RANDOM = np.random.default_rng(0)
LABELS, GROUPS = RANDOM.integers(0, 10, 1000), RANDOM.integers(0, 30, 1000)
SPLITTERS = {"shuffled": ShuffleSplit, "stratified": StratifiedShuffleSplit, "group": GroupShuffleSplit}
FOLDERS = {
    "in order": lambda count, seed: KFold(count),
    "shuffled": lambda count, seed: KFold(count, shuffle=True, random_state=seed),
    "stratified": lambda count, seed: StratifiedKFold(count, shuffle=True, random_state=seed),
    "group": lambda count, seed: GroupKFold(count),
}


@pytest.mark.parametrize("split", SPLITTERS)
@pytest.mark.parametrize("share", [0.01, 0.2, 0.333, 0.9])
@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_the_rows_are_those_of_scikit_learn(split, share, seed):
    splitter = SPLITTERS[split](1, test_size=share, random_state=seed)
    expected = next(splitter.split(LABELS, LABELS, GROUPS if split == "group" else None))
    for rows, theirs in zip(hold_out(LABELS, share, split, seed, GROUPS), expected, strict=True):
        np.testing.assert_array_equal(rows, np.sort(theirs))


@pytest.mark.parametrize("split", FOLDERS)
@pytest.mark.parametrize("count", [2, 3, 10])
def test_the_folds_are_those_of_scikit_learn(split, count):
    expected = FOLDERS[split](count, 5).split(LABELS, LABELS, GROUPS if split == "group" else None)
    for fold, theirs in zip(folds(LABELS, count, split, 5, GROUPS), expected, strict=True):
        for rows, their_rows in zip(fold, theirs, strict=True):
            np.testing.assert_array_equal(rows, np.sort(their_rows))


@pytest.fixture(scope="module")
def split_of_keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras.src.trainers.data_adapters.array_slicing").train_validation_split


@settings(deadline=None)
@given(count=st.integers(2, 500), share=st.floats(0.01, 0.95))
def test_in_order_the_last_rows_are_held_out_as_many_as_in_keras(split_of_keras, count, share):
    rows = np.arange(count)
    try:
        (expected,), (theirs,) = split_of_keras((rows,), share)
    except ValueError:
        with pytest.raises(UserError):
            hold_out(rows, share, "in order", 0)
        return
    training, held = hold_out(rows, share, "in order", 0)
    np.testing.assert_array_equal(training, expected)
    np.testing.assert_array_equal(held, theirs)


@given(
    count=st.integers(10, 200),
    folds_asked=st.integers(2, 5),
    split=st.sampled_from([*FOLDERS]),
    seed=st.integers(0, 2**53),
)
def test_every_row_is_held_out_in_one_fold(count, folds_asked, split, seed):
    labels, groups = np.arange(count) % 2, np.arange(count) % 7
    found = list(folds(labels, folds_asked, split, seed, groups))
    assert len(found) == folds_asked
    assert sorted(row for _, held in found for row in held) == list(range(count))
    for training, held in found:
        assert sorted([*training, *held]) == list(range(count))
        if split == "group":
            assert not {*groups[training]} & {*groups[held]}
        if split == "stratified":
            shares = np.bincount(labels) / folds_asked
            assert (np.abs(np.bincount(labels[held], minlength=2) - shares) < 1).all()


@given(groups=st.lists(st.integers(0, 9), min_size=2), share=st.floats(0.05, 0.9), seed=st.integers(0, 2**53))
def test_a_group_is_never_on_two_sides(groups, share, seed):
    groups = np.array(groups)
    if np.ceil(share * len({*groups})) >= len({*groups}):
        with pytest.raises(UserError, match="leaves none to train on"):
            hold_out(groups, share, "group", seed, groups)
        return
    training, held = hold_out(np.zeros(len(groups), np.int64), share, "group", seed, groups)
    assert sorted([*training, *held]) == list(range(len(groups)))
    assert len(held)
    assert not {*groups[training]} & {*groups[held]}


@given(
    sizes=st.lists(st.integers(5, 40), min_size=1, max_size=4), share=st.floats(0.2, 0.8), seed=st.integers(0, 2**53)
)
def test_stratified_holds_out_the_share_of_each_class_within_one_row(sizes, share, seed):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    _, held = hold_out(labels, share, "stratified", seed)
    expected = np.array(sizes) * len(held) / len(labels)
    assert (np.abs(np.bincount(labels[held], minlength=len(sizes)) - expected) <= 1).all()


@given(labels=st.lists(st.integers(0, 4)), count=st.integers(1, 5))
def test_the_first_of_each_class(labels, count):
    seen = dict.fromkeys(labels, 0)
    expected = []
    for row, label in enumerate(labels):
        seen[label] += 1
        if seen[label] <= count:
            expected.append(row)
    assert first_of_each_class(np.array(labels, np.int64), count).tolist() == expected


@given(
    count=st.integers(40, 300),
    share=st.floats(0.05, 0.9),
    split=st.sampled_from(["shuffled", "stratified"]),
    seed=st.integers(0, 2**53),
)
def test_every_row_is_in_one_part_and_the_same_seed_splits_alike(count, share, split, seed):
    labels = np.arange(count) % 2
    training, held = hold_out(labels, share, split, seed)
    assert sorted([*training, *held]) == list(range(count))
    assert (training.dtype, held.dtype) == (np.int64, np.int64)
    assert (np.diff(training) > 0).all()
    assert (np.diff(held) > 0).all()
    for rows, again in zip((training, held), hold_out(labels, share, split, seed), strict=True):
        np.testing.assert_array_equal(rows, again)


def test_other_seeds_split_otherwise():
    helds = {hold_out(LABELS, 0.2, "shuffled", seed)[1].tobytes() for seed in (0, 1, 2**32, 2**32 + 1, 2**53)}
    assert len(helds) == 5


def test_the_tutorial_trains_on_48000_of_60000():
    training, held = hold_out(np.zeros(60_000, np.int64), 0.2, "shuffled", 0)
    assert (len(training), len(held)) == (48_000, 12_000)


def test_stratified_rows_hold_each_class_in_its_share():
    labels = np.repeat([0, 1, 2], [600, 300, 100])
    _, held = hold_out(labels, 0.2, "stratified", 3)
    assert np.bincount(labels[held]).tolist() == [120, 60, 20]


def test_a_share_of_0_holds_out_nothing():
    for split in FOLDERS:
        training, held = hold_out(LABELS, 0, split, 0)
        assert training.tolist() == list(range(1000))
        assert held.tolist() == []


def sentence(*arguments: object) -> str:
    with pytest.raises(UserError) as caught:
        hold_out(*arguments)
    return caught.value.sentence


def test_a_share_that_leaves_nothing_to_train_on():
    assert sentence(np.zeros(3, np.int64), 0.9, "shuffled", 0) == (
        "validation: a share of 0.9 of 3 rows leaves none to train on. Hold out less, or give more rows."
    )


def test_a_class_that_is_too_small_to_be_split_evenly():
    assert sentence(np.array([0, 0, 0, 1]), 0.5, "stratified", 0) == (
        'split: 1 class has a single row, which cannot be split evenly. Use the split "shuffled", or give more rows.'
    )
    assert sentence(np.array([0, 0, 0, 1, 2]), 0.5, "stratified", 0) == (
        'split: 2 classes have a single row, which cannot be split evenly. Use the split "shuffled", or give more rows.'
    )


def test_a_share_of_groups_that_leaves_nothing_to_train_on():
    assert sentence(np.zeros(5, np.int64), 0.5, "group", 0, np.zeros(5, np.int64), "test_share") == (
        "test_share: a share of 0.5 of 1 group leaves none to train on. Hold out less, or give more groups."
    )


def fold_sentence(*arguments: object) -> str:
    with pytest.raises(UserError) as caught:
        list(folds(*arguments))
    return caught.value.sentence


def test_fewer_rows_than_folds():
    assert fold_sentence(np.zeros(4, np.int64), 5, "shuffled", 0) == (
        "folds: 4 rows cannot be split into 5 folds. Use fewer folds, or give more rows."
    )


def test_fewer_groups_than_folds():
    assert fold_sentence(np.zeros(9, np.int64), 5, "group", 0, np.arange(9) // 3) == (
        "folds: 3 groups cannot be split into 5 folds. Use fewer folds, or give more groups."
    )


def test_classes_with_fewer_rows_than_folds():
    assert fold_sentence(np.array([0, 0, 0, 1, 1, 2]), 3, "stratified", 0) == (
        'folds: 2 classes have fewer rows than the 3 folds. Use fewer folds, or the split "shuffled".'
    )


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_a_part_that_is_too_small_for_all_classes(share):
    labels = np.repeat(np.arange(5), 4)
    assert sentence(labels, share, "stratified", 0) == (
        'split: one part would have 2 rows, too few for 5 classes. Use the split "shuffled", or another share.'
    )
