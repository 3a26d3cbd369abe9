"""What a training shows, in plain words with its numbers, and what to do about it."""

from itertools import pairwise
from math import log

from msgspec import Struct

from cnn_tui.results.scores import wilson_interval

RISE, FALL = 0.05, 0.01
"""By what share a loss must rise to count as worse, and fall to count as better."""
LAST = 3
"""Epochs in which nothing moves when a training has settled."""
WIDE = 0.05
"""An accuracy that is uncertain by more than this to either side says little."""

Values = tuple[float | None, ...]


class Course(Struct, frozen=True, kw_only=True):
    """What is known of a training, an epoch a value; None: not measured, or not a number."""

    losses: Values
    val_losses: Values = ()
    accuracy: float | None = None
    """On the training images in the last epoch."""
    val_accuracy: float | None = None
    """With the weights that are kept."""
    classes: int = 0
    """0: the answers are numbers."""
    is_entropy: bool = False
    """Whether the loss of guessing is the logarithm of the classes."""
    val_images: int = 0
    """0: not known."""
    rate: float = 0.0


class Finding(Struct, frozen=True):
    """One thing to know: a word that scripts can rely on, what is so, and what to do."""

    kind: str
    fact: str
    remedy: str = ""

    @property
    def sentence(self) -> str:
        """Both."""
        return f"{self.fact} {self.remedy}".strip()


def verdict(course: Course) -> tuple[Finding, ...]:
    """What can be said, the most important first; nothing before there is an epoch."""
    if not course.losses or course.losses[-1] is None:
        return ()
    if stuck := _stuck(course):
        return (stuck,)
    going = _unsteady(course) or _overfitting(course) or _improving(course) or _settled(course)
    return tuple(one for one in (going, _small_validation(course), _better_than_guessing(course)) if one)


def _stuck(course: Course) -> Finding | None:
    """The loss has never left the level of guessing."""
    if not course.is_entropy or course.classes < 2 or course.losses[-1] is None:
        return None
    guessing, loss = log(course.classes), course.losses[-1]
    if loss < 0.97 * guessing or (course.accuracy or 0) > 1.5 / course.classes:
        return None
    return Finding(
        "guessing",
        f"The loss is {loss:.2f}; guessing among {course.classes:,} classes gives {guessing:.2f}: it has learned "
        "nothing.",
        "Try a learning rate ten times smaller, and look in 1 Data at the scale and whether labels belong to images.",
    )


def _unsteady(course: Course) -> Finding | None:
    """The training loss itself jumps up again and again."""
    losses = [one for one in course.losses if one is not None]
    ups = sum(after > before * (1 + RISE) for before, after in pairwise(losses))
    if len(losses) < 4 or ups < (len(losses) - 1) / 3:
        return None
    lower = f" Try {course.rate / 3:.1g}, or a schedule such as cosine." if course.rate else ""
    rate = f" of {course.rate:g}" if course.rate else ""
    return Finding(
        "rate too high",
        f"The training loss rose in {ups} of {len(losses) - 1} epochs: the learning rate{rate} is too high.",
        lower.strip(),
    )


def _overfitting(course: Course) -> Finding | None:
    """The validation gets worse while the training gets better."""
    known = [(value, place) for place, value in enumerate(course.val_losses) if value is not None]
    if not known or course.val_losses[-1] is None:
        return None
    lowest, place = min(known)
    before, after = course.losses[place], course.losses[-1]
    is_worse = course.val_losses[-1] > lowest * (1 + RISE) and before is not None and after is not None
    if place > len(course.val_losses) - 3 or not is_worse or after >= before:  # type: ignore[operator]
        return None
    return Finding(
        "overfitting",
        f"Overfitting after epoch {place + 1:,}: the validation loss rose from {lowest:.3g} to "
        f"{course.val_losses[-1]:.3g} while that of the training fell from {before:.3g} to {after:.3g}.",
        "Add dropout, augmentation or data, or set early_stopping.",
    )


def _improving(course: Course) -> Finding | None:
    """The last epoch is clearly the best."""
    name, losses = _watched(course)
    if len(losses) == 1:
        return Finding("too short", "One epoch says little.", "Train for more.")
    if losses[-1] > min(losses) or losses[-1] > losses[-2] * (1 - FALL):
        return None
    fall = 1 - losses[-1] / losses[-2] if losses[-2] > 0 else 0.0
    return Finding(
        "improving",
        f"Still improving: the {name} loss fell by {fall:.0%} to {losses[-1]:.3g} in the last epoch.",
        "Train for more epochs.",
    )


def _settled(course: Course) -> Finding | None:
    """Nothing moves any more."""
    name, losses = _watched(course)
    last = losses[-LAST - 1 :]
    if len(last) <= LAST or max(last) - min(last) > 2 * FALL * abs(min(last)) * LAST:
        return None
    return Finding(
        "settled",
        f"Settled: in the last {LAST} epochs the {name} loss stayed between {min(last):.3g} and {max(last):.3g}.",
        "More epochs will not help; a lower rate at the end (schedule), augmentation or another model may.",
    )


def _small_validation(course: Course) -> Finding | None:
    if course.val_accuracy is None or not course.val_images:
        return None
    low, high = _interval(course)
    if high - low <= 2 * WIDE:
        return None
    return Finding(
        "small validation",
        f"The validation is too small to tell much: with {course.val_images:,} images an accuracy of "
        f"{course.val_accuracy:.2f} may be anything from {low:.2f} to {high:.2f}.",
        "Hold out more, or use folds.",
    )


def _better_than_guessing(course: Course) -> Finding | None:
    accuracy = course.val_accuracy if course.val_accuracy is not None else course.accuracy
    if course.classes < 2 or accuracy is None:
        return None
    guessing = 1 / course.classes
    is_told = accuracy > guessing
    if course.val_images and course.val_accuracy is not None:
        is_told = _interval(course)[0] > guessing
    where = "validation" if course.val_accuracy is not None else "training"
    numbers = f"{where} accuracy {accuracy:.3f}, guessing among {course.classes:,} classes {guessing:.3f}"
    if not is_told:
        return Finding("no better than guessing", f"Not told apart from guessing: {numbers}.")
    return Finding("better than guessing", f"Better than guessing by {accuracy - guessing:.3f}: {numbers}.")


def _watched(course: Course) -> tuple[str, list[float]]:
    """The loss by which a training is judged: of the validation if there is one."""
    validation = [one for one in course.val_losses if one is not None]
    return ("validation", validation) if validation else ("training", [one for one in course.losses if one is not None])


def _interval(course: Course) -> tuple[float, float]:
    assert course.val_accuracy is not None
    return wilson_interval(round(course.val_accuracy * course.val_images), course.val_images)
