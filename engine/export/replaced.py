"""Replaces single characters of a text, such as those that HTML or Anki would read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping


def replacer(signs: Mapping[str, str]) -> Callable[[str], str]:
    """A function that replaces these characters; a text that holds none of them costs one search."""
    found = re.compile(f"[{re.escape(''.join(signs))}]")
    return lambda text: found.sub(lambda one: signs[one[0]], text) if found.search(text) else text
