"""A comparison that an earlier release made opens as it did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from engine.compare import report, to_json
from engine.store import Store
from engine.store.upgrade import migrate, revisions

TUNING = {"concurrency": 4, "batch_size": 3, "retries": 2, "throttle_ms": 0, "auto": False}
ARMS = [
    {"name": "serial", "tuning": {**TUNING, "concurrency": 1, "batch_size": 1}},
    {"name": "combined", "tuning": TUNING},
]
SPEC = {"kind": "cloze", "lang": "en", "levels": [2], "topics": ["Campus"], "per_combo": 3, "provider": "practice"}
RUN = """INSERT INTO run (created_at, started_at, ended_at, state, kind, lang, provider, model, planned, comparison_id,
    arm, trial, tuning, limits, spec, owner, preset, note, base_url, reason) VALUES (1, 1, 9, 'done', 'cloze', 'en',
    'practice', 'practice-fast', 3, 1, :arm, 1, :tuning, '{}', :spec, NULL, '', '', '', '')"""
DRAFT = """INSERT INTO draft (run, slot, topic, level, copy, state, content, fingerprint, review, source)
    VALUES (:run, :slot, 'Campus', 2, :slot, 'drafted', '{}', '', 'approved', 'call')"""
CALL = """INSERT INTO call (run, packet, attempt, asked, kept, sent_at, ended_at, outcome, status, tokens_in,
    tokens_out, cost_usd, model, slots)
    VALUES (:run, 0, 1, 3, 3, 1, :end, 'ok', 200, 10, 10, 0.01, 'practice-fast', '[0, 1, 2]')"""


@pytest.mark.parametrize("revision", [one for one in revisions() if one < "0016"])
def test_a_comparison_from_before_pairs_opens(tmp_path: Path, revision: str) -> None:
    """Its arms have their speed, cost and acceptance; what was not recorded then is empty, not an error."""
    database = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    migrate(database, revision)
    with database.begin() as conn:
        arms = json.dumps([{**arm, "places": [place], "settings": {}} for place, arm in enumerate(ARMS)])
        conn.execute(
            text("INSERT INTO comparison (created_at, trials, note, arms, spec) VALUES (1, 1, 'old', :arms, :spec)"),
            {"arms": arms, "spec": json.dumps(SPEC)},
        )
        for number, arm in enumerate(ARMS, 1):
            tuning, spec = json.dumps(arm["tuning"]), json.dumps(SPEC)
            conn.execute(text(RUN), {"arm": arm["name"], "tuning": tuning, "spec": spec})
            conn.execute(text(CALL), {"run": number, "end": 7 - 2 * number})
            for slot in range(3):
                conn.execute(text(DRAFT), {"run": number, "slot": slot})
    with Store.open(tmp_path / "a.db") as store:
        found = report(store, 1)
        assert (found.state, found.note, found.verdict and found.verdict.best) == ("done", "old", "combined")
        assert [round(arm.items_per_s or 0, 2) for arm in found.arms] == [0.75, 1.5]
        assert [(arm["cost_a_draft"], arm["acceptance"], arm["style"]) for arm in to_json(found)] == [
            (pytest.approx(0.01 / 3, rel=1e-3), 1.0, None)
        ] * 2
        assert store.pairs.newest(1) is None
