"""
`draftmill run` and `draftmill resume`: work on a run in this process and wait for it.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from engine.cli.opening import open_store
from engine.cli.options import (
    BudgetDayUsd,
    BudgetUsd,
    Database,
    FromRun,
    FromText,
    Json,
    LevelCheck,
    Option,
    RecipeFile,
    RunId,
    TextFiles,
    TopicsAsTyped,
    TopicsFile,
    Wait,
)
from engine.cli.overrides import LIMITS, SERVER, UNCHANGED, provider_options
from engine.cli.reading import option_values, read_level_check, read_levels, read_recipe_file, read_topics
from engine.cli.texts import own_sources
from engine.cli.waiting import finish, take_up, working
from engine.errors import SpecError
from engine.export.recipe import recipe_text
from engine.job import Overrides, job_of
from engine.providers import Catalog
from engine.reports.estimate import Estimate, estimate_of
from engine.runners.run_status import interrupted
from engine.spec import Options, kind_names, language_name, one_of, unchecked


@provider_options(SERVER, LIMITS)
def run(
    kind: Annotated[str | None, typer.Option(help=f"{one_of(kind_names())}.")] = None,
    lang: Annotated[str | None, typer.Option(help="en, ja or zh.")] = None,
    levels: Annotated[str | None, typer.Option(help="1 to 6, such as 3,4 or 2-4.")] = None,
    topic: Annotated[list[str], typer.Option(help="A topic; may be repeated.")] = [],  # noqa: B006
    topics_file: TopicsFile = None,
    topics_as_typed: TopicsAsTyped = False,
    text: TextFiles = [],  # noqa: B006
    from_text: FromText = [],  # noqa: B006
    from_run: FromRun = None,
    per_combo: Annotated[int | None, typer.Option(help="Drafts per topic and level; default: 1.")] = None,
    provider: Annotated[str | None, typer.Option(help="A provider of the catalog; default: practice.")] = None,
    model: Annotated[str | None, typer.Option(help="Default: the provider's.")] = None,
    temperature: Annotated[float | None, typer.Option(help="0 to 2; default: 0.7.")] = None,
    overrides: Overrides = UNCHANGED,
    budget_usd: BudgetUsd = None,
    option: Option = [],  # noqa: B006
    words: Annotated[
        str | None, typer.Option(help="Word list whose words the drafts use: NAME or NAME@VERSION.")
    ] = None,
    target_words: Annotated[int | None, typer.Option(help="Words of the list per draft, 1 to 10; default: 1.")] = None,
    blank_words: Annotated[bool | None, typer.Option(help="Blank the words of the list, in kinds with blanks.")] = None,
    known_words: Annotated[
        str | None, typer.Option(help="Word list that counts as within the level: NAME or NAME@VERSION.")
    ] = None,
    style: Annotated[str | None, typer.Option(help="Style note: NAME or NAME@VERSION.")] = None,
    level_check: LevelCheck = None,
    recipe: RecipeFile = None,
    preset: Annotated[str, typer.Option(help="serial, concurrent, batch, combined or auto.")] = "",
    concurrency: Annotated[
        int | None, typer.Option(help="Parallel requests, 1 to 8; a profile may allow more.")
    ] = None,
    batch_size: Annotated[int | None, typer.Option(help="Drafts per request, 1 to 10.")] = None,
    retries: Annotated[int | None, typer.Option(help="Retries of a failed request, 0 to 5.")] = None,
    throttle_ms: Annotated[int | None, typer.Option(help="Smallest gap of two requests, 0 to 2000 ms.")] = None,
    database: Database = None,
    no_reuse: Annotated[bool, typer.Option("--no-reuse", help="Do not reuse drafts already paid for.")] = False,
    wait: Wait = False,
    detach: Annotated[bool, typer.Option("--detach", help="Leave the run to `draftmill worker`, and end.")] = False,
    as_json: Json = False,
) -> None:
    """Make drafts: exactly as many as asked for."""
    own = bool(text or from_text) or from_run is not None
    about = topic or topics_file
    if own and about:
        raise SpecError("topic", topic or str(topics_file), "texts_or_topics")
    spec = {
        "kind": kind,
        "lang": lang,
        "levels": None if levels is None else read_levels(levels),
        "topics": read_topics(topic, topics_file, topics_as_typed) if about or not (recipe or own) else None,
        "per_combo": per_combo,
        "provider": provider,
        "model": model,
        "temperature": temperature,
        "budget_usd": budget_usd,
        "level_shares": None if level_check is None else read_level_check(level_check),
        "reuse": False if no_reuse else None,
        "words": words,
        "target_words": target_words,
        "blank_words": blank_words,
        "known_words": known_words,
        "style": style,
    }
    speed = {"concurrency": concurrency, "batch_size": batch_size, "retries": retries, "throttle_ms": throttle_ms}
    given = {"preset": preset or None, **speed}
    loaded = read_recipe_file(recipe)
    if own:
        spec |= own_sources(database, lang or str(loaded.spec.get("lang", "")), text, from_text, from_run)
    changed = loaded.changed(_named(spec), option_values(option), _named(given), overrides.given())
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


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """The values that were given."""
    return {name: value for name, value in values.items() if value is not None}


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
