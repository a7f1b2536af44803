"""Quantities in questions and policy texts: found, read exactly and put into one unit per measure.

Bounds follow 民法典第一千二百五十九条: 以上, 以下, 以内 and 届满 include the number itself; 不满, 超过 and
以外 exclude it. （含） and （不含） in the text go before that rule.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from corpus.errors import InvalidInput
from corpus.quantities.amounts import RANGE, Amount, scan
from corpus.quantities.dates import DateMention, find_dates
from corpus.quantities.measures import Measure
from corpus.quantities.numerals import normalise, parse_number

__all__ = [
    "Comparison",
    "DateMention",
    "Measure",
    "Mention",
    "Quantity",
    "find_dates",
    "find_quantities",
]

_WAN = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact value in its measure's own unit: 元, a fraction of one, 平方米, 公斤, 天, 月, 年 …"""

    value: Decimal
    measure: Measure

    @classmethod
    def parse(cls, text: str) -> "Quantity":
        """The one quantity that all of `text` writes (`500万元`, `30%`, `三成`, `1200`).

        Raises InvalidInput when `text` is anything else, also a range or a comparison.
        """
        stripped = text.strip()
        negative = stripped.startswith(("-", "－"))
        body = stripped[1:] if negative else stripped
        # 共 makes 22年 a length of time, which alone might be the year.
        mentions = find_quantities(f"共{body}")
        if len(mentions) == 1 and mentions[0].text == body and mentions[0].is_exact:
            found = mentions[0].quantity
            return replace(found, value=-found.value) if negative else found
        number = parse_number(body)
        if number is None:
            raise InvalidInput(f"“{text}”不是一个数量；请写成“500万元”“30%”“3000平方米”“3年”这样的形式。")
        return cls(-number if negative else number, Measure.PLAIN)

    def in_wan(self) -> Decimal:
        """The amount of money in 万元; raises InvalidInput for any other measure."""
        if self.measure is not Measure.MONEY:
            raise InvalidInput(f"“{self}”不是金额，不能换算成万元。")
        return self.value / _WAN

    def __str__(self) -> str:
        """As a reader writes it: 500万元, 9999元, 30%, 第3个, 3个月."""
        match self.measure:
            case Measure.MONEY if abs(self.value) >= _WAN:
                return f"{_plain(self.value / _WAN)}万元"
            case Measure.RATIO:
                return f"{_plain(self.value * 100)}%"
            case Measure.ORDINAL:
                return f"第{_plain(self.value)}个"
            case Measure.MONTH:
                return f"{_plain(self.value)}个月"
            case _:
                return f"{_plain(self.value)}{self.measure}"


def _plain(value: Decimal) -> str:
    """`value` in digits, without exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Comparison(StrEnum):
    """How the text relates the true value to the number that it names."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Mention:
    """A quantity where it stands: `text` is the `[start, end)` of the text searched.

    A range has its other end in `upper` (and a （含） at either end in `text`); otherwise what bounds the
    number stands outside `text`. `lower_closed` and `upper_closed` say whether the number itself belongs to
    what is meant; False on a side without bound.
    """

    start: int
    end: int
    text: str
    quantity: Quantity
    upper: Quantity | None
    comparison: Comparison
    lower_closed: bool
    upper_closed: bool

    @property
    def is_exact(self) -> bool:
        """One number, named without any comparison."""
        return self.upper is None and self.comparison is Comparison.EXACT


