"""The share of quotes that are verbatim: in their source file and in the unit that they name."""

from functools import lru_cache

from corpus.catalog import Corpus
from corpus.errors import UserError
from corpus.folding import squeeze
from evals.cases import Case
from evals.reply import Cited, Reply
from evals.scorers.base import Scorer, share

__all__ = ["SCORER"]


def _score(_case: Case, reply: Reply, corpus: Corpus) -> float | None:
    return share(_verbatim(citation, corpus) for citation in reply.citations)


def _verbatim(citation: Cited, corpus: Corpus) -> bool:
    quote = squeeze(citation.quote)
    try:
        source = corpus.sources[corpus.document(citation.doc).source].text
        unit = corpus.unit(citation.doc, citation.unit)
    except UserError:
        return False
    return bool(quote) and quote in _squeezed(source) and quote in squeeze(unit.text)


@lru_cache(maxsize=16)
def _squeezed(source: str) -> str:
    return squeeze(source)


SCORER = Scorer("fidelity", "引文逐字", _score)
