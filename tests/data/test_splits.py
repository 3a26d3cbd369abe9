import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

from cnn_tui.data.splits import hold_out
from cnn_tui.errors import UserError

LABELS = np.random.default_rng(0).integers(0, 10, 1000)
SPLITTERS = {"shuffled": ShuffleSplit, "stratified": StratifiedShuffleSplit}


@pytest.mark.parametrize("split", SPLITTERS)
@pytest.mark.parametrize("share", [0.01, 0.2, 0.333, 0.9])
@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_the_rows_are_those_of_scikit_learn(split, share, seed):
    splitter = SPLITTERS[split](1, test_size=share, random_state=seed)
    expected = next(splitter.split(LABELS, LABELS))
    for rows, theirs in zip(hold_out(LABELS, share, split, seed), expected, strict=True):
        np.testing.assert_array_equal(rows, np.sort(theirs))


@given(
    count=st.integers(40, 300),
    share=st.floats(0.05, 0.9),
    split=st.sampled_from([*SPLITTERS]),
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
    for split in SPLITTERS:
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


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_a_part_that_is_too_small_for_all_classes(share):
    labels = np.repeat(np.arange(5), 4)
    assert sentence(labels, share, "stratified", 0) == (
        'split: one part would have 2 rows, too few for 5 classes. Use the split "shuffled", or another share.'
    )