_DURATIONS = (Measure.DAY, Measure.MONTH, Measure.YEAR)
# Words straight before a number and straight after its unit, by what they say of it.
_BEFORE = {
    Comparison.AT_MOST: (
        "不超过 不得超过 未超过 没超过 没有超过 没过 未过 不超"
        " 不高于 不得高于 不多于 不大于 小于等于 至多 最多 最高 上限 封顶 ≤ <="
    ),
    Comparison.MORE_THAN: "超过 超出 超 大于 多于 高于 (?<=[刚已早才都入收额值润])过 突破 破 逾 不止 不只 >",
    Comparison.AT_LEAST: (
        "不低于 不得低于 不少于 不得少于 不小于 大于等于 至少 最少 最低 起码 达到 达"
        " (?<![不未补拿给用])满 ≥ >="
    ),
    Comparison.LESS_THAN: "不到 不足 不满 未满 未达到 未达 没到 没达到 达不到 低于 少于 小于 不够 <",
    Comparison.ABOUT: "约 大约 大概 差不多 将近 接近 近 估计 大致",
}
_AFTER = {
    Comparison.AT_LEAST: "及以上 或以上 以上 起步 打底 起(?=[,。?!;、]|$)",
    Comparison.AT_MOST: "及以下 或以下 以下 以内 之内 内(?![容部资地外]) 为限 封顶",
    Comparison.MORE_THAN: "以外 之外 开外",
    Comparison.LESS_THAN: "[都还]?不到(?![0-9一二两三四五六七八九十百千半])",
    Comparison.ABOUT: "左右 上下 出头 多(?![少元家种个项])",
}
# 三年封顶 speaks of the money of three years, 近三年 of the years up to now; 内 bounds nothing but time.
_NOT_OF_TIME = ("封顶", "近")
_ONLY_OF_TIME = ("内",)
_OPEN = {Comparison.AT_LEAST: Comparison.MORE_THAN, Comparison.AT_MOST: Comparison.LESS_THAN}
_CLOSED = {opened: closed for closed, opened in _OPEN.items()}


def _alternatives(words: Mapping[Comparison, str]) -> str:
    return "|".join(f"(?P<{sign.name}>{'|'.join(text.split())})" for sign, text in words.items())


_WINDOW = 12
_SHARE_WINDOW = 20
_BOUNDS = {
    Comparison.EXACT: (True, True),
    Comparison.ABOUT: (True, True),
    Comparison.AT_LEAST: (True, False),
    Comparison.MORE_THAN: (False, False),
    Comparison.AT_MOST: (False, True),
    Comparison.LESS_THAN: (False, False),
}
_FILLER = r"(?:了|过|为|是|:|人民币|能|可以?|给予?|补|拿到?|约)*+[ \t]*"
_BEFORE_PATTERN = re.compile(rf"(?:{_alternatives(_BEFORE)}){_FILLER}$")
# Of a share, the words may stand before what it is a share of: 不超过项目总投资额的30%.
_BEFORE_SHARE: dict[Comparison, str] = {
    sign: " ".join(word for word in words.split() if word.endswith(("超过", "高于", "低于", "少于")))
    for sign, words in _BEFORE.items()
    if sign is not Comparison.ABOUT
}
_SHARE_PATTERN = re.compile(rf"(?:{_alternatives(_BEFORE_SHARE)})[^,。;、:?!()%0-9]*$")
_AFTER_PATTERN = re.compile(
    rf"[ \t]*(?:{_alternatives(_AFTER)})(?:[ \t]*\((?P<not>不)?含[^()税费]{{0,12}}(?P<mark>\)))?"
)
# A question and the clauses that answer it are read by several steps.
_REMEMBERED = 1024
_LIST = re.compile(r"[ \t]*(?:以及|[、和与及或])[ \t]*")


@lru_cache(maxsize=_REMEMBERED)
def find_quantities(text: str) -> tuple[Mention, ...]:
    """Every quantity that `text` names, in reading order and without overlap; offsets are those of `text`.

    Money is in 元 (also 1200万 without its 元), ratios are fractions (30%, 三成, 百分之三十). Ends of ranges
    that stand beside a （含） are open where they bear no mark themselves; in ranges without any mark both
    ends belong. A list shares the comparison before it (不超过50万元、30万元). Dates, references to articles
    and document numbers, codes, versions, foreign money and names with digits are no quantities.
    """
    plain = normalise(text)
    amounts = scan(plain)
    mentions: list[Mention] = []
    place = 0
    while place < len(amounts):
        amount = amounts[place]
        upper = amounts[place + 1] if place + 1 < len(amounts) else None
        if upper and _is_range(plain, amount, upper):
            mentions.append(_range(text, plain, amount, upper))
            place += 2
            continue
        comparison = _comparison(plain, amount)
        if comparison is None:
            previous = amounts[place - 1] if place else None
            comparison = _inherited(plain, previous, amount, mentions[-1]) if previous else Comparison.EXACT
        mentions.append(_mention(text, amount, comparison))
        place += 1
    return tuple(mentions)


