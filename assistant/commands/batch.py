"""Many questions from a file, one answer object a line, in the same order."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.pipeline import Pipeline
from corpus.errors import InvalidInput
from corpus.why import why

__all__ = ["BatchQuestion", "answer_batch", "read_questions"]


class BatchQuestion(BaseModel):
    """One line of the input; fields of eval cases that are not needed are ignored."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str
    question: str
    history: tuple[str, ...] = ()


def read_questions(path: Path) -> list[BatchQuestion]:
    """Read a .jsonl file; raises InvalidInput naming the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"读不了 {path}：{why(error)}") from error
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            questions.append(BatchQuestion.model_validate(json.loads(line)))
        except (json.JSONDecodeError, ValidationError) as error:
            raise InvalidInput(
                f'{path} 第 {number} 行应是 {{"id": "1", "question": "问题", "history": ["此前的提问"]}}：{_fault(error)}'
            ) from error
    return questions


def _fault(error: json.JSONDecodeError | ValidationError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"第 {error.colno} 个字符起不是 JSON"
    places = (
        "".join(f"[{part}]" if isinstance(part, int) else part for part in e["loc"]) for e in error.errors()
    )
    return f"{'、'.join(dict.fromkeys(places)) or '这一行'} 缺少或不是文字"


def answer_batch(
    pipeline: Pipeline, questions: Sequence[BatchQuestion], target: Path, as_of: date | None
) -> int:
    """Answer all and write them to `target` at once when done; returns how many."""
    part = target.with_name(target.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as out:
            for question in questions:
                answer = pipeline.answer(question.question, question.history, as_of).to_dict()
                out.write(json.dumps({**answer, "id": question.id}, ensure_ascii=False) + "\n")
        part.replace(target)
    except OSError as error:
        raise InvalidInput(f"写不了 {target}：{why(error)}") from error
    return len(questions)
