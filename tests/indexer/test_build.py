"""Building: incremental, verified, switched in one step, proof against kills, rivals and damage."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from corpus.catalog import Corpus
from corpus.errors import IndexBroken, IndexBusy, IndexMissing, SourceError
from indexer.build import BuildResult, build_index
from indexer.embeddings import Embedder
from indexer.index import SearchIndex
from indexer.vectors import ChromaIndex
from tests.indexer.fakes import TEXTS, FakeEmbedder, ProgressLog, large_corpus, small_corpus, vector_of

ROOT = Path(__file__).parents[2]
CHANGED = TEXTS | {"乙办法": TEXTS["乙办法"] | {"第二条": "房租补贴每年不超过150万元。"}}


def build(home: Path, corpus: Corpus, embedder: FakeEmbedder | None = None) -> BuildResult:
    embedder = embedder or FakeEmbedder()
    return build_index(home, corpus, embedder.name, lambda: embedder, ProgressLog())


def unavailable() -> Embedder:
    raise AssertionError("the model must not be loaded")


def texts_served(home: Path) -> list[str]:
    """The texts of the serving index, after checking that each is found by its vector and its words."""
    index = SearchIndex.open(home, "exact")
    for chunk in index.chunks:
        assert index.dense(vector_of(chunk.passage), 1)[0].chunk == chunk
        assert chunk in [hit.chunk for hit in index.lexical(chunk.passage, 10)]
    return [chunk.text for chunk in index.chunks]


def texts_of(texts: dict[str, dict[str, str]]) -> list[str]:
    return [f"{label} {words}" for units in texts.values() for label, words in units.items()]


def versions(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "index").iterdir() if path.is_dir())


def test_a_first_build_serves_the_whole_corpus(tmp_path: Path) -> None:
    result = build(tmp_path, small_corpus())
    assert (result.changed, result.documents, result.units, result.chunks) == (True, 3, 6, 6)
    assert (result.embedded, result.reused) == (6, 0)
    assert texts_served(tmp_path) == texts_of(TEXTS)
    assert versions(tmp_path) == [result.version]


def test_unchanged_does_nothing_and_loads_no_model(tmp_path: Path) -> None:
    first = build(tmp_path, small_corpus())
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.name != "lock"}
    log = ProgressLog()
    again = build_index(tmp_path, small_corpus(), FakeEmbedder.name, unavailable, log)
    assert (again.changed, again.version, again.embedded) == (False, first.version, 0)
    assert (again.documents, again.units, again.chunks) == (3, 6, 6)
    assert log.stages == []
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.name != "lock"} == before


def test_a_changed_document_embeds_only_its_changed_words(tmp_path: Path) -> None:
    build(tmp_path, small_corpus())
    embedder = FakeEmbedder()
    result = build(tmp_path, small_corpus(CHANGED), embedder)
    assert embedder.passages == ["《乙办法》\n第二条 房租补贴每年不超过150万元。"]
    assert (result.embedded, result.reused) == (1, 5)
    assert texts_served(tmp_path) == texts_of(CHANGED)


def test_documents_come_and_go(tmp_path: Path) -> None:
    build(tmp_path, small_corpus())
    fewer = {title: units for title, units in TEXTS.items() if title != "甲办法"}
    embedder = FakeEmbedder()
    assert build(tmp_path, small_corpus(fewer), embedder).documents == 2
    assert embedder.passages == []
    assert texts_served(tmp_path) == texts_of(fewer)
    assert build(tmp_path, small_corpus(), embedder).documents == 3
    assert texts_served(tmp_path) == texts_of(TEXTS)


def test_another_model_embeds_everything_anew(tmp_path: Path) -> None:
    build(tmp_path, small_corpus())
    embedder = FakeEmbedder(name="fake-2")
    assert build(tmp_path, small_corpus(), embedder).embedded == 6
    assert SearchIndex.open(tmp_path).status().model == "fake-2"


def test_the_previous_version_stays_and_older_ones_go(tmp_path: Path) -> None:
    built = [build(tmp_path, small_corpus(texts)).version for texts in (TEXTS, CHANGED, TEXTS)]
    assert versions(tmp_path) == built[1:]
    build(tmp_path, small_corpus())
    assert versions(tmp_path) == built[1:]


def test_progress_tells_every_stage_to_its_end(tmp_path: Path) -> None:
    log = ProgressLog()
    embedder = FakeEmbedder()
    build_index(tmp_path, large_corpus(10, 30), embedder.name, lambda: embedder, log)
    assert [label for label, *_ in log.stages] == ["切分条款", "计算向量", "写入向量索引"]
    assert all(total == done > 0 and finished for _, total, done, finished in log.stages)


def test_an_empty_corpus_is_refused_and_the_index_stays(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="zhengce index add"):
        build(tmp_path, small_corpus({}))
    with pytest.raises(IndexMissing, match="zhengce index build"):
        SearchIndex.open(tmp_path)
    build(tmp_path, small_corpus())
    with pytest.raises(SourceError):
        build(tmp_path, small_corpus({"空办法": {}}))
    assert texts_served(tmp_path) == texts_of(TEXTS)


def test_a_failing_model_leaves_the_old_index_and_its_finished_work(tmp_path: Path) -> None:
    class Failing(FakeEmbedder):
        def embed_passages(self, texts, progress=None):
            if len(self.passages) >= 128:
                raise MemoryError
            return super().embed_passages(texts, progress)

    build(tmp_path, small_corpus())
    with pytest.raises(MemoryError):
        build(tmp_path, large_corpus(10, 30), Failing())
    assert texts_served(tmp_path) == texts_of(TEXTS)
    assert build(tmp_path, large_corpus(10, 30)).reused == 128


@pytest.mark.parametrize("fault", ["lost", "mixed up"])
def test_a_vector_index_that_fails_its_checks_never_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    whole = ChromaIndex.add

    def lossy(self, chunks, vectors, done):
        keep = slice(0, -1) if fault == "lost" else slice(None)
        whole(self, chunks[keep], vectors[::-1].copy()[keep], done)

    build(tmp_path, small_corpus())
    monkeypatch.setattr(ChromaIndex, "add", lossy)
    with pytest.raises(IndexBroken, match="没有通过检查"):
        build(tmp_path, large_corpus(4, 10))
    assert texts_served(tmp_path) == texts_of(TEXTS)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file, not a folder")
    with pytest.raises(IndexBroken, match=r"不能写"):
        build(tmp_path, small_corpus())


# A builder that kills itself without warning at the moment that its argument names.
KILLED_BUILD = """
import os, shutil, signal, sys
from pathlib import Path
from tests.indexer.fakes import FakeEmbedder, ProgressLog, large_corpus
from indexer.build import build_index
from indexer.vectors import ChromaIndex

