"""What a preview says: of a model that comes in, with the training it would bring, and of one that goes out."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from cnn_tui.interop.lost import PROGRAMS, Target, lost
from cnn_tui.interop.models import Found
from cnn_tui.spec.fields import fields, show
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import first_problem, total_parameters, trace
from cnn_tui.ui.dialogs.preview import Said, Way
from cnn_tui.ui.numbers import times
from cnn_tui.ui.session import Session


def facts(model: Model) -> tuple[tuple[str, str], ...]:
    """What a model is, in a few lines."""
    rows = trace(model)
    problem = first_problem(rows)
    return (
        ("name", model.name),
        ("layers", f"{len(model.layers):,}"),
        ("parameters", f"{total_parameters(rows):,}"),
        ("input", times(model.input_shape)),
        *((("problem", problem.sentence),) if problem else ()),
    )


def imported(found: Found, session: Session) -> Said:
    """What a file brings, and what stays in it."""
    brings: tuple[tuple[str, str], ...] = ()
    notes = found.notes
    if workflow := found.workflow:
        changes = _changes(session.training, asdict(workflow.training))
        if session.data:
            changes += _changes(session.data, workflow.split)
        told = changes or ("as it is set here already",)
        brings = tuple(("" if at else "training", one) for at, one in enumerate(told))
        notes = (*notes, *(f"It asks for {one}." for one in workflow.cannot))
    return Said((*facts(found.model), *brings), notes, "All of it is read.")


def import_ways(found: Found) -> tuple[Way[bool], ...]:
    """The model alone, or with the training of a workflow."""
    model = Way("Take the model", False)
    if found.workflow is None:
        return (model,)
    why_not = "Its training cannot be done here as it asks." if found.workflow.cannot else ""
    return model, Way("Model and training", True, why_not)


def exported_model(model: Model) -> Said:
    """What each program makes of the JSON of a model."""
    notes: dict[str, None] = {}
    reads: list[tuple[str, str]] = []
    for target, program in PROGRAMS.items():
        sentences = lost(model, target)
        notes |= dict.fromkeys(sentences)
        reads.append((program.name, "reads all of it" if not sentences else "does not read all of it as it is meant"))
    return Said((*facts(model), *reads), tuple(notes), "Nothing is lost.")


def exported_weights(model: Model, about: str, target: Target | None) -> Said:
    """What a file of a trained model holds, and what its reader makes of it."""
    sentences = lost(model, target) if target else ()
    kept = (("the file", about), ("left here", "optimizer, curves and checkpoints stay in the run"))
    return Said((*facts(model), *kept), sentences, "Nothing of the model is lost.")


def _changes(now: Struct, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Settings that would become other ones, as `epochs 2 → 10`."""
    held = ((one.name, getattr(now, one.name)) for one in fields(type(now)) if one.name in settings)
    return tuple(
        f"{name.replace('_', ' ')} {show(value)} → {show(settings[name])}"
        for name, value in held
        if value != settings[name]
    )
