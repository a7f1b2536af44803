"""Units of measure as data: how questions and policy texts write them and what one of them is worth."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

__all__ = ["UNITS", "UNIT_PATTERN", "Measure", "UnitSign"]


class Measure(StrEnum):
    """What a quantity counts; the value is the unit that it is kept in."""

    MONEY = "元"
    RATIO = "比例"
    PERSON = "人"
    AREA = "平方米"
    FIRM = "家"
    ITEM = "项"
    PIECE = "件"
    MASS = "公斤"
    DAY = "天"
    MONTH = "月"
    YEAR = "年"
    COUNT = "个"
    ORDINAL = "第"
    PLAIN = ""


@dataclass(frozen=True, slots=True)
class UnitSign:
    """One way to write a unit.

    `factor` turns a number in it into the measure's own unit; no `measure` marks words that make the number
    before them no quantity of ours (5号文, 3小时, 500万美元). `before` are characters that, following,
    make it another word (2家 is two firms, 家庭 is not).
    """

    text: str
    measure: Measure | None
    factor: Decimal = Decimal(1)
    before: str = ""
    after: str = ""

    @property
    def pattern(self) -> str:
        """The regular expression that finds this sign."""
        behind = f"(?<=[{self.after}])" if self.after else ""
        return behind + re.escape(self.text) + (f"(?![{self.before}])" if self.before else "")


def _signs(measure: Measure | None, words: str, factor: str = "1") -> list[UnitSign]:
    """Signs from `words`: written one after another, each with `!` and the continuations that forbid it."""
    signs = []
    for word in words.split():
        text, _, before = word.partition("!")
        signs.append(UnitSign(text, measure, Decimal(factor), before))
    return signs


_NO_UNITS = "号条点章节编类种档层步届批轮维线环强里分秒版代时角折面者页部"
_SIGNS = [
    *_signs(Measure.MONEY, "元 元整 元人民币 块钱 人民币 RMB rmb"),
    UnitSign("块", Measure.MONEY, before="地", after="0-9十百千万"),
    *_signs(Measure.MONEY, "w!a-zA-Z W!a-zA-Z", "10000"),
    *_signs(Measure.RATIO, "% 个百分点 百分点 个点!位子 pct", "0.01"),
    *_signs(Measure.RATIO, "‰", "0.001"),
    *_signs(Measure.RATIO, "个基点 基点 BP bp", "0.0001"),
    *_signs(Measure.RATIO, "成!立果员为本功交熟长就品分都", "0.1"),
    *_signs(Measure.RATIO, "倍"),
    *_signs(Measure.PERSON, "人!工才民均员类次社口物力事文"),
    *_signs(Measure.PERSON, "名!称单录义额次 位!于置次列数 个人!独投所信账征消 号人"),
    *_signs(Measure.AREA, "平方米 平米 ㎡ m² m2 平方!公千 平!台均方米衡安等行"),
    UnitSign("方", Measure.AREA, before="面案式向法便位", after="万"),
    *_signs(Measure.AREA, "公顷", "10000"),
    *_signs(Measure.AREA, "平方公里 平方千米", "1000000"),
    *_signs(Measure.FIRM, "家!庭具属电居纺园长次 户!籍口外"),
    *_signs(Measure.ITEM, "项!目次"),
    *_signs(Measure.PIECE, "件!套"),
    *_signs(Measure.MASS, "公斤 千克 kg KG Kg"),
    *_signs(Measure.MASS, "吨", "1000"),
    *_signs(Measure.DAY, "天!津然使猫坛府通河 日!报程常志历元期 日历天"),
    *_signs(Measure.DAY, "个工作日 工作日 个自然日 自然日 个交易日"),
    *_signs(Measure.DAY, "周!年边期 个星期 星期", "7"),
    *_signs(Measure.MONTH, "个月 月!份期球底初末"),
    *_signs(Measure.MONTH, "个季度", "3"),
    *_signs(Measure.YEAR, "年!代级轻 周年 个年度 年度 个会计年度 会计年度 个自然年 个自然年度"),
    *_signs(
        Measure.COUNT, "个!体性别股税案税 次!性级要贷新数 支!持付出部队援撑 笔!者试记 台!湾阶账北州 套!利现"
    ),
    *_signs(
        Measure.COUNT,
        "本!科市办措地级金人单 期!间限货权刊内待满 场!所地景馆 份!额子 篇 座!谈位 栋 幢 处!理罚置于",
    ),
    *_signs(Measure.COUNT, "辆 艘 架!构 张 款!项额式"),
    *_signs(Measure.COUNT, "只!有能要是需看给算够补报按 支!持付出撑行 单!位个独价家一 人次 家次 件次 项次"),
    *_signs(None, "美元 美金 欧元 日元 港元 港币 英镑 卢布 韩元 澳元 加元"),
    *_signs(None, "小时 个小时 分钟 公里 千米 米 亩 岁 股 册 字 度 用户 千瓦 季度 位数 级"),
    # 20万档 and 1000万代偿 are money; 3档 and 3代 are not.
    *(UnitSign(sign, None, after="^万亿") for sign in _NO_UNITS),
]
UNITS = {sign.text: sign for sign in _SIGNS}
UNIT_PATTERN = "|".join(sign.pattern for sign in sorted(_SIGNS, key=lambda sign: -len(sign.text)))
