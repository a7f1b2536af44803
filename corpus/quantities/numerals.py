"""Numbers as Chinese texts write them: 1,200, １２００, 一千二百, 1.3亿, 1亿2千万, 三点五.

Written here because the published converters (cn2an, cn2int) return floats and do not read mixed forms.
"""

import re
from decimal import Decimal

__all__ = ["ARABIC", "CHINESE", "DIGITS", "normalise", "parse_integer", "parse_number"]

DIGITS = "零一二两三四五六七八九"
ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})++(?![0-9])|[0-9]++)(?:\.[0-9]++)?"
CHINESE = rf"[{DIGITS}十百千]++(?:点[{DIGITS}]++)?"

_VALUES = dict(zip(DIGITS, "01223456789", strict=True))
# No amount is longer; below 20 digits every product stays within the 28 that Decimal computes exactly.
_LONGEST = 60
_LONGEST_ARABIC = 20
_COLLOQUIAL_TAIL = frozenset("一二两三四五六七八九123456789")
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_FORMS = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {"\u3000": " ", "\u00a0": " ", "￥": "¥", "∶": ":"}
    | dict(zip("〇○壹贰貳叁參肆伍陆陸柒捌玖拾", "零零一二二三三四五六六七八九十", strict=True))
    | dict(zip("佰仟萬億圆圓", "百千万亿元元", strict=True))
)
_ARABIC = re.compile(ARABIC)
_BELOW = re.compile(
    rf"(?:(?P<q>[{DIGITS}])千)?(?:零?(?P<b>[{DIGITS}])百)?(?:零?(?P<s>[{DIGITS}]?)(?P<ten>十))?"
    rf"(?:(?P<zero>零)?(?P<g>[{DIGITS}]))?"
)
_POSITIONAL = re.compile(rf"[{DIGITS}]+")
_ARABIC_SCALED = re.compile(rf"({ARABIC})([十百千])(?:([0-9])([十百]))?")


def normalise(text: str) -> str:
    """`text` with full-width, financial and old forms made plain; every character keeps its offset."""
    return text.translate(_FORMS)


def parse_integer(text: str) -> int | None:
    """The whole number that all of `text` writes (`十一`, `12`, `二〇二二`), or None."""
    value = parse_number(text)
    return int(value) if value is not None and value == value.to_integral_value() else None


def parse_number(text: str) -> Decimal | None:
    """The number that all of `text` writes, in Arabic, Chinese or mixed notation, or None.

    Colloquial tails count a tenth of the scale before them: `两千五` is 2500, `一万二` is 12000.
    """
    text = normalise(text).replace(" ", "")
    return _scaled(text, ("亿", "万")) if len(text) <= _LONGEST else None


def _scaled(text: str, scales: tuple[str, ...]) -> Decimal | None:
    if not scales:
        return _below_ten_thousand(text)
    head, sign, tail = text.rpartition(scales[0])
    if not sign:
        return _scaled(text, scales[1:])
    # 百万 and 千万 stand alone for 一百万 and 一千万.
    upper = Decimal(_SCALES[head]) if head in ("百", "千") else _scaled(head, scales[1:])
    scale = _SCALES[sign]
    if upper is None:
        return None
    if not tail:
        return upper * scale
    if len(tail) == 1 and tail in _COLLOQUIAL_TAIL:
        return upper * scale + int(_VALUES.get(tail, tail)) * scale // 10
    if sign == "亿" and len(tail) == 2 and tail[1] == "千":
        # 一亿两千 leaves out the 万 of 两千万; with another meaning it would say 零两千.
        tail += "万"
    lower = _scaled(tail.removeprefix("零"), scales[1:])
    return None if lower is None or lower >= scale else upper * scale + lower


def _below_ten_thousand(text: str) -> Decimal | None:
    if _ARABIC.fullmatch(text):
        digits = text.replace(",", "")
        return Decimal(digits) if len(digits) <= _LONGEST_ARABIC else None
    scaled = _ARABIC_SCALED.fullmatch(text)
    if scaled and len(scaled[1]) <= _LONGEST_ARABIC:
        number, scale, digit, lower = scaled.groups()
        value = Decimal(number.replace(",", "")) * _SCALES[scale]
        return value + int(digit) * _SCALES[lower] if digit else value
    whole, point, fraction = text.partition("点")
    if point:
        units = _chinese(whole)
        if units is None or not _POSITIONAL.fullmatch(fraction):
            return None
        return units + Decimal(f"0.{_digits(fraction)}")
    return _chinese(text)


def _digits(text: str) -> str:
    return "".join(_VALUES[char] for char in text)


def _chinese(text: str) -> Decimal | None:
    """A Chinese integer below 10,000, or digits one by one (`二〇二二`, `一〇八`)."""
    match = _BELOW.fullmatch(text)
    if not text or not match:
        positional = _POSITIONAL.fullmatch(text) and (len(text) >= 4 or "零" in text[1:])
        return Decimal(_digits(text)) if positional else None
    value, scale = 0, 1
    for group, size in (("q", 1000), ("b", 100)):
        if match[group]:
            value, scale = value + int(_VALUES[match[group]]) * size, size
    if match["ten"]:
        value, scale = value + int(_VALUES[match["s"]] if match["s"] else 1) * 10, 10
    if match["g"]:
        # A digit straight after 百 or 千 counts tens or hundreds; 零 in between makes it units.
        colloquial = scale >= 100 and not match["zero"]
        value += int(_VALUES[match["g"]]) * (scale // 10 if colloquial else 1)
    return Decimal(value)
