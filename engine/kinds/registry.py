"""
Finds the kinds: each folder beside this file that has fields.py is one, and its package holds `KIND`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from engine.kinds import flags, notes, refusals
from engine.kinds.kind import Kind
from engine.messages import add
from engine.spec import RunSpec, add_kind, choice, drop_kind
from engine.spec.sources import SOURCED
from engine.work import Content

_KINDS: dict[str, Kind] = {}
_PRINTED: dict[str, tuple[str, str, str]] = {}
_CHINESE: dict[str, str] = {**flags.ZH, **refusals.ZH, **notes.ZH}
add({**flags.TEMPLATES, **refusals.TEMPLATES, **notes.TEMPLATES})


def register(kind: Kind) -> None:
    """Add a kind: to the specs, the prompts, the checks, the screens and the exports."""
    _KINDS[kind.name] = kind
    add_kind(kind.name, kind.options)
    if kind.source is not None:
        SOURCED.add(kind.name)
    add(kind.messages)
    add({f"reason.{code}": name for code, name in kind.refusal_names.items()})
    _PRINTED.update({name: words for name, words in kind.printed.items() if name not in _PRINTED})
    _CHINESE.update(kind.zh)


def unregister(name: str) -> None:
    """Take a kind out again; its drafts stay in the store."""
    del _KINDS[name]
    drop_kind(name)
    SOURCED.discard(name)


def discover() -> None:
    """Register the kinds of this package's folders, in the order of their places; a kind's folder has fields."""
    here = Path(__file__).parent
    folders = [path.parent.name for path in sorted(here.glob("*/fields.py"))]
    found = [import_module(f"engine.kinds.{name}").KIND for name in folders]
    for kind in sorted(found, key=lambda one: one.place):
        register(kind)


def kinds() -> tuple[Kind, ...]:
    """All kinds, in the order they are offered."""
    return tuple(_KINDS.values())


def kind_of(name: str) -> Kind:
    """
    The kind of this name.

    Raises:
        SpecError: there is none.
    """
    found = _KINDS.get(name)
    if found is None:
        choice("kind", name, tuple(_KINDS))
    return _KINDS[name]


def keeps_source(spec: RunSpec) -> bool:
    """Whether the drafts of a run keep the words of passages they are made from."""
    found = kind_of(spec.kind).source if spec.sources else None
    return found is not None and found.kept is not None


def kind_with(content: Content) -> Kind:
    """The kind that a content belongs to, by its fields; the first one for a content of no kind."""
    found = (kind for kind in _KINDS.values() if kind.body_field in content)
    return next(found, next(iter(_KINDS.values())))


def words() -> Mapping[str, str]:
    """The words of all kinds in English, by id: fields, values, parts."""
    return {name: word for kind in _KINDS.values() for name, word in kind.words.items()}


def printed() -> Mapping[str, tuple[str, str, str]]:
    """The words that the kinds print on worksheets and cards, in English, Japanese and Chinese, by id."""
    return _PRINTED


def flag_names() -> Mapping[str, str]:
    """The names of the kinds' own flags in English, by code."""
    return {code: name for kind in _KINDS.values() for code, name in kind.flag_names.items()}


def chinese() -> Mapping[str, str]:
    """The words and templates of all kinds in Chinese, by the English ones."""
    return _CHINESE
