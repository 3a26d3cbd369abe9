"""Galaxy's form "Create deep learning model" as our training: optimizer, loss, metrics, epochs, callbacks."""

from typing import Any

from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.interop.galaxy_forms import Form, typed
from cnn_tui.spec.make import make
from cnn_tui.spec.training import Training

DEFAULT_EPOCHS, DEFAULT_BATCH = 1, 32
OF_KERAS_ONLY = {"restore_best_weights"}
"""Settings that say what this program does anyway: the best weights are kept."""


class Told(Struct, frozen=True):
    """What a form says, in our words: settings, what has no meaning here, what cannot be done."""

    settings: dict[str, Any] = {}
    notes: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()

    def __add__(self, other: "Told") -> "Told":
        return Told(self.settings | other.settings, self.notes + other.notes, self.cannot + other.cannot)


def training(form: Form) -> Told:
    """The training. Raises UserError for what is outside its limits."""
    compiled, fitted = form.section("mode_selection", "compile_params"), form.section("mode_selection", "fit_params")
    epochs = typed("epochs", fitted.get("epochs"), form.place)
    batch_size = typed("batch_size", fitted.get("batch_size"), form.place)
    told = Told({"epochs": epochs or DEFAULT_EPOCHS, "batch_size": batch_size or DEFAULT_BATCH})
    seed = typed("random_seed", form.at("mode_selection", "random_seed"), form.place)
    if seed is not None:
        told += Told({"seed": seed})
    make(Training, told.settings, form.place)
    told += possible("loss", compiled.get("loss", "binary_crossentropy"))
    told += possible("optimizer", _optimizer(form))
    told += _each("metrics", [one for one in listed(compiled.get("metrics")) if one != "none"], form)
    return told + _callbacks(fitted, form) + _left_out(fitted, form)


def possible(name: str, value: Any) -> Told:
    """A setting of a training, or what keeps this program from it."""
    try:
        return Told({name: getattr(make(Training, {name: value}), name)})
    except UserError as error:
        what = value.get("class_name") if isinstance(value, dict) else value
        return Told(cannot=(f"the {name.replace('_', ' ')} {what!s:.60}: {error.problem}",))


def _each(name: str, words: list[Any], form: Form) -> Told:
    """A list of words, without those that this program does not have."""
    told, kept = Told(), []
    for word in words:
        if possible(name, (word,)).cannot:
            told += Told(notes=(f"{form.place}: {word!s:.60} is no {name} of this program.",))
        else:
            kept.append(word)
    return told + possible(name, kept) if kept else told


def scores(form: Form) -> Told:
    """What the test is scored by."""
    scoring = form.section("experiment_schemes", "metrics", "scoring")
    primary = scoring.get("primary_scoring")
    first = possible("primary_scoring", primary) if primary not in (None, "default", "") else Told()
    others = [one for one in listed(scoring.get("secondary_scoring")) if one not in ("None", "")]
    return Told(first.settings, first.cannot) + _each("secondary_scoring", others, form)


def _optimizer(form: Form) -> dict[str, Any]:
    """The optimizer as JSON has it. A setting of 0 or none is Keras's default, as in Galaxy."""
    chosen = form.section("mode_selection", "compile_params", "optimizer_selection")
    options = chosen.get("optimizer_options")
    return {"class_name": chosen.get("optimizer_type", "RMSprop"), **_filled_in(options, form)}


def _filled_in(options: Any, form: Form) -> dict[str, Any]:
    given = options.items() if isinstance(options, dict) else ()
    values = {name: typed(name, one, form.place) for name, one in given if not name.startswith("__")}
    return {name: one for name, one in values.items() if one and name not in OF_KERAS_ONLY}


def _callbacks(fitted: dict[str, Any], form: Form) -> Told:
    told = Told()
    for one in listed(fitted.get("callbacks")):
        chosen = one.get("callback_selection") if isinstance(one, dict) else None
        chosen = chosen if isinstance(chosen, dict) else {}
        kind, options = chosen.get("callback_type", "None"), chosen.get("callback_options", chosen)
        settings = {key: value for key, value in _filled_in(options, form).items() if key != "callback_type"}
        match kind:
            case "EarlyStopping":
                told += possible("early_stopping", {"class_name": "EarlyStopping", "config": settings})
            case "ReduceLROnPlateau":
                told += possible("schedule", {"class_name": "Plateau", "config": settings})
            case "CSVLogger":
                told += Told({"csv_log": True})
            case "TerminateOnNaN":
                told += Told(notes=(f"{form.place}: a training whose loss is no number always ends here.",))
            case "None":
                pass
            case _:
                told += Told(notes=(f"{form.place}: the callback {kind!s:.60} is left out.",))
    return told


def _left_out(fitted: dict[str, Any], form: Form) -> Told:
    notes = []
    for name in ("steps_per_epoch", "validation_steps"):
        if value := typed(name, fitted.get(name), form.place):
            notes.append(f"{form.place}: {name} {value} is left out; an epoch is all rows.")
    if share := typed("validation_split", fitted.get("validation_split"), form.place):
        notes.append(
            f"{form.place}: validation_split {share} has no effect, as in Galaxy; the next tool holds rows out."
        )
    return Told(notes=tuple(notes))


def listed(value: Any) -> list[Any]:
    """What a field with several choices holds."""
    return value if isinstance(value, list) else [] if value is None else str(value).split(",")
