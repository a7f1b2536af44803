"""The same policy gives the same tree, whatever kind of file it comes in; no character is dropped unseen."""

import io
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fpdf import FPDF

import corpus.catalog
from corpus.folding import squeeze
from corpus.loaders.read import SourceLines, read_file
from corpus.own.proposal import Proposal
from corpus.parsing.cleaning import read_lines
from tests.add.making import MAKERS, as_docx, as_html, as_pdf, as_text, as_two_columns
from tests.add.trees import proposals, tree

SOURCES = sorted((Path(corpus.catalog.__file__).parent / "sources").glob("*.txt"))
KINDS = [kind for kind in MAKERS if kind != ".txt"]
ROWS = ["| 类别 | 比例 | 上限 |", "| 小型企业 | 30% | 100万元 |", "| 中型企业 | 20% | 200万元 |"]
BEFORE, AFTER = "第一条 支持标准如下表所示：", "第二条 本办法自2025年1月1日起施行，有效期三年。"


def lines_of(path: Path) -> list[str]:
    return [line.text for line in read_lines(path.read_text("utf-8"))]


def units_of(found: list[Proposal]) -> list[object]:
    return [tree(proposal.document) for proposal in found]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name[:3])
def test_every_kind_of_file_gives_the_same_tree(path: Path) -> None:
    lines = lines_of(path)
    wanted = units_of(proposals("文件.txt", as_text(lines)))
    for kind in KINDS:
        assert units_of(proposals(f"文件{kind}", MAKERS[kind](lines))) == wanted, kind
    assert units_of(proposals("两栏.pdf", as_two_columns(lines))) == wanted


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name[:3])
def test_the_text_of_the_package_is_known_again_in_a_pdf(path: Path) -> None:
    found = proposals("文件.pdf", as_pdf(lines_of(path)))
    there = {
        document.key for document in corpus.catalog.load_corpus().documents if document.source == path.name
    }
    assert {proposal.same_as for proposal in found} - {""} <= there


@pytest.mark.parametrize("name", ["文件.pdf", "两栏.pdf", "文件.docx", "文件.html", "文件.ofd"])
@pytest.mark.parametrize("path", [SOURCES[0], SOURCES[2]], ids=lambda path: path.name[:3])
def test_every_character_stands_in_a_unit_a_heading_or_declared_furniture(path: Path, name: str) -> None:
    make = as_two_columns if name == "两栏.pdf" else MAKERS[Path(name).suffix]
    read = read_file(name, make(lines_of(path)))
    found = proposals(name, make(lines_of(path)))
    held = furniture_of(read) | {
        place
        for proposal in found
        for part in (*proposal.document.units, *proposal.document.sections)
        for span in part.spans
        for place in range(span.start, span.end)
    }
    lost = [place for place, char in enumerate(read.text) if place not in held and not char.isspace()]
    # What stands before the first document of a gazette belongs to none, and is told.
    assert all(place < found[0].document.units[0].spans[0].start for place in lost)
    assert bool(lost) == any("不属于任何文件" in doubt for doubt in found[0].doubts)


def furniture_of(read: SourceLines) -> set[int]:
    places: set[int] = set()
    start = 0
    for number, line in enumerate(read.text.splitlines(keepends=True), 1):
        if number in read.furniture:
            places.update(range(start, start + len(line)))
        start += len(line)
    return places


def table_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph(BEFORE)
    table = document.add_table(rows=3, cols=3)
    for row, line in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, line.strip("| ").split(" | "), strict=True):
            cell.text = text
    document.add_paragraph(AFTER)
    document.save(made := io.BytesIO())
    return made.getvalue()


def table_html() -> bytes:
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.strip("| ").split(" | ")) + "</tr>"
        for line in ROWS
    )
    return f"<body><p>{BEFORE}</p><table>{rows}</table><p>{AFTER}</p></body>".encode()


