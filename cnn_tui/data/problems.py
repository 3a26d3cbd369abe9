"""What is doubtful in data that can be read: a finding each, with how much, where first, and what to do."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from cnn_tui.data.class_problems import class_problems, missing_classes
from cnn_tui.data.dataset import Opened
from cnn_tui.data.duplicates import duplicate_problems
from cnn_tui.data.pixel_problems import other_range, pixel_problems
from cnn_tui.data.scan import Scan, scan_parts
from cnn_tui.data.target_problems import out_of_range, target_problems
from cnn_tui.spec.report import Finding, PartName


def find_problems(opened: Opened, scans: Mapping[PartName, Scan] | None = None) -> tuple[Finding, ...]:
    """What a person should know before training; `scans` is what `scan_parts` found, if that was done already.

    First what the readers noted, then the classes, the pixels, and images that are there twice.
    """
    return tuple(_findings(opened, scans or scan_parts(opened)))


def _findings(opened: Opened, scans: Mapping[PartName, Scan]) -> Iterator[Finding]:
    for part, dataset in opened.parts.items():
        yield from (replace(note, part=part) for note in dataset.facts.notes)
    for part, dataset in opened.parts.items():
        if why := dataset.why_no_labels:
            yield Finding(kind="no-labels", sentence=f"{why.where}: {why.problem}.", remedy=why.remedy, part=part)
    if not opened.train.why_no_labels:
        yield from target_problems(opened.train) if opened.train.targets else class_problems(opened.train)
    for part, dataset in opened.parts.items():
        yield from pixel_problems(part, dataset, scans[part])
        if part != "train" and not dataset.why_no_labels and not opened.train.why_no_labels:
            numbers = dataset.targets and opened.train.targets
            yield from out_of_range(part, dataset, opened.train) if numbers else missing_classes(part, dataset)
    yield from other_range(scans)
    yield from duplicate_problems(opened, scans)
