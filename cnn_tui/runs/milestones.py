"""The events of a run without most of its samples: enough to say where it stands, and fast to read."""

from pathlib import Path

import msgspec

from cnn_tui.runs.events import AnyEvent, Event

_SAMPLE = b'{"event":"sample"'
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def read_milestones(path: Path) -> tuple[list[Event], int]:
    """As `read_events` from the beginning, but of the samples, which most lines are, only the newest."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return [], 0
    whole = data[: data.rfind(b"\n") + 1]
    lines = whole.splitlines()
    samples = [place for place, line in enumerate(lines) if line.startswith(_SAMPLE)]
    dropped = set(samples[:-1])
    kept = (_decode(line) for place, line in enumerate(lines) if place not in dropped)
    return [event for event in kept if event], len(whole)


def _decode(line: bytes) -> Event | None:
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
