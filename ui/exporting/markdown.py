"""A conversation as Markdown."""

import re
from collections.abc import Sequence

from ui.conversations import Turn
from ui.exporting.notes import note, paragraphs

__all__ = ["as_markdown"]

_SIGNS = re.compile(r"([\\`*_\[\]<>#|~$])")
_FORMS = {
    "warning": "> **{}**",
    "conclusion": "**{}**",
    "heading": "*{}*",
    "item": "- {}",
    "step": "{}",
    "text": "{}",
}


def as_markdown(title: str, turns: Sequence[Turn]) -> bytes:
    """Questions as headings, answers below, citations as footnotes."""
    made = [f"# {_plain(title)}"]
    notes: list[str] = []
    for turn in turns:
        made.append(f"## {_plain(' '.join(turn.question.split()))}")
        if turn.reply is None:
            made.append("（没有回答）")
            continue
        marks = ""
        for citation in turn.reply.citations:
            notes.append(f"[^{len(notes) + 1}]: {_plain(note(citation))}")
            marks += f"[^{len(notes)}]"
        last = ""
        for style, words in paragraphs(turn.reply):
            shown = _FORMS[style].format(_plain(words))
            if style == "conclusion":
                shown, marks = shown + marks, ""
            gap = "\n" if style == last in ("item", "step") else "\n\n"
            made[-1] += gap + shown
            last = style
        if marks:
            made.append(marks)
    return ("\n\n".join([*made, *notes]) + "\n").encode()


def _plain(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)
