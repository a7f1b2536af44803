"""A conversation as a Word document."""

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as Docx
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from ui.backend.values import Reply
from ui.conversations import Turn
from ui.exporting.footnotes import Footnotes, typed
from ui.exporting.notes import note, paragraphs

__all__ = ["as_docx"]

_FACE = "Microsoft YaHei"
_RED = RGBColor(0xA6, 0x1B, 0x1B)


def as_docx(title: str, turns: Sequence[Turn]) -> bytes:
    """Questions as headings, answers below, citations as footnotes."""
    document, footnotes = _empty(title), Footnotes()
    for turn in turns:
        document.add_heading(typed(" ".join(turn.question.split())), level=1)
        if turn.reply is None:
            document.add_paragraph("（没有回答）")
        else:
            _answer(document, turn.reply, footnotes)
    footnotes.attach(document)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _empty(title: str) -> Docx:
    """A document in a Chinese face; Word takes the eastern face from an attribute of its own."""
    document = Document()
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet"):
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            style.font.name = _FACE
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FACE)
    document.styles["Normal"].font.size = Pt(11)
    document.core_properties.title = typed(title)
    document.core_properties.author = "政策问答"
    document.add_heading(typed(title), level=0)
    return document


def _answer(document: Docx, reply: Reply, footnotes: Footnotes) -> None:
    """The paragraphs; the footnotes hang on the conclusion, or on a line of their own."""
    noted = None
    for style, words in paragraphs(reply):
        written = _written(document, style, typed(words))
        if style == "conclusion" and noted is None:
            noted = written
    for citation in reply.citations:
        noted = noted or document.add_paragraph("依据")
        footnotes.add(noted, note(citation))


def _written(document: Docx, style: str, words: str) -> Paragraph:
    if style == "heading":
        heading: Paragraph = document.add_heading(words, level=2)
        return heading
    paragraph: Paragraph = document.add_paragraph(style="List Bullet" if style == "item" else None)
    run = paragraph.add_run(words)
    run.bold = style in ("warning", "conclusion")
    if style == "warning":
        run.font.color.rgb = _RED
    return paragraph
