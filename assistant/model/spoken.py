"""Statements that passed the gate, as lines of the answer: each place is named as documents are named."""

from collections.abc import Sequence

from assistant.model.statements import Paragraph
from assistant.verify.places import units_cited
from assistant.verify.proof import Proof, Statement
from corpus.catalog import Corpus

__all__ = ["spoken"]


def spoken(paragraphs: Sequence[Paragraph], proof: Proof, corpus: Corpus) -> list[str]:
    """A line for each paragraph; the first sentence has one of its own. A place stands after the last that rests on it."""
    first, *rest = paragraphs
    parts = [first.statements[:1], first.statements[1:], *(paragraph.statements for paragraph in rest)]
    return [_line(statements, proof, corpus) for statements in parts if statements]


def _line(statements: Sequence[Statement], proof: Proof, corpus: Corpus) -> str:
    said = []
    for place, statement in enumerate(statements):
        grounds = _grounds(statement, proof, corpus)
        following = _grounds(statements[place + 1], proof, corpus) if place + 1 < len(statements) else ""
        said.append(statement.text if grounds == following else f"{statement.text}（{grounds}）")
    return "".join(said)


def _grounds(statement: Statement, proof: Proof, corpus: Corpus) -> str:
    units = units_cited(statement, proof, corpus)
    names = (corpus.document(unit.doc) for unit in units)
    parts = [
        f"{document.doc_no or f'《{document.title}》'}{unit.label if not unit.label[0].isdigit() else f'第{unit.label}项'}"
        for document, unit in zip(names, units, strict=True)
    ]
    return "；".join(parts)
