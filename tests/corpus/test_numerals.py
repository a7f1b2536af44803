"""Numbers in every notation are read exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.quantities.numerals import normalise, parse_integer, parse_number

DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """`number` as it is read aloud, written group by group and independent of the parser."""
    if number == 0:
        return "零"
    groups: list[str] = []
    units = ("", "万", "亿", "万亿")
    gap = False
    for place in range(3, -1, -1):
        group = number // 10_000**place % 10_000
        if group == 0:
            gap = gap or bool(groups)
            continue
        words = _four_digits(group)
        if groups and (gap or group < 1000):
            words = "零" + words
        # 三万亿零五亿 counts its 万 in 亿: the sign 亿 stands once, behind the lower group.
        sign = units[place]
        if place == 3 and number // 10**8 % 10_000:
            sign = "万"
        groups.append(words + sign)
        gap = False
    return "".join(groups)


def _four_digits(group: int) -> str:
    words = ""
    skipped = False
    for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = group // place % 10
        if digit == 0:
            skipped = bool(words)
            continue
        words += ("零" if skipped else "") + DIGITS[digit] + sign
        skipped = False
    return words


@given(st.integers(min_value=0, max_value=10**16 - 1))
def test_a_chinese_numeral_is_read_back_as_its_number(number: int) -> None:
    assert parse_integer(in_chinese(number)) == number


@given(st.integers(min_value=0, max_value=10**15), st.integers(min_value=0, max_value=999))
def test_arabic_notation_with_thousands_and_full_width_is_read_back(whole: int, fraction: int) -> None:
    expected = Decimal(f"{whole}.{fraction:03}")
    written = f"{whole:,}.{fraction:03}"
    full_width = "".join(chr(ord(char) + 0xFEE0) for char in written)
    assert parse_number(written) == expected
    assert parse_number(full_width) == expected


@given(st.text())
def test_normalising_keeps_every_offset(text: str) -> None:
    assert len(normalise(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", "10"),
        ("十一", "11"),
        ("二十三", "23"),
        ("一百零八", "108"),
        ("一百二", "120"),
        ("两千五", "2500"),
        ("一千零五", "1005"),
        ("一万二", "12000"),
        ("一亿零五", "100000005"),
        ("一亿两千", "120000000"),
        ("二〇二二", "2022"),
        ("一〇八", "108"),
        ("百万", "1000000"),
        ("5百万", "5000000"),
        ("3千5百", "3500"),
        ("1.3亿", "130000000"),
        ("1亿2千万", "120000000"),
        ("一万亿", "1000000000000"),
        ("三点五", "3.5"),
        ("三点五万", "35000"),
        ("壹佰贰拾万", "1200000"),
        ("１２００万", "12000000"),
        ("0.1", "0.1"),
    ],
)
def test_one_notation_has_one_value(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "百",
        "万",
        "亿",
        "十四五",
        "三五",
        "两三百",
        "一百百",
        "1.2.3",
        "1亿2亿",
        "12,34",
        "5号",
        "9" * 25,
        "九" * 61,
    ],
)
def test_what_is_not_one_number_is_none(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize("text", ["3.5", "三点五", "一年"])
def test_only_whole_numbers_are_integers(text: str) -> None:
    assert parse_integer(text) is None
