"""Personal words of a question replaced by code names before anything is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Masked", "mask"]

_KINDS: Mapping[str, re.Pattern[str]] = {
    "证件号": re.compile(
        r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
    ),
    "信用代码": re.compile(
        r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])", re.IGNORECASE
    ),
    "邮箱": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
    "电话": re.compile(
        r"(?<!\d)(?:(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]?\d{7,8}(?:-\d{1,5})?)(?!\d)"
    ),
    "账号": re.compile(r"(?<!\d)\d{16,19}(?!\d)"),
    "企业": re.compile(
        r"(?<![\u4e00-\u9fff])[\u4e00-\u9fffA-Za-z0-9（）()·]{2,30}?(?:有限责任公司|股份有限公司|有限公司|集团公司)|"
        r"(?:(?<=我们是)|(?<=我是)|(?<=我司是)|(?<=公司叫)|(?<=公司名称是)|(?<=名称：)|(?<=名称为))"
        r"[\u4e00-\u9fffA-Za-z0-9（）()·]{2,30}?(?:公司|集团|研究院|事务所|合作社)"
    ),
    "姓名": re.compile(
        r"(?:(?<=我叫)|(?<=本人)|(?<=联系人)|(?<=联系人：)|(?<=联系人:)|(?<=联系人是)|(?<=法人)|(?<=法人代表)|(?<=法定代表人)"
        r"|(?<=法定代表人：)|(?<=姓名)|(?<=姓名：)|(?<=负责人)|(?<=负责人：)|(?<=负责人是)|(?<=老板叫)|(?<=名叫))"
        r"[\u4e00-\u9fff]{2,3}(?=[，,。；;、\s（(]|是|的电话|电话|手机|$)|"
        r"[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤]"
        r"[\u4e00-\u9fff]{0,2}(?=先生|女士|老师|经理|总(?![经部额投资量数共计的和]))"
    ),
}


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without personal words; `names` are the words behind the code names."""

    text: str
    names: Mapping[str, str]

    def hide(self, text: str) -> str:
        """`text` with the same code names."""
        for name, words in sorted(self.names.items(), key=lambda pair: -len(pair[1])):
            text = text.replace(words, name)
        return text

    def restore(self, text: str) -> str:
        """`text` with the words again."""
        for name, words in self.names.items():
            text = text.replace(name, words)
        return text


def mask(text: str) -> Masked:
    """`text` with numbers of identity, credit, accounts and telephones, addresses of mail and names replaced.

    Numbers and mail are found by their form; names of enterprises by their ending, those of people by the words
    around them: a name that stands alone is not found.
    """
    names: dict[str, str] = {}
    for kind, pattern in _KINDS.items():
        for words in dict.fromkeys(match.group() for match in pattern.finditer(text)):
            if words and words in text:
                name = f"〔{kind}{sum(key.startswith(f'〔{kind}') for key in names) + 1}〕"
                names[name] = words
                text = text.replace(words, name)
    return Masked(text, names)
