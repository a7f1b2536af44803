"""Whose figure it is: the user's own, or the policy's, a target, a denial, a guess at the result."""

import re
from collections.abc import Collection

from assistant.calculator.rows import Rows
from assistant.calculator.said import Turn
from corpus.quantities.measures import Measure
from corpus.quantities.quantity import Mention, Quantity
from corpus.rulebook.parts import InputSpec

__all__ = ["of_another_year", "repeats_policy"]

_CLAIMED = re.compile(
    r"(?:是不是|就是|直接填|填|封到|(?<!预)算出?来?是?|对应补偿|就是给?|就能?给|能拿到?|能补|补偿|退|应该是|等于|那就是|(?<![批拨])给我们|按[^，。]{0,8}给|能给|最高|最多|拿|领|补)$"
)
_HEARSAY = re.compile(
    "(?:(?:老板|领导|合伙人|会计|财务|同事|朋友|他们|有人|网上|别人|中介|代办|顾问|校办|销售)(?:的?算法|算|说|讲|按|以为|觉得|认为|口算|估)"
    "|我(?:自己|口)?(?:算|数|估|以为|按))[^。？?!！；;]{0,30}$"
)
_CONFIRM = re.compile(
    "[？?]$|真的吗|对吗|对吧|是吗|是吧|没错吧|对不对|是不是|对么|行不行|行吗|可以吗|哪里错|感觉不对|不对该"
)
_NEXT = re.compile(r"[，,。；;？?\d]")
_MOST = re.compile("最[高多]$|上限$|封顶$")
_THIS_YEAR, _PAST_YEAR = re.compile("本年|今年|当年"), re.compile("去年|前年|上年|上一年|往年|前几年")
_CALENDAR, _NEXT_CLAUSE = re.compile("(20[0-9]{2})年"), re.compile("[，,。；;！!？?]")
# 今年到位2.9亿，差一点到3亿
_SHORT_OF = re.compile("差(?:一?点儿?|些)?(?:就)?(?:到|够|满)?$")
_DENIED = re.compile(r"(?<!是)(?:不是|并非|而非)$")
_TARGET = re.compile("拿满|补满|顶格|到顶|封顶|拿全|拿到手|拿到|上限|那档|那一档|这一档|打满|补足|满额|才能")


def repeats_policy(turn: Turn, rows: Rows, constants: Collection[Quantity], mention: Mention) -> bool:
    """Whether the figure is the policy's own, a target to reach, denied, or the user's guess at the result."""
    before = turn.text[max(0, mention.start - 8) : mention.start]
    after = _NEXT.split(turn.text[mention.end : mention.end + 8])[0]
    if _DENIED.search(before):
        return True
    guessed = mention.quantity.measure in (Measure.MONEY, Measure.PLAIN)
    claimed = _CONFIRM.search(turn.text) and _CLAIMED.search(before)
    if guessed and (claimed or _is_hearsay(turn, mention)):
        return True
    if mention.quantity not in constants or mention.quantity.measure is Measure.YEAR:
        return False
    if _TARGET.search(before[-4:]) or _MOST.search(before[-3:]) or _SHORT_OF.search(before):
        return True
    if mention.quantity.measure is Measure.RATIO and rows.nearest(mention) is None:
        return True
    return bool(_TARGET.search(after) or (_TARGET.search(before) and rows.nearest(mention) is None))


def _is_hearsay(turn: Turn, mention: Mention) -> bool:
    """Whether the figure is what somebody thinks comes out (`老板说一共报50`), and there are others."""
    said = _HEARSAY.search(turn.text[: mention.start])
    others = [m for m in turn.mentions if m.quantity.measure is Measure.MONEY]
    return bool(said) and any(m.end <= said.start() for m in others if said)


def of_another_year(turn: Turn, mention: Mention, spec: InputSpec) -> bool:
    """Whether a figure of an earlier year stands by an input of this year (`去年拿过400万` for `本年已获金额`)."""
    if not _THIS_YEAR.search(spec.label):
        return False
    clause = _NEXT_CLAUSE.split(turn.text[: mention.start])[-1]
    if _THIS_YEAR.search(clause):
        return False
    years = [int(year) for year in _CALENDAR.findall(clause)]
    latest = max((int(year) for year in _CALENDAR.findall(turn.text)), default=0)
    return bool(_PAST_YEAR.search(clause)) or bool(years and years[-1] < latest)
