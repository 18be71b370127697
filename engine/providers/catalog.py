"""
The provider catalog: the profiles that ship, and what the user adds to or changes in them in a TOML file.

The fields and their checks are in profile; profiles.toml explains the form of the file. How a provider is
asked is in chat; where its key is, in keys.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine.errors import SpecError
from engine.limiter.limits import Limits, Shape
from engine.messages import Message
from engine.money.price import Price, Tariff
from engine.process import data_folder
from engine.providers.addresses import check_base_url, same_host
from engine.providers.profile import Profile

BUILT_IN = "profiles.toml"
USER_FILE = "providers.toml"


class Catalog:
    """The known profiles by name; built once, by `load`."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self._profiles = dict(profiles)

    def __repr__(self) -> str:
        return f"Catalog({', '.join(self.names())})"

    @classmethod
    def load(cls, path: Path | None = None) -> Catalog:
        """
        Read the built-in profiles and lay the user's file over them.

        Args:
            path: The user's file, which need not exist; None: providers.toml in the data folder, $DRAFTMILL_HOME or
                ~/.local/share/draftmill.

        Raises:
            SpecError: the file cannot be read; names the file, the table, the field, the value and what to do.
        """
        built_in = tomllib.loads(files("engine.providers").joinpath(BUILT_IN).read_text(encoding="utf-8"))
        profiles = _laid_over({}, built_in, BUILT_IN)
        user_file = path or _user_file()
        return cls(_laid_over(profiles, _read_toml(user_file), str(user_file)))

    def edited(self, settings: Mapping[str, Mapping[str, Any]]) -> Catalog:
        """
        This catalog with what the user edited in the dashboard laid over it; providers it does not know are left out.

        Raises:
            SpecError: a field is out of bounds.
        """
        known = {name: dict(changes) for name, changes in settings.items() if name in self._profiles}
        return Catalog(_laid_over(self._profiles, known, "the saved settings")) if known else self

    def names(self) -> tuple[str, ...]:
        """Every known provider, practice first."""
        return tuple(self._profiles)

    def profile(self, name: str) -> Profile:
        """
        The profile of this name.

        Raises:
            SpecError: there is none; the message names the known ones.
        """
        if name not in self._profiles:
            raise SpecError("provider", name, "provider_unknown", names=self.names(), file=USER_FILE)
        return self._profiles[name]


def adjusted(
    profile: Profile,
    *,
    base_url: str | None = None,
    model: str | None = None,
    key_env: str | None = None,
    rpm: int | None = None,
    tpm: int | None = None,
    max_in_flight: int | None = None,
    window_s: float | None = None,
    shape: Shape | None = None,
    deadline_s: float | None = None,
    budget_day_usd: float | None = None,
    private_network: bool | None = None,
    max_tokens: int | None = None,
) -> Profile:
    """
    A profile with some fields set for one run; None leaves a field as it is.

    Another host drops the prices of a provider that needs a key: nobody knows what that host charges.

    Raises:
        SpecError: a field is out of bounds; names the field, the value and what to do.
    """
    if private_network is not None:
        profile = replace(profile, private_network=private_network)
    if base_url is not None:
        profile = _moved(profile, base_url)
    if model is not None:
        profile = replace(profile, default_model=model, models=tuple(dict.fromkeys((model, *profile.models))))
    limits = {"rpm": rpm, "tpm": tpm, "max_in_flight": max_in_flight, "window_s": window_s, "shape": shape}
    others = {"key_env": key_env, "deadline_s": deadline_s, "budget_day_usd": budget_day_usd, "max_tokens": max_tokens}
    return replace(profile, limits=replace(profile.limits, **_given(limits)), **_given(others))


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _moved(profile: Profile, base_url: str) -> Profile:
    base_url = check_base_url(base_url, private_network=profile.private_network)
    if same_host(profile.base_url, base_url):
        return replace(profile, base_url=base_url)
    label = urlsplit(base_url).netloc  # whoever is asked now: "Practice needs a key" would name the wrong one
    return replace(profile, base_url=base_url, label=label, prices={} if profile.key_env else profile.prices)


def _user_file() -> Path:
    return data_folder() / USER_FILE


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as exc:
        raise SpecError(str(path), type(exc).__name__, "file_unreadable") from exc
    except RecursionError:
        raise SpecError(str(path), Message("not_toml"), "toml_nested") from None
    except tomllib.TOMLDecodeError as exc:
        # Only the place is named: the parser's own text may quote a key that was pasted here.
        place = re.search(r"line (\d+)", str(exc))
        fix = Message("fix_toml_line", {"line": place[1]}) if place else Message("fix_toml_end")
        raise SpecError(str(path), Message("not_toml"), fix.code, **fix.values) from None


def _laid_over(known: Mapping[str, Profile], tables: Mapping[str, Any], file: str) -> dict[str, Profile]:
    profiles = dict(known)
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise SpecError(f"{file}: {name}", table, "table_of_name", name=name)
        try:
            profiles[name] = _profile(name, profiles.get(name), table)
        except SpecError as exc:
            raise exc.renamed(f"{file}: [{name}] {exc.field}") from None
    return profiles


def _profile(name: str, base: Profile | None, table: Mapping[str, Any]) -> Profile:
    _check_known("field", table, [f.name for f in fields(Profile) if f.name != "name"])
    values = dict(table)
    if base is None:
        if "base_url" not in values:
            raise SpecError("base_url", "", "address_missing")
        private_network = values.pop("private_network", False)
        base = Profile(name, values.pop("base_url"), label=name, private_network=private_network)
    elif "base_url" in values:
        if "private_network" in values:
            base = replace(base, private_network=values.pop("private_network"))
        base = _moved(base, values.pop("base_url"))
    if "limits" in values:
        values["limits"] = _limits(base.limits, values["limits"])
    if "prices" in values:
        values["prices"] = _prices(base.prices, values["prices"])
    if "tariff" in values:
        values["tariff"] = _tariff(base.tariff, values["tariff"])
    if isinstance(values.get("models"), list):
        values["models"] = tuple(values["models"])
    return replace(base, **values)


def _limits(base: Limits, table: object) -> Limits:
    limits = _table("limits", table)
    _check_known("limits", limits, [f.name for f in fields(Limits)])
    return replace(base, **limits)


def _tariff(base: Tariff, table: object) -> Tariff:
    given = _table("tariff", table)
    _check_known("tariff", given, [f.name for f in fields(Tariff)])
    try:
        spans = tuple((start, end) for start, end in given.get("peak_utc", base.peak_utc))
        return replace(base, **{**given, "peak_utc": spans, "worked": tuple(given.get("worked", base.worked))})
    except (TypeError, ValueError) as exc:
        raise SpecError("tariff", given, "tariff_form") from exc


def _prices(base: Mapping[str, Price], table: object) -> dict[str, Price]:
    prices = dict(base)
    for model, figures in _table("prices", table).items():
        _check_known("prices", _table("prices", figures), [f.name for f in fields(Price)])
        prices[model] = replace(prices.get(model, Price()), **figures)
    return prices


def _table(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SpecError(name, value, "table_in_provider", name=name)
    return value


def _check_known(where: str, table: Mapping[str, Any], known: list[str]) -> None:
    for name in table:
        if name not in known:
            raise SpecError(where, name, "known_are", known=known)
