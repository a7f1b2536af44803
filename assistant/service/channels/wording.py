"""What users of WeChat read, beside the answers."""

import re

__all__ = ["LATE", "LATE_WITH_PAGE", "LINK", "SORRY", "THINKING", "UNSUPPORTED", "cut", "plain"]

UNSUPPORTED = "目前只能看懂文字，请把问题打成文字发给我，例如：科技保险保费能补多少？"
THINKING = "正在查条文……"
LATE_WITH_PAGE = "这个问题要多算一会儿，请稍后打开看：{link}"
LATE = "这个问题要多算一会儿，请过一分钟再发一次。"
SORRY = "抱歉，这个问题暂时没能算出来，请再发一次：{question}"
LINK = "全文和条文原文：{link}"

_QUOTED = re.compile(r"^(?:> ?)+", re.MULTILINE)
_ITEM = re.compile(r"^( *)- ", re.MULTILINE)
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_BLANK = re.compile(r"\n{3,}")


def plain(markdown: str) -> str:
    """An answer as a phone shows it that knows no Markdown."""
    text = _ITEM.sub(r"\1· ", _QUOTED.sub("", markdown)).replace("**", "")
    return _BLANK.sub("\n\n", _TRAILING.sub("", text)).strip()


def cut(text: str, most: int, ending: str = "") -> str:
    """`text` and `ending` in at most `most` bytes of UTF-8, cut between two characters where it is too long."""
    tail = f"\n\n{ending}" if ending else ""
    if len((text + tail).encode()) <= most:
        return text + tail
    tail = "……" + tail
    return text.encode()[: most - len(tail.encode())].decode(errors="ignore").rstrip() + tail
