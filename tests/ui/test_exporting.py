"""Conversations as files."""

import io
import zipfile

from docx import Document

from tests.ui.fakes import QUOTE, WARNING, reply
from ui.conversations import Turn
from ui.exporting.document import as_docx
from ui.exporting.markdown import as_markdown
from ui.exporting.notes import as_text

TURNS = [
    Turn(1, "能补多少？<b>", False, reply(warnings=(WARNING,)), None, None),
    Turn(2, "没答的\x00\x1b", False, None, "出错", None),
]


def test_a_word_document_opens_with_real_footnotes() -> None:
    content = as_docx("标题", TURNS)
    paragraphs = [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]
    assert paragraphs[:2] == ["标题", "能补多少？<b>"]
    assert f"注意：{WARNING}" in paragraphs
    assert "（没有回答）" in paragraphs
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert QUOTE in archive.read("word/footnotes.xml").decode()
        assert 'w:footnoteReference w:id="1"' in archive.read("word/document.xml").decode()
        assert "footnotes+xml" in archive.read("[Content_Types].xml").decode()


def test_markdown_has_footnotes_and_takes_markup_as_text() -> None:
    text = as_markdown("标题", TURNS).decode()
    assert "## 能补多少？\\<b\\>" in text
    assert "[^1]: 《测试办法》（京测发〔2022〕1号）第十一条（一）" in text
    assert "**首创产品支持：最高可获支持 300万元（上限）。**[^1]" in text
    assert f"> **注意：{WARNING}**" in text


def test_what_is_copied_is_plain_text_with_its_sources() -> None:
    text = as_text(reply())
    assert text.startswith("首创产品支持：最高可获支持 300万元（上限）。\n\n计算过程：\n1. ")
    assert text.endswith(f"依据：\n[1] 《测试办法》（京测发〔2022〕1号）第十一条（一）：“{QUOTE}”")
