"""Eval cases: one JSON object a line (contract, section 4)."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import InvalidInput
from corpus.why import why

__all__ = ["CASES", "Case", "CaseSet", "Money", "Place", "Quoted", "load_cases", "load_set", "sampled"]

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
    """A question with what a right answer must hold.

    `recompute` derives the amount independently of the calculator; cases of one `group` are wordings of
    one question, which must be answered alike.
    """

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
    group: str | None = None

    @property
    def docs(self) -> tuple[str, ...]:
        """Keys of the documents that must be cited, each once."""
        return tuple(dict.fromkeys(place.doc for place in self.citations))

    @property
    def asked(self) -> str:
        """A digest of what is put to the assistant."""
        return _digest(json.dumps([*self.history, self.question], ensure_ascii=False))

    @property
    def digest(self) -> str:
        """A digest of the question with its gold; notes do not count."""
        return _digest(self.model_dump_json(exclude={"note"}))


class CaseSet(_Part):
    """A named set of cases; of a `hidden` one only scores may be shown."""

    name: str
    hidden: bool
    cases: tuple[Case, ...]


def load_set(chosen: str | Path | None) -> CaseSet:
    """The set that a name (`dev`, `test`), a file or a folder gives; the default is dev.

    Raises InvalidInput where there is no such set, a line is no case or two cases share an id.
    """
    text = str(chosen or "dev")
    path = CASES / text if text in ("dev", "test") else Path(text)
    if not path.exists():
        raise InvalidInput(f"没有评测集“{text}”：请给 dev、test，或一个 .jsonl 文件、目录")
    whole, kept = path.resolve(), (CASES / "test").resolve()
    # A folder around the test split shows no more of it than a file within.
    hidden = whole.is_relative_to(kept) or kept.is_relative_to(whole)
    name = "test" if whole == kept else path.stem
    return CaseSet(name=name, hidden=hidden, cases=tuple(load_cases(path)))


def sampled(chosen: CaseSet, most: int) -> CaseSet:
    """At most so many cases of a set, evenly spread over it."""
    step = max(1, -(-len(chosen.cases) // most))
    return chosen.model_copy(update={"cases": chosen.cases[::step]})


def load_cases(path: Path) -> list[Case]:
    """Cases of a .jsonl file, or of all such files below a folder, in order of name.

    Raises InvalidInput with file and line where a line is no case or repeats an id.
    """
    files = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
    cases: dict[str, Case] = {}
    for file in files:
        for number, line in enumerate(_lines(file), 1):
            if not line.strip():
                continue
            case = _case(line, f"{file}:{number}")
            if case.id in cases:
                raise InvalidInput(f"{file}:{number} 的题号“{case.id}”与前面的重复，请改成不同的题号")
            cases[case.id] = case
    if not cases:
        raise InvalidInput(f"{path} 里没有评测题（.jsonl，每行一题）")
    return list(cases.values())


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise InvalidInput(f"读不了评测集 {file}：{why(error)}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"评测集 {file} 不是 UTF-8 文本") from error


def _case(line: str, place: str) -> Case:
    try:
        data: Any = json.loads(line, parse_float=Decimal)
        return Case.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "整行"
        raise InvalidInput(f"{place} 不是一道评测题：{field}：{first['msg']}") from error
    except json.JSONDecodeError as error:
        raise InvalidInput(f"{place} 不是 JSON：{error.msg}（第 {error.colno} 列）") from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
