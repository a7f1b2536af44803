"""`zhengce eval …` as a user types it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from assistant.cli import main
from evals.cases import CASES
from evals.runner import run
from tests.evals.building import Fake, case, chosen, options


def status(args: Sequence[str]) -> int:
    """How the command ends."""
    with pytest.raises(SystemExit) as ended:
        main(args)
    return int(ended.value.code or 0)


def _given(assistant: Fake) -> Fake:
    return assistant


def test_check_says_that_our_golds_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["eval", "check", "--set", str(CASES / "dev" / "paraphrases.jsonl")]) == 0
    assert "100 题" in capsys.readouterr().out


def test_check_ends_with_1_and_names_a_wrong_gold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(case(amount={"value": 25}).model_dump_json() + "\n")
    assert status(["eval", "check", "--set", str(path)]) == 1
    assert "x-1：算式得 24" in capsys.readouterr().out


def test_diff_compares_two_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = chosen(case(question="问"))
    for name, amount in (("a", 24), ("b", 25)):
        says = Fake({"问": amount})
        run(partial(_given, says), cases, options(tmp_path, out=tmp_path / name), Console(quiet=True))
    assert status(["eval", "diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    assert "新答错 1 题" in capsys.readouterr().out


@pytest.mark.parametrize(
    "args",
    [
        ["run", "--set", "nowhere"],
        ["run", "--jobs", "0"],
        ["check", "--set", "nowhere"],
        ["diff", "nowhere", "nowhere"],
    ],
)
def test_a_mistake_is_one_line_and_status_2(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["eval", *args]) == 2
    error = capsys.readouterr().err
    assert error.startswith("错误：")
    assert len(error.strip().splitlines()) == 1
