"""The example of docs/model.md, pressed as it stands there."""

import re
from pathlib import Path

from cnn_tui.shipped import shipped
from cnn_tui.spec.model_file import read_model
from cnn_tui.ui.widgets.layer_table import LayerTable
from tests.ui.support import a_report, an_app, some_data

PAGE = Path(__file__).parents[2] / "docs/model.md"
NAMED = {"enter", "down", "up", "escape"}
"""Words that are one key."""


def keys_of_the_example() -> list[list[str]]:
    """The keys of each line: words one letter after the other, with spaces between those that follow each other."""
    (block,) = re.findall(r"```keys\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [keys(re.split(r"\s{2,}", line)[0]) for line in block.splitlines()]


def keys(line: str) -> list[str]:
    pressed: list[str] = []
    begun, *words = line.split()
    pressed.append(begun)
    for at, word in enumerate(words):
        typed = [word] if word in NAMED else list(word)
        follows = at and word not in NAMED and words[at - 1] not in NAMED
        pressed += ["space", *typed] if follows else typed
    return pressed


async def test_the_tutorials_network_is_built_from_nothing_in_under_60_keys_at_80x24():
    lines = keys_of_the_example()
    assert sum(map(len, lines)) < 60
    app = an_app("data", data=some_data(), report=a_report())
    async with app.run_test(size=(80, 24)) as pilot:
        for line in lines:
            for key in line:
                await pilot.press(key)
            await pilot.pause()
        built = app.current_session.model
        tutorial = read_model(shipped("models/galaxy_cnn.json"))
        assert (built.input_shape, built.layers) == (tutorial.input_shape, tutorial.layers)
        assert app.current_session.problems == ()
        assert app.screen.query_one(LayerTable).index == 6


async def test_the_same_keys_work_in_one_burst():
    """Keys that come faster than the screen is drawn, as from a recording."""
    app = an_app("data", data=some_data(), report=a_report())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*[key for line in keys_of_the_example() for key in line])
        await pilot.pause()
        assert app.current_session.model.layers == read_model(shipped("models/galaxy_cnn.json")).layers
