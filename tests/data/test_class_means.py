import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.data import blocks
from cnn_tui.data.class_means import class_means
from cnn_tui.data.dataset import Dataset


@pytest.mark.parametrize("block", [1, 100, 10**6])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@given(labels=st.lists(st.integers(0, 3), min_size=1, max_size=40), classes=st.permutations(range(4)))
def test_they_are_numpys_means_of_the_images_of_each_class(block, dtype, labels, classes):
    labels, classes = np.array(labels), classes[:3]
    images = np.random.default_rng(len(labels)).integers(0, 256, (len(labels), 4, 5, 3)).astype(dtype)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "PIXELS", block)
        means = class_means(Dataset(images, labels, tuple("abcd")), classes)
    assert means.shape == (3, 4, 5, 3)
    assert means.dtype == np.float32
    for mean, code in zip(means, classes, strict=True):
        chosen = images[labels == code]
        assert np.allclose(mean, chosen.mean(axis=0) if len(chosen) else 0)


def test_it_tells_how_far_it_is_and_can_be_ended():
    dataset = Dataset(np.zeros((50, 2**16), np.uint8), np.zeros(50, int), ("a",))
    shares: list[float] = []
    class_means(dataset, [0], shares.append)
    assert shares == sorted(shares)
    assert (len(shares) > 1, shares[-1]) == (True, 1.0)

    def enough(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        class_means(dataset, [0], enough)
