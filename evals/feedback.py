"""`zhengce eval feedback`: answers that users found wrong, as cases whose gold is still to be written."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from assistant.service.store.database import is_missing, open_database
from assistant.service.store.store import Complaint, Store
from corpus.errors import InvalidInput
from corpus.why import why
from evals.cases import Case

__all__ = ["candidates", "lines", "read_complaints", "write"]

_OPEN = "待补标准答案"


def read_complaints(database: str) -> list[Complaint]:
    """What the service keeps at this URL; raises InvalidInput where nothing is kept there or it cannot be read."""
    engine = open_database(database)
    if is_missing(database):
        raise InvalidInput(f"还没有服务的数据库 {make_url(database).database}；zhengce serve 运行过才有反馈")
    store = Store(engine)
    try:
        return store.complaints()
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise InvalidInput(f"数据库不能使用：{reason}。请检查 ZHENGCE_SERVICE_DATABASE_URL") from error
    finally:
        store.close()


def candidates(complaints: Iterable[Complaint]) -> Iterator[Case]:
    """A case for each question, oldest first; its note holds what users said of the answer.

    The gold is empty and the type only guessed from what was answered: a case is not one before somebody has read
    the texts. Questions that were asked alike, history included, are one case with all of the reasons.
    """
    asked: dict[tuple[tuple[str, ...], str], list[Complaint]] = {}
    for complaint in complaints:
        asked.setdefault((complaint.history, complaint.question), []).append(complaint)
    for (history, question), found in asked.items():
        yield Case(
            id=_id(history, question),
            type=_kind(found[-1]),
            history=history,
            question=question,
            note="；".join([_OPEN, *dict.fromkeys(map(_reason, found))]),
        )


def lines(cases: Iterable[Case]) -> list[str]:
    """The cases in the contract's form, one a line."""
    rows = (json.loads(case.model_dump_json(exclude={"quotes", "recompute", "group"})) for case in cases)
    return [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]


def write(cases: Iterable[Case], target: Path) -> int:
    """Write the cases, one a line; returns how many. Raises InvalidInput."""
    rows = lines(cases)
    try:
        target.write_text("".join(rows), encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"写不了 {target}：{why(error)}") from error
    return len(rows)


def _id(history: tuple[str, ...], question: str) -> str:
    text = json.dumps([*history, question], ensure_ascii=False)
    return f"fb-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _kind(complaint: Complaint) -> str:
    if complaint.history:
        return "followup"
    return "amount" if complaint.answer.get("amount") else "lookup"


def _reason(complaint: Complaint) -> str:
    answer = complaint.answer
    cited = "、".join(dict.fromkeys(f"{one['doc']} {one['unit']}" for one in answer.get("citations", ())))
    amount = answer.get("amount")
    said = ["拒答"] if answer.get("refused") else []
    said += [f"引 {cited}"] if cited else []
    said += [f"金额 {amount['value']} {amount['unit']}"] if amount else []
    reason = " ".join(complaint.comment.split()) or "未写原因"
    return (
        f"{complaint.given:%Y-%m-%d} 用户：{reason}（按 {complaint.as_of} 答：{'，'.join(said) or '无引文'}）"
    )
