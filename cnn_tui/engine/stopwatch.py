"""Time spent working: it stands still during a pause and goes on where an earlier trainer left off."""

import time


class Stopwatch:
    """Seconds of work, on the clock that nobody sets."""

    def __init__(self, elapsed: float = 0.0) -> None:
        self._before = elapsed
        self._since: float | None = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds of work so far."""
        return self._before + (time.monotonic() - self._since if self._since is not None else 0.0)

    def stop(self) -> None:
        """Stands still from now on."""
        self._before, self._since = self.elapsed, None

    def go_on(self) -> None:
        """Runs again."""
        self._since = time.monotonic()


class Speedometer:
    """How many images a second, between one look and the next."""

    def __init__(self, watch: Stopwatch, seconds_between_looks: float) -> None:
        self._watch = watch
        self._between = seconds_between_looks
        self._time = watch.elapsed
        self._images = 0

    def passed(self, images: int) -> None:
        """Counts images."""
        self._images += images

    @property
    def is_due(self) -> bool:
        """Whether it is time for the next look."""
        return self._watch.elapsed - self._time >= self._between

    def look(self) -> float:
        """Images a second since the last look."""
        now = self._watch.elapsed
        speed = self._images / max(now - self._time, 1e-9)
        self._time, self._images = now, 0
        return speed
