"""What is recognised in the head and the last articles of a policy."""

from datetime import date

import pytest

from corpus.own.proposal import Proposal
from corpus.validity import dates_of
from tests.add.trees import proposals

BODY = "第一条 为了支持企业创新发展，制定本办法。\n第二条 {}\n"


def one(text: str, name: str = "文件.txt") -> Proposal:
    (found,) = proposals(name, text.encode())
    return found


def with_last(sentence: str, title: str = "海棠市企业创新支持办法", head: str = "") -> Proposal:
    return one(f"{head}{title}\n{BODY.format(sentence)}")


NOTICE = "海棠市科学技术局\n海棠市财政局\n关于印发《海棠市企业创新支持办法》的通知\n{}\n各有关单位：\n现予印发。\n{}\n"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("海科规〔2024〕12号", "海科规〔2024〕12号"),
        ("海科规[2024]12号", "海科规〔2024〕12号"),
        ("海科规（2024）12号", "海科规〔2024〕12号"),
        ("海科规【2024】 12 号", "海科规〔2024〕12号"),
        ("海科规﹝2024﹞12号", "海科规〔2024〕12号"),
    ],
)
def test_numbers_in_any_brackets(written: str, number: str) -> None:
    found = with_last("本办法自发布之日起施行。", head=NOTICE.format(written, "2024年5月6日"))
    assert found.entry.number == number
    assert found.entry.key == "hkg-2024-12"
    assert found.entry.title == "海棠市企业创新支持办法"
    assert found.entry.issuers == ("海棠市科学技术局", "海棠市财政局")
    assert found.entry.issued == date(2024, 5, 6)


@pytest.mark.parametrize(
    "day", ["2024年5月6日", "2024 年 5 月 6 日", "二〇二四年五月六日", "二○二四年五月六日"]
)
def test_days_of_issue_as_they_are_written(day: str) -> None:
    found = with_last("本办法自发布之日起施行。", head=NOTICE.format("海科规〔2024〕12号", day))
    assert found.entry.issued == date(2024, 5, 6)


@pytest.mark.parametrize(
    ("sentence", "first", "last"),
    [
        ("本办法自印发之日起施行。", date(2024, 5, 6), None),
        ("本办法自发布之日起30日后施行，有效期5年。", date(2024, 6, 5), date(2029, 6, 5)),
        ("本办法自2024年7月1日起施行，有效期至2026年12月31日。", date(2024, 7, 1), date(2026, 12, 31)),
        ("本办法自2024年7月1日起实施，有效期为三年。", date(2024, 7, 1), date(2027, 7, 1)),
        ("本办法自公布之日起施行，试行期两年。", date(2024, 5, 6), date(2026, 5, 6)),
        ("证书有效期3年。本办法自印发之日起施行。", date(2024, 5, 6), None),
        ("本办法由市科技局解释。", date(2024, 5, 6), None),
    ],
)
def test_when_it_holds(sentence: str, first: date, last: date | None) -> None:
    found = with_last(sentence, head=NOTICE.format("海科规〔2024〕12号", "2024年5月6日"))
    assert dates_of(found.entry) == (first, last)


def test_a_period_in_the_title_and_a_draft() -> None:
    plan = with_last("做好组织实施。", "海棠市数字人产业行动计划（2024—2026年）")
    assert dates_of(plan.entry) == (date(2024, 1, 1), date(2026, 12, 31))
    draft = with_last("本办法自发布之日起施行。", "海棠市企业创新支持办法（征求意见稿）")
    assert draft.entry.validity.draft is not None
    assert dates_of(draft.entry) == (None, None)


def test_what_it_repeals() -> None:
    found = with_last(
        "本办法自发布之日起施行。原《海棠市科技资金管理办法》（海科发〔2019〕3号）、"
        "《关于印发〈海棠市孵化器管理办法〉的通知》（海科发〔2020〕9号）同时废止。"
    )
    assert [(repeal.title, repeal.number) for repeal in found.entry.repeals] == [
        ("海棠市科技资金管理办法", "海科发〔2019〕3号"),
        ("海棠市孵化器管理办法", "海科发〔2020〕9号"),
    ]


def test_a_law_with_its_history() -> None:
    found = one(
        "海棠市科学技术进步条例\n（2023年11月30日海棠市第十五届人民代表大会常务委员会第三次会议通过）\n"
        + BODY.format("本条例自2024年1月1日起施行。")
    )
    assert found.entry.title == "海棠市科学技术进步条例"
    assert found.entry.issuers == ("海棠市第十五届人民代表大会常务委员会",)
    assert found.entry.issued == date(2023, 11, 30)
    assert dates_of(found.entry) == (date(2024, 1, 1), None)


def test_what_is_not_recognised_is_told() -> None:
    found = one("这里只有一段没有编号的话，讲的是支持企业创新发展的意义。", "会议纪要.txt")
    assert found.entry.title == "会议纪要"
    told = "".join(found.doubts)
    for missing in ("题名", "发文单位", "印发日期", "没有找到“第一条”"):
        assert missing in told


def test_labels_that_come_twice_name_one_unit_each() -> None:
    found = one(
        "海棠市工作方案\n一、目标\n发展产业。\n二、任务\n做好工作。\n附件1：分工\n一、目标\n分工如下。\n一、目标\n又一次。\n"
    )
    labels = [unit.label for unit in found.document.units]
    assert len(labels) == len(set(labels))
