"""The scanner under `corpus.quantities.quantity`: numbers with their units, one by one, without their comparisons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from corpus.quantities.dates import ABSOLUTE_DATE
from corpus.quantities.measures import UNIT_PATTERN, UNITS, Measure, UnitSign
from corpus.quantities.numerals import ARABIC, CHINESE, DIGITS, parse_number

__all__ = ["RANGE", "Amount", "scan"]

_SP = r"[ \t]*+"
_NUMERAL = f"{DIGITS}十百千"
_NUMBER = rf"(?:{ARABIC}|{CHINESE}|半)"
_SCALE = rf"{_SP}[来多余几]?{_SP}(?:个半?)?{_SP}"
_WAN = rf"{_NUMBER}{_SCALE}[十百千]?(?:[0-9][十百])?万"
# What may follow 万 or 亿 inside one number (1万5千, 一万二, 一亿零五十), not the 三 of 一百万三年.
_TAIL = (
    rf"(?:(?<=[{_NUMERAL}][万亿])(?:零[{_NUMERAL}]++|[{DIGITS}]千[{_NUMERAL}]*+(?!万)"
    rf"|[{DIGITS}](?![年个家次项月天期笔人名件台套成倍条周位{_NUMERAL}]))"
    rf"|(?<=亿)[{DIGITS}]千(?![{_NUMERAL}万])|[0-9]千(?!万)|[0-9]{{4}}(?=元|块))"
)
_AMOUNT = (
    rf"(?:{_NUMBER}{_SCALE}[十百千]?万?亿(?:零?{_WAN})?{_TAIL}?|{_WAN}{_TAIL}?"
    rf"|(?:{ARABIC}|{CHINESE})个半(?=[月点百小])|{_NUMBER}(?:[来多余几]?[十百千])?|(?<=[过破近超])亿)"
)
_MARK = rf"{_SP}\((?P<not>不)?含(?:本数|该数|[0-9{_NUMERAL}.万亿元%个家项人名年平方米 ]*)\)"
_COUNTED = (Measure.COUNT, Measure.FIRM, Measure.ITEM, Measure.PIECE, Measure.PERSON)
RANGE = re.compile(r"[ \t]*(?:至|到|[-—–~]+)[ \t]*")
_JOIN = re.compile(r"[ \t]*(?:以及|或者|[、和与及或跟至到]|[-—–~]+)[ \t]*")
_CHANGE = re.compile(r"[ \t]*[上下提扩]?[涨升增降减跌变高大少加长]+[了至到为成]*[ \t]*")
_OF_ORDINAL = "年度|年|次|名|个|笔|期|家|位|档|批|轮|季度|阶段|单|台|套|张|份"
# A rank without its 名: 拿了第8.
_RANKED = re.compile("[得获拿是排列了]$")
_LONGEST_JOIN = 8
# Longer numbers without unit are telephone and account numbers.
_LONGEST_BARE = 9
_NUMBERED = frozenset("件表图注录第条款例题")
_COMPARABLE = Decimal(200)
# The beginnings that a number may have, so that the search passes other characters quickly.
_START = rf"(?=[0-9{_NUMERAL}万半对第前亿负¥人俩仨A-Za-z\[〔【(上下同某统任新逐之代编邮电证账 \t-])"

# Numbers that count nothing: dates, items of lists, references, codes, standards, versions, names.
_SKIPPED = (
    ABSOLUTE_DATE,
    rf"[\[〔【(]{_SP}(?:[0-9]{{1,4}}|[{_NUMERAL}]{{1,3}}){_SP}[\]〕】)](?:{_SP}[0-9]+{_SP}号)?",
    r"(?:^|(?<=[。;:\n]))[ \t]*[0-9]{1,2}[.、](?![0-9])|(?<=[。;\n])[0-9]{1,2}\.(?=[0-9]++年)",
    rf"(?:代码|编号|邮编|电话|证号|账号){_SP}[:为是]?{_SP}\(?[0-9]+(?:{_SP}[-)、,和或及与]{_SP}[0-9]+)*+",
    (
        r"(?<![A-Za-z/])(?!RMB|rmb)[A-Za-z][A-Za-z/]*+(?:(?<=/[A-Z])[ \t]*|[-—]?)[0-9]++"
        r"(?:[-—./]?[A-Za-z0-9]+)*+(?![ \t]*[%‰万亿元])"
    ),
    r"[0-9]{1,2}:[0-9]{1,2}(?![0-9万亿])",
    r"[0-9]+\.0(?![0-9]|[ \t]*[%‰万亿元倍])",
    r"(?<![0-9])(?:19|20)[0-9]{2}[-—–~]++(?:19|20)[0-9]{2}(?![0-9万亿%])",
    # 陆家嘴 reads 六家嘴 once its financial numeral is plain.
    r"六家嘴|一次性|千万(?=[别不要注记得])|[上下]半年|前一年度?",
    r"(?<![合以])[上下同某统任新逐之]一(?![十百千万亿点成])",
)
_TOKEN = re.compile(
    rf"{_START}(?:(?P<skip>{'|'.join(_SKIPPED)})"
    rf"|(?P<below>{CHINESE}|万|[0-9]{{1,3}})分之(?P<above>{_NUMBER})"
    r"|(?P<whole>百分百)|(?P<half>一半|半数|对半|(?<=[过达超])半(?![年个天月]))"
    r"|(?<![0-9/.])(?P<over>[1-9])/(?P<under>[2-9]|10)(?![0-9/])"
    rf"|第{_SP}(?P<ordinals>{_NUMBER}(?:[、和及与至到-]第?{_NUMBER})*)(?:{_SP}(?:{_OF_ORDINAL})(?P<counted>)|(?P<ranked>)(?=[,。;!?了的呀吗]|$))?"
    r"|(?P<few>[俩仨])"
    rf"|前{_SP}(?P<leading>{_NUMBER}){_SP}名"
    rf"|(?P<sign>负|(?<=[率为是润长比])-)?(?P<currency>(?:人民币|RMB|rmb|¥){_SP})?(?P<amount>{_AMOUNT})"
    rf"(?P<fuzz>[来余](?={_SP}(?:{UNIT_PATTERN}))|[多几](?![少样]))?(?:{_SP}(?P<unit>{UNIT_PATTERN}))?"
    rf"(?P<more>(?<=成)(?:[一二三四五六七八九1-9半](?![{_NUMERAL}0-9万亿年个家项]))|(?<=[年天周])半)?"
    rf"(?P<marked>{_MARK})?)",
    re.MULTILINE,
)


@dataclass(slots=True)
class Amount:
    """A number with its unit: `[start, end)` its own words, `after` where a （含） behind it ends.

    `digits` is the number as written, without what makes it approximate; `scale` its last 万 or 亿;
    `factor` turns it into the measure's unit. `bare` says that no unit stands there. `marked` is True for
    （含）, False for （不含）; `leading` is the 前 of 前三名.
    """

    start: int
    end: int
    after: int
    digits: str
    scale: str
    value: Decimal
    measure: Measure
    factor: Decimal = Decimal(1)
    upper: Decimal | None = None
    fuzzy: bool = False
    marked: bool | None = None
    leading: bool = False
    bare: bool = False


def scan(text: str) -> list[Amount]:
    """Every amount in `text` (normalised), in reading order; a number without unit takes over the unit of
    the amount that it is joined to (800和300万, 1000、200万元, 从800涨到900万)."""
    found = [amount for match in _TOKEN.finditer(text) if match["skip"] is None for amount in _read(match)]
    for place in range(len(found) - 2, -1, -1):
        _share(text, found[place], found[place + 1])
    return [amount for amount in found if _counts(text, amount)]


def _read(match: re.Match[str]) -> Iterator[Amount]:
    part = match.groupdict()
    if part["ordinals"]:
        ranked = part["ranked"] is not None and _RANKED.search(match.string, 0, match.start())
        if part["counted"] is not None or ranked:
            yield from _ordinals(match)
        return
    start, end = match.span()
    if part["few"]:
        few = Decimal(2 if part["few"] == "俩" else 3)
        yield Amount(start, end, end, "", "", few, Measure.COUNT)
    elif part["half"] or part["whole"]:
        yield Amount(start, end, end, "", "", Decimal("0.5") if part["half"] else Decimal(1), Measure.RATIO)
    elif part["below"] or part["under"]:
        share = _fraction(part["below"] or part["under"], part["above"] or part["over"])
        if share is not None:
            yield Amount(start, end, end, "", "", share, Measure.RATIO)
    elif part["leading"]:
        value = parse_number(part["leading"])
        if value is not None:
            yield Amount(start, end, end, "", "", value, Measure.ORDINAL, leading=True)
    else:
        amount = _amount(match)
        if amount:
            yield amount


def _ordinals(match: re.Match[str]) -> Iterator[Amount]:
    """第三年; 第二、三年 and 第一至第三年 are one amount for each number."""
    first, last = match.span("ordinals")
    pieces = list(re.finditer(rf"第?{_SP}({_NUMBER})", match.string[first:last]))
    for piece in pieces:
        value = parse_number(piece[1])
        if value is not None:
            start = match.start() if piece is pieces[0] else first + piece.start()
            end = match.end() if piece is pieces[-1] else first + piece.end()
            yield Amount(start, end, end, "", "", value, Measure.ORDINAL)


def _fraction(below: str, above: str) -> Decimal | None:
    whole = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10_000)}.get(below) or parse_number(below)
    part = Decimal(100) if above == "百" else parse_number(above)
    return part / whole if whole and part is not None else None


def _amount(match: re.Match[str]) -> Amount | None:
    """The number and unit of `match`; None for no number (十四五) or a foreign unit (5号, 3小时)."""
    unit = UNITS[match["unit"]] if match["unit"] else None
    if unit and unit.measure is None:
        return None
    digits = _digits(match["amount"])
    values = _values(digits)
    if not values or _vague(match, digits, unit):
        return None
    scale = re.search(r"[万亿]*$", digits)
    money = match["currency"] or re.search("[万亿]", digits)
    amount = Amount(
        start=match.start(),
        end=match.start("marked") if match["marked"] else match.end(),
        after=match.end(),
        digits=digits,
        scale=scale[0] if scale else "",
        value=values[0],
        measure=unit.measure if unit and unit.measure else Measure.MONEY if money else Measure.PLAIN,
        factor=unit.factor if unit else Decimal(1),
        upper=values[1] if len(values) > 1 else None,
        fuzzy=bool(match["fuzz"]) or bool(re.search("[来多余几]", match["amount"])) or len(values) > 1,
        bare=not unit and not match["currency"],
        marked=None if not match["marked"] else not match["not"],
    )
    _settle(amount, match["more"], negative=bool(match["sign"]))
    return amount


def _vague(match: re.Match[str], digits: str, unit: UnitSign | None) -> bool:
    """几十家 and 数百万 name no number, 半导体 none at all; 二次开发 is a word: two of a thing are 两次."""
    if match["amount"] == "半":
        return unit is None
    if digits[0] in "十百千":
        return match.string[match.start() - 1 : match.start()] in ("几", "数")
    return digits == "二" and unit is not None and unit.measure in _COUNTED


def _digits(written: str) -> str:
    """`written` without 来, 多, 个 and blanks; 半 as a decimal (两个半亿 → 两点五亿, 半个亿 → 0.5亿)."""
    text = re.sub(r"[来多余几 \t]", "", written)
    text = re.sub(r"(?<=[0-9])个半", ".5", text).replace("个半", "点五")
    text = text.replace("个", "").replace("半", "0.5")
    # 过亿 names its hundred million without a digit.
    return f"一{text}" if text == "亿" else text


def _values(digits: str) -> list[Decimal]:
    """One value, or the two of neighbouring digits (两三百万, 三五年), or none."""
    value = parse_number(digits)
    if value is not None:
        return [value]
    order = "零一二三四五六七八九"
    pair = digits[:2].replace("两", "二")
    if len(pair) == 2 and all(digit in order for digit in pair):
        low, high = order.index(pair[0]), order.index(pair[1])
        if high == low + 1 or (low, high) == (3, 5):
            values = [parse_number(digits[0] + digits[2:]), parse_number(digits[1:])]
            return [value for value in values if value is not None]
    return []


def _settle(amount: Amount, more: str | None, *, negative: bool) -> None:
    """Applies unit, sign and what follows the unit (三成五, 两年半) to the values read."""
    extra = Decimal(0)
    if more:
        digit = parse_number(more)
        extra = Decimal("0.5") if digit is None else digit / 10
    sign = -1 if negative else 1
    amount.value = sign * (amount.value + extra) * amount.factor
    if amount.upper is not None:
        amount.upper = sign * (amount.upper + extra) * amount.factor


def _share(text: str, amount: Amount, after: Amount) -> None:
    """Gives a number without unit the scale and unit of the amount that it is joined to."""
    gap = text[amount.after : after.start]
    joined = len(gap) <= _LONGEST_JOIN and (_JOIN.fullmatch(gap) or _CHANGE.fullmatch(gap))
    if not joined or not amount.bare or not after.digits or after.measure is Measure.PLAIN:
        return
    if amount.scale:
        # 1万至3万平方米: both are areas; 500万和3项 are not.
        if after.scale or RANGE.fullmatch(gap):
            amount.value, amount.measure = amount.value * after.factor, after.measure
        return
    scale = after.scale
    if len(amount.digits) == 1 and re.fullmatch(rf"[{DIGITS}][百千][万亿]*", after.digits):
        scale = after.digits[1:]
    value = parse_number(amount.digits + scale)
    if not value:
        return
    shared = value * after.factor
    # 800到1亿 would make 800亿 of the first number: such a pair shares nothing.
    if 1 / _COMPARABLE <= abs(after.value / shared) <= _COMPARABLE:
        amount.value, amount.measure, amount.scale, amount.factor = shared, after.measure, scale, after.factor


def _counts(text: str, amount: Amount) -> bool:
    """Whether a number that has no unit is a quantity: not the digits of 5G, V2, 1.总则, 十四五 or 三板."""
    if amount.measure is not Measure.PLAIN:
        return True
    before, after = text[amount.start - 1 : amount.start], text[amount.end : amount.end + 1]
    if not amount.digits[0].isdecimal():
        return len(amount.digits) > 1 and (not after.isalpha() or after in "呢吗的了以左上下至到和与")
    lettered = any(char.isascii() and char.isalpha() for char in before + after)
    long = len(amount.digits) > _LONGEST_BARE
    heads = not before.isalpha() or before in _NUMBERED
    numbering = before == "." or (heads and after and after in ".、" and len(amount.digits) <= 2)
    return not (lettered or numbering or long)
