"""A Galaxy workflow of the deep-learning tools, as the experiment that it describes."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.errors import UserError
from cnn_tui.interop.galaxy_forms import Form, forms
from cnn_tui.interop.galaxy_model import keras_document
from cnn_tui.interop.galaxy_split import split
from cnn_tui.interop.galaxy_training import Told, scores, training
from cnn_tui.interop.keras_json import to_bilingual
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.make import change, make
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document
from cnn_tui.spec.training import Training

ARCHITECTURE, BUILDER, TRAINER = "keras_model_config", "keras_model_builder", "keras_train_and_eval"


class Workflow(Struct, frozen=True):
    """What a workflow asks for."""

    name: str
    model: Model
    training: Training
    split: dict[str, Any]
    """Settings of `Data`: which rows are held out, and how a table is read."""
    notes: tuple[str, ...]
    """What has no meaning here, and where the same is found."""
    cannot: tuple[str, ...]
    """What would train another network than the workflow's."""

    def experiment(self, data: Data) -> Experiment:
        """The workflow on these files. Raises UserError for what this program cannot train."""
        for one in self.cannot:
            remedy = "`cnn-tui model convert` takes the network alone, to be trained otherwise."
            raise UserError(f"asks for {one}", self.name, remedy)
        return Experiment(data=change(data, "the data", **self.split), model=self.model, training=self.training)


def read_workflow(document: Any, where: str) -> Workflow:
    """The workflow of a `.ga` file's JSON. Raises UserError naming the step."""
    found = forms(document, where)
    architecture = _only(found, ARCHITECTURE, where)
    if architecture is None:
        remedy = 'It needs a step "Create a deep learning model architecture".'
        raise UserError("is a workflow without a network", where, remedy)
    model = from_document(to_bilingual(keras_document(architecture), architecture.place), architecture.place)
    builder, trainer = _only(found, BUILDER, where), _only(found, TRAINER, where)
    trained = training(builder) if builder else Told(notes=(f"{where} does not say how it is trained.",))
    trained += scores(trainer) if trainer else Told()
    held_out = split(trainer) if trainer else Told()
    name = document.get("name")
    return Workflow(
        where,
        replace(model, name=name[:60]) if isinstance(name, str) and name else model,
        make(Training, trained.settings, where),
        held_out.settings,
        (*trained.notes, *held_out.notes, *_others(found)),
        (*trained.cannot, *held_out.cannot),
    )


def _only(found: tuple[Form, ...], tool: str, where: str) -> Form | None:
    """The step with this tool; None: there is none."""
    steps = [form for form in found if form.tool == tool]
    if len(steps) > 1:
        listed = " and ".join(str(form.number) for form in steps)
        raise UserError(f"has {len(steps)} networks, in its steps {listed}", where, "Give a workflow with one.")
    return steps[0] if steps else None


def _others(found: tuple[Form, ...]) -> list[str]:
    """What the other steps are here."""
    known = (ARCHITECTURE, BUILDER, TRAINER)
    return [f"{form.place}: {OTHERS.get(form.tool, _unknown)(form)}" for form in found if form.tool not in known]


def _one_hot(form: Form) -> str:
    return "labels are read as they are, one-hot or not."


def _prediction(form: Form) -> str:
    option = " --probabilities" if form.at("method") == "predict_proba" else ""
    return f"`cnn-tui predict RUN X_test.tsv -o predicted.tsv{option}` does it."


def _plot(form: Form) -> str:
    kind = form.at("plotting_selection", "plot_type")
    if kind == "classification_confusion_matrix":
        return "`cnn-tui galaxy RUN FOLDER` draws it."
    if kind == "keras_plot_model":
        return "`cnn-tui model show MODEL` lists its layers."
    return f"the plot {kind!s:.40} is left out."


def _unknown(form: Form) -> str:
    return f"the tool {form.tool:.60} is left out."


OTHERS: dict[str, Callable[[Form], str]] = {
    "sklearn_to_categorical": _one_hot,
    "model_prediction": _prediction,
    "ml_visualization_ex": _plot,
}
