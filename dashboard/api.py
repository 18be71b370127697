"""
Status from outside: read-only JSON over HTTP, in the dashboard's own process and behind its doors.

    GET /api/health      is all well: for a monitor; 503 where it is not
    GET /api/runs        the newest runs, ?limit=1..1000 and ?state=running
    GET /api/runs/7      one run, as `draftmill status 7 --json` prints it

No header allows another site's page to read an answer (no CORS). Where sign-in is on, runs are not told here.
"""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from dashboard import labels, shared, signin
from engine import DraftmillError, StoreError, UnknownRun
from engine.reports import brief_of, draftmill_version, status_of

MOST_RUNS = 1000
LEAST_FREE_BYTES = 50_000_000
FRESH = {"Cache-Control": "no-store"}


def routes() -> list[BaseRoute]:
    """The API, to be mounted beside the dashboard's own routes."""
    handlers: dict[Any, Any] = {HTTPException: _refused, UnknownRun: _unknown, DraftmillError: _closed, 500: _broken}
    paths = [Route("/health", health), Route("/runs", runs), Route("/runs/{run:int}", run)]
    return [Mount("/api", app=Starlette(routes=paths, exception_handlers=handlers))]


def health(request: Request) -> JSONResponse:
    """Whether the store answers and its disk has room, and what is going on; no path, no name of anything."""
    told: dict[str, Any] = {"version": draftmill_version()}
    try:
        store = shared.store()
        told |= {f"{state}_runs": store.runs.count(state) for state in ("running", "queued", "paused")}
        free = store.free_bytes
    except StoreError:
        return _json({"status": "problem", "problem": "database", **told}, 503)
    if free is not None and free < LEAST_FREE_BYTES:
        return _json({"status": "problem", "problem": "disk", **told}, 503)
    return _json({"status": "ok", **told})


def runs(request: Request) -> JSONResponse:
    """The newest runs, each in a line."""
    _check_open()
    limit, state = request.query_params.get("limit", "50"), request.query_params.get("state")
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:5]) <= MOST_RUNS):
        raise HTTPException(400, f"limit is {limit[:20]!r}; choose 1 to {MOST_RUNS}")
    if state is not None and state not in labels.RUN_STATE:
        raise HTTPException(400, f"state is {state[:20]!r}; choose {', '.join(labels.RUN_STATE)}")
    return _json([brief_of(row) for row in shared.store().runs.page(int(limit), state=state)])


def run(request: Request) -> JSONResponse:
    """One run's figures and the codes of the advice on it."""
    _check_open()
    number = int(request.path_params["run"])
    if number >= 2**63:
        raise HTTPException(404, "there is no such run")
    return _json(status_of(shared.store(), number))


def _check_open() -> None:
    if signin.is_on():
        raise HTTPException(403, "sign-in is on: runs are told in the dashboard alone")


def _refused(request: Request, error: HTTPException) -> JSONResponse:
    return _json({"error": error.detail}, error.status_code, error.headers)


def _unknown(request: Request, error: UnknownRun) -> JSONResponse:
    return _json({"error": f"there is no run {error.run}"}, 404)


def _closed(request: Request, error: DraftmillError) -> JSONResponse:
    """The engine's words may name a path; they are for the dashboard and the log."""
    return _json({"error": "the store cannot be read; draftmill doctor says why"}, 503)


def _broken(request: Request, error: Exception) -> JSONResponse:
    return _json({"error": "something broke inside Draftmill; its log says what"}, 500)


def _json(content: Any, status: int = 200, headers: Any = None) -> JSONResponse:
    return JSONResponse(content, status, {**FRESH, **(headers or {})})
