"""The processes that train one network together: which of them this one is, and what they add up.

Every process has the whole data and the whole network. A batch is dealt out, row by row, to the ranks; gradients and
sums are added up, so all weights stay equal. Numbers that a layer draws (dropout, noise, augmentation) come from a seed
of the rank: with them a team's weights differ from those of one process, without them by roundings only.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import torch
from torch import Tensor

from cnn_tui.engine import ranks
from cnn_tui.engine.ranks import PeerLost
from cnn_tui.engine.totals import Sums

PATIENCE = timedelta(hours=2)
"""How long one waits for another, who may read its data; a process that has died is noticed at once."""
SECONDS_BETWEEN_LOOKS = 0.05


@dataclass(frozen=True)
class Team:
    """A rank among so many; alone it does nothing."""

    rank: int = 0
    size: int = 1
    device: str = "cpu"

    @property
    def leads(self) -> bool:
        """Whether this one writes and says what they do."""
        return self.rank == 0

    def share(self, rows: Tensor) -> Tensor:
        """The rows that are this one's: shares of a batch differ by one row at most."""
        return rows[self.rank :: self.size] if self.size > 1 else rows

    def words(self) -> tuple[int, ...]:
        """What the seed of a step has more on this rank: nothing on the first, which draws as one process alone."""
        return (self.rank,) if self.rank else ()

    def add(self, values: Tensor) -> None:
        """Makes the values, in place, the sum over all."""
        self._together(torch.distributed.all_reduce, values)

    def add_gradients(self, parameters: Iterable[Tensor], loss: Tensor) -> Tensor:
        """Makes every gradient the sum over all, in one piece; the loss likewise, which is returned."""
        trained = [one for one in parameters if one.requires_grad]
        made = [one.grad if one.grad is not None else torch.zeros_like(one) for one in trained]
        flat = torch.cat([*(one.reshape(-1).float() for one in made), loss.detach().reshape(1).float()])
        self.add(flat)
        at = 0
        for parameter, gradient in zip(trained, made, strict=True):
            parameter.grad = gradient.copy_(flat[at : at + gradient.numel()].view(gradient.shape))
            at += gradient.numel()
        return flat[-1]

    def total(self, sums: Sums) -> Sums:
        """The sums of all."""
        if self.size == 1:
            return sums
        told = self.gather(msgspec.msgpack.encode(sums))  # which holds what is no number too
        return added([msgspec.msgpack.decode(one, type=Sums) for one in told])

    def dealt_back(self, values: list[Tensor]) -> Tensor:
        """Whole numbers of the rows of every share, in the order that the rows had before they were dealt out."""
        own = torch.cat(values).to("cpu", torch.int64) if values else torch.empty(0, dtype=torch.int64)
        if self.size == 1:
            return own
        parts = [torch.tensor(memoryview(one).cast("q").tolist()) for one in self.gather(own.numpy().tobytes())]
        whole = torch.empty(sum(map(len, parts)), dtype=torch.int64)
        for rank, part in enumerate(parts):
            whole[rank :: self.size] = part
        return whole

    def gather(self, words: bytes) -> list[bytes]:
        """What every rank says, in their order; all wait for each other."""
        if self.size == 1:
            return [words]
        own = torch.tensor([len(words)], dtype=torch.int64, device=self.device)
        lengths = [torch.zeros_like(own) for _ in range(self.size)]
        self._together(torch.distributed.all_gather, lengths, own)
        longest = max(int(one) for one in lengths) or 1
        padded = torch.zeros(longest, dtype=torch.uint8)
        padded[: len(words)] = torch.frombuffer(bytearray(words) or bytearray(1), dtype=torch.uint8)[: len(words)]
        padded = padded.to(self.device)
        said = [torch.zeros_like(padded) for _ in range(self.size)]
        self._together(torch.distributed.all_gather, said, padded)
        return [one.cpu().numpy().tobytes()[: int(n)] for one, n in zip(said, lengths, strict=True)]

    def meet(self, look: Callable[[], None]) -> None:
        """Waits until all have come here, however long one of them reads; `look` may raise meanwhile."""
        if self.size > 1:
            _looking(lambda: self.gather(b""), look)

    def _together(self, what: Any, *arguments: Any) -> None:
        try:
            what(*arguments)
        except RuntimeError as error:  # gloo says so when a connection ends; its words differ from case to case
            raise PeerLost(str(error)) from error


ALONE = Team()


def added(parts: list[Sums]) -> Sums:
    """What the sums of several processes amount to. One that has seen no row knows nothing of metrics."""
    seen = [one for one in parts if one.images] or parts[:1]
    corrects = [one.correct for one in seen if one.correct is not None]
    names = dict.fromkeys(name for one in seen for name in one.metrics)
    return Sums(
        loss=sum(one.loss for one in seen),
        correct=sum(corrects) if corrects else None,
        images=sum(one.images for one in seen),
        metrics={name: _added([one.metrics[name] for one in seen]) for name in names},
    )


def _added(parts: list[list[float | None]]) -> list[float | None]:
    """Place by place; what is no number in one is none in all."""
    return [None if None in held else sum(one or 0.0 for one in held) for held in zip(*parts, strict=True)]


def join(device: torch.device, look: Callable[[], None]) -> Team:
    """The team that torchrun has started this process in; alone where it has not. `look` may raise meanwhile.

    Raises PeerLost.
    """
    if ranks.size() == 1:
        return ALONE
    backend = "nccl" if device.type == "cuda" else "gloo"
    try:
        _looking(lambda: torch.distributed.init_process_group(backend, timeout=PATIENCE), look)
    except RuntimeError as error:
        raise PeerLost(str(error)) from error
    return Team(ranks.rank(), ranks.size(), str(device))


def _looking(what: Callable[[], object], look: Callable[[], None]) -> None:
    """Does it in a thread and looks meanwhile: while torch waits for others, Python hears no signal.

    What `look` raises leaves the thread waiting; it ends with the process.
    """
    pool = ThreadPoolExecutor(1)
    waiting = pool.submit(what)
    pool.shutdown(wait=False)
    while not wait([waiting], SECONDS_BETWEEN_LOOKS).done:
        look()
    waiting.result()
