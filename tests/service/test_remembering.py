"""What was answered before is not computed again, yet every answer is one of its own."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest

from assistant.bootstrap import Serving
from assistant.service.remembering import Known, Remembered
from assistant.service.settings import ServiceSettings
from assistant.settings import Settings
from tests.service.conftest import FOLLOW_UP, QUESTION, running
from tests.service.test_serve import served

OWN = ("id", "latency_ms")


def counted(base: str, step: str) -> int:
    """How often a step was taken."""
    said = httpx.get(f"{base}/metrics", timeout=30).text
    found = re.search(rf'zhengce_step_seconds_count\{{step="{step}"\}} (\S+)', said)
    return int(float(found[1])) if found else 0


def asked(base: str, **body: object) -> dict[str, object]:
    response = httpx.post(f"{base}/v1/ask", json={"question": QUESTION, **body}, timeout=30)
    assert response.status_code == 200
    answer: dict[str, object] = response.json()
    return answer


def words(answer: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in answer.items() if name not in OWN}


def test_the_same_question_is_computed_once_and_each_answer_is_kept(
    settings: Settings, serving: Serving, tmp_path: Path
) -> None:
    with running(settings, serving=serving, database_url=f"sqlite:///{tmp_path}/service.sqlite3") as base:
        first, again = asked(base), asked(base)
        assert (counted(base, "retrieve"), counted(base, "remembered"), counted(base, "keep")) == (1, 1, 2)
        assert words(first) == words(again)
        assert first["id"] != again["id"]
        records = [httpx.get(f"{base}/v1/answers/{one['id']}").json() for one in (first, again)]
        assert records[0]["trace"] == records[1]["trace"]
        assert [record["answer"]["id"] for record in records] == [first["id"], again["id"]]
        with httpx.stream("POST", f"{base}/v1/ask/stream", json={"question": QUESTION}, timeout=30) as stream:
            events = [line for line in stream.iter_lines() if line.startswith("event: ")]
        assert events.count("event: status") >= 5
        assert events[-1] == "event: done"
        assert counted(base, "retrieve") == 1


def test_another_history_day_or_wording_is_computed(
    settings: Settings, serving: Serving, tmp_path: Path
) -> None:
    with running(settings, serving=serving, database_url=f"sqlite:///{tmp_path}/service.sqlite3") as base:
        follow_up = asked(base, question=FOLLOW_UP, history=[QUESTION])
        assert words(asked(base, question=FOLLOW_UP)) != words(follow_up)
        early, late = asked(base, as_of="2022-01-01"), asked(base, as_of="2025-01-15")
        assert early["warnings"] != late["warnings"]
        assert asked(base, question=f"{QUESTION} ")["question"] != QUESTION
        assert counted(base, "remembered") == 0


def test_nothing_is_remembered_where_that_is_set(
    settings: Settings, serving: Serving, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    with running(settings, serving=serving, database_url=url, remembered_answers=0) as base:
        assert words(asked(base)) == words(asked(base))
        assert (counted(base, "retrieve"), counted(base, "remembered")) == (2, 0)


def test_an_index_that_takes_over_forgets_and_so_does_the_bound(serving: Serving) -> None:
    day = date(2025, 1, 15)
    known = Known(serving.pipeline.answer(QUESTION, (), day), [])
    remembered, newer = Remembered(2), replace(serving)
    for question in ("一", "二"):
        remembered.keep(serving, (question, (), day), known)
    assert remembered.find(serving, ("一", (), day)) is known
    remembered.keep(serving, ("三", (), day), known)
    assert remembered.find(serving, ("二", (), day)) is None
    assert remembered.find(serving, ("一", (), day)) is known
    assert remembered.find(newer, ("一", (), day)) is None
    remembered.keep(newer, ("四", (), day), known)
    assert remembered.find(serving, ("一", (), day)) is None


def test_a_service_has_a_process_for_each_core_but_few_unasked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for cores, processes in ((1, 1), (3, 3), (64, 4), (None, 1)):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        assert ServiceSettings().processes == processes
        assert ServiceSettings(workers=7).processes == 7
    url = f"sqlite:///{tmp_path}/service.sqlite3"
    with served("--workers", "0", ZHENGCE_SERVICE_DATABASE_URL=url) as (base, _):
        assert {httpx.get(f"{base}/readyz", timeout=60).status_code for _ in range(20)} == {200}
