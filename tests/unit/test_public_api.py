"""The public API: few names, each where it is said to be, none imported before it is used."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import engine
from engine import compare, export, profiles

ANSWER = "import sys, {package}; print(*sorted(name for name in sys.modules if name.startswith('engine.')))"


def test_the_engine_has_at_most_twenty_names() -> None:
    """A stranger can read the list."""
    assert len(engine.__all__) == len(set(engine.__all__)) <= 20


@pytest.mark.parametrize("package", ["engine", "engine.reports"])
def test_every_name_is_where_it_is_said_to_be(package: str) -> None:
    """Each name of the table is imported from its module; another is an AttributeError."""
    found = importlib.import_module(package)
    for module, names in found._MODULES.items():
        for name in names:
            assert getattr(found, name) is getattr(importlib.import_module(module), name)
    with pytest.raises(AttributeError, match="nothing"):
        _ = found.nothing


def test_the_list_and_the_table_are_the_same() -> None:
    """`__all__` names what can be imported."""
    assert sorted(engine.__all__) == sorted(name for names in engine._MODULES.values() for name in names)


@pytest.mark.parametrize("api", [compare, export, profiles])
def test_sub_packages_list_their_names(api: object) -> None:
    """Every name of `__all__` is there."""
    assert all(hasattr(api, name) for name in api.__all__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("package", ["engine", "engine.reports"])
def test_importing_the_engine_imports_nothing_else(package: str) -> None:
    """What is not used is not imported."""
    done = subprocess.run([sys.executable, "-c", ANSWER.format(package=package)], capture_output=True, text=True)
    assert set(done.stdout.split()) <= {"engine.reports"}
