"""Index versions and the way back, complaints, usage, the last eval."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.service.store.database import open_database
from assistant.service.store.store import Answered, Store
from assistant.settings import Settings
from corpus.errors import IndexBroken, InvalidInput
from indexer.versions import Versions
from tests.ui.fakes import reply
from ui.backend.managing import Managing


def nothing() -> None:
    """Opening the index anew goes well."""


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    """A home with two versions of the real index; the older one is a copy under an earlier name."""
    serving = Versions(settings.home).serving()
    home = tmp_path / "home"
    shutil.copytree(serving.path, home / "index" / serving.name)
    older = home / "index" / f"20200101T000000000000-{serving.name[-8:]}"
    shutil.copytree(serving.path, older)
    manifest = json.loads((older / "manifest.json").read_text("utf-8"))
    manifest |= {"version": older.name, "built_at": "2020-01-01T00:00:00+00:00"}
    (older / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (home / "index" / "current").write_text(json.dumps({"version": serving.name}), "utf-8")
    return home


@pytest.fixture
def managing(home: Path, tmp_path: Path) -> Callable[..., Managing]:
    def made(reload: Callable[[], None] = nothing) -> Managing:
        return Managing(home, f"sqlite:///{tmp_path}/service.sqlite3", reload)

    return made


def kept(tmp_path: Path, *ratings: tuple[str, str, str]) -> None:
    """Answers in the service's database, each with a rating and a comment."""
    store = Store(open_database(f"sqlite:///{tmp_path}/service.sqlite3"))
    store.prepare()
    for question, rating, comment in ratings:
        answer = reply(question).model_dump(mode="json")
        answer["id"] = f"{abs(hash(question)):032x}"[:32]
        store.keep(Answered("local", "page", None, None, (), date.today(), answer, [], {}))
        store.keep_feedback("local", answer["id"], rating, comment)
    store.close()


def test_versions_stand_newest_first_and_one_serves(managing: Callable[..., Managing]) -> None:
    newer, older = managing().versions()
    assert (newer.serving, older.serving) == (True, False)
    assert older.built_at.startswith("2020")


def test_rolling_back_switches_and_loads(managing: Callable[..., Managing], home: Path) -> None:
    loaded = []
    manager = managing(lambda: loaded.append(Versions(home).serving().name))
    older = manager.versions()[1].name
    manager.roll_back(older)
    assert loaded == [older]
    assert manager.versions()[1].serving


def test_a_version_that_cannot_be_loaded_leaves_the_present_one(
    managing: Callable[..., Managing], home: Path
) -> None:
    serving = Versions(home).serving().name

    def broken() -> None:
        if Versions(home).serving().name != serving:
            raise IndexBroken("坏了")

    manager = managing(broken)
    with pytest.raises(IndexBroken):
        manager.roll_back(manager.versions()[1].name)
    assert Versions(home).serving().name == serving


def test_a_damaged_or_unknown_version_is_refused(managing: Callable[..., Managing], home: Path) -> None:
    manager = managing()
    older = manager.versions()[1].name
    (home / "index" / older / "store.sqlite").write_bytes(b"damaged")
    with pytest.raises(IndexBroken, match="已损坏"):
        manager.roll_back(older)
    with pytest.raises(InvalidInput, match="没有做完的"):
        manager.roll_back("../../etc")


def test_complaints_become_cases(managing: Callable[..., Managing], tmp_path: Path) -> None:
    assert managing().complaints() == []
    kept(tmp_path, ("能补多少？", "down", "金额不对"), ("怎么申请？", "up", ""))
    (complaint,) = managing().complaints()
    assert (complaint.question, complaint.comment) == ("能补多少？", "金额不对")
    (case,) = (json.loads(line) for line in managing().cases().decode().splitlines())
    assert case["question"] == "能补多少？"
    assert "金额不对" in case["note"]


def test_usage_is_counted(managing: Callable[..., Managing], tmp_path: Path) -> None:
    assert managing().usage(30) is None
    kept(tmp_path, ("甲？", "down", ""), ("乙？", "up", ""))
    found = managing().usage(30)
    assert found is not None
    assert (found.total, found.up, found.down) == (2, 1, 1)
    assert [(channel, count) for _, channel, count in found.by_day] == [("page", 2)]
    assert found.documents[0] == ("d1", 2)


def test_the_eval_that_was_finished_last_is_shown_and_a_broken_one_passed_over(
    managing: Callable[..., Managing], home: Path
) -> None:
    assert managing().evaluation() is None
    folder = home / "evals" / "test-1"
    folder.mkdir(parents=True)
    score = {"mean": 0.9, "low": 0.8, "high": 1.0, "n": 1}
    case = {"id": "1", "type": "lookup", "docs": [], "group": None, "digest": "d", "scores": {}, "failed": []}
    result = {
        "key": {"set_name": "test", "questions": "q", "index": "i", "code": "c", "as_of": "2026-01-01"},
        "hidden": False,
        "summary": {
            "overall": {"citation_recall": score},
            "by_doc": {},
            "by_type": {},
            "latency": {"p50": 1, "p95": 2},
            "cases": 1,
            "passed": 1,
        },
        "cases": [case],
        "groups": {},
    }
    (folder / "results.json").write_text(json.dumps(result), "utf-8")
    broken = home / "evals" / "test-2"
    broken.mkdir()
    (broken / "results.json").write_text("{", "utf-8")
    found = managing().evaluation()
    assert found is not None
    assert (found.name, found.cases, found.passed) == ("test", 1, 1)
    assert found.by_type == (("lookup", 1, 1.0),)
    assert found.scores[0][1:] == (0.9, 0.8, 1.0, 1)
