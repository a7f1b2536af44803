"""Which earlier turns a question depends on.

Whoever asks after earlier turns is in a conversation: a question builds on them unless its own words
point to another matter. Which matter words point to is read from the texts: a question stands alone
where some unit shares far more of its wording than any unit of the document talked about.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from assistant.understand.references import DocumentNames
from assistant.understand.unserved import any_of
from assistant.wording import Rarity, grams
from corpus.catalog import Corpus
from corpus.folding import any_word, fold
from corpus.lexicon import Lexicon
from corpus.quantities.quantity import find_quantities

__all__ = ["Followups"]

_CUE = re.compile(
    r"^(?:那|那么|如果|要是|假如|若|换成|换|改成|改|再|还有|另外|它|他|这|其中|上面|上述|刚才|对了|第[一二三四五六七八九十\d]|"
    r"(?:[一二两三四五\d]+年)|一共|总共|合计|加起来|分别|登记完|同样|反过来|除此|同时)"
)
_BLOCK = re.compile("(?:那块|那个|那项|这块|那边|这边|那种)呢|按你说的|照你说的")
_SAME_MATTER = re.compile("[这该本]项|这[笔个块](?!月|季度)")
_ASKS = re.compile(
    "[吗呢么？?]|多少|什么|啥|怎|咋|如何|哪|谁|几|多[久长大]|能不能|可不可以|有没有|是不是|是否|分别"
)
_SHORT_VARIANT = re.compile("[^，,。；;？?]{2,12}呢[？?]?")
_OWN_TOPIC = 8
# How much rarer wording a unit elsewhere must share; measured on follow-ups and on pairs of unrelated questions.
_ELSEWHERE = 12.0
# The same for an earlier turn against the one unit talked of before it.
_PARTED = 20.0
_SAME = 2.0
_REMEMBERED = 20
_QUESTION_WORDS = re.compile(
    r"[？?，,。！!、；;：:（）()\s]|能|给|补|拿|奖|报|算|要|会|呢|的|了|是|有|和|到|多|少|万|元|年|一|投|签"
)


class Followups:
    """Decides whether a question stands on its own."""

    def __init__(self, lexicon: Lexicon, corpus: Corpus, names: DocumentNames) -> None:
        self._idle = any_word({*lexicon.fillers, *lexicon.amount_cues})
        self._synonyms = {fold(word): terms for word, terms in lexicon.synonyms.items()}
        self._parting = any_of(lexicon.cues["parting"])
        self._corpus = corpus
        self._names = names

    def context(self, question: str, history: Sequence[str]) -> tuple[str, ...]:
        """The earlier turns that `question` builds on, oldest first; () where it stands alone."""
        turns = [turn for turn in history if self._weight(turn) > 0][-_REMEMBERED:]
        start = len(turns)
        if not start or not self.depends(question, turns):
            return ()
        while start > 1 and self._goes_on(turns[start - 1], turns[: start - 1]):
            start -= 1
        return tuple(turns[start - 1 :])

    def depends(self, question: str, history: Sequence[str]) -> bool:
        """Whether `question` leaves a part of its matter to the turns of `history`."""
        if self._parting.search(question):
            return False
        if self._refers_back(question):
            return True
        before = " ".join(history)
        talked_of = self._names.find(before).docs
        named = self._names.find(question)
        if talked_of and named.docs and not set(talked_of) & set(named.docs):
            return self._weight(named.rest) < _OWN_TOPIC
        talked_of = talked_of or (self._unit_of(before)[0],)
        shares = self._shares(question)
        here = max(share for (doc, _), share in shares.items() if doc in talked_of)
        return max(shares.values()) - here <= _ELSEWHERE

    def _goes_on(self, turn: str, history: Sequence[str]) -> bool:
        """Whether an earlier turn was still about what the turns before it were about: their unit or its neighbours."""
        if self._refers_back(turn) or _SAME_MATTER.search(turn) or not _ASKS.search(turn):
            return True
        shares = self._shares(turn)
        doc, label = self._unit_of(" ".join(history))
        here = max(share for place, share in shares.items() if place[0] == doc)
        best = max(shares.values())
        return best - shares[doc, label] <= _PARTED or best - here <= _SAME

    def _refers_back(self, turn: str) -> bool:
        folded = fold(turn)
        return bool(_CUE.match(folded) or _BLOCK.search(folded) or _SHORT_VARIANT.fullmatch(folded))

    def _unit_of(self, words: str) -> tuple[str, str]:
        """The unit that shares most of the wording, within the documents named if there are any."""
        docs = self._names.find(words).docs
        shares = self._shares(words)
        return max((p for p in shares if not docs or p[0] in docs), key=lambda place: shares[place])

    def _shares(self, words: str) -> dict[tuple[str, str], float]:
        """By unit, the weight of the wording that it shares."""
        asked = self._content(words)
        return {place: self._rarity.weight(asked, words) for place, words in self._units.items()}

    @cached_property
    def _rarity(self) -> Rarity:
        return Rarity(unit.text for document in self._corpus.documents for unit in document.units)

    @cached_property
    def _units(self) -> dict[tuple[str, str], frozenset[str]]:
        return {
            (document.key, unit.label): frozenset(grams(f"{document.title} {unit.text}"))
            for document in self._corpus.documents
            for unit in document.units
        }

    def _content(self, question: str) -> Counter[str]:
        """The bigrams of a question that may carry its topic, with the texts' terms for colloquial ones."""
        folded = self._without_figures(question)
        added = " ".join(terms for word, terms in self._synonyms.items() if word in folded)
        return grams(f"{self._idle.sub('|', folded)} {added}")

    def _weight(self, question: str) -> int:
        """How many characters of its own topic a question has."""
        return len(_QUESTION_WORDS.sub("", self._idle.sub("", self._without_figures(question))))

    def _without_figures(self, question: str) -> str:
        folded = fold(question)
        for mention in reversed(find_quantities(folded)):
            folded = folded[: mention.start] + "|" + folded[mention.end :]
        return folded
