"""A model beside the offline answer: equal scores pass, a wrong amount or a lie that is shown does not."""

import io
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from assistant.draft import Draft
from assistant.pipeline import Pipeline
from assistant.settings import Settings
from assistant.worded import Worded
from corpus.errors import InvalidInput
from evals.cases import CaseSet, load_set, sampled
from evals.commands import evaluate
from evals.model.beside import beside
from evals.model.runs import run_liar, run_model
from evals.runner import Options
from tests.assistant import conftest as shared

settings = shared.settings
pipeline = shared.pipeline

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def some() -> CaseSet:
    return sampled(load_set("dev"), 20)


def options(folder: Path) -> Options:
    return Options(folder, DAY, "1", out=folder / "runs")


@dataclass(frozen=True)
class Changing:
    """Stands for a model that the gate would have failed to stop."""

    change: Any

    def word(self, *given: Any) -> Worded:
        draft: Draft = given[3]
        return Worded(self.change(draft), True)


def judged(pipeline: Pipeline, change: Any, some: CaseSet, folder: Path, lies: list[str]) -> tuple[int, str]:
    told = Console(file=io.StringIO(), width=200)
    changed = pipeline.worded_by(Changing(change))
    status = beside(changed, "changing", some, options(folder), told, lambda *_: lies)
    return status, told.file.getvalue()  # type: ignore[attr-defined]


def test_the_liar_changes_no_score(settings: Settings, some: CaseSet, tmp_path: Path) -> None:
    told = Console(file=io.StringIO(), width=200)
    assert run_liar(settings, some, options(tmp_path), told) == 0, told.file.getvalue()  # type: ignore[attr-defined]


def test_what_is_worse_than_offline_fails_the_run(pipeline: Pipeline, some: CaseSet, tmp_path: Path) -> None:
    def same(draft: Draft) -> Draft:
        return draft

    def without_amount(draft: Draft) -> Draft:
        return replace(draft, amount=None)

    def without_warnings(draft: Draft) -> Draft:
        return replace(draft, warnings=())

    assert judged(pipeline, same, some, tmp_path / "a", [])[0] == 0
    assert judged(pipeline, same, some, tmp_path / "b", ["假话"])[0] == 1
    status, told = judged(pipeline, without_amount, some, tmp_path / "c", [])
    assert (status, "金额准确低于离线" in told, "的拒答、金额或算式" in told) == (1, True, True)
    status, told = judged(pipeline, without_warnings, some, tmp_path / "d", [])
    assert (status, "少了效力提示" in told) == (1, True)


def test_a_run_without_a_model_says_what_to_set(settings: Settings, some: CaseSet, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="ZHENGCE_MODEL_BASE_URL"):
        run_model(settings, some, options(tmp_path), Console(file=io.StringIO()))


def test_the_command_explains_itself() -> None:
    said = CliRunner().invoke(evaluate, ["run", "--help"]).output
    assert "--liar" in said
    assert "--model" in said
