"""Request bodies."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.question import QUESTION_LIMIT
from assistant.service.texts import SAID

__all__ = [
    "EXAMPLE",
    "AskBody",
    "ByYear",
    "CalculateBody",
    "ConversationBody",
    "Day",
    "FeedbackBody",
    "Key",
    "MatchBody",
    "Values",
]

EXAMPLE = "首创产品第一个合同1200万，国内首创，能补多少？"

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
"""A date on which validity is judged."""

Key = Annotated[str, Field(max_length=64)]
_Value = Annotated[str, Field(max_length=500)] | bool | int | float
Values = _Value | Annotated[list[_Value], Field(max_length=100)]
_Year = Annotated[str, Field(pattern=r"^(19|20)\d\d年?$")]
ByYear = Annotated[dict[_Year, _Value], Field(max_length=50)]


class _Taken(BaseModel):
    """A request body: what is not known is an error, so that a slip of the pen is noticed."""

    model_config = ConfigDict(extra="forbid")


class AskBody(_Taken):
    """A question; `history` holds the earlier questions of the user, or `conversation_id` stands for them."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"question": EXAMPLE}]})

    question: Annotated[str, Field(min_length=1, max_length=QUESTION_LIMIT, description="问题"), SAID]
    history: list[Annotated[str, Field(max_length=QUESTION_LIMIT)]] = Field(
        default=[], max_length=200, description="此前的提问，最早的在前；不含回答"
    )
    conversation_id: Key | None = Field(default=None, description="会话编号；此前的提问由服务记着")
    as_of: Day | None = Field(default=None, description="按哪一天判断文件效力，默认今天")


class CalculateBody(_Taken):
    """Values by input name, written as people do (`1200万元`, `60人`, `30%`, `是`); several as a list."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"inputs": {"contract": "1200万元", "novelty": "国内首创"}}]},
    )

    inputs: dict[Key, Values] = Field(default={}, max_length=100)
    as_of: Day | None = Field(default=None, description="按哪一天判断文件效力，默认今天")


class MatchBody(_Taken):
    """An enterprise: `facts` in the words of the rules (a value, several, or by year), `rules` for single rules."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "示例科技有限公司",
                    "facts": {"注册地": "北京市海淀区", "研发费用": {"2025": "800万元", "2024": "300万元"}},
                    "rules": {"2022-05.insurance": {"premium": "50万元"}},
                }
            ]
        },
    )

    name: str = Field(default="", max_length=200)
    facts: dict[
        Annotated[str, Field(max_length=200)],
        Values | ByYear,
    ] = Field(default={}, max_length=300)
    rules: dict[Key, dict[Key, Values]] = Field(default={}, max_length=200)
    as_of: Day | None = None


class FeedbackBody(_Taken):
    """What a user thinks of an answer."""

    answer_id: Key
    rating: Literal["up", "down"]
    comment: str = Field(default="", max_length=2000)


class ConversationBody(_Taken):
    """A new conversation."""

    title: str = Field(default="", max_length=200)
