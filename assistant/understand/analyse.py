"""Question and history → what is asked (step 1 of 5)."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.question import OUT_OF_CORPUS, PART, Intent, Question, Refusal
from assistant.understand.followup import Followups
from assistant.understand.parts import parts, summands
from assistant.understand.references import DocumentNames, find_nth, find_units
from assistant.understand.scope import Scope
from assistant.understand.typos import Speller
from assistant.understand.unserved import any_of
from corpus.catalog import Corpus
from corpus.folding import any_word, fold
from corpus.lexicon import Lexicon
from corpus.quantities.dates import find_dates
from corpus.quantities.quantity import Measure, find_quantities

__all__ = ["Analyser"]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_COUNTING = re.compile(
    "(?:多少|几多)(?:家|个(?!亿|钱)|人|项|次|年|天|月|件|名|平|步|条|位|所|倍|只|种|类|字|页)"
)
_ASKING = re.compile("[吗呢么谁哪几何吧?？]|什么|怎|多少|是否|能不能|有没有")
_LEAST_REST = 5
# 2022年4号文 names a document, not a day.
_NUMBERED = re.compile(r"\s*第?\d+号")
# 2022年8月出的 tells when a document was issued.
_ISSUED = re.compile("[^，。,？?]{0,3}?(?:印?发|出[的台]|公布|颁布)")
_EXTERNAL = re.compile(r"《([^》]{4,})》")
_NUMBER_BRACKETS = str.maketrans("[]", "〔〕")


class Analyser:
    """Turns what a user typed into a Question, without a model."""

    def __init__(self, corpus: Corpus, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._names = DocumentNames(corpus)
        self._texts = {
            document.key: "\n".join(fold(unit.text) for unit in document.units)
            for document in corpus.documents
        }
        # Texts that are divided into parts, not into articles.
        self._parted = frozenset(document.key for document in corpus.documents if not document.articles)
        text = "\n".join([*(fold(document.title) for document in corpus.documents), *self._texts.values()])
        self._speller = Speller(corpus, lexicon, text)
        self._scope = Scope(lexicon, text)
        self._followups = Followups(lexicon, corpus, self._names)
        self._synonyms = [(fold(word), terms) for word, terms in lexicon.synonyms.items()]
        self._intents = [(Intent(name), any_word(cues)) for name, cues in lexicon.intents.items()]
        self._cues = {name: any_of(patterns) for name, patterns in lexicon.cues.items()}
        self._amount = any_word(lexicon.amount_cues)

    def analyse(self, text: str, history: Sequence[str], as_of: date) -> Question:
        """Analyse `text` in the light of the earlier user turns `history`; `as_of` is today for the user."""
        asked = _CONTROL.sub(" ", text).strip()
        spoken = self._names.without_denied(asked)
        mended, corrections = self._speller.mend(spoken)
        turns = [
            self._speller.mend(self._names.without_denied(_CONTROL.sub(" ", turn).strip()))[0]
            for turn in history
        ]
        context = self._followups.context(mended, turns)
        named = self._names.find(mended)
        docs, repeals = named.docs, named.repeals
        if not docs and not repeals:
            docs = next((found for turn in reversed(context) if (found := self._names.find(turn).docs)), ())
        topic = " ".join((*context, mended if mended == spoken else f"{mended} {spoken}"))
        nth = find_nth(mended)
        units = tuple(
            unit
            for unit in find_units(named.rest)
            if (not nth or unit.word in ("条", "名词解释"))
            # What is counted from the end, or is a part, belongs to a text that is named.
            and (docs or unit.number > 0)
            and (unit.word != PART or self._parted.intersection(docs))
        )
        intents = self._find_intents(mended, () if units else context)
        own = " ".join(self._unnamed(turn) for turn in dict.fromkeys((mended, spoken)))
        words = " ".join((*map(self._unnamed, context), own))
        return Question(
            text=asked,
            search=f"{topic} {self._terms(topic)}".rstrip(),
            topic=topic,
            as_of=_date_asked(asked, as_of) if Intent.VALIDITY in intents else as_of,
            intents=intents,
            docs=docs,
            leaning=self._names.leaning(topic),
            units=units,
            repeals=repeals,
            nth=nth,
            mentions=find_quantities(asked),
            context=context,
            wants_amount=any(self._asks_amount(turn) for turn in (mended, *context)),
            refusal=self._refusal(
                asked,
                mended,
                names_document=bool(named.docs or repeals),
                follows=bool(docs or context),
                unknown=named.unknown,
            )
            or self._scope.left_to_notice(asked, "\n".join(self._texts[doc] for doc in docs)),
            corrections=corrections,
            cues=frozenset(
                name for name, cue in self._cues.items() if cue.search(mended) or cue.search(asked)
            ),
            aspects=tuple(
                aspect for aspect, cues in self._lexicon.aspects.items() if any(cue in mended for cue in cues)
            ),
            words=words,
            own=own,
            terms=self._terms(words),
            own_terms=self._terms(own),
            parts=self._each(parts(self._unnamed(mended))),
            summands=self._each(
                summands(self._unnamed(mended)) if self._cues["total"].search(mended) else ()
            ),
        )

    def _each(self, pieces: Sequence[str]) -> tuple[tuple[str, str], ...]:
        return tuple((piece, self._terms(piece)) for piece in pieces)

    def _unnamed(self, turn: str) -> str:
        """The turn without the documents' names; itself where it names none or says hardly more."""
        rest = self._names.find(turn).rest
        named_none = rest == fold(turn)
        return turn if named_none or len(re.sub(r"\W", "", rest)) < _LEAST_REST else rest

    def _asks_amount(self, turn: str) -> bool:
        """Whether a turn asks for money: by its words, or by stating a figure and asking nothing else."""
        folded = fold(turn)
        if self._amount.search(_COUNTING.sub("", folded)):
            return True
        money = any(mention.quantity.measure is Measure.MONEY for mention in find_quantities(turn))
        return money and bool(self._cues["reckon"].search(folded) or not _ASKING.search(folded))

    def _find_intents(self, question: str, context: Sequence[str]) -> tuple[Intent, ...]:
        folded = fold(question)
        found = [intent for intent, cues in self._intents if cues.search(folded)]
        if not found and context:
            found = [intent for intent, cues in self._intents if cues.search(fold(context[-1]))]
        return tuple(found) or (Intent.LOOKUP,)

    def _terms(self, words: str) -> str:
        """The words of the texts for the colloquial ones among `words`."""
        folded = fold(words)
        return " ".join(terms for word, terms in self._synonyms if word in folded)

    def _refusal(
        self, asked: str, mended: str, *, names_document: bool, follows: bool, unknown: tuple[str, ...]
    ) -> Refusal | None:
        refusal = self._scope.judge(asked, names_document=names_document, follows=follows)
        if refusal or names_document or follows:
            return refusal
        if unknown:
            return Refusal(
                "unknown_document",
                f"知识库里没有“{_harmless(unknown[0])}”这份文件，也没有文件提到它。",
                OUT_OF_CORPUS,
            )
        external = _EXTERNAL.search(mended)
        if external and find_units(mended):
            return Refusal(
                "unknown_document", f"知识库里没有《{_harmless(external[1])}》的条文。", OUT_OF_CORPUS
            )
        return None


def _harmless(words: str) -> str:
    """The user's words without signs that a page would read as markup."""
    return re.sub("[<>&`*]", "", words.translate(_NUMBER_BRACKETS))[:40]


def _date_asked(question: str, as_of: date) -> date:
    """The date on which validity is asked for: the last one that the question names, else `as_of`."""
    dates = [
        mention
        for mention in find_dates(question, as_of)
        if not re.search(r"\[|〔", mention.text)
        and not _NUMBERED.match(question[mention.end :])
        and not _ISSUED.match(question[mention.end :])
    ]
    return dates[-1].last if dates else as_of
