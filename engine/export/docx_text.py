"""
The XML of a Word document: paragraphs, and text with fonts and language for each script and readings over characters.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from engine.kinds.readings import Own, Ruby, ruby
from engine.kinds.units import HAN, KANA

_FONTS = {"ja": "Yu Gothic", "zh": "Microsoft YaHei"}
_TAGS = {"ja": "ja-JP", "zh": "zh-CN"}
_MARGIN_MM = 20
_WIDTH_MM, _HEIGHT_MM = 210, 297
_EAST_ASIAN = re.compile(f"{HAN.pattern}|{KANA.pattern}|[\u3000-\u303f\uff00-\uffef]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BODY = "word/document.xml"
_RUBY = (
    '<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="center"/><w:hps w:val="12"/><w:hpsRaise w:val="20"/>'
    '<w:hpsBaseText w:val="22"/><w:lid w:val="{tag}"/></w:rubyPr><w:rt>{over}</w:rt><w:rubyBase>{base}</w:rubyBase>'
    "</w:ruby></w:r>"
)
"""Word's phonetic guide: centred, half as large; sizes are half points."""
PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


class Paragraph(NamedTuple):
    """A paragraph of a document; `style` is the id of a style, "" the usual one."""

    style: str
    runs: str


def paragraphs(made: Sequence[Paragraph]) -> Iterator[str]:
    """The XML of paragraphs that stay on one page, where they fit on one."""
    for place, one in enumerate(made, 1):
        style = f'<w:pStyle w:val="{one.style}"/>' if one.style else ""
        following = "<w:keepNext/>" if place < len(made) else ""
        yield f"<w:p><w:pPr>{style}{following}<w:keepLines/></w:pPr>{one.runs}</w:p>"


def text_run(text: str, lang: str = "", *, bold: bool = False, readings: Own | None = None) -> str:
    """
    A text as runs.

    Args:
        text: Of any characters.
        lang: Of the text; "" where it is not known.
        bold: Whether it is.
        readings: Corrected readings; None: the text has no readings over its characters.
    """
    language = lang if lang in _FONTS else "ja" if KANA.search(text) else "zh"
    if readings is None:
        return _run(text, language, bold)
    return "".join(_pieces(ruby(text, lang, readings), language, bold))


def save(body: Iterable[bytes], title: str, lang: str, out: BinaryIO) -> None:
    """
    Write a document, A4, whose styles python-docx makes.

    Args:
        body: XML of its paragraphs; taken piece by piece.
        title: Of its properties.
        lang: Its font and language choose the form of the characters that languages share.
        out: Where to.
    """
    with ZipFile(_frame(title, lang)) as frame, ZipFile(out, "w", ZIP_DEFLATED) as book:
        for name in frame.namelist():
            if name != _BODY:
                book.writestr(name, frame.read(name))
        head, mark, tail = frame.read(_BODY).partition(b"<w:sectPr")
        with book.open(_BODY, "w", force_zip64=True) as file:
            file.write(head)
            for piece in body:
                file.write(piece)
            file.write(mark + tail)


def clean(text: str) -> str:
    """A text without the characters that XML forbids."""
    return _NOT_XML.sub("\ufffd", text)


def _frame(title: str, lang: str) -> io.BytesIO:
    """An empty document."""
    from docx import Document  # 0.2 s: only who asks for a document pays it
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Mm

    document = Document()
    document.core_properties.title = clean(title)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(_WIDTH_MM), Mm(_HEIGHT_MM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    writing = document.styles.add_style("Writing", WD_STYLE_TYPE.PARAGRAPH)
    width = Mm(_WIDTH_MM - 2 * _MARGIN_MM)
    writing.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
    normal = document.styles["Normal"]
    normal.font.name = _FONTS.get(lang, normal.font.name)
    east_asian = lang if lang in _FONTS else "zh"
    properties = normal.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), _FONTS[east_asian])
    properties.append(parse_xml(f'<w:lang {nsdecls("w")} w:eastAsia="{_TAGS[east_asian]}"/>'))
    out = io.BytesIO()
    document.save(out)
    return out


def _pieces(pieces: Iterable[Ruby], lang: str, bold: bool) -> Iterator[str]:
    plain = ""
    for piece in pieces:
        if not piece.reading:
            plain += piece.text
            continue
        yield _run(plain, lang, bold)
        plain = ""
        between = "\u00a0" if lang == "zh" else ""
        over = f"{between}{piece.reading}{'?' * piece.uncertain}{between}"
        yield _RUBY.format(tag=_TAGS[lang], over=_run(over, lang, small=True), base=_run(piece.text, lang, bold))
    yield _run(plain, lang, bold)


def _run(text: str, lang: str, bold: bool = False, small: bool = False) -> str:
    if not text:
        return ""
    east_asian = _EAST_ASIAN.search(text)
    font = f'<w:rFonts w:eastAsia="{_FONTS[lang]}"/>' if east_asian else ""
    tag = f'<w:lang w:eastAsia="{_TAGS[lang]}"/>' if east_asian else ""
    size = '<w:sz w:val="12"/>' if small else ""
    written = escape(clean(text)).replace("\r\n", "\n").replace("\r", "\n")
    written = written.replace("\t", "</w:t><w:tab/><w:t>").replace("\n", "</w:t><w:br/><w:t>")
    written = f"<w:t>{written}</w:t>".replace("<w:t></w:t>", "").replace("<w:t>", '<w:t xml:space="preserve">')
    return f"<w:r><w:rPr>{font}{'<w:b/>' * bold}{size}{tag}</w:rPr>{written}</w:r>"
