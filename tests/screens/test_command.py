"""A job as a command line: what the command reads is the job again."""

from __future__ import annotations

import json
import shlex

import pytest
from typer.core import TyperCommand

from dashboard.screens.command import MOST_TOPICS, command_of
from engine import Job, Overrides, RunSpec, Tuning
from engine.cli.main import load
from engine.cli.overrides import read_overrides
from engine.cli.reading import option_values, read_job, read_levels
from engine.kinds.cloze.options import ClozeOptions
from engine.reports import first_request, tuning_for
from engine.spec import options_from_json

TOPICS = ("It's 5 o'clock", "--help", "旅行", 'say "no" $HOME')


def parsed(command: str) -> dict[str, object]:
    """The options of `draftmill run` as its own parser reads them."""
    words = shlex.split(command)
    assert words[:2] == ["draftmill", "run"]
    run: TyperCommand = load("run")
    return dict(run.make_context("run", words[2:]).params)


@pytest.mark.parametrize(
    ("tuning", "preset"),
    [(Tuning(5, 2, 1, 100), "custom"), (tuning_for("combined", 8), "combined"), (tuning_for("auto", 8), "auto")],
)
def test_a_command_line_is_the_job(tuning: Tuning, preset: str) -> None:
    """Parsed by the command itself, the line gives the same spec, Tuning and overrides."""
    options = ClozeOptions(connector=0.5, blanks=(2, 4), explain_in="ja")
    spec = RunSpec("cloze", "en", (1, 3), TOPICS, 1, "mine", "m", 0.3, options, budget_usd=1.5, reuse=False)
    job = Job(spec, tuning, preset, Overrides(base_url="http://127.0.0.1:9/v1", key_env="", rpm=5, window_s=2.5))
    given = parsed(command_of(job))
    plain = ("kind", "lang", "per_combo", "provider", "model", "temperature", "budget_usd")
    read = {name: given[name] for name in plain} | {
        "levels": read_levels(str(given["levels"])),
        "topics": tuple(given["topic"]),  # type: ignore[arg-type]  # a list of texts
        "options": options_from_json("cloze", option_values(given)),
        "reuse": not given["no_reuse"],
    }
    speed_settings = {name: given[name] for name in ("concurrency", "batch_size", "retries", "throttle_ms")}
    names = ("base_url", "api_key_env", "no_key", "private_network", "rpm", "window_s")
    overrides = read_overrides(**{name: given[name] for name in names})  # type: ignore[arg-type]  # their own types
    again = read_job(read, str(given["preset"]), speed_settings, overrides)  # type: ignore[arg-type]  # numbers or None
    assert (again.spec, again.tuning, again.overrides) == (job.spec, job.tuning, job.overrides)


def test_many_topics_come_from_a_file() -> None:
    """A line of ten thousand topics would be too long for a shell."""
    spec = RunSpec("cloze", "en", (1,), tuple(f"topic {number}" for number in range(MOST_TOPICS + 1)))
    assert "--topic " not in command_of(Job(spec, Tuning()))
    assert "--topics-file topics.txt" in command_of(Job(spec, Tuning()))


def test_what_is_sent_is_the_first_packet() -> None:
    """The request asks for as many drafts as a packet holds, of the first topics, and tells its tokens."""
    spec = RunSpec("cloze", "en", (1, 2), tuple(f"topic {number}" for number in range(40)), 50)
    sent = first_request(spec, Tuning(4, 3))
    items = json.loads(sent.user)["items"]
    assert [(item["topic"], item["level"]) for item in items] == [("topic 0", 1), ("topic 0", 2), ("topic 1", 1)]
    assert sent.tokens_in > 100
