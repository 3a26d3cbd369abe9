"""The queue of a sweep: some runs at a time until each is made; what is done already is not made again."""

import os
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cnn_tui.cli.experiments import make_run
from cnn_tui.cli.pruning import Pruning
from cnn_tui.errors import UserError
from cnn_tui.runs.control import ask
from cnn_tui.runs.history import History, State
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, list_runs
from cnn_tui.runs.sweeps import Asked, join, mark_pruned, refused, working_on, write_sweep
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.sweep import Combination, title

SECONDS_BETWEEN_LOOKS = 0.2
MADE: tuple[State, ...] = ("done", "stopped", "diverged")
"""What would end in the same way again; anything else is gone on with."""
NOTHING = History()


@dataclass(frozen=True)
class Wanted:
    """One run of a sweep."""

    combination: Combination
    experiment: Experiment


@dataclass(frozen=True)
class Outcome:
    """What came of it; without a run, why there is none."""

    combination: Combination
    run: Run | None = None
    history: History = NOTHING
    problem: str = ""


@dataclass(frozen=True)
class _Active:
    wanted: Wanted
    run: Run
    process: "subprocess.Popen[bytes] | None"
    """None: somebody else started it."""

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None if self.process else not self.run.is_running


class Queue:
    """Works through what is wanted. `say` hears of every outcome; `pruning`, if any, stops what is hopeless."""

    def __init__(
        self, folder: Path, at_once: int, pruning: Pruning | None, say: Callable[[Outcome, int], None]
    ) -> None:
        self._folder, self._at_once, self._pruning, self._say = folder, at_once, pruning, say
        self._active: list[_Active] = []
        self._asked = Asked()
        self.outcomes: list[Outcome] = []
        if at_once > 1:  # else each would take every core, and all would wait for each other
            os.environ.setdefault("OMP_NUM_THREADS", str(max((os.cpu_count() or 1) // at_once, 1)))

    def work(self, wanted: Sequence[Wanted]) -> None:
        """Returns when all have ended. Raises UserError when no run can be kept in the folder."""
        waiting, known = deque(wanted), _known(self._folder)
        combinations = tuple(one.combination for one in wanted)
        self._asked = Asked(settings=tuple(combinations[0]), combinations=combinations)
        write_sweep(self._folder, self._asked)
        with working_on(self._folder):
            while waiting or self._active:
                while waiting and len(self._active) < self._at_once:
                    self._begin(waiting.popleft(), known)
                for one in tuple(self._active):
                    self._look(one)
                if self._active:
                    time.sleep(SECONDS_BETWEEN_LOOKS)

    def terminate(self) -> None:
        """Asks every trainer to save and end."""
        for one in self._active:
            if one.process:
                one.process.terminate()

    def wait(self, timeout: float) -> None:
        """Until they have; raises TimeoutExpired."""
        deadline = time.monotonic() + timeout
        for one in self._active:
            if one.process:
                one.process.wait(max(deadline - time.monotonic(), 0.0))

    def _begin(self, wanted: Wanted, known: list[tuple[Experiment, Run]]) -> None:
        run = next((run for experiment, run in known if experiment == wanted.experiment), None)
        if run:
            join(run, wanted.combination)
        if run and (history := run.history()).state in MADE:
            self._end(Outcome(wanted.combination, run, history))
            return
        try:
            if run is None:
                run = make_run(wanted.experiment, self._folder, title(wanted.combination))
                join(run, wanted.combination)
            process = None if run.is_running else launch(run)
        except UserError as error:
            self._asked = refused(self._asked, wanted.combination, error.sentence)
            write_sweep(self._folder, self._asked)
            self._end(Outcome(wanted.combination, problem=error.sentence))
            return
        self._active.append(_Active(wanted, run, process))

    def _look(self, one: _Active) -> None:
        ended = one.has_ended
        if not ended and self._pruning is None:
            return
        history = one.run.history()
        if ended:
            self._active.remove(one)
            self._end(Outcome(one.wanted.combination, one.run, history))
        elif self._pruning and self._pruning.is_hopeless(one.run.name, history.epochs):
            mark_pruned(one.run)
            with suppress(UserError):  # it has just ended by itself
                ask(one.run, "stop")

    def _end(self, outcome: Outcome) -> None:
        if self._pruning and outcome.run:
            self._pruning.ended(outcome.run.name, outcome.history.epochs, outcome.history.state)
        self.outcomes.append(outcome)
        self._say(outcome, len(self.outcomes))


def _known(folder: Path) -> list[tuple[Experiment, Run]]:
    """The runs that an earlier call has made, with what was asked of them."""
    found = []
    for run in list_runs(folder):
        with suppress(UserError):
            found.append((run.experiment(), run))
    return found