def table_pdf() -> bytes:
    paper = FPDF()
    for style, file in (("", "Regular"), ("B", "Bold")):
        paper.add_font("song", style, f"/usr/share/fonts/opentype/noto/NotoSerifCJK-{file}.ttc")
    paper.add_page()
    paper.set_font("song", size=12)
    paper.multi_cell(0, 8, BEFORE)
    with paper.table() as table:
        for line in ROWS:
            row = table.row()
            for cell in line.strip("| ").split(" | "):
                row.cell(cell)
    paper.multi_cell(0, 8, AFTER)
    return bytes(paper.output())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("表.md", as_text([BEFORE, ROWS[0], "|---|---|---|", *ROWS[1:], AFTER])),
        ("表.docx", table_docx()),
        ("表.html", table_html()),
        ("表.pdf", table_pdf()),
    ],
    ids=["md", "docx", "html", "pdf"],
)
def test_tables_are_kept_as_rows_of_their_article(name: str, content: bytes) -> None:
    (found,) = proposals(name, content)
    first, second = found.document.units
    assert [squeeze(line) for line in first.text.split("\n")[1:]] == [squeeze(row) for row in ROWS]
    assert second.label == "第二条"


def test_page_numbers_and_running_headers_are_furniture_and_break_no_sentence() -> None:
    read = read_file("文件.pdf", as_pdf(lines_of(SOURCES[0])))
    aside = [read.text.splitlines()[number - 1] for number in read.furniture]
    assert {squeeze(line) for line in aside} >= {"海棠市人民政府公报", "—1—", "—2—"}
    (found,) = proposals("文件.pdf", as_pdf(lines_of(SOURCES[0])))
    assert "海棠市人民政府公报" not in "".join(unit.text for unit in found.document.units)


def test_menus_and_scripts_of_a_page_are_not_its_text() -> None:
    content = as_html(
        ["某市支持办法", "第一条 为了支持企业创新发展，制定本办法。", "第二条 本办法自发布之日起施行。"]
    )
    read = read_file("a.html", content)
    assert "alert" not in read.text
    assert {read.text.splitlines()[number - 1] for number in read.furniture} == {"首页 政务公开", "版权所有"}


def test_numbers_that_word_writes_by_itself_are_read() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
            '<w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>'
        ),
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level, text in (
        (0, "支持企业建设平台，分为两类："),
        (1, "共性平台。"),
        (1, "中试平台。"),
        (0, "本办法自发布之日起施行。"),
    ):
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    document.save(made := io.BytesIO())
    (found,) = proposals("自动编号.docx", made.getvalue())
    assert [unit.label for unit in found.document.units] == ["第一条", "第二条"]
    assert [part.path for part in found.document.units[0].walk() if part.kind == "item"] == [
        "第一条（一）",
        "第一条（二）",
    ]


def test_what_was_deleted_in_word_is_not_read_and_what_was_inserted_is() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("第一条 支持企业建设创新平台，给予")
    for tag, inner in (("del", "delText"), ("ins", "t")):
        text = "一百万元" if tag == "del" else "二百万元"
        paragraph._p.append(
            parse_xml(f"<w:{tag} {nsdecls('w')}><w:r><w:{inner}>{text}</w:{inner}></w:r></w:{tag}>")
        )
    document.save(made := io.BytesIO())
    text = read_file("修订.docx", made.getvalue()).text
    assert "二百万元" in text
    assert "一百万元" not in text


def test_pictures_of_a_word_file_are_told() -> None:
    document = docx.Document(io.BytesIO(as_docx(["某市支持办法", "第一条 支持企业创新发展，给予资金补助。"])))
    run = document.paragraphs[0].add_run()
    run._r.append(parse_xml(f"<w:drawing {nsdecls('w')}/>"))
    document.save(made := io.BytesIO())
    assert any("图片" in note for note in read_file("图.docx", made.getvalue()).notes)
