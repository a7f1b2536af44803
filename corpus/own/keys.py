"""Keys for added documents: printable, made from number or title, so that the same document gets the same key."""

import re
from collections.abc import Collection
from itertools import count

from pypinyin import Style, lazy_pinyin

from corpus.entries import DocumentEntry
from corpus.own.head import NUMBER, bare_title

__all__ = ["KEY", "key_for"]

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LONGEST = 16
_LEFT_OUT = re.compile("北京市|中华人民共和国|关于|若干|实施|的|支持资金|管理")


def key_for(entry: DocumentEntry, taken: Collection[str]) -> str:
    """`jkf-2022-5` for 京科发〔2022〕5号, else the initials of the title and the year; numbered on where it is taken."""
    match = NUMBER.fullmatch(entry.number)
    if match:
        wanted = f"{_initials(match['issuer'])}-{match['year']}-{match['serial']}"
    else:
        bare = bare_title(entry.title)
        year = f"-{entry.issued.year}" if entry.issued else ""
        wanted = f"{_initials(_LEFT_OUT.sub('', bare) or bare)[:_LONGEST]}{year}"
    wanted = wanted.strip("-") or "wenjian"
    return next(key for n in count(1) if (key := wanted if n == 1 else f"{wanted}-{n}") not in taken)


def _initials(text: str) -> str:
    letters = lazy_pinyin(
        text, style=Style.FIRST_LETTER, errors=lambda rest: re.sub(r"[^A-Za-z0-9]", "", rest)
    )
    return "".join(letters).lower()
