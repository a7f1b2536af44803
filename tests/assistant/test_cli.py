"""The command line: exit status, one line for a user's mistake, JSON as the contract says."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.pipeline import Pipeline
from assistant.settings import Settings
from corpus.catalog import Corpus
from corpus.folding import squeeze
from tests.commands import Run, runner

QUESTION = "首创产品第一个合同1200万，国内首创，能补多少？"
ANSWER_KEYS = {
    "id",
    "question",
    "answer",
    "refused",
    "citations",
    "amount",
    "calculation",
    "warnings",
    "index_version",
    "latency_ms",
}
CITATION_KEYS = {"doc", "doc_no", "title", "unit", "path", "quote", "status"}


@pytest.fixture
def run(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, on the session's pipeline."""
    monkeypatch.setattr("assistant.bootstrap.build", lambda settings, **_: pipeline)
    return runner(capsys)


def spawn(*args: str | bytes, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command as its users do."""
    return subprocess.run(
        [sys.executable, "-m", "assistant", *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **environment},
        cwd=Path(__file__).parents[2],
        check=False,
    )


def is_one_clear_line(text: str) -> bool:
    return text.startswith("错误：") and text.count("\n") == 1 and "Traceback" not in text


def test_a_cold_process_answers_with_the_object_of_the_contract(settings: Settings) -> None:
    ended = spawn("ask", QUESTION, "--json", "--as-of", "2025-01-15")
    assert ended.returncode == 0
    answer = json.loads(ended.stdout)
    assert set(answer) == ANSWER_KEYS
    assert answer["question"] == QUESTION
    assert answer["amount"] == {"value": 300, "unit": "万元", "kind": "upper_bound"}
    assert set(answer["calculation"]) == {"rule", "inputs", "steps", "missing"}
    assert all(set(citation) == CITATION_KEYS for citation in answer["citations"])
    assert (answer["citations"][0]["doc"], answer["citations"][0]["unit"]) == ("2022-05", "第十一条")


def test_a_mistake_in_a_real_process_is_one_line_and_status_2() -> None:
    ended = spawn("show", "2022-05", "第九十九条")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert is_one_clear_line(ended.stderr)
    assert "第九十九条" in ended.stderr


def test_no_index_is_one_line_that_names_the_way_out(tmp_path: Path) -> None:
    ended = spawn("ask", QUESTION, ZHENGCE_HOME=str(tmp_path / "nowhere"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert is_one_clear_line(ended.stderr)
    assert "zhengce index build" in ended.stderr


def test_a_setting_that_cannot_be_is_one_line_and_status_2() -> None:
    ended = spawn("index", "status", ZHENGCE_DENSE_BACKEND="fastest")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert is_one_clear_line(ended.stderr)
    assert "dense_backend" in ended.stderr.lower()


def test_an_argument_that_is_no_text_ends_without_a_traceback(settings: Settings) -> None:
    ended = spawn("ask", b"\xff\xfe\xe9\xa6\x96\xe5\x88\x9b", "--json")
    assert "Traceback" not in ended.stderr
    assert ended.returncode in (0, 2)
    assert "\ufffd" not in ended.stdout


MISTAKES = {
    "no question": ["ask"],
    "a blank question": ["ask", "  "],
    "an unknown command": ["frage"],
    "an unknown option": ["ask", QUESTION, "--jason"],
    "a date that is none": ["ask", QUESTION, "--as-of", "2025-13-01"],
    "a date in another form": ["ask", QUESTION, "--as-of", "2025年1月"],
    "a batch without a target": ["ask", "--batch", "questions.jsonl"],
    "an unknown document": ["show", "2099-01", "第一条"],
    "an unknown unit": ["show", "cufa-175", "第十六条"],
    "too many results": ["search", "加氢站", "-k", "0"],
    "an unknown rule": ["calc", "2022-05.nothing"],
    "a value without a name": ["calc", "2022-05.insurance", "100万元"],
    "an unknown input": ["calc", "2022-05.insurance", "profit=100万元"],
    "a value of another measure": ["calc", "2022-05.insurance", "premium=100人"],
    "a value that is none": ["calc", "2022-05.insurance", "premium=很多"],
    "an unknown choice": ["calc", "2022-05.first-contract", "contract=100万元", "novelty=区级首创"],
}


@pytest.mark.parametrize("args", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line_and_status_2(run: Run, args: list[str]) -> None:
    ran = run(*args)
    assert (ran.status, ran.out) == (2, "")
    assert is_one_clear_line(ran.err)


IN_CHINESE = {
    "an unknown option": (["ask", "--jsno"], "没有选项 --jsno，您要的可能是 --json、--as-of"),
    "an unknown command": (["serv"], "没有命令 serv，您要的可能是 serve、search"),
    "an unknown command of a group": (["index", "foo"], "没有命令 foo"),
    "no command of a group": (["keys"], "zhengce keys 后面还要写一个命令：create、list、revoke"),
    "a number out of range": (["search", "加氢站", "-k", "0"], "-k 不能是“0”：应是 1 到 100 之间的整数"),
    "no number": (["serve", "--port", "abc"], "--port 不能是“abc”：应是 0 到 65535 之间的整数"),
    "none of the choices": (["keys", "create", "x", "--scope", "all"], "--scope 不能是“all”：只能是 "),
    "no argument": (["search"], "缺少 WORDS"),
    "an argument too many": (["show", "2022-05", "第一条", "第二条"], "多出了“第二条”"),
    "an option without its value": (["ask", "--as-of"], "--as-of 后面要写一个值"),
    "a value for a flag": (["ask", "--json=3"], "--json 后面不能写值"),
    "a folder that is not there": (["rules", "check", "/nope"], "没有目录 /nope"),
    "a profile that is not there": (["match", "--profile", "/nope.yaml"], "没有这个文件或目录"),
    "a batch that is a folder": (["ask", "--batch", "/", "--out", "/x"], "这是一个目录，不是文件"),
    "a version that is not there": (["diff", "2022-05", "/nope.docx"], "没有文件 /nope.docx"),
    "a version beside us that is not there": (["diff", "2022-05", "./修订稿"], "没有文件 ./修订稿"),
}
ENGLISH = re.compile(r"\b(?:no|not|is|does|got|missing|invalid|usage|try|such)\b", re.IGNORECASE)


@pytest.mark.parametrize(("args", "words"), IN_CHINESE.values(), ids=IN_CHINESE.keys())
def test_a_mistake_is_told_in_chinese(run: Run, args: list[str], words: str) -> None:
    ran = run(*args)
    assert ran.status == 2
    assert is_one_clear_line(ran.err)
    assert words in ran.err
    assert not ENGLISH.search(ran.err)


def test_a_broken_profile_is_told_in_chinese(run: Run, tmp_path: Path) -> None:
    profile = tmp_path / "profile.yaml"
    profile.write_text('facts:\n  注册地: "北京\n', encoding="utf-8")
    ran = run("match", "--profile", str(profile))
    assert ran.status == 2
    assert is_one_clear_line(ran.err)
    assert "不是合格的 YAML" in ran.err
    assert not ENGLISH.search(ran.err)


COMMANDS = [
    [],
    ["index"],
    ["index", "build"],
    ["index", "status"],
    ["ask"],
    ["chat"],
    ["show"],
    ["search"],
    ["rules"],
    ["calc"],
    ["corpus"],
    ["corpus", "export"],
    ["serve"],
    ["eval"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(run: Run, command: list[str]) -> None:
    ran = run(*command, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert "Usage: zhengce" in ran.out


def test_an_answer_for_reading_is_the_answer_of_the_object(run: Run) -> None:
    read, data = run("ask", QUESTION), run("ask", QUESTION, "--json").data
    assert (read.status, read.out.rstrip("\n")) == (0, data["answer"].rstrip("\n"))


def test_a_refused_document_is_named_with_its_brackets(run: Run) -> None:
    for asked in ("京科发〔2022〕50号", "京科发[2022]50号"):
        answer = run("ask", f"{asked}有什么支持", "--json").data
        assert answer["refused"]
        assert "京科发〔2022〕50号" in answer["answer"]


def test_a_refused_negative_figure_is_no_example(run: Run) -> None:
    ran = run("calc", "2022-05.first-contract", "contract=-5")
    assert ran.status == 2
    assert "-5万元" not in ran.err
    assert "例如写成 5万元" in run("calc", "2022-05.first-contract", "contract=5").err


def test_a_refusal_is_an_answer_and_no_mistake(run: Run) -> None:
    ran = run("ask", "上海的补贴政策是什么", "--json")
    assert ran.status == 0
    assert ran.data["refused"] is True
    assert (ran.data["citations"], ran.data["amount"], ran.data["calculation"]) == ([], None, None)


@pytest.mark.parametrize(("day", "status"), [("2025-08-11", "in_force"), ("2025-08-12", "expired")])
def test_the_day_decides_the_status(run: Run, day: str, status: str) -> None:
    data = run("ask", "加氢站建设补贴多少", "--json", "--as-of", day).data
    assert {citation["status"] for citation in data["citations"]} == {status}
    assert bool(data["warnings"]) is (status == "expired")


def test_an_amount_is_a_number_of_json(run: Run) -> None:
    whole = run("ask", "首台套保险费100万能补多少", "--json").data["amount"]["value"]
    part = run("ask", "首台套保险费1.25万能补多少", "--json").data["amount"]["value"]
    odd = run("ask", "首台套保险费12345元能补多少", "--json").data["amount"]["value"]
    assert (whole, type(whole)) == (80, int)
    assert part == 1
    assert odd == pytest.approx(0.9876)


@pytest.mark.parametrize(
    ("rule", "day", "status", "said"),
    [
        ("jxf-63.station", "2025-08-11", "in_force", None),
        ("jxf-63.station", "2025-08-12", "expired", "已过有效期"),
        ("jxf-63.station", "2020-01-01", "not_yet", "尚未施行"),
        ("draft-kejifuwu.leading", "2025-08-11", "draft", "征求意见稿"),
    ],
)
def test_a_calculation_warns_as_an_answer_does(
    run: Run, rule: str, day: str, status: str, said: str | None
) -> None:
    data = run("calc", rule, "--json", "--as-of", day).data
    read = run("calc", rule, "--as-of", day).out
    assert data["status"] == status
    assert bool(data["warnings"]) is (said is not None)
    assert [line for line in read.splitlines() if "【注意】" in line] == [
        f"【注意】{warning}" for warning in data["warnings"]
    ]
    assert said is None or said in read


def test_show_gives_the_whole_unit(run: Run, corpus: Corpus) -> None:
    data = run("show", "2022-05", "第十一条", "--json").data
    unit = corpus.unit("2022-05", "第十一条")
    assert (data["doc"], data["doc_no"], data["unit"]) == ("2022-05", "京科发〔2022〕5号", "第十一条")
    assert data["text"] == unit.text
    read = run("show", "2022-05", "第十一条")
    assert read.status == 0
    assert unit.text in read.out


def test_search_ranks_units_and_gives_no_answer(run: Run) -> None:
    hits = run("search", "加氢站建设补贴", "-k", "3", "--json").data["results"]
    assert (hits[0]["doc"], hits[0]["unit"]) == ("jxf-63", "13")
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert len(hits) == 3


def test_rules_are_listed_with_units_and_verbatim_quotes(run: Run, corpus: Corpus) -> None:
    data = run("rules", "--json").data
    assert set(data) == {"rules", "not_computable"}
    for rule in data["rules"]:
        assert set(rule) == {"id", "doc", "unit", "path", "label", "kind", "inputs", "quotes"}
        assert rule["kind"] in ("exact", "upper_bound")
        assert all(set(spec) == {"name", "label", "unit", "required"} for spec in rule["inputs"])
        source = squeeze(corpus.sources[corpus.document(rule["doc"]).source].text)
        assert rule["quotes"]
        assert all(squeeze(quote) in source for quote in rule["quotes"])
        assert corpus.unit(rule["doc"], rule["unit"]).label == rule["unit"]
    for entry in data["not_computable"]:
        assert set(entry) == {"doc", "unit", "quote", "reason"}
        assert squeeze(entry["quote"]) in squeeze(corpus.sources[corpus.document(entry["doc"]).source].text)
        assert entry["reason"]
    assert len({rule["id"] for rule in data["rules"]}) == len(data["rules"])


def test_a_calculation_gives_the_same_bytes_every_time_and_in_any_order(run: Run) -> None:
    args = ["contract=1200万元", "novelty=国内首创"]
    once = run("calc", "2022-05.first-contract", *args, "--json")
    again = run("calc", "2022-05.first-contract", *reversed(args), "--json")
    assert once.out == again.out
    assert once.data["amount"] == {"value": "300", "unit": "万元", "kind": "upper_bound"}
    assert once.data["version"]
    assert once.data["text_hash"]


def test_a_calculation_asks_for_what_is_missing(run: Run) -> None:
    data = run("calc", "2022-05.insurance", "--json").data
    assert data["amount"] is None
    assert data["missing"] == ["premium"]
    assert data["questions"]


def test_the_corpus_is_exported_with_offsets_into_the_sources(run: Run, corpus: Corpus) -> None:
    documents = run("corpus", "export", "--json").data["documents"]
    assert [document["key"] for document in documents] == [document.key for document in corpus.documents]
    assert len(documents) == 17
    for document in documents:
        assert set(document) == {
            "key",
            "doc_no",
            "title",
            "issuers",
            "issued",
            "effective",
            "expires",
            "status",
            "repeals",
            "source",
            "units",
        }
        length = len(corpus.sources[document["source"]].text)
        for unit in document["units"]:
            assert set(unit) == {"label", "heading", "chapter", "text", "spans", "children"}
            assert unit["spans"]
            assert all(0 <= start < end <= length for start, end in unit["spans"])
            assert all(set(child) == {"path", "text", "spans", "children"} for child in unit["children"])


def test_the_status_of_the_index(run: Run, corpus: Corpus) -> None:
    data = run("index", "status", "--json").data
    assert {"documents", "units", "chunks", "model", "version", "built_at"} <= set(data)
    assert data["documents"] == 17
    assert data["units"] == sum(len(document.units) for document in corpus.documents)
    assert data["chunks"] >= data["units"]
    assert str(data["documents"]) in run("index", "status").out


def test_building_an_index_that_is_up_to_date_does_nothing_and_says_so(run: Run) -> None:
    before = run("index", "status", "--json").data["version"]
    ran = run("index", "build")
    assert ran.status == 0
    assert "没有改动" in ran.out
    assert run("index", "status", "--json").data["version"] == before


def test_a_conversation_remembers_until_a_blank_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{QUESTION}\n换成800万呢\n\n首台套保费多少\n"))
    ran = run("chat")
    assert ran.status == 0
    assert "300万元" in ran.out
    assert "240万元" in ran.out
    assert "80%" not in ran.out
