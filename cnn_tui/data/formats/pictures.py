"""Many pictures -> one array: headers first, then decoding on the machine's cores in bounded memory, in order."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from cnn_tui.data.blocks import stage
from cnn_tui.data.classes import LabelCounter, Labels
from cnn_tui.data.formats.at_sight import SMALL, AtSight
from cnn_tui.data.formats.class_folders import TREE, with_reasons, written
from cnn_tui.data.formats.content import Facts, Tell
from cnn_tui.data.formats.decoding import Colour, Damaged, Header, colour_of, decoded, header
from cnn_tui.data.formats.picture_notes import notes_on, refuse_different_sizes
from cnn_tui.data.growing import Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Reading, Where
from cnn_tui.spec.report import Finding

Array = np.ndarray[Any, Any]
Open = Callable[[str], IO[bytes]]
"""Opens the picture of that name. Raises Damaged when its bytes cannot be had."""
SUFFIXES = frozenset({".png", ".apng", ".jpg", ".jpeg", ".jpe", ".gif", ".bmp", ".webp", ".tif", ".tiff"})
NO_PICTURES = f"{TREE} They can be PNG, JPEG, GIF, BMP, WEBP or TIFF."
REPAIR = "Repair or remove them, or say --skip-damaged."
AT_ONCE = 64_000_000
"""How many pixels are being decoded at most, or one picture if it is larger."""
_TOGETHER = 1_000_000
"""Small pictures are decoded in groups of so many pixels."""
_MOST_TOGETHER = 1_000
_SHARE_OF_HEADERS = 0.2


@dataclass
class Album:
    """Pictures that were found: their headers, those that are damaged, and the files that are no pictures."""

    where: Where
    open: Open
    headers: dict[str, Header] = field(default_factory=dict)
    damaged: dict[str, str] = field(default_factory=dict)
    """Why each cannot be read."""
    others: list[str] = field(default_factory=list)
    at_sight: AtSight | None = None
    """Those that were decoded when they were seen."""
    told: float = 0
    """The share of the work that looking was."""

    def refuse_damaged(self, reading: Reading) -> None:
        """Raises UserError that names the pictures that cannot be read, unless they are to be left out."""
        readable = self.headers.keys() - self.damaged.keys()
        if not self.damaged or (reading.skip_damaged and readable):
            return
        count = len(self.damaged)
        total = count + len(readable)
        listed = with_reasons(dict(sorted(self.damaged.items())))
        noun = "picture" if total == 1 else "pictures"
        problem = f"{count:,} of {total:,} {noun} cannot be read: {listed}"
        raise UserError(problem, Place(self.where.path, inside=self.where.inside), REPAIR)


class Described(NamedTuple):
    """What a reader says about the pictures that it gives."""

    format: str
    notes: tuple[Finding, ...] = ()


def look(where: Where, names: Sequence[str], opening: Open, tell: Tell, at_sight: AtSight | None = None) -> Album:
    """Reads the headers of the files. One that is no picture is damaged if its name says that it is one.

    Small ones are decoded too when it is said where to: that saves `read_album` the work if it is given their order.
    """
    album = Album(where, opening, at_sight=at_sight)
    for place, name in enumerate(names):
        if place % 256 == 0:
            tell(album.told)
        try:
            with opening(name) as file:
                if at_sight and at_sight.goes_on:
                    album.headers[name], fault = at_sight.see(name, file)
                    album.damaged |= {name: str(fault)} if fault else {}
                else:
                    album.headers[name] = header(file)
        except Damaged as error:
            reason = str(error)
            if reason in ("is no picture", "is empty") and Path(name).suffix.lower() not in SUFFIXES:
                album.others.append(name)
            else:
                album.damaged[name] = reason
        album.told += (1 if at_sight and at_sight.goes_on else _SHARE_OF_HEADERS) / len(names)
    album.told = min(album.told, 1)
    return album


def read_album(
    album: Album,
    names: Sequence[str],
    labels: Sequence[str] | None,
    reading: Reading,
    described: Described,
    out: Growing,
    tell: Tell,
) -> tuple[Facts, Labels | None]:
    """Decodes the pictures in this order into uint8 [N, height, width, channels]. Raises UserError.

    Those that cannot be read are left out if `reading.skip_damaged`, else all of them are named.
    """
    wanted = [place for place, name in enumerate(names) if name in album.headers]
    headers = [album.headers[names[place]] for place in wanted]
    if not headers:
        album.refuse_damaged(reading)
        place = Place(album.where.path, inside=album.where.inside)
        raise UserError("holds no pictures", place, NO_PICTURES)
    if not reading.size:
        refuse_different_sizes(headers, album.where)
    colour = colour_of(headers, reading)
    sound = [place for place, row in enumerate(wanted) if names[row] not in album.damaged]
    if album.at_sight and album.at_sight.holds([names[wanted[place]] for place in sound]):
        kept = sound
    else:
        kept = _decode_all(album, [names[row] for row in wanted], colour, reading, out, stage(tell, album.told, 1))
    album.refuse_damaged(reading)
    tell(1)
    rows = [wanted[place] for place in kept]
    notes = notes_on([headers[place] for place in kept], colour, reading, dict(sorted(album.damaged.items())))
    facts = Facts(
        format=described.format,
        names=tuple(written(names[row]) for row in rows),
        notes=described.notes + notes,
    )
    if labels is None:
        return facts, None
    counter = LabelCounter()
    counter.add(written(labels[row]) for row in rows)
    return facts, counter.labels()


def read(where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
    """One picture as `Reader` has it."""
    name = where.path.name
    album = look(where, [name], lambda _: where.path.open("rb"), tell)
    for reason in [*album.damaged.values(), *("is no picture" for _ in album.others)]:
        raise UserError(reason, Place(where.path), "Give another picture, or copy it again.")
    return read_album(album, [name], None, reading, Described("picture"), out, tell)


def _decode_all(
    album: Album, names: Sequence[str], colour: Colour, reading: Reading, out: Growing, tell: Tell
) -> list[int]:
    """Puts the pictures of these names into `out`; the places of those that could be read. Others are damaged."""
    kept: list[int] = []
    done = 0
    with _decoding(album, names, [album.headers[name] for name in names], colour, reading) as groups:
        for group in groups:
            faults = {done + place: str(fault) for place, fault in enumerate(group) if isinstance(fault, Damaged)}
            album.damaged |= {names[place]: fault for place, fault in faults.items()}
            kept += [place for place in range(done, done + len(group)) if place not in faults]
            done += len(group)
            if reading.skip_damaged or not album.damaged:
                _add(out, group)
            group.clear()  # a large picture goes before the next one comes
            tell(done / len(names))
    return kept


@contextmanager
def _decoding(
    album: Album, names: Sequence[str], headers: Sequence[Header], colour: Colour, reading: Reading
) -> Iterator[Iterator[list[Array | Damaged]]]:
    """The pictures in groups, in order, decoded ahead; the workers end with the block, whatever ends it."""
    shape = reading.size or headers[0][:2]

    def decode(group: range) -> list[Array | Damaged]:
        return [_decode(album.open, names[place], shape, colour, reading) for place in group]

    def results(pool: ThreadPoolExecutor) -> Iterator[list[Array | Damaged]]:
        ahead: deque[tuple[Future[list[Array | Damaged]], int]] = deque()
        pixels = 0
        for group in _groups(headers):
            size = _pixels(headers, group)
            while ahead and (pixels + size > AT_ONCE or len(ahead) > 2 * workers):
                future, freed = ahead.popleft()
                yield future.result()
                del future
                pixels -= freed
            ahead.append((pool.submit(decode, group), size))
            pixels += size
        while ahead:
            yield ahead.popleft()[0].result()

    large = max(found.height * found.width for found in headers) >= SMALL
    workers = _cores() if large else 1
    if workers == 1:
        yield map(decode, _groups(headers))
        return
    pool = ThreadPoolExecutor(workers, "decoding")
    try:
        yield results(pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _add(out: Growing, group: Sequence[Array | Damaged]) -> None:
    """The pictures of a group behind the others; one alone is not copied."""
    block = [picture for picture in group if not isinstance(picture, Damaged)]
    if block:
        out.add(np.stack(block) if len(block) > 1 else block[0][np.newaxis])


def _decode(opening: Open, name: str, shape: tuple[int, int], colour: Colour, reading: Reading) -> Array | Damaged:
    try:
        with opening(name) as file:
            pixels = decoded(file, colour, reading)
    except Damaged as error:
        return error
    height, width, _ = pixels.shape
    return pixels if (height, width) == shape else Damaged(f"turns out to be {height:,}x{width:,}")


def _groups(headers: Sequence[Header]) -> Iterator[range]:
    """The places of pictures that are decoded together: one large picture, or many small ones."""
    first = pixels = 0
    for place, found in enumerate(headers):
        size = found.height * found.width
        if place > first and (pixels + size > _TOGETHER or place - first == _MOST_TOGETHER):
            yield range(first, place)
            first, pixels = place, 0
        pixels += size
    yield range(first, len(headers))


def _pixels(headers: Sequence[Header], group: range) -> int:
    return sum(headers[place].height * headers[place].width for place in group)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
