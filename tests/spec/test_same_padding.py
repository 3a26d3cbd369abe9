"""The arithmetic of `same` against the windows themselves, and against torch where torch knows it."""

import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn import functional as F

from cnn_tui.spec.same_padding import same_padding

sizes = st.integers(1, 40)


@given(size=sizes, kernel=st.integers(1, 9), stride=st.integers(1, 5), dilation=st.integers(1, 3))
def test_it_gives_one_place_for_each_stride(size: int, kernel: int, stride: int, dilation: int):
    reach = dilation * (kernel - 1) + 1
    before, after = same_padding(size, reach, stride)
    padded = F.pad(torch.zeros(1, 1, size), (before, after))
    assume(padded.shape[-1] >= reach)
    made = F.conv1d(padded, torch.zeros(1, 1, kernel), stride=stride, dilation=dilation)
    assert made.shape[-1] == -(-size // stride)


@given(size=sizes, reach=st.integers(1, 20), stride=st.integers(1, 5))
def test_the_odd_one_comes_at_the_end(size: int, reach: int, stride: int):
    before, after = same_padding(size, reach, stride)
    assert 0 <= after - before <= 1


@given(size=st.integers(3, 20), kernel=st.integers(1, 6))
def test_without_strides_it_is_torchs_own(size: int, kernel: int):
    values, window = torch.rand(1, 1, size), torch.rand(1, 1, kernel)
    ours = F.conv1d(F.pad(values, same_padding(size, kernel, 1)), window)
    assert torch.allclose(ours, F.conv1d(values, window, padding="same"))
