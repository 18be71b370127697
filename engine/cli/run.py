"""
`draftmill run` and `draftmill resume`: work on a run in this process and wait for it.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from engine.cli.gathered import NOTHING_GIVEN, gathered
from engine.cli.opening import open_store
from engine.cli.options import BudgetDayUsd, BudgetUsd, Database, Json, RecipeFile, RunId, Wait
from engine.cli.overrides import LIMITS, SERVER, UNCHANGED, provider_options
from engine.cli.reading import option_values, read_recipe_file
from engine.cli.run_options import MORE, SPEED, WORK, is_own, read_spec, read_speed
from engine.cli.texts import own_sources
from engine.cli.waiting import finish, take_up, working
from engine.errors import SpecError
from engine.export.recipe import recipe_text
from engine.job import Overrides, job_of
from engine.providers import Catalog
from engine.reports.estimate import Estimate, estimate_of
from engine.runners.run_status import interrupted
from engine.spec import Options, language_name, unchecked


@provider_options(SERVER, LIMITS)
@gathered("work", WORK)
@gathered("more", MORE)
@gathered("speed", SPEED)
def run(
    work: dict[str, Any] = NOTHING_GIVEN,
    overrides: Overrides = UNCHANGED,
    more: dict[str, Any] = NOTHING_GIVEN,
    recipe: RecipeFile = None,
    speed: dict[str, Any] = NOTHING_GIVEN,
    database: Database = None,
    no_reuse: Annotated[bool, typer.Option("--no-reuse", help="Do not reuse drafts already paid for.")] = False,
    wait: Wait = False,
    detach: Annotated[bool, typer.Option("--detach", help="Leave the run to `draftmill worker`, and end.")] = False,
    as_json: Json = False,
) -> None:
    """Make drafts: exactly as many as asked for."""
    spec = read_spec(work, more, has_recipe=recipe is not None, reuse=False if no_reuse else None)
    loaded = read_recipe_file(recipe)
    if is_own(work):
        lang = work["lang"] or str(loaded.spec.get("lang", ""))
        spec |= own_sources(database, lang, work["text"], work["from_text"], work["from_run"])
    changed = loaded.changed(spec, option_values(more), read_speed(speed), overrides.given())
    changed.job()  # what is out of bounds is refused before a database is made
    catalog = Catalog.load()
    with working(database, catalog, waits=wait, role="offers" if detach else None) as (store, runner):
        job = changed.job(store)
        if not as_json:
            _print_estimate(estimate_of(store, catalog, job), job.spec.options)
        if detach:
            left = runner.submit(job)
            typer.echo(json.dumps({"run": left}) if as_json else f"run {left} waits for a worker")
            return
        finish(store, runner, [runner.submit(job)], as_json, wait)


def resume(
    run: Annotated[int | None, typer.Argument(metavar="[RUN]", help="The run's number.")] = None,
    all_runs: Annotated[bool, typer.Option("--all", help="All interrupted runs.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Also repeat what failed or was cancelled.")] = False,
    budget_usd: BudgetUsd = None,
    budget_day_usd: BudgetDayUsd = None,
    wait: Wait = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Continue a run that was paused, interrupted, incomplete or cancelled; with another budget if given."""
    if (run is None) != all_runs:
        raise SpecError("run", run, "run_or_all")
    with working(database, reads=True, waits=wait) as (store, runner):
        chosen = [row.id for row in interrupted(store)] if run is None else [run]
        if not chosen:
            typer.echo("no run was interrupted")
            return
        for one in chosen:
            take_up(store, runner, one, retry, budget_usd=budget_usd, budget_day_usd=budget_day_usd)
        finish(store, runner, chosen, as_json, wait)


def print_recipe(
    run: RunId,
    database: Database = None,
) -> None:
    """Print a run's recipe: what it made and how fast, as TOML."""
    with open_store(database, reads=True) as store:
        row = store.runs.get(run)
    if row.reviewed_run is not None:
        raise SpecError("run", run, "run_is_review", run=row.reviewed_run)
    typer.echo(recipe_text(job_of(row)), nl=False)


def _print_estimate(at: Estimate, options: Options) -> None:
    reused = f", {at.cached} of them reused" if at.cached else ""
    known = f"about ${at.cost_usd:.4f}" if at.cost_usd else "free"
    cost = known if at.price_known else f"price not known, at most ${at.cost_usd:.2f}"
    time = f"time: {at.unknown}"
    if at.wall_s is not None:
        time = f"about {at.wall_s:.0f} s ({at.share_of_limit:.0%} of the limit; limited by {at.bottleneck})"
    for tag in unchecked(options):
        typer.echo(f"not checked: whether texts are in {language_name(tag)}")
    typer.echo(f"{at.drafts} drafts{reused}; {at.calls} calls, {at.tokens_in + at.tokens_out:,} tokens, {cost}, {time}")
