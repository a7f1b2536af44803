"""Uploaded policies: read from any kind of file, parsed, doubts told."""

from io import BytesIO
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser

from corpus.catalog import load_corpus
from corpus.errors import InvalidInput
from corpus.loaders import read
from ui.backend.uploads import preview

SOURCES = Path(__file__).parents[2] / "corpus" / "sources"
ONE = SOURCES / "000_efed257c20bd70b5.txt"


def as_docx(text: str) -> bytes:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(made := BytesIO())
    return made.getvalue()


def as_html(text: str) -> bytes:
    lines = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return f"<html><head><script>alert(1)</script></head><body><nav>导航</nav>{lines}</body></html>".encode()


@pytest.mark.parametrize("path", sorted(SOURCES.glob("*.txt")), ids=lambda path: path.name[:3])
def test_the_sources_are_parsed_as_the_corpus_has_them(path: Path) -> None:
    documents = [document for document in load_corpus().documents if document.source == path.name]
    found = preview(path.name, path.read_bytes())
    assert [[unit.label for unit in document.units] for document in found.documents] == [
        [unit.label for unit in document.units]
        for document in sorted(documents, key=lambda document: document.units[0].spans[0].start)
    ]


@pytest.mark.parametrize("kind", ["txt", "md", "docx", "html", "gb"])
def test_every_kind_of_file_gives_the_same_units(kind: str) -> None:
    text = ONE.read_text("utf-8")
    content = {
        "docx": lambda: as_docx(text),
        "html": lambda: as_html(text),
        "gb": lambda: text.encode("gb18030"),
    }.get(kind, lambda: text.encode())()
    name = "政策.txt" if kind == "gb" else f"政策.{kind}"
    (document,) = preview(name, content).documents
    assert document.number == "京科促发〔2024〕175号"
    assert [unit.label for unit in document.units][1:] == [
        f"第{number}条"
        for number in [
            "一",
            "二",
            "三",
            "四",
            "五",
            "六",
            "七",
            "八",
            "九",
            "十",
            "十一",
            "十二",
            "十三",
            "十四",
            "十五",
        ]
    ]
    assert document.doubts == ()


def test_a_real_pdf_gives_the_same_articles(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(as_html(ONE.read_text("utf-8")).decode())
    content = page.pdf()
    page.close()
    (document,) = preview("政策.pdf", content).documents
    assert [unit.label for unit in document.units if unit.label.endswith("条")][-1] == "第十五条"
    assert sum(unit.label.endswith("条") for unit in document.units) == 15


def test_what_was_not_understood_is_told() -> None:
    text = "某办法\n第一条 为了试验，制定本办法。\n第二条 支持企业。\n第五条 本办法自发布之日起施行。\n"
    (document,) = preview("a.txt", text.encode()).documents
    assert any("没有找到单独成行的文号" in doubt for doubt in document.doubts)
    assert any("“第五条”前面缺 2 个编号" in doubt for doubt in document.doubts)


def test_words_without_numbers_can_only_be_quoted_whole() -> None:
    (document,) = preview(
        "a.txt", "这里只有一段没有编号的话，讲的是支持企业创新发展的意义。".encode()
    ).documents
    assert any("没有找到“第一条”" in doubt for doubt in document.doubts)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.exe", b"MZ", "不认识"),
        ("a", b"", "不认识"),
        ("a.txt", b"", "几乎没有文字"),
        ("a.txt", b"\x00\x01\x02" * 99, "不是文字"),
        ("a.pdf", b"rubbish", "不是能读的 .pdf"),
        ("a.docx", b"PK\x03\x04", "不是能读的 .docx"),
        ("a.html", b"", "几乎没有文字"),
        ("a.txt", b"0" * 21_000_000, "太大"),
    ],
)
def test_rubbish_is_refused_with_the_way_out(name: str, content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        preview(name, content)


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "_SECONDS", 0.001)
    with pytest.raises(InvalidInput, match="太复杂"):
        preview("a.html", b"<p>x</p>")