home, moment = Path(sys.argv[1]), sys.argv[2]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

class Embedder(FakeEmbedder):
    def embed_passages(self, texts, progress=None):
        if moment == "embedding" and len(self.passages) >= 128:
            die()
        return super().embed_passages(texts, progress)

class Log(ProgressLog):
    def start(self, total, label):
        super().start(total, label)
        if moment == f"start {label}":
            die()

    def finish(self):
        super().finish()
        if moment == f"finish {self.stages[-1][0]}":
            die()

def dying(owner, name, when):
    real = getattr(owner, name)
    def replacement(*args, **kwargs):
        if when(*args):
            die()
        return real(*args, **kwargs)
    setattr(owner, name, replacement)

match moment:
    case "in chroma":
        dying(ChromaIndex, "count", lambda *_: True)
    case "before manifest":
        dying(Path, "replace", lambda path, target: target.name == "manifest.json")
    case "before pointer":
        dying(Path, "replace", lambda path, target: target.name == "current")
    case "after pointer":
        dying(shutil, "rmtree", lambda *_: True)

build_index(home, large_corpus(10, 30), Embedder.name, Embedder, Log())
"""

# What the next build has to embed, of 300 passages.
MOMENTS = {
    "start 切分条款": 300,
    "finish 切分条款": 300,
    "start 计算向量": 300,
    "embedding": 172,
    "finish 计算向量": 0,
    "start 写入向量索引": 0,
    "in chroma": 0,
    "before manifest": 0,
    "before pointer": 0,
    "after pointer": 0,
}


def run_killed(home: Path, moment: str) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED_BUILD, str(home), moment], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL


@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_9_leaves_the_last_good_index_and_the_finished_work(tmp_path: Path, moment: str) -> None:
    new = large_corpus(10, 30)
    new_texts = [unit.text for document in new.documents for unit in document.units]
    for texts in (CHANGED, TEXTS):
        build(tmp_path, small_corpus(texts))
    run_killed(tmp_path, moment)
    assert texts_served(tmp_path) == (new_texts if moment == "after pointer" else texts_of(TEXTS))
    embedder = FakeEmbedder()
    build(tmp_path, new, embedder)
    assert len(embedder.passages) == MOMENTS[moment]
    assert texts_served(tmp_path) == new_texts
    assert len(versions(tmp_path)) == 2


def test_kill_9_during_the_first_build_leaves_no_half_index(tmp_path: Path) -> None:
    run_killed(tmp_path, "before manifest")
    with pytest.raises(IndexMissing, match="zhengce index build"):
        SearchIndex.open(tmp_path)
    assert build(tmp_path, large_corpus(10, 30)).reused == 300
    assert len(versions(tmp_path)) == 1


def test_a_second_builder_is_told_at_once_and_readers_go_on(tmp_path: Path) -> None:
    build(tmp_path, small_corpus())
    wait, go = os.pipe()
    program = f"""
