"""Dates are found where they are named, and lengths of time are not taken for dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.quantities.quantity import find_dates, find_quantities

TODAY = date(2026, 3, 31)


def days(text: str) -> list[tuple[str, str, str]]:
    return [(found.text, str(found.first), str(found.last)) for found in find_dates(text, TODAY)]


@pytest.mark.parametrize(
    ("text", "found", "first", "last"),
    [
        ("2024年9月23日起施行", "2024年9月23日", "2024-09-23", "2024-09-23"),
        ("2022 年 9 月 23 日", "2022 年 9 月 23 日", "2022-09-23", "2022-09-23"),
        ("２０２４年２月", "２０２４年２月", "2024-02-01", "2024-02-29"),
        ("2024年8月20号那天", "2024年8月20号", "2024-08-20", "2024-08-20"),
        ("自2024-09-23起", "2024-09-23", "2024-09-23", "2024-09-23"),
        ("2024/9/23", "2024/9/23", "2024-09-23", "2024-09-23"),
        ("印于2024.9，", "2024.9", "2024-09-01", "2024-09-30"),
        ("20240923版", "20240923", "2024-09-23", "2024-09-23"),
        ("2025年有效吗", "2025年", "2025-01-01", "2025-12-31"),
        ("二〇二二年印发", "二〇二二年", "2022-01-01", "2022-12-31"),
        ("22年投的钱", "22年", "2022-01-01", "2022-12-31"),
        ("到2025年底", "2025年底", "2025-12-31", "2025-12-31"),
        ("2023年底前", "2023年底", "2023-12-31", "2023-12-31"),
        ("2023年初", "2023年初", "2023-01-01", "2023-01-01"),
        ("2025年第三季度", "2025年第三季度", "2025-07-01", "2025-09-30"),
        ("（2022—2025年）", "2022—2025年", "2022-01-01", "2025-12-31"),
        ("2022年到2025年", "2022年到2025年", "2022-01-01", "2025-12-31"),
        ("去年花了", "去年", "2025-01-01", "2025-12-31"),
        ("前年", "前年", "2024-01-01", "2024-12-31"),
        ("上一年度营收", "上一年度", "2025-01-01", "2025-12-31"),
        ("今年6月竣工", "今年6月", "2026-06-01", "2026-06-30"),
        ("明年上半年", "明年上半年", "2027-01-01", "2027-06-30"),
        ("去年底在册", "去年底", "2025-12-31", "2025-12-31"),
        ("年底前", "年底", "2026-12-31", "2026-12-31"),
        ("上个月竣工", "上个月", "2026-02-01", "2026-02-28"),
        ("三月份跟他谈的", "三月份", "2026-03-01", "2026-03-31"),
        ("现在还有效吗", "现在", "2026-03-31", "2026-03-31"),
        ("目前", "目前", "2026-03-31", "2026-03-31"),
        ("今天能报吗", "今天", "2026-03-31", "2026-03-31"),
    ],
)
def test_a_date_is_read_with_its_first_and_last_day(text: str, found: str, first: str, last: str) -> None:
    assert days(text) == [(found, first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "近三年",
        "成立4年",
        "5年",
        "成立22年",
        "22年以上",
        "三个月",
        "2024.9万元",
        "2024年13月40日",
        "2023年2月29日",
        "九十年代",
        "第二年",
        "项目前两年",
        "京科发〔2022〕5号",
        "2025—2022年",
    ],
)
def test_what_is_no_day_of_a_calendar_is_no_date(text: str) -> None:
    assert days(text) == []


def test_a_month_without_year_belongs_to_the_year_before_it() -> None:
    assert days("2024年8月至9月") == [
        ("2024年8月", "2024-08-01", "2024-08-31"),
        ("9月", "2024-09-01", "2024-09-30"),
    ]


def test_last_month_of_january_lies_in_the_year_before() -> None:
    [found] = find_dates("上个月", date(2026, 1, 15))
    assert (found.first, found.last) == (date(2025, 12, 1), date(2025, 12, 31))


@given(
    st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31)),
    st.sampled_from(["年月日", "--", "//", ".."]),
)
def test_a_written_date_is_read_back_and_counts_nothing(day: date, signs: str) -> None:
    written = "".join(
        f"{part}{sign}" for part, sign in zip((day.year, day.month, day.day), [*signs, ""], strict=False)
    )
    [found] = find_dates(f"于{written}施行", TODAY)
    assert (found.text, found.first, found.last) == (written, day, day)
    assert find_quantities(f"于{written}施行") == ()


@given(st.text(alphabet="0123456789年月日.-/至到—前去今上下半底初个第一二十〇 目现", max_size=40), st.dates())
def test_any_text_is_searched_and_offsets_slice_it(text: str, today: date) -> None:
    end = 0
    for found in find_dates(text, today):
        assert found.start >= end
        assert text[found.start : found.end] == found.text
        assert found.first <= found.last
        end = found.end
