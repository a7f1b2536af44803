"""The index with its vectors on a real Chroma server: same answers, several machines, losses and refusals."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import chromadb
import httpx
import pytest

from indexer.build import BuildResult, build_index
from indexer.index import SearchIndex
from indexer.vector_place import VectorPlace
from tests.indexer.fakes import TEXTS, FakeEmbedder, ProgressLog, large_corpus, small_corpus, vector_of
from tests.indexer.test_build import CHANGED

CHROMA = Path(sys.executable).with_name("chroma")


@contextmanager
def chroma(folder: Path, port: int = 0) -> Iterator[str]:
    """The URL of a running server that keeps its data in `folder`."""
    if not port:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
    # Nobody reads what it prints, and it would hang on a full pipe.
    process = subprocess.Popen(
        [str(CHROMA), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with suppress(httpx.TransportError):
                if httpx.get(f"{url}/api/v2/heartbeat", timeout=5).status_code == 200:
                    break
            time.sleep(0.05)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma(tmp_path_factory.mktemp("chroma")) as running:
        yield running


def collections(url: str) -> set[str]:
    port = int(url.rpartition(":")[2])
    return {one.name for one in chromadb.HttpClient(host="127.0.0.1", port=port).list_collections()}


def build(home: Path, url: str, texts: dict[str, dict[str, str]] = TEXTS) -> BuildResult:
    embedder = FakeEmbedder()
    corpus = small_corpus(texts)
    return build_index(home, corpus, embedder.name, lambda: embedder, ProgressLog(), place=VectorPlace(url))


def test_a_server_finds_what_the_exact_scan_finds(tmp_path: Path, url: str) -> None:
    embedder = FakeEmbedder()
    place = VectorPlace(url)
    build_index(tmp_path, large_corpus(40, 60), embedder.name, lambda: embedder, ProgressLog(), place=place)
    served, exact = SearchIndex.open(tmp_path, "chroma", place), SearchIndex.open(tmp_path, "exact")
    for docs in (None, ["办法3", "办法17"]):
        shared = 0
        for number in range(30):
            vector = vector_of(f"问题{number}")
            want, got = exact.dense(vector, 10, docs), served.dense(vector, 10, docs)
            shared += len({hit.chunk.id for hit in want} & {hit.chunk.id for hit in got})
        assert shared >= 0.97 * 300
    assert not list((tmp_path / "index" / served.version).glob("chroma*"))


def test_versions_and_machines_have_collections_of_their_own(tmp_path: Path, url: str) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    mine, others = build(first, url), build(second, url)
    reader = SearchIndex.open(first, "chroma", VectorPlace(url))
    kept = {f"zhengce-{build(first, url, texts).version}" for texts in (CHANGED, TEXTS, CHANGED)}
    here = collections(url)
    assert f"zhengce-{mine.version}" not in here
    assert f"zhengce-{others.version}" in here
    assert len(kept & here) == 2
    # The collection is gone; what was open goes on by the scan.
    for chunk in reader.chunks:
        assert reader.dense(vector_of(chunk.passage), 1)[0].chunk == chunk
    assert not build(second, url).changed


def test_what_a_server_has_lost_is_written_again_without_embedding(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with chroma(tmp_path / "data") as url:
        port = int(url.rpartition(":")[2])
        build(tmp_path, url)
        reader = SearchIndex.open(tmp_path, "chroma", VectorPlace(url))
        vector = vector_of(reader.chunks[2].passage)
        assert reader.dense(vector, 1)[0].chunk == reader.chunks[2]
        assert caplog.records == []
    assert reader.dense(vector, 1)[0].chunk == reader.chunks[2]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    shutil.rmtree(tmp_path / "data")
    with chroma(tmp_path / "data", port) as url:
        again = build(tmp_path, url)
        assert (again.changed, again.embedded) == (True, 0)
        assert not build(tmp_path, url).changed
        assert SearchIndex.open(tmp_path, "chroma", VectorPlace(url)).dense(vector, 1)[0].score > 0.99


def test_an_index_moves_between_folder_and_server_without_embedding(tmp_path: Path, url: str) -> None:
    assert build(tmp_path, "").embedded == 6
    moved, back = build(tmp_path, url), build(tmp_path, "")
    assert [(one.changed, one.embedded) for one in (moved, back)] == [(True, 0), (True, 0)]


def test_a_server_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "ZHENGCE_HOME": str(tmp_path),
        "ZHENGCE_CHROMA_URL": "ftp://nowhere",
    }
    command = [sys.executable, "-m", "assistant", "index", "build"]
    ended = subprocess.run(
        command, cwd=Path(__file__).parents[2], env=environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "ZHENGCE_CHROMA_URL" in ended.stderr
