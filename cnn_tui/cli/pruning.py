"""Runs of a sweep that are hopeless, by Optuna's median rule: worse after an epoch than the median of those done."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from cnn_tui.errors import UserError
from cnn_tui.runs.events import EpochEnd
from cnn_tui.runs.sweeps import score


class Pruning:
    """What Optuna knows of the runs so far. Raises UserError when it is not installed."""

    def __init__(self) -> None:
        if find_spec("optuna") is None:
            problem = "early pruning needs the package optuna, which is not installed"
            raise UserError(problem, "--prune", "pip install 'cnn-tui[sweeps]', or leave it out.")
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._study = optuna.create_study(direction="maximize", pruner=optuna.pruners.MedianPruner())
        self._ended = {True: optuna.trial.TrialState.COMPLETE, False: optuna.trial.TrialState.PRUNED}
        self._trials: dict[str, Any] = {}
        self._told: dict[str, int] = {}

    def is_hopeless(self, name: str, epochs: Sequence[EpochEnd]) -> bool:
        """Whether a run at work should be stopped; said once, when an epoch is over that was not known before."""
        return self._report(name, epochs) and bool(self._trials[name].should_prune())

    def ended(self, name: str, epochs: Sequence[EpochEnd], state: str) -> None:
        """A run has ended; only one that is done is a measure for others."""
        self._report(name, epochs)
        is_done = state == "done" and bool(epochs)
        values = max(map(score, epochs)) if is_done else None
        self._study.tell(self._trials[name], values, state=self._ended[is_done])

    def _report(self, name: str, epochs: Sequence[EpochEnd]) -> bool:
        """Tells Optuna of what it does not know yet; whether there was something."""
        trial = self._trials.setdefault(name, None) or self._study.ask()
        self._trials[name] = trial
        told = self._told.get(name, 0)
        for epoch in epochs[told:]:
            trial.report(score(epoch), epoch.epoch)
        self._told[name] = len(epochs)
        return len(epochs) > told
