"""docs/promises.md is held to its word: every fault has its line, and every test it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.history import laws

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "promises.md").read_text(encoding="utf-8")
TITLES = [line for line in (TESTS / "faults" / "titles.txt").read_text(encoding="utf-8").splitlines() if line]
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)(?:\[([^`]+)\])?`")
LEAST_P1 = 0.95


@cache
def text_of(file: str) -> str:
    found = list(TESTS.rglob(file))
    assert found, f"{file} is not there"
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


@cache
def cases_of(file: str) -> frozenset[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(ast.parse(text_of(file))) if isinstance(node, functions))


def rows() -> dict[str, list[tuple[str, ...]]]:
    """Of the table: rank, group and title as titles.txt has them, to the tests named beside them."""
    found, group = {}, ""
    for line in PAGE.partition("## Every fault")[2].splitlines():
        if line.startswith("### "):
            group = line.removeprefix("### ")
        elif match := re.match(r"\| (P\d) \| (.+?) \| (.+) \|$", line):
            rank, title, tests = match.groups()
            found[f"{rank} {group}: {title}"] = NAMED.findall(tests)
    return found


def test_every_test_that_is_named_is_there() -> None:
    """A test named on the page exists, and so does the case named in its brackets."""
    named = NAMED.findall(PAGE)
    assert len(named) > len(TITLES)
    for file, test, case in named:
        assert test in cases_of(file), f"{file}::{test}"
        assert case in text_of(file), f"{file}::{test}[{case}]"


def test_every_fault_has_its_line() -> None:
    """The table holds exactly the faults of the list, in its order."""
    assert list(rows()) == TITLES


def test_every_p0_fault_is_covered_and_nearly_every_p1() -> None:
    """P0: all; P1: at least 95 in 100."""
    bare = [title for title, tests in rows().items() if not tests]
    p1 = [title for title in TITLES if title.startswith("P1")]
    assert [title for title in bare if title.startswith("P0")] == []
    assert len(bare) <= (1 - LEAST_P1) * len(p1), bare


def test_every_law_is_on_the_page() -> None:
    """No law is checked in silence."""
    promised = PAGE.partition("## What is not promised")[0]
    assert [law.__name__ for law in laws.LAWS if f"`{law.__name__}`" not in promised] == []
