"""What many tests start from: a small experiment on real digits, and folders of their own."""

import gzip
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings
from msgspec.structs import replace

from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D, Reshape
from cnn_tui.spec.model import Model
from cnn_tui.spec.training import Training
from tests.strategies import FUZZ

TRAINING_ROWS, TEST_ROWS = 400, 100

settings.register_profile("same", deadline=None, derandomize=True)  # a failure is a change, not chance
settings.register_profile("fuzz", deadline=None, print_blob=True)
settings.load_profile("fuzz" if os.environ.get(FUZZ) else "same")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Files as bytes are not put into the names of tests: they are long, and a zip holds the time it was made."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True, scope="session")
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Neither the user's cache nor the user's settings take part."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_TUI_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True)
def exact_numbers() -> Iterator[None]:
    """What a training in this process sets, tiny numbers counting as zero, ends with its test."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)


@pytest.fixture(scope="session")
def few_digits(tmp_path_factory: pytest.TempPathFactory) -> Data:
    """The first few hundred of the sample digits, as plain files."""
    folder = tmp_path_factory.mktemp("few-digits")
    for name, rows in (("train", TRAINING_ROWS), ("test", TEST_ROWS)):
        for kind in ("X", "y"):
            lines = gzip.decompress(shipped(f"sample_data/digits/{kind}_{name}.tsv.gz").read_bytes()).splitlines(True)
            (folder / f"{kind}_{name}.tsv").write_bytes(b"".join(lines[:rows]))
    return Data(
        train=Source(images=str(folder / "X_train.tsv"), labels=str(folder / "y_train.tsv")),
        test=Source(images=str(folder / "X_test.tsv"), labels=str(folder / "y_test.tsv")),
        scale="unit",
    )


@pytest.fixture(scope="session")
def experiment(few_digits: Data) -> Experiment:
    """A network with everything random in it, trained for a moment."""
    layers = (
        Reshape(target_shape=(28, 28, 1)),
        Conv2D(filters=8, kernel_size=(3, 3), activation="relu"),
        MaxPooling2D(),
        Flatten(),
        Dropout(rate=0.2),
        Dense(units=10, activation="softmax"),
    )
    training = Training(epochs=3, batch_size=20, seed=7)
    return Experiment(data=few_digits, model=Model((784,), layers, "small"), training=training)


def with_training(experiment: Experiment, **settings: object) -> Experiment:
    return replace(experiment, training=replace(experiment.training, **settings))
