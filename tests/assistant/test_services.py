"""Vectors and ranks from services on the loopback, and what users get where these are down."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from assistant.bootstrap import build_search, build_search_index, build_serving
from assistant.embedding import name_of_embedder
from assistant.settings import Settings
from assistant.wording import grams
from corpus.errors import IndexBroken, IndexFault
from evals.model.endpoint import Asked, Endpoint, Reply, failed
from indexer.build import BuildResult
from indexer.embeddings import VECTORS_DOWN
from tests.assistant.conftest import IN_FORCE_DAY
from tests.service.conftest import running

QUESTION = "登记为技术转移机构要什么条件？"
RERANK_NOTE = "重排序服务这次没有给出可用的结果"
_WIDTH = 64


class Quiet:
    def start(self, total: int, label: str) -> None: ...
    def advance(self, steps: int) -> None: ...
    def finish(self) -> None: ...


def embedded(asked: Asked, width: int = _WIDTH) -> Reply:
    """Vectors of bigrams, in reverse order, as the protocol allows."""
    rows = []
    for place, text in enumerate(asked.body["input"]):
        vector = np.full(width, 0.01)
        for gram in grams(text):
            vector[sum(map(ord, gram)) % width] += 1
        rows.append({"index": place, "object": "embedding", "embedding": vector.tolist()})
    return Reply(json.dumps({"object": "list", "data": rows[::-1]}).encode())


@pytest.fixture(scope="module")
def vectors() -> Iterator[Endpoint]:
    with Endpoint(embedded).open() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def remote(vectors: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an index that was built with vectors of the service."""
    made = Settings(
        home=tmp_path_factory.mktemp("remote"), embedding_base_url=vectors.url, embedding_model="m"
    )
    assert build_index(made).changed
    return made


def build_index(settings: Settings) -> BuildResult:
    return build_search_index(settings, Quiet(), lambda _: None)


def changed(settings: Settings, **fields: Any) -> Settings:
    return Settings(**(settings.model_dump() | fields))


def test_an_index_of_a_service_is_built_once_and_answers(remote: Settings, vectors: Endpoint) -> None:
    assert vectors.asked[0].body["model"] == "m"
    before = len(vectors.asked)
    assert not build_index(remote).changed
    assert len(vectors.asked) == before
    serving = build_serving(remote)
    assert serving.status.model == name_of_embedder(remote)
    answer = serving.pipeline.answer(QUESTION, (), IN_FORCE_DAY)
    assert len(vectors.asked) > before
    assert answer.citations
    assert VECTORS_DOWN not in answer.answer


def test_a_server_answers_on_vectors_of_a_service(
    remote: Settings, vectors: Endpoint, tmp_path: Path
) -> None:
    with running(remote, database_url=f"sqlite:///{tmp_path / 'service.sqlite3'}") as base:
        before = len(vectors.asked)
        answer = httpx.post(f"{base}/v1/ask", json={"question": QUESTION}, timeout=30).json()
    assert len(vectors.asked) > before
    assert answer["citations"]
    assert VECTORS_DOWN not in answer["answer"]


def test_another_model_or_address_is_another_index(remote: Settings) -> None:
    names = {name_of_embedder(changed(remote, **one)) for one in ({}, {"embedding_model": "n"})}
    names.add(name_of_embedder(changed(remote, embedding_base_url="http://127.0.0.1:9/v1")))
    assert len(names) == 3
    with pytest.raises(IndexBroken, match="zhengce index build"):
        build_serving(changed(remote, embedding_model="n"))


DOWN = {
    "an error": failed(500),
    "no JSON": Reply(b"<html>"),
    "another shape": Reply(b'{"data": [{"index": 0}]}'),
    "too few": Reply(b'{"data": []}'),
    "another width": Reply(b'{"data": [{"index": 0, "embedding": [1.0, 2.0]}]}'),
    "no number": Reply(b'{"data": [{"index": 0, "embedding": ["a"]}]}'),
    "late": Reply(b"{}", wait=2.0),
}


@pytest.mark.parametrize("reply", DOWN.values(), ids=DOWN.keys())
def test_a_service_of_vectors_that_is_down_leaves_the_words(
    remote: Settings, vectors: Endpoint, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = build_serving(changed(remote, retrieval_seconds=0.5))
    monkeypatch.setattr(vectors, "script", lambda _: reply)
    answer = serving.pipeline.answer(QUESTION, (), IN_FORCE_DAY)
    assert answer.citations
    assert answer.answer.endswith(f"- {VECTORS_DOWN}")
    assert serving.search("加氢站建设补贴", 3)[0]["doc"] == "jxf-63"


def test_a_build_without_its_service_says_what_to_look_at(tmp_path: Path) -> None:
    down = Settings(home=tmp_path, embedding_base_url="http://127.0.0.1:9/v1", embedding_model="m")
    with pytest.raises(IndexFault, match="embedding_base_url"):
        build_index(down)


def reranked(settings: Settings, endpoint: Endpoint) -> Settings:
    return changed(settings, rerank_base_url=endpoint.url, rerank_model="r", rerank_units=5)


def backwards(asked: Asked) -> Reply:
    """The last first; the worst is left out."""
    results = [
        {"index": place, "relevance_score": place / 10} for place in range(len(asked.body["documents"]))
    ]
    return Reply(json.dumps({"results": results[1:][::-1]}).encode())


def test_a_service_of_ranks_orders_the_best_units(settings: Settings) -> None:
    with Endpoint(backwards).open() as endpoint:
        service = build_search(reranked(settings, endpoint))("加氢站建设补贴", 8)
        own = build_search(settings)("加氢站建设补贴", 8)
        sent = endpoint.asked[0].body
    places = [(hit["doc"], hit["unit"]) for hit in own]
    assert [(hit["doc"], hit["unit"]) for hit in service] == [*places[:5][::-1], *places[5:]]
    assert [hit["score"] for hit in service] == [hit["score"] for hit in own]
    assert (sent["model"], len(sent["documents"]), sent["top_n"]) == ("r", 5, 5)


@pytest.mark.parametrize(
    "reply", [failed(503), Reply(b"[]"), Reply(b'{"results": [{"index": 99, "relevance_score": 1}]}')]
)
def test_a_service_of_ranks_that_is_down_leaves_the_built_in_order(settings: Settings, reply: Reply) -> None:
    own = build_serving(settings).pipeline.answer(QUESTION, (), date(2025, 1, 15))
    with Endpoint(lambda _: reply).open() as endpoint:
        pipeline = build_serving(reranked(settings, endpoint)).pipeline
        answers = [pipeline.answer(QUESTION, (), date(2025, 1, 15)) for _ in range(5)]
        asked = len(endpoint.asked)
    for answer in answers:
        assert answer.citations == own.citations
        assert answer.answer.startswith(own.answer)
        assert RERANK_NOTE in answer.answer
    assert asked == 3


def test_services_are_set_whole() -> None:
    with pytest.raises(ValueError, match="rerank_model"):
        Settings(rerank_base_url="http://127.0.0.1:9")
    with pytest.raises(ValueError, match="embedding_model"):
        Settings(embedding_base_url="http://127.0.0.1:9")
