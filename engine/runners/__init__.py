"""Runners: who works on the runs. `thread` is this process; a cluster is an extra of a later release."""

from engine.runners.desks import edited, job_of, key_of, signs_in
from engine.runners.jobs import PRACTICE, Job, Overrides, Placed
from engine.runners.thread import Runner

__all__ = ["PRACTICE", "Job", "Overrides", "Placed", "Runner", "edited", "job_of", "key_of", "signs_in"]
