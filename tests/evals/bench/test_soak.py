"""The service under load: what is counted is what happened."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.settings import Settings
from evals.bench.soak import Options, run
from evals.commands import evaluate
from tests.assistant import conftest as shared

settings = shared.settings


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A set of two questions, one of which the service does not take."""
    gold = {
        "type": "refuse",
        "citations": [],
        "amount": None,
        "must_include": [],
        "refuse": True,
        "note": "n",
    }
    lines = [
        {"id": "a", "question": "上海的补贴政策是什么", **gold},
        {"id": "b", "question": "补" * 2001, **gold},
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return path


def test_requests_errors_and_memory_are_counted(settings: Settings, cases: Path) -> None:
    soak = run(Options(str(cases), clients=3, seconds=1.0, requests=400, workers=1, distinct=2), settings)
    assert soak.answers > 0
    assert set(soak.errors) == {"422"}
    assert abs(soak.answers - soak.errors["422"]) <= 3
    assert soak.latency.p50 <= soak.latency.p95 <= soak.slowest
    assert [look.requests for look in soak.memory] == sorted(look.requests for look in soak.memory)
    assert soak.memory[-1].requests > 300
    assert all(100 < look.megabytes < 5000 for look in soak.memory)
    assert soak.cpu_per_answer > 1
    assert 0 < soak.server_cores <= soak.busy_cores + 0.2
    assert (soak.database, soak.workers, soak.distinct) == ("sqlite", 1, 2)


def test_the_command_says_what_it_does() -> None:
    said = CliRunner().invoke(evaluate, ["soak", "--help"]).output
    assert "压测" in said
    assert "--clients" in said
