"""Runners: who works on the runs. `thread` is this process; a cluster is an extra of a later release."""

from engine.job import PRACTICE, ComparisonPlace, Job, Overrides, job_of
from engine.profiles import edited, key_of, signs_in
from engine.runners.reviews import Review
from engine.runners.standing import GOING, OPEN_STANDINGS, Standing, interrupted, standing_now
from engine.runners.thread import LEAVE_S, Runner

__all__ = [
    "GOING",
    "LEAVE_S",
    "OPEN_STANDINGS",
    "PRACTICE",
    "ComparisonPlace",
    "Job",
    "Overrides",
    "Review",
    "Runner",
    "Standing",
    "edited",
    "interrupted",
    "job_of",
    "key_of",
    "signs_in",
    "standing_now",
]
