"""
One provider's profile, and the checks every field of it must pass, wherever it was written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from engine.errors import HIDDEN, SpecError
from engine.limiter.limits import Limits
from engine.money.price import FREE, UNKNOWN, Price, Tariff, check_prices
from engine.providers.addresses import check_base_url, is_public
from engine.spec import CONCURRENCY_CEILING, choice, number, whole

JsonMode = Literal["schema", "object", "none"]

MAX_TOKENS = range(64, 1_000_001)
DEADLINE_S = (0.1, 3600.0)
BUDGET_USD = (0.0001, 100_000.0)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_HEADER_TEXT = re.compile(r"[\x20-\x7e]{0,500}")
_PATH = re.compile(r"(?:/[A-Za-z0-9_-]{1,40}){1,4}")
# Written by every call itself; a profile that could set them could also break the framing or the way the key travels.
_OUR_BODY_FIELDS = ("model", "messages", "stream", "max_tokens", "max_completion_tokens", "response_format")
_OUR_HEADERS = ("host", "content-length", "transfer-encoding", "connection", "accept-encoding", "content-type")
_KEY_HEADERS = ("authorization", "proxy-authorization", "cookie", "api-key", "x-api-key")


@dataclass(frozen=True, slots=True)
class Profile:
    """
    One provider as it is spoken to.

    `key_env` is empty where no key is needed; `prices` go by the served model's name; `deadline_s` is the total time
    of one call.

    Raises:
        SpecError: a field is out of bounds.
    """

    name: str
    base_url: str
    label: str = ""
    key_env: str = ""
    default_model: str = ""
    models: tuple[str, ...] = ()
    prices: Mapping[str, Price] = field(default_factory=dict)
    tariff: Tariff = field(default_factory=Tariff)
    budget_day_usd: float | None = None
    """The most all runs on this provider may spend from one local midnight to the next; None: no bound."""
    account_path: str = ""
    """Where the provider tells what a key has left (/key, /user/balance); empty: nowhere."""
    json_mode: JsonMode = "object"
    limits: Limits = field(default_factory=Limits)
    max_concurrency: int = 8
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    require_parameters: bool = False
    """Ask only endpoints that know the JSON schema parameter (OpenRouter); goes with json_mode schema."""
    deadline_s: float = 120.0
    completion_tokens: bool = False
    """The server takes max_completion_tokens in place of max_tokens (newer OpenAI models)."""
    send_temperature: bool = True
    """False: the model takes only its own temperature."""
    max_tokens: int | None = None
    """Of every call; None: estimated from the drafts asked for."""
    private_network: bool = False
    """Allow http, and addresses of a private network (a server in the same building)."""

    def __post_init__(self) -> None:
        if not _matches(_NAME, self.name):
            raise SpecError("name", self.name, "profile_name")
        check_base_url(self.base_url, private_network=self.private_network)
        if self.key_env and not _matches(_ENV_NAME, self.key_env):
            # A key pasted here is the likeliest mistake: the value is not shown.
            raise SpecError("key_env", HIDDEN, "key_env_name")
        for name in ("label", "default_model"):
            _check_line(name, getattr(self, name))
        _check_models(self.models)
        check_prices(self.prices)
        if self.budget_day_usd is not None:
            number("budget_day_usd", self.budget_day_usd, *BUDGET_USD)
        if self.account_path and not _matches(_PATH, self.account_path):
            raise SpecError("account_path", self.account_path, "account_path")
        choice("json_mode", self.json_mode, get_args(JsonMode))
        whole("max_concurrency", self.max_concurrency, range(1, CONCURRENCY_CEILING + 1))
        _check_extra_body(self.extra_body)
        _check_headers(self.headers)
        if not isinstance(self.require_parameters, bool):
            raise SpecError("require_parameters", self.require_parameters, "write_bool")
        for name in ("completion_tokens", "send_temperature", "private_network"):
            if not isinstance(getattr(self, name), bool):
                raise SpecError(name, getattr(self, name), "write_bool")
        if self.max_tokens is not None:
            whole("max_tokens", self.max_tokens, MAX_TOKENS)
        number("deadline_s", self.deadline_s, *DEADLINE_S)

    def price(self, *models: str, at: float | None = None) -> Price:
        """
        What the first of these models that is listed costs; one that is not listed counts as the dearest there is.

        A free server costs nothing, whatever name it serves a model under, unless the model asked for has a price: so
        the estimate, which knows the model asked for only, and the ledger agree.

        Args:
            models: The served model, then the one asked for.
            at: Unix seconds; None: at the peak, for an upper bound.
        """
        if self.is_free and models[-1] not in self.prices:
            return FREE
        listed = next((self.prices[model] for model in models if model in self.prices), None)
        if listed is None:
            return UNKNOWN
        return listed if at is None else listed.scaled(self.tariff.share(at, self.deadline_s))

    def knows_price(self, model: str) -> bool:
        """Whether a model's price is listed, or there is none to pay."""
        return model in self.prices or self.is_free

    @property
    def is_free(self) -> bool:
        """Nobody bills a server on this machine or in a private network that asks for no key."""
        return not self.key_env and not is_public(self.base_url)


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _check_line(name: str, value: object) -> None:
    if not isinstance(value, str) or len(value) > 200 or not value.isprintable():
        raise SpecError(name, value, "one_line")


def _check_models(models: object) -> None:
    if not isinstance(models, tuple):
        raise SpecError("models", models, "names_form")
    for model in models:
        _check_line("models", model)


def _check_extra_body(extra: object) -> None:
    if not isinstance(extra, Mapping):
        raise SpecError("extra_body", extra, "json_table")
    for name in extra:
        if name in _OUR_BODY_FIELDS:
            raise SpecError("extra_body", name, "body_field_ours")
    try:
        json.dumps(extra, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise SpecError("extra_body", extra, "json_only") from None


def _check_headers(headers: object) -> None:
    if not isinstance(headers, Mapping):
        raise SpecError("headers", headers, "headers_table")
    for name, text in headers.items():
        if not _matches(_HEADER_NAME, name) or name.lower() in _OUR_HEADERS:
            raise SpecError("headers", name, "header_name")
        if name.lower() in _KEY_HEADERS:
            raise SpecError("headers", name, "header_key")
        if not _matches(_HEADER_TEXT, text):
            raise SpecError("headers", name, "header_text")
