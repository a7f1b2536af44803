"""The same lines as a file of every kind, made by the test itself."""

import zipfile
from collections.abc import Iterator, Sequence
from html import escape
from io import BytesIO
from xml.sax.saxutils import escape as xml_escape

import docx
from fpdf import FPDF

__all__ = ["MAKERS", "as_docx", "as_html", "as_ofd", "as_pdf", "as_text", "as_two_columns"]

_FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
_WIDE, _LINE = 40, 8.0


def as_text(lines: Sequence[str]) -> bytes:
    """.txt and .md."""
    return "\n".join(lines).encode()


def as_docx(lines: Sequence[str]) -> bytes:
    """A paragraph a line."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(made := BytesIO())
    return made.getvalue()


def as_html(lines: Sequence[str]) -> bytes:
    """A paragraph a line, beside a menu and a script."""
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        "<html><head><meta charset='utf-8'><title>页面</title><script>alert('script')</script></head>"
        f"<body><nav>首页 政务公开</nav><div class='content'>{body}</div><footer>版权所有</footer></body></html>"
    ).encode()


class _Paper(FPDF):
    """Pages with a running header and a page number."""

    def header(self) -> None:
        self.set_font("song", size=9)
        self.cell(0, 8, "海棠市人民政府公报", align="R")
        self.ln(14)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("song", size=9)
        self.cell(0, 8, f"— {self.page_no()} —", align="C")


def _paper() -> _Paper:
    paper = _Paper()
    paper.add_font("song", "", _FONT)
    paper.add_page()
    paper.set_font("song", size=12)
    return paper


def as_pdf(lines: Sequence[str]) -> bytes:
    """Paragraphs with their first line indented, over numbered pages."""
    paper = _paper()
    for line in lines:
        for text, indent in _set(paper, line, paper.epw):
            paper.set_x(paper.l_margin + indent)
            paper.cell(0, 8, text, new_x="LMARGIN", new_y="NEXT")
    return bytes(paper.output())


def as_two_columns(lines: Sequence[str]) -> bytes:
    """The same in two columns."""
    paper = _paper()
    width = (paper.epw - 10) / 2
    rows = [row for line in lines for row in _set(paper, line, width)]
    top, most = paper.get_y(), int((paper.eph - 25) / 7)
    for start in range(0, len(rows), 2 * most):
        if start:
            paper.add_page()
        for place, (text, indent) in enumerate(rows[start : start + 2 * most]):
            column, row = divmod(place, most)
            paper.set_xy(paper.l_margin + column * (width + 10) + indent, top + 7 * row)
            paper.cell(0, 7, text)
    return bytes(paper.output())


def _set(paper: FPDF, line: str, width: float) -> Iterator[tuple[str, float]]:
    """The lines of a paragraph, each with its indent."""
    text, indent = "", 2 * paper.get_string_width("字")
    for char in line.replace("\t", " "):
        if indent + paper.get_string_width(text + char) > width - 2.2:
            yield text, indent
            text, indent = "", 0.0
        text += char
    yield text, indent


def as_ofd(lines: Sequence[str]) -> bytes:
    """A page of GB/T 33190 a forty lines, each line of text an object of its own."""
    rows = [row for line in lines for row in _broken(f"　　{line}")]
    pages = [rows[start : start + 30] for start in range(0, len(rows), 30)]
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr(
            "OFD.xml",
            f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        listed = "".join(
            f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
        )
        package.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
            f"</ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for number, page in enumerate(pages):
            objects = "".join(_text_object(row, 25 + _LINE * place) for place, row in enumerate(page))
            package.writestr(
                f"Doc_0/Pages/Page_{number}/Content.xml",
                f"<ofd:Page {space}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>",
            )
    return made.getvalue()


def _broken(text: str) -> list[str]:
    return [text[start : start + _WIDE] for start in range(0, len(text), _WIDE)]


def _text_object(row: str, top: float) -> str:
    words = row.lstrip("　")
    left = 20 + 4 * (len(row) - len(words))
    return (
        f'<ofd:TextObject Boundary="{left} {top} {4 * len(words)} 5" Size="4">'
        f'<ofd:TextCode X="0" Y="4">{xml_escape(words)}</ofd:TextCode></ofd:TextObject>'
    )


MAKERS = {
    ".txt": as_text,
    ".md": as_text,
    ".docx": as_docx,
    ".html": as_html,
    ".pdf": as_pdf,
    ".ofd": as_ofd,
}
