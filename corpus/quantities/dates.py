"""Dates in questions and policy texts: absolute (2024年9月23日, 2024.9, 22年) and relative (去年, 上个月)."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.quantities.numerals import normalise, parse_integer

__all__ = ["ABSOLUTE_DATE", "DateMention", "find_dates"]

_RELATIVE_YEARS = {
    "大前年": -3, "前年": -2, "去年": -1, "上一年度": -1, "上一年": -1, "上年度": -1, "上年": -1,
    "今年": 0, "本年度": 0, "本年": 0, "明年": 1, "下一年度": 1, "下一年": 1, "来年": 1, "后年": 2,
}  # fmt: skip
_RELATIVE_MONTHS = {"上个月": -1, "上月": -1, "这个月": 0, "本月": 0, "下个月": 1, "下月": 1}
_RELATIVE_DAYS = {
    "前天": -2, "昨天": -1, "今天": 0, "今日": 0, "现在": 0, "目前": 0, "当前": 0, "如今": 0, "眼下": 0,
    "明天": 1, "后天": 2,
}  # fmt: skip
# First and last month of the parts of a year; an end or a beginning is the single day.
_PARTS = {
    "上半年": (1, 6), "下半年": (7, 12),
    "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
}  # fmt: skip
_SP = r"[ \t]*+"
_SMALL = r"(?:[0-9]{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
# 22年 is the year 2022 unless its neighbours speak of a length of time (满22年, 22年以上).
_SHORT_YEAR = (
    r"(?<![0-9.第近满足过约共达期限立营续计前后于少多长有了每])(?:1[5-9]|2[0-9]|3[0-5])"
    rf"(?={_SP}年(?![内期来多左之间后(]|以[上下内]|的?历史|[0-9]+个月))"
)
_YEAR = rf"(?:(?<![0-9])(?:19|20)[0-9]{{2}}(?![0-9])|[一二][零一二三四五六七八九]{{3}}|{_SHORT_YEAR})"
_MONTH_DAY = rf"(?P<@month>{_SMALL}){_SP}月(?:份|{_SP}(?P<@day>{_SMALL}){_SP}[日号])?"
_PART = rf"(?P<@part>{_SP}年?(?:[底末初]|上半年|下半年|第?[一二三四1-4]季度))"

ABSOLUTE_DATE = (
    rf"(?:(?P<from>{_YEAR}){_SP}年?{_SP}(?:至|到|[-—–~]++){_SP})?"
    rf"(?P<year>{_YEAR}){_SP}年(?!代)度?(?:{_SP}{_MONTH_DAY.replace('@', '')}|{_PART.replace('@', '')})?"
    rf"|(?<![0-9.]){_MONTH_DAY.replace('@', 'bare_')}"
    r"|(?<![0-9A-Za-z.])(?P<iso>(?:19|20)[0-9]{2}(?P<sep>[-./])(?:1[0-2]|0?[1-9])"
    r"(?:(?P=sep)(?:3[01]|[12][0-9]|0?[1-9]))?)(?![0-9]|[-./][0-9]|[ \t]*[万亿千%‰元个家项倍wW])"
    r"|(?<![0-9A-Za-z.])(?P<packed>(?:19|20)[0-9]{2}(?:1[0-2]|0[1-9])(?:3[01]|[12][0-9]|0[1-9]))"
    r"(?![0-9.]|[ \t]*[万亿千%元])"
)
_DATE = re.compile(
    f"{ABSOLUTE_DATE}"
    rf"|(?P<year_word>{'|'.join(_RELATIVE_YEARS)})"
    rf"(?:{_SP}{_MONTH_DAY.replace('@', 'rel_')}|{_PART.replace('@', 'rel_')})?"
    rf"|(?P<month_word>{'|'.join(_RELATIVE_MONTHS)})"
    rf"|(?P<day_word>(?<!项)(?:{'|'.join(_RELATIVE_DAYS)}))"
    r"|(?P<year_edge>年[底末初])"
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date or period in a text: `text` is the text's `[start, end)`, `first` and `last` its days."""

    start: int
    end: int
    text: str
    first: date
    last: date


def find_dates(text: str, today: date) -> list[DateMention]:
    """Every date that `text` names, in reading order; `today` anchors 去年, 上个月 and bare months.

    A month without a year belongs to the year named last before it, else to this year. Lengths of time
    (近三年, 成立4年) are quantities and not reported; nor are days that no calendar has.
    """
    found: list[DateMention] = []
    for match in _DATE.finditer(normalise(text)):
        year = found[-1].last.year if found else today.year
        days = _days(match, year, today)
        if days:
            start, end = match.span()
            found.append(DateMention(start, end, text[start:end], *days))
    return found


def _days(match: re.Match[str], year: int, today: date) -> tuple[date, date] | None:
    part = match.groupdict()
    try:
        if part["day_word"]:
            day = today + timedelta(days=_RELATIVE_DAYS[part["day_word"]])
            return day, day
        if part["month_word"]:
            months = today.year * 12 + today.month - 1 + _RELATIVE_MONTHS[part["month_word"]]
            return _month(months // 12, months % 12 + 1)
        if part["packed"] or part["iso"]:
            return _numeric(part["packed"] or part["iso"], part["sep"])
        if part["year_word"]:
            return _within(today.year + _RELATIVE_YEARS[part["year_word"]], part, "rel_")
        if part["year"]:
            first, last = _within(_year(part["year"]), part, "")
            begin = date(_year(part["from"]), 1, 1) if part["from"] else first
            return (begin, last) if begin <= last else None
        return _edge(year, part["year_edge"]) if part["year_edge"] else _within(year, part, "bare_")
    except (ValueError, OverflowError):
        return None


def _year(text: str) -> int:
    value = parse_integer(text) or 0
    return value if value >= 100 else 2000 + value


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _numeric(text: str, sep: str | None) -> tuple[date, date]:
    pieces = text.split(sep) if sep else [text[:4], text[4:6], text[6:]]
    if len(pieces) == 2:
        return _month(int(pieces[0]), int(pieces[1]))
    day = date(int(pieces[0]), int(pieces[1]), int(pieces[2]))
    return day, day


def _edge(year: int, text: str) -> tuple[date, date]:
    day = date(year, 1, 1) if text.endswith("初") else date(year, 12, 31)
    return day, day


def _within(year: int, part: Mapping[str, str | None], prefix: str) -> tuple[date, date]:
    """The whole `year`, or the month, day or part of it that the groups with this prefix name."""
    month, day = (parse_integer(part[f"{prefix}{name}"] or "") for name in ("month", "day"))
    if month is not None and day is not None:
        return date(year, month, day), date(year, month, day)
    if month is not None:
        return _month(year, month)
    named = part.get(f"{prefix}part")
    if not named:
        return date(year, 1, 1), date(year, 12, 31)
    if named[-1] in "底末初":
        return _edge(year, named)
    first, last = _PARTS[_part_name(named)]
    return date(year, first, 1), _month(year, last)[1]


def _part_name(named: str) -> str:
    """`第3季度` and `三季度` alike as `三季度`."""
    name = named.strip().removeprefix("年").removeprefix("第")
    return name.translate(str.maketrans("1234", "一二三四"))
