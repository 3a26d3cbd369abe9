"""What a plateau and early stopping make of one epoch after the other, as Keras's callbacks do, line by line.

What they remember is small and goes into every checkpoint, so that a resumed run decides as an undisturbed one would.
"""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.spec.metrics import METRIC_ALIASES, grows
from cnn_tui.spec.schedules import EarlyStopping, Plateau

Values = Mapping[str, float | None]
"""What is known of an epoch: `loss`, `val_loss`, `accuracy`, ...; None: it is not a number."""


class Waiting(Struct, frozen=True, omit_defaults=True):
    """What is remembered of the epochs before."""

    best: float | None = None
    wait: int = 0
    """Epochs since there was a better one."""
    cooldown: int = 0
    """Epochs that do not count yet."""
    reduced: float | None = None
    """The rate that a plateau has left; None: the whole."""
    changes: int = 0
    """How often someone had set the rate when that was so."""
    stopped: bool = False
    """Whether the training is to end."""


def is_better(watcher: Plateau | EarlyStopping, value: float | None, than: float | None) -> bool:
    """Whether a value is an improvement: by more than `min_delta`, or the first one. What is no number never is."""
    if value is None:
        return False
    if than is None:
        return True
    if watcher.mode == "max" or (watcher.mode == "auto" and grows(watched_name(watcher))):
        return value - watcher.min_delta > than
    return value + watcher.min_delta < than


def is_best_of(stopping: EarlyStopping, waiting: Waiting, values: Values, epoch: int) -> bool:
    """Whether an epoch (from 0) has the best weights so far, given what was known before it."""
    is_watched = epoch >= stopping.start_from_epoch
    return is_watched and is_better(stopping, values.get(watched_name(stopping)), waiting.best)


def watched_name(watcher: Plateau | EarlyStopping) -> str:
    """What is watched, by the name that values have: `val_acc` is `val_accuracy`."""
    name = watcher.monitor.removeprefix("val_")
    return f"{'val_' if watcher.monitor.startswith('val_') else ''}{METRIC_ALIASES.get(name, name)}"


def left_of(waiting: Waiting, base: tuple[float, int]) -> float:
    """The rate after a plateau's falls; `base`: the rate without them, and how often it was set by someone since."""
    return waiting.reduced if waiting.reduced is not None and waiting.changes == base[1] else base[0]


def after_plateau(plateau: Plateau, waiting: Waiting, values: Values, base: tuple[float, int]) -> Waiting:
    """What a plateau knows after one more epoch: Keras's ReduceLROnPlateau.on_epoch_end."""
    value, rate = values.get(watched_name(plateau)), left_of(waiting, base)
    cooldown, wait = waiting.cooldown, waiting.wait
    if cooldown > 0:
        cooldown, wait = cooldown - 1, 0
    if is_better(plateau, value, waiting.best):
        return Waiting(best=value, cooldown=cooldown, reduced=rate, changes=base[1])
    if cooldown <= 0:
        wait += 1
        if wait >= plateau.patience and rate > plateau.min_lr:
            rate, cooldown, wait = max(rate * plateau.factor, plateau.min_lr), plateau.cooldown, 0
    return Waiting(best=waiting.best, wait=wait, cooldown=cooldown, reduced=rate, changes=base[1])


def after_watching(stopping: EarlyStopping, waiting: Waiting, values: Values, epoch: int) -> Waiting:
    """What early stopping knows after an epoch (from 0): Keras's EarlyStopping.on_epoch_end."""
    if epoch < stopping.start_from_epoch:
        return waiting
    value = values.get(watched_name(stopping))
    wait = waiting.wait + 1
    if is_better(stopping, value, waiting.best):
        beats = stopping.baseline is None or is_better(stopping, value, stopping.baseline)
        return replace(waiting, best=value, wait=0 if beats else wait)
    return replace(waiting, wait=wait, stopped=wait >= stopping.patience and epoch > 0)
