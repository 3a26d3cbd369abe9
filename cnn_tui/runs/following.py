"""A run's events as they come: what is known of it by now, and the moment at which it ends."""

from cnn_tui.runs.events import read_events
from cnn_tui.runs.history import ENDED, History, fold_all
from cnn_tui.runs.run import Run


class Following:
    """Looks at one run at a time, and reads only what is new of it."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._offset = 0
        self._events_history = History()
        self._is_at_work = False

    def look(self, run: Run) -> tuple[History, bool]:
        """What is known of the run by now, and whether it has ended since the last look, at which it was at work."""
        if run != self._run:
            self._run, self._offset, self._events_history, self._is_at_work = run, 0, History(), False
        was_running = run.is_running
        self._is_at_work |= was_running
        events, self._offset = read_events(run.events_file, self._offset)
        self._events_history = fold_all(events, self._events_history)
        history = run.confirmed(self._events_history, was_running)
        has_ended = self._is_at_work and not was_running and history.state in ENDED
        if has_ended:
            self._is_at_work = False
        return history, has_ended
