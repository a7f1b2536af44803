"""Cross-references between documents, units and clauses, in both directions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from corpus.catalog import Corpus
from corpus.folding import fold
from corpus.model import Document, Section, Unit
from corpus.parsing.cleaning import FOOTNOTE_MARK
from corpus.quantities.numerals import parse_integer

__all__ = ["Link", "LinkKind", "Links", "find_links"]

_CN = "一二三四五六七八九十百零〇"
_INTERNAL = re.compile(rf"(?<!》)第([{_CN}]+)条((?:第?\([{_CN}]+\))*)")
_ITEM = re.compile(rf"\(([{_CN}]+)\)")
_VERBS = re.compile(
    r"^(?:支持|实施|建设|推动|鼓励|加快|开展|推广|使用|加强|深化|促进|大力|发展|引导|吸引|打造|参与|企业|提升|高水平|办好)+"
)
_TAILS = re.compile(r"(?:建设|发展|工作|运营|实施|培育|应用)+$")
_QUOTED = re.compile(r"“([^”]{4,12})”")
_TITLE = re.compile(r"《([^》]{8,})》")
_NAME_LENGTH = range(5, 13)
_SLIP = 3
_ALIKE = 0.95


class LinkKind(StrEnum):
    """How the reference is made."""

    ARTICLE = "article"
    DOCUMENT = "document"
    FOOTNOTE = "footnote"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Link:
    """From a unit to a document (`path` empty), a unit or a clause; `words` are those that refer."""

    from_doc: str
    from_unit: str
    to_doc: str
    path: str
    words: str
    kind: LinkKind


class Links:
    """All links, looked up from either end."""

    def __init__(self, links: tuple[Link, ...]) -> None:
        self.all = links

    def leaving(self, doc: str, unit: str) -> tuple[Link, ...]:
        """Links that start in a unit."""
        return tuple(link for link in self.all if (link.from_doc, link.from_unit) == (doc, unit))

    def arriving(self, doc: str, unit: str) -> tuple[Link, ...]:
        """Links that end in a unit or in a clause of it."""
        return tuple(link for link in self.all if link.to_doc == doc and _within(link.path, unit))


def find_links(corpus: Corpus) -> Links:
    """Resolve every cross-reference of the corpus."""
    names = _names(corpus)
    links = [
        link
        for document in corpus.documents
        for unit in document.units
        for link in (
            *_internal(document, unit),
            *_documents(corpus, document, unit),
            *_footnotes(corpus, document, unit),
            *_by_name(names, document, unit),
        )
    ]
    for document in corpus.documents:
        for section in document.sections:
            links += _documents(corpus, document, section)
    return Links(tuple(dict.fromkeys(links)))


def _within(path: str, unit: str) -> bool:
    return path == unit or (
        path.startswith(unit) and path[len(unit)] in ("（" if unit[-1].isdigit() else "（0123456789")
    )


def _internal(document: Document, unit: Unit) -> Iterator[Link]:
    for match in _INTERNAL.finditer(fold(unit.text)):
        target = document.unit(f"第{match[1]}条")
        if target is None or target.label == unit.label:
            continue
        items = _ITEM.findall(match[2])
        for path in [f"{target.label}（{item}）" for item in items] or [target.label]:
            yield Link(document.key, unit.label, document.key, path, match[0], LinkKind.ARTICLE)


def _documents(corpus: Corpus, document: Document, unit: Unit | Section) -> Iterator[Link]:
    folded = fold(unit.text)
    cited = [fold(title) for title in _TITLE.findall(unit.text)]
    for other in corpus.documents:
        if other.key == document.key:
            continue
        number, title = fold(other.doc_no), fold(other.title)
        near = next((name for name in cited if _same_title(name, title)), "")
        words = number if number and number in folded else title if title in folded else near
        if words:
            yield Link(document.key, unit.label, other.key, "", words, LinkKind.DOCUMENT)


def _same_title(cited: str, title: str) -> bool:
    """Whether a cited title is this one but for a word more or less (管理暂行办法 for 管理办法)."""
    return abs(len(cited) - len(title)) <= _SLIP and SequenceMatcher(None, cited, title).ratio() >= _ALIKE


def _footnotes(corpus: Corpus, document: Document, unit: Unit) -> Iterator[Link]:
    if not unit.spans or unit.label == "通知":
        return
    source = corpus.sources[document.source].text
    for match in FOOTNOTE_MARK.finditer(source, unit.spans[0].start, unit.spans[-1].end):
        mark = next(
            (c.right for c in corpus.corrections if c.wrong == match[1] and c.file == document.source),
            match[1],
        )
        number = ord(mark) - ord("①") + 1
        target = next((u for u in document.units if re.fullmatch(rf"\D+{number}", u.label)), None)
        if target:
            yield Link(document.key, unit.label, document.key, target.label, mark, LinkKind.FOOTNOTE)


def _names(corpus: Corpus) -> list[tuple[str, str, str]]:
    """Terms that headings coin, with the unit that coins them; a term of several units names none."""
    owners: dict[str, list[tuple[str, str]]] = {}
    for document in corpus.documents:
        if corpus.entries[document.key].framework:
            continue
        for unit in document.units:
            for name in sorted(
                {*_QUOTED.findall(unit.heading), _TAILS.sub("", _VERBS.sub("", unit.heading))}
            ):
                if len(name) in _NAME_LENGTH and parse_integer(name) is None:
                    owners.setdefault(fold(name), []).append((document.key, unit.label))
    return [(name, *places[0]) for name, places in owners.items() if len(places) == 1]


def _by_name(names: list[tuple[str, str, str]], document: Document, unit: Unit) -> Iterator[Link]:
    folded = fold(unit.text)
    for name, doc, label in names:
        if doc != document.key and name in folded:
            yield Link(document.key, unit.label, doc, label, name, LinkKind.NAME)
