"""`cnn-tui model`: the layer table of a model, known networks to begin with, and whether a model fits its data."""

from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from cnn_tui.cli import model_table, options
from cnn_tui.cli.options import AsJson, found_data
from cnn_tui.cli.output import complain, console, print_json, progress_console, table
from cnn_tui.errors import UserError, nearest, writing
from cnn_tui.machine import memory_bytes
from cnn_tui.spec.advice import advise
from cnn_tui.spec.checks import Around, around, check
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.fields import field
from cnn_tui.spec.layers import Shape, values
from cnn_tui.spec.make import check as check_setting
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import write_model
from cnn_tui.spec.model_presets import adapted, model_presets
from cnn_tui.spec.shapes import total_parameters, trace
from cnn_tui.spec.training import Training, usual_loss
from cnn_tui.text import clean

app = typer.Typer(help="Look at models; begin with a known one.", rich_markup_mode=None, no_args_is_help=True)

ModelPath = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL", help="A model: JSON, weights with one, a Galaxy workflow (.ga); or the name of a preset."
    ),
]
InputShape = Annotated[str, typer.Option("--input", help="Another input shape, such as 28,28,1.")]
Targets = Annotated[
    str, typer.Option(metavar="classes|numbers", help="What the labels of the data are: classes, or numbers.")
]
BatchSize = Annotated[int, typer.Option("--batch", min=1, help="How many images at once, for the memory they take.")]


@app.callback()
def _group() -> None:
    """Look at models; begin with a known one."""


@app.command("show")
def show_model(model: ModelPath, input_shape: InputShape = "", batch: BatchSize = 1, as_json: AsJson = False) -> None:
    """The layer table: shapes, kernels, parameters, multiply-adds, receptive field, memory."""
    opened = model_at(model)
    if input_shape:
        opened = replace(opened, input_shape=_shape(input_shape))
    rows = trace(opened)
    sentences = [problem.sentence for problem in check(opened)]
    advice = [one.sentence for one in advise(opened, rows)]
    if as_json:
        print_json(model_table.document(opened, rows, batch) | {"problems": sentences, "advice": advice})
        return
    model_table.print_model(opened, rows, batch)
    _say(sentences, advice)


@app.command("new")
def new_model(
    preset: Annotated[str, typer.Argument(metavar="[PRESET]", help="Its name; left out: the list.")] = "",
    out: Annotated[
        Path | None, typer.Argument(metavar="[OUT]", help="The file to write; PRESET.json if left out.")
    ] = None,
    data: options.DataPaths = None,
    input_shape: InputShape = "",
    classes: Annotated[int | None, typer.Option(min=2, help="How many classes it is to tell apart.")] = None,
    targets: Targets = "classes",
) -> None:
    """Begin with a known network, made to fit the data; without a name, what there is."""
    if not preset:
        _list_presets()
        return
    chosen = _preset(preset)
    path = out or Path(f"{preset}.json")
    if path.exists():
        raise UserError("exists already", str(path), "Give another name.")
    model, told = _fitted(chosen, data, input_shape, classes, targets)
    with writing(path):
        write_model(model, path)
    for change in told:
        progress_console().print(change)
    progress_console().print(f"{path}: {len(model.layers)} layers, {total_parameters(trace(model)):,} parameters")


@app.command("convert")
def convert_model(
    model: ModelPath,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write, in JSON.")],
) -> None:
    """Write a model as JSON that Keras 2 and 3 and Galaxy read; from a Galaxy workflow (.ga), its network."""
    from cnn_tui.interop.lost import lost
    from cnn_tui.interop.models import open_workflow

    if out.exists():
        raise UserError("exists already", str(out), "Give another name.")
    workflow = open_workflow(model)
    opened = workflow.model if workflow else model_at(model)
    with writing(out):
        write_model(opened, out)
    for note in workflow.notes if workflow else ():
        progress_console().print(clean(f"· {note}", 1000), soft_wrap=True)
    for sentence in dict.fromkeys((*lost(opened, "keras"), *lost(opened, "galaxy"))):
        progress_console().print(clean(f"! {sentence}", 1000), style="yellow", soft_wrap=True)
    parameters = total_parameters(trace(opened))
    progress_console().print(f"{clean(out)}: {len(opened.layers)} layers, {parameters:,} parameters", soft_wrap=True)


