"""What a run will take, told before it starts: steps, memory, and time where a run like it is known."""

from cnn_tui.spec.memory import training_bytes
from cnn_tui.spec.steps import steps_an_epoch, training_images
from cnn_tui.ui.numbers import memory
from cnn_tui.ui.run_text import clock
from cnn_tui.ui.session import Session


def forecast(session: Session, images_per_second: float | None) -> str:
    """One line; empty while too little is known."""
    if session.data is None or session.report is None or session.problems:
        return ""
    training = session.training
    images = training_images(session.data, session.report)
    steps = steps_an_epoch(images, training)
    needed = training_bytes(session.rows, session.model.input_shape, training.batch_size)
    words = [
        f"{steps * training.epochs:,} steps, {steps:,} an epoch",
        f"about {memory(needed)} for weights and one batch{_share(needed, session.memory_bytes)}",
    ]
    if images_per_second:
        seconds = images * training.epochs / images_per_second
        words.append(f"about {clock(seconds)}, at {images_per_second:,.0f} images/s as before")
    return " · ".join(words)


def _share(needed: int, there: int) -> str:
    """Said when it is much of what this machine has."""
    return f", {needed / there:.0%} of this machine's memory" if there and needed > there / 2 else ""
