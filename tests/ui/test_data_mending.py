import pytest

from cnn_tui.spec.data import Data, Source
from cnn_tui.ui.data_mending import in_words_of_the_form, mended, setting_meant

DATA = Data(train=Source(images="X.tsv"))


@pytest.mark.parametrize(
    ("said", "shown", "setting", "value"),
    [
        ("Say --size 32x48.", "Set size to 32x48.", "size", (32, 48)),
        ("Say --header yes if they are.", "Set header to yes if they are.", "header", "yes"),
        ("Repair them, or say --skip-damaged.", "Repair them, or set skip_damaged to yes.", "skip_damaged", True),
        ("Say --encoding utf-16 if it is that.", "Set encoding to utf-16 if it is that.", "encoding", "utf-16"),
        ("say --label-column if one holds them.", "set label_column if one holds them.", "label_column", None),
        ("Say --label-column with its name.", "Set label_column to its name.", "label_column", None),
        ("Say --label-column first or last.", "Set label_column to first or last.", "label_column", None),
        ("Say --size large.", "Set size to large.", "size", None),
        ("Ask for more with --max-bytes.", "Ask for more with --max-bytes.", "", None),
        ("Say --who knows.", "Say --who knows.", "", None),
        ("Write a number.", "Write a number.", "", None),
    ],
)
def test_advice_for_the_command_line_becomes_a_setting_of_the_form(said, shown, setting, value):
    assert in_words_of_the_form(said) == shown
    assert setting_meant(said) == setting
    changed = mended(DATA, said)
    assert (changed and getattr(changed, setting)) == value


def test_what_is_set_already_is_no_way_out():
    changed = mended(DATA, "Say --header yes.")
    assert mended(changed, "Say --header yes.") is None
