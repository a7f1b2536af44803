"""What stands in an exported answer and in its footnotes."""

from collections.abc import Iterator

from ui.backend.values import Citation, Reply
from ui.parts.badge import STATUS_WORDS
from ui.sections import cut

__all__ = ["as_text", "note", "paragraphs"]


def paragraphs(reply: Reply) -> Iterator[tuple[str, str]]:
    """Style (`warning`, `conclusion`, `heading`, `item`, `step` or `text`) and words of each paragraph."""
    sections = cut(reply.answer)
    yield from (("warning", f"注意：{warning}") for warning in reply.warnings)
    yield from (("conclusion", line) for line in sections.conclusion)
    yield from (("text", line) for line in sections.body.split("\n") if line.strip())
    if reply.calculation and reply.calculation.steps:
        yield "heading", "计算过程"
        yield from (("step", f"{number}. {step}") for number, step in enumerate(reply.calculation.steps, 1))
    for heading, lines in (
        ("还要补充", sections.questions),
        ("条件核对", sections.conditions),
        ("说明", sections.notes),
    ):
        if lines:
            yield "heading", heading
            yield from (("item", line) for line in lines)


def note(citation: Citation) -> str:
    """A citation as a footnote."""
    number = f"（{citation.doc_no}）" if citation.doc_no else ""
    status = "" if citation.status == "in_force" else f"（{STATUS_WORDS[citation.status]}）"
    return f"《{citation.title}》{number}{citation.path}{status}：“{' '.join(citation.quote.split())}”"


def as_text(reply: Reply) -> str:
    """An answer for the clipboard: plain lines, the citations numbered at the end."""
    lines = [f"\n{words}：" if style == "heading" else words for style, words in paragraphs(reply)]
    notes = [f"[{number}] {note(citation)}" for number, citation in enumerate(reply.citations, 1)]
    return "\n".join([*lines, *(["\n依据：", *notes] if notes else [])])
