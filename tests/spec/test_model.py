"""The list of layers: every edit is a new model, and residual groups follow."""

import pytest

from cnn_tui.spec.layer_text import from_text, to_text
from cnn_tui.spec.layers import Activation, Dense, Residual
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.shapes import trace


def chain(text: str) -> Model:
    """`a b c R2 d`: units by letter, and the end of a group of two."""
    layers = [Residual(layers=int(word[1:])) if word[0] == "R" else Dense(units=8, name=word) for word in text.split()]
    return Model((8,), tuple(layers))


def told(model: Model) -> str:
    return " ".join(f"R{one.layers}" if isinstance(one, Residual) else one.name for one in model.layers)


NEW = Dense(units=8, name="new")
EDITS = {
    "inside": (chain("a b c R2 d").with_inserted(2, NEW), "a b new c R3 d"),
    "at its end": (chain("a b c R2 d").with_inserted(3, NEW), "a b c new R3 d"),
    "before it": (chain("a b c R2 d").with_inserted(1, NEW), "a new b c R2 d"),
    "behind it": (chain("a b c R2 d").with_inserted(4, NEW), "a b c R2 new d"),
    "one of two": (chain("a b c R2 d").without(1), "a c R1 d"),
    "the only one": (chain("a b R1 c").without(1), "a c"),
    "the end": (chain("a b c R2 d").without(3), "a b c d"),
    "the only one of an inner group": (chain("a b R1 c R3 d").without(1), "a c R1 d"),
    "out at the end": (chain("a b c R2 d").with_moved(2, 3), "a b R1 c d"),
    "out at the beginning": (chain("a b c R2 d").with_moved(1, 0), "b a c R1 d"),
    "in from above": (chain("a b c R2 d").with_moved(0, 1), "b a c R3 d"),
    "the end further down": (chain("a b c R2 d").with_moved(3, 4), "a b c d R3"),
    "the end further up": (chain("a b c R2 d").with_moved(3, 2), "a b R1 c d"),
    "the only one out": (chain("a b R1 c").with_moved(1, 2), "a b c"),
    "the only one up": (chain("a b R1 c").with_moved(1, 0), "b a c"),
}


@pytest.mark.parametrize(("made", "wanted"), EDITS.values(), ids=EDITS)
def test_a_group_follows_its_layers(made: Model, wanted: str):
    assert told(made) == wanted


def test_what_is_pasted_gets_names_of_its_own():
    model = chain("a b").with_pasted(1, (Dense(units=8, name="a"), Dense(units=8, name="c")))
    assert [layer.name for layer in model.layers] == ["a", "", "c", "b"]
    assert len(set(layer_names(model))) == 4


def test_a_layer_that_is_off_passes_on_what_it_gets():
    model = Model((8,), (Dense(units=8), Dense(units=3, enabled=False), Activation(activation="relu")))
    rows = trace(model)
    assert [(row.output_shape, row.parameters) for row in rows] == [((8,), 72), ((8,), 0), ((8,), 0)]


TEXTS = {
    "as Keras's guide writes it": """
        num_classes = 10
        model = keras.Sequential([
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu", kernel_regularizer=regularizers.l2(0.001)),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(num_classes, activation=tf.nn.softmax),
        ])
        model.compile(optimizer=keras.optimizers.Adam(0.001), loss="categorical_crossentropy")
    """,
    "one by one": """
        model = Sequential()
        model.add(Conv2D(32, 3, activation='relu', kernel_regularizer='l2(0.001)', input_shape=(28, 28, 1)))
        model.add(MaxPooling2D(2))
        model.add(Flatten())
        model.add(Dropout(rate=.5))
        model.add(Dense(10, "softmax"))
    """,
    "called on one another": """
        x = Conv2D(32, 3, activation="relu", kernel_regularizer=L2(l2=0.001))(inputs)
        x = MaxPooling2D()(x); x = Flatten()(x); x = Dropout(0.5)(x)
        y = Dense(10, activation="softmax")(x)
    """,
    "lines out of a list": """
        Conv2D(32, 3, activation="relu", kernel_regularizer=l2(0.001)),
          MaxPooling2D(2), Flatten(),
        Dropout(0.5), Dense(10, activation="softmax"),
    """,
    "JSON": """[
        {"class_name": "Conv2D", "config": {"filters": 32, "kernel_size": 3, "activation": "relu",
            "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.001}}}},
        {"class_name": "MaxPooling2D", "config": {}}, {"class_name": "Flatten", "config": {}},
        {"class_name": "Dropout", "config": {"rate": 0.5}},
        {"class_name": "Dense", "config": {"units": 10, "activation": "softmax"}}]""",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_layers_are_read_from_what_people_paste(text: str):
    assert to_text(from_text(text)).splitlines() == [
        'Conv2D(filters=32, kernel_size=(3, 3), activation="relu", kernel_regularizer=keras.regularizers.L2(l2=0.001))',
        "MaxPooling2D()",
        "Flatten()",
        "Dropout(rate=0.5)",
        'Dense(units=10, activation="softmax")',
    ]
