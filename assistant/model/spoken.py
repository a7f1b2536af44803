"""Statements that passed the gate, as lines of the answer: each place is named as documents are named."""

from collections.abc import Sequence

from assistant.model.statements import Paragraph
from assistant.verify.places import units_cited
from assistant.verify.proof import Proof, Statement
from corpus.catalog import Corpus

__all__ = ["spoken"]


def spoken(paragraphs: Sequence[Paragraph], proof: Proof, corpus: Corpus, *, lead: bool) -> list[str]:
    """A line for each paragraph; with `lead` the first sentence has one of its own.

    A place stands in the last sentence that rests on it; a line that is not whole ends without place and sign.
    """
    first, *rest = (paragraph.statements for paragraph in paragraphs)
    parts = [first[:1], first[1:], *rest] if lead else [first, *rest]
    lines = [_line(statements, proof, corpus) for statements in parts if statements]
    if not paragraphs[-1].whole and not (lead and len(lines) == 1):
        lines[-1] = _line(parts[-1], proof, corpus, whole=False)
    return lines


def _line(statements: Sequence[Statement], proof: Proof, corpus: Corpus, *, whole: bool = True) -> str:
    said = []
    for place, statement in enumerate(statements):
        if not whole and place == len(statements) - 1:
            said.append(_words(statement.text))
            break
        grounds = _grounds(statement, proof, corpus)
        following = _grounds(statements[place + 1], proof, corpus) if place + 1 < len(statements) else ""
        said.append(statement.text if grounds == following else _grounded(statement.text, grounds))
    return "".join(said)


def _grounded(text: str, grounds: str) -> str:
    """`text` with its grounds before the sign that ends it."""
    words = _words(text)
    return f"{words}（{grounds}）{text[len(words) :].strip() or '。'}"


def _words(text: str) -> str:
    return text.rstrip("。！？!?；; ")


def _grounds(statement: Statement, proof: Proof, corpus: Corpus) -> str:
    units = units_cited(statement, proof, corpus)
    names = (corpus.document(unit.doc) for unit in units)
    parts = [
        f"{document.doc_no or f'《{document.title}》'}{unit.label if not unit.label[0].isdigit() else f'第{unit.label}项'}"
        for document, unit in zip(names, units, strict=True)
    ]
    return "；".join(parts)
