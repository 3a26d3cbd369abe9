"""The stand-alone Python file: run where nothing of this program can be imported, it answers as the model does."""

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import torch
from hypothesis import HealthCheck, given, settings

from cnn_tui.engine.build import Network
from cnn_tui.engine.model_weights import About, Trained
from cnn_tui.engine.python_file import write_python
from cnn_tui.engine.weights import initialize
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.layers import Activation, BatchNormalization, Conv2D, Dense, Flatten, GroupNormalization, Layer
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_presets import model_presets
from cnn_tui.spec.shapes import first_problem, trace
from tests.strategies import any_model, examples

NETWORKS, DRAWN = 40, 150
ALONE = """
import importlib.abc, sys

class Nothing(importlib.abc.MetaPathFinder):
    torch = {"torch", "torchgen", "functorch", "sympy", "mpmath", "networkx", "jinja2", "markupsafe", "fsspec", "filelock"}
    allowed = {*torch, "typing_extensions", "safetensors", "numpy", *sys.stdlib_module_names}

    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] not in self.allowed:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Nothing())
"""
"""What stands before code that is to find torch, with what pip installs along with it, and safetensors alone."""
ANSWER = """
import importlib.util, torch
from pathlib import Path
for file in sorted(Path(sys.argv[1]).glob("*.py")):
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    images = torch.load(file.with_suffix(".images"), weights_only=True)
    torch.save(module.predict(module.load(), images), file.with_suffix(".answers"))
"""


def trained(model: Model, scaling: Scaling = Scaling(), classes: tuple[str, ...] = ("a", "b")) -> Trained:  # noqa: B008
    network = Network(model).eval()
    initialize(network, 0)
    with torch.no_grad():  # what starts alike for all would hide a mistake
        for number, weight in enumerate(network.weights()):
            dice = torch.Generator().manual_seed(number)
            weight.array.copy_(
                torch.rand(weight.array.shape, generator=dice) - (weight.name != "moving_variance") * 0.5
            )
    return Trained(network, About(classes=classes, data_shape=model.input_shape, scaling=scaling, epoch=1))


def run_alone(code: str, *words: object) -> str:
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE + code, *map(str, words)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def assert_they_answer_alike(models: list[Trained], folder: Path) -> None:
    """To 1e-6 of the largest number that is answered: float32 itself has no more."""
    asked = [torch.randn(3, *one.about.data_shape, generator=torch.Generator().manual_seed(1)) for one in models]
    for number, (one, images) in enumerate(zip(models, asked, strict=True)):
        write_python(one, folder / f"m{number}.py")
        torch.save(images, folder / f"m{number}.images")
    run_alone(ANSWER, folder)
    for number, (one, images) in enumerate(zip(models, asked, strict=True)):
        with torch.inference_mode():
            ours = one.network(images).numpy()
        theirs = torch.load(folder / f"m{number}.answers", weights_only=True).numpy()
        scale = max(1.0, float(np.nan_to_num(np.abs(ours), posinf=1.0).max(initial=1.0)))
        text = (folder / f"m{number}.py").read_text()
        np.testing.assert_allclose(theirs / scale, ours / scale, rtol=1e-6, atol=1e-6, err_msg=text)


def test_known_networks_answer_alone_as_here(tmp_path: Path):
    assert_they_answer_alike([trained(preset.model) for preset in model_presets()], tmp_path)


def test_random_networks_answer_alone_as_here(tmp_path: Path):
    models: list[Trained] = []

    @settings(max_examples=examples(DRAWN), suppress_health_check=list(HealthCheck))
    @given(model=any_model())
    def collect(model: Model):
        if len(models) < examples(NETWORKS) and first_problem(trace(model)) is None:
            models.append(trained(model))

    collect()
    assert len(models) >= NETWORKS
    assert_they_answer_alike(models, tmp_path)


EVIL = ('"""', "'''", "{x}", "\\", "a\nb", "import os; os.remove('x')", "\x1b[31m", "naïve", "${HOME}", "#")


def test_outside_text_stays_text(tmp_path: Path):
    layers: tuple[Layer, ...] = (
        Flatten(),
        Dense(units=len(EVIL), name="forward"),
        Dense(units=len(EVIL), name="class"),
    )
    one = trained(Model((2, 2, 1), layers, 'x"""\nimport os\n"""'), classes=EVIL)
    path = tmp_path / 'odd "name" {0}.py'
    write_python(one, path)
    told = run_alone(
        "import runpy\nheld = runpy.run_path(sys.argv[1])\nsys.stdout.buffer.write(repr(held['CLASSES']).encode())",
        path,
    )
    assert eval(told) == EVIL  # noqa: S307 (the text of our own tuple)
    assert run_alone("import runpy\nsys.argv = sys.argv[1:]\nrunpy.run_path(sys.argv[0], run_name='__main__')", path)


NO_SETTING_IN_TORCH: tuple[Layer, ...] = (
    BatchNormalization(scale=False),
    BatchNormalization(center=False, axis=1),
    BatchNormalization(scale=False, center=False),
    GroupNormalization(groups=-1, scale=False, axis=2),
    Activation(activation="hard_sigmoid"),
)


def test_what_torch_has_no_setting_for_is_written_otherwise(tmp_path: Path):
    behind = Conv2D(filters=2, kernel_size=(2, 2), padding="same")
    models = [Model((4, 3, 2), (layer, behind), keras=keras) for layer in NO_SETTING_IN_TORCH for keras in (2, 3)]
    assert_they_answer_alike([trained(model) for model in models], tmp_path)


def test_it_reads_images_and_says_their_classes(tmp_path: Path):
    model = Model((4,), (Dense(units=2, activation="softmax"),))
    one = trained(model, Scaling((1.0,), (2.0,)), classes=("cat", "dog"))
    write_python(one, tmp_path / "pets.py")
    images = np.arange(12, dtype=np.uint8).reshape(3, 4)
    np.save(tmp_path / "images.npy", images)
    np.savez(tmp_path / "images.npz", x=images)
    with torch.inference_mode():
        answers = one.network((torch.tensor(images).float() - 1) / 2)
    wanted = [f"{('cat', 'dog')[int(row.argmax())]}\t{float(row.max()):.4f}" for row in answers]
    for name in ("images.npy", "images.npz"):
        code = "import runpy\nsys.argv = sys.argv[1:]\nrunpy.run_path(sys.argv[0], run_name='__main__')"
        assert run_alone(code, tmp_path / "pets.py", tmp_path / name).splitlines() == wanted
    assert textwrap.dedent((tmp_path / "pets.py").read_text()).count("cnn_tui") == 0
