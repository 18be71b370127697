"""
Gives a command groups of options: each group takes the place of one parameter, which receives its values.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

Options = Mapping[str, tuple[Any, Any]]
"""Name to the type and the default of an option."""
Command = Callable[..., None]
NOTHING_GIVEN: dict[str, Any] = {}
"""The default of a parameter that options take the place of."""


def gathered(parameter: str, options: Options, read: Callable[..., Any] = dict) -> Callable[[Command], Command]:
    """
    Add options to a command in the place of a parameter.

    Args:
        parameter: The name of the parameter.
        options: The options.
        read: Makes the parameter's value of theirs, given by name; default: a dict.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def called(**given: Any) -> None:
            values = {name: given.pop(name) for name in options}
            command(**given, **{parameter: read(**values)})

        signature = inspect.signature(command, eval_str=True)
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        added = [
            inspect.Parameter(name, kind, default=default, annotation=form) for name, (form, default) in options.items()
        ]
        parameters = [
            one for own in signature.parameters.values() for one in (added if own.name == parameter else [own])
        ]
        called.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        return called

    return decorate
