"""The Galaxy tutorial as experiments: its text and its workflow file ask for different networks."""

from typing import Literal

from msgspec import Struct

from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.model_file import read_model
from cnn_tui.spec.training import Training

PresetName = Literal["text", "workflow"]
SAMPLE_EPOCHS = 10
"""Epochs on the sample digits: with an eighth of the images, 2 epochs are too few steps to learn from."""


class Preset(Struct, frozen=True):
    """A model that is shipped, and the epochs that go with it."""

    file: str
    epochs: int


PRESETS: dict[PresetName, Preset] = {
    "text": Preset("models/galaxy_cnn.json", epochs=2),
    "workflow": Preset("models/galaxy_cnn_workflow.json", epochs=10),
}


def tutorial(preset: PresetName = "text", data: Data | None = None) -> Experiment:
    """The tutorial's experiment: its network, Adam, batches of 500; on the sample digits unless other data is given."""
    chosen = PRESETS[preset]
    epochs = chosen.epochs if data else max(chosen.epochs, SAMPLE_EPOCHS)
    model = read_model(shipped(chosen.file))
    return Experiment(data=data or sample_digits(), model=model, training=Training(epochs=epochs, batch_size=500))


def sample_digits() -> Data:
    """The 10,000 real digits that come with the program."""
    folder = shipped("sample_data/digits")

    def table(part: str) -> Source:
        return Source(images=str(folder / f"X_{part}.tsv.gz"), labels=str(folder / f"y_{part}.tsv.gz"))

    return Data(train=table("train"), test=table("test"))
