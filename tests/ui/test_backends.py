"""The assistant in process and over HTTP: the same answers, the same sentences for what goes wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.service.settings import ServiceSettings
from assistant.settings import Settings
from corpus.errors import BackendFault, IndexMissing, UnknownUnit, ZhengceError
from evals.model.endpoint import Endpoint, said
from tests.service.conftest import KEYS, QUESTION, free_port, running
from ui.backend.http import OverHttp
from ui.backend.in_process import InProcess
from ui.backend.interface import Backend
from ui.backend.values import Done, Piece, Reply, Stage
from ui.following import follow_ups


@pytest.fixture(scope="module")
def here(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> InProcess:
    folder = tmp_path_factory.mktemp("here")
    return InProcess(settings, ServiceSettings(database_url=f"sqlite:///{folder}/service.sqlite3"))


@pytest.fixture(scope="module")
def there(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OverHttp]:
    folder = tmp_path_factory.mktemp("there")
    with running(settings, database_url=f"sqlite:///{folder}/service.sqlite3", api_keys=KEYS) as base:
        yield OverHttp(base, KEYS[0])


@pytest.fixture(params=["here", "there"])
def backend(request: pytest.FixtureRequest) -> Backend:
    made: Backend = request.getfixturevalue(request.param)
    return made


def answer(backend: Backend, question: str = QUESTION, history: tuple[str, ...] = ()) -> Reply:
    *_, done = backend.ask(question, history)
    assert isinstance(done, Done)
    return done.reply


def test_an_answer_comes_by_stages_pieces_and_whole(backend: Backend) -> None:
    events = list(backend.ask(QUESTION, ()))
    stages = [event.name for event in events if isinstance(event, Stage)]
    assert stages == ["understand", "retrieve", "calculate", "compose", "verify"]
    done = events[-1]
    assert isinstance(done, Done)
    assert "".join(event.text for event in events if isinstance(event, Piece)) == done.reply.answer
    assert done.reply.amount is not None
    assert (done.reply.amount.value, done.reply.amount.kind) == (300, "upper_bound")


def test_proved_sentences_come_while_the_model_writes(settings: Settings, tmp_path: Path) -> None:
    words = (
        "国内首创产品支持金额不超过300万元[2022-05 第十一条]。已成熟商业化的产品不予支持[2022-05 第十一条]。"
    )
    with Endpoint(lambda _: said(words)).open() as endpoint:
        named = {"model_base_url": endpoint.url, "model_name": "scripted"}
        page = InProcess(
            Settings(**(settings.model_dump() | named)),
            ServiceSettings(database_url=f"sqlite:///{tmp_path}/service.sqlite3"),
        )
        events = list(page.ask(QUESTION, ()))
    early = events[: events.index(Stage(name="word"))]
    assert "不超过300万元" in "".join(event.text for event in early if isinstance(event, Piece))
    done = events[-1]
    assert isinstance(done, Done)
    assert "".join(event.text for event in events if isinstance(event, Piece)) == done.reply.answer


def test_history_is_heeded(backend: Backend) -> None:
    amount = answer(backend, "换成800万呢", (QUESTION,)).amount
    assert amount is not None
    assert amount.value == 240


def test_documents_and_units_are_the_same_both_ways(here: InProcess, there: OverHttp) -> None:
    assert here.documents() == there.documents()
    assert here.unit("2022-05", "第十一条") == there.unit("2022-05", "第十一条")
    assert here.text("jxf-75") == there.text("jxf-75")
    assert here.rules() == there.rules()
    assert here.search("加氢站", 3) == there.search("加氢站", 3)


def test_words_are_found_as_they_stand(backend: Backend) -> None:
    found = backend.containing("加氢站 压缩机", 10)
    assert ("jxf-63", "13") in [(hit.doc, hit.unit) for hit in found]
    assert all("加氢站" in hit.text for hit in found)
    assert backend.containing("航天飞机维修", 10) == ()


def test_the_original_is_handed_out(here: InProcess, there: OverHttp) -> None:
    assert here.original("2022-05").whole
    assert "第十一条" in here.original("2022-05").content.decode()
    assert "第十一条" in there.original("2022-05").content.decode()


def test_feedback_is_kept_for_an_answer_and_refused_for_none(backend: Backend) -> None:
    backend.rate(answer(backend).id, False, "金额不对")
    with pytest.raises(BackendFault):
        backend.rate("f" * 32, True, "")


def test_a_unit_that_is_not_there_is_said_in_chinese(backend: Backend) -> None:
    with pytest.raises((UnknownUnit, BackendFault), match="没有"):
        backend.unit("2022-05", "第九十九条")


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "首创产品能补多少",
        "加氢站建设补贴",
        "技术经理人怎么登记",
        "科技保险保费补贴多少",
        "升规企业奖励多少",
    ],
)
def test_every_question_that_is_offered_is_answered(here: InProcess, question: str) -> None:
    reply = answer(here, question)
    offers = follow_ups(reply, here.rules())
    assert offers
    for offer in offers:
        assert not answer(here, offer.question, () if offer.fresh else (question,)).refused, offer.question


def test_a_service_that_is_not_there_is_said_in_chinese() -> None:
    gone = OverHttp(f"http://127.0.0.1:{free_port()}")
    assert not gone.ready()
    with pytest.raises(BackendFault, match="连不上政策问答服务"):
        list(gone.ask("问", ()))
    with pytest.raises(BackendFault, match="连不上政策问答服务"):
        gone.documents()


def test_a_wrong_key_is_said_in_the_services_words(there: OverHttp) -> None:
    with pytest.raises(BackendFault, match="密钥"):
        OverHttp(there.base, "wrong-key-here").documents()


def test_a_missing_index_is_said_and_looked_for_again(tmp_path: Path) -> None:
    missing = InProcess(
        Settings(home=tmp_path), ServiceSettings(database_url=f"sqlite:///{tmp_path}/service.sqlite3")
    )
    with pytest.raises(IndexMissing, match="zhengce index build"):
        missing.documents()
    assert not missing.ready()
    with pytest.raises(ZhengceError):
        list(missing.ask("问", ()))
