"""Matrices of cases: `make test` plays a diagonal through them, the slow pass every case."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest


def matrix(*axes: Sequence[Any]) -> list[Any]:
    """
    Every combination of some axes, to parametrize a test with.

    Returns:
        The product; slow but for as many cases as the longest axis has values, in which each value of each axis occurs.
    """
    longest = max(map(len, axes))
    quick = [tuple(axis[place % len(axis)] for axis in axes) for place in range(longest)]
    return [pytest.param(*case, marks=() if case in quick else pytest.mark.slow) for case in product(*axes)]


def slow(*values: Any) -> Any:
    """A case that only the slow pass plays."""
    return pytest.param(*values, marks=pytest.mark.slow)
