"""A training made one of a team's: its leader writes and speaks for all, the others only compute."""

from dataclasses import replace

from cnn_tui.engine.course import Job
from cnn_tui.engine.layers.normalization import BatchNormalization
from cnn_tui.engine.team import Team
from cnn_tui.engine.team_attention import TeamAttention
from cnn_tui.errors import UserError


def in_team(job: Job, team: Team) -> Job:
    """The job as this rank of the team does it. Raises UserError for batches that cannot be shared."""
    if team.size == 1:
        return job
    _refuse_small_batches(job, team)
    for layer in job.network.built:
        if isinstance(layer, BatchNormalization):
            layer.add_up = team.add
    shared = replace(job, team=team, attention=TeamAttention(job.attention, job, team), is_save_due=lambda: False)
    if team.leads:
        return shared
    return replace(
        shared,
        say=lambda event: None,
        save=lambda state: None,
        keep_best=lambda state: None,
        keep_answers=lambda epoch, answers: None,
        settle=lambda: None,
    )


def _refuse_small_batches(job: Job, team: Team) -> None:
    """With BatchNormalization every process takes part in every batch, so each needs an image of it."""
    if not any(isinstance(layer, BatchNormalization) for layer in job.network.built):
        return
    images, size = len(job.training_rows), job.plan.batch_size
    smallest = min(images % size or size, images)
    if smallest < team.size:
        problem = (
            f"the last batch of an epoch has {smallest:,} of the {images:,} images, fewer than {team.size:,} processes"
        )
        remedy = "BatchNormalization needs one for each. Use another batch size, or fewer processes."
        raise UserError(problem, "--processes", remedy)
