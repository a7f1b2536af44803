"""Eval cases: one JSON object a line (contract, section 4)."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import InvalidInput

__all__ = ["CASES", "Case", "Place", "load_cases"]

CASES = Path(__file__).parent / "cases"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Part):
    """A unit that is or may be cited."""

    doc: str
    unit: str


class Quoted(Place):
    """Words of the source that prove the gold."""

    quote: str


class Money(_Part):
    """The figure asked for, in 万元."""

    value: Decimal
    unit: str = "万元"


class Case(_Part):
    """A question with what a right answer must hold; `recompute` derives the amount independently."""

    id: str
    type: str
    history: tuple[str, ...] = ()
    question: str
    citations: tuple[Place, ...] = ()
    also_ok: tuple[Place, ...] = ()
    amount: Money | None = None
    must_include: tuple[str, ...] = ()
    must_not_include: tuple[str, ...] = ()
    refuse: bool = False
    note: str = ""
    quotes: tuple[Quoted, ...] = ()
    recompute: str | None = None


def load_cases(path: Path) -> list[Case]:
    """Cases of a .jsonl file, or of all such files below a folder, in order of name.

    Raises InvalidInput with file and line where a line is no case.
    """
    files = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
    cases: list[Case] = []
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise InvalidInput(f"读不了评测集 {file}：{error.strerror}") from error
        for number, line in enumerate(lines, 1):
            if line.strip():
                cases.append(_case(line, f"{file}:{number}"))
    if not cases:
        raise InvalidInput(f"{path} 里没有评测题（.jsonl，每行一题）")
    return cases


def _case(line: str, place: str) -> Case:
    try:
        data: Any = json.loads(line, parse_float=Decimal)
        return Case.model_validate(data)
    except (json.JSONDecodeError, ValidationError) as error:
        raise InvalidInput(f"{place} 不是一道评测题：{str(error).splitlines()[0]}") from error
