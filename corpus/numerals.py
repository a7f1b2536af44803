"""Chinese whole numbers as they stand in numbering signs: 十一, 二十三, 一百零二, 二〇二二."""

__all__ = ["parse_integer"]

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}


def parse_integer(text: str) -> int | None:
    """The value of a Chinese or Arabic whole number below ten thousand; None if `text` is no number."""
    if text.isdecimal():
        return int(text)
    if len(text) > 1 and all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _PLACES:
            total += (digit or 1) * _PLACES[char]
            digit = 0
        else:
            return None
    return total + digit if text else None
