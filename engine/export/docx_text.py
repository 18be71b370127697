"""
Text in a Word document: fonts and language for each script, readings over the characters, paragraphs kept on one page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from engine.kinds.readings import Own, Ruby, ruby
from engine.kinds.units import HAN, KANA

_FONTS = {"ja": "Yu Gothic", "zh": "Microsoft YaHei"}
_TAGS = {"ja": "ja-JP", "zh": "zh-CN"}
_MARGIN_MM = 20
_WIDTH_MM, _HEIGHT_MM = 210, 297
_EAST_ASIAN = re.compile(f"{HAN.pattern}|{KANA.pattern}|[\u3000-\u303f\uff00-\uffef]")
_READING_SIZE = "12"
"""Half points."""


def set_page(document: Any) -> None:
    """A4, and a style for a line to write on."""
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(_WIDTH_MM), Mm(_HEIGHT_MM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    writing = document.styles.add_style("Writing", 1)
    writing.base_style = document.styles["Normal"]
    writing.paragraph_format.tab_stops.add_tab_stop(
        Mm(_WIDTH_MM - 2 * _MARGIN_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES
    )


def set_language(document: Any, lang: str) -> None:
    """The font and the language of the document, for both scripts: they choose the form of shared characters."""
    style = document.styles["Normal"]
    if lang in _FONTS:
        style.font.name = _FONTS[lang]
    _east_asian(style.element.get_or_add_rPr(), lang if lang in _FONTS else "zh")


def keep_together(paragraphs: Sequence[Any]) -> None:
    """Keep paragraphs on one page, where they fit on one."""
    for paragraph in paragraphs[:-1]:
        paragraph.paragraph_format.keep_with_next = True
    for paragraph in paragraphs:
        paragraph.paragraph_format.keep_together = True


def write_text(paragraph: Any, text: str, lang: str, *, bold: bool | None = None, readings: Own | None = None) -> None:
    """
    Add a text to a paragraph.

    Args:
        paragraph: Of python-docx.
        text: Without characters that XML forbids.
        lang: Of the text; "" where it is not known.
        bold: As python-docx takes it: None is as the style says.
        readings: Corrected readings; None: the text has no readings over its characters.
    """
    language = lang if lang in _FONTS else "ja" if KANA.search(text) else "zh"
    pieces: Iterable[Ruby] = (Ruby(text),) if readings is None else ruby(text, lang, readings)
    plain = ""
    for piece in pieces:
        if piece.reading:
            _run(paragraph, plain, language, bold)
            _with_reading(paragraph, piece, language, bold)
            plain = ""
        else:
            plain += piece.text
    _run(paragraph, plain, language, bold)


def _run(paragraph: Any, text: str, lang: str, bold: bool | None) -> Any:
    if not text:
        return None
    run = paragraph.add_run(text)
    run.bold = bold
    if _EAST_ASIAN.search(text):
        _east_asian(run._r.get_or_add_rPr(), lang)
    return run


def _with_reading(paragraph: Any, piece: Ruby, lang: str, bold: bool | None) -> None:
    """A run of Word's phonetic guide: the characters with their reading over them."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    base = _run(paragraph, piece.text, lang, bold)
    between = "\u00a0" if lang == "zh" else ""
    over = _run(paragraph, f"{between}{piece.reading}{'?' * piece.uncertain}{between}", lang, None)
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), _READING_SIZE)
    over._r.get_or_add_rPr().insert_element_before(size, "w:lang")
    guide = OxmlElement("w:ruby")
    guide.append(_properties(lang))
    for name, run in (("w:rt", over), ("w:rubyBase", base)):
        part = OxmlElement(name)
        part.append(run._r)
        guide.append(part)
    paragraph.add_run()._r.append(guide)


def _properties(lang: str) -> Any:
    """How Word places a reading: centred, half as large, close to the characters."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement("w:rubyPr")
    values = {"rubyAlign": "center", "hps": _READING_SIZE, "hpsRaise": "20", "hpsBaseText": "22", "lid": _TAGS[lang]}
    for name, value in values.items():
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), value)
        made.append(element)
    return made


def _east_asian(properties: Any, lang: str) -> None:
    """The font and the language of East Asian characters in the properties of a run or a style."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties.get_or_add_rFonts().set(qn("w:eastAsia"), _FONTS[lang])
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), _TAGS[lang])
    properties.append(language)
