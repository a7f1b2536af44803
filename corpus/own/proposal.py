"""A file → the documents in it, as they would be added: recognised, and compared with those that are there."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.catalog import Corpus
from corpus.entries import DocumentEntry, Repeal, SourceEntry
from corpus.errors import InvalidInput
from corpus.folding import fold
from corpus.loaders.read import SourceLines
from corpus.model import Document
from corpus.own.corrections import Corrected, corrected
from corpus.own.doubts import doubts_of
from corpus.own.head import Head, bare_title, read_head
from corpus.own.keys import key_for
from corpus.own.topics import topics_of
from corpus.own.validity_words import read_validity
from corpus.parsing.cleaning import Line, read_lines
from corpus.parsing.parser import ParsedDocument, parse_segment
from corpus.parsing.segments import Furniture, Segment, split_documents

__all__ = ["Proposal", "propose", "text_hash"]

_REVISED = ("修订", "修正")
_NAMED = 40


@dataclass(frozen=True, slots=True)
class Proposal:
    """One document of a file. `same_as` is the key of a document with the same words, `replaces` that of an earlier
    version; `doubts` are Chinese sentences on what should be looked at."""

    file: str
    source: SourceEntry
    text: str
    entry: DocumentEntry
    document: Document
    doubts: tuple[str, ...]
    same_as: str = ""
    replaces: str = ""


def propose(
    name: str, read: SourceLines, there: Corpus, given: Corrected, taken: Sequence[str] = ()
) -> list[Proposal]:
    """The documents of a file that was read, with the user's fields; `there` are those that are there already, `taken`
    keys that are given out besides.

    Raises InvalidInput where the fields cannot be used.
    """
    digest = hashlib.sha256(read.text.encode()).hexdigest()
    source = SourceEntry(file=f"{digest[:16]}.txt", sha256=digest, name=name, furniture=read.furniture)
    lines = list(read_lines(read.text))
    segments, dropped = split_documents(lines, Furniture(lines=frozenset(read.furniture)))
    left = [line.text for line in dropped if line.number not in source.furniture]
    told = [
        *read.notes,
        *([f"文件开头有 {len(left)} 行不属于任何文件，例如“{left[0][:_NAMED]}”"] if left else []),
    ]
    if len(segments) > 1 and given != Corrected():
        raise InvalidInput(
            f"{name} 里有 {len(segments)} 份文件，--set 不能同时用于几份。请拆开，或加入后改目录"
        )
    keys = {*there.entries, *taken}
    found: list[Proposal] = []
    for place, segment in enumerate(segments):
        proposal = _proposal(segment, place, source, lines, read.text, given, keys)
        keys.add(proposal.entry.key)
        aside = told if place == 0 else []
        if given.topics is None:
            topics = topics_of(proposal.document, there)
            proposal = replace(proposal, entry=proposal.entry.model_copy(update={"topics": topics}))
        found.append(_compared(replace(proposal, doubts=(*aside, *proposal.doubts)), there, given))
    return found


def text_hash(document: Document) -> str:
    """Stands for the words of a document, however its file was set."""
    return hashlib.sha256(fold("".join(unit.text for unit in document.units)).encode()).hexdigest()


def _proposal(
    segment: Segment,
    place: int,
    source: SourceEntry,
    lines: Sequence[Line],
    text: str,
    given: Corrected,
    keys: set[str],
) -> Proposal:
    if given.key in keys:
        raise InvalidInput(f"键“{given.key}”已经用过，请换一个")
    head = read_head(segment, lines)
    entry = corrected(_recognised(head, parse_segment(segment, "", text), place, source, given), given)
    entry = entry.model_copy(update={"key": given.key or key_for(entry, keys)})
    parsed = parse_segment(segment, entry.key, text)
    document = Document(
        entry.key,
        entry.number,
        entry.title,
        source.file,
        entry.issuers,
        entry.issued,
        parsed.units,
        parsed.sections,
    )
    doubts = (*_unknown(entry, head.title), *doubts_of(segment, parsed))
    return Proposal(source.name, source, text, entry, document, tuple(doubts))


def _recognised(
    head: Head, parsed: ParsedDocument, place: int, source: SourceEntry, given: Corrected
) -> DocumentEntry:
    """The catalogue entry as the text gives it, still without a key."""
    title = head.title or Path(source.name).stem
    said = read_validity(title, parsed, given.issued or head.issued)
    return DocumentEntry(
        key="",
        number=head.number,
        title=title,
        issuers=head.issuers,
        issued=head.issued,
        source=source.file,
        place=place,
        period=said.period,
        validity=said.rules,
        repeals=said.repeals,
    )


def _unknown(entry: DocumentEntry, title: str) -> Iterator[str]:
    if not title and entry.title:
        yield f"没有认出题名，用的是文件名“{entry.title}”"
    if not entry.issuers:
        yield "没有认出发文单位"
    if entry.issued is None:
        yield "没有认出印发日期"
    rules = entry.validity
    if not rules.draft and (
        rules.effective is None or (not rules.effective.quote and rules.effective.start != "date")
    ):
        yield "没有找到写明施行日期的句子" + ("，按印发之日起施行" if rules.effective else "")


def _compared(proposal: Proposal, there: Corpus, given: Corrected) -> Proposal:
    """With what the documents that are there say of this one."""
    words = text_hash(proposal.document)
    same = next((document.key for document in there.documents if text_hash(document) == words), "")
    if same:
        return replace(proposal, same_as=same)
    if given.replaces:
        return _replacing(proposal, there.document(there.key_of(given.replaces)))
    for document in there.documents:
        if not _versions(proposal.entry, document):
            continue
        if _is_newer(proposal.entry, document):
            return _replacing(proposal, document)
        doubt = f"已有同名或同号而日期不早于它的 {document.key}《{document.title}》，没有当作新版本；是新版本请加 --set replaces={document.key}"
        return replace(proposal, doubts=(*proposal.doubts, doubt))
    return proposal


def _versions(entry: DocumentEntry, document: Document) -> bool:
    """Whether both are versions of one text: by number, or by title without what changes between versions."""
    same_number = bool(entry.number) and fold(entry.number) == fold(document.doc_no)
    return same_number or fold(bare_title(entry.title)) == fold(bare_title(document.title))


def _is_newer(entry: DocumentEntry, document: Document) -> bool:
    if entry.issued and document.issued and entry.issued != document.issued:
        return entry.issued > document.issued
    return fold(entry.number) == fold(document.doc_no) or any(word in entry.title for word in _REVISED)


def _replacing(proposal: Proposal, old: Document) -> Proposal:
    """With the older version as repealed, by the words that say so where there are any."""
    entry = proposal.entry
    said = next(
        (
            repeal
            for repeal in entry.repeals
            if (repeal.number and repeal.number == old.doc_no)
            or fold(bare_title(repeal.title)) == fold(bare_title(old.title))
        ),
        None,
    )
    effective = entry.validity.effective
    repeal = Repeal(
        title=old.title,
        number=old.doc_no,
        unit=said.unit if said else effective.unit if effective else "",
        quote=said.quote if said else "",
        repealed=old.key,
    )
    repeals = (repeal, *(one for one in entry.repeals if one is not said))
    return replace(proposal, entry=entry.model_copy(update={"repeals": repeals}), replaces=old.key)
