"""An edit of a deep model on the screen: from the key to the table that shows it."""

import asyncio
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

from textual.pilot import Pilot
from textual.strip import Strip

from benchmarks.report import Row, Wanted
from cnn_tui.settings import Settings
from cnn_tui.spec.layers import Activation, BatchNormalization, Conv2D, Dense, GlobalAveragePooling2D, Layer
from cnn_tui.spec.model import Model
from cnn_tui.ui.app import CnnApp
from cnn_tui.ui.session import Session
from cnn_tui.ui.widgets.layer_table import LayerTable

LAYERS, SIZE = 200, (120, 40)
EDITS = {
    "turn a layer off": ("o",),
    "duplicate, remove": ("d", "x"),
    "move down, up": ("J", "K"),
    "another padding in the form": ("right",),
    "a digit in the form": ("1", "backspace"),
}
KEYS_A_ROUND = 6


def rows(rounds: int) -> list[Row]:
    """A row for each kind of edit."""
    runs = asyncio.run(_measure(rounds * KEYS_A_ROUND))
    return [
        Row(what=f"{LAYERS} layers, {what}: key to painted table", unit="ms", ours=run, wanted=Wanted("ours", "<", 50))
        for what, run in runs.items()
    ]


async def _measure(keys: int) -> dict[str, tuple[float, ...]]:
    painted, seen = [0.0], dict[int, Strip]()
    draw = LayerTable.render_line

    def noting(table: LayerTable, y: int) -> Strip:
        strip = draw(table, y)
        if seen.get(y) != strip:
            seen[y], painted[0] = strip, perf_counter()
        return strip

    LayerTable.render_line = noting  # type: ignore[method-assign]
    app = CnnApp(Session(model=_model()), Settings(), Path("runs"), place="model")
    runs: dict[str, tuple[float, ...]] = {}
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*["down"] * (LAYERS // 2))
        for what, sequence in EDITS.items():
            if what.endswith("in the form"):
                await pilot.press("escape", "enter", *(["down"] * 3 if "padding" in what else ["5"]))
            runs[what] = tuple([await _milliseconds(pilot, key, painted) for key in islice(cycle(sequence), keys)])
    LayerTable.render_line = draw  # type: ignore[method-assign]
    return runs


async def _milliseconds(pilot: Pilot[None], key: str, painted: list[float]) -> float:
    """From the key until the last line that is another because of it."""
    await pilot.pause()
    begun = perf_counter()
    await pilot.press(key)
    await pilot.pause()
    assert painted[0] > begun, f"{key} drew nothing"
    return 1000 * (painted[0] - begun)


def _model() -> Model:
    """Convolutions, each with its normalization and its activation."""
    body: list[Layer] = []
    for filters in islice(cycle((16, 32, 64)), (LAYERS - 2) // 3):
        body += [
            Conv2D(filters=filters, kernel_size=(3, 3), padding="same", use_bias=False),
            BatchNormalization(),
            Activation(activation="relu"),
        ]
    return Model((64, 64, 3), (*body, GlobalAveragePooling2D(), Dense(units=10, activation="softmax")))
