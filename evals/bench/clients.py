"""The HTTP service under several clients, and the time that it needs to come up."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from itertools import islice
from pathlib import Path
from time import perf_counter, sleep

from corpus.errors import ZhengceError
from evals.bench.figures import Load, Question
from evals.machine import resident_megabytes
from evals.times import Times
from indexer.embeddings import Embedder

__all__ = ["Server", "connected", "load", "post", "served"]

_HOST = "127.0.0.1"
_PATIENCE = 120.0


class Server:
    """A running service: where it listens, its process and the seconds until it was ready."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]", ready: float) -> None:
        self.port = port
        self.process = process
        self.ready = ready


@contextmanager
def served(home: Path, database: str, workers: int = 1) -> Iterator[Server]:
    """`zhengce serve` on the index in `home`, what it keeps at the URL `database`.

    Raises ZhengceError where it does not start.
    """
    port = _free_port()
    begun = perf_counter()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "assistant",
            "serve",
            "--host",
            _HOST,
            "--port",
            str(port),
            "--workers",
            str(workers),
        ],
        env=os.environ
        | {
            "ZHENGCE_HOME": str(home),
            "ZHENGCE_SERVICE_DATABASE_URL": database,
            "ZHENGCE_SERVICE_API_KEYS": "",
            "ZHENGCE_SERVICE_RATE_LIMIT": "0",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(port, process, begun)
        yield Server(port, process, perf_counter() - begun)
    finally:
        process.terminate()
        process.wait()


def load(server: Server, clients: int, questions: Sequence[Question], embedder: Embedder) -> Load:
    """Let so many clients ask all `questions` between them; then the same of the bare embedding call."""
    begun = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        parts = [list(islice(questions, start, None, clients)) for start in range(clients)]
        taken = [
            seconds for part in pool.map(lambda part: _client(server.port, part), parts) for seconds in part
        ]
    seconds = perf_counter() - begun
    megabytes = resident_megabytes(server.process.pid)
    begun = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda asked: embedder.embed_queries([asked.question]), questions))
    bare = perf_counter() - begun
    return Load(
        clients=clients,
        answers=len(taken),
        per_second=round(len(taken) / seconds, 2),
        latency=Times.of(taken),
        bare_per_second=round(len(questions) / bare, 2),
        server_megabytes=round(megabytes, 1),
    )


def connected(port: int, patience: float = _PATIENCE) -> HTTPConnection:
    """A connection to the service that waits `patience` seconds for an answer."""
    return HTTPConnection(_HOST, port, timeout=patience)


def post(connection: HTTPConnection, question: str, history: Sequence[str]) -> tuple[int, bytes]:
    """Ask over the connection; the status and what was said."""
    body = json.dumps({"question": question, "history": list(history)})
    connection.request("POST", "/v1/ask", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    return response.status, response.read()


def _client(port: int, questions: Sequence[Question]) -> list[float]:
    """Ask one after the other over one connection; the seconds of each."""
    connection = connected(port)
    taken = []
    for asked in questions:
        begun = perf_counter()
        status, said = post(connection, asked.question, asked.history)
        if status != 200:
            raise ZhengceError(f"服务回答了 {status}：{said[:200].decode(errors='replace')}")
        taken.append(perf_counter() - begun)
    connection.close()
    return taken


def _await(port: int, process: "subprocess.Popen[bytes]", begun: float) -> None:
    while perf_counter() - begun < _PATIENCE and process.poll() is None:
        connection = connected(port)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            pass
        finally:
            connection.close()
        sleep(0.02)
    raise ZhengceError("zhengce serve 没有启动成功；请单独运行它，看它说什么")


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
