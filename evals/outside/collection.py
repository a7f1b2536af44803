"""Articles from outside as the corpus that the indexer takes: a document for each law, a unit for each article."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.catalog import Corpus
from corpus.model import Clause, ClauseKind, Document, Unit
from evals.outside.codes import codes_of, is_book
from evals.outside.lines import Article

__all__ = ["Collection"]

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Collection:
    """`corpus` is what is indexed; `ids` leads from document and label to the article's id.

    `codes` names for each document the code that it is a book of, or "".
    """

    corpus: Corpus
    ids: dict[Place, str]
    codes: tuple[str, ...]

    @classmethod
    def of(cls, articles: Sequence[Article]) -> "Collection":
        """The collection of these articles, in their order."""
        laws = _laws(articles)
        codes = codes_of([law[0].law for law in laws])
        documents: list[Document] = []
        ids: dict[Place, str] = {}
        for number, law in enumerate(laws):
            key = str(number)
            units = [_unit(key, article) for article in law]
            ids |= {(key, unit.label): article.id for unit, article in zip(units, law, strict=True)}
            documents.append(Document(key, "", law[0].law, "", (), None, tuple(units)))
        return cls(Corpus(tuple(documents), {}, {}, ()), ids, tuple(codes))


def _laws(articles: Sequence[Article]) -> list[list[Article]]:
    """The articles law by law.

    A law of the same title whose numbers begin again is another law, and so is a book (`第一编总则`, of which
    every code has one) that does not stand next to the first.
    """
    laws: list[list[Article]] = []
    newest: dict[str, tuple[list[Article], set[str]]] = {}
    before = ""
    for article in articles:
        law, labels = newest.get(article.law, ([], set()))
        apart = is_book(article.law) and before != article.law
        if not law or article.article in labels or apart:
            law, labels = newest[article.law] = ([], set())
            laws.append(law)
        law.append(article)
        labels.update({article.article} - {""})
        before = article.law
    return laws


def _unit(doc: str, article: Article) -> Unit:
    paragraphs = [text for line in article.text.split("\n") if (text := line.strip())]
    label = article.article or article.id
    clauses = tuple(Clause(label, ClauseKind.PARAGRAPH, "", text, ()) for text in paragraphs)
    return Unit(doc, label, "", article.chapter, "\n".join(paragraphs), (), clauses)
