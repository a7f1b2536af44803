"""Response bodies."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.service.models.taken import EXAMPLE

__all__ = [
    "AnswerBody",
    "AnswerRecord",
    "Conversation",
    "ConversationPage",
    "ConversationTurns",
    "DocumentList",
    "Feedback",
    "RuleList",
    "SearchResults",
    "UnitBody",
]

Status = Literal["in_force", "not_yet", "expired", "repealed", "draft"]


class _Passed(BaseModel):
    """What the assistant gives is passed on whole."""

    model_config = ConfigDict(extra="allow")


class Citation(_Passed):
    """Verbatim words of the source that an answer relies on."""

    doc: str = Field(examples=["2022-05"])
    doc_no: str = Field(examples=["京科发〔2022〕5号"])
    title: str
    unit: str = Field(examples=["第十一条"])
    path: str = Field(examples=["第十一条（三）"])
    quote: str
    status: Status


class Amount(_Passed):
    """The figure asked for."""

    value: int | float = Field(examples=[300])
    unit: str = Field(examples=["万元"])
    kind: Literal["exact", "upper_bound"]


class Calculation(_Passed):
    """The rule that was used, on what, with its derivation and what is missing."""

    rule: str = Field(examples=["2022-05.first-contract"])
    inputs: dict[str, Any]
    steps: list[str] = Field(examples=[["首次进入市场合同金额 1200万元 × 30% = 360万元"]])
    missing: list[str]


class AnswerBody(_Passed):
    """An answer with its citations, the same object that `zhengce ask --json` gives."""

    id: str = Field(examples=["0b6b5f0c7e0a4f0c9d5f6a7b8c9d0e1f"])
    question: str = Field(examples=[EXAMPLE])
    answer: str = Field(
        description="Markdown", examples=["**首创产品首次进入市场支持：最高可获支持 300万元……**"]
    )
    refused: bool
    citations: list[Citation]
    amount: Amount | None
    calculation: Calculation | None
    warnings: list[str]
    index_version: str
    latency_ms: float = Field(examples=[31.5])


class AnswerRecord(BaseModel):
    """How an answer came about: question, earlier questions, every step, and the versions of everything."""

    id: str
    question: str
    history: list[str]
    as_of: date
    channel: str = Field(examples=["api"])
    conversation_id: str | None
    created_at: datetime
    answer: AnswerBody
    trace: list[dict[str, Any]] = Field(examples=[[{"step": "understand", "ms": 1.2}]])
    versions: dict[str, str] = Field(
        examples=[{"index": "20261121T160000000000-0a1b2c3d", "release": "0.1.0"}]
    )


class SearchHit(BaseModel):
    """A unit with its score."""

    doc: str
    unit: str
    heading: str
    score: float
    text: str


class SearchResults(BaseModel):
    """Units, best first."""

    results: list[SearchHit]


class DocumentUnit(BaseModel):
    """A unit by label and heading."""

    label: str
    heading: str
    chapter: str


class DocumentEntry(BaseModel):
    """A document of the corpus."""

    key: str = Field(examples=["2022-05"])
    doc_no: str
    title: str
    issuers: list[str]
    issued: date | None
    effective: date | None
    expires: date | None
    status: Status
    repeals: list[dict[str, str]]
    source: str
    units: list[DocumentUnit]


class DocumentList(BaseModel):
    """All documents, in the order of the catalogue."""

    documents: list[DocumentEntry]


class LinkBody(BaseModel):
    """A cross-reference: `path` is empty where a whole document is meant, `words` are those that refer."""

    from_doc: str
    from_unit: str
    to_doc: str
    path: str
    words: str
    kind: str


class RuleInput(_Passed):
    """A value that a rule needs."""

    name: str
    label: str
    unit: str
    required: bool


class RuleBody(_Passed):
    """A calculator rule with the words it rests on."""

    id: str = Field(examples=["2022-05.first-contract"])
    doc: str
    unit: str
    path: str
    label: str
    kind: str
    inputs: list[RuleInput]
    quotes: list[str]


class UnitBody(_Passed):
    """A unit's full text with its status, cross-references in both directions and rules."""

    doc: str
    doc_no: str
    title: str
    unit: str
    heading: str
    chapter: str
    text: str
    corrected: str | None
    status: Status
    validity: str
    spans: list[list[int]]
    links: list[LinkBody]
    linked_from: list[LinkBody]
    rules: list[RuleBody]


class RuleList(BaseModel):
    """Every rule, and every figure of the texts that is no calculation."""

    rules: list[RuleBody]
    not_computable: list[dict[str, str]]


class Feedback(BaseModel):
    """Feedback as it was kept."""

    id: str
    answer_id: str
    rating: str
    comment: str
    created_at: datetime


class Conversation(BaseModel):
    """A conversation without its turns."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    turns: int


class ConversationPage(BaseModel):
    """Conversations, those used last first; `next` is the `after` of the next page, null on the last."""

    conversations: list[Conversation]
    next: str | None


class ConversationTurns(Conversation):
    """A conversation with its answers, oldest first."""

    answers: list[AnswerBody]
