"""`zhengce eval soak`: the service under many clients for a while, then over many requests."""

import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from itertools import count, islice
from time import perf_counter

from pydantic import BaseModel, ConfigDict

from assistant.service.settings import ServiceSettings
from assistant.settings import Settings
from corpus.errors import ZhengceError
from evals.bench.clients import Server, connected, post, served
from evals.cases import Case, load_set
from evals.machine import Origin, busy_seconds, cpu_seconds, family, origin, resident_megabytes
from evals.times import Times

__all__ = ["Memory", "Options", "Soak", "run"]

_PATIENCE = 60.0
_LOOKS = 10
_SETTLING = 4


@dataclass(frozen=True, slots=True)
class Options:
    """So many clients for so many seconds, then so many requests in all, on so many processes, 0 for the default.

    Without `distinct` every question of the set is asked in its turn, else only so many of them, over and over.

    `database` is the URL to keep things in, by default a SQLite file that is removed afterwards.
    """

    cases: str | None = None
    clients: int = 50
    seconds: float = 60.0
    requests: int = 10_000
    workers: int = 0
    database: str | None = None
    distinct: int | None = None


class Memory(BaseModel):
    """What all processes of the service held after so many requests."""

    model_config = ConfigDict(frozen=True)

    requests: int
    megabytes: float


class Soak(BaseModel):
    """How the service fared; `errors` are statuses other than 200, and connections that broke.

    `cpu_per_answer` is milliseconds of processor time, `server_cores` how many cores the service had of the
    `busy_cores` that all programs of the machine used meanwhile: on a shared machine the times tell little without.
    `memory` was taken while the requests went on after the timed part.
    """

    model_config = ConfigDict(frozen=True)

    origin: Origin
    clients: int
    workers: int
    distinct: int
    database: str
    seconds: float
    answers: int
    errors: dict[str, int]
    per_second: float
    latency: Times
    slowest: float
    cpu_per_answer: float
    server_cores: float
    busy_cores: float
    memory: tuple[Memory, ...]
    later_errors: dict[str, int]


def run(options: Options, settings: Settings) -> Soak:
    """Measure on the index that serves; raises ZhengceError where the service does not start."""
    cases = _chosen(load_set(options.cases).cases, options.distinct)
    workers = ServiceSettings(workers=options.workers).processes
    began = origin()
    with tempfile.TemporaryDirectory(prefix="zhengce-soak-") as folder:
        database = options.database or f"sqlite:///{folder}/soak.sqlite3"
        with served(settings.home, database, workers) as server:
            crowd = _Crowd(server, cases)
            crowd.ask(_SETTLING, requests=_SETTLING * 10)
            used, busy = _used(server), busy_seconds()
            timed = crowd.ask(options.clients, seconds=options.seconds)
            used, busy = _used(server) - used, busy_seconds() - busy
            if not timed.taken:
                raise ZhengceError(f"服务没有答成一个问题：{dict(timed.errors)}")
            memory, later = _grown(crowd, options, server)
    return Soak(
        origin=began,
        clients=options.clients,
        workers=workers,
        distinct=len(cases),
        database=database.partition(":")[0],
        seconds=round(timed.seconds, 1),
        answers=len(timed.taken),
        errors=dict(timed.errors),
        per_second=round(len(timed.taken) / timed.seconds, 1),
        latency=Times.of(timed.taken),
        slowest=round(max(timed.taken) * 1000, 1),
        cpu_per_answer=round(used / len(timed.taken) * 1000, 1),
        server_cores=round(used / timed.seconds, 2),
        busy_cores=round(busy / timed.seconds, 2),
        memory=memory,
        later_errors=dict(later),
    )


def _chosen(cases: Sequence[Case], count: int | None) -> Sequence[Case]:
    """So many cases, taken evenly from the set; all of them for None."""
    return cases if count is None else cases[:: max(len(cases) // count, 1)][:count]


def _grown(crowd: "_Crowd", options: Options, server: Server) -> tuple[tuple[Memory, ...], Counter[str]]:
    """The memory at even distances, until so many requests were made in all."""
    errors: Counter[str] = Counter()
    looks = [Memory(requests=crowd.made, megabytes=_held(server))]
    step = max((options.requests - crowd.made) // _LOOKS, 0)
    for _ in range(_LOOKS if step else 0):
        errors += crowd.ask(options.clients, requests=step).errors
        looks.append(Memory(requests=crowd.made, megabytes=_held(server)))
    return tuple(looks), errors


def _held(server: Server) -> float:
    return round(sum(resident_megabytes(process) for process in family(server.process.pid)), 1)


def _used(server: Server) -> float:
    return sum(map(cpu_seconds, family(server.process.pid)))


@dataclass(frozen=True, slots=True)
class _Asked:
    seconds: float
    taken: list[float]
    errors: Counter[str]


class _Crowd:
    """Clients that ask again as soon as they have their answer, each question of the set in turn."""

    def __init__(self, server: Server, cases: Sequence[Case]) -> None:
        self._port = server.port
        self._cases = cases
        self._turns = count()
        self._lock = threading.Lock()
        self.made = 0

    def ask(self, clients: int, *, seconds: float = float("inf"), requests: int | None = None) -> _Asked:
        """Ask for so long, or so many times."""
        begun = perf_counter()
        turns = islice(self._turns, requests) if requests is not None else self._turns
        taken: list[float] = []
        errors: Counter[str] = Counter()
        with ThreadPoolExecutor(clients) as pool:
            for part, failed in pool.map(lambda _: self._client(turns, begun + seconds), range(clients)):
                taken += part
                errors += failed
        self.made += len(taken) + errors.total()
        return _Asked(perf_counter() - begun, taken, errors)

    def _client(self, turns: Iterator[int], until: float) -> tuple[list[float], Counter[str]]:
        connection = connected(self._port, _PATIENCE)
        taken: list[float] = []
        errors: Counter[str] = Counter()
        while perf_counter() < until and (turn := self._next(turns)) is not None:
            case = self._cases[turn % len(self._cases)]
            begun = perf_counter()
            try:
                status = str(post(connection, case.question, case.history)[0])
            except (OSError, HTTPException) as fault:
                connection.close()
                status = type(fault).__name__
            if status == "200":
                taken.append(perf_counter() - begun)
            else:
                errors[status] += 1
        connection.close()
        return taken, errors

    def _next(self, turns: Iterator[int]) -> int | None:
        with self._lock:
            return next(turns, None)
