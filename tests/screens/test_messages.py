"""The catalogue of messages: every code that is used has a text in each language, and no text is taken apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from dashboard import text
from engine import kinds
from engine.messages import TEMPLATES, Message, add, as_text, read_reason, values_to_json

ROOT = Path(text.__file__).parent.parent
CODE_AT = {
    **dict.fromkeys(("Message", "StoreError", "ExportError", "BudgetError", "Stopped", "Unwritable"), 0),
    **dict.fromkeys(("ProviderError", "NotSent", "BadCertificate", "NoAnswer", "Late", "BadAnswer"), 1),
    **dict.fromkeys(("TooLarge", "UnknownEncoding", "ForeignRedirect"), 1),
    **dict.fromkeys(("_because", "_slow"), 0),
    "SpecError": 2,
}
"""Which argument of these is a code."""
TAKES_APART = ("startswith", "endswith", "removeprefix", "removesuffix", "partition", "split", "find", "index", "count")
REGEX = ("compile", "match", "fullmatch", "search", "sub", "split", "findall", "finditer")


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for folder in ("engine", "dashboard"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                    yield file, node


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def codes_in(argument: ast.expr) -> Iterator[str]:
    """The codes an argument can be: a text, either side of a condition, or the fixed part of an f-string."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from codes_in(argument.body)
        yield from codes_in(argument.orelse)
    elif isinstance(argument, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "*" for part in argument.values]
        yield "".join(map(str, parts))


def emitted() -> Iterator[tuple[str, str]]:
    for file, node in sources():
        if not isinstance(node, ast.Call):
            continue
        at = CODE_AT.get(name_of(node.func))
        if at is None and isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == "super().__init__":
            at = 0 if node.args and node.keywords else None
        if at is not None and len(node.args) > at:
            for code in codes_in(node.args[at]):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", code


def is_known(code: str) -> bool:
    pattern = re.compile(re.escape(code).replace(r"\*", ".+"))
    return code == "" or any(pattern.fullmatch(one) for one in TEMPLATES)


def catalog(ending: str) -> Catalog:
    path = text.LOCALE / "zh" / "LC_MESSAGES" / f"{text.ENGINE_DOMAIN}.{ending}"
    with path.open("rb") as file:
        return read_po(file, locale="zh") if ending == "po" else read_mo(file)


def translations(ending: str = "po") -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalog(ending) if message.id}


def figures(template: str) -> list[str]:
    return sorted(re.findall(r"\{[^{}]*\}", template))


def test_every_code_that_is_used_has_a_template() -> None:
    """Whatever code an error, a reason, an advice or a finding is made with is in the catalogue."""
    found = list(emitted())
    assert len(found) > 150
    assert [(where, code) for where, code in found if not is_known(code)] == []


def test_every_template_is_translated() -> None:
    """Each template of the engine and of the kinds has its Chinese, and the catalog holds nothing else."""
    assert set(TEMPLATES.values()) - set(kinds.chinese()) <= set(translations()) <= set(TEMPLATES.values())
    assert all(translations().values()) and translations("mo") == translations()


def test_translations_keep_the_figures_and_their_formats() -> None:
    """A translation has the placeholders of its template, formats included; a kind's may leave one out."""
    assert [one for one, said in translations().items() if figures(said) != figures(one)] == []
    own = {template: zh for template, zh in kinds.chinese().items() if template in TEMPLATES.values()}
    assert [one for one, said in own.items() if not set(figures(said)) <= set(figures(one))] == []


def literals_taken_apart() -> Iterator[tuple[str, str]]:
    for file, node in sources():
        where = f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        parts: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_regex = node.func.attr in REGEX and ast.unparse(node.func.value) == "re"
            parts = node.args[:1] if is_regex or node.func.attr in TAKES_APART else []
        elif isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        for part in parts:
            for one in ast.walk(part):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield where, one.value


def test_no_sentence_is_taken_apart() -> None:
    """No pattern, prefix or comparison in the code looks for words of a template: codes are compared instead."""
    texts = [template.lower() for template in TEMPLATES.values() if " " in template]
    found = [
        (where, words)
        for where, literal in literals_taken_apart()
        for words in re.findall(r"[a-z]{2,}(?: [a-z]{2,}){2,}", literal.lower())
        if any(words in template for template in texts)
    ]
    assert found == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_message_survives_its_row(lang: str) -> None:
    """What a row keeps of a message reads as the message did, nested ones and sentences after it included."""
    why = Message("provider_answers", {"status": 503, "said": "busy"})
    message = Message("server_error", {"said": why}).then(Message("sent_times", {"times": 4}))
    again = read_reason(message.code, values_to_json(message.values), "")
    assert again == message
    assert text.message_text(again, lang) == text.message_text(message, lang)


def test_sentences_follow_each_other() -> None:
    """A message with two more has all three, in order; in Chinese without spaces between."""
    message = Message("blank").then(Message("another_model")).then(Message("no_use"))
    assert str(message).endswith("no JSON. Try another model. It says that asking again is no use.")
    assert " 请换一个模型" not in text.message_text(message, "zh")


def test_an_unknown_code_or_value_breaks_no_page() -> None:
    """A row of a newer version has a code without template, or lacks a value: the code is shown."""
    assert as_text(Message("novel", {"n": 1})) == "novel"
    assert as_text(Message("unknown_run")) == "unknown_run"


def test_one_code_has_one_template() -> None:
    """A kind cannot give a code of the engine another text."""
    add({"unknown_run": TEMPLATES["unknown_run"]})
    with pytest.raises(ValueError, match="two templates"):
        add({"unknown_run": "Gone."})
