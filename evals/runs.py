"""A run on disk: one line per answered case, so that an interrupted run goes on where it stopped.

run.json        what the answers depend on
answers.jsonl   {"id", "asked", "answer"} a line, as they come
results.json    scores and summary
junit.xml       for CI
report.html     for people
"""

import hashlib
import json
import shutil
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any

from pydantic import ValidationError

import assistant
import corpus
import indexer
from corpus.errors import InvalidInput
from evals.cases import Case
from evals.reply import Reply
from evals.results import RunKey, RunResult

__all__ = ["Run", "code_version", "questions_version"]

_CODE = ("*.py", "*.yaml", "*.md", "*.txt")


class Run:
    """The folder of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()

    @classmethod
    def open(cls, folder: Path, key: RunKey, fresh: bool) -> "Run":
        """The run in `folder`, new or resumed; raises InvalidInput where another version's run stands there."""
        stated = folder / "run.json"
        if fresh and stated.exists():
            shutil.rmtree(folder)
        if stated.exists():
            if stated.read_text(encoding="utf-8") != key.model_dump_json():
                raise InvalidInput(
                    f"{folder} 里是另一版本（题目、索引、代码或日期不同）的运行；请换一个 --out，或加 --fresh 覆盖"
                )
        elif folder.exists() and any(folder.iterdir()):
            raise InvalidInput(f"{folder} 里有别的文件，不能当作运行目录；请换一个 --out")
        else:
            folder.mkdir(parents=True, exist_ok=True)
            stated.write_text(key.model_dump_json(), encoding="utf-8")
        return cls(folder)

    def replies(self, cases: Iterable[Case]) -> dict[str, Reply]:
        """Answers that stand for `cases`, by case id; a line cut short by a crash is passed over."""
        asked = {case.id: case.asked for case in cases}
        found: dict[str, Reply] = {}
        path = self.folder / "answers.jsonl"
        for line in path.read_text(encoding="utf-8").split("\n") if path.exists() else []:
            try:
                row = json.loads(line, parse_float=Decimal)
                if asked.get(row["id"]) == row["asked"]:
                    found[row["id"]] = Reply.model_validate(row["answer"])
            except (json.JSONDecodeError, ValidationError, KeyError, TypeError):
                continue
        return found

    def add(self, case: Case, answer: dict[str, Any]) -> None:
        """Keep the answer to a case; may be called from several threads."""
        row = {"id": case.id, "asked": case.asked, "answer": answer}
        # The line begins with a break: what a crash left of the line before must not swallow it.
        text = "\n" + json.dumps(row, ensure_ascii=False)
        with self._lock, (self.folder / "answers.jsonl").open("a", encoding="utf-8") as out:
            out.write(text)

    def finish(self, result: RunResult) -> None:
        """Write results.json."""
        (self.folder / "results.json").write_text(result.model_dump_json(indent=1), encoding="utf-8")

    def result(self) -> RunResult:
        """The results of a finished run; raises InvalidInput where there are none."""
        path = self.folder / "results.json"
        try:
            return RunResult.model_validate_json(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InvalidInput(f"{self.folder} 里没有做完的运行（缺 results.json）") from error
        except ValidationError as error:
            raise InvalidInput(f"{path} 不是运行结果：{error.errors()[0]['msg']}") from error


def code_version() -> str:
    """A digest of all code and data that an answer depends on."""
    digest = hashlib.sha256()
    for package in (corpus, indexer, assistant):
        root = Path(str(package.__file__)).parent
        for path in sorted(path for pattern in _CODE for path in root.rglob(pattern)):
            digest.update(f"{package.__name__}/{path.relative_to(root)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def questions_version(cases: Iterable[Case]) -> str:
    """A digest of all that is asked; correcting a gold leaves it, so that answers need not be made again."""
    lines = (f"{case.id}:{case.asked}\n" for case in cases)
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:12]
