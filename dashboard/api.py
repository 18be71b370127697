"""
The status API: read-only JSON over HTTP, served by the dashboard's process.

    GET /api/health      for a monitor: 200 if all is well, else 503
    GET /api/runs        the newest runs, ?limit=1..1000 and ?state=running
    GET /api/runs/7      one run, as `draftmill status 7 --json` prints it

No header allows a page of another site to read a response (no CORS). With sign-in, the API does not show runs.
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
MOST_DIGITS = 19
LEAST_FREE_BYTES = 50_000_000
FRESH = {"Cache-Control": "no-store"}


def routes(base_path: str = "") -> list[BaseRoute]:
    """
    The routes of the API, mounted beside those of the dashboard.

    Args:
        base_path: Streamlit's server.baseUrlPath: the API is below it too.
    """
    handlers: dict[Any, Any] = {HTTPException: _refused, UnknownRun: _unknown, DraftmillError: _closed, 500: _broken}
    paths = [Route("/health", health), Route("/runs", runs), Route("/runs/{run}", run)]
    app = Starlette(routes=paths, exception_handlers=handlers)
    below = base_path.strip("/")
    return [Mount(place, app=app) for place in ("/api", *([f"/{below}/api"] if below else []))]


def health(request: Request) -> JSONResponse:
    """Whether the store can be read and its disk has space, and how many runs are open. Contains no names or paths."""
    body: dict[str, Any] = {"version": draftmill_version()}
    try:
        store = shared.store()
        body |= {f"{state}_runs": store.runs.count(state) for state in ("running", "queued", "paused")}
        free = store.free_bytes
    except StoreError:
        return _json({"status": "problem", "problem": "database", **body}, 503)
    if free is not None and free < LEAST_FREE_BYTES:
        return _json({"status": "problem", "problem": "disk", **body}, 503)
    return _json({"status": "ok", **body})


def runs(request: Request) -> JSONResponse:
    """The newest runs, without details."""
    _check_open()
    limit, state = request.query_params.get("limit", "50"), request.query_params.get("state")
    if (number := _whole(limit)) is None or not 1 <= number <= MOST_RUNS:
        raise HTTPException(400, f"limit is {limit[:20]!r}; choose 1 to {MOST_RUNS}")
    if state is not None and state not in labels.RUN_STATE:
        raise HTTPException(400, f"state is {state[:20]!r}; choose {', '.join(labels.RUN_STATE)}")
    return _json([brief_of(row) for row in shared.store().runs.page(number, state=state)])


def run(request: Request) -> JSONResponse:
    """One run's figures and the codes of the advice on it."""
    _check_open()
    number = _whole(request.path_params["run"])
    if number is None or number >= 2**63:
        raise HTTPException(404, "there is no such run")
    return _json(status_of(shared.store(), number))


def _whole(text: str) -> int | None:
    """A whole number as people write it: digits, none in front that counts for nothing; None: it is none."""
    written = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if written and str(int(text)) == text else None


def _check_open() -> None:
    if signin.is_on():
        raise HTTPException(403, "sign-in is on: only the dashboard shows runs")


def _refused(request: Request, error: HTTPException) -> JSONResponse:
    return _json({"error": error.detail}, error.status_code, error.headers)


def _unknown(request: Request, error: UnknownRun) -> JSONResponse:
    return _json({"error": f"there is no run {error.run}"}, 404)


def _closed(request: Request, error: DraftmillError) -> JSONResponse:
    """The engine's own message may name a path: only the dashboard and the log show it."""
    return _json({"error": "the store cannot be read; draftmill doctor says why"}, 503)


def _broken(request: Request, error: Exception) -> JSONResponse:
    return _json({"error": "something broke inside Draftmill; its log says what"}, 500)


def _json(content: Any, status: int = 200, headers: Any = None) -> JSONResponse:
    return JSONResponse(content, status, {**FRESH, **(headers or {})})
