"""What is known of a training before it begins: how long it will take, what memory it needs, the largest batch."""

from msgspec import Struct

MEGABYTE = 10**6


class Estimate(Struct, frozen=True, kw_only=True):
    """The time and the memory of a training, from some steps that were timed and thrown away."""

    epochs: int
    steps: int
    """Of an epoch."""
    images: int
    batch_size: int
    seconds_a_step: float
    seconds_of_validation: float
    """After each epoch."""
    memory_bytes: int
    """The most that was taken while the steps were timed: on a GPU there, else by the whole process."""
    arithmetic_bytes: int
    """What weights and batches take by the shapes of the model, without the data and the program."""
    data_bytes: int
    device: str
    precision: str

    @property
    def seconds_an_epoch(self) -> float:
        """With its validation."""
        return self.steps * self.seconds_a_step + self.seconds_of_validation

    @property
    def seconds(self) -> float:
        """All epochs; early stopping may make it less."""
        return self.epochs * self.seconds_an_epoch

    @property
    def images_per_second(self) -> float:
        """While it trains."""
        return min(self.batch_size, self.images) / max(self.seconds_a_step, 1e-9)

    @property
    def sentence(self) -> str:
        """What a person wants to know."""
        return (
            f"About {duration(self.seconds)}: {self.epochs:,} epoch{'' if self.epochs == 1 else 's'} of "
            f"{self.steps:,} steps, {duration(self.seconds_an_epoch)} each, {self.images_per_second:,.0f} images/s on "
            f"{self.device} in {self.precision}. Memory: about {self.memory_bytes / MEGABYTE:,.0f} MB."
        )


class FittingBatch(Struct, frozen=True, kw_only=True):
    """The largest batch of a model that has room, and how that is known."""

    batch_size: int
    """0: not even one image."""
    images: int
    """That there are to train on; a batch cannot have more."""
    free_bytes: int
    bytes_an_image: int
    weight_bytes: int
    device: str
    tried: bool
    """Whether steps with such batches were made; else it is arithmetic."""

    @property
    def sentence(self) -> str:
        """What a person wants to know."""
        room = f"{self.free_bytes / MEGABYTE:,.0f} MB free on {self.device}"
        if not self.batch_size:
            return f"Not even one image fits into the {room}. Make the layers smaller."
        how = "steps with it were made" if self.tried else "by the shapes of the model"
        whole = ", which is all of them" if self.batch_size == self.images else ""
        return f"Batches of up to {self.batch_size:,} images fit{whole}: {room}; {how}."


def duration(seconds: float) -> str:
    """Seconds as people say them: `4.2 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60:,} h {minutes % 60} min"
