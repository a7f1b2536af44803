"""What speaks for a unit as the answer to a question: a figure, mostly from 0 to 1, for each signal.

`rank.py` weighs them. Traits of a unit alone (a notice, a closing article, its length) are read once.
Signals of question and unit together measure the wording that they share, by rarity in the corpus and in
the document, and whether the unit holds words of the kind that the question asks for (a time, a name).
In a conversation the last turn is measured once more by itself.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assistant.question import Intent, Question
from assistant.retrieval.chain import Scored
from assistant.retrieval.familiar import Familiar
from assistant.retrieval.sentences import Sentences
from assistant.wording import Rarity, Weighed, grams
from corpus.catalog import Corpus
from corpus.folding import fold
from corpus.model import Document, Unit
from corpus.quantities.quantity import Measure, find_quantities

__all__ = ["Asked", "Found", "Place", "Signals"]

Place = tuple[str, str]

_DEFINES = re.compile("是指|所指|所称|本(?:办法|方案|指引|措施|条例|法)中[^，。,]{2,10}(?:为|是)")
_TERM = re.compile(r"(?:\d+\.)?([^\d,:。(（]{4,}?)(?:\([^)]*\))?[:：]是指")
_SENTENCE = re.compile(r"[^。；;\n]+")
_SHORT = 4
# By the cue of the lexicon: the words that answer a question which shows it.
_ANSWERS = {
    "asks_time": re.compile(
        r"[\d一二三四五六七八九十半]+(?:个?工作日|日|天|个?月|年|周)|每(?:年|月|季)|月末|年底|期限"
    ),
    "asks_who": re.compile(r"负责|组成|牵头|部门|委员会|管委会|[市区]\w{1,8}局|单位\)|审核|审批|批准"),
    "asks_channel": re.compile(r"在线填写|综合管理平台|登录[^。;]{0,12}系统|管理系统"),
    "asks_share": re.compile(r"\d+(?:\.\d+)?%|百分之|1:\d|比例"),
    "asks_consequence": re.compile("撤销|取消|清退|追回|收回|终止|不再予以|不予|一票否决|不良信用|失信|责任"),
    "asks_twice": re.compile("重复|从优|同时享受|只能|择一"),
}


@dataclass(frozen=True, slots=True)
class _Words:
    """The bigrams of a question by rarity: as said, and with the terms of the texts."""

    said: Weighed
    terms: Weighed

    @classmethod
    def weigh(cls, rarity: Rarity, said: str, terms: str, *, strict: bool = False) -> "_Words":
        return cls(
            rarity.weigh(grams(said), strict=strict), rarity.weigh(grams(f"{said} {terms}"), strict=strict)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What the search found: chunks and likeness by unit, for the whole conversation and for its last turn alone;
    `kept` is the unit that was talked about before."""

    hits: Mapping[Place, Sequence[Scored]]
    familiar: Familiar
    own_hits: Mapping[Place, Sequence[Scored]] = field(default_factory=dict)
    own_familiar: Familiar = field(default_factory=dict)
    kept: Place | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """Every unit that anything speaks for."""
        return tuple(dict.fromkeys((*self.hits, *self.familiar, *self.own_hits, *self.own_familiar)))


class Asked:
    """A question's words, weighed once for all units."""

    def __init__(self, question: Question, rarity: Rarity, sentences: Sentences) -> None:
        self.question = question
        self.whole = _Words.weigh(rarity, question.words, question.terms)
        self.own = _Words.weigh(rarity, question.own, question.own_terms)
        self.cues = tuple(cue for cue in _ANSWERS if question.shows(cue))
        self.sentence = sentences.best(self.whole.terms)
        self.answer = sentences.best(self.whole.terms, self.cues) if self.cues else {}
        self.own_sentence = sentences.best(self.own.terms) if question.context else {}
        self._within: dict[str, _Words] = {}

    def within(self, doc: str, rarity: Rarity) -> _Words:
        """The words weighed by `rarity`, which is that of the document `doc`."""
        if doc not in self._within:
            question = self.question
            self._within[doc] = _Words.weigh(rarity, question.words, question.terms, strict=True)
        return self._within[doc]


