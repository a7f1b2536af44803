"""Articles and questions from JSON lines that a user brings."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from corpus.errors import InvalidInput
from corpus.folding import encodable
from corpus.why import why

__all__ = ["Article", "Query", "digest_of", "read_articles", "read_queries"]

_ARTICLE = '{"id", "law", "article", "chapter", "text"}'
_QUERY = '{"id", "question", "gold": [["条文 id", "可互换的 id"], …]}（gold 可省）'

# A lone surrogate, which JSON can write, has no place in a database or a file.
_Text = Annotated[str, BeforeValidator(lambda value: encodable(value) if isinstance(value, str) else value)]
_MaybeText = Annotated[_Text, BeforeValidator(lambda value: "" if value is None else value)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    id: _Text


class Article(_Line):
    """One article of a law; `article` is its number as the law writes it (`第五条`)."""

    law: _MaybeText = ""
    article: _MaybeText = ""
    chapter: _MaybeText = ""
    text: _Text


class Query(_Line):
    """A question; `gold` holds groups of interchangeable articles that answer it, none where it is not known."""

    question: _Text
    gold: tuple[tuple[_Text, ...], ...] = ()


_Read = TypeVar("_Read", Article, Query)


def read_articles(path: Path) -> list[Article]:
    """The articles of a .jsonl file; raises InvalidInput naming the line that is wrong."""
    articles = list(_read(path, Article, _ARTICLE))
    if not any(article.text.strip() for article in articles):
        raise InvalidInput(f"{path} 里没有条文（每行一条：{_ARTICLE}）")
    return articles


def read_queries(path: Path) -> list[Query]:
    """The questions of a .jsonl file; raises InvalidInput naming the line that is wrong."""
    queries = list(_read(path, Query, _QUERY))
    if not queries:
        raise InvalidInput(f"{path} 里没有问题（每行一题：{_QUERY}）")
    return queries


def digest_of(path: Path) -> str:
    """A digest of the file's content; raises InvalidInput where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        raise InvalidInput(f"读不了 {path}：{why(error)}") from error


def _read(path: Path, kind: type[_Read], form: str) -> Iterator[_Read]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise InvalidInput(f"读不了 {path}：{why(error)}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} 不是 UTF-8 文本") from error
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        one = _line(line, kind, f"{path} 第 {number} 行", form)
        if one.id in seen:
            raise InvalidInput(f"{path} 第 {number} 行的 id“{one.id}”与第 {seen[one.id]} 行重复")
        seen[one.id] = number
        yield one


def _line(line: str, kind: type[_Read], place: str, form: str) -> _Read:
    try:
        data: Any = json.loads(line)
        return kind.model_validate(data)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"{place}不是 JSON：第 {error.colno} 个字符起读不出来") from error
    # A number of many thousand digits, or brackets without end.
    except (RecursionError, ValueError) as error:
        field = _field(error) if isinstance(error, ValidationError) else ""
        raise InvalidInput(f"{place}应是 {form}：{field or '这一行'}缺少或类型不对") from error


def _field(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.errors()[0]["loc"])
