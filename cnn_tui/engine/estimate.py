"""How long a training will take and what memory it needs: some steps timed in a process with the trainer's environment.

python -m cnn_tui.engine.estimate < EXPERIMENT.json
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import msgspec
import psutil
import torch

from cnn_tui.engine.evaluate import BATCH, evaluate
from cnn_tui.engine.learning import WARM_UP as UNRECORDED
from cnn_tui.engine.learning import learner_on
from cnn_tui.engine.trial import Trial, make_trial
from cnn_tui.errors import UserError
from cnn_tui.runs.launch import trainer_environment
from cnn_tui.spec.estimate import Estimate
from cnn_tui.spec.experiment import Experiment, dump_experiment, experiment_of
from cnn_tui.spec.memory import training_bytes
from cnn_tui.spec.shapes import trace

WARM_UP = UNRECORDED + 2
"""Steps that are not counted: the first ones allocate and choose kernels, and the next may be recorded."""
FEWEST, MOST = 3, 20
ENOUGH_SECONDS = 2.0
"""No more steps are timed after so long."""


class _Said(msgspec.Struct, frozen=True):
    """What the process answers."""

    estimate: Estimate | None = None
    problem: tuple[str, str, str] | None = None


def estimate(experiment: Experiment) -> Estimate:
    """The estimate, from a process that is as fast as a trainer. Raises UserError when it could not be trained."""
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "cnn_tui.engine.estimate"],
        input=dump_experiment(experiment).encode(),
        stdout=subprocess.PIPE,
        env={**os.environ, **trainer_environment()},
        check=False,
    )
    if ended.returncode:
        raise UserError("the steps that were to be timed failed", remedy="Try a smaller batch size.")
    said = msgspec.json.decode(ended.stdout, type=_Said)
    if said.problem:
        raise UserError(*said.problem)
    assert said.estimate
    return said.estimate


def measured(experiment: Experiment) -> Estimate:
    """The estimate, from steps in this process."""
    trial = make_trial(experiment)
    learner = learner_on(trial.choice, trial.network, trial.criterion, compiled=trial.plan.jit_compile)
    trial = replace(trial, learner=learner)
    plan, images = trial.plan, len(trial.training_rows)
    seconds = _seconds_a_step(trial)
    return Estimate(
        epochs=plan.epochs,
        steps=-(-images // plan.batch_size),
        images=images,
        batch_size=plan.batch_size,
        seconds_a_step=seconds,
        seconds_of_validation=_seconds_of_validation(trial),
        memory_bytes=_memory(trial.choice.torch_device),
        arithmetic_bytes=training_bytes(
            trace(experiment.model), experiment.model.input_shape, min(plan.batch_size, images)
        ),
        data_bytes=trial.source.images.nbytes,
        device=trial.choice.device,
        precision=trial.choice.precision,
    )


def _seconds_a_step(trial: Trial) -> float:
    rate, times, begun = trial.plan.optimizer.learning_rate, list[float](), time.monotonic()
    for number in range(WARM_UP + MOST):
        rows, before = trial.rows(number), time.monotonic()
        float(trial.step(rows, number, rate))  # waits for the device
        times.append(time.monotonic() - before)
        if len(times) >= WARM_UP + FEWEST and time.monotonic() - begun > ENOUGH_SECONDS:
            break
    return median(times[WARM_UP:])


def _seconds_of_validation(trial: Trial) -> float:
    """Of all its images, from a few batches."""
    if not trial.validation_images:
        return 0.0
    rows = trial.training_rows[: 3 * BATCH]
    evaluate(trial.network, trial.source, rows[:BATCH], trial.criterion)
    before = time.monotonic()
    evaluate(trial.network, trial.source, rows, trial.criterion)
    return (time.monotonic() - before) * trial.validation_images / len(rows)


def _memory(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved(device)
    try:
        import resource
    except ImportError:  # Windows
        return int(psutil.Process().memory_info().peak_wset)
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    """Answers about the experiment on standard input."""
    try:
        asked = experiment_of(json.loads(sys.stdin.buffer.read()), Path("experiment.json"))
        said = _Said(estimate=measured(asked))
    except UserError as error:
        said = _Said(problem=(error.problem, str(error.where), error.remedy))
    sys.stdout.buffer.write(msgspec.json.encode(said))


if __name__ == "__main__":
    main()
