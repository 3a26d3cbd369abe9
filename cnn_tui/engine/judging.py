"""What comes of an epoch that is over: whether its weights are the best, whether to go on, what is left of the rate."""

from msgspec.structs import replace

from cnn_tui.engine.checkpoints import State
from cnn_tui.runs.events import EpochEnd
from cnn_tui.spec.rates import Rates
from cnn_tui.spec.schedules import Plateau
from cnn_tui.spec.training import Training
from cnn_tui.spec.watching import Values, after_plateau, after_watching, is_best_of


def after_epoch(plan: Training, begun: State, end: EpochEnd, rates: Rates, steps: int) -> State:
    """The state after an epoch of so many steps; its weights are the best if it names this epoch so."""
    values = values_of(end)
    plateau, stopping = begun.plateau, begun.stopping
    if isinstance(plan.schedule, Plateau):
        plateau = after_plateau(plan.schedule, plateau, values, rates.base(begun.epoch, steps))
    if plan.early_stopping:
        stopping = after_watching(plan.early_stopping, stopping, values, begun.epoch)
    state = State(
        epoch=end.epoch,
        best_epoch=begun.best_epoch,
        best_accuracy=begun.best_accuracy,
        best_loss=begun.best_loss,
        plateau=plateau,
        stopping=stopping,
        elapsed=end.elapsed,
    )
    if not _is_best(plan, begun, values):
        return state
    score = (end.val_accuracy, end.val_loss) if end.val_loss is not None else (end.accuracy, end.loss)
    return replace(state, best_epoch=end.epoch, best_accuracy=score[0] or 0.0, best_loss=score[1])


def values_of(end: EpochEnd) -> Values:
    """What can be watched of an epoch, by the names that Keras has."""
    held_out = {"loss": end.val_loss, "accuracy": end.val_accuracy, **end.val_metrics}
    validation = {f"val_{name}": value for name, value in held_out.items()}
    return {"loss": end.loss, "accuracy": end.accuracy, **end.metrics, **validation}


def _is_best(plan: Training, begun: State, values: Values) -> bool:
    """By what early stopping watches, if it does; else more right on the validation rows, or as right and less wrong.

    Without such rows it is the newest.
    """
    if not begun.best_epoch:
        return True
    if plan.early_stopping:
        return is_best_of(plan.early_stopping, begun.stopping, values, begun.epoch)
    if (loss := values["val_loss"]) is None or begun.best_loss is None:
        return True
    return (values["val_accuracy"] or 0.0, -loss) > (begun.best_accuracy, -begun.best_loss)
