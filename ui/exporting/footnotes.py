"""Footnotes of a Word document, which python-docx does not write."""

import re
from xml.sax.saxutils import escape

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

__all__ = ["Footnotes", "typed"]

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_UNTYPED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)


def typed(text: str) -> str:
    """`text` without characters that XML cannot hold."""
    return _UNTYPED.sub("", text)


class Footnotes:
    """Collects the footnotes of one document; `attach` writes them into it."""

    def __init__(self) -> None:
        self._notes: list[str] = []

    def add(self, paragraph: Paragraph, text: str) -> None:
        """A footnote whose mark stands at the end of the paragraph."""
        self._notes.append(text)
        mark = f'<w:r {nsdecls("w")}>{_RAISED}<w:footnoteReference w:id="{len(self._notes)}"/></w:r>'
        paragraph._p.append(parse_xml(mark))

    def attach(self, document: Document) -> None:
        """Write the notes as a part of the document; call it once, at the end."""
        notes = "".join(
            f'<w:footnote w:id="{number}"><w:p><w:r>{_RAISED}<w:footnoteRef/></w:r>'
            f'<w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:t xml:space="preserve"> {escape(typed(text))}</w:t></w:r>'
            "</w:p></w:footnote>"
            for number, text in enumerate(self._notes, 1)
        )
        xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {nsdecls("w")}>{_SEPARATORS}{notes}</w:footnotes>'
        package = document.part.package
        part = Part(PackURI("/word/footnotes.xml"), _TYPE, xml.encode(), package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
