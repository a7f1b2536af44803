"""An uploaded policy as text and as the tree that the parser sees, with what it did not understand."""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.service.texts import clean
from corpus.errors import InvalidInput
from corpus.model import Clause, ClauseKind, Span, Unit
from corpus.parsing.cleaning import Line, read_lines
from corpus.parsing.parser import ParsedDocument, parse_segment
from corpus.parsing.segments import Furniture, Segment, split_documents
from corpus.quantities.numerals import parse_integer

__all__ = ["KINDS", "Branch", "Parsed", "ParsedUnit", "Preview", "preview"]

KINDS = ("txt", "md", "docx", "pdf", "html", "htm")
_ENCODINGS = ("utf-8-sig", "gb18030")
_LARGEST = 20_000_000
_LONGEST = 2_000_000
_SECONDS = 30
_LEAST = 20
_BINARY = 0.02
_NUMBER = re.compile(r"[一二三四五六七八九十百零〇\d]+(?=[条）)]?$)")
_LONG_UNIT = 3000


@dataclass(frozen=True, slots=True)
class Branch:
    """A numbered clause below a unit, `depth` levels down."""

    depth: int
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ParsedUnit:
    """A unit with its clauses."""

    label: str
    heading: str
    chapter: str
    text: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """One document of the file; `doubts` are what may have been read wrongly."""

    number: str
    title: str
    units: tuple[ParsedUnit, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What was read; `left_out` are the lines that no document holds."""

    name: str
    characters: int
    documents: tuple[Parsed, ...]
    left_out: tuple[str, ...]


def preview(name: str, content: bytes) -> Preview:
    """Read and parse an uploaded file; raises InvalidInput with the way out."""
    text = _text(name, content)
    segments, dropped = split_documents(list(read_lines(text)), Furniture())
    documents = tuple(_parsed(segment, text) for segment in segments)
    return Preview(name, len(text), documents, tuple(line.text for line in dropped))


def _text(name: str, content: bytes) -> str:
    kind = Path(name).suffix.lower()
    if kind.removeprefix(".") not in KINDS:
        raise InvalidInput(f"不认识“{kind or name}”文件。可以上传：{'、'.join(f'.{one}' for one in KINDS)}")
    if len(content) > _LARGEST:
        raise InvalidInput("文件太大（最多 20 MB）。请拆开，或只上传政策正文。")
    text = _decoded(content) if kind in (".txt", ".md") else _extracted(kind, content)
    strange = len(text) - len(clean(text))
    if strange > _BINARY * len(text):
        raise InvalidInput("文件内容不是文字，可能扩展名写错了。请打开核对后再上传。")
    text = clean(text).replace("\r\n", "\n").replace("\r", "\n")
    if len("".join(text.split())) < _LEAST:
        raise InvalidInput("文件里几乎没有文字。扫描件（图片）要先做文字识别（OCR）再上传。")
    if len(text) > _LONGEST:
        raise InvalidInput("文件超过 200 万字，请拆开上传。")
    return text


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("读不出文件的文字编码。请另存为 UTF-8 后再上传。")


def _extracted(kind: str, content: bytes) -> str:
    """Read in another process: a file that was made to hurt takes that one down, not the page."""
    command = [sys.executable, "-m", "ui.backend.extract", kind]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_SECONDS, check=True)
    except subprocess.TimeoutExpired as error:
        raise InvalidInput("文件太复杂，30 秒没有读完。请另存为 .txt 或 .docx 后再上传。") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise InvalidInput(f"这不是能读的 {kind} 文件，可能已损坏、加密，或扩展名写错了。") from error
    return done.stdout.decode()


def _parsed(segment: Segment, text: str) -> Parsed:
    document = parse_segment(segment, "upload", text)
    title = "".join(line.text for line in segment.title)
    return Parsed(
        number=segment.number,
        title=title,
        units=tuple(map(_unit, document.units)),
        doubts=tuple(_doubts(segment, document, title)),
    )


def _unit(unit: Unit) -> ParsedUnit:
    return ParsedUnit(unit.label, unit.heading, unit.chapter, unit.text, tuple(_branches(unit.children, 0)))


def _branches(clauses: Sequence[Clause], depth: int) -> Iterator[Branch]:
    for clause in clauses:
        if clause.kind is ClauseKind.ITEM:
            yield Branch(depth, clause.path, clause.heading or clause.text)
            yield from _branches(clause.children, depth + 1)
        else:
            yield from _branches(clause.children, depth)


def _doubts(segment: Segment, document: ParsedDocument, title: str) -> Iterator[str]:
    """What the parser may have misread, in words for whoever checks it."""
    if not segment.number:
        yield "没有找到单独成行的文号（如 京科发〔2022〕5号），全文当作一份文件"
    if not title:
        yield "没有找到标题"
    numbered = [unit for unit in document.units if _NUMBER.search(unit.label)]
    if not numbered:
        yield "没有找到“第一条”“一、”“（一）”“1.”这样的编号，全文只能整段引用"
    labels = [unit.label for unit in document.units]
    for label in dict.fromkeys(label for label in labels if labels.count(label) > 1):
        yield f"编号“{label}”出现了 {labels.count(label)} 次"
    yield from _gaps(numbered)
    for unit in document.units:
        if len(unit.text) > _LONG_UNIT:
            yield f"“{unit.label}”有 {len(unit.text)} 字，可能漏认了里面的编号"
    missed = _missed(segment, document)
    if missed:
        yield f"有 {len(missed)} 行没有归入任何条目，例如“{missed[0].text[:40]}”"


def _gaps(units: Sequence[Unit]) -> Iterator[str]:
    """Numbers of articles that were skipped: 第三条 after 第一条."""
    last: tuple[str, int] | None = None
    for unit in units:
        match = _NUMBER.search(unit.label)
        number = parse_integer(match[0]) if match else None
        if match is None or number is None:
            continue
        above = unit.label[: match.start()]
        if last and last[0] == above and number > last[1] + 1:
            yield f"“{unit.label}”前面缺 {number - last[1] - 1} 个编号"
        last = above, number


def _missed(segment: Segment, document: ParsedDocument) -> list[Line]:
    """Lines of the document of which no unit and no heading holds anything."""
    spans: list[Span] = [span for unit in document.units for span in unit.spans]
    spans += [span for section in document.sections for span in section.spans]

    def held(line: Line) -> bool:
        return any(span.start <= line.offsets[0] < span.end for span in spans)

    return [line for line in (*segment.notice, *segment.title, *segment.body) if not held(line)]
