"""The corpus as everybody uses it: documents, units and clauses by key, label and path."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from corpus.entries import (
    Catalogue,
    Correction,
    DocumentEntry,
    Repeal,
    SourceEntry,
    read_catalogue,
    read_corrections,
)
from corpus.errors import CatalogueError, SourceError, UnknownDocument, UnknownUnit
from corpus.folding import fold, squeeze
from corpus.model import Clause, ClauseKind, Document, Span, Unit
from corpus.parsing.cleaning import Line, read_lines, spans_of
from corpus.parsing.parser import parse_segment
from corpus.parsing.segments import Furniture, Segment, split_documents
from corpus.quantities.numerals import parse_integer
from corpus.validity import Repealed, Validity, dates_of, validity_of
from corpus.why import why

__all__ = ["Corpus", "SourceText", "joined", "load_corpus", "read_corpus"]

HERE = Path(__file__).parent
_NUMERAL = re.compile(r"[一二三四五六七八九十百千零〇]+")


@dataclass(frozen=True, slots=True)
class SourceText:
    """One source file: its text as read and the spans of its furniture."""

    file: str
    text: str
    furniture: tuple[Span, ...]


@dataclass(frozen=True)
class Corpus:
    """Documents in catalogue order, with their catalogue entries and sources."""

    documents: tuple[Document, ...]
    entries: Mapping[str, DocumentEntry]
    sources: Mapping[str, SourceText]
    corrections: tuple[Correction, ...]

    def document(self, key: str) -> Document:
        """The document with this key; raises UnknownDocument."""
        found = next((document for document in self.documents if document.key == key), None)
        if found is None:
            known = "、".join(document.key for document in self.documents)
            raise UnknownDocument(f"没有键为“{key}”的文件。可用的键：{known}")
        return found

    def key_of(self, name: str) -> str:
        """The key of the document that `name` means: its key, number, title or an alias; `name` itself otherwise."""
        wanted = fold(name)
        for key, entry in self.entries.items():
            if wanted in map(fold, (key, entry.number, entry.title, *entry.aliases)):
                return key
        return name

    def unit(self, doc: str, label: str) -> Unit:
        """The unit with this label, given in any usual notation (`第11条`, `11`, `三(一)`); raises UnknownUnit."""
        document = self.document(doc)
        exact = document.unit(label)
        if exact:
            return exact
        names_section = any(section.label == label for section in document.sections)
        for wanted in () if names_section else _label_keys(label):
            for unit in document.units:
                if wanted == _label_key(unit.label):
                    return unit
        raise UnknownUnit(
            f"{document.doc_no or document.title}没有“{label}”。它的条目：{_label_range(document)}"
        )

    def clause(self, doc: str, path: str) -> Unit | Clause:
        """The unit or numbered clause that `path` names, e.g. `第十一条（三）`; raises UnknownUnit."""
        wanted = fold(path)
        document = self.document(doc)
        for unit in document.units:
            if fold(unit.label) == wanted:
                return unit
        for unit in document.units:
            if wanted.startswith(fold(unit.label)):
                for clause in unit.walk():
                    if clause.kind is ClauseKind.ITEM and fold(clause.path) == wanted:
                        return clause
        raise UnknownUnit(f"{document.doc_no or document.title}没有“{path}”这一条款。")

    def unit_of(self, doc: str, path: str) -> Unit:
        """The unit that a path lies in (`第十一条（三）` → 第十一条); raises UnknownUnit."""
        wanted = fold(path)
        units = [unit for unit in self.document(doc).units if wanted.startswith(fold(unit.label))]
        if not units:
            raise UnknownUnit(f"{doc} 没有“{path}”这一条款。")
        return max(units, key=lambda unit: len(unit.label))

    def validity(self, doc: str, as_of: date) -> Validity:
        """The status of a document on a date."""
        return validity_of(self.entries[doc], as_of, self._repealed(doc))

    def corrected(self, text: str) -> str:
        """`text` of a unit or clause with the listed OCR faults mended (for search, never for quotes)."""
        for correction in self.corrections:
            near = squeeze(re.sub(r"<[^>]+>", "", correction.near))
            text = text.replace(near, near.replace(squeeze(correction.wrong), correction.right))
        return text

    def only(self, keys: Collection[str]) -> "Corpus":
        """The corpus of these documents alone."""
        documents = tuple(document for document in self.documents if document.key in keys)
        entries = {key: entry for key, entry in self.entries.items() if key in keys}
        return replace(self, documents=documents, entries=entries)

    def repealing(self, doc: str) -> Iterator[tuple[DocumentEntry, Repeal]]:
        """The other documents that repeal this one, with what each says of it."""
        for by in self.entries.values():
            repeal = next((repeal for repeal in by.repeals if _means(repeal, self.entries[doc])), None)
            if repeal and by.key != doc:
                yield by, repeal

    def _repealed(self, doc: str) -> Repealed | None:
        """The first repeal that has a day."""
        dated = ((dates_of(by)[0], repeal, by) for by, repeal in self.repealing(doc))
        return next((Repealed(day, repeal, by) for day, repeal, by in dated if day), None)


@lru_cache(maxsize=1)
def load_corpus() -> Corpus:
    """The corpus that this package carries, read and checked once per process.

    Raises CatalogueError or SourceError where catalogue, corrections and sources disagree.
    """
    return read_corpus(HERE)


def read_corpus(folder: Path) -> Corpus:
    """Read a corpus folder: documents.yaml, corrections.yaml, sources/."""
    catalogue = read_catalogue(folder / "documents.yaml")
    corrections = read_corrections(folder / "corrections.yaml")
    _check_names(catalogue, corrections)
    documents: dict[str, Document] = {}
    sources: dict[str, SourceText] = {}
    for source in catalogue.sources:
        text = _read_source(folder / "sources" / source.file, source)
        _check_corrections(text, source.file, corrections)
        lines = list(read_lines(text))
        furniture = Furniture(frozenset(source.ornaments), source.colophon, frozenset(source.furniture))
        segments, dropped = split_documents(lines, furniture)
        sources[source.file] = SourceText(source.file, text, _line_spans(dropped, text))
        for entry, segment in _matched(catalogue, source, segments):
            documents[entry.key] = _document(entry, segment, text)
    entries = {entry.key: entry for entry in catalogue.documents}
    _check_evidence(entries, documents)
    return Corpus(tuple(documents[key] for key in entries), entries, sources, corrections)


def joined(one: Corpus, two: Corpus) -> Corpus:
    """Both corpora as one; raises CatalogueError where a key or a source file stands in both."""
    twice = sorted((one.entries.keys() & two.entries.keys()) | (one.sources.keys() & two.sources.keys()))
    if twice:
        raise CatalogueError(f"两处目录里有同样的键或源文件：{'、'.join(twice)}")
    return Corpus(
        (*one.documents, *two.documents),
        {**one.entries, **two.entries},
        {**one.sources, **two.sources},
        (*one.corrections, *two.corrections),
    )


def _read_source(path: Path, source: SourceEntry) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"读不了源文件 {path}：{why(error)}") from error
    if hashlib.sha256(data).hexdigest() != source.sha256:
        raise SourceError(f"源文件 {source.file} 与目录登记的 sha256 不符，请恢复原件或更新 documents.yaml")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(f"源文件 {source.file} 不是 UTF-8 文本，请转换后登记新的 sha256") from error


def _check_names(catalogue: Catalogue, corrections: tuple[Correction, ...]) -> None:
    keys = [entry.key for entry in catalogue.documents]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise CatalogueError(f"documents.yaml 里有重复的文件键：{'、'.join(twice)}")
    unknown = {correction.file for correction in corrections} - {source.file for source in catalogue.sources}
    if unknown:
        raise CatalogueError(f"corrections.yaml 提到没有登记的源文件：{'、'.join(sorted(unknown))}")


def _check_corrections(text: str, file: str, corrections: tuple[Correction, ...]) -> None:
    flat = squeeze(text)
    for correction in corrections:
        if correction.file == file and (
            flat.count(squeeze(correction.near)) != 1
            or squeeze(correction.wrong) not in squeeze(correction.near)
        ):
            raise CatalogueError(
                f"勘误“{correction.near}”在 {file} 中不再恰好出现一次，请复核 corrections.yaml"
            )


def _matched(
    catalogue: Catalogue, source: SourceEntry, segments: list[Segment]
) -> list[tuple[DocumentEntry, Segment]]:
    entries = [entry for entry in catalogue.documents if entry.source == source.file]
    if entries and all(entry.place is not None for entry in entries):
        return [(entry, segments[_checked(entry, segments)]) for entry in entries]
    by_number = {segment.number: segment for segment in segments}
    missing = [entry.key for entry in entries if entry.number not in by_number]
    if missing or len(entries) != len(segments):
        raise CatalogueError(
            f"{source.file} 切出 {len(segments)} 份文件，目录登记 {len(entries)} 份；对不上的：{missing}"
        )
    return [(entry, by_number[entry.number]) for entry in entries]


def _checked(entry: DocumentEntry, segments: list[Segment]) -> int:
    if entry.place is None or not 0 <= entry.place < len(segments):
        raise CatalogueError(
            f"{entry.key} 在 {entry.source} 里的位置（place）不对：那里有 {len(segments)} 份文件"
        )
    return entry.place


def _means(repeal: Repeal, entry: DocumentEntry) -> bool:
    """Whether what is repealed is the document of this entry: by its key, its number, or without one by its title."""
    if repeal.repealed or repeal.number:
        return repeal.repealed == entry.key or bool(entry.number and repeal.number == entry.number)
    return fold(repeal.title) == fold(entry.title)


def _document(entry: DocumentEntry, segment: Segment, text: str) -> Document:
    parsed = parse_segment(segment, entry.key, text)
    printed = fold("".join(line.text for line in segment.title))
    if entry.place is None and not printed.startswith(fold(entry.title)):
        raise CatalogueError(f"{entry.key} 的题名与原文不符：目录“{entry.title}”，原文“{printed}”")
    return Document(
        entry.key,
        entry.number,
        entry.title,
        entry.source,
        entry.issuers,
        entry.issued,
        parsed.units,
        parsed.sections,
    )


def _check_evidence(entries: Mapping[str, DocumentEntry], documents: Mapping[str, Document]) -> None:
    for key, entry in entries.items():
        rules = entry.validity
        quoted = [rules.effective, rules.ends, rules.draft, entry.period, *entry.repeals]
        for part in quoted:
            if part is None or not part.quote:
                continue
            document = documents[key]
            unit = document.unit(part.unit) or next(
                (s for s in document.sections if s.label == part.unit), None
            )
            if unit is None or squeeze(part.quote) not in squeeze(unit.text):
                raise CatalogueError(f"目录中 {key} 的依据“{part.quote}”不在原文“{part.unit}”里")


def _line_spans(lines: list[Line], text: str) -> tuple[Span, ...]:
    return spans_of(sorted(offset for line in lines for offset in line.offsets), text)


def _label_key(label: str) -> str:
    return _NUMERAL.sub(lambda match: str(parse_integer(match.group())), fold(label))


def _label_keys(label: str) -> tuple[str, ...]:
    """The keys that a label in any usual notation may mean, the nearest first."""
    key = _label_key(label)
    number = parse_integer(key)
    return (key,) if number is None else (key, f"第{number}条", f"({number})")


def _label_range(document: Document) -> str:
    labels = [unit.label for unit in document.units]
    return "、".join(labels) if len(labels) < 12 else f"{'、'.join(labels[:3])} … {'、'.join(labels[-2:])}"
