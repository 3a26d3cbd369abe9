"""Graphs and workflows of which any part is replaced by anything: a model or one sentence, never a crash."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnn_tui.errors import UserError
from cnn_tui.interop.galaxy import read_workflow
from cnn_tui.interop.keras_json import to_bilingual
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.model_file import from_document
from tests.interop.test_galaxy import DENSE, architecture, builder, layer, trainer
from tests.strategies import examples

ANYTHING = st.sampled_from(
    [None, True, 0, -1, 3, 1e300, "", "x", "conv2d", "add", "a" * 99, [], [[]], [None], {}, {"class_name": "Add"}, [[["conv2d", 0, 0, {}]]], 10**30]
)  # fmt: skip
GRAPH = json.loads(shipped("models/resnet_small.json").read_text())
del GRAPH["cnn_tui"]
STEPS = (
    architecture(layer("Conv2D", filters="4", kernel_size="3", kwargs="padding='same'"), layer("Flatten"), DENSE),
    builder("SGD", {"learning_rate": "0.1"}, fit={"callbacks": [{"callback_selection": {"callback_type": "EarlyStopping"}}]}),
    trainer({"shuffle": "simple", "test_size": "0.2"}, input_options={"column_selector_options_1": {"col1": "1"}}),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a JSON value."""
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*path, key))


def damaged(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    made = copy.deepcopy(value)
    held = made
    for key in path[:-1]:
        held = held[key]
    held[path[-1]] = by
    return made


GRAPH_PLACES = list(places(GRAPH))
FORMS = [{**one, "tool_state": json.loads(one["tool_state"])} for one in STEPS]
FORM_PLACES = list(places(FORMS))


@settings(max_examples=examples(400), suppress_health_check=list(HealthCheck))
@given(path=st.sampled_from(GRAPH_PLACES), by=ANYTHING)
def test_a_graph_with_anything_anywhere_is_read_or_refused(path: tuple[Any, ...], by: Any):
    with suppress(UserError):
        from_document(to_bilingual(damaged(GRAPH, path, by), "m"), "m")


@settings(max_examples=examples(300), suppress_health_check=list(HealthCheck))
@given(path=st.sampled_from(FORM_PLACES), by=ANYTHING)
def test_a_workflow_with_anything_anywhere_is_read_or_refused(path: tuple[Any, ...], by: Any):
    forms = damaged(FORMS, path, by)
    steps = {
        str(number): {**one, "tool_state": json.dumps(one.get("tool_state"))} if isinstance(one, dict) else one
        for number, one in enumerate(forms)
    }
    with suppress(UserError):
        workflow = read_workflow({"a_galaxy_workflow": "true", "name": "mine", "steps": steps}, "mine.ga")
        workflow.experiment(Data(train=Source(images="X", labels="y")))
