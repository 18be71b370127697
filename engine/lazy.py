"""
Names of a package that are imported when they are first used, so that no command pays for what it does not need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(package: str, modules: Mapping[str, tuple[str, ...]]) -> Callable[[str], Any]:
    """
    Make a package's `__getattr__`: it imports a name's module when the name is first used (PEP 562).

    Args:
        package: Its full name.
        modules: Each module with the names that are taken from it.
    """
    where = {name: module for module, names in modules.items() for name in names}

    def load(name: str) -> Any:
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(where[name]), name)

    return load
