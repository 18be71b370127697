"""Reading own texts: files of every sort, encodings, and what is refused by name."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from engine.errors import SpecError
from engine.kinds import read_own_text
from engine.spec import Lang
from engine.spec.texts import MOST_BYTES, read_text_file
from tests.unit.texts_kit import DOCX_SPACE, HARBOUR, docx, written


def refusal(body: bytes, name: str, lang: Lang = "en") -> str:
    with pytest.raises(SpecError) as caught:
        read_own_text(body, name, lang)
    assert name in str(caught.value) or caught.value.field == "text"
    return caught.value.fix.code


@pytest.mark.parametrize(
    ("lang", "codec"),
    [
        ("en", "utf-8"),
        ("en", "utf-8-sig"),
        ("en", "utf-16"),
        ("en", "utf-16-le"),
        ("en", "cp1252"),
        ("ja", "cp932"),
        ("ja", "euc_jp"),
        ("ja", "utf-16"),
        ("ja", "iso2022_jp"),
        ("zh", "gb18030"),
        ("zh", "utf-16"),
        ("zh", "utf-8"),
    ],
)
def test_the_usual_encodings_of_a_language_are_read(lang: Lang, codec: str) -> None:
    """UTF-8, UTF-16 and the old encodings of a language give the same words; another one than UTF-8 is said."""
    text = written(lang, 120).replace("—", "-")
    read = read_text_file(text.encode(codec), "a.txt", lang)
    assert read.text.strip() == text
    assert bool(read.notes) == (not codec.startswith("utf-8") and codec != "cp1252")


def test_a_text_of_another_language_and_encoding_is_refused_by_name() -> None:
    """Chinese in GB18030 for an English run, and bytes of no encoding, are refused with the reason."""
    assert refusal(written("zh", 200).encode("gb18030"), "a.txt", "ja") in ("text_encoding", "text_language")
    assert refusal(written("zh", 200).encode("gb18030"), "a.txt", "en") in ("text_encoding", "text_language")
    assert refusal(bytes([0x81, 0xFF, 0xFE, 0xFD]) * 90, "a.txt", "ja") == "text_encoding"


@pytest.mark.parametrize(
    ("body", "name", "code"),
    [
        (b"%PDF-1.7 ...", "a.pdf", "text_binary_kind"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "a.doc", "text_binary_kind"),
        (b"PK\x03\x04" + b"\0" * 99, "a.txt", "text_binary_kind"),
        (bytes(range(256)) * 9, "a.txt", "text_binary"),
        (b"", "a.txt", "text_empty"),
        (b" \n\n ", "a.md", "text_empty"),
        (b"a" * (MOST_BYTES + 1), "a.txt", "text_large"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi.", "a.vtt", "text_binary_kind"),
        (b"<p>Hello.</p>", "a.html", "text_binary_kind"),
        (b"PK nothing", "a.docx", "text_docx"),
        (docx(document=b"<w:document"), "a.docx", "text_docx"),
        (docx(document=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "a.docx", "text_docx"),
        (docx(HARBOUR, bomb=b"\0" * 9_000_000), "a.docx", "text_bomb"),
        (docx(), "a.docx", "text_empty"),
        (b"Too short to be cut.", "a.txt", "text_short"),
    ],
)
def test_a_file_that_is_no_text_is_refused_by_name(body: bytes, name: str, code: str) -> None:
    """Binary, damaged, swollen, empty, large and short files are each refused with a reason of their own."""
    assert refusal(body, name) == code


@pytest.mark.parametrize("lang", ["es", "fr", "de"])
def test_a_text_in_another_latin_language_is_refused(lang: str) -> None:
    """Spanish, French and German texts are no English ones."""
    texts = {
        "es": "Ayer por la tarde caminamos por el puerto viejo y hablamos con un pescador que vendía su barco azul. ",
        "fr": "Hier après-midi nous avons marché dans le vieux port et parlé avec un pêcheur qui vendait son bateau. ",
        "de": "Gestern gingen wir durch den alten Hafen und sprachen mit einem Fischer, der Boote verkauft. ",
    }
    assert refusal((texts[lang] * 8).encode(), "a.txt") == "text_language"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Tom &amp; Jerry &quot;met&quot;.</i>\r\n", "a.srt"),
        (b"Tom &amp; Jerry &quot;met&quot;.", "a.md"),
    ],
)
def test_an_escaped_character_is_the_character(body: bytes, name: str) -> None:
    """Subtitles and Markdown write & as &amp;: a passage holds the character."""
    assert read_text_file(body, name, "en").text.strip() == 'Tom & Jerry "met".'


def test_a_docx_gives_its_paragraphs() -> None:
    """Paragraphs of a DOCX file are paragraphs of the text."""
    assert read_text_file(docx("One.", "Two."), "a.docx", "en").text == "One.\n\nTwo."


@pytest.mark.parametrize("depth", [1, 60_000])
def test_a_docx_gives_each_text_once(depth: int) -> None:
    """However deep: a text box once, not its copy for old programs; no hidden, moved or deleted text; notes counted."""
    body = (
        "<w:r><w:t>Kept </w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden </w:t></w:r>"
        "<w:del><w:r><w:delText>old </w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>"
        '<w:r><w:footnoteReference w:id="2"/></w:r><m:AlternateContent><m:Choice><w:p><w:r><w:t>Box</w:t></w:r></w:p>'
        "</m:Choice><m:Fallback><w:p><w:r><w:t>Box</w:t></w:r></w:p></m:Fallback></m:AlternateContent>"
    )
    spaces = f'xmlns:w="{DOCX_SPACE}" xmlns:m="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    body = f"<w:document {spaces}><w:p>{'<w:ins>' * depth}{body}{'</w:ins>' * depth}</w:p></w:document>"
    read = read_text_file(docx(document=body.encode()), "a.docx", "en")
    assert read.text == "Kept new\n\nBox" and [str(note.values["what"]) for note in read.notes] == ["footnotes"]


SIGNS = ("[", "![", "<!--", "<a", "*a ", "_a ", "**a *", "`", "```\n", "- ", "| ", "# ", "[^", "<", "{\\", "(", "....")


@pytest.mark.parametrize(
    ("signs", "name"), [*((signs, "a.md") for signs in SIGNS), ("[", "a.srt"), ("....", "a.txt"), ("```\n", "a.txt")]
)
def test_no_file_takes_long(signs: str, name: str) -> None:
    """A file full of marks that never end is read or refused in seconds, whatever its marks are."""
    body = f"{HARBOUR} # {signs * (300_000 // len(signs))}x {HARBOUR}".encode()
    started = time.process_time()
    with suppress(SpecError):
        read_own_text(body, name, "en")
    assert time.process_time() - started < 20


def test_subtitles_without_signs_take_no_time() -> None:
    """Captions that a machine wrote have no end of a sentence: they are read as one, in a moment."""
    cue = "00:00:01,000 --> 00:00:02,000\nand then we went to the harbour\n\n"
    read = read_text_file("".join(f"{number}\n{cue}" for number in range(8_000)).encode(), "a.srt", "en")
    assert read.text.count("harbour") == 8_000 and "\n" not in read.text


def test_subtitles_give_what_is_spoken() -> None:
    """Numbers, times, tags and sounds are left out; a sentence over two cues is one."""
    srt = (
        "1\n00:00:01,000 --> 00:00:02,000\n<i>I waited</i>\n\n2\n00:00:02,500 --> 00:00:04,000\nfor the bus.\n"
        "[door closes]\n\n3\n00:00:05,000 --> 00:00:06,000\n42 people came.\n"
    )
    read = read_text_file(srt.encode(), "a.srt", "en")
    assert read.text == "I waited for the bus.\n42 people came."
    assert [note.code for note in read.notes] == ["text_left_out"]


def test_markdown_gives_its_words_and_says_what_it_left_out() -> None:
    """Marks are taken away; code, tables, pictures and headings are left out and counted."""
    words = "# Title\n\nA **bold** [link](http://x.y) and `code`.\n\n- one\n- two\n"
    text = f"{words}\n```\nx = 1\n```\n\n| a | b |\n|---|---|\n"
    read = read_text_file(text.encode(), "a.md", "en")
    assert " ".join(read.text.split()) == "A bold link and code. one two"
    assert {str(note.values["what"]) for note in read.notes} == {"headings", "pieces of code", "tables"}