import os, sys
from pathlib import Path
from tests.indexer.fakes import *
from indexer.build import build_index

class Waiting(FakeEmbedder):
    def embed_passages(self, texts, progress=None):
        print("building", flush=True)
        os.read({wait}, 1)
        return super().embed_passages(texts, progress)

build_index(Path(sys.argv[1]), large_corpus(2, 3), Waiting.name, Waiting, ProgressLog())
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, pass_fds=[wait]) as first:
        try:
            assert first.stdout
            assert first.stdout.readline() == "building\n"
            with pytest.raises(IndexBusy, match="另一个进程正在建索引"):
                build_index(tmp_path, small_corpus(CHANGED), FakeEmbedder.name, unavailable, ProgressLog())
            assert texts_served(tmp_path) == texts_of(TEXTS)
        finally:
            os.write(go, b".")
            os.close(wait)
            os.close(go)
        assert first.wait() == 0
    assert SearchIndex.open(tmp_path).status().documents == 2
    assert build(tmp_path, small_corpus(CHANGED)).changed


FILES = ["store.sqlite", "lexical/terms.npy", "lexical/places.npy", "lexical/scores.npy", "manifest.json"]


def damage(path: Path, how: str) -> None:
    match how:
        case "cut":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        case "garbled":
            path.write_bytes(bytes(byte ^ 0x5A for byte in path.read_bytes()))
        case "empty":
            path.write_bytes(b"")
        case "missing":
            path.unlink()


@pytest.mark.parametrize("how", ["cut", "garbled", "empty", "missing"])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_version_says_so_and_is_built_anew(tmp_path: Path, name: str, how: str) -> None:
    version = build(tmp_path, small_corpus()).version
    damage(tmp_path / "index" / version / name, how)
    with pytest.raises(IndexBroken, match="zhengce index build"):
        SearchIndex.open(tmp_path)
    assert build(tmp_path, small_corpus()).changed
    assert texts_served(tmp_path) == texts_of(TEXTS)


def test_vectors_altered_on_disk_are_not_taken_over(tmp_path: Path) -> None:
    store = tmp_path / "index" / build(tmp_path, small_corpus()).version / "store.sqlite"
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(length(vector))")
    with pytest.raises(IndexBroken, match="zhengce index build"):
        SearchIndex.open(tmp_path)
    assert build(tmp_path, small_corpus()).embedded == 6
    assert texts_served(tmp_path) == texts_of(TEXTS)


@pytest.mark.parametrize(
    "content", ["", "{", "null", "[]", '"x"', '{"version": "gone"}', '{"version": ""}', '{"version": "../x"}']
)
def test_a_damaged_pointer_says_so_and_is_mended_without_embedding(tmp_path: Path, content: str) -> None:
    build(tmp_path, small_corpus())
    (tmp_path / "index" / "current").write_text(content)
    with pytest.raises(IndexBroken, match="zhengce index build"):
        SearchIndex.open(tmp_path)
    assert build(tmp_path, small_corpus()).embedded == 0
    assert texts_served(tmp_path) == texts_of(TEXTS)


def test_a_missing_pointer_counts_as_no_index(tmp_path: Path) -> None:
    build(tmp_path, small_corpus())
    (tmp_path / "index" / "current").unlink()
    with pytest.raises(IndexMissing, match="zhengce index build"):
        SearchIndex.open(tmp_path)
