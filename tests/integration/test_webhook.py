"""A run tells the webhook how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import Job, Overrides, Runner, RunSpec, Store, Tuning
from engine.practice import PracticeProcess
from engine.profiles import Catalog, PracticeSettings
from engine.runners.webhook import Webhook
from tests.integration.conftest import QUICK


def test_the_end_of_a_process_waits_for_its_webhook(store: Store, practice: PracticeProcess, tmp_path: Path) -> None:
    """A process that ends right after its run has notified the webhook, with the run's figures."""
    practice.configure(PracticeSettings(**QUICK))
    bodies: list[dict[str, Any]] = []

    async def receive(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        bodies.append(json.loads(body))
        return 204

    hook = Webhook("https://hooks.example.com", "s" * 32, receive)
    job = Job(RunSpec("cloze", "en", (2,), ("Campus",), 3), Tuning(2, 1), overrides=Overrides(practice.base_url))
    with Runner(store, Catalog.load(tmp_path / "none.toml"), webhook=hook) as runner:
        run = runner.submit(job)
        runner.join(run, 0.02)
    assert [(body["event"], body["run"]["run"], body["run"]["drafted"]) for body in bodies] == [("run.done", run, 3)]
