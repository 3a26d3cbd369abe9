from cnn_tui.results.settings_compared import NOTHING, Difference, differing, flat


def test_settings_have_names_that_people_read():
    document = {"training": {"epochs": 2, "rate": 0.001, "on": True}, "layers": [{"filters": 8}, {"size": [2, 2]}]}
    assert flat(document) == {
        "training epochs": "2",
        "training rate": "0.001",
        "training on": "yes",
        "layer 1 filters": "8",
        "layer 2 size": "2 × 2",
    }


def test_only_what_differs_is_told():
    first = {"training": {"epochs": 2, "seed": 0}, "data": {"scale": "none"}}
    second = {"training": {"epochs": 2, "seed": 1}, "data": {"scale": "none", "fold": 3}}
    assert differing([first, second]) == (
        Difference("training seed", ("0", "1")),
        Difference("data fold", (NOTHING, "3")),
    )
    assert differing([first, first, first]) == ()
