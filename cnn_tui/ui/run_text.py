"""A run in words: where it is, how it ended, how its test went, and what can be done now."""

from collections.abc import Sequence

from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.scores import wilson_interval
from cnn_tui.runs.history import ENDED, History
from cnn_tui.text import clean

RESUMABLE = ("stopped", "interrupted", "failed")
"""States from which a trainer can go on."""
_ADVICE = {
    "done": "4 shows the results, n makes a new run.",
    "stopped": "4 shows the results, r goes on, n makes a new run.",
    "interrupted": "r resumes from the newest checkpoint, n makes a new run.",
    "diverged": "n makes a new run with other settings; how pixels are scaled is in 1 Data.",
    "failed": "n makes a new run, r tries again from the newest checkpoint.",
}
_MARKS = {"done": "✓", "stopped": "■", "interrupted": "⚠", "diverged": "✗", "failed": "✗"}


def clock(seconds: float) -> str:
    """Seconds as `01:02` or `3:01:02`."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute:02}:{second:02}"


def state_word(history: History) -> str:
    """What it does now: its phase while it is at work, else its state."""
    return history.phase if history.state in ("training", "starting") else history.state


def current_epoch(history: History) -> int:
    """The epoch it is in, from 1; the last one when all are over; 0 before it has begun."""
    return min(len(history.epochs) + 1, history.epochs_wanted)


def facts(history: History) -> tuple[str, ...]:
    """The facts of the title line, the most important first."""
    if not history.epochs_wanted:
        return ("reading the data and loading torch",)
    epoch = len(history.epochs) if history.state in ENDED else current_epoch(history)
    newest = history.last_sample or (history.epochs[-1] if history.epochs else None)
    rate = newest.learning_rate if newest else None
    told = () if rate is None else (f"rate {rate:.3g}",)
    speed = f"{history.images_per_second:,.0f} images/s" if history.images_per_second else ""
    found = (
        f"epoch {epoch:,} of {history.epochs_wanted:,}",
        speed,
        *told,
        clean(history.device),
        clean(history.precision),
    )
    return tuple(fact for fact in found if fact)


def times(history: History) -> str:
    """How long it has worked, and how long it will."""
    left = "" if history.seconds_left is None else f" · {clock(history.seconds_left)} left"
    return f"{clock(history.elapsed)} elapsed{left}"


def outcome(history: History) -> str:
    """How it ended, in plain words; empty while it goes on."""
    epochs, wanted = len(history.epochs), history.epochs_wanted
    match history.state:
        case "done":
            words = f"Done: {_epochs(epochs)} in {clock(history.elapsed)}. {_best(history)}"
        case "stopped":
            words = f"Stopped, as asked, after {epochs:,} of {_epochs(wanted)}. {_best(history)}"
        case "interrupted":
            words = f"Interrupted after {epochs:,} of {_epochs(wanted)}. {clean(history.text)}"
        case "diverged":
            words = f"Diverged: {clean(history.text) or 'the loss is not a number any more.'}"
        case "failed":
            words = f"Failed: {clean(history.text) or 'its trainer.log may say why.'}"
        case _:
            return ""
    return f"{_MARKS[history.state]} {words.strip()}"


def advice(history: History) -> str:
    """The keys that make sense after the end; empty while it goes on."""
    return _ADVICE.get(history.state, "")


def worry(history: History, silent: float = 0.0) -> str:
    """What is wrong while it goes on: nothing can be saved, or the trainer has been silent for so many seconds."""
    if history.state in ENDED:
        return ""
    if silent:
        return (
            f"⚠ No sign of life for {clock(silent)}: the trainer hangs, or its disk does. "
            f"t shows its log. X ends it; then r goes on from the newest checkpoint."
        )
    return f"⚠ Nothing can be saved: {clean(history.unsaved)}" if history.unsaved else ""


def why_no_evaluation(history: History | None) -> Sequence[str]:
    """Why there is no matrix to see, and what to do; None: there is no run."""
    if history is None:
        return "No run has been trained yet.", "Press 3 to go to Train and s to start one; its test is shown here."
    if history.state in ENDED:
        on = "Press 3 and r to go on with it, or t" if history.state in RESUMABLE else "T"
        return f"This run is {history.state} and has no test.", f"{on}est it as it is: cnn-tui evaluate RUN."
    if history.phase == "testing":
        return "The test images are being predicted now.", "The matrix is shown here in a moment."
    epoch = f"in epoch {current_epoch(history):,} of {history.epochs_wanted:,}" if history.epochs_wanted else "starting"
    return f"The training is {epoch}.", "Its test is shown here when it has ended. Press 3 to watch it."


def result_words(evaluation: Evaluation) -> str:
    """What was tested, and how it went: accuracy with its interval, and loss."""
    confusion = evaluation.confusion
    low, high = wilson_interval(confusion.correct, confusion.images)
    accuracy = f"accuracy {confusion.accuracy:.4f} (95 % {low:.4f}–{high:.4f})"
    return f"{evaluation.part} · {confusion.images:,} images · {accuracy} · loss {evaluation.loss:.4f}"


def _best(history: History) -> str:
    best = history.best
    if best is None:
        return "No weights are kept yet."
    if best.val_accuracy is None and best.val_loss is not None:  # numbers are predicted, of which none is right
        return f"The best weights are kept: epoch {best.epoch:,}, validation loss {best.val_loss:.4g}."
    if best.val_accuracy is None:
        return f"The weights of epoch {best.epoch:,} are kept."
    return f"The best weights are kept: epoch {best.epoch:,}, validation accuracy {best.val_accuracy:.4f}."


def _epochs(number: int) -> str:
    return f"{number:,} epoch{'' if number == 1 else 's'}"
