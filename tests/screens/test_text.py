"""The catalogs: every sentence is there, translated, compiled, and fits its figures."""

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
from engine.messages import Message

SOURCE = Path(text.__file__).parent
Msgid = str | tuple[str, str]
LANGS = sorted(folder.name for folder in text.LOCALE.iterdir())
"""English has no catalog: the msgids are English."""


def said_in_source() -> Iterator[Msgid]:
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                if node.func.id == "plural":
                    yield words[0], words[1]
                elif node.func.id in ("_", "N_") and words:
                    yield words[0]


def catalog(lang: str, ending: str) -> Catalog:
    path = text.LOCALE / lang / "LC_MESSAGES" / f"{text.DOMAIN}.{ending}"
    with path.open("rb") as file:
        return read_po(file, locale=lang) if ending == "po" else read_mo(file)


def messages(found: Catalog) -> dict[str | tuple[str, ...], str | tuple[str, ...]]:
    return {
        tuple(message.id) if isinstance(message.id, list | tuple) else message.id: (
            tuple(message.string) if isinstance(message.string, list | tuple) else message.string
        )
        for message in found
        if message.id
    }


@pytest.mark.parametrize("lang", LANGS)
def test_catalogs_hold_every_sentence(lang: str) -> None:
    """What the pages say is what the catalogs translate: nothing more, nothing less, nothing empty."""
    found = messages(catalog(lang, "po"))
    assert set(found) == set(said_in_source())
    assert all(all(said) if isinstance(said, tuple) else said for said in found.values())


@pytest.mark.parametrize("lang", LANGS)
def test_catalogs_are_compiled(lang: str) -> None:
    """The compiled catalog is the written one."""
    assert messages(catalog(lang, "mo")) == messages(catalog(lang, "po"))


@pytest.mark.parametrize("lang", LANGS)
def test_translations_keep_the_figures(lang: str) -> None:
    """A translation names exactly the {figures} of its sentence."""
    for msgid, said in messages(catalog(lang, "po")).items():
        ids = msgid if isinstance(msgid, tuple) else (msgid,)
        strings = said if isinstance(said, tuple) else (said,)
        wanted = set(re.findall(r"\{\w+\}", " ".join(ids)))
        assert all(set(re.findall(r"\{\w+\}", string)) == wanted for string in strings), msgid


@pytest.mark.parametrize(
    ("locale", "lang"), [("zh-CN", "zh"), ("zh-TW", "zh"), ("en-GB", "en"), ("fr", "en"), (None, "en")]
)
def test_the_browser_chooses_the_language(locale: str | None, lang: str) -> None:
    """A Chinese browser reads Chinese, every other one English."""
    assert text.from_locale(locale) == lang


def test_no_page_sets_a_sentence_in_english_punctuation() -> None:
    """Brackets and colons between two texts come from the catalog: Chinese has its own."""
    bound = re.compile(r'f"[^"]*(\} \(\{|\}:\*\* )')
    lines = [
        (file.name, line)
        for file in (SOURCE / "screens").rglob("*.py")
        for line in file.read_text("utf-8").splitlines()
    ]
    found = [place for place in lines if bound.search(place[1])]
    assert found == []
    assert text.say("zh", "{text} ({detail})", text="继续", detail="1 次调用") == "继续（1 次调用）"


def test_an_unknown_language_reads_english() -> None:
    """A language without a catalog reads the msgids, as English does."""
    assert text.say("xx", "Launch") == text.say("en", "Launch") == "Launch"
    message = Message("sentence", {"text": Message("choose_whole", {"low": 1, "high": 8})})
    assert text.message_text(message, "xx") == "choose 1 to 8." and text.message_text(message, "zh") == "请选 1 到 8。"


def test_chinese_has_no_space_between_its_characters() -> None:
    """A name in Latin letters has a space beside it in a Chinese sentence; a Chinese name has none."""
    words = "{arm} takes the fewest tokens."
    code = next(code for code, template in text.TEMPLATES.items() if template == words)
    said = [text.message_text(Message(code, {"arm": arm}), "zh") for arm in ("组合", "**组合**", "gpt")]
    assert said == [f"{one}用的 token 最少。" for one in ("组合", "**组合**", "gpt ")]
    assert text.say("zh", "{first} {second}", first="好。", second="再来。") == "好。再来。"
