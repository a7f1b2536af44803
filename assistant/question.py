"""What a question turned out to ask: the value that understanding hands to the other steps."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from corpus.entries import Repeal
from corpus.quantities.quantity import Mention

OUT_OF_CORPUS = "可以改问知识库里这些文件的支持政策，或用 zhengce search 查找相关条款。"

PART = "部分"
"""The word of a reference to a whole part of a text."""

QUESTION_LIMIT = 2000
"""Characters of a question that are read."""

__all__ = [
    "OUT_OF_CORPUS",
    "PART",
    "QUESTION_LIMIT",
    "Intent",
    "NamedRepeal",
    "Nth",
    "Question",
    "Refusal",
    "UnitReference",
]


class Intent(StrEnum):
    """What kind of answer is wanted."""

    LOOKUP = "lookup"
    ELIGIBILITY = "eligibility"
    PROCEDURE = "procedure"
    DEFINITION = "definition"
    VALIDITY = "validity"
    ARTICLE = "article"
    COMPARISON = "comparison"
    LISTING = "listing"


@dataclass(frozen=True, slots=True)
class UnitReference:
    """A unit named by number: `number` of `第十一条`, `clauses` such as ("（三）",) below it.

    A number below zero counts from the end; `word` is 部分 for a whole part of a text.
    """

    number: int
    word: str
    clauses: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class NamedRepeal:
    """A document outside the corpus that the document `by` repealed and the question names."""

    by: str
    repeal: Repeal


@dataclass(frozen=True, slots=True)
class Nth:
    """`第三个条件`: one item of a list in the unit talked about."""

    number: int
    word: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question is not answered from the corpus, and what its asker can do."""

    kind: str
    reason: str
    way_on: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question after analysis.

    `text` is what was asked, `search` the words for retrieval (typos mended, context of earlier turns
    and terms of the texts added), `topic` the same without the added terms; `docs` the keys of
    documents named by number, title or alias; `leaning` keys that only its words point to; `aspects` the words of
    headings (材料, 条件, 程序) that it asks about; `cues` the names of the lexicon's cues that its wording shows.
    `words` is the topic without the names of documents and `own` the same of the last turn alone, as retrieval
    weighs them; `terms` and `own_terms` are the words of the texts for the colloquial ones among them; `parts`
    the same two for each matter of a question that names several, `summands` for each sum of one that adds sums up.
    """

    text: str
    search: str
    topic: str
    as_of: date
    intents: tuple[Intent, ...]
    docs: tuple[str, ...] = ()
    leaning: tuple[str, ...] = ()
    units: tuple[UnitReference, ...] = ()
    repeals: tuple[NamedRepeal, ...] = ()
    nth: Nth | None = None
    mentions: tuple[Mention, ...] = ()
    context: tuple[str, ...] = ()
    wants_amount: bool = False
    refusal: Refusal | None = None
    corrections: tuple[tuple[str, str], ...] = ()
    aspects: tuple[str, ...] = ()
    cues: frozenset[str] = frozenset()
    words: str = ""
    own: str = ""
    terms: str = ""
    own_terms: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    summands: tuple[tuple[str, str], ...] = ()

    def has(self, intent: Intent) -> bool:
        """Whether this intent was recognised."""
        return intent in self.intents

    def shows(self, cue: str) -> bool:
        """Whether the wording shows this cue of the lexicon (`several`, `total`, `reverse` …)."""
        return cue in self.cues
