"""
The HTTP API: JSON, served by the dashboard's process.

    GET /api/health        for a monitor: 200 if all is well, else 503
    GET /api/runs          the newest runs, ?limit=1..1000 and ?state=running
    GET /api/runs/7        one run, as `draftmill status 7 --json` prints it
    POST /api/runs         make a run of a recipe; needs the token of DRAFTMILL_API_TOKEN
    GET /api/openapi.json  all of this, for a program

No header allows a page of another site to read a response (no CORS). With sign-in, runs are shown to the token only.
"""

from __future__ import annotations

import hmac
import logging
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from dashboard import labels, shared, signin
from engine import DraftmillError, Job, SpecError, StoreError, UnknownRun
from engine.export import MOST_RECIPE_BYTES, read_recipe_json
from engine.profiles import api_token
from engine.reports import brief_of, draftmill_version, status_of

log = logging.getLogger(__name__)

MOST_RUNS = 1000
MOST_DIGITS = 19
LEAST_FREE_BYTES = 50_000_000
FRESH = {"Cache-Control": "no-store"}
OPENAPI = Path(__file__).with_name("openapi.json")
TO_SET_UP = (
    "runs cannot be started from outside: no token is set; set DRAFTMILL_API_TOKEN (or that name in secrets.toml) "
    "to 32 or more random characters and start Draftmill again"
)
ON_THE_SERVER = ("base_url", "key_env", "private_network")
"""Limits of a recipe that would send a key of this server to an address the requester chooses."""
MALFORMED = ("recipe_json", "request_key")


def routes(base_path: str = "") -> list[BaseRoute]:
    """
    The routes of the API, mounted beside those of the dashboard.

    Args:
        base_path: Streamlit's server.baseUrlPath: the API is below it too.
    """
    handlers: dict[Any, Any] = {
        HTTPException: _refused,
        UnknownRun: _unknown,
        SpecError: _invalid,
        DraftmillError: _closed,
        500: _broken,
    }
    app = Starlette(routes=PATHS, exception_handlers=handlers)
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
    _check_open(request)
    limit, state = request.query_params.get("limit", "50"), request.query_params.get("state")
    if (number := _whole(limit)) is None or not 1 <= number <= MOST_RUNS:
        raise HTTPException(400, f"limit is {limit[:20]!r}; choose 1 to {MOST_RUNS}")
    if state is not None and state not in labels.RUN_STATE:
        raise HTTPException(400, f"state is {state[:20]!r}; choose {', '.join(labels.RUN_STATE)}")
    return _json([brief_of(row) for row in shared.store().runs.page(number, state=state)])


def run(request: Request) -> JSONResponse:
    """One run's figures and the codes of the advice on it."""
    _check_open(request)
    number = _whole(request.path_params["run"])
    if number is None or number >= 2**63:
        raise HTTPException(404, "there is no such run")
    return _json(status_of(shared.store(), number))


async def submit(request: Request) -> JSONResponse:
    """Make a run of the recipe in the body; a key that has made one before answers with that one."""
    await run_in_threadpool(_check_token, request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "send the recipe as JSON, with Content-Type: application/json")
    body = await _body(request)
    return await run_in_threadpool(_submit, request, body)


def openapi(request: Request) -> FileResponse:
    """The description of this API."""
    return FileResponse(OPENAPI, media_type="application/json", headers=FRESH)


PATHS = [
    Route("/health", health),
    Route("/runs", runs, methods=["GET"]),
    Route("/runs", submit, methods=["POST"]),
    Route("/runs/{run}", run),
    Route("/openapi.json", openapi),
]


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_RECIPE_BYTES:
            raise HTTPException(413, f"the most is {MOST_RECIPE_BYTES // 2**20} MB; a recipe is a short text")
    return bytes(body)


def _submit(request: Request, body: bytes) -> JSONResponse:
    store, key = shared.store(), request.headers.get("idempotency-key")
    asked = None if key is None else store.requests.read(key, body)
    before = None if asked is None else store.requests.run_of(asked)
    number = before
    if number is None:
        number = shared.runner().submit(_job(body), request=asked)
        if asked is not None:
            store.requests.run_of(asked)  # another request with the key may have come between
        log.info("run %d was requested over HTTP", number, extra={"action": "run_requested", "run": number})
    api = request.scope["root_path"]
    links = {"self": f"{api}/runs/{number}", "page": f"{api.removesuffix('/api')}/runs?run={number}"}
    answer = {"run": number, "state": brief_of(store.runs.get(number))["state"], "links": links}
    again = {} if before is None else {"Idempotent-Replayed": "true"}
    return _json(answer, 201, {"Location": links["self"], **again})


def _job(body: bytes) -> Job:
    recipe = read_recipe_json(body)
    for name in ON_THE_SERVER:
        if name in recipe.limits:
            raise SpecError(name, recipe.limits[name], "server_only")
    return recipe.job(shared.store())


def _whole(text: str) -> int | None:
    """A whole number as people write it: digits, none in front that counts for nothing; None: it is none."""
    written = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if written and str(int(text)) == text else None


def _check_open(request: Request) -> None:
    if signin.is_on() and not _brings(request, api_token()):
        raise HTTPException(403, "sign-in is on: only the dashboard, and a request with the API's token, sees runs")


def _check_token(request: Request) -> None:
    token = api_token()
    if not token:
        raise HTTPException(403, TO_SET_UP)
    if not _brings(request, token):
        raise HTTPException(401, "send the token: Authorization: Bearer TOKEN", {"WWW-Authenticate": "Bearer"})


def _brings(request: Request, token: str) -> bool:
    scheme, _space, brought = request.headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(brought.strip().encode(), token.encode())
    return bool(token) and scheme.lower() == "bearer" and same


def _invalid(request: Request, error: SpecError) -> JSONResponse:
    fault = {"code": error.fix.code, "field": error.field, "value": str(error.message.values["value"])}
    status = 400 if error.fix.code in MALFORMED else 403 if error.fix.code == "token_short" else 422
    return _json({"error": str(error), **fault, "fix": error.allowed}, status)


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
