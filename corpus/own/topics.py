"""The words that point to a document without naming it: those that it is full of and the other documents are not."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.catalog import Corpus
from corpus.folding import fold
from corpus.model import Document

__all__ = ["topics_of"]

_SIZES = (2, 3, 4, 5, 6)
_LEAST_UNITS, _LEAST_SHARE = 2, 0.1
_OWN = 0.8
_MOST = 4
_BOUND = 0.75
_SHORT_NAME = re.compile(r"以下(?:统)?简称[为:：]?[“\"‘']?([\u4e00-\u9fff]{3,10})[”\"’']?[)）]")
_GENERIC = frozenset("的和与及或对等在为以并其由将中是有可应本该各第条款项个月年日新")
_NO_TOPIC = re.compile(
    "本?(?:办法|措施|条例|规定|资金|专项|单位|企业|部门|机构|项目)|[委局办厅处院]$|^(?:支持|促进|推动|认定|北京)|(?:支持|工作|指引|方案)$"
)


def topics_of(document: Document, others: Corpus) -> tuple[str, ...]:
    """At most four words of `document` that hardly stand in `others`: the names that it shortens things to (以下简称…),
    and words of its title that stand in several of its units."""
    own = [fold(unit.text) for unit in document.units]
    rest = [
        fold(unit.text) for other in others.documents if other.key != document.key for unit in other.units
    ]
    short = [name for text in own for name in _SHORT_NAME.findall(text) if not _NO_TOPIC.fullmatch(name)]
    counted = Counter(
        {
            word: here
            for word in {*short, *_runs(fold(document.title), own)}
            if (here := _here(word, own, rest))
        }
    )
    return tuple(word for word, _ in counted.most_common(_MOST))


def _here(word: str, own: Sequence[str], rest: Sequence[str]) -> int:
    """In how many units a word stands that belongs to the document; 0 where it does not."""
    here = sum(word in text for text in own)
    if here < max(_LEAST_UNITS, _LEAST_SHARE * len(own)) or _NO_TOPIC.search(word):
        return 0
    return here if here >= _OWN * (here + sum(word in text for text in rest)) else 0


def _runs(title: str, texts: Sequence[str]) -> Iterator[str]:
    """Runs of the title that are words: what stands before and after them varies."""
    for size in _SIZES:
        for place in range(len(title) - size + 1):
            word = title[place : place + size]
            if word.isalnum() and not _GENERIC.intersection(word) and _stands_free(word, texts):
                yield word


def _stands_free(word: str, texts: Sequence[str]) -> bool:
    before, after = Counter[str](), Counter[str]()
    for text in texts:
        for match in re.finditer(re.escape(word), text):
            before[text[match.start() - 1 : match.start()]] += 1
            after[text[match.end() : match.end() + 1]] += 1
    return all(side and side.most_common(1)[0][1] <= _BOUND * side.total() for side in (before, after))
