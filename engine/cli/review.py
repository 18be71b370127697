"""
`draftmill review`: let a second model judge a run's drafts, in this process, and wait for it.
"""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.options import Database, Json, Model, Provider, RunId, Wait
from engine.cli.overrides import LIMITS, SERVER, UNCHANGED, provider_options
from engine.cli.waiting import finish, working
from engine.job import Overrides
from engine.judge import MOST_DRAFTS
from engine.judge.opinion import Thresholds
from engine.providers import Catalog
from engine.reports.second_model import ReviewForecast, review_forecast
from engine.runners.reviews import Review
from engine.spec import Tuning


@provider_options(SERVER, LIMITS)
def review(
    run: RunId,
    provider: Provider = "practice",
    model: Model = "",
    only: Annotated[str, typer.Option(help="all (except rejected), flagged, or sample:N.")] = "all",
    accept_at: Annotated[
        int | None,
        typer.Option(help="4 or 5: approve drafts whose lowest score is at least this and that have no objection."),
    ] = None,
    reject_below: Annotated[
        int | None, typer.Option(help="1 to 4: reject drafts with a lower score. Default of both: a person decides.")
    ] = None,
    budget_usd: Annotated[float | None, typer.Option(help="Budget of the review; default: none.")] = None,
    concurrency: Annotated[int, typer.Option(help="Parallel requests, 1 to 8; a profile may allow more.")] = 4,
    batch_size: Annotated[int, typer.Option(help="Drafts per request, 1 to 5.")] = MOST_DRAFTS,
    retries: Annotated[int, typer.Option(help="Retries of a failed request, 0 to 5.")] = 2,
    overrides: Overrides = UNCHANGED,
    wait: Wait = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Let a second model score a run's drafts and suggest fixes."""
    asked = Review(
        run=run,
        provider=provider,
        model=model,
        only=only,
        thresholds=Thresholds(accept_at, reject_below),
        budget_usd=budget_usd,
        tuning=Tuning(concurrency, batch_size, retries),
        overrides=overrides,
    )
    with working(database, reads=True, waits=wait) as (store, runner):
        forecast = None if as_json else review_forecast(store, Catalog.load(), asked)
        if forecast is not None and forecast.drafts:
            typer.echo(forecast_as_text(forecast))
        finish(store, runner, [runner.review(asked)], as_json, wait)


def forecast_as_text(at: ReviewForecast) -> str:
    """What a review will take and save, in one line."""
    known = f"about ${at.cost_usd:.4f}" if at.cost_usd else "free"
    cost = known if at.price_known else f"price not known, at most ${at.cost_usd:.2f}"
    share = at.saving.share
    return f"{at.drafts} drafts; {at.calls} calls, {at.tokens_in + at.tokens_out:,} tokens, {cost}; {_saving(share)}"


def _saving(share: float | None) -> str:
    if share is None:
        return "saving not known"
    if round(share, 2) == 0:
        return "as dear as the strong model alone"
    return f"{abs(share):.0%} {'saved compared with' if share > 0 else 'more than'} the strong model alone"
