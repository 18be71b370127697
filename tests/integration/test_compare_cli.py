"""`draftmill compare` as a person or a script meets it: a real process, its exit code, its last line."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine import Store
from engine.cli import main
from engine.practice import PracticeProcess
from engine.profiles import PracticeSettings
from engine.reports import PRESETS
from tests.databases import new_file
from tests.integration.conftest import QUICK
from tests.integration.test_cli import Cli
from tests.integration.test_compare import CANARY, SLOW, wait_for_a_trial
from tests.waiting import PATIENCE_S, until


@pytest.fixture
def cli(tmp_path: Path, practice: PracticeProcess) -> Cli:
    practice.configure(PracticeSettings(**QUICK))
    return Cli(tmp_path, practice.base_url)


def last_line(text: str) -> list[dict[str, Any]]:
    return list(json.loads(text.splitlines()[-1]))


def test_the_command_prints_one_object_an_arm(cli: Cli, tmp_path: Path) -> None:
    """`draftmill compare --json` ends 0 with the five presets' figures, and writes the report asked for."""
    done = cli("compare", "--trials", "1", "--per-combo", "2", "--base-url", cli.base_url, "--json", "--output",
               str(tmp_path / "report.html"))  # fmt: skip
    objects = last_line(done.stdout)
    assert (done.returncode, [one["name"] for one in objects]) == (0, list(PRESETS))
    assert all(one["success_rate"] == 1 and one["items_per_s"] > 0 for one in objects)
    assert "plotly-graph-div" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_report_is_written_in_the_language_asked_for(cli: Cli, tmp_path: Path) -> None:
    """`--language zh` writes the page of the dashboard in Chinese, words of settings and states included."""
    page = tmp_path / "report.html"
    done = cli("compare", "--presets", "serial", "--trials", "1", "--per-combo", "1", "--base-url", cli.base_url,
               "--language", "zh", "--output", str(page))  # fmt: skip
    text = page.read_text(encoding="utf-8")
    assert done.returncode == 0
    assert all(words in text for words in ('<html lang="zh">', "每秒草稿数", "串行", "英语", "完成"))
    assert "en or zh" in cli("compare", "--language", "fr").stderr


@pytest.mark.slow
def test_the_command_takes_a_grid(cli: Cli) -> None:
    """Presets and a grid make one table; what is given twice is run once."""
    done = cli("compare", "--presets", "serial", "--grid-concurrency", "1,4", "--grid-batch", "1,3", "--trials", "1",
               "--topic", "Campus", "--per-combo", "3", "--base-url", cli.base_url, "--json")  # fmt: skip
    assert [one["name"] for one in last_line(done.stdout)] == ["serial", "1 x 3", "4 x 1", "4 x 3"]


def test_the_table_is_for_people(cli: Cli) -> None:
    """Without --json there is a table with a line an arm, and a sentence."""
    done = cli(
        "compare", "--presets", "serial,concurrent", "--trials", "2", "--per-combo", "2", "--base-url", cli.base_url
    )
    assert done.returncode == 0
    assert "3-4 x" in done.stdout
    said = done.stdout.splitlines()[-1]
    assert "cheapest" in said or "serial cost about the same" in said or "concurrent cost about the same" in said


