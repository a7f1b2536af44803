"""From a file to an answer that cites it, and away again."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from assistant.documents import adding
from corpus.errors import IndexBroken
from corpus.folding import squeeze
from indexer.index import SearchIndex
from tests.commands import Run

KEY = "hfgg-2025-8"
QUESTION = "新建一个公共起降场能补贴多少"
RULE = """document: hfgg-2025-8
rules:
  - id: hfgg-2025-8.pilots
    unit: 第五条
    path: 第五条
    label: 飞手培训补贴
    aliases: [飞手培训, 飞手补贴, 无人机驾驶员执照]
    applicant: 组织员工取得无人机驾驶员执照的企业
    kind: exact
    inputs:
      pilots:
        label: 取得执照的人数
        synonyms: [人, 名, 个员工, 名员工, 个飞手]
        measure: 人
        range: {at_least: 1人}
        ask: 请问有几名员工取得无人机驾驶员执照？
    formula: {per_unit: {count: pilots, rate: 2000元/人}}
    quotes: [每人补贴2000元]
    reviewed: ""
    examples:
      - {name: 十人, given: {pilots: 10人}, expect: {amount: 20000元}}
"""


def test_add_ask_cite_show_search_export_remove(run: Run, policy: Path, home: Path) -> None:
    before = run("corpus", "export").out
    refused = run("ask", QUESTION, "--json").data
    assert all(citation["doc"] != KEY for citation in refused["citations"])

    added = run("index", "add", str(policy), "--yes")
    assert added.status == 0
    assert KEY in added.out
    (embedded,) = re.findall(r"新算 (\d+) 个片段", added.out)
    assert 0 < int(embedded) < 12

    answer = run("ask", QUESTION, "--json", "--as-of", "2026-01-01").data
    cited = answer["citations"][0]
    assert (cited["doc"], cited["unit"], cited["status"]) == (KEY, "第三条", "in_force")
    assert cited["doc_no"] == "海发改规〔2025〕8号"
    assert squeeze(cited["quote"]) in squeeze(policy.read_text("utf-8"))
    assert run("ask", QUESTION, "--json", "--as-of", "2029-01-01").data["citations"][0]["status"] == "expired"
    assert "500万元" in run("show", KEY, "第三条").out
    assert run("show", "海发改规〔2025〕8号", "第5条").status == 0
    assert run("search", "无人机驾驶员执照", "-k", "1", "--json").data["results"][0]["doc"] == KEY
    exported = {document["key"]: document for document in run("corpus", "export").data["documents"]}
    assert exported[KEY]["effective"] == "2025-04-01"
    assert exported[KEY]["expires"] == "2027-12-31"
    assert run("index", "status", "--json").data["documents"] == 18
    gone = run("ask", "海棠市通用航空产业支持办法还有效吗", "--json").data
    assert "废止" in gone["answer"]

    assert run("index", "remove", KEY, "--yes").status == 0
    assert run("corpus", "export").out == before
    assert run("index", "status", "--json").data["documents"] == 17
    assert not list((home / "corpus" / "sources").glob("*.txt"))
    assert run("show", KEY, "第三条").status == 2


def test_answers_from_the_package_stay_as_they_were(run: Run, policy: Path) -> None:
    questions = ("首创产品第一个合同1200万，国内首创，能补多少？", "深圳对数字人有什么补贴")
    before = [run("ask", question, "--json").data["answer"] for question in questions]
    run("index", "add", str(policy), "--yes")
    assert [run("ask", question, "--json").data["answer"] for question in questions] == before


def test_without_a_terminal_nothing_is_changed(run: Run, policy: Path, home: Path) -> None:
    asked = run("index", "add", str(policy))
    assert asked.status == 2
    assert "--yes" in asked.err
    assert "海发改规〔2025〕8号" in asked.out
    assert not (home / "corpus").exists()


def test_what_was_recognised_can_be_corrected(run: Run, policy: Path, home: Path, tmp_path: Path) -> None:
    given = tmp_path / "改正.yaml"
    given.write_text("低空经济.txt: {key: dikong, title: 低空办法, expires: 2026-06-30}\n", "utf-8")
    assert run("index", "add", str(policy), "--yes", "--catalogue", str(given)).status == 0
    shown = run("show", "dikong", "第五条", "--as-of", "2026-07-01", "--json").data
    assert (shown["title"], shown["status"]) == ("低空办法", "expired")
    entries = yaml.safe_load((home / "corpus" / "documents.yaml").read_text("utf-8"))["documents"]
    assert entries[0]["repeals"][0]["number"] == "海发改规〔2020〕3号"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (["--set", "日期=2025"], "没有“日期”这一项"),
        (["--set", "issued=去年"], "印发日期"),
        (["--set", "issued"], "项=值"),
        (["--set", "key=中文"], "小写字母"),
        (["--set", "key=2022-05"], "已经用过"),
        (["--catalogue", "没有.yaml"], "读不了"),
    ],
)
def test_a_wrong_correction_is_one_line(
    run: Run, policy: Path, home: Path, fields: list[str], said: str
) -> None:
    ran = run("index", "add", str(policy), "--yes", *fields)
    assert ran.status == 2
    assert said in ran.err
    assert not (home / "corpus" / "documents.yaml").exists()


def test_the_same_words_are_not_added_twice(run: Run, policy: Path, tmp_path: Path) -> None:
    run("index", "add", str(policy), "--yes")
    copy = tmp_path / "另一个名字.md"
    copy.write_bytes(policy.read_bytes())
    again = run("index", "add", str(copy), "--yes")
    assert again.status == 0
    assert f"与已有的 {KEY} 内容相同" in again.out
    assert run("index", "status", "--json").data["documents"] == 18


def test_a_new_version_repeals_the_old_one_and_says_what_changed(
    run: Run, policy: Path, revised: Path
) -> None:
    run("index", "add", str(policy), "--yes")
    added = run("index", "add", str(revised), "--yes")
    assert f"{KEY} 已标为废止" in added.out
    exported = {d["key"]: d for d in run("corpus", "export", "--as-of", "2026-05-01").data["documents"]}
    assert exported[KEY]["status"] == "repealed"
    assert exported["hfgg-2026-2"]["status"] == "in_force"
    earlier = {d["key"]: d for d in run("corpus", "export", "--as-of", "2026-03-15").data["documents"]}
    assert earlier[KEY]["status"] == "in_force"
    answer = run(
        "ask", "海棠市低空经济产业发展支持办法海发改规〔2025〕8号还有效吗", "--json", "--as-of", "2026-05-01"
    ).data
    assert "废止" in answer["answer"]

    found = run("diff", KEY, "hfgg-2026-2", "--json").data
    kinds = {(change["kind"], change["old"], change["new"]) for change in found["changes"]}
    assert ("changed", "第三条", "第三条") in kinds
    assert ("removed", "第五条", "") in kinds
    assert ("changed", "第六条", "第五条") in kinds
    (third,) = [change for change in found["changes"] if change["old"] == "第三条"]
    assert [part for part in third["parts"] if part["kind"] != "same"] == [
        {"kind": "removed", "text": "500"},
        {"kind": "added", "text": "800"},
    ]
    assert "[-500-]{+800+}" in run("diff", KEY, str(revised)).out


def test_a_build_that_fails_leaves_everything_as_it_was(
    run: Run, policy: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = SearchIndex.serving_version(home)

    def failing(*_: object) -> None:
        raise IndexBroken("磁盘满了")

    with monkeypatch.context() as patch:
        patch.setattr(adding, "build_search_index", failing)
        ran = run("index", "add", str(policy), "--yes")
    assert ran.status == 2
    assert "磁盘满了" in ran.err
    assert SearchIndex.serving_version(home) == version
    assert run("show", KEY, "第三条").status == 2


def test_an_add_that_is_killed_leaves_the_old_index_serving(run: Run, policy: Path, home: Path) -> None:
    version = SearchIndex.serving_version(home)
    command = [sys.executable, "-m", "assistant", "index", "add", str(policy), "--yes"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as adding_one:
        assert adding_one.stderr is not None
        for line in adding_one.stderr:
            if line.startswith("切分条款"):
                adding_one.kill()
                break
    assert SearchIndex.serving_version(home) == version
    answer = run("ask", "首创产品能补多少", "--json").data
    assert answer["index_version"] == version
    assert answer["citations"]
    assert run("index", "build").status == 0
    assert run("ask", QUESTION, "--json").data["citations"][0]["doc"] == KEY


def test_rules_and_questions_of_the_user_are_used(run: Run, policy: Path, home: Path) -> None:
    run("index", "add", str(policy), "--yes")
    questions = home / "corpus" / "expected"
    questions.mkdir()
    (questions / f"{KEY}.yaml").write_text("第五条:\n- 考飞行证政府报销几个钱\n", "utf-8")
    assert run("index", "build").status == 0
    assert run("search", "考飞行证政府报销几个钱", "-k", "1", "--json").data["results"][0]["unit"] == "第五条"
    (home / "corpus" / "rules").mkdir()
    rule = home / "corpus" / "rules" / "dikong.yaml"
    rule.write_text(RULE, "utf-8")
    marked = re.search(r"写成 ([0-9a-f]{12})", run("rules", "check", str(rule.parent)).out)
    assert marked
    rule.write_text(RULE.replace('reviewed: ""', f"reviewed: {marked[1]}"), "utf-8")
    assert "2.4万元" in run("calc", f"{KEY}.pilots", "pilots=12人").out
    asked = run("ask", "海棠市12名员工拿了无人机驾驶员执照，飞手培训能补多少？", "--json").data
    assert asked["amount"] == {"value": 2.4, "unit": "万元", "kind": "exact"}

    kept = run("index", "remove", KEY, "--yes")
    assert kept.status == 2
    assert "dikong.yaml" in kept.err
    rule.unlink()
    (questions / f"{KEY}.yaml").unlink()
    assert run("index", "remove", KEY, "--yes").status == 0


def test_only_added_documents_can_be_removed(run: Run) -> None:
    ran = run("index", "remove", "2022-05", "--yes")
    assert ran.status == 2
    assert "还没有加入过文件" in ran.err
