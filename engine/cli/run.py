"""
`draftmill run` and `draftmill resume`: make a run in this process and wait for it.
"""

from __future__ import annotations

import sys
import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from engine.cli.options import (
    BaseUrl,
    BudgetDayUsd,
    BudgetUsd,
    Database,
    DeadlineS,
    Json,
    Kind,
    Lang,
    Levels,
    MaxInFlight,
    Model,
    Option,
    PerCombo,
    Provider,
    Rpm,
    RunId,
    Shape,
    Temperature,
    TopicsFile,
    Tpm,
    WindowS,
    read_job,
    read_levels,
    read_options,
    read_topics,
)
from engine.cli.show import EXIT_CODES, print_end
from engine.outlook import Estimate, estimate, progress
from engine.outlook import Progress as Standing
from engine.providers import Catalog
from engine.runners import Runner
from engine.store import Store

POLL_S = 0.1
SHOW_S = 0.5  # counting a long run's rows takes a tenth of that


def run(
    kind: Kind,
    lang: Lang,
    levels: Levels,
    topic: Annotated[list[str], typer.Option(help="A topic; give the option again for more.")] = [],  # noqa: B006
    topics_file: TopicsFile = None,
    per_combo: PerCombo = 1,
    provider: Provider = "practice",
    model: Model = "",
    base_url: BaseUrl = None,
    api_key_env: Annotated[str | None, typer.Option(help="Name of the variable that holds the key.")] = None,
    temperature: Temperature = 0.7,
    budget_usd: BudgetUsd = None,
    budget_day_usd: BudgetDayUsd = None,
    option: Option = [],  # noqa: B006
    preset: Annotated[str, typer.Option(help="serial, concurrent, batch, combined or auto.")] = "",
    concurrency: Annotated[int | None, typer.Option(help="Calls in flight, 1 to 8; a profile may allow more.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Drafts a call, 1 to 10.")] = None,
    retries: Annotated[int | None, typer.Option(help="Repeats of a call that failed, 0 to 5.")] = None,
    throttle_ms: Annotated[int | None, typer.Option(help="Smallest gap between two starts, 0 to 2000.")] = None,
    rpm: Rpm = None,
    tpm: Tpm = None,
    max_in_flight: MaxInFlight = None,
    shape: Shape = None,
    window_s: WindowS = None,
    deadline_s: DeadlineS = None,
    database: Database = None,
    no_reuse: Annotated[bool, typer.Option("--no-reuse", help="Make drafts anew that were already paid for.")] = False,
    as_json: Json = False,
) -> None:
    """Make drafts: exactly as many as asked for."""
    spec: dict[str, Any] = {
        "kind": kind,
        "lang": lang,
        "levels": read_levels(levels),
        "topics": read_topics(topic, topics_file),
        "per_combo": per_combo,
        "provider": provider,
        "model": model,
        "temperature": temperature,
        "budget_usd": budget_usd,
        "options": read_options(kind, option),
        "reuse": not no_reuse,
    }
    tuning = {"concurrency": concurrency, "batch_size": batch_size, "retries": retries, "throttle_ms": throttle_ms}
    overrides = {
        "base_url": base_url,
        "key_env": api_key_env,
        "rpm": rpm,
        "tpm": tpm,
        "max_in_flight": max_in_flight,
        "shape": shape,
        "window_s": window_s,
        "deadline_s": deadline_s,
        "budget_day_usd": budget_day_usd,
    }
    job = read_job(spec, preset, tuning, overrides)
    catalog = Catalog.load()
    with Store.open(database) as store, Runner(store, catalog) as runner:
        if not as_json:
            _print_estimate(estimate(store, catalog, job))
        made = runner.submit(job)
        _finish(store, runner, made, as_json)


def resume(
    run: RunId,
    retry: Annotated[bool, typer.Option("--retry", help="Ask again for what failed or was cancelled, too.")] = False,
    budget_usd: BudgetUsd = None,
    budget_day_usd: BudgetDayUsd = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Go on with a paused, incomplete or cancelled run, with another budget if one is given."""
    with Store.open(database) as store, Runner(store, Catalog.load()) as runner:
        runner.resume(run, retry=retry, budget_usd=budget_usd, budget_day_usd=budget_day_usd)
        _finish(store, runner, run, as_json)


def _finish(store: Store, runner: Runner, run: int, as_json: bool) -> None:
    try:
        _watch(store, run)
    except KeyboardInterrupt:
        typer.echo("\nfinishing the calls in flight (already paid for); Ctrl-C again to leave them", err=True)
        runner.close()
    row = store.run(run)
    print_end(store, run, as_json)
    raise typer.Exit(EXIT_CODES.get(row.state, 4))


def _watch(store: Store, run: int) -> None:
    """A progress bar on stderr until the run has ended; silent where stderr is not a terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("run {task.fields[run]}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f} drafts"),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=store.run(run).planned, run=run, note="")
        shown_at = -SHOW_S
        while store.state(run) in ("queued", "running"):
            if not bar.disable and time.monotonic() - shown_at >= SHOW_S:
                at = progress(store, run, cells=False)
                bar.update(task, completed=at.totals.drafted, note=_note(at))
                shown_at = time.monotonic()
            time.sleep(POLL_S)


def _note(at: Standing) -> str:
    if at.summary.items_per_s is None:
        return ""
    share = f", {at.share_of_limit:.0%} of the limit" if at.share_of_limit is not None else ""
    eta = f", ETA {at.eta_s:.0f} s" if at.eta_s is not None else ""
    return f"{at.summary.items_per_s:.2f}/s{share}{eta}"


def _print_estimate(at: Estimate) -> None:
    reused = f", {at.cached} of them already made and reused" if at.cached else ""
    cost = f"about ${at.cost_usd:.4f}" if at.price_known else f"price not known, at most ${at.cost_usd:.2f}"
    typer.echo(
        f"{at.drafts} drafts{reused}; {at.calls} calls, {at.tokens_in + at.tokens_out:,} tokens, {cost}, "
        f"about {at.wall_s:.0f} s ({at.share_of_limit:.0%} of the limit; {at.binds} binds)"
    )
