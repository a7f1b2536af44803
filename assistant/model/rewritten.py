"""What a rewritten question may hold: figures, documents, articles and words that were said in the conversation."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.understand.references import DocumentNames, find_units
from assistant.verify.markup import markup_faults
from assistant.verify.places import PlaceChecks
from assistant.verify.proof import Proof, Statement
from assistant.verify.segments import figures
from assistant.wording import Rarity, grams
from corpus.catalog import Corpus
from corpus.folding import fold
from corpus.quantities.quantity import find_dates

__all__ = ["Said"]

_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_NUMERALS = re.compile("[一二三四五六七八九十百千万亿两]{2,}")
_LONGEST = 300
_OWN_SHARE = 0.5


class Said:
    """Judges a rewritten question by the turns that it was made of."""

    def __init__(self, corpus: Corpus, rarity: Rarity) -> None:
        self._names = DocumentNames(corpus)
        self._places = PlaceChecks(corpus)
        self._rarity = rarity

    def brought(self, written: str, turns: Sequence[str]) -> tuple[str, ...]:
        """What `written` has that no turn has, in Chinese; () where it may take the place of the last turn."""
        return tuple(self._brought(written, "\n".join(turns), turns))

    def _brought(self, written: str, said: str, turns: Sequence[str]) -> Iterator[str]:
        today = date.today()
        known = set(figures(said))
        yield from (f"数字“{one[0]}”" for one in figures(written) if one not in known)
        digits = {*_DIGITS.findall(fold(said)), *_NUMERALS.findall(said)}
        loose = (*_DIGITS.findall(fold(written)), *_NUMERALS.findall(written))
        yield from (f"数字“{run}”" for run in loose if run not in digits)
        dates = {(day.first, day.last) for day in find_dates(said, today)}
        for day in find_dates(written, today):
            if (day.first, day.last) not in dates:
                yield f"日期“{day.text}”"
        docs = {doc for turn in (*turns, said) for doc in self._names.find(turn).docs}
        yield from (f"文件“{doc}”" for doc in self._names.find(written).docs if doc not in docs)
        units = {(unit.number, unit.word) for turn in turns for unit in find_units(turn)}
        for unit in find_units(written):
            if (unit.number, unit.word) not in units:
                yield f"条目“{unit.text}”"
        proof = Proof(units={}, as_of=today, asked=said)
        statement = Statement(written)
        for fault in (*self._places.named_faults(statement, proof), *markup_faults(statement, proof)):
            yield fault.reason
        if len(written) > _LONGEST:
            yield "太长"
        if self._rarity.share(grams(written), grams(said).keys(), strict=True) < _OWN_SHARE:
            yield "多数用词不是对话里的"