def _mention(text: str, amount: Amount, comparison: Comparison) -> Mention:
    upper = None if amount.upper is None else Quantity(amount.upper, amount.measure)
    quantity = Quantity(amount.value, amount.measure)
    words = text[amount.start : amount.end]
    return Mention(amount.start, amount.end, words, quantity, upper, comparison, *_BOUNDS[comparison])


def _is_range(plain: str, lower: Amount, upper: Amount) -> bool:
    """从300万到800万 tells of a change, so it is two amounts; 从1万到5万不等 is a range again."""
    if lower.measure is not upper.measure or lower.measure is Measure.ORDINAL or lower.value >= upper.value:
        return False
    if not RANGE.fullmatch(plain, lower.after, upper.start):
        return False
    return plain[lower.start - 1 : lower.start] not in ("从", "由") or plain.startswith("不等", upper.after)


def _range(text: str, plain: str, lower: Amount, upper: Amount) -> Mention:
    marks = (lower.marked, upper.marked)
    unmarked = True not in marks
    about = Comparison.ABOUT in (_comparison(plain, lower), _comparison(plain, upper))
    return Mention(
        start=lower.start,
        end=upper.after,
        text=text[lower.start : upper.after],
        quantity=Quantity(lower.value, lower.measure),
        upper=Quantity(upper.value, upper.measure),
        comparison=Comparison.ABOUT if about else Comparison.EXACT,
        lower_closed=unmarked if lower.marked is None else lower.marked,
        upper_closed=unmarked if upper.marked is None else upper.marked,
    )


def _comparison(plain: str, amount: Amount) -> Comparison | None:
    """What the words around `amount` say of it, or None where they say nothing."""
    if amount.leading:
        return Comparison.AT_MOST
    before = _BEFORE_PATTERN.search(plain, max(0, amount.start - _WINDOW), amount.start)
    if not before and amount.measure is Measure.RATIO:
        before = _SHARE_PATTERN.search(plain, max(0, amount.start - _SHARE_WINDOW), amount.start)
    after = _AFTER_PATTERN.match(plain, amount.after)
    lasting = amount.measure in _DURATIONS
    first = _named(before, _NOT_OF_TIME if lasting else ())
    second = _named(after, _NOT_OF_TIME if lasting else _ONLY_OF_TIME)
    if plain[amount.start - 1 : amount.start + 1] in ("过亿", "过半"):
        first = first or Comparison.MORE_THAN
    about = Comparison.ABOUT if amount.fuzzy else None
    said = first if first not in (None, Comparison.ABOUT) else second or first or about
    marked = amount.marked
    if after and second and after["mark"]:
        marked = not after["not"]
    if said is None or marked is None:
        return said
    return (_CLOSED if marked else _OPEN).get(said, said)


def _named(match: re.Match[str] | None, passed_over: tuple[str, ...]) -> Comparison | None:
    """The comparison whose word `match` found, unless the word is one of `passed_over`."""
    if not match:
        return None
    sign, word = next((sign, match[sign.name]) for sign in _BEFORE if match.groupdict().get(sign.name))
    return None if word in passed_over else sign


def _inherited(plain: str, previous: Amount, amount: Amount, mention: Mention) -> Comparison:
    listed = previous.measure is amount.measure and _LIST.fullmatch(plain, previous.after, amount.start)
    return mention.comparison if listed and mention.upper is None else Comparison.EXACT
