"""The gate: what is wrong with a statement, whoever worded it; the one public function is `Gate.faults`."""

from collections.abc import Iterable

from assistant.verify.agreement import AgreementChecks
from assistant.verify.amounts import AmountChecks
from assistant.verify.markup import markup_faults
from assistant.verify.places import PlaceChecks, units_cited
from assistant.verify.proof import Fault, Proof, Statement
from assistant.wording import Rarity
from corpus.catalog import Corpus

__all__ = ["Gate"]


class Gate:
    """Judges statements by what an answer may rest on; safe to share between threads."""

    def __init__(self, corpus: Corpus, rarity: Rarity) -> None:
        self._corpus = corpus
        self._places = PlaceChecks(corpus)
        self._amounts = AmountChecks(rarity)
        self._agreement = AgreementChecks(rarity)

    def faults(self, statement: Statement, proof: Proof) -> tuple[Fault, ...]:
        """Everything that `statement` says without proof; () where it may be shown.

        Citations exist and were retrieved; places, quotations, figures and dates in its words have their source
        there; it says what its source says, judges the applicant as the calculator does, and the documents as they
        stand on the day asked for.
        """
        units = units_cited(statement, proof, self._corpus)
        found: Iterable[Fault] = (
            *markup_faults(statement, proof),
            *self._places.citation_faults(statement, proof),
            *self._places.named_faults(statement, proof),
            *self._places.quote_faults(statement, proof),
            *self._amounts.faults(statement, units, proof),
            *self._agreement.support_faults(statement, units, proof),
            *self._agreement.negation_faults(statement, units, proof),
            *self._agreement.bound_faults(statement, units, proof),
            *self._agreement.verdict_faults(statement, units, proof),
            *self._agreement.status_faults(statement, units, proof),
        )
        return tuple(dict.fromkeys(found))
