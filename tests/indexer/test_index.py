"""The open index: both ways of dense search, document bounds, long-lived readers, cold start."""

import dataclasses
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.catalog import load_corpus
from indexer.build import build_index
from indexer.embeddings import load_embedder
from indexer.index import DenseBackend, SearchIndex
from indexer.store import Vectors
from tests.indexer.fakes import (
    DIMENSION,
    TEXTS,
    ProgressLog,
    large_corpus,
    small_corpus,
    vector_of,
)
from tests.indexer.test_build import CHANGED, build, damage, texts_of

ROOT = Path(__file__).parents[2]
BACKENDS: list[DenseBackend] = ["exact", "chroma", "auto"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of 2,400 chunks in 40 documents."""
    home = tmp_path_factory.mktemp("home")
    build(home, large_corpus(40, 60))
    return home


def questions(count: int) -> list[Vectors]:
    return [vector_of(f"问题{number}") for number in range(count)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_passage_finds_itself_with_cosine_one(home: Path, backend: DenseBackend) -> None:
    index = SearchIndex.open(home, backend)
    for chunk in index.chunks[::150]:
        hit = index.dense(vector_of(chunk.passage), 1)[0]
        assert hit.chunk == chunk
        assert hit.score == pytest.approx(1, abs=1e-4)


def test_chroma_finds_what_the_exact_scan_finds(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    chroma, exact = SearchIndex.open(home, "chroma"), SearchIndex.open(home, "exact")
    for docs in (None, ["办法3", "办法17", "办法29"]):
        shared = 0
        for vector in questions(30):
            want, got = exact.dense(vector, 10, docs), chroma.dense(vector, 10, docs)
            shared += len({hit.chunk.id for hit in want} & {hit.chunk.id for hit in got})
            scores = {hit.chunk.id: hit.score for hit in want}
            assert all(
                hit.score == pytest.approx(scores.get(hit.chunk.id, hit.score), abs=1e-4) for hit in got
            )
        assert shared >= 0.97 * 300
    assert caplog.records == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_dense_hits_are_ordered_and_bounded(home: Path, backend: DenseBackend) -> None:
    index = SearchIndex.open(home, backend)
    (vector,) = questions(1)
    scores = [hit.score for hit in index.dense(vector, 50)]
    assert len(scores) == 50
    assert scores == sorted(scores, reverse=True)
    assert {hit.chunk.doc for hit in index.dense(vector, 100, {"办法5"})} == {"办法5"}
    assert len(index.dense(vector, 100, ["办法5"])) == 60
    assert index.dense(vector, 0) == []
    assert index.dense(vector, 10, []) == []
    assert index.dense(vector, 10, ["没有"]) == []


def test_lexical_hits_are_bounded_by_documents(home: Path) -> None:
    index = SearchIndex.open(home)
    assert index.lexical("编号7第31项", 1)[0].chunk.text.startswith("第31条 编号7第31项")
    assert {hit.chunk.doc for hit in index.lexical("编号7第31项", 20, ["办法8", "办法9"])} == {
        "办法8",
        "办法9",
    }
    assert index.lexical("编号7第31项", 20, ["没有"]) == []


@pytest.mark.parametrize("question", ["", "   ", "？！", "zzz", "\x00\ud800", "支持" * 5000])
def test_odd_questions_do_not_fail(home: Path, question: str) -> None:
    hits = SearchIndex.open(home).lexical(question, 5)
    assert all(hit.score > 0 for hit in hits)


def test_status_tells_size_and_origin(home: Path) -> None:
    index = SearchIndex.open(home)
    status = index.status()
    assert (status.documents, status.units, status.chunks) == (40, 2400, 2400)
    assert (status.model, status.version) == ("fake-1", SearchIndex.serving_version(home))
    assert index.version == status.version
    assert status.built_at.endswith("+00:00")


@pytest.mark.parametrize("backend", ["exact", "chroma"])
def test_a_reader_goes_on_after_its_version_was_replaced_and_removed(
    tmp_path: Path, backend: DenseBackend
) -> None:
    build(tmp_path, small_corpus())
    reader = SearchIndex.open(tmp_path, backend)
    for texts in (CHANGED, TEXTS, CHANGED):
        build(tmp_path, small_corpus(texts))
    assert not (tmp_path / "index" / reader.version).exists()
    assert SearchIndex.serving_version(tmp_path) != reader.version
    for chunk in reader.chunks:
        assert reader.dense(vector_of(chunk.passage), 1)[0].chunk == chunk
        assert reader.lexical(chunk.text, 1)[0].chunk == chunk
    assert [chunk.text for chunk in reader.chunks] == texts_of(TEXTS)


CHROMA_FILES = ["chroma.sqlite3", "data_level0.bin", "header.bin", "length.bin", "link_lists.bin"]


@pytest.mark.parametrize("how", ["cut", "garbled", "missing"])
@pytest.mark.parametrize("name", CHROMA_FILES)
def test_a_damaged_chroma_is_replaced_by_the_scan_and_mended_without_embedding(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, how: str
) -> None:
    version = build(tmp_path, large_corpus(40, 30)).version
    (path,) = (tmp_path / "index" / version / "chroma").rglob(name)
    damage(path, how)
    index = SearchIndex.open(tmp_path, "chroma")
    for chunk in index.chunks[::100]:
        assert index.dense(vector_of(chunk.passage), 1)[0].chunk == chunk
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    mended = build(tmp_path, large_corpus(40, 30))
    assert (mended.changed, mended.embedded) == (True, 0)


@pytest.mark.parametrize("backend", BACKENDS)
def test_threads_share_an_index(home: Path, backend: DenseBackend) -> None:
    vectors = questions(40)
    alone = [[hit.chunk.id for hit in SearchIndex.open(home, backend).dense(vector, 5)] for vector in vectors]
    shared = SearchIndex.open(home, backend)
    with ThreadPoolExecutor(8) as pool:
        together = pool.map(lambda vector: [hit.chunk.id for hit in shared.dense(vector, 5)], vectors)
    assert list(together) == alone


def test_opening_and_searching_import_neither_chroma_nor_torch(home: Path) -> None:
    program = f"""
import json, sys
from pathlib import Path
import numpy as np
from indexer.index import SearchIndex
index = SearchIndex.open(Path({str(home)!r}))
hits = index.dense(np.ones({DIMENSION}, np.float32), 3) + index.lexical("支持", 3)
print(json.dumps([len(hits), *({{"chromadb", "torch", "scipy", "onnxruntime"}} & set(sys.modules))]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [6]


def test_real_texts_with_the_real_model(tmp_path: Path, model: Path) -> None:
    embedder = load_embedder(None, model.parents[1], lambda _: None)
    whole = load_corpus()
    keys = ("2022-05", "2022-13")
    corpus = dataclasses.replace(whole, documents=tuple(whole.document(key) for key in keys))
    result = build_index(tmp_path, corpus, embedder.name, lambda: embedder, ProgressLog())
    assert result.units == sum(len(document.units) for document in corpus.documents)
    exact, chroma = SearchIndex.open(tmp_path), SearchIndex.open(tmp_path, "chroma")
    (vector,) = embedder.embed_queries(["国内首创产品第一次卖出去，合同1200万元，能补多少钱"])
    hits = exact.dense(vector, 3)
    assert ("2022-05", "第十一条") in {(hit.chunk.doc, hit.chunk.unit) for hit in hits}
    assert [hit.chunk.id for hit in chroma.dense(vector, 3)] == [hit.chunk.id for hit in hits]
    best = exact.lexical("申请登记的技术经理人应具备什么条件", 1)[0].chunk
    assert (best.doc, best.unit) == ("2022-13", "第九条")
