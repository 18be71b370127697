"""
A job as the command line that starts the same run, and its first request as it goes out.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable

import streamlit as st

from dashboard.forms import SPEED_SETTINGS
from dashboard.text import _
from engine import Job, RunSpec, export
from engine.kinds import Source, kind_names
from engine.reports import PRESETS, first_request, tuning_for
from engine.review import Material, material_of

MOST_TOPICS = 50
"""As options; more are read from a file."""
TOPICS_FILE = "topics.txt"
RECIPE_FILE = "recipe.toml"
LEVEL_SHARES = RunSpec(kind_names()[0], "en", (1,), ("a",)).level_shares


def command_of(job: Job) -> str:
    """The command line of a job, quoted for a POSIX shell; topics beyond MOST_TOPICS are to be put into TOPICS_FILE."""
    return shlex.join(["draftmill", "run", *_what(job), *_speed(job), *_provider(job)])


def command_panel(job: Job, key: str = "launch") -> None:
    """The command line with a button that copies it, and the same as a file."""
    st.caption(_("The same run on the command line. Copy it with the button at its right."))
    st.code(command_of(job), language=None, wrap_lines=True)
    st.download_button(
        _("Save as a recipe"),
        export.recipe_text(job),
        file_name=RECIPE_FILE,
        mime="application/toml",
        on_click="ignore",
        icon=":material/menu_book:",
        help=_(
            "A TOML file: load it on the Launch page, or start it with {command}.",
            command=f"draftmill run --recipe {RECIPE_FILE}",
        ),
        key=f"{key}_recipe_save",
    )
    if any(not source.text for source in job.spec.sources):
        st.caption(_("The command line leaves out drafts as passages; a recipe holds them."))
    if len(job.spec.topics) > MOST_TOPICS and not job.spec.sources:
        st.caption(_("Save the topics in {file} first, one per line.", file=TOPICS_FILE))
    if job.practice is not None and job.practice != type(job.practice)():
        st.caption(_("The command line leaves out the settings of the practice provider; a recipe holds them."))


def request_panel(job: Job) -> None:
    """The first request, whole: the system message, the user message and the schema of the reply."""
    sent = first_request(job.spec, job.tuning)
    st.caption(
        _(
            "The first request of the run: about {sent} tokens, for a reply of about {made}. Later requests have other "
            "topics and ids, and name titles to avoid.",
            sent=f"{sent.tokens_in:,}",
            made=f"{sent.tokens_out:,}",
        )
    )
    parts = {_("System message"): sent.system, _("User message"): sent.user}
    if sent.schema:
        parts[_("Schema of the reply")] = json.dumps(sent.schema, ensure_ascii=False, indent=2)
    for title, text in parts.items():
        st.markdown(f"**{title}**")
        st.code(text, language=None, wrap_lines=True, height=260)


def _what(job: Job) -> Iterable[str]:
    spec = job.spec
    yield from ("--kind", spec.kind, "--lang", spec.lang, "--levels", ",".join(map(str, spec.levels)))
    if spec.sources:
        yield from _own_texts(spec.sources)
    elif len(spec.topics) > MOST_TOPICS:
        yield from ("--topics-file", TOPICS_FILE, "--topics-as-typed")
    else:
        for topic in spec.topics:
            yield from ("--topic", topic)
    yield from ("--per-combo", str(spec.per_combo))
    for name, value in spec.to_json()["options"].items():
        if value is not None:
            yield from ("--option", f"{name}={json.dumps(value, ensure_ascii=False)}")
    if spec.level_shares != LEVEL_SHARES:
        yield from ("--level-check", ",".join(f"{100 * share:g}" for share in spec.level_shares))
    yield from _material(material_of(spec))
    if not spec.reuse:
        yield "--no-reuse"


def _own_texts(sources: Iterable[Source]) -> Iterable[str]:
    """A stored text with the passages that are used; drafts as passages are only in a recipe."""
    numbers: dict[int, list[str]] = {}
    for source in sources:
        if source.text:
            numbers.setdefault(source.text, []).append(str(source.number))
    for text, passages in numbers.items():
        yield from ("--from-text", f"{text}:{','.join(passages)}")


def _material(used: Material) -> Iterable[str]:
    if used.words:
        yield from ("--words", used.words, "--target-words", str(used.target_words))
    if used.blank_words:
        yield "--blank-words"
    if used.known_words:
        yield from ("--known-words", used.known_words)
    if used.style:
        yield from ("--style", used.style)


def _speed(job: Job) -> Iterable[str]:
    if job.tuning.auto or (job.preset in PRESETS and tuning_for(job.preset, job.spec.slots) == job.tuning):
        return ("--preset", job.preset or "auto")
    return [word for name in SPEED_SETTINGS for word in (f"--{name.replace('_', '-')}", str(getattr(job.tuning, name)))]


def _provider(job: Job) -> Iterable[str]:
    spec = job.spec
    yield from ("--provider", spec.provider)
    if spec.model:
        yield from ("--model", spec.model)
    yield from ("--temperature", f"{spec.temperature:g}")
    if spec.budget_usd is not None:
        yield from ("--budget-usd", f"{spec.budget_usd:g}")
    for name, value in job.overrides.given().items():
        if name == "key_env":
            yield from ("--api-key-env", value) if value else ("--no-key",)
        elif name == "private_network":
            yield "--private-network"
        else:
            yield from (f"--{name.replace('_', '-')}", str(value))
