"""What the people who run the assistant see and do: index versions, complaints, usage, the last eval."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assistant.service.store.database import is_missing, open_database
from assistant.service.store.store import Complaint
from assistant.service.store.tables import AnswerRow, FeedbackRow
from corpus.errors import BackendFault, InvalidInput, UserError, ZhengceError
from evals.feedback import candidates, lines, read_complaints
from evals.results import RunResult, labels
from evals.runs import Run
from indexer.versions import Versions

__all__ = ["Evaluation", "Managing", "Usage", "Version"]

_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Version:
    """A finished version of the index."""

    name: str
    built_at: str
    model: str
    documents: int
    units: int
    chunks: int
    serving: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """Answers of the last days: by day and channel, and what they came to; times in milliseconds."""

    by_day: tuple[tuple[date, str, int], ...]
    total: int
    refused: int
    up: int
    down: int
    median: float
    slowest: float
    documents: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The last finished run of an eval set; scores with the ends of their 95 % interval."""

    name: str
    as_of: date
    finished: datetime
    cases: int
    passed: int
    scores: tuple[tuple[str, float, float, float, int], ...]
    by_type: tuple[tuple[str, int, float], ...]
    html: bytes


class Managing:
    """Works on the home folder and the database of this machine; `reload` opens the index anew."""

    def __init__(self, home: Path, database: str, reload: Callable[[], None]) -> None:
        self._home = home
        self._database = database
        self._reload = reload

    def versions(self) -> tuple[Version, ...]:
        """The finished versions, newest first; raises IndexFault where none can be read."""
        versions = Versions(self._home)
        serving = versions.serving().name
        found = ((folder, folder.manifest()) for folder in versions.all())
        return tuple(
            Version(m.version, m.built_at, m.model, m.documents, m.units, m.chunks, folder.name == serving)
            for folder, m in found
            if m is not None
        )

    def roll_back(self, name: str) -> None:
        """Let another finished version serve; where it cannot, the present one goes on. Raises ZhengceError."""
        versions = Versions(self._home)
        with versions.building():
            target = next((folder for folder in versions.all() if folder.name == name), None)
            manifest = target.manifest() if target else None
            if target is None or manifest is None:
                raise InvalidInput(f"没有做完的索引版本“{name}”，可能已被清理。请刷新页面。")
            target.check_own(manifest)
            target.check_chroma(manifest)
            before = versions.serving()
            versions.switch(target)
            try:
                self._reload()
            except ZhengceError:
                versions.switch(before)
                self._reload()
                raise

    def complaints(self) -> list[Complaint]:
        """Answers that users found wrong; none where nobody has asked yet."""
        if is_missing(self._database):
            return []
        try:
            return list(reversed(read_complaints(self._database)))
        except UserError as error:
            raise BackendFault(str(error)) from error

    def cases(self) -> bytes:
        """The complaints as candidates for eval cases, one a line, as `zhengce eval feedback` writes them."""
        return "".join(lines(candidates(self.complaints()[::-1]))).encode()

    def usage(self, days: int) -> Usage | None:
        """What was asked in the last days; None where nothing is kept."""
        if is_missing(self._database):
            return None
        since = datetime.now(UTC) - timedelta(days=days)
        answers = (
            select(AnswerRow.created_at, AnswerRow.channel, AnswerRow.answer)
            .where(AnswerRow.created_at >= since)
            .order_by(AnswerRow.number.desc())
            .limit(_MOST)
        )
        engine = open_database(self._database)
        try:
            with Session(engine) as session:
                rows = [(at, channel, _facts(answer)) for at, channel, answer in session.execute(answers)]
                ratings = Counter(
                    session.scalars(select(FeedbackRow.rating).where(FeedbackRow.created_at >= since))
                )
        except SQLAlchemyError as error:
            raise BackendFault("服务的数据库读不出来，请检查设置 database_url。") from error
        finally:
            engine.dispose()
        return _usage(rows, ratings) if rows else None

    def evaluation(self) -> Evaluation | None:
        """The eval run that was finished last; None where there is none."""
        finished = sorted(self._home.glob("evals/*/results.json"), key=lambda path: path.stat().st_mtime)
        for path in reversed(finished):
            try:
                return _evaluation(path, Run(path.parent).result())
            except UserError:
                continue
        return None


_Facts = tuple[bool, float, tuple[str, ...]]


def _facts(answer: dict[str, object]) -> _Facts:
    """Refused or not, milliseconds, documents cited."""
    cited = answer.get("citations")
    docs = {str(one["doc"]) for one in cited if isinstance(one, dict)} if isinstance(cited, list) else set()
    taken = answer.get("latency_ms")
    return bool(answer.get("refused")), float(taken) if isinstance(taken, int | float) else 0.0, tuple(docs)


def _usage(rows: list[tuple[datetime, str, _Facts]], ratings: Counter[str]) -> Usage:
    days = Counter((at.astimezone().date(), channel) for at, channel, _ in rows)
    times = sorted(taken for _, _, (_, taken, _) in rows)
    docs = Counter(doc for _, _, (_, _, cited) in rows for doc in cited)
    return Usage(
        by_day=tuple((day, channel, count) for (day, channel), count in sorted(days.items())),
        total=len(rows),
        refused=sum(refused for _, _, (refused, _, _) in rows),
        up=ratings["up"],
        down=ratings["down"],
        median=times[len(times) // 2],
        slowest=times[min(len(times) - 1, int(len(times) * 0.95))],
        documents=tuple(docs.most_common(10)),
    )


def _evaluation(path: Path, result: RunResult) -> Evaluation:
    names, summary = labels(), result.summary
    report = path.with_name("report.html")
    kinds = Counter(case.type for case in result.cases)
    passed = Counter(case.type for case in result.cases if not case.failed)
    return Evaluation(
        name=result.key.set_name,
        as_of=result.key.as_of,
        finished=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        cases=summary.cases,
        passed=summary.passed,
        scores=tuple(
            (names.get(name, name), score.mean, score.low, score.high, score.n)
            for name, score in summary.overall.items()
        ),
        by_type=tuple((kind, count, passed[kind] / count) for kind, count in kinds.most_common()),
        html=report.read_bytes() if report.is_file() else b"",
    )
