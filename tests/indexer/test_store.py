"""The store: chunks and vectors come back as they went in, known vectors are taken over."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexBroken
from indexer.chunks import Chunk
from indexer.store import ChunkStore
from tests.indexer.fakes import DIMENSION, vector_of

MODEL = "fake-1"


def chunk(order: int, text: str, context: str = "《甲办法》") -> Chunk:
    return Chunk(f"id{order}", "甲", "第一条", "第一条（一）", text, context, order % 2 == 0, order)


def filled(path: Path, chunks: list[Chunk], model: str = MODEL) -> ChunkStore:
    store = ChunkStore.create(path)
    store.add_chunks(chunks)
    missing = store.missing(model)
    vectors = np.array([vector_of(passage) for passage in missing.values()]).reshape(-1, DIMENSION)
    store.add_vectors(model, list(missing), vectors)
    return store


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=6))
def test_chunks_and_vectors_come_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("store") / "store.sqlite"
    chunks = [chunk(order, text) for order, text in enumerate(texts)]
    with filled(path, chunks) as store:
        store.seal(MODEL)
    with ChunkStore.open(path) as store:
        assert store.chunks() == tuple(chunks)
        assert np.array_equal(store.matrix(MODEL), [vector_of(c.passage) for c in chunks])


def test_equal_passages_are_embedded_once(tmp_path: Path) -> None:
    with ChunkStore.create(tmp_path / "s") as store:
        store.add_chunks([chunk(0, "同文"), chunk(1, "同文"), chunk(2, "异文")])
        assert sorted(store.missing(MODEL).values()) == ["《甲办法》\n同文", "《甲办法》\n异文"]


def test_only_needed_vectors_of_the_same_model_are_adopted(tmp_path: Path) -> None:
    filled(tmp_path / "old", [chunk(0, "留"), chunk(1, "去")]).close()
    filled(tmp_path / "other", [chunk(0, "新")], model="fake-2").close()
    with ChunkStore.create(tmp_path / "new") as store:
        store.add_chunks([chunk(0, "新"), chunk(1, "留")])
        assert store.adopt(tmp_path / "old", MODEL) == 1
        assert store.adopt(tmp_path / "other", MODEL) == 0
        assert list(store.missing(MODEL).values()) == ["《甲办法》\n新"]


def test_vectors_of_an_interrupted_build_are_adopted(tmp_path: Path) -> None:
    unsealed = filled(tmp_path / "old", [chunk(0, "一"), chunk(1, "二")])
    with ChunkStore.create(tmp_path / "new") as store:
        store.add_chunks([chunk(0, "二")])
        assert store.adopt(tmp_path / "old", MODEL) == 1
    unsealed.close()


def test_sealing_leaves_one_file_with_the_wanted_vectors_only(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with filled(path, [chunk(0, "一")]) as store:
        store.add_vectors("fake-2", ["x"], np.ones((1, DIMENSION), np.float32))
        store.seal(MODEL)
    assert [found.name for found in tmp_path.iterdir()] == ["store.sqlite"]
    rows = sqlite3.connect(path).execute("SELECT DISTINCT model FROM vectors").fetchall()
    assert rows == [(MODEL,)]


def test_a_missing_vector_is_an_error(tmp_path: Path) -> None:
    with filled(tmp_path / "s", [chunk(0, "一")]) as store:
        store.add_chunks([chunk(1, "二")])
        with pytest.raises(IndexBroken, match="zhengce index build"):
            store.matrix(MODEL)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 50, None])
def test_a_file_that_is_no_store_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "store.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexBroken, match="zhengce index build"), ChunkStore.open(path) as store:
        store.chunks()


def test_a_damaged_store_is_not_adopted_and_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"SQLite format 3\0" + bytes(5000))
    with ChunkStore.create(tmp_path / "new") as store:
        store.add_chunks([chunk(0, "一")])
        with pytest.raises(IndexBroken):
            store.adopt(tmp_path / "old", MODEL)
        store.add_vectors(MODEL, list(store.missing(MODEL)), np.ones((1, DIMENSION), np.float32))
        assert store.matrix(MODEL).shape == (1, DIMENSION)
