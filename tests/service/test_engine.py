"""Loading, switching and sharing the index."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer
from assistant.bootstrap import Serving
from assistant.service import engine as module
from assistant.service.engine import Engine
from assistant.service.problems import Problem
from assistant.service.settings import ServiceSettings
from assistant.settings import Settings
from corpus.errors import IndexBroken
from indexer.versions import Versions
from tests.assistant.conftest import IN_FORCE_DAY

QUESTIONS = [
    ("首创产品第一个合同1200万，国内首创，能补多少？", ()),
    ("换成800万呢", ("首创产品第一个合同1200万，国内首创，能补多少？",)),
    ("加氢站建设补贴分几档", ()),
    ("上海的补贴政策是什么", ()),
    ("首台套保险费100万能补多少", ()),
    ("三新产品认定要交哪些材料", ()),
    ("5号文和氢能政策对国内首创产品的上限哪个高", ()),
    ("622号文还管用吗", ()),
]


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    """A home with a copy of the pointer, which a test may set."""
    (tmp_path / "models").symlink_to(settings.home / "models")
    root = settings.home / "index"
    (tmp_path / "index").mkdir()
    version = Versions(settings.home).serving().name
    for name in ("one", "two"):
        (tmp_path / "index" / name).symlink_to(root / version)
    point(tmp_path, "one")
    return tmp_path


def point(home: Path, version: str) -> None:
    (home / "index" / "current").write_text(json.dumps({"version": version}), "utf-8")


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, serving: Serving) -> list[Any]:
    """Builds of the index: each is a copy of the session's, named as the pointer says."""
    builds: list[Any] = []

    def build(settings: Settings, *_: Any) -> Serving:
        name = Versions(settings.home).serving().name
        builds.append(name)
        return replace(serving, status=replace(serving.status, version=name))

    monkeypatch.setattr(module, "build_serving", build)
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.0)
    return builds


@pytest.fixture
def engine(home: Path, built: list[Any]) -> Iterator[Engine]:
    engine = Engine(Settings(home=home), ServiceSettings())
    yield engine
    engine.close()


def wait(engine: Engine, version: str) -> Serving:
    """The serving index, once it is this version."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if engine.serving().status.version == version:
                break
        except Problem:
            pass
        time.sleep(0.02)
    return engine.serving()


def test_before_the_first_index_is_loaded_it_says_so(engine: Engine) -> None:
    with pytest.raises(Problem) as problem:
        engine.serving()
    assert problem.value.code == "starting"
    assert wait(engine, "one").status.version == "one"


def test_a_newly_built_version_takes_over_and_work_that_began_ends_on_the_old(
    engine: Engine, home: Path, built: list[Any]
) -> None:
    old = wait(engine, "one")
    point(home, "two")
    assert engine.serving() is old
    assert wait(engine, "two").status.version == "two"
    assert built == ["one", "two"]
    assert old.pipeline.answer("首创产品能补多少").citations


def test_a_broken_new_version_leaves_the_old_one_serving(
    engine: Engine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(engine, "one")

    def broken(*_: Any) -> Serving:
        raise IndexBroken("坏了")

    monkeypatch.setattr(module, "build_serving", broken)
    point(home, "two")
    for _ in range(20):
        assert engine.serving().status.version == "one"
        time.sleep(0.01)


def test_an_index_of_another_model_is_not_taken(
    engine: Engine, home: Path, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(engine, "one")
    other = replace(serving, status=replace(serving.status, version="two", model="another"))
    monkeypatch.setattr(module, "build_serving", lambda *_: other)
    point(home, "two")
    time.sleep(0.1)
    assert engine.serving().status.version == "one"


def test_a_pointer_that_is_lost_leaves_the_index_serving(engine: Engine, home: Path) -> None:
    wait(engine, "one")
    (home / "index" / "current").unlink()
    assert engine.serving().status.version == "one"


def test_threads_get_the_answers_that_one_alone_gets(serving: Serving) -> None:
    def answer(case: tuple[str, tuple[str, ...]], day: date = IN_FORCE_DAY) -> Answer:
        return replace(serving.pipeline.answer(case[0], case[1], day), id="", latency_ms=0)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(answer, QUESTIONS * 5))
    assert together == [answer(case) for case in QUESTIONS] * 5
