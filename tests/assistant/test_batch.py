"""Many questions from a file: order, ids, history, and files that are not as they should be."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.commands.batch import answer_batch, read_questions
from assistant.pipeline import Pipeline
from corpus.errors import InvalidInput
from tests.assistant.conftest import Ask

DAY = date(2025, 1, 15)
Batch = Callable[[str | bytes], list[dict[str, Any]]]


@pytest.fixture
def batch(pipeline: Pipeline, tmp_path: Path) -> Batch:
    """From the input file's content to the objects of the output file."""

    def answered(content: str | bytes) -> list[dict[str, Any]]:
        source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        questions = read_questions(source)
        assert answer_batch(pipeline, questions, target, DAY) == len(questions)
        lines = target.read_text(encoding="utf-8").split("\n")
        assert lines.pop() == ""
        return [json.loads(line) for line in lines]

    return answered


def line(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"


def test_answers_keep_order_and_ids(batch: Batch) -> None:
    texts = {"b": "加氢站建设补贴多少", "a": "上海有什么补贴", "c": "三新产品证书几年有效"}
    answers = batch("".join(line(id=key, question=text, history=[]) for key, text in texts.items()))
    assert [(answer["id"], answer["question"]) for answer in answers] == list(texts.items())
    assert [answer["refused"] for answer in answers] == [False, True, False]


def test_a_line_gives_the_same_object_as_a_single_question(batch: Batch, ask: Ask) -> None:
    text = "首创产品第一个合同1200万，国内首创，能补多少？"
    single = ask(text, as_of=DAY).to_dict()
    (answer,) = batch(line(id="x", question=text))
    changing = ("id", "latency_ms")
    assert {k: v for k, v in answer.items() if k not in changing} == {
        k: v for k, v in single.items() if k not in changing
    }


def test_history_belongs_to_its_own_line(batch: Batch) -> None:
    earlier = ["首创产品第一个合同1200万，国内首创，能补多少？"]
    first, second = batch(
        line(id="1", question="换成800万呢", history=earlier)
        + line(id="2", question="换成800万呢", history=[])
    )
    assert first["amount"]["value"] == 240
    assert second["amount"] is None


TOLERATED = {
    "a byte order mark": "\ufeff" + line(id="1", question="三新产品证书几年有效"),
    "blank lines": "\n\n" + line(id="1", question="三新产品证书几年有效") + "  \n",
    "carriage returns": line(id="1", question="三新产品证书几年有效").replace("\n", "\r\n"),
    "fields of an eval case": line(
        id="1", question="三新产品证书几年有效", type="lookup", citations=[], amount=None
    ),
    "a number as id": '{"id": 1, "question": "三新产品证书几年有效"}',
    "a line separator inside a string": line(id="1", question="三新产品证书\u2028几年有效"),
    "a next-line sign inside a string": line(id="1", question="三新产品证书\u0085几年有效"),
}


@pytest.mark.parametrize("content", TOLERATED.values(), ids=TOLERATED.keys())
def test_what_json_lines_allow_is_read(batch: Batch, content: str) -> None:
    (answer,) = batch(content)
    assert answer["id"] == "1"
    assert answer["citations"][0]["unit"] == "第六条"


def test_an_empty_file_gives_an_empty_file(batch: Batch) -> None:
    assert batch("") == []


def test_half_a_surrogate_pair_spoils_neither_its_line_nor_the_others(batch: Batch) -> None:
    sound = line(id="2", question="三新产品证书几年有效")
    answers = batch('{"id": "1", "question": "首台套保费\\ud83d能补多少"}\n' + sound)
    assert [answer["id"] for answer in answers] == ["1", "2"]
    assert answers[0]["citations"][0]["unit"] == "第十二条"
    assert answers[1]["citations"][0]["unit"] == "第六条"


WRONG = {
    "no JSON": ("保费能补多少\n", "第 1 行"),
    "no object": ('["a"]\n', "第 1 行"),
    "no question": (line(id="1", question="好") + line(id="2"), "第 2 行"),
    "no id": ("\n" + line(question="保费能补多少"), "第 2 行"),
    "a question that is no text": ('{"id": "1", "question": null}', "第 1 行"),
    "a history that is no list": (line(id="1", question="好", history={"a": 1}), "第 1 行"),
    "no UTF-8": ('{"id": "1", "question": "保费"}'.encode("gb18030"), "UTF-8"),
}


@pytest.mark.parametrize(("content", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_refused_naming_its_line(tmp_path: Path, content: str | bytes, words: str) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InvalidInput, match=words) as refused:
        read_questions(source)
    assert str(source) in str(refused.value)


@pytest.mark.parametrize("name", ["missing.jsonl", ""])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="读不了"):
        read_questions(tmp_path / name)


def test_a_target_that_cannot_be_written_is_named(pipeline: Pipeline, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="写不了"):
        answer_batch(pipeline, [], tmp_path / "missing" / "out.jsonl", DAY)


def test_a_target_is_not_touched_before_all_is_answered(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(line(id="1", question="保费能补多少"), encoding="utf-8")
    target.write_text("earlier\n", encoding="utf-8")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Pipeline, "answer", fail)
    with pytest.raises(KeyboardInterrupt):
        answer_batch(pipeline, read_questions(source), target, DAY)
    assert target.read_text(encoding="utf-8") == "earlier\n"
