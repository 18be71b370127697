"""A runner whose process ends too early, for tests of what is left behind."""

from __future__ import annotations

from engine import Job, Runner
from engine.job import ComparisonPlace
from engine.runners.plan import plan_job
from engine.store import RunRequest


class Gone(Runner):
    """Its process ends right after it has queued its runs."""

    def submit(
        self, job: Job, note: str = "", placed: ComparisonPlace | None = None, request: RunRequest | None = None
    ) -> int:
        profile = self.check(job)
        return plan_job(self._store, job, profile, job.model(profile), note, placed, request)