@app.command("check")
def check_model(
    model: ModelPath,
    data: options.DataPaths = None,
    batch: Annotated[int, typer.Option("--batch", min=1, help="How many images make a step.")] = Training().batch_size,
    targets: Targets = "classes",
    as_json: AsJson = False,
) -> None:
    """Whether a model can be trained, on this data if it is given; what is wrong and what could be better."""
    opened = model_at(model)
    known, training_values = _around(data, batch, targets)
    problems = [problem.sentence for problem in check(opened, known)]
    advice = [one.sentence for one in advise(opened, trace(opened), training_values)]
    if as_json:
        print_json({"problems": problems, "advice": advice})
    else:
        _say(problems, advice)
    if problems:
        raise typer.Exit(1)
    if not as_json:
        console().print("It can be trained on this data." if known else "It holds together; data will show if it fits.")


def model_at(path: Path) -> Model:
    """The model of a file, or of a preset of that name. Raises UserError."""
    from cnn_tui.interop.models import open_model

    named = next((preset.model for preset in model_presets() if preset.name == str(path)), None)
    return named if named and not path.exists() else open_model(path)


def _say(problems: list[str], advice: list[str]) -> None:
    for sentence in problems:
        complain(f"✗ {sentence}")
    for sentence in advice:
        progress_console().print(f"! {sentence}", style="yellow", soft_wrap=True)


def _list_presets() -> None:
    rows = [(one.name, f"{total_parameters(trace(one.model)):,}", one.about) for one in model_presets()]
    console().print(
        table(["preset", "parameters", "what it is"], rows, left=["preset", "what it is"], whole=["preset"])
    )


def _preset(name: str) -> Model:
    known = {one.name: one.model for one in model_presets()}
    if name not in known:
        remedy = nearest(name, tuple(known)) or "cnn-tui model new lists them."
        raise UserError(f'there is no preset "{name}"', remedy=remedy)
    return replace(known[name], name=name)


def _fitted(
    model: Model, data: list[str] | None, shape: str, classes: int | None, targets: str
) -> tuple[Model, tuple[str, ...]]:
    """The model for this data, or for this shape and these classes; what is not said stays."""
    known, _ = _around(data, 1, targets)
    last = trace(model)[-1].output_shape
    assert last is not None
    return adapted(
        model,
        _shape(shape) if shape else known.data_shape if known else model.input_shape,
        classes or (known.classes if known else values(last)),
        known.targets if known and not classes else 0,
    )


def _around(paths: list[str] | None, batch: int, targets: str) -> tuple[Around | None, int]:
    """What a model is to be trained with, and how many numbers the training images hold."""
    data = found_data(paths, {"targets": check_setting(field(Data, "targets"), targets, "--targets")})
    if data is None:
        return None, 0
    from cnn_tui.data.dataset import open_data

    train = open_data(data).train
    shape = train.images.shape[1:]
    training = Training(loss=usual_loss(train.targets), batch_size=batch)
    experiment = Experiment(data=data, model=Model(shape, ()), training=training)
    known = around(experiment, shape, train.classes, train.targets, memory_bytes())
    return known, len(train.images) * values(shape)


def _shape(text: str) -> Shape:
    sizes = text.replace("x", ",").split(",")
    if not all(size.strip().isdecimal() and 0 < int(size) < 2**31 for size in sizes) or len(sizes) > 4:
        raise UserError(f'"{text}" is not a shape', "--input", "Write sizes such as 784 or 28,28,1.")
    return tuple(map(int, sizes))
