"""
The health of a worker over HTTP: /healthz, /readyz, and /metrics in Prometheus' text format.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from engine.errors import StoreError
from engine.process import lease_s, memory_mb
from engine.runners.thread import Runner
from engine.store import Store

METRICS = "text/plain; version=0.0.4"


def listen(store: Store, runner: Runner, address: str, port: int) -> None:
    """Answer on a port in a thread of its own, as long as the process lives."""
    config = uvicorn.Config(health_app(store, runner), host=address, port=port, log_level="warning", lifespan="off")
    threading.Thread(target=uvicorn.Server(config).run, name="draftmill-health", daemon=True).start()


def health_app(store: Store, runner: Runner) -> Starlette:
    """
    The three pages; none holds a name, a path or a key.

        GET /healthz   200 while the loop looks for commands, or waits for the database; else 503: restart the process
        GET /readyz    200 while the database can be read and has the tables of this release, else 503
        GET /metrics   counts of runs and of this process
    """

    def healthz(_request: Request) -> Response:
        alive = runner.worker.silent_s < lease_s() or not store.is_ready()
        return PlainTextResponse("ok" if alive else "the loop hangs", 200 if alive else 503)

    def readyz(_request: Request) -> Response:
        ready = store.is_ready() and not store.trouble
        return PlainTextResponse("ok" if ready else "the database cannot be used", 200 if ready else 503)

    def metrics(_request: Request) -> Response:
        try:
            return PlainTextResponse("".join(_lines(store, runner)), media_type=METRICS)
        except StoreError:
            return PlainTextResponse("the database cannot be used", 503)

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)])


def _lines(store: Store, runner: Runner) -> Iterator[str]:
    figures = store.offers.figures()
    yield from _gauge("draftmill_runs", "Runs by state.", "state", figures.runs)
    yield from _gauge("draftmill_shares", "Shares of runs by state.", "state", figures.shares)
    yield from _gauge("draftmill_calls_1h", "Calls sent in the last hour by outcome.", "outcome", figures.calls)
    yield from _gauge("draftmill_spent_usd_1h", "USD of those calls by provider.", "provider", figures.spent_usd)
    yield from _gauge("draftmill_calls_in_flight", "Calls in flight in all processes.", "", {"": figures.in_flight})
    yield from _gauge("draftmill_queue_age_seconds", "Age of the oldest run that waits.", "", {"": figures.oldest_s})
    yield from _gauge("draftmill_worker_runs", "Runs of this process.", "", {"": len(runner.worker)})
    yield from _gauge("draftmill_commit_seconds", "Median commit of this process.", "", {"": store.commit_ms / 1000})
    yield from _gauge("draftmill_memory_mb", "Memory of this process.", "", {"": memory_mb()})


def _gauge(name: str, what: str, label: str, values: dict[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {what}\n# TYPE {name} gauge\n"
    for value, number in sorted(values.items()):
        labels = f'{{{label}="{_escaped(value)}"}}' if label else ""
        yield f"{name}{labels} {number:g}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
