"""Runs from outside: POST /api/runs, its token, its errors, and its description."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.routing import Mount, Route

from dashboard import api
from engine.job import Overrides
from engine.spec import RunSpec
from tests.integration.conftest import QUICK
from tests.integration.test_server import Served, serving
from tests.matrix import slow
from tests.waiting import PATIENCE_S, until

TOKEN = "t0ken-" + "5" * 32
RECIPE: dict[str, Any] = {"kind": "cloze", "lang": "en", "levels": [2], "topics": ["Campus"], "per_combo": 2}
DESCRIBED = json.loads(api.OPENAPI.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("home"), DRAFTMILL_API_TOKEN=TOKEN) as served:
        yield served


def post(server: Served, recipe: Any, **headers: str | None) -> tuple[int, dict[str, str], Any]:
    """Ask for a run; a header that is None is left out."""
    body = recipe if isinstance(recipe, bytes) else json.dumps({**recipe, "practice": QUICK}).encode()
    usual = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    said = {**usual, **{name.replace("_", "-"): value for name, value in headers.items()}}
    given = {name: value for name, value in said.items() if value is not None}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    connection.request("POST", "/api/runs", body, given)
    answer = connection.getresponse()
    read = json.loads(answer.read())
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, read


def test_a_run_is_made_of_a_recipe(server: Served) -> None:
    """The answer names the run; its link shows it until it is done, with exactly the drafts asked for."""
    status, headers, made = post(server, RECIPE)
    assert (status, headers["location"]) == (201, made["links"]["self"])
    until(lambda: server.read(headers["location"])["state"] in ("done", "paused"))
    row = server.read(headers["location"])
    assert (row["state"], row["drafted"], made["links"]["page"]) == ("done", 2, f"/runs?run={made['run']}")


def test_a_key_is_answered_with_its_run(server: Served) -> None:
    """A request that is sent again makes no second run; the key with another recipe is refused."""
    first, again = (post(server, RECIPE, Idempotency_Key="weekly-7") for _ in range(2))
    assert (first[0], again[0], again[2]["run"]) == (201, 201, first[2]["run"])
    assert ("idempotent-replayed" in first[1], again[1]["idempotent-replayed"]) == (False, "true")
    status, _headers, told = post(server, {**RECIPE, "per_combo": 3}, Idempotency_Key="weekly-7")
    assert (status, told["code"]) == (422, "request_changed")


@pytest.mark.parametrize("brought", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN])
def test_without_the_token_nothing_is_made(server: Served, brought: str | None) -> None:
    """401, whatever else the request says."""
    before = len(server.read("/api/runs"))
    status, headers, told = post(server, RECIPE, Authorization=brought)
    assert (status, headers["www-authenticate"], set(told)) == (401, "Bearer", {"error"})
    assert len(server.read("/api/runs")) == before


@pytest.mark.parametrize(
    ("recipe", "headers", "status", "field"),
    [
        (b"", {}, 400, "recipe"),
        (b"kind = 'cloze'", {}, 400, "recipe"),
        (b"[1]", {}, 400, "recipe"),
        (b"x" * (4 * 2**20 + 1), {}, 413, None),
        (RECIPE, {"Content_Type": "text/plain"}, 415, None),
        (RECIPE, {"Content_Type": None}, 415, None),
        (RECIPE, {"Idempotency_Key": ""}, 400, "Idempotency-Key"),
        ({}, {}, 422, "kind"),
        ({**RECIPE, "knd": 1}, {}, 422, "knd"),
        ({**RECIPE, "levels": [7]}, {}, 422, "levels"),
        ({**RECIPE, "per_combo": 10**30}, {}, 422, "per_combo"),
        ({**RECIPE, "speed": {"batch_size": 99}}, {}, 422, "batch_size"),
        ({**RECIPE, "words": "nobody"}, {}, 422, "words"),
        ({**RECIPE, "provider": "nobody"}, {}, 422, "provider"),
        ({**RECIPE, "provider": "openrouter"}, {}, 422, "OPENROUTER_API_KEY"),
        ({**RECIPE, "limits": {"base_url": "https://evil.test"}}, {}, 422, "base_url"),
        ({**RECIPE, "limits": {"key_env": "HOME"}}, {}, 422, "key_env"),
        ({**RECIPE, "limits": {"private_network": True}}, {}, 422, "private_network"),
    ],
)
def test_what_cannot_be_made_is_named(
    server: Served, recipe: Any, headers: dict[str, str | None], status: int, field: str | None
) -> None:
    """A short JSON error names the field and what to do."""
    answered, _headers, told = post(server, recipe, **headers)
    assert (answered, told.get("field")) == (status, field)
    jsonschema.validate(told, {**DESCRIBED["components"]["schemas"]["Error"], "additionalProperties": False})


def test_the_token_is_nowhere(server: Served) -> None:
    """Neither the log nor a file of the data folder holds it."""
    post(server, RECIPE)
    assert not [file for file in server.home.rglob("*") if file.is_file() and TOKEN.encode() in file.read_bytes()]


@pytest.mark.parametrize(("token", "says"), [slow("", "DRAFTMILL_API_TOKEN"), ("short", "32")])
def test_without_a_safe_token_the_route_is_closed(tmp_path: Path, token: str, says: str) -> None:
    """403 says what to set."""
    with serving(tmp_path, DRAFTMILL_API_TOKEN=token) as closed:
        status, _headers, told = post(closed, RECIPE, Authorization=f"Bearer {token}")
    assert status == 403 and says in told["error"] and "'short'" not in json.dumps(told)


def test_a_run_is_left_to_workers(tmp_path: Path) -> None:
    """A dashboard of a team submits without the provider's key: the run waits for a worker."""
    with serving(tmp_path, DRAFTMILL_API_TOKEN=TOKEN, DRAFTMILL_WORKERS="1") as team:
        status, _headers, made = post(team, {**RECIPE, "provider": "openrouter", "model": "m"})
        assert (status, team.read(made["links"]["self"])["state"]) == (201, "queued")


def test_the_description_names_every_route(server: Served) -> None:
    """The OpenAPI file has exactly the paths and methods of the API, and is served as it is."""
    (mount,) = api.routes()
    assert isinstance(mount, Mount)
    routes = [route for route in mount.routes if isinstance(route, Route)]
    served = {(route.path, one.lower()) for route in routes for one in (route.methods or set()) - {"HEAD"}}
    assert served == {(path, one) for path, methods in DESCRIBED["paths"].items() for one in methods}
    assert server.read("/api/openapi.json") == DESCRIBED


def test_the_description_knows_every_key_of_a_recipe() -> None:
    """Its recipe has the keys of a RunSpec and the tables of a recipe, and its example is one."""
    recipe = DESCRIBED["components"]["schemas"]["Recipe"]
    own = {one.name for one in fields(RunSpec)} - {"reuse"} | {"no_reuse", "options", "speed", "limits", "practice"}
    assert set(recipe["properties"]) == own
    limits = {one.name for one in fields(Overrides)} - set(api.ON_THE_SERVER)
    assert set(recipe["properties"]["limits"]["properties"]) == limits
    asked = DESCRIBED["paths"]["/runs"]["post"]["requestBody"]["content"]["application/json"]
    jsonschema.validate(asked["example"], recipe)