class Signals:
    """Reads the signals of the units of a corpus."""

    def __init__(self, corpus: Corpus, rarity: Rarity, aspects: Sequence[str]) -> None:
        self._corpus = corpus
        self._rarity = rarity
        self._traits = {
            (document.key, unit.label): _Traits(document, unit, rarity, aspects)
            for document in corpus.documents
            for unit in document.units
        }
        self._rarities: dict[str, Rarity] = {}

    @cached_property
    def _sentences(self) -> Sentences:
        return Sentences({place: traits.sentences for place, traits in self._traits.items()})

    def asked(self, question: Question) -> Asked:
        """The question as `read` takes it."""
        return Asked(question, self._rarity, self._sentences)

    def answers(self, place: Place, cue: str) -> bool:
        """Whether a unit holds words of the kind that `cue` asks for."""
        return self._traits[place].answers(cue)

    def read(
        self,
        asked: Asked,
        place: Place,
        found: Found,
    ) -> dict[str, float]:
        """The signals of one unit among what was `found`."""
        hits, own_hits, kept = found.hits.get(place, ()), found.own_hits.get(place, ()), found.kept
        question, unit = asked.question, self._traits[place]
        signals = {
            "dense": max((hit.dense for hit in hits), default=0.0),
            "lexical": max((hit.lexical for hit in hits), default=0.0),
            "second": hits[1].score if len(hits) > 1 else 0.0,
            **self._alike(place, found),
            **self._shared(asked, place, unit),
            **self._fitting(question, place, unit),
        }
        for cue in asked.cues:
            signals[cue] = float(unit.answers(cue))
        if question.context:
            signals["own_dense"] = max((hit.dense for hit in own_hits), default=0.0)
            signals["own_lexical"] = max((hit.lexical for hit in own_hits), default=0.0)
            signals["own_words"] = asked.own.said.share(unit.words)
            signals["own_terms"] = asked.own.terms.share(unit.words)
            signals["own_sentence"] = asked.own_sentence[place]
            signals["kept"] = float(place == kept)
            signals["kept_document"] = float(kept is not None and place[0] == kept[0])
        return signals

    def _alike(self, place: Place, found: "Found") -> dict[str, float]:
        """Likeness to the unit's expected questions: of the whole conversation, and of its last turn."""
        signals = {}
        for prefix, familiar in {"": found.familiar, "own_": found.own_familiar}.items():
            if place in familiar:
                like = familiar[place]
                signals[f"{prefix}asked"] = like.nearest
                signals[f"{prefix}asked_second"] = like.second
                signals[f"{prefix}asked_words"] = like.words
        return signals

    def _shared(self, asked: Asked, place: Place, unit: "_Traits") -> dict[str, float]:
        within = asked.within(place[0], self._rarity_of(place[0]))
        return {
            "heading": unit.heading.share(asked.whole.terms.grams),
            "words": asked.whole.said.share(unit.words),
            "terms": asked.whole.terms.share(unit.words),
            "sentence": asked.sentence[place],
            "answer": asked.answer.get(place, 0.0),
            "within_said": within.said.share(unit.own_words),
            "within_terms": within.terms.share(unit.own_words),
        }

    def _fitting(self, question: Question, place: Place, unit: "_Traits") -> dict[str, float]:
        entry = self._corpus.entries[place[0]]
        meant = place[0] in (*question.leaning, *question.docs)
        traits = {
            "leaning": place[0] in question.leaning,
            "foreign": bool(entry.topics) and not meant,
            "framework": entry.framework and not meant,
            "notice": unit.notice,
            "preamble": unit.preamble,
            "general": unit.general,
            "closing": unit.closing,
            "definition": unit.definition and question.has(Intent.DEFINITION),
            "term": bool(unit.term) and unit.term in fold(question.own),
            "money": question.wants_amount and unit.money,
        }
        return {
            "length": unit.length,
            "aspect": _aspect(question, unit.aspects),
            **{name: float(holds) for name, holds in traits.items()},
        }

    def _rarity_of(self, doc: str) -> Rarity:
        """Rarity within one document: what stands in each of its units says little about any."""
        if doc not in self._rarities:
            units = [traits.own_words for place, traits in self._traits.items() if place[0] == doc]
            self._rarities[doc] = Rarity.of(units)
        return self._rarities[doc]


class _Traits:
    """What a unit is by itself; what costs time is read when it is first needed."""

    def __init__(self, document: Document, unit: Unit, rarity: Rarity, aspects: Iterable[str]) -> None:
        self._rarity = rarity
        self._document = document
        self._unit = unit
        self._answers: dict[str, bool] = {}
        self.length = math.log(1 + len(unit.text) / 30) / 4
        self.notice = unit.label == "通知"
        self.preamble = unit.label == "第一条" or (unit.label == "引言" and "所指" not in unit.text)
        self.general = "总则" in unit.chapter
        self.closing = "附则" in (unit.label, unit.heading) or unit.chapter.endswith("附则")
        self.definition = unit.label.startswith("名词解释") or bool(_DEFINES.search(unit.text))
        self.term = defined[1] if (defined := _TERM.match(fold(unit.text))) else ""
        self.aspects = frozenset(a for a in aspects if a in unit.heading and "," not in unit.heading)

    @cached_property
    def heading(self) -> Weighed:
        return self._rarity.weigh(grams(self._unit.heading))

    @cached_property
    def own_words(self) -> frozenset[str]:
        return frozenset(grams(self._unit.text))

    @cached_property
    def words(self) -> frozenset[str]:
        return self.own_words.union(grams(self._document.title))

    @cached_property
    def money(self) -> bool:
        measures = {mention.quantity.measure for mention in find_quantities(self._unit.text)}
        return bool(measures & {Measure.MONEY, Measure.RATIO})

    @cached_property
    def sentences(self) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
        """Bigrams of each sentence, and the cues that its words answer."""
        return tuple(
            (
                frozenset(grams(sentence)),
                frozenset(cue for cue, words in _ANSWERS.items() if words.search(sentence)),
            )
            for sentence in _SENTENCE.findall(fold(self._unit.text))
            if len(sentence) >= _SHORT
        )

    def answers(self, cue: str) -> bool:
        """Whether words of the kind that `cue` asks for stand in the unit."""
        return any(cue in kinds for _, kinds in self.sentences)


def _aspect(question: Question, named: frozenset[str]) -> float:
    """1 where the heading names what is asked for, -.5 where it names something else."""
    if not question.aspects or not named:
        return 0.0
    return 1.0 if named & set(question.aspects) else -0.5
