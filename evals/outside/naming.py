"""Articles that a question names by law and number: `农民专业合作社法第三十三条`, `《民法典》577条`, `消保法24条`."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.folding import fold
from corpus.model import Document, Unit
from corpus.parsing.headings import Level, read_marker
from corpus.quantities.numerals import normalise, parse_integer

__all__ = ["NamedArticles"]

_STATE = "中华人民共和国"
_COURTS = re.compile(r"^(?:最高人民法院|最高人民检察院|国务院|全国人民代表大会常务委员会|、|和|关于)+")
_CN = "一二三四五六七八九十百千零〇两"
_REFERENCE = re.compile(
    rf"第?(?P<number>[{_CN}]+|(?<![\d.])\d{{1,4}})条(?:之(?P<supplement>[{_CN}]+|\d{{1,2}}))?"
)
_KIND = "法典|法|条例|规定|解释|办法|细则|决定|规则|意见|批复|修正案"
_SAID = re.compile(rf"[\u4e00-\u9fff、]{{1,40}}?(?:法(?![典律院规人定解])|{_KIND.replace('|法|', '|')})")
_OF_COURTS = "司法解释"
_SHORTEST = 3
_TAIL = re.compile(rf"(?:{_KIND})$")

Number = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Named:
    """A place in the question where a law is named, and the laws that may be meant, likeliest first."""

    start: int
    end: int
    documents: tuple[str, ...]


class NamedArticles:
    """Fetches articles of a collection by the name of the law and the number of the article."""

    def __init__(self, documents: Sequence[Document], codes: Sequence[str]) -> None:
        """Takes the code that each document is a book of, or ""."""
        self._units: dict[str, dict[Number, Unit]] = {
            document.key: {
                number: unit for unit in reversed(document.units) if (number := _number(unit.label))
            }
            for document in documents
        }
        self._names: dict[str, list[str]] = defaultdict(list)
        for document, code in zip(documents, codes, strict=True):
            for name in {fold(code)} if code else _names(document.title):
                self._names[name].append(document.key)
        for keys in self._names.values():
            keys.sort(key=lambda key: -len(self._units[key]))
        self._longest_first = sorted(self._names, key=lambda name: -len(name))

    def find(self, question: str) -> list[Unit]:
        """The articles named in `question`, in its order; of laws of one name the longest comes first."""
        folded = normalise(fold(question)).replace(_STATE, "")
        references = list(_REFERENCE.finditer(folded))
        if not references:
            return []
        laws = self._laws(folded)
        found: list[Unit] = []
        for reference in references:
            number = _number_said(reference)
            law = _nearest(laws, reference)
            if number and law:
                found += [self._units[key][number] for key in law.documents if number in self._units[key]]
        return list(dict.fromkeys(found))

    def _laws(self, folded: str) -> list[_Named]:
        """Where laws are named: by title or known short form, else by letters left out of one (`消保法`)."""
        named: list[_Named] = []
        rest = folded
        for name in self._longest_first:
            while (start := rest.find(name)) >= 0:
                end = start + len(name)
                named.append(_Named(start, end, tuple(self._names[name])))
                rest = rest[:start] + "\0" * len(name) + rest[end:]
        for said in _SAID.finditer(rest):
            shortened = self._shortened(said.group())
            if shortened:
                named.append(_Named(said.start(), said.end(), shortened))
        return sorted(named, key=lambda one: one.start)

    def _shortened(self, said: str) -> tuple[str, ...]:
        """The laws whose title `said`, or the end of it, abbreviates; the shortest such title wins."""
        for start in range(len(said) - _SHORTEST + 1):
            short = said[start:]
            fitting = [name for name in self._names if _abbreviates(short, name)]
            if fitting:
                return tuple(self._names[min(fitting, key=len)])
        return ()


def _names(title: str) -> Iterator[str]:
    """A title as people say it: whole, without the state, the courts and what stands in brackets."""
    bare = normalise(fold(title)).removeprefix(_STATE)
    for name in {bare, _COURTS.sub("", bare), re.sub(r"\([^)]*\)$", "", bare)}:
        if len(name) >= 2:
            yield name


def _abbreviates(short: str, name: str) -> bool:
    """Whether `short` is `name` with letters left out, the first and the kind of text (法, 条例 …) kept."""
    if short.endswith(_OF_COURTS):
        matter = short.removesuffix(_OF_COURTS)
        return len(matter) > 1 and matter in name and "适用" in name and name.endswith(("解释", "规定"))
    if not name.endswith(short):
        letters = iter(name)
        if short[0] != name[0] or not all(letter in letters for letter in short):
            return False
    kind, of_name = _TAIL.search(short), _TAIL.search(name)
    return bool(kind and of_name and kind.group() == of_name.group())


def _number(label: str) -> Number | None:
    """Number and supplement of an article's label, or None where it is no article."""
    marker = read_marker(normalise(fold(label)))
    if marker is None or marker.level is not Level.ARTICLE:
        return None
    _, _, supplement = marker.label.partition("条之")
    return marker.number, parse_integer(supplement) or 0


def _number_said(reference: re.Match[str]) -> Number | None:
    number, supplement = parse_integer(reference["number"]), parse_integer(reference["supplement"] or "")
    return None if number is None else (number, supplement or 0)


def _nearest(laws: Sequence[_Named], reference: re.Match[str]) -> _Named | None:
    """The law named last before a reference, else the first one after it."""
    before = [law for law in laws if law.end <= reference.start()]
    return before[-1] if before else next(iter(laws), None)
