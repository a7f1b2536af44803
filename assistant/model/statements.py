"""A model's text → statements with the places that they name: `……。[2022-05 第十一条]`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.verify.proof import Place, Statement

__all__ = ["Paragraph", "read_settled", "read_statements"]

_THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>\s*", re.DOTALL | re.IGNORECASE)
_OPEN_THOUGHT = re.compile(r"^.*?</think(?:ing)?>\s*", re.DOTALL | re.IGNORECASE)
_ORNAMENT = re.compile(
    r"\*\*|^[ \t]*(?:#{1,6}[ \t]+|[-*•·][ \t]+|\d{1,2}(?:[.)、）](?!\d)|\.(?=\D))[ \t]*)", re.MULTILINE
)
_MARK = re.compile(r"[\[【]([^\[\]【】\n]{3,120})[\]】](?!\()")
_ONE = re.compile(
    r"^\s*(?P<doc>《[^》]+》|[^\s《》]+)[\s·:：,，]+(?P<path>\S.*?)\s*$|^\s*(?P<title>《[^》]+》)(?P<rest>\S+?)\s*$"
)
_PIECE = re.compile(
    r"(?:[^。！？!?\n\[【]|[\[【][^\]】\n]*[\]】])+(?:[。！？!?]+[”」』）)]*)?(?:\s*[\[【][^\]】\n]{3,120}[\]】](?!\())*"
)
_PARTS = re.compile(r"[；;、]")
_OPENED = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_UNCLOSED = re.compile(r"[\[【][^\]】\n]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The statements of one line; `whole` is False where more of the line is to come."""

    statements: tuple[Statement, ...]
    whole: bool = True


def read_statements(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of `text`; thoughts, bold signs and list marks are left out.

    A statement without a place takes those of the next one in its paragraph that has any, else of the one before.
    """
    paragraphs = (_paragraph(_pieces(line)) for line in _bare(text).split("\n"))
    return tuple(paragraph for paragraph in paragraphs if paragraph.statements)


def read_settled(text: str) -> tuple[Paragraph, ...]:
    """The same of a text that is still being written, as far as nothing that may follow changes it.

    In the last line that is up to the last sentence with a place of its own after which another one has begun.
    """
    bare = _bare(text)
    if _OPENED.search(bare):
        return ()
    *lines, last = bare.split("\n")
    pieces = _pieces(_UNCLOSED.sub("", last).rstrip())[:-1]
    while pieces and not _statement(pieces[-1]).cited:
        pieces.pop()
    paragraphs = (*(_paragraph(_pieces(line)) for line in lines), replace(_paragraph(pieces), whole=False))
    return tuple(paragraph for paragraph in paragraphs if paragraph.statements)


def _bare(text: str) -> str:
    return _ORNAMENT.sub("", _OPEN_THOUGHT.sub("", _THOUGHT.sub("", text)))


def _pieces(line: str) -> list[str]:
    return [match.group() for match in _PIECE.finditer(line)]


def _paragraph(pieces: Sequence[str]) -> Paragraph:
    said = [statement for statement in map(_statement, pieces) if statement.text]
    for place in reversed(range(len(said))):
        if not said[place].cited and place + 1 < len(said):
            said[place] = Statement(said[place].text, said[place + 1].cited)
    for place in range(1, len(said)):
        if not said[place].cited:
            said[place] = Statement(said[place].text, said[place - 1].cited)
    return Paragraph(tuple(said))


def _statement(piece: str) -> Statement:
    cited: list[Place] = []

    def take(match: re.Match[str]) -> str:
        places = _places(match.group(1))
        cited.extend(places)
        return "" if places else match.group()

    return Statement(_MARK.sub(take, piece).strip(), tuple(dict.fromkeys(cited)))


def _places(inside: str) -> list[Place]:
    """The places of one mark, `2022-05 第十一条；第五条` too; [] where it is none."""
    found: list[Place] = []
    for part in _PARTS.split(inside):
        one = _ONE.match(part)
        if one:
            doc, path = one["doc"] or one["title"], one["path"] or one["rest"]
            found.append((doc.strip("《》"), path))
        elif found and part.strip():
            found.append((found[-1][0], part.strip()))
        else:
            return []
    return found
