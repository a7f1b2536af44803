"""What 能报什么 computes: the profile's form and files, and the result."""

import datetime
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from corpus.errors import InvalidInput
from corpus.rules import read_rules
from tests.ui.workplace import sheet
from ui.backend.matched import Profile
from ui.backend.matching import Matching
from ui.wiring import matching as wired


@pytest.fixture(scope="module")
def matching() -> Matching:
    return wired()


def filled_template(matching: Matching) -> bytes:
    """The template as an enterprise would fill it in."""
    book = load_workbook(BytesIO(matching.template("xlsx")))
    table = book.worksheets[0]
    said = {
        "企业名称": ("测试公司",),
        "注册地": ("北京市海淀区",),
        "成立日期": (datetime.date(datetime.date.today().year - 3, 6, 1),),
        "资质": ("国家高新技术企业、科技型中小企业",),
        "属于高精尖产业领域": ("是",),
        "从业人员": (60,),
        "研发费用": (None, 800, "300万元", 200),
        "营业收入": (None, 1800, 1500, 900),
    }
    for row in table.iter_rows():
        for cell, value in zip(row[1:], said.get(str(row[0].value), ()), strict=False):
            cell.value = value
    book.save(made := BytesIO())
    return made.getvalue()


def test_the_template_comes_back_as_a_profile(matching: Matching) -> None:
    profile = matching.read("表.XLSX", filled_template(matching))
    last = matching.years()
    assert profile["name"] == "测试公司"
    assert profile["facts"]["研发费用"] == dict(zip(last, ("800万元", "300万元", "200万元"), strict=True))
    assert profile["facts"]["资质"] == ["国家高新技术企业", "科技型中小企业"]
    assert profile["facts"]["成立日期"] == f"{datetime.date.today().year - 3}-06-01"


def test_the_example_in_yaml_is_matched_with_its_single_rules(matching: Matching) -> None:
    profile = matching.read("企业.yaml", matching.template("yaml"))
    assert profile["rules"] == {"2022-05.insurance": {"premium": "50万元"}}
    found = matching.match(profile)
    assert len(found.items) == len(read_rules().rules)
    amounts = {one.item.rule: one.amount for one in found.items}
    assert amounts["2022-05.insurance"] == "不超过40万元"
    assert amounts["2022-05.first-contract"] == "不超过300万元"


def test_the_result_is_exported_with_its_figures(matching: Matching) -> None:
    profile = matching.read("表.xlsx", filled_template(matching))
    found = {one.item.rule: one for one in matching.match(profile).items}
    rows = {row["规则"]: row for row in sheet(matching.workbook(profile), "匹配结果")}
    assert len(rows) == len(found)
    assert rows["2022-05.small-innovator"]["金额（万元）"] == 30
    assert all(rows[rule]["判定"] == one.verdict for rule, one in found.items())


def test_other_names_of_common_facts_are_taken_for_them(matching: Matching) -> None:
    profile = matching.read(
        "a.yaml", "name: 甲\nfacts:\n  营收: {2025: 800万元}\n  所属领域: 软件\n".encode()
    )
    assert set(profile["facts"]) == {"营业收入", "行业"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"rubbish", "不是能读的 Excel"),
        ("a.xlsx", b"PK\x03\x04", "不是能读的 Excel"),
        ("a.exe", b"", "只认 .xlsx 和 .yaml"),
        ("a.yaml", b"\xff\xfe\x00", "不是 UTF-8"),
        ("a.yaml", b"a: &x [1]\nb: *x", "不支持 YAML 的引用"),
        ("a.yaml", b"[" * 3000, "层次太深"),
        ("a.yaml", b"a: [1", "不是合格的 YAML"),
        ("a.yaml", b"x" * 300_000, "太大"),
        ("a.yaml", b"foo: bar", "不认识“foo”"),
        ("a.xlsx", b"0" * 6_000_000, "太大"),
    ],
)
def test_rubbish_is_refused_with_the_way_out(
    matching: Matching, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        matching.read(name, content)


def test_a_workbook_without_our_columns_or_facts_is_refused(matching: Matching) -> None:
    for heading, said in (("别的", "没有“情况”"), ("情况", "还没有填")):
        book = Workbook()
        assert book.active is not None
        book.active.append([heading, "填写"])
        book.save(made := BytesIO())
        with pytest.raises(InvalidInput, match=said):
            matching.read("a.xlsx", made.getvalue())


def test_the_form_asks_for_what_documents_share_and_offers_the_rest(matching: Matching) -> None:
    kinds = {fact.label: fact.kind for fact in matching.basics}
    assert kinds["成立日期"] == "date"
    assert kinds["营业收入"] == "yearly"
    assert kinds["国家高新技术企业"] == "field"
    assert not {*kinds} & {*matching.others}
    assert len(matching.others) > 300


def test_an_empty_profile_matches_nothing_for_certain(matching: Matching) -> None:
    empty: Profile = {"name": "", "facts": {}, "rules": {}}
    found = matching.match(empty)
    assert found.total == "0元"
    assert {one.verdict for one in found.items} == {"待确认"}
