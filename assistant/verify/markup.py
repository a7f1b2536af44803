"""No link, address, markup or HTML in a statement: what is shown is words."""

import re

from assistant.verify.proof import Fault, FaultKind, Proof, Statement

__all__ = ["markup_faults"]

_SIGNS = re.compile(
    r"https?:|ftp:|www\.|[\w.-]+@[\w-]+\.|\b[\w-]+\.(?:com|cn|net|org|gov|edu|io|top|xyz)\b|<[^>\n]*>|&#?\w+;"
    r"|!?\[[^\]\n]*\]\([^)\n]*\)|```|`|\*\*|__|^\s*(?:#{1,6}\s|>|\|)|\{[^}\n]*\}|<\||javascript:|data:",
    re.IGNORECASE | re.MULTILINE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def markup_faults(statement: Statement, _proof: Proof) -> list[Fault]:
    """A fault where the statement holds markup, a link, an address or signs that cannot be seen."""
    found = _SIGNS.search(statement.text) or _CONTROL.search(statement.text)
    if not found:
        return []
    return [
        Fault(FaultKind.MARKUP, f"“{found.group()[:20]}”：正文里不要写链接、邮箱、网页标记或 Markdown 标记")
    ]
