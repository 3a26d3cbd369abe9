import pytest

from cnn_tui.ui.numbers import memory, share, short, times


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1.0 k"), (3_117_312, "3.1 M"), (2.5e9, "2.5 G"), (1.5e15, "1,500.0 T")],
)
def test_large_numbers_have_a_letter(number, text):
    assert short(number) == text


def test_memory_sizes_and_shares_have_their_units():
    assert memory(281_704) == "0.3 MB"
    assert memory(8.6e9) == "8.6 GB"
    assert times((28, 28, 1)) == "28×28×1"
    assert share(0.09876) == "9.9 %"