@pytest.mark.slow
def test_progress_is_drawn_on_a_terminal(cli: Cli) -> None:
    """Where stderr is a terminal the drafts made so far are shown there, and stdout stays clean."""
    terminal, end = pty.openpty()
    words = (
        "compare",
        "--presets",
        "serial",
        "--trials",
        "1",
        "--per-combo",
        "4",
        "--base-url",
        cli.base_url,
        "--json",
    )
    done = subprocess.run(cli.line(*words), env=cli.environment, stdout=subprocess.PIPE, stderr=end, text=True)
    os.close(end)
    assert (done.returncode, last_line(done.stdout)[0]["trials"]) == (0, 1)
    assert b"/12 drafts" in os.read(terminal, 100_000)
    os.close(terminal)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--presets", "fast"), "preset"),
        (("--presets", ""), "arms"),
        (("--presets", "serial,serial"), "arms"),
        (("--models", "practice-small,practice-strong", "--tiering"), "judge"),
        (("--models", "practice-small", "--judge", "practice-strong", "--tiering"), "judge"),
        (("--models", "practice-small", "--judge", "practice-huge"), "judge"),
        (("--models", "practice-small,practice-strong", "--accept-at", "4"), "judge"),
        (("--trials", "0"), "trials"),
        (("--trials", "21"), "trials"),
        (("--grid-concurrency", "1,x"), "concurrency"),
        (("--grid-concurrency", "0"), "concurrency"),
        (("--grid-batch", "11"), "batch_size"),
        (("--grid-concurrency", ",".join(map(str, range(1, 102))), "--trials", "2"), "arms"),
        (("--output", "report.doc"), "output"),
        (("--output", "nowhere/report.csv"), "output"),
        (("--provider", "openrouter"), "TEST_AUTH_TOKEN"),
        (("--provider", "openrouter", "--api-key-env", "OTHER_TOKEN"), "OTHER_TOKEN"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    field: str,
) -> None:
    """Bad input names its field on one line, exits 2 and makes no run; an empty key is no key."""
    monkeypatch.setenv("TEST_AUTH_TOKEN", "")
    monkeypatch.delenv("OTHER_TOKEN", raising=False)
    database = new_file(tmp_path / "draftmill.db")
    with pytest.raises(SystemExit) as left:
        main(["compare", *words, "--database", str(database)])
    assert left.value.code == 2
    assert field in capsys.readouterr().err
    with Store.open(database) as store:
        assert store.runs.count() == 0


def test_the_token_is_nowhere(cli: Cli, tmp_path: Path) -> None:
    """A real provider's arms run under TEST_AUTH_TOKEN, which is in no file and in nothing printed."""
    cli.environment["TEST_AUTH_TOKEN"] = CANARY
    done = cli("compare", "--provider", "openrouter", "--model", "practice-fast", "--base-url", cli.base_url,
               "--presets", "serial,combined", "--trials", "1", "--per-combo", "1", "--json")  # fmt: skip
    assert (done.returncode, len(last_line(done.stdout))) == (0, 2)
    assert CANARY not in done.stdout + done.stderr
    assert all(CANARY.encode() not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done(cli: Cli, practice: PracticeProcess) -> None:
    """One Ctrl-C pauses the comparison and prints what has ended; --resume ends it with every draft made once."""
    practice.configure(PracticeSettings(**SLOW))
    with cli.start(
        "compare", "--presets", "serial,batch", "--trials", "3", "--topic", "Campus", "--per-combo", "5"
    ) as child:
        until((cli.home / "draftmill.db").exists)
        with Store.open(cli.home / "draftmill.db") as store:
            until(store.comparisons.page)
            wait_for_a_trial(store, 1)
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=PATIENCE_S)
    assert child.returncode == 4
    assert sum(one["trials"] for one in last_line(out)) >= 1
    done = cli("compare", "--resume", "1", "--json")
    assert (done.returncode, [one["trials"] for one in last_line(done.stdout)]) == (0, [3, 3])
    with Store.open(cli.home / "draftmill.db") as store:
        assert [row.totals.drafted for row in store.runs.page(comparison_id=1)] == [5] * 6


@pytest.mark.slow
def test_the_command_compares_models(cli: Cli) -> None:
    """`--models` makes an arm of each at one preset; `a+b` lets b judge the drafts of a."""
    done = cli("compare", "--models", "practice-small + practice-strong,practice-strong", "--trials", "1", "--topic",
               "Campus", "--per-combo", "3", "--base-url", cli.base_url, "--json")  # fmt: skip
    names = [one["name"] for one in last_line(done.stdout)]
    assert (done.returncode, names) == (0, ["practice-small + practice-strong", "practice-strong"])


@pytest.mark.slow
def test_the_command_compares_versions_of_a_style_note(cli: Cli) -> None:
    """`--style v1,v2` makes an arm of each version; both are in the JSON. An unknown one is refused by name."""
    for note in ("Short sentences.", "Long sentences."):
        cli("style", "add", "house", "--kind", "cloze", "--lang", "en", "--note", note)
    done = cli("compare", "--style", "house@1,house@2", "--trials", "1", "--topic", "Campus", "--per-combo", "2",
               "--base-url", cli.base_url, "--json")  # fmt: skip
    assert [(one["name"], one["style"]) for one in last_line(done.stdout)] == [("house@1", "house@1"),
                                                                               ("house@2", "house@2")]  # fmt: skip
    refused = cli("compare", "--style", "hose@1", "--base-url", cli.base_url)
    assert refused.returncode == 2 and "hose@1" in refused.stderr
